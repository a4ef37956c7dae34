"""Ways to pay are tables of masthead.toml: checked like the rest, secrets from the environment."""

from __future__ import annotations

from dataclasses import replace

import pytest

from masthead.cli import new
from masthead.config import checks, installation
from masthead.config.installation import BrokenInstallation
from masthead.config.sections import Payments
from masthead.payments import ways
from masthead.payments.provider import NotReady

CARD = """
[payments]
ways = ["card", "transfer"]

[payments.card]
part = "stripe"

[payments.transfer]
part = "transfer"
holder = "The Lantern Ltd"
iban = "DE89 3704 0044 0532 0130 00"

[payments.cheque]
part = "by-hand"
"""
SECRETS = {"MASTHEAD_SECRET_KEY": "x" * 50, "STRIPE_KEY": "sk_test_1"}


@pytest.fixture
def read(tmp_path):
    def read(text: str, **environment: str) -> installation.Installation:
        (tmp_path / "masthead.toml").write_text(text)
        return installation.read(tmp_path, {**SECRETS, **environment})

    return read


@pytest.fixture
def installed(settings, read):
    def installed(text: str, **environment: str) -> None:
        settings.INSTALLATION = read(text, **environment)

    return installed


def faults(text: str) -> list[str]:
    return [str(fault) for fault in installation.faults_in(text)]


def test_a_magazine_without_ways_sells_nothing_and_is_sound(read):
    there = read("")
    assert there.payments.ways == ()
    assert there.ways == ()


def test_each_way_is_a_table_with_its_options_and_its_secrets(read):
    card, transfer, cheque = read(CARD, STRIPE_WEBHOOK_SECRET="whsec_1").ways
    assert (card.part, card.secrets) == (
        "stripe",
        {"key": "sk_test_1", "webhook_secret": "whsec_1"},
    )
    assert card.options["live_on"] == ""
    assert transfer.options["days"] == 30
    assert cheque.part == "by-hand"
    assert "sk_test_1" not in repr(read(CARD))


def test_secrets_come_from_the_variables_that_are_named(read):
    text = CARD.replace('part = "stripe"', 'part = "stripe"\nkey_env = "OTHER"')
    assert read(text).ways[0].secrets == {}
    assert read(text, OTHER="sk_test_2").ways[0].secrets == {"key": "sk_test_2"}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ('[payments]\nways = ["card"]', "[payments.card]"),
        ('[payments.card]\nkey_env = "K"', "part"),
        ('[payments.card]\npart = "stripe"\nkey = "sk_live_1"', "Did you mean key_env?"),
        ('[payments.card]\npart = "stripe"\nkey_env = "sk_live_1"', "name of a variable"),
        ('[payments.card]\npart = "stripe"\nbase_url = "https://evil.example"', "this machine"),
        ('[payments.t]\npart = "transfer"\niban = "DE89370400440532013001"', "do not fit"),
        ('[payments.t]\npart = "transfer"\niban = "my bank"', "as the bank does"),
        ('[payments.t]\npart = "transfer"\nbic = "X"', "eight or eleven"),
        ('[payments.t]\npart = "transfer"\ndays = 0', "from 1 to 365"),
        ('[payments."Card!"]\npart = "stripe"', "no name"),
        ('[payments]\nwayz = ["card"]', "Did you mean ways?"),
    ],
)
def test_what_is_wrong_is_told_with_how_to_mend_it(wrong, said):
    assert any(said in one for one in faults(wrong)), faults(wrong)


def test_pretend_money_is_no_money_for_a_public_magazine(read):
    text = CARD.replace('"stripe"', '"stripe"\nbase_url = "http://127.0.0.1:8012"')
    assert read(text).ways[0].options["base_url"]
    with pytest.raises(BrokenInstallation, match="pretend money"):
        read("[server]\nproduction = true\n" + text)


def test_a_way_is_found_by_its_name_and_made_once(installed):
    installed(CARD)
    assert ways.named("card") is ways.named("card")
    assert ways.names() == ("card", "transfer", "cheque")
    with pytest.raises(ways.NoSuchWay, match=r"payments\.paypal"):
        ways.named("paypal")


def test_a_changed_table_makes_another(installed):
    installed(CARD)
    before = ways.named("card")
    installed(CARD, STRIPE_KEY="sk_test_2")
    assert ways.named("card") is not before


def test_readers_are_offered_what_is_ready_in_the_order_of_the_settings(installed):
    installed(CARD)
    assert [(way.name, str(way.label)) for way in ways.for_readers()] == [
        ("card", "Card"),
        ("transfer", "Bank transfer"),
    ]
    installed(CARD, STRIPE_KEY="")
    assert [way.name for way in ways.for_readers()] == ["transfer"]
    with pytest.raises(NotReady, match="STRIPE_KEY"):
        ways.named("card")


def test_a_part_of_nobody_is_not_ready(installed):
    installed('[payments]\nways = ["x"]\n[payments.x]\npart = "nobody"\nanything = 1')
    assert ways.for_readers() == []
    [(name, why)] = ways.complaints()
    assert name == "x"
    assert "nobody" in why


def test_the_check_tells_what_keeps_ways_from_being_used(settings, installed):
    installed(CARD, STRIPE_KEY="")
    [error] = checks.payments()
    assert error.id == "masthead.E018"
    assert "STRIPE_KEY" in error.msg
    assert error.hint


def test_the_check_warns_a_public_magazine_of_keys_for_tests(settings, installed):
    installed(CARD)
    assert list(checks.payments()) == []
    public = replace(settings.INSTALLATION.server, production=True)
    settings.INSTALLATION = replace(settings.INSTALLATION, server=public)
    assert {one.id for one in checks.payments()} == {"masthead.W019", "masthead.W022"}


def test_the_check_asks_a_public_magazine_who_sells(settings, installed):
    named = '[seller]\nname = "Lantern Press"\naddress = ["1 Quay Street", "Ireland"]\n'
    for seller, expected in (("", True), (named, False)):
        installed(seller + CARD)
        public = replace(settings.INSTALLATION.server, production=True)
        settings.INSTALLATION = replace(settings.INSTALLATION, server=public)
        assert ("masthead.W022" in {one.id for one in checks.payments()}) is expected


def test_a_new_magazine_can_be_laid_out_with_ways(tmp_path):
    new.lay_out(
        tmp_path / "m",
        payments={"ways": ("card",), "card": {"part": "stripe", "live_on": 'a "b"'}},
    )
    there = installation.read(tmp_path / "m", {})
    assert there.payments == Payments(ways=("card",))
    assert there.ways[0].options["live_on"] == 'a "b"'
