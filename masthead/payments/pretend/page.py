"""The payer's page: what it costs, a choice of cards that are none, and a way back.

Plain HTML that works without scripts. It says at the top that no money moves.
"""

from __future__ import annotations

from html import escape

from masthead.money import Money, minor_digits
from masthead.payments.pretend.bank import Thing
from masthead.payments.pretend.cards import CARDS, Card

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
STYLE = """
body { margin: 0; font: 1.0625rem/1.5 Georgia, serif; color: #1d1d1f; background: #f4f2ec }
main { max-width: 34rem; margin: 0 auto; padding: 1.5rem 1rem 4rem }
.pretend { margin: 0; padding: .75rem 1rem; background: #5b1f6e; color: #fff; text-align: center }
.sum { font-size: 2rem; margin: 0 0 1rem }
.problem { border-left: .3rem solid #a3121f; background: #fff; padding: .75rem 1rem }
fieldset { border: 0; margin: 0 0 1.25rem; padding: 0 } legend { font-weight: bold; padding: 0 }
label { display: flex; gap: .75rem; align-items: baseline; padding: .65rem .75rem; margin: .35rem 0;
  background: #fff; border: 1px solid #8a8578; border-radius: .25rem }
button { font: inherit; padding: .75rem 1.5rem; border: 0; border-radius: .25rem; color: #fff;
  background: #5b1f6e; cursor: pointer } button.no { background: #5a564c }
a { color: #5b1f6e } :focus-visible { outline: .2rem solid #b26a00; outline-offset: .15rem }
"""


def payment(session: Thing, *, problem: str = "") -> str:
    """Return the page on which a payer pays, or leaves a card."""
    keeps = session["mode"] == "setup"
    asked = "Leave a card for next time" if keeps else "Pay"
    lines = [
        line["price_data"]["product_data"]["name"]
        for line in session["_said"].get("line_items", [])
    ]
    what = "".join(f"<p>{escape(line)}</p>" for line in lines)
    total = "" if keeps else f'<p class="sum">{_sum(session)}</p>'
    told = (
        f'<p class="problem" role="alert" id="problem">{escape(problem)} '
        "Nothing was taken. Choose another card.</p>"
        if problem
        else ""
    )
    choices = "".join(_choice(card, first=number == 0) for number, card in enumerate(CARDS))
    back = (
        f'<p><a href="{escape(session["cancel_url"])}">Go back without paying</a></p>'
        if session["cancel_url"]
        else ""
    )
    return _page(
        asked,
        f'<h1>{asked}</h1>{what}{total}{told}<form method="post"><fieldset>'
        f"<legend>Choose a card</legend>{choices}</fieldset>"
        f'<button type="submit">{asked}</button></form>{back}',
        wrong=bool(problem),
    )


def confirmation(session: Thing, card: Card) -> str:
    """Return the page on which a payer confirms it, as their bank would ask."""
    total = "" if session["mode"] == "setup" else f'<p class="sum">{_sum(session)}</p>'
    return _page(
        "Confirm it is you",
        f"<h1>Confirm it is you</h1>{total}<p>The bank of the card that ends in {card.last4} asks "
        'whether this is you.</p><form method="post">'
        f'<input type="hidden" name="card" value="{card.last4}">'
        '<p><button type="submit" name="says" value="yes">Confirm</button> '
        '<button type="submit" name="says" value="no" class="no">Refuse</button></p></form>',
    )


def over(session: Thing) -> str:
    """Return the page of a session that is paid or expired."""
    paid = session["status"] == "complete"
    heading = "This has been paid" if paid else "This page has expired"
    said = "There is nothing more to do." if paid else "Nothing was taken. Begin again there."
    url = session["success_url"] if paid else session["cancel_url"]
    link = f'<p><a href="{escape(returned(session, url))}">Go back</a></p>' if url else ""
    return _page(heading, f"<h1>{heading}</h1><p>{said}</p>{link}")


def lost() -> str:
    """Return the page of what is not there."""
    return _page("Not found", "<h1>There is no such page</h1>")


def returned(session: Thing, url: str) -> str:
    """Return where a payer goes back to, with the session's id where it is asked for."""
    return url.replace("{CHECKOUT_SESSION_ID}", session["id"])


def _choice(card: Card, *, first: bool) -> str:
    mark = " checked" if first else ""
    name = f"{card.brand.capitalize()} •••• {card.last4}"
    return (
        f'<label><input type="radio" name="card" value="{card.last4}"{mark}> '
        f"<span>{name}<br>{escape(card.says)}</span></label>"
    )


def _sum(session: Thing) -> str:
    currency = session["currency"].upper()
    minor = session["amount_total"]
    return escape(Money(minor, currency).in_words_of("en") if minor_digits(currency) == 2 else f"{minor} {currency}")  # fmt: skip


def _page(title: str, inner: str, *, wrong: bool = False) -> str:
    mark = "Declined: " if wrong else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="robots" content="noindex"><title>{mark}{title} (pretend)</title>'
        f"<style>{STYLE}</style></head><body>"
        '<header><p class="pretend"><strong>Pretend.</strong> This is not a real payment page. '
        f"No money moves.</p></header><main>{inner}</main></body></html>"
    )
