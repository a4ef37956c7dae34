"""Complimentary reading has a reason and an end, and can be taken back once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from wagtail.models import ModelLogEntry

from masthead.circulation import facts, grants
from masthead.circulation.entitlements import Work, may_read, viewer_with
from masthead.circulation.models import Grant
from tests.factories import circulation as let
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db

THEN = make.THEN
YEAR = timedelta(days=365)


def decision_for(reader, title, at, **work):
    viewer = viewer_with(facts.facts_of(reader, at), at)
    return may_read(viewer, Work("k", "subscribers", str(title.key), **work), at)


def test_a_grant_opens_its_title_until_its_end() -> None:
    gazette, herald = make.magazine(), make.magazine("The Herald")
    reader = let.reader()
    let.grant(reader, gazette, ends_at=THEN + YEAR)
    assert decision_for(reader, gazette, THEN).rule == "grant"
    assert decision_for(reader, gazette, THEN + YEAR - timedelta(seconds=1)).parts == "full"
    assert decision_for(reader, gazette, THEN + YEAR).parts == "lead"
    assert decision_for(reader, herald, THEN).parts == "lead"


def test_a_grant_may_begin_later_and_for_some_issues_only() -> None:
    gazette, reader = make.magazine(), let.reader()
    let.grant(reader, gazette, starts_at=THEN + timedelta(days=2), issues=(3, 5))
    soon = THEN + timedelta(days=2)
    assert decision_for(reader, gazette, THEN, issue=4).parts == "lead"
    assert decision_for(reader, gazette, soon, issue=4).parts == "full"
    assert decision_for(reader, gazette, soon, issue=6).parts == "lead"


def test_a_revoked_grant_opens_nothing_from_that_moment() -> None:
    gazette, reader = make.magazine(), let.reader()
    grant = let.grant(reader, gazette)
    grants.revoke(grant, at=THEN + timedelta(days=1))
    assert decision_for(reader, gazette, THEN + timedelta(days=1)).parts == "lead"


def test_revoking_twice_is_refused_and_keeps_the_first_moment() -> None:
    grant = let.grant(let.reader(), make.magazine())
    grants.revoke(grant, at=THEN)
    with pytest.raises(grants.CannotRevoke, match="before"):
        grants.revoke(grant, at=THEN + YEAR)
    grant.refresh_from_db()
    assert grant.revoked_at == THEN


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"reason": "  "}, "why"),
        ({"ends_at": THEN}, "end"),
        ({"starts_at": THEN - YEAR, "ends_at": THEN - timedelta(days=1)}, "past"),
        ({"issues": (5, 3)}, "first"),
    ],
)
def test_a_grant_without_reason_or_end_is_refused(asked, says) -> None:
    with pytest.raises(grants.CannotGive, match=says):
        let.grant(let.reader(), make.magazine(), **asked)
    assert not Grant.objects.exists()


def test_the_database_refuses_a_grant_without_an_end_or_a_reason() -> None:
    grant = let.grant(let.reader(), make.magazine())
    for wrong in ({"reason": ""}, {"ends_at": THEN - YEAR}, {"first_issue": 3}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Grant.objects.filter(pk=grant.pk).update(**wrong)


def test_giving_and_revoking_are_written_down_with_who_did_it() -> None:
    staff = let.reader("staff@gazette.example")
    grant = let.grant(let.reader(), make.magazine(), by=staff)
    grants.revoke(grant, at=THEN, by=staff)
    acts = ModelLogEntry.objects.filter(object_id=str(grant.pk)).order_by("pk")
    assert [(act.action, act.user) for act in acts] == [
        ("masthead.grant.give", staff),
        ("masthead.grant.revoke", staff),
    ]


def test_somebody_who_may_not_sign_in_any_more_reads_nothing() -> None:
    gazette, reader = make.magazine(), let.reader()
    let.grant(reader, gazette)
    reader.is_active = False
    reader.save()
    assert decision_for(reader, gazette, THEN).parts == "lead"


def test_what_is_known_of_a_reader_costs_the_same_however_much_it_is(
    django_assert_max_num_queries,
) -> None:
    gazette, reader = make.magazine(), let.reader()
    for _each in range(6):
        let.grant(reader, gazette)
        let.institution(gazette, domains=("readers.example",))
    with django_assert_max_num_queries(9):
        assert len(facts.facts_of(reader, THEN).readings) >= 6
