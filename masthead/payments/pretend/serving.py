"""Opens the service on this machine: as a process of its own, or in a thread for tests.

with serving.opened() as service:
    service.address, service.order("fault", kind="drop"), service.bank.truth()
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from masthead.payments.pretend import cards, checkout, page
from masthead.payments.pretend.bank import Bank
from masthead.payments.pretend.desk import Desk
from masthead.payments.pretend.notices import HERE, SECRET, Sender, signed
from masthead.payments.pretend.refusal import Refusal

HOST = "127.0.0.1"
API, PAGES, COMMANDS = "/v1/", "/pay/", "/pretend/commands"


class Service:
    """The whole of it: what it knows, who answers, and what is told of it."""

    def __init__(self, state_file: Path | None, notices_to: str, secret: str) -> None:
        """Begin where the file left off."""
        self.bank = Bank(state_file)
        self.desk = Desk(self.bank)
        self.sender = Sender(self.bank, notices_to, secret)
        self.secret = secret

    @property
    def address(self) -> str:
        """Where it is."""
        return self.desk.address

    def order(self, do: str, **said: Any) -> Any:
        """Carry out a command, and return what it has to say.

        `fault` (kind, seconds, status, on, times, done), `clock` (to), `dispute` and `refund`
        (payment_intent, amount), `close_dispute` (id, won), `fail_refund` (id), `behave`
        (payment_method, later), `pay` (session, card), `expire` (session), `notices` (mode),
        `release` (copies, shuffled), `signed` (at), `truth`, `asked`, `reset`, `sound`.
        """
        act = getattr(self, f"_{do}", None)
        if act is None:
            raise Refusal(f"There is no command {do!r}.")
        with self.desk.lock:
            said_back = act(**said)
            self.bank.keep()
        self.sender.wake()
        return said_back

    def _sound(self) -> str:
        return "pretend"

    def _reset(self) -> None:
        for kept in (self.bank.things, self.bank.events, self.bank.answered, self.desk.asked):
            kept.clear()
        self.desk.faults.waiting.clear()
        self.bank.ahead = self.sender.told = 0

    def _fault(self, kind: Any, **more: Any) -> None:
        self.desk.faults.order(kind, **more)

    def _clock(self, to: int) -> None:
        self.bank.set_clock(to)

    def _charge(self, payment_intent: str) -> Any:
        return self.bank.things[self.bank.get(payment_intent, "payment_intent")["latest_charge"]]

    def _dispute(self, payment_intent: str, amount: int | None = None) -> str:
        return str(self.bank.dispute(self._charge(payment_intent), amount)["id"])

    def _close_dispute(self, id: str, won: bool) -> None:
        self.bank.close_dispute(self.bank.get(id, "dispute"), won=won)

    def _refund(self, payment_intent: str, amount: int) -> str:
        return str(self.bank.refund(self._charge(payment_intent), amount, {})["id"])

    def _fail_refund(self, id: str) -> None:
        self.bank.fail_refund(self.bank.get(id, "refund"))

    def _behave(self, payment_method: str, later: str) -> None:
        self.bank.get(payment_method, "payment_method")["_later"] = later

    def _pay(self, session: str, card: str = "4242", confirmed: bool = True) -> str:
        chosen = cards.by_last4(card)
        assert chosen is not None
        there = self.bank.get(session, "checkout.session")
        return str(checkout.pay(self.bank, there, chosen, confirmed=confirmed)["id"])

    def _expire(self, session: str) -> None:
        self.bank.expire(self.bank.get(session, "checkout.session"))

    def _notices(self, mode: Any) -> None:
        self.sender.mode = mode

    def _release(self, **said: Any) -> None:
        self.sender.release(**said)

    def _signed(self, at: int | None = None) -> list[Any]:
        moment = self.bank.now if at is None else at
        pairs = [signed(event, self.secret, moment) for event in self.bank.events]
        return [[headers, body.decode()] for headers, body in pairs]

    def _truth(self) -> Any:
        return self.bank.truth()

    def _asked(self) -> list[str]:
        return list(self.desk.asked)


@contextmanager
def opened(
    port: int = 0,
    *,
    state_file: Path | None = None,
    notices_to: str = "",
    secret: str = SECRET,
) -> Iterator[Service]:
    """Have the service answer from threads of this process, for as long as the block lasts.

    Args:
        port: on this machine; 0 takes a free one.
        state_file: where everything is kept, so that a restart loses nothing.
        notices_to: where the magazine takes notices; empty sends none.
        secret: that notices are signed with.
    """
    service = Service(state_file, notices_to, secret)
    server = _Server((HOST, port), service)
    service.desk.address = f"http://{HOST}:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield service
    finally:
        service.sender.end()
        server.shutdown()
        server.server_close()


def serve(
    port: int, state_file: Path | None = None, *, notices_to: str = "", secret: str = SECRET
) -> None:
    """Have the service answer until the process is ended; the arguments are those of `opened()`.

    Raises:
        OSError: the port is taken.
    """
    with opened(port, state_file=state_file, notices_to=notices_to, secret=secret):
        threading.Event().wait()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Somebody who hung up is no error of ours.
    block_on_close = False

    def __init__(self, place: tuple[str, int], service: Service) -> None:
        self.service = service
        super().__init__(place, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of lines that were dropped."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer."""
        self._answer("")

    def do_POST(self) -> None:
        """Answer."""
        length = int(self.headers.get("Content-Length") or 0)
        self._answer(self.rfile.read(length).decode("utf-8", "replace"))

    def do_DELETE(self) -> None:
        """Answer."""
        self._answer("")

    def _answer(self, body: str) -> None:
        address = urlsplit(self.path)
        if (urlsplit(f"//{self.headers.get('Host', '')}").hostname or "") not in HERE:
            self._send(403, "text/plain", b"This service is for this machine only.")
        elif address.path.startswith(API):
            self._api(address.path.removeprefix(API), body or address.query)
        elif address.path.startswith(PAGES):
            self._page(address.path.removeprefix(PAGES).strip("/").split("/"), body, address.query)
        elif address.path == COMMANDS and self.command == "POST":
            self._command(body)
        else:
            self._html(404, page.lost())

    def _api(self, path: str, said: str) -> None:
        answer = self.server.service.desk.answer(
            self.command, path, said, key=self.headers.get("Idempotency-Key", ""),
            authority=self.headers.get("Authorization", ""),
        )  # fmt: skip
        self.server.service.sender.wake()
        if answer.after:
            time.sleep(answer.after)
        if answer.silent:
            self.close_connection = True
            return
        self._json(answer.status, answer.body, answer.headers)

    def _command(self, body: str) -> None:
        try:
            self._json(200, {"said": self.server.service.order(**json.loads(body))})
        except Refusal as refusal:
            self._json(refusal.status, refusal.body)
        except (TypeError, ValueError, KeyError) as error:
            self._json(400, Refusal(str(error)).body)

    def _page(self, way: list[str], body: str, query: str) -> None:
        service = self.server.service
        with service.desk.lock:
            service.bank.expire_what_is_due()
            session = service.bank.things.get(way[0])
            if session is None or session["object"] != "checkout.session" or len(way) > 2:
                self._html(404, page.lost())
                return
            if session["status"] != "open":
                self._html(200, page.over(session))
                return
            said = parse_qs(body or query)
            card = cards.by_last4(said.get("card", [""])[0])
            if self.command != "POST" or card is None:
                shown = page.confirmation(session, card) if card else page.payment(session)
                self._html(200, shown)
                return
            answer = said.get("says", [""])[0]
            try:
                if answer == "no":
                    raise checkout.refuse(service.bank, session, card)
                checkout.pay(service.bank, session, card, confirmed=answer == "yes")
            except Refusal as refusal:
                self._html(402, page.payment(session, problem=str(refusal)))
                return
            finally:
                service.bank.keep()
                service.sender.wake()
            if session["status"] == "complete":
                self._go(page.returned(session, session["success_url"]))
            else:
                self._go(f"{PAGES}{session['id']}/confirmation?card={card.last4}")

    def _go(self, url: str) -> None:
        self._send(303, "text/plain", b"", {"Location": url})

    def _html(self, status: int, text: str) -> None:
        self._send(
            status, "text/html; charset=utf-8", text.encode(),
            {"Content-Security-Policy": page.POLICY, "Cache-Control": "no-store"},
        )  # fmt: skip

    def _json(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        self._send(status, "application/json", json.dumps(body).encode(), headers)

    def _send(
        self, status: int, kind: str, body: bytes, headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **(headers or {})}.items():  # fmt: skip
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
