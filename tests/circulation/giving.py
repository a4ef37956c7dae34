"""Acts of a play: gifts are paid for, passed on, taken, stand in line, and go back."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from masthead.circulation import orders, presents
from masthead.circulation.models import Present, Refund
from masthead.circulation.presents import Wish
from tests.circulation.acts import Acts, Awaited, number, succeeds, times
from tests.circulation.reference_values import Gift
from tests.circulation.selling import Selling, asked_of, offers, terms_of

MOST_GIFTS = 3
RECIPIENTS = 4
"""The first who order anything, so that many have something of their own; and one who does not."""


@dataclass
class Given:
    """A gift, what the second opinion knows of it, and the link that was passed on."""

    present: Present
    gift: Gift
    token: str


class Giving(Selling, Acts):
    """A donor pays, a recipient reads (20)."""

    def __init__(self) -> None:
        super().__init__()
        self.given: list[Given] = []

    @precondition(lambda self: len(self.given) < MOST_GIFTS)
    @rule(offer=offers, deliveries=times)
    def give(self, offer: dict[str, Any], deliveries: int) -> None:
        version, who, donor = self.publish(offer), *self.somebody_new()
        wish = Wish("Ann", "Bob", self.now.date(), "ann@readers.example")
        placed, attempt = orders.place(
            version, donor, at=self.now, request=uuid.uuid4(), gift=wish, agreed_to="It renews.",
            **asked_of(offer),
        )  # fmt: skip
        terms = terms_of(offer, placed.parts)
        present = Present.objects.get(order=placed)

        def effect(at: datetime) -> None:
            gift = self.world.give(terms, who)
            token = presents.make_link(present, at=at)
            self.given.append(Given(present, gift, token))

        if attempt is None:
            effect(self.now)
            return
        assert not succeeds(lambda: presents.make_link(present, at=self.now))
        self.waiting.append(Awaited(attempt, effect))
        if offer["pays"]:
            self.take_in(-1, deliveries)

    @precondition(lambda self: self.given)
    @rule(which=number, who=st.integers(0, RECIPIENTS), clicks=times)
    def take(self, which: int, who: int, clicks: int) -> None:
        """Whoever has the link has it, once; not its donor, and nobody by a link that is void."""
        given = self.given[which % len(self.given)]
        reader = self.stage.readers[who if who < RECIPIENTS else -1]
        who = who if who < RECIPIENTS else len(self.stage.readers) - 1
        had_begun = given.gift.has_begun
        expected = self.world.take(given.gift, who, self.tick())
        found = presents.of_token(given.token)
        assert (found == given.present) is not given.gift.is_back
        for _ in range(clicks):
            act = lambda: presents.redeem(given.present, reader, at=self.now)  # noqa: E731
            assert succeeds(act) is expected
        if given.gift.has_begun and not had_begun:
            self.subscribed(given.present.order)

    @precondition(lambda self: self.given)
    @rule(again=st.booleans())
    def gifts_in_line_begin(self, again: bool) -> None:
        """Whose turn has come, in the order in which they were taken; none of their issues is lost."""
        begun = self.world.begin_waiting(self.tick())
        assert presents.begin_waiting(at=self.now) == len(begun)
        for gift in begun:
            self.subscribed(next(one for one in self.given if one.gift is gift).present.order)
        if again:
            assert presents.begin_waiting(at=self.now) == 0

    @precondition(lambda self: self.given)
    @rule(which=number)
    def correct(self, which: int) -> None:
        """Whoever has the old link has nothing any more."""
        given = self.given[which % len(self.given)]
        expected = given.gift.taken is None and not given.gift.is_back
        self.tick()

        def act() -> None:
            presents.change(
                given.present, recipient_name="Eve", recipient_email="", deliver_on=self.now.date()
            )

        assert succeeds(act) is expected
        if expected:
            assert presents.of_token(given.token) is None
            given.token = presents.make_link(given.present, at=self.now)

    @precondition(lambda self: self.given)
    @rule(which=number, clicks=times)
    def have_back(self, which: int, clicks: int) -> None:
        """The whole price, once, to who paid; and nothing once it has begun."""
        given = self.given[which % len(self.given)]
        expected = self.world.give_back(given.gift, self.tick())

        def act(request: uuid.UUID) -> list[Refund]:
            return presents.give_back(given.present, request=request, at=self.now)

        self.click(act, clicks, expected)
        if expected is not None:
            self.subscribed(given.present.order)
