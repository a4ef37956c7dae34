"""Tasks that the worker's tests send it on."""

from django_tasks import task

DONE: list[str] = []


@task()
def note(what: str) -> str:
    DONE.append(what)
    return what


@task()
def stumble() -> None:
    DONE.append("stumble")
    raise ValueError("The errand failed.")


@task()
def answer_with_something_that_is_no_json() -> object:
    return object()


@task(queue_name="clock")
def note_punctually() -> None:
    DONE.append("punctual")


@task()
def lose_the_lease_meanwhile() -> str:
    """As if the machine had slept: the lease runs out and somebody takes the task over."""
    from masthead.production.models import Lease

    Lease.objects.update(worker="somebody else")
    return "too late"


@task()
def look_for_what_is_not_there() -> None:
    from masthead.production.models import Lease

    Lease.objects.get(worker="nobody")


@task()
def lose_the_database() -> None:
    """As if the database had been started anew in the middle of the task."""
    from django.db import connection

    from masthead.production.models import Lease

    connection.connection.close()
    Lease.objects.count()
