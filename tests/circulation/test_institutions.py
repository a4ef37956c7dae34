"""Institutions: by network, by mailbox, by seat; and crawlers by address alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from masthead.circulation import facts, institutions, viewers
from masthead.circulation.entitlements import Work, may_read, viewer_with
from masthead.circulation.models import Institution, Network, Seat
from masthead.circulation.models.institution import MailDomain, network_of
from masthead.config.sections import Server
from masthead.edge.asking import address_of
from masthead.people.models import User
from tests.factories import circulation as let
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db

THEN = make.THEN
YEAR = timedelta(days=365)


def rule_for(title, *, address="", reader=None, at=THEN) -> str:
    known = facts.facts_of(reader, at, address=address_of(address))
    work = Work("k", "subscribers", str(title.key))
    return may_read(viewer_with(known, at), work, at).rule


@pytest.mark.parametrize(
    ("networks", "address", "inside"),
    [
        (("192.0.2.0/24",), "192.0.2.0", True),
        (("192.0.2.0/24",), "192.0.2.255", True),
        (("192.0.2.0/24",), "192.0.3.0", False),
        (("192.0.2.0/24",), "::ffff:192.0.2.9", True),
        (("192.0.2.7/32",), "192.0.2.8", False),
        (("2001:db8::/32",), "2001:db8:ffff::1", True),
        (("2001:db8::/32",), "2001:db9::1", False),
        (("2001:db8::/32",), "2001:db8::1%eth0", True),
        (("198.51.100.0/24", "2001:db8::/32"), "198.51.100.5", True),
        (("192.0.2.0/24",), "", False),
        (("192.0.2.0/24",), "192.0.2.1, 10.0.0.1", False),
        (("192.0.2.0/24",), "192.000.002.001", False),
        (("192.0.2.0/24",), "3221225985", False),
    ],
)
def test_an_institution_reads_from_its_networks(networks, address, inside) -> None:
    gazette = make.magazine()
    let.institution(gazette, networks=networks)
    assert rule_for(gazette, address=address) == ("institution" if inside else "closed")


def test_reading_by_network_makes_no_account_of_anybody() -> None:
    gazette = make.magazine()
    let.institution(gazette, networks=("192.0.2.0/24",))
    rule_for(gazette, address="192.0.2.1")
    assert not User.objects.exists()


def test_a_network_reads_its_own_title_and_only_while_the_agreement_holds() -> None:
    gazette, herald = make.magazine(), make.magazine("The Herald")
    let.institution(gazette, networks=("192.0.2.0/24",), ends_at=THEN + YEAR)
    assert rule_for(herald, address="192.0.2.1") == "closed"
    assert rule_for(gazette, address="192.0.2.1", at=THEN - timedelta(seconds=1)) == "closed"
    assert rule_for(gazette, address="192.0.2.1", at=THEN + YEAR) == "closed"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" 192.0.2.0/24 ", "192.0.2.0/24"),
        ("192.0.2.7", "192.0.2.7/32"),
        ("2001:DB8::/32", "2001:db8::/32"),
        ("::ffff:192.0.2.0/120", "192.0.2.0/24"),
    ],
)
def test_a_network_is_kept_in_the_usual_form(typed, kept) -> None:
    assert str(network_of(typed)) == kept


@pytest.mark.parametrize(
    "typed", ["", "library", "192.0.2.5/24", "0.0.0.0/0", "10.0.0.0/7", "::/0", "2001::/16",
              "::ffff:0:0/90", "192.0.2.0/33"],
)  # fmt: skip
def test_what_is_no_network_or_takes_in_the_world_is_refused(typed) -> None:
    with pytest.raises(ValidationError) as refused:
        network_of(typed)
    assert "addresses" in refused.value.message_dict


def test_two_institutions_of_a_title_cannot_share_an_address() -> None:
    gazette, herald = make.magazine(), make.magazine("The Herald")
    let.institution(gazette, name="City library", networks=("192.0.2.0/24",))
    college = let.institution(gazette)
    with pytest.raises(ValidationError, match="City library"):
        Network(institution=college, addresses="192.0.2.128/25").full_clean()
    Network(institution=college, addresses="192.0.3.0/24").full_clean()
    Network(institution=let.institution(herald), addresses="192.0.2.128/25").full_clean()


def test_a_mailbox_counts_for_a_year_after_a_code_came_back_from_it() -> None:
    gazette = make.magazine()
    let.institution(gazette, domains=("college.example",))
    reader = let.reader("Ada@College.Example")
    assert rule_for(gazette, reader=reader) == "closed"
    reader.mail_verified_at = THEN
    assert rule_for(gazette, reader=reader) == "domain"
    assert rule_for(gazette, reader=reader, at=THEN + YEAR - timedelta(seconds=1)) == "domain"
    assert rule_for(gazette, reader=reader, at=THEN + YEAR) == "closed"


@pytest.mark.parametrize(
    "mail", ["ada@evil-college.example", "ada@college.example.evil.example", "college.example@x.example",
             "ada@sub.college.example"],
)  # fmt: skip
def test_a_mailbox_somewhere_else_does_not_count(mail) -> None:
    gazette = make.magazine()
    let.institution(gazette, domains=("college.example",))
    assert rule_for(gazette, reader=let.reader(mail, mail_verified_at=THEN)) == "closed"


def test_a_domain_is_kept_in_small_letters_and_must_be_one() -> None:
    college = let.institution(make.magazine())
    domain = MailDomain(institution=college, domain=" @College.Example ")
    domain.full_clean()
    assert domain.domain == "college.example"
    for wrong in ("example", "a b.example", "-x.example", "x@y.example"):
        with pytest.raises(ValidationError):
            MailDomain(institution=college, domain=wrong).full_clean()


def test_a_seat_is_taken_by_whoever_proves_the_mailbox() -> None:
    gazette = make.magazine()
    college = let.institution(gazette, seats=1)
    institutions.invite(college, "ada@home.example", at=THEN)
    reader, stranger = let.reader("ADA@home.example"), let.reader("eve@home.example")
    assert rule_for(gazette, reader=reader) == "closed"
    assert institutions.take_seats(stranger, at=THEN) == 0
    assert institutions.take_seats(reader, at=THEN) == 1
    assert rule_for(gazette, reader=reader) == "seat"
    assert rule_for(gazette, reader=stranger) == "closed"


def test_there_are_no_more_seats_than_agreed_and_a_freed_one_can_be_taken() -> None:
    college = let.institution(make.magazine(), seats=1)
    seat = institutions.invite(college, "ada@home.example", at=THEN)
    assert institutions.invite(college, "ADA@home.example", at=THEN) == seat
    with pytest.raises(institutions.CannotInvite, match="All 1 seats"):
        institutions.invite(college, "eve@home.example", at=THEN)
    institutions.free(seat, at=THEN)
    institutions.free(seat, at=THEN)
    assert institutions.invite(college, "eve@home.example", at=THEN)
    assert Seat.objects.filter(revoked_at=None).count() == 1


def test_a_freed_seat_opens_nothing() -> None:
    gazette = make.magazine()
    seat = institutions.invite(let.institution(gazette, seats=1), "ada@home.example", at=THEN)
    reader = let.reader("ada@home.example")
    institutions.take_seats(reader, at=THEN)
    institutions.free(seat, at=THEN)
    assert rule_for(gazette, reader=reader) == "closed"


def test_nobody_is_invited_to_an_agreement_that_is_over() -> None:
    college = let.institution(make.magazine(), seats=5, ends_at=THEN + YEAR)
    with pytest.raises(institutions.CannotInvite, match="does not hold"):
        institutions.invite(college, "ada@home.example", at=THEN + YEAR)


def test_a_crawler_comes_by_its_address_and_has_no_seats() -> None:
    gazette = make.magazine()
    let.institution(gazette, kind=Institution.Kind.CRAWLER, networks=("203.0.113.0/24",))
    assert rule_for(gazette, address="203.0.113.9") == "crawler"
    with pytest.raises(ValidationError, match="no seats"):
        Institution(title=gazette, name="Bot", kind="crawler", starts_at=THEN, seats=2).full_clean()


@pytest.mark.parametrize(
    ("server", "told", "believed"),
    [
        (Server(behind_proxy=False), "192.0.2.1", "10.9.9.9"),
        (Server(behind_proxy=True), "192.0.2.1", "192.0.2.1"),
        (Server(behind_proxy=True), "192.0.2.1, 198.51.100.1", "198.51.100.1"),
        (Server(behind_proxy=True, proxies=2), "192.0.2.1, 198.51.100.1, 10.0.0.1", "198.51.100.1"),
        (Server(behind_proxy=True, proxies=2), "10.0.0.1", None),
        (Server(behind_proxy=True), "", None),
        (Server(behind_proxy=True), "192.0.2.1, nonsense", None),
    ],
)
def test_only_what_our_own_proxies_wrote_is_believed(rf, settings, server, told, believed) -> None:
    request = rf.get("/", HTTP_X_FORWARDED_FOR=told, REMOTE_ADDR="10.9.9.9")
    settings.INSTALLATION = type("Installation", (), {"server": server})()
    found = viewers.address_of(request)
    assert (str(found) if found else None) == believed


def test_a_seat_is_not_for_who_has_an_address_that_looks_alike() -> None:
    college = let.institution(make.magazine(), seats=2)
    institutions.invite(college, "prof@gmail.com", at=THEN)
    other = let.reader("prof@gma\u0131l.com")
    assert institutions.take_seats(other, at=THEN) == 0
    assert institutions.take_seats(let.reader("prof@gmail.com"), at=THEN) == 1
