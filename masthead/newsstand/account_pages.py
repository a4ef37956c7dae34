"""What the template of the account's pages may use: part of the promise to authors of themes.

All of them are one kind of page, made of parts; a part has sentences, rows, forms and
ways on. Forms are plain values, too, so that a theme can lay them out as it likes.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString

from masthead.newsstand.pages import Chrome, Link


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several in a list."""

    value: str
    label: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """A field of a form.

    ``kind`` is text, email, password, checkbox, select, textarea or hidden; ``value`` is what
    stands in it, ``errors`` what is wrong with that. ``is_chosen`` is for checkboxes.
    """

    name: str
    label: str = ""
    kind: str = "text"
    value: str = ""
    autocomplete: str = ""
    help: str = ""
    errors: tuple[str, ...] = ()
    is_required: bool = True
    is_chosen: bool = False
    choices: tuple[Choice, ...] = ()
    max_length: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """What a script needs to ask the browser for a passkey.

    ``act`` is "create" or "get"; ``options`` is JSON, or else fetched from ``options_url``.
    The answer goes into the form's field ``credential``.
    """

    act: str
    options: str = ""
    options_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountForm:
    """A form with one button. ``name`` sets its fields apart from those of others on the page.

    An empty ``action`` is this address. ``is_grave`` is for what cannot be taken back.
    With ``asks`` the form fetches, and changes nothing.
    """

    name: str
    button: str
    fields: tuple[FormField, ...] = ()
    errors: tuple[str, ...] = ()
    action: str = ""
    asks: bool = False
    is_grave: bool = False
    is_quiet: bool = False
    passkey: Passkey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One thing in a list: a device, an address, a passkey, a letter."""

    heading: str
    lines: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    forms: tuple[AccountForm, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the page. ``figure`` is a finished picture (SVG); ``codes`` are set in columns.

    ``main`` is where nearly everybody goes from here; it looks like the button of a form.
    """

    heading: str = ""
    text: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    figure: SafeString | None = None
    codes: tuple[str, ...] = ()
    forms: tuple[AccountForm, ...] = ()
    main: Link | None = None
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """What has just happened; ``is_fault`` where it went wrong."""

    text: str
    is_fault: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPage:
    """A page of the account, or one of its doors.

    ``ways`` lead to the other pages of the account; strangers have none. ``path`` is the
    present one among them. ``needs_script`` says that the script for passkeys belongs here.
    """

    chrome: Chrome
    heading: str
    standfirst: str = ""
    notices: tuple[Notice, ...] = ()
    parts: tuple[Part, ...] = ()
    ways: tuple[Link, ...] = ()
    path: str = ""
    needs_script: bool = False
