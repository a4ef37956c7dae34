"""Make and serve The Lantern, the demonstration magazine.

Run it again and it serves what is there. It never touches a folder it did not make.
"""

from __future__ import annotations

import argparse
import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from masthead.cli import import_, lantern_readers, migrate, new, serve
from masthead.cli.terminal import Stop, say
from masthead.config import installation
from masthead.config.starting import start

NAME = "demo"
HELP = "make and serve the demonstration magazine"

MARKER = ".lantern"
CONTENT = Path(__file__).parent / "lantern"
HOUSE_ADVERTISEMENT = CONTENT / "artwork" / "close-your-eyes.pdf"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take the folder and the port."""
    parser.add_argument(
        "folder",
        metavar="DIR",
        nargs="?",
        type=Path,
        default=Path("lantern"),
        help="where to make it (default: ./lantern)",
    )
    parser.add_argument("--port", type=int, default=8000, help="the port to listen on (8000)")
    parser.add_argument("--no-serve", action="store_true", help="make it, but do not serve it")


def run(options: argparse.Namespace) -> int | None:
    """Make the magazine if it is not there yet, then serve it."""
    home = options.folder.expanduser().resolve()
    if not (home / MARKER).exists():
        if home.exists() and any(home.iterdir()):
            raise Stop(
                f"{home} holds something that is not the demonstration magazine.",
                "Name another folder: masthead demo my-lantern",
            )
        lay_out(home, port=options.port)
    os.environ["MASTHEAD_HOME"] = str(home)
    os.environ.pop("MASTHEAD_DATABASE_URL", None)
    start()
    migrate.apply()
    new.found()
    _bring_in_content()
    _take_in_artwork()
    _ask_for_editions()
    _sell_an_offer()
    _sell_single_copies()
    _carry_advertisements()
    say(f"The Lantern is ready in {home}.")
    new.introduce_editor()
    lantern_readers.enrol()
    if options.no_serve:
        say(f"Serve it with: masthead demo {options.folder}")
        return None
    say("Payments are pretended: no money moves.")
    return serve.serve(
        installation.here(),
        port=options.port,
        with_worker=True,
        beside={"payments": _pretended_payments(home)},
    )


def lay_out(home: Path, *, port: int) -> None:
    """Make the folder of the demonstration magazine with its settings, and mark it as ours."""
    new.lay_out(
        home,
        magazine={
            "name": "The Lantern",
            "address": f"http://localhost:{port}",
            "language": "en-GB",
        },
        server={"port": port},
        backups={"keep": 2},
        # Two minutes to a running magazine: name and password will do on one's own machine.
        office={"second_factor": False},
        payments={
            "ways": ["card", "transfer"],
            "card": {"part": "stripe", "base_url": f"http://127.0.0.1:{port + 1}"},
            "transfer": {
                "part": "transfer",
                "holder": "The Lantern",
                # An account of the examples in the standard; nobody has it.
                "iban": "DE89370400440532013000",
            },
        },
    )
    with (home / installation.SECRETS).open("a") as file:
        file.write("STRIPE_KEY=sk_test_pretend\nSTRIPE_WEBHOOK_SECRET=whsec_pretend\n")
    (home / MARKER).write_text("`masthead demo` made this folder and may work in it.\n")


def _bring_in_content() -> None:
    """Import the articles of The Lantern, which changes nothing the second time."""
    report = import_.bring_in(CONTENT)
    for line in report.not_carried:
        # What an editor changed since is theirs; the import says so and leaves it alone.
        say(f"{line.file}: {line.reason}")


def _take_in_artwork() -> None:
    """Let the house advertisement in wherever a page of print is left over, once."""
    from django.core.files import File
    from django.utils import timezone

    from masthead.editorial.models import Issue, Title
    from masthead.production import artworks, pressings
    from masthead.production.models import Artwork, Insertion

    if Artwork.objects.exists():
        return
    title = Title.objects.get()
    artwork = Artwork(title=title, name="Close your eyes", kind=Artwork.Kind.HOUSE)
    size = Artwork.Size.FULL
    asked = artworks.asked_of(title, size, pressings.furnished(timezone.now()))
    with HOUSE_ADVERTISEMENT.open("rb") as file:
        artworks.note(artwork, artworks.look_at(file, asked, size))
        artwork.file.save(HOUSE_ADVERTISEMENT.name, File(file), save=False)
    artwork.save()
    Insertion.objects.bulk_create(
        Insertion(issue=issue, artwork=artwork, where=Insertion.Where.SPARE)
        for issue in Issue.objects.filter(publication=title)
    )


def _pretended_payments(home: Path) -> tuple[str, ...]:
    """Return the command that answers where the card's table says that payments are taken."""
    here = installation.here()
    magazine = here.magazine.address
    card = next(way for way in here.ways if way.name == "card")
    return (
        "pretend-payments",
        *("--port", str(urlsplit(str(card.options["base_url"])).port)),
        *("--state", str(home / "private" / "pretended-payments.json")),
        *("--notices-to", f"{magazine}/payments/card/notices/"),
    )


PROMISES: tuple[tuple[str, dict[str, object]], ...] = (
    ("issues", {}),
    ("print-edition", {"countries": ["AT", "BE", "CH", "DE", "FR", "GB", "IE", "NL", "PT"]}),
    ("digital-edition", {}),
    ("subscriber-articles", {}),
    ("audio", {}),
    ("past-issues", {}),
    ("money-back", {"days": 60, "clock": "payment"}),
    ("cancel-any-time", {"effect": "refund-unserved"}),
    ("ad-free", {}),
)
"""What the offer of The Lantern promises."""


def _sell_an_offer() -> None:
    """Put a year of The Lantern on sale, once; since some weeks ago, for its first readers."""
    from django.utils import timezone

    from masthead.circulation import offers
    from masthead.circulation.models import Offer
    from masthead.editorial.models import Title

    if Offer.objects.exists():
        return
    now, title = timezone.now(), Title.objects.get()
    offer = Offer.objects.create(
        title=title,
        slug="a-year",
        name="A year of The Lantern",
        pitch="Twenty-four issues that take their time, paid for by those who read them.",
        copies=24,
        starts=Offer.Start.CURRENT,
        grace_copies=2,
    )
    for currency, price, extra in (("EUR", 7200, 4800), ("GBP", 6000, 4200), ("USD", 7800, 7200)):
        offer.prices.create(currency=currency, minor=price, print_extra=extra)
    offer.shares.create(component="digital", weight=3)
    offer.shares.create(component="audio", weight=1)
    for number, (kind, spec) in enumerate(PROMISES):
        offer.promises.create(kind=kind, spec=spec, sort_order=number)
    try:
        offers.publish(offer, at=now - timedelta(days=90))
    except offers.CannotPublish as refusal:
        say(f"The offer is written, but not on sale: {refusal}")


def _sell_single_copies() -> None:
    """Sell the issues of The Lantern one by one, forty printed copies of each, once."""
    from django.utils import timezone

    from masthead.circulation import single_copies, stock
    from masthead.circulation.models import SinglePrice
    from masthead.circulation.single_copies import Edition
    from masthead.editorial.models import Issue
    from masthead.money import Money

    if SinglePrice.objects.exists():
        return
    now = timezone.now()
    prices = [(Edition.PRINT, Money(1100, "EUR")), (Edition.DIGITAL, Money(500, "EUR"))]
    for issue in Issue.objects.on_sale():
        single_copies.set_prices(issue, prices, at=now)
        stock.count(issue, 40, at=now)


ADVERTISEMENTS: tuple[tuple[str, str, str, str, str, str], ...] = (
    (
        "Averell Roast",
        "article",
        "averell-roast.png",
        "Beans from the quay, roasted before it is light",
        "Half a kilo a fortnight, ground or whole, by post.",
        "A coffee pot and two cups before a yellow sun. Averell Roast: beans from the quay, roasted "
        "before it is light. 14 Rope Walk, Port Averell.",
    ),
    (
        "Brack & Daughter",
        "front",
        "brack-and-daughter.png",
        "Brack & Daughter mend umbrellas",
        "",
        "An umbrella in the rain with one new, yellow panel. Brack & Daughter mend umbrellas: one "
        "panel, one rib, or all of it.",
    ),
    (
        "Brack & Daughter",
        "list",
        "",
        "Left something in the library of returned things?",
        "If it is an umbrella, we have probably mended it by now.",
        "",
    ),
)
"""Who advertises in The Lantern, where, with which picture and words."""


def _carry_advertisements() -> None:
    """Book and approve the advertisements of The Lantern, for a year from now, once."""
    from django.core.files.images import ImageFile
    from django.utils import timezone

    from masthead.advertising import bookings
    from masthead.advertising.models import Advertiser, Booking, Creative
    from masthead.editorial.models import Picture, Title

    if Advertiser.objects.exists():
        return
    now, title = timezone.now(), Title.objects.get()
    today = title.day(now)
    for name, placement, file, headline, words, alternative in ADVERTISEMENTS:
        advertiser, _new = Advertiser.objects.get_or_create(name=name)
        booking = bookings.book(
            Booking(
                advertiser=advertiser,
                title=title,
                name=f"A year, {placement}",
                placement=placement,
                starts_on=today,
                ends_on=today + timedelta(days=365),
                share=100,
                rate_minor=48000,
                copy_deadline_on=today,
            )
        )
        picture = None
        if file:
            with (CONTENT / "advertisements" / file).open("rb") as drawn:
                picture = Picture.objects.create(
                    title=headline,
                    file=ImageFile(drawn, name=file),
                    description=alternative,
                    credit="Edda Vail",
                    licensor=name,
                    permitted_editions=["web"],
                )
        Creative.objects.create(
            booking=booking,
            headline=headline,
            words=words,
            picture=picture,
            link=f"https://{file.partition('.')[0] or 'brack-and-daughter'}.example/",
            approved_at=now,
        )


def _ask_for_editions() -> None:
    """Have the worker press what readers fetch of each issue on sale, once."""
    from django.utils import timezone

    from masthead.editorial.models import Issue
    from masthead.production import pressings, renewal
    from masthead.production.models import Edition

    if Edition.objects.exists():
        return
    for issue in Issue.objects.on_sale():
        for form in renewal.FOLLOWING:
            pressings.ask(issue, form, by=None, at=timezone.now())
