"""What templates call alike is drawn once for all readers of a page, and never opens anything."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template import RequestContext, Template

from masthead.newsstand.alike import Alike

DRAWN = Template("{% load newsstand %}{% alike %}<b>{{ words }}</b>{% endalike %}, {{ name }}")


def drawn(request: HttpRequest, **values: Any) -> str:
    return DRAWN.render(RequestContext(request, values))


def asked(alike: Alike, *, is_gated: bool) -> HttpRequest:
    request = HttpRequest()
    alike.share(request, is_gated=is_gated)
    return request


def test_it_is_drawn_once_for_all_readers_of_a_page_and_escaped_once():
    alike = Alike()
    stranger = asked(alike, is_gated=False)
    assert drawn(stranger, words="a & b", name="stranger") == "<b>a &amp; b</b>, stranger"
    subscriber = asked(alike, is_gated=True)
    assert drawn(subscriber, words="other", name="reader") == "<b>a &amp; b</b>, reader"


def test_what_was_drawn_for_a_subscriber_never_gets_to_a_stranger():
    alike = Alike()
    assert "paid" in drawn(asked(alike, is_gated=True), words="paid")
    assert "paid" not in drawn(asked(alike, is_gated=False), words="open")
    assert "paid" in drawn(asked(alike, is_gated=True), words="again")


def test_another_page_and_an_answer_to_a_reader_are_drawn_anew():
    assert "one" in drawn(asked(Alike(), is_gated=True), words="one")
    assert "two" in drawn(asked(Alike(), is_gated=True), words="two")
    assert "three" in drawn(HttpRequest(), words="three")
