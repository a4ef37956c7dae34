"""The pretend service is stricter than kind: what would go wrong at Stripe goes wrong here."""

from __future__ import annotations

import importlib
import threading
import typing
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import stripe

from masthead.payments.pretend import parameters, serving
from masthead.payments.pretend.bank import Bank
from masthead.payments.pretend.notices import Sender

CHARGE: Any = {"amount": 500, "currency": "eur", "confirm": True, "payment_method": "pm_card_visa"}
PAGE: Any = {
    "mode": "payment",
    "success_url": "https://magazine.example/done?s={CHECKOUT_SESSION_ID}",
    "cancel_url": "https://magazine.example/no",
    "line_items": [
        {
            "quantity": 1,
            "price_data": {
                "currency": "eur",
                "unit_amount": 6000,
                "product_data": {"name": "<b>A year</b>"},
            },
        }
    ],
}


@pytest.fixture
def service() -> Iterator[serving.Service]:
    with serving.opened() as service:
        yield service


@pytest.fixture
def stripe_client(service) -> Any:
    return client(service.address).v1


def client(address: str, key: str = "sk_test_pretend") -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        base_addresses={"api": address},
        max_network_retries=0,
        http_client=stripe.RequestsClient(timeout=5),
    )


def key(name: str) -> Any:
    return {"idempotency_key": name}


def test_what_is_not_known_is_refused_by_name(stripe_client):
    for wrong in (
        {"nonsense": 1},
        {"metadata": {"a": {"b": "c"}}},
        {"allowed_payment_method_types": "x"},
    ):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            stripe_client.payment_intents.create({**CHARGE, **wrong})
        assert next(iter(wrong)) in (refused.value.param or "")
    with pytest.raises(stripe.InvalidRequestError, match="amount"):
        stripe_client.payment_intents.create({"currency": "eur"})


def test_the_same_key_is_the_same_answer_and_other_words_are_an_error(service, stripe_client):
    first = stripe_client.payment_intents.create(CHARGE, key("k"))
    assert stripe_client.payment_intents.create(CHARGE, key("k")).id == first.id
    with pytest.raises(stripe.IdempotencyError):
        stripe_client.payment_intents.create({**CHARGE, "amount": 501}, key("k"))
    assert service.bank.truth()["charges"] == [500]


def test_a_refusal_of_the_words_does_not_use_the_key_up(service, stripe_client):
    with pytest.raises(stripe.InvalidRequestError):
        stripe_client.payment_intents.create({**CHARGE, "nonsense": 1}, key("k"))
    assert stripe_client.payment_intents.create(CHARGE, key("k")).status == "succeeded"


def test_after_a_day_a_key_is_forgotten_and_would_charge_again(service, stripe_client):
    stripe_client.payment_intents.create(CHARGE, key("k"))
    service.order("clock", to=service.bank.now + 86_401)
    stripe_client.payment_intents.create(CHARGE, key("k"))
    assert service.bank.truth()["charges"] == [500, 500]


def test_a_key_that_is_in_use_is_a_conflict(service, stripe_client):
    service.order("fault", kind="slow", seconds=0.5)
    slow = threading.Thread(target=stripe_client.payment_intents.create, args=(CHARGE, key("k")))
    slow.start()
    while not service.desk.at_work:
        pass
    with pytest.raises(stripe.APIError) as conflict:
        client(service.address).v1.payment_intents.create(CHARGE, key("k"))
    slow.join()
    assert conflict.value.http_status == 409
    assert service.bank.truth()["charges"] == [500]


def test_no_more_goes_back_than_was_paid(service, stripe_client):
    intent = stripe_client.payment_intents.create(CHARGE)
    stripe_client.refunds.create({"payment_intent": intent.id, "amount": 300})
    with pytest.raises(stripe.InvalidRequestError, match="greater"):
        stripe_client.refunds.create({"payment_intent": intent.id, "amount": 201})
    stripe_client.refunds.create({"payment_intent": intent.id})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        stripe_client.refunds.create({"payment_intent": intent.id})
    assert refused.value.code == "charge_already_refunded"
    assert service.bank.truth() == {"balance": {"eur": 0}, "charges": [500], "refunds": [300, 200]}


def test_lists_come_in_pages_the_newest_first(stripe_client):
    made = [stripe_client.payment_intents.create(CHARGE).id for _time in range(5)]
    listed = stripe_client.payment_intents.list({"limit": 2})
    assert listed.has_more
    assert [one.id for one in listed.auto_paging_iter()] == made[::-1]


def test_it_takes_no_live_key_and_none_that_is_none(service):
    for wrong in ("sk_live_1", "pk_test_1", "x"):
        with pytest.raises(stripe.AuthenticationError):
            client(service.address, wrong).v1.customers.list()


def test_a_restart_loses_nothing(tmp_path):
    file = tmp_path / "state.json"
    with serving.opened(state_file=file) as before:
        intent = client(before.address).v1.payment_intents.create(CHARGE, key("k"))
    with serving.opened(state_file=file) as after:
        v1 = client(after.address).v1
        assert v1.payment_intents.create(CHARGE, key("k")).id == intent.id
        assert next(iter(v1.events.list())).type == "payment_intent.succeeded"
        assert after.bank.truth()["charges"] == [500]


def test_notices_go_to_this_machine_only():
    with pytest.raises(ValueError, match="this machine"):
        Sender(Bank(), "https://magazine.example/")


def test_a_page_of_another_site_cannot_reach_it_by_a_name_of_its_own(service):
    request = urllib.request.Request(service.address, headers={"Host": "evil.example"})  # noqa: S310
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(request)  # noqa: S310


class Payer(urllib.request.HTTPRedirectHandler):
    """A payer with a browser that runs no scripts."""

    def __init__(self) -> None:
        self.went_to = ""
        self.opener = urllib.request.build_opener(self)

    def redirect_request(self, req, fp, code, msg, headers, newurl):
        self.went_to = newurl
        return None if "magazine" in newurl else super().redirect_request(req, fp, code, msg, headers, newurl)  # fmt: skip

    def asks(self, url: str, **form: str) -> str:
        body = urllib.parse.urlencode(form).encode() if form else None
        try:
            with self.opener.open(url, body) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.read().decode()


def test_the_page_says_that_no_money_moves_and_what_it_costs(stripe_client):
    page = Payer().asks(stripe_client.checkout.sessions.create(PAGE).url)
    assert "No money moves" in page
    assert "€60.00" in page
    assert "&lt;b&gt;A year" in page
    assert "<script" not in page


def test_a_payer_pays_and_goes_back(service, stripe_client):
    session = stripe_client.checkout.sessions.create(PAGE)
    payer = Payer()
    payer.asks(session.url, card="4242")
    assert payer.went_to == f"https://magazine.example/done?s={session.id}"
    assert service.bank.truth()["charges"] == [6000]
    assert "has been paid" in Payer().asks(session.url, card="4242")
    assert service.bank.truth()["charges"] == [6000]


def test_a_declined_payer_is_told_so_and_takes_another_card(service, stripe_client):
    session = stripe_client.checkout.sessions.create(PAGE)
    payer = Payer()
    page = payer.asks(session.url, card="9995")
    assert 'role="alert"' in page
    assert "Nothing was taken" in page
    assert service.bank.truth()["charges"] == []
    payer.asks(session.url, card="4242")
    assert service.bank.truth()["charges"] == [6000]


def test_a_payer_confirms_or_refuses(service, stripe_client):
    session = stripe_client.checkout.sessions.create(PAGE)
    payer = Payer()
    assert "Confirm it is you" in payer.asks(session.url, card="3220")
    assert service.bank.truth()["charges"] == []
    assert "did not confirm" in payer.asks(payer.went_to, card="3220", says="no")
    payer.asks(session.url, card="3220")
    payer.asks(session.url + "/confirmation", card="3220", says="yes")
    assert service.bank.truth()["charges"] == [6000]


def test_an_expired_page_takes_nothing(service, stripe_client):
    session = stripe_client.checkout.sessions.create(PAGE)
    service.order("clock", to=service.bank.now + 86_401)
    assert "has expired" in Payer().asks(session.url, card="4242")
    assert service.bank.truth()["charges"] == []


MODULES = {
    "POST customers": ("_customer_create_params", "CustomerCreateParams"),
    "GET customers": ("_customer_list_params", "CustomerListParams"),
    "POST payment_methods/*/attach": ("_payment_method_attach_params", "PaymentMethodAttachParams"),
    "POST payment_methods/*/detach": ("_payment_method_detach_params", "PaymentMethodDetachParams"),
    "POST payment_intents": ("_payment_intent_create_params", "PaymentIntentCreateParams"),
    "GET payment_intents": ("_payment_intent_list_params", "PaymentIntentListParams"),
    "POST payment_intents/*/confirm": (
        "_payment_intent_confirm_params",
        "PaymentIntentConfirmParams",
    ),
    "POST payment_intents/*/cancel": ("_payment_intent_cancel_params", "PaymentIntentCancelParams"),
    "GET charges": ("_charge_list_params", "ChargeListParams"),
    "POST checkout/sessions": ("checkout._session_create_params", "SessionCreateParams"),
    "GET checkout/sessions": ("checkout._session_list_params", "SessionListParams"),
    "POST checkout/sessions/*/expire": ("checkout._session_expire_params", "SessionExpireParams"),
    "POST refunds": ("_refund_create_params", "RefundCreateParams"),
    "GET refunds": ("_refund_list_params", "RefundListParams"),
    "GET disputes": ("_dispute_list_params", "DisputeListParams"),
    "GET events": ("_event_list_params", "EventListParams"),
}


def hints(form: type) -> dict[str, Any]:
    return typing.get_type_hints(
        form, localns={"StripeContext": Any, "UploadableFile": Any, "Mapping": Mapping}
    )


def forms_in(hint: Any) -> Iterator[type]:
    """Yield the forms that stand anywhere in a type."""
    if hasattr(hint, "__required_keys__"):
        yield hint
    for inner in typing.get_args(hint):
        yield from forms_in(inner)


def unknown_to(form: type, ours: Mapping[str, Any], within: str = "") -> Iterator[str]:
    known = hints(form)
    for name, inner in ours.items():
        name = name.rstrip("!")
        if name == "*":
            continue
        if name not in known:
            yield f"{within}{name}"
            continue
        inner = inner[0] if isinstance(inner, list) else inner
        if isinstance(inner, Mapping) and "*" not in inner:
            [deeper] = forms_in(known[name])
            yield from unknown_to(deeper, inner, f"{within}{name}.")


@pytest.mark.parametrize("route", MODULES)
def test_it_understands_nothing_that_the_library_does_not_know(route):
    module, name = MODULES[route]
    form = getattr(importlib.import_module(f"stripe.params.{module}"), name)
    assert list(unknown_to(form, parameters.ACCEPTED[route])) == []


def test_every_address_that_takes_words_is_compared():
    says_something = {
        route
        for route, form in parameters.ACCEPTED.items()
        if form not in (parameters.LOOK, {}) or route.startswith("POST")
    }
    assert says_something == set(MODULES)
