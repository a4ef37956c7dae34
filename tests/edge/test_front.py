"""The front: who gets which variant of a page, and when the house is asked."""

import gzip
import tracemalloc
from dataclasses import replace

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from masthead.edge import locks
from masthead.edge.carried import CarriedStore, Delivery
from masthead.edge.front import Asked
from masthead.edge.locks import Key, Lock
from masthead.edge.passes import Keyring, Pass
from masthead.edge.records import Record
from masthead.edge.store import Orders, Pressed, PressedPage, Store
from tests.edge import houses
from tests.edge.houses import (
    GIFT,
    GUEST,
    HEADERS,
    HOST,
    LATER,
    LEAD,
    LISTED,
    LISTED_QUIET,
    OPEN,
    QUIET,
    QUIET_TERM,
    SIGNED_UP,
    TERM,
    TITLE,
    WHOLE,
    cookie,
)

NOW = 1_000_000.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("front") / "pages"
    houses.fill(made)
    return made


@pytest.fixture(scope="module")
def look_up(folder):
    store, front = Store(folder), houses.front()

    def look_up(path="/closed/", given="", *, at=NOW, method="GET", host=HOST, alone=False, **more):
        asked = Asked(method, host, path, cookie=given or None, **more)
        with store.view() as view:
            return front.look_up(asked, view, at, alone=alone)

    yield look_up
    store.close()


def words(answer):
    return None if answer is None else answer.body.decode()


def test_each_reader_gets_what_the_gate_says(look_up):
    assert words(look_up()) == LEAD
    assert words(look_up(given=cookie(TERM))) == WHOLE
    assert words(look_up(given=cookie(QUIET_TERM))) == QUIET
    assert words(look_up(given=cookie(GIFT))) == GUEST
    assert words(look_up(given=cookie(SIGNED_UP))) == LEAD
    assert words(look_up("/geschichte-über/", cookie(TERM))) == WHOLE


def test_a_key_of_another_title_article_or_issue_opens_nothing(look_up):
    for key in (
        replace(TERM, title="title-2"),
        replace(TERM, article="a9"),
        replace(TERM, issues=(4, 9)),
        replace(TERM, classes=frozenset({"registered"})),
        replace(TERM, until=int(NOW)),
    ):
        assert words(look_up(given=cookie(key))) == LEAD


def test_a_reader_without_a_pass_who_may_have_one_is_sent_to_the_house(look_up):
    assert look_up(given="sessionid=abc") is None
    assert look_up(given="ticket=abc") is None
    assert words(look_up(given="csrftoken=abc")) == LEAD
    assert words(look_up("/open/", "sessionid=abc")) == OPEN


def test_a_pass_that_has_expired_is_renewed_at_the_house_or_opens_nothing(look_up):
    over = cookie(TERM, expires=int(NOW))
    assert look_up(given=f"{over}; sessionid=abc") is None
    assert words(look_up(given=over)) == LEAD


def test_a_pass_of_an_ended_session_opens_nothing(look_up):
    ended = cookie(TERM, session="ended")
    assert words(look_up(given=ended)) == LEAD
    assert look_up(given=f"{ended}; sessionid=abc") is None
    assert words(look_up(given=cookie(TERM, session="running"))) == WHOLE


@pytest.mark.parametrize(
    "forged",
    [
        "pass=",
        "pass=junk",
        "pass=mh1.abc.def.ghi",
        "pass=" + "a" * 5000,
        "pass=\xe9\xe9",
        "xpass=" + cookie(TERM).partition("pass=")[2],
        cookie(TERM)[:-1] + ("A" if cookie(TERM)[-1] != "A" else "B"),
        "pass=" + Keyring([b"another secret of 32 bytes, here"]).sign(Pass((TERM,), LATER)),
    ],
)
def test_a_forged_pass_is_a_strangers(look_up, forged):
    assert words(look_up(given=forged)) == LEAD


@pytest.mark.parametrize(("given", "page"), [("", LEAD), (cookie(TERM), WHOLE)])
def test_strangers_do_not_fill_the_memory_with_long_headers(look_up, given, page):
    def ask(number):
        junk = f"x{number}" * 2000
        asked = {"given": f"{junk}=1; {given}", "accept_encoding": f"{junk}, gzip"}
        return look_up(**asked)

    assert gzip.decompress(ask(1000).body).decode() == page
    tracemalloc.start()
    try:
        for number in range(1001, 1201):
            assert dict(ask(number).headers)["content-encoding"] == "gzip"
        kept, _most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 200_000, "Two hundred readers sent four million characters."
    assert gzip.decompress(ask(1201).body).decode() == page


def test_junk_does_not_drive_out_what_is_known_of_readers(tmp_path):
    houses.fill(tmp_path / "pages")
    store, front = Store(tmp_path / "pages"), houses.front()
    for shown in (cookie(TERM), *[f"{cookie(TERM)[:-4]}{number:04}" for number in range(100)]):
        with store.view() as view:
            front.look_up(Asked("GET", HOST, "/closed/", cookie=shown), view, NOW)
    assert list(front._passes) == [cookie(TERM)]
    store.close()


def test_a_metered_article_is_counted_at_the_house(look_up):
    assert words(look_up("/metered/")) == LEAD
    assert look_up("/metered/", cookie(SIGNED_UP)) is None
    assert words(look_up("/metered/", cookie(TERM))) == WHOLE


def test_a_page_that_may_have_turned_is_asked_for_at_the_house(look_up):
    assert words(look_up("/stale/", at=99)) == LEAD
    assert look_up("/stale/", at=100) is None
    assert look_up("/stale/", cookie(TERM), at=100) is None
    assert words(look_up("/turns/", at=99)) == LEAD
    assert look_up("/turns/", at=100) is None


def test_advertisements_are_kept_from_who_was_promised_none(look_up):
    assert words(look_up("/listed/")) == LISTED
    assert words(look_up("/listed/", cookie(TERM))) == LISTED
    assert words(look_up("/listed/", cookie(QUIET_TERM))) == LISTED_QUIET


def test_a_variant_that_was_not_pressed_is_asked_for_and_never_replaced_by_another(look_up):
    # Ad-free, but this issue is not part of what they bought: there is no such page in the store.
    assert look_up(given=cookie(replace(QUIET_TERM, issues=(4, 9)))) is None


def test_what_is_no_page_is_the_houses(look_up):
    for path in ("/", "/nowhere/", "/closed", "/closed//", "/CLOSED/", "/gone/", "/" + "a" * 900):
        assert look_up(path) is None
    for method in ("POST", "PUT", "OPTIONS", "get"):
        assert look_up(method=method) is None
    assert look_up(host="elsewhere.example") is None
    assert look_up(query="gift=abc") is None
    assert look_up(query="page=2") is None


def test_links_with_others_counters_open_the_same_page(look_up):
    assert words(look_up(query="utm_source=letter&fbclid=1", given=cookie(TERM))) == WHOLE


def test_readers_by_their_network_are_the_houses(folder, tmp_path):
    houses.fill(tmp_path / "pages")
    store, front = Store(tmp_path / "pages", writable=True), houses.front()
    store.order(lambda _told: Orders(networks=("10.1.0.0/16", "2001:db8::/32")))
    for address, is_asked in (
        ("10.1.2.3", True),
        ("::ffff:10.1.2.3", True),
        ("2001:db8::1", True),
        ("10.2.0.1", False),
        ("", False),
        ("no address", False),
    ):
        with store.view() as view:
            answer = front.look_up(Asked("GET", HOST, "/closed/", address=address), view, NOW)
            assert (answer is None) is is_asked
            opened = Asked("GET", HOST, "/closed/", cookie=cookie(TERM), address=address)
            assert words(front.look_up(opened, view, NOW)) == WHOLE
    store.close()


def test_the_house_can_be_switched_to_leads_only(tmp_path):
    houses.fill(tmp_path / "pages")
    store, front = Store(tmp_path / "pages", writable=True), houses.front()

    def seen(path, given):
        with store.view() as view:
            return words(front.look_up(Asked("GET", HOST, path, cookie=given), view, NOW))

    assert seen("/closed/", cookie(TERM)) == WHOLE
    store.order(lambda _told: Orders(leads_only=True))
    assert seen("/closed/", cookie(TERM)) == LEAD
    assert seen("/metered/", cookie(TERM)) == LEAD
    assert seen("/listed/", cookie(TERM)) == LISTED
    store.order(lambda _told: Orders())
    assert seen("/closed/", cookie(TERM)) == WHOLE
    store.close()


def test_who_is_signed_in_may_have_bought_since_what_their_pass_does_not_open(tmp_path):
    houses.fill(tmp_path / "pages")
    store, front = Store(tmp_path / "pages"), replace(houses.front(), session_cookie="sessionid")

    def seen(given, **more):
        with store.view() as view:
            asked = Asked("GET", HOST, "/closed/", cookie=given)
            return words(front.look_up(asked, view, NOW, **more))

    assert seen(cookie(SIGNED_UP)) == LEAD
    assert seen(f"sessionid=abc; {cookie(SIGNED_UP)}") is None
    assert seen(f"sessionid=abc; {cookie(TERM)}") == WHOLE
    assert seen(f"sessionid=abc; {cookie(SIGNED_UP)}", alone=True) == LEAD
    store.close()


def test_whatever_is_written_counts_from_the_next_request_on(tmp_path):
    """A front remembers what it found out, and forgets it with the edition that it found it in."""
    houses.fill(tmp_path / "pages")
    store, front = Store(tmp_path / "pages", writable=True), houses.front()
    held = cookie(TERM, session="abc")

    def seen(path="/closed/", given=held, at=NOW):
        with store.view() as view:
            return words(front.look_up(Asked("GET", HOST, path, cookie=given), view, at))

    assert seen() == seen() == WHOLE
    assert seen("/new/") is None
    new = Record(host=HOST, path="/new/", version=9, rules={"open": "open"})
    store.publish([PressedPage(new, {"open": Pressed(b"First.", HEADERS)})])
    assert seen("/new/") == "First."
    newer = replace(new, version=10)
    store.publish([PressedPage(newer, {"open": Pressed(b"Second.", HEADERS)})])
    assert seen("/new/") == "Second."
    store.publish([], gone=[(HOST, "/new/", 11)])
    assert seen("/new/") is None
    assert (seen(at=LATER - 1), seen(at=LATER)) == (WHOLE, LEAD)
    store.end_session("abc", LATER)
    assert seen() == LEAD
    assert seen(given=cookie(TERM, session="abd")) == WHOLE
    store.close()


def test_while_the_house_is_away_everybody_reads_what_can_be_vouched_for(look_up):
    assert words(look_up(given="sessionid=abc", alone=True)) == LEAD
    assert words(look_up(given=cookie(TERM), alone=True)) == WHOLE
    assert words(look_up("/stale/", at=100, alone=True)) == LEAD
    assert words(look_up("/metered/", cookie(SIGNED_UP), alone=True)) == LEAD
    # What the page was locked by is no longer known: it may have been taken down since.
    assert look_up("/turns/", at=100, alone=True) is None


def test_bytes_that_say_they_are_gated_are_not_sent_by_a_record_that_says_otherwise(tmp_path):
    """A record and its bytes vouch for each other: a slip in one of them opens nothing."""
    store = Store(tmp_path / "pages", writable=True)
    lead, whole = Pressed(LEAD.encode(), HEADERS), Pressed(WHOLE.encode(), HEADERS, is_gated=True)
    lock = Lock(TITLE, "subscribers", "a1", 3)
    record = Record(host=HOST, path="/a/", version=1, lock=lock, title=TITLE)
    # Pressed with rules that would show the whole to everybody.
    slipped = replace(record, rules={"closed": "whole", "term": "whole"})
    store.publish([PressedPage(slipped, {"lead": lead, "whole": whole})])
    front = houses.front()
    with store.view() as view:
        assert front.look_up(Asked("GET", HOST, "/a/"), view, NOW) is None
        opened = front.look_up(Asked("GET", HOST, "/a/", cookie=cookie(TERM)), view, NOW)
        assert words(opened) == WHOLE
    store.close()


keys = st.builds(
    Key,
    rule=st.sampled_from(["term", "gift", "staff", "meter", "unknown"]),
    title=st.sampled_from([TITLE, "title-2", "*"]),
    classes=st.frozensets(st.sampled_from(["registered", "metered", "subscribers"])),
    issues=st.none() | st.sampled_from([(1, 2), (3, 3), (1, 9)]),
    article=st.sampled_from(["", "a1", "a2"]),
    until=st.none() | st.integers(int(NOW) - 2, int(NOW) + 2),
    without_ads=st.booleans(),
)


@given(
    st.lists(keys, max_size=4),
    st.sampled_from(["/closed/", "/metered/", "/stale/", "/turns/"]),
    st.sampled_from(["", "sessionid=abc; ", "ticket=x; "]),
    st.integers(-1, 1),
    st.booleans(),
)
def test_the_whole_of_a_closed_page_is_sent_only_where_a_key_opens_its_lock(
    look_up, given_keys, path, others, life, alone
):
    shown = cookie(*given_keys, expires=int(NOW) + life)
    answer = look_up(path, others + shown, alone=alone)
    page = next(one for one in houses.pages() if one.record.path == path)
    lock = page.record.lock
    opened = life > 0 and locks.opened_by(lock, given_keys, NOW) is not None
    if answer is not None and answer.body.decode() != LEAD:
        assert opened
    if answer is not None and answer.body.decode() == LEAD:
        assert not opened
    quiet = life > 0 and locks.keep_advertisements_away(given_keys, TITLE, NOW)
    if answer is not None and quiet:
        assert answer.body.decode() not in (WHOLE, GUEST, LEAD)


@pytest.fixture(scope="module", params=["wire", "wsgi", "rsgi"])
def port(request, folder):
    with houses.served(request.param, folder) as port:
        request.node.how = request.param
        yield port


def test_every_server_sends_each_reader_their_variant(port):
    for path, shown, body in (
        ("/closed/", "", LEAD),
        ("/closed/", cookie(TERM), WHOLE),
        ("/closed/", cookie(QUIET_TERM), QUIET),
        ("/closed/", cookie(GIFT), GUEST),
        ("/closed/", cookie(TERM, session="ended"), LEAD),
        ("/closed/", "pass=" + "\xe9" * 10, LEAD),
        ("/closed/", "pass=" + "a" * 4000, LEAD),
        ("/geschichte-%C3%BCber/", cookie(TERM), WHOLE),
        ("/open/", "", OPEN),
        ("/closed/?utm_source=letter", cookie(TERM), WHOLE),
    ):
        got = houses.get(port, path, **({"Cookie": shown} if shown else {}))
        assert (got.status, got.body.decode()) == (200, body), path
        assert got.headers["content-length"] == str(len(body))


def test_every_server_says_what_a_page_depends_on(port):
    closed = houses.get(port, "/closed/", Cookie=cookie(TERM)).headers
    assert closed["vary"] == "Accept-Encoding, Cookie"
    assert closed["cache-control"] == "private, no-cache"
    assert houses.get(port, "/open/").headers["vary"] == "Accept-Encoding"


def test_every_server_packs_pages_and_knows_who_has_them(port):
    packed = houses.get(port, "/closed/", Accept_Encoding="gzip, br", Cookie=cookie(TERM))
    assert packed.headers["content-encoding"] == "br"
    assert brotli.decompress(packed.body).decode() == WHOLE
    etag = packed.headers["etag"]
    has_it = houses.get(
        port, "/closed/", Accept_Encoding="br", Cookie=cookie(TERM), If_None_Match=f'"x", W/{etag}'
    )
    assert (has_it.status, has_it.body, has_it.headers["etag"]) == (304, b"", etag)
    assert has_it.headers["cache-control"] == "private, no-cache"
    # Another coding, or another reader, is another page.
    other = houses.get(
        port, "/closed/", Accept_Encoding="gzip", Cookie=cookie(TERM), If_None_Match=etag
    )
    assert other.status == 200
    stranger = houses.get(port, "/closed/", Accept_Encoding="br", If_None_Match=etag)
    assert brotli.decompress(stranger.body).decode() == LEAD


def test_every_server_answers_head_and_parts(port):
    head = houses.get(port, "/closed/", "HEAD", Cookie=cookie(TERM))
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == str(len(WHOLE))
    part = houses.get(port, "/open/", Range="bytes=0-9", Accept_Encoding="br")
    assert (part.status, part.body.decode()) == (206, OPEN[:10])
    assert part.headers["content-range"] == f"bytes 0-9/{len(OPEN)}"
    assert "content-encoding" not in part.headers
    same = houses.get(port, "/open/", Range="bytes=0-9", If_Range=part.headers["etag"])
    assert (same.status, same.body.decode()) == (206, OPEN[:10])
    other = houses.get(port, "/open/", Range="bytes=0-9", If_Range='"of-another-version"')
    assert (other.status, other.body.decode()) == (200, OPEN)
    none = houses.get(port, "/open/", Range=f"bytes={len(OPEN)}-")
    assert (none.status, none.body) == (416, b"")
    assert houses.get(port, "/open/", Range="bytes=0-1,4-5").status == 200


@pytest.fixture
def carried(tmp_path):
    """A store that a carrier fills, and a front that has a little patience."""
    folder = tmp_path / "pages"
    houses.fill(folder)
    store, front = CarriedStore(folder, writable=True), replace(houses.front(), patience=10)

    def heard(at):
        store.receive(
            Delivery(
                depot="d", edition=store.size()["edition"], at=at, sessions={}, orders=Orders()
            )
        )

    def look_up(path, given="", *, at=NOW, alone=False):
        with store.view() as view:
            return front.look_up(
                Asked("GET", HOST, path, cookie=given or None), view, at, alone=alone
            )

    def readiness(at=NOW):
        with store.view() as view:
            return front.readiness(view, at).status

    yield store, heard, look_up, readiness
    store.close()


def test_a_store_that_has_heard_nothing_for_long_is_not_believed_and_leaves_the_balancer(carried):
    _store, heard, look_up, readiness = carried
    heard(NOW - 10)
    assert words(look_up("/closed/", cookie(TERM))) == WHOLE
    assert readiness() == 200
    heard(NOW - 10.5)
    assert look_up("/closed/", cookie(TERM)) is None
    assert look_up("/closed/") is None
    assert look_up("/open/") is None
    assert readiness() == 503


def test_nothing_whole_is_given_out_by_who_may_have_missed_that_it_was_taken_down(carried):
    store, heard, look_up, readiness = carried
    heard(NOW - 60)
    # The house is away.
    assert words(look_up("/closed/", alone=True)) == LEAD
    assert words(look_up("/open/", alone=True)) == OPEN
    assert look_up("/closed/", cookie(TERM), alone=True) is None
    # The house is there, and as cut off as the store.
    store.cut_off()
    assert words(look_up("/closed/")) == LEAD
    assert words(look_up("/open/")) == OPEN
    assert look_up("/closed/", cookie(TERM)) is None
    assert readiness() == 503


def test_a_store_that_was_never_filled_is_not_ready(carried):
    _store, _heard, look_up, readiness = carried
    assert look_up("/open/") is None
    assert readiness() == 503


def test_where_one_machine_serves_nobody_waits_to_hear_anything(carried):
    store, _heard, _look_up, _readiness = carried
    with store.view() as view:
        assert houses.front().readiness(view, NOW).status == 200
        assert houses.front().look_up(Asked("GET", HOST, "/open/"), view, NOW).status == 200
