"""Making a page of the account from forms and sentences."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from masthead.newsstand.account_pages import (
    AccountForm,
    AccountPage,
    Choice,
    FormField,
    Notice,
    Part,
    Passkey,
)
from masthead.newsstand.chrome import chrome_for
from masthead.newsstand.pages import Link
from masthead.people import staff

TEMPLATE = "newsstand/account.html"

_KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.HiddenInput, "hidden"),
    (forms.CheckboxInput, "checkbox"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
    (forms.PasswordInput, "password"),
    (forms.EmailInput, "email"),
)


def show(
    request: HttpRequest,
    heading: str,
    *parts: Part,
    standfirst: str = "",
    status: int = 200,
) -> HttpResponse:
    """Return a page of the account, which nobody may keep or index."""
    all_forms = [form for part in parts for form in _forms_of(part)]
    page = AccountPage(
        chrome=chrome_for(request, description=heading),
        heading=heading,
        standfirst=standfirst,
        notices=tuple(
            Notice(str(message), message.level >= messages.WARNING)
            for message in messages.get_messages(request)
        ),
        parts=parts,
        ways=ways(request.user) if request.user.is_authenticated else (),
        path=request.path,
        needs_script=any(form.passkey for form in all_forms),
    )
    response = render(request, TEMPLATE, {"page": page}, status=status)
    response.headers["X-Robots-Tag"] = "noindex"
    # Letters link here, and what stands in an address is nobody else's business.
    response.headers["Referrer-Policy"] = "same-origin"
    add_never_cache_headers(response)
    return response


def ways(user: Any) -> tuple[Link, ...]:
    """Return the pages of the account, in their order; for staff the office, too."""
    office = (Link(_("The office"), reverse("wagtailadmin_home")),)
    return (
        Link(_("Account"), reverse("account_home")),
        Link(_("Subscriptions"), reverse("account_subscriptions")),
        Link(_("Cards"), reverse("account_cards")),
        Link(_("Invoices"), reverse("account_invoices")),
        Link(_("Addresses"), reverse("account_addresses")),
        Link(_("Letters"), reverse("account_letters")),
        Link(_("Gifts"), reverse("account_gifts")),
        Link(_("Podcast and apps"), reverse("account_feeds")),
        Link(_("Devices"), reverse("usersessions_list")),
        Link(_("Security"), reverse("mfa_index")),
        Link(_("Your data"), reverse("account_export")),
        *(office if staff.works_here(user) else ()),
    )


def form_of(
    form: forms.BaseForm,
    button: str,
    *,
    name: str = "main",
    labels: Mapping[str, str] | None = None,
    helps: Mapping[str, str] | None = None,
    hidden: Mapping[str, str] | None = None,
    passkey: Passkey | None = None,
    **more: Any,
) -> AccountForm:
    """Return a Django form as plain values.

    Args:
        form: bound or not.
        button: what its button says.
        name: sets its fields apart from those of other forms on the page.
        labels: what fields are called here, by name.
        helps: what is said below fields, by name.
        hidden: further values to send; empty ones are left out.
        passkey: what to ask the browser for first.
        more: further values of `AccountForm`.
    """
    fields = [
        _field_of(bound, (labels or {}).get(bound.name), (helps or {}).get(bound.name))
        for bound in form
    ]
    unseen = [error for field in fields if field.kind == "hidden" for error in field.errors]
    return AccountForm(
        name=name,
        button=button,
        fields=(*fields, *hidden_fields(hidden or {})),
        errors=tuple(str(error) for error in [*form.non_field_errors(), *unseen]),
        passkey=passkey,
        **more,
    )


def button(
    label: str, *, action: str = "", name: str = "act", hidden: Mapping[str, str] | None = None,
    **more: Any,
) -> AccountForm:  # fmt: skip
    """Return a form that is nothing but a button."""
    return AccountForm(
        name=name, button=label, action=action, fields=hidden_fields(hidden or {}), **more
    )


def hidden_fields(values: Mapping[str, str]) -> tuple[FormField, ...]:
    """Return fields that readers do not see, for the values that are not empty."""
    return tuple(
        FormField(name=name, kind="hidden", value=value) for name, value in values.items() if value
    )


def asking(act: str, options: Any = None, options_url: str = "") -> Passkey:
    """Return what a script needs to ask for a passkey."""
    return Passkey(act=act, options=json.dumps(options) if options else "", options_url=options_url)


def _forms_of(part: Part) -> Iterable[AccountForm]:
    yield from part.forms
    for row in part.rows:
        yield from row.forms


def _field_of(bound: forms.BoundField, label: str | None, help_text: str | None) -> FormField:
    field, widget = bound.field, bound.field.widget
    kind = next((name for known, name in _KINDS if isinstance(widget, known)), "text")
    if kind == "text" and widget.attrs.get("type") == "email":
        kind = "email"
    value = bound.value()
    choices: Iterable[tuple[Any, Any]] = getattr(field, "choices", ()) if kind == "select" else ()
    return FormField(
        name=bound.html_name,
        label=label if label is not None else str(bound.label),
        kind=kind,
        # A password is typed anew; a browser's answer about a passkey holds for one time.
        value=""
        if kind in ("password", "checkbox") or value is None or bound.name == "credential"
        else str(value),
        autocomplete=str(widget.attrs.get("autocomplete", "")),
        help=help_text if help_text is not None else str(field.help_text),
        errors=tuple(str(error) for error in bound.errors),
        is_required=field.required,
        is_chosen=kind == "checkbox" and bool(value),
        choices=tuple(Choice(str(one), str(text), str(one) == str(value)) for one, text in choices),
        max_length=getattr(field, "max_length", None) or 0,
    )
