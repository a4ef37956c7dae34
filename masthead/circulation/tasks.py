"""What circulation does by the clock; each task is one line that calls a verb."""

from __future__ import annotations

from collections import Counter

from django.utils import timezone
from django_tasks import task

from masthead.circulation import (
    agencies,
    agency_letters,
    charge_backs,
    confirmations,
    credit_chasing,
    dunning,
    earning,
    editions,
    fold_letters,
    folds,
    orders,
    passes,
    present_letters,
    presents,
    private_feeds,
    refunding,
    renewal_letters,
    serving,
    shown,
    single_copies,
    single_letters,
    undelivered,
)
from masthead.circulation.promises import kept
from masthead.editorial.models import Title
from masthead.payments import ways


@task()
def tell_the_front() -> None:
    """Tell the front from which networks readers may read."""
    shown.tell_the_front(at=timezone.now())


@task()
def forget_ended_sessions() -> int:
    """Forget sessions that no pass can name any more; return how many."""
    return passes.forget_ended(at=timezone.now())


@task()
def forget_revoked_feeds() -> int:
    """Forget private feeds that were revoked long ago; return how many."""
    return private_feeds.forget_revoked(at=timezone.now())


@task()
def open_paid_orders() -> int:
    """Open terms whose money came in while nobody listened; return how many, and single copies."""
    now = timezone.now()
    return orders.catch_up(now) + agencies.catch_up(now) + single_copies.catch_up(at=now)


@task()
def close_what_was_charged_back() -> int:
    """Close what was opened for money that a bank took back while nobody listened; return how much."""
    return charge_backs.catch_up(at=timezone.now())


@task()
def take_over_refunds() -> int:
    """Promise what staff gave back at a provider; return of how many terms."""
    return refunding.take_over(at=timezone.now())


@task()
def release_single_copies() -> int:
    """Have copies be anybody's whose money did not come; return how many."""
    return single_copies.release(at=timezone.now())


@task()
def earn_by_the_day() -> int:
    """Book what has passed of terms that are a time; return how many rows were written."""
    now = timezone.now()
    return sum(earning.earn(title, at=now) for title in Title.objects.order_by("pk"))


@task()
def look_into_promises() -> int:
    """Look into every promise and write down what was seen; return how many are broken."""
    return sum(bool(one.failures) for one in kept.inspect(timezone.now()))


@task()
def send_confirmations() -> int:
    """Tell payers in writing of what they did; return how many letters went."""
    now = timezone.now()
    return (
        confirmations.send_due(now)
        + present_letters.send_due(now)
        + single_letters.send_due(now)
        + fold_letters.send_due(now)
    )


@task()
def close_folds() -> int:
    """Settle what nobody has chosen of titles that folded; return how many subscriptions."""
    return folds.close(at=timezone.now())


@task()
def begin_waiting_gifts() -> int:
    """Begin gifts whose readers have come to the end of what they had; return how many."""
    return presents.begin_waiting(at=timezone.now())


@task()
def ask_for_promised_editions() -> int:
    """Have pressed what offers promise of issues on sale; return how many editions."""
    return editions.ask_for_promised(at=timezone.now())


@task()
def serve_issues() -> list[str]:
    """Serve the issues that have gone on sale; return their names."""
    now = timezone.now()
    names = [str(issue) for issue in serving.catch_up(at=now)]
    # Who has just been served their last copy goes on with what was given.
    presents.begin_waiting(at=now)
    return names


@task()
def tell_of_returned_post() -> int:
    """Write to readers whose post came back; return how many were told."""
    return undelivered.tell_all(at=timezone.now())


@task()
def renew() -> dict[str, int]:
    """Remind, charge, try again and give up, title by title; return how many of each."""
    now, done = timezone.now(), Counter[str]()
    for title in Title.objects.order_by("pk"):
        done += dunning.run(title, at=now, named=ways.named)
    return dict(done)


@task()
def chase_credit() -> dict[str, int]:
    """Ask for the money of orders on credit, title by title; return how many of each."""
    now, done = timezone.now(), Counter[str]()
    for title in Title.objects.order_by("pk"):
        done += credit_chasing.run(title, at=now)
    return dict(done)


@task()
def tell_agencies() -> int:
    """List for agencies what of theirs comes to its end; return how many subscriptions."""
    return agency_letters.tell_all(at=timezone.now())


@task()
def tell_of_failures() -> int:
    """Write to payers whose renewal could not be charged; return how many were told."""
    now = timezone.now()
    return sum(renewal_letters.tell_of_failures(one, at=now) for one in Title.objects.all())
