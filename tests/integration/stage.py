"""The real app in front of the sandbox: people press and type there, the app gets signed requests."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier
from sqlalchemy import func, select

from bot.answers.desk import Desk
from bot.db.models import Assignment, Audit, AuditOutcome, Base, OutboxRow, Review
from bot.db.unit_of_work import Transactions
from bot.domain.surface import MESSAGE_SHORTCUTS, ROOTS
from bot.domain.translation import Limits
from bot.i18n.catalogs import Catalogs, load_catalogs
from bot.reports.cards import read_assignment, read_review
from bot.slack.content import Content
from bot.slack.gateway import Gateway
from bot.slack.reader import Reader
from bot.slack.views.reviews import review_card
from bot.slack.views.tasks import assignment_card
from bot.translation.pipeline import Translator
from handlers.deps import Deps, without_engines
from handlers.factory import build_app
from sandbox.client import PersonClient, Sandbox, message_text
from sandbox.server import RunningSandbox, serve_in_thread
from sandbox.world import World
from tests.factories import ROLES, TEAM
from tests.shared_vectors import quick_desk

SECRET = "sandbox-secret"
STRANGER = "UNEW"


@dataclass(frozen=True)
class Delivery:
    """One signed request as it arrived, to be delivered again at will."""

    body: str
    headers: dict[str, Any]


@dataclass
class Stage:
    """A running sandbox, the app, and everything the app was sent."""

    box: Sandbox
    running: RunningSandbox
    app: App
    deps: Deps
    catalogs: Catalogs
    deliveries: list[Delivery] = field(default_factory=list)

    def person(self, nickname: str) -> PersonClient:
        """The hands of a member of the crew."""
        return self.box.person(f"U{nickname.upper()}")

    def redeliver(self, delivery: Delivery | None = None) -> BoltResponse:
        """Dispatch the last (or a given) request once more, byte for byte."""
        given = delivery or self.deliveries[-1]
        return self.app.dispatch(BoltRequest(body=given.body, headers=dict(given.headers)))

    def signed(self, body: str, like: Delivery) -> Delivery:
        """Return a request of the same kind with another body, signed as Slack does."""
        stamp = like.headers["X-Slack-Request-Timestamp"]
        signature = SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body)
        return Delivery(body, like.headers | {"X-Slack-Signature": signature})

    def settle(self) -> None:
        """Wait until everything that follows an answer is done."""
        assert self.deps.afterwards.wait(10)
        assert self.deps.uploads.wait(10)
        assert self.deps.exports.wait(20)
        # A search begins after its answer, and what it says may go out afterwards.
        assert self.deps.searches.wait(20)
        assert self.deps.translations.wait(20)
        assert self.deps.afterwards.wait(10)

    def reader(self, language: str = "ko") -> Reader:
        return Reader(self.catalogs[language], language, "Asia/Seoul", self.deps.transaction.clock())

    def post(self, nickname: str, content: Content) -> dict[str, Any]:
        """Post something as the bot in somebody's direct messages, as the sender does; return the message."""
        person = self.person(nickname)
        posted = self.deps.gateway.post(self.deps.gateway.open_dm(person.id), content, 1)
        return person.message(posted.channel, posted.ts)

    def task_card(self, nickname: str) -> dict[str, Any]:
        """Post the card of the newest assignment."""
        with self.deps.transaction.reading() as session:
            facts = read_assignment(session, session.scalar(select(func.max(Assignment.id))) or 0)
        assert facts is not None
        return self.post(nickname, assignment_card(self.reader(), facts))

    def review_card(self, nickname: str, review_id: int | None = None) -> dict[str, Any]:
        """Post the card of a review, the newest one if none is named."""
        with self.deps.transaction.reading() as session:
            facts = read_review(session, review_id or session.scalar(select(func.max(Review.id))) or 0)
        assert facts is not None
        return self.post(nickname, review_card(self.reader(), facts, facts.reviewer_id))

    def count(self, model: type[Base], *where: Any) -> int:
        with self.deps.transaction.reading() as session:
            return session.scalar(select(func.count()).select_from(model).where(*where)) or 0

    def denied(self) -> int:
        # A refusal is written down after it was answered.
        assert self.deps.afterwards.wait(10)
        return self.count(Audit, Audit.outcome == AuditOutcome.DENIED)

    def told(self, kind: str) -> int:
        return self.count(OutboxRow, OutboxRow.kind == kind)

    def all_rows(self) -> dict[str, int]:
        """How many rows every table has: to show that nothing was written."""
        with self.deps.transaction.reading() as session:
            return {
                name: session.scalar(select(func.count()).select_from(table)) or 0
                for name, table in Base.metadata.tables.items()
            }


@cache
def _catalogs() -> Catalogs:
    """Read them once: nothing changes them."""
    return load_catalogs()


_LEAVING: list[RunningSandbox] = []
"""Sandboxes that have been told to stop: they rest for a quarter of a second, in which the next test goes on."""


@contextmanager
def _served(world: World) -> Iterator[RunningSandbox]:
    running = serve_in_thread(world)
    try:
        yield running
    finally:
        running.server.should_exit = True
        _LEAVING.append(running)
        _see_off(most=2)


def _see_off(most: int = 0) -> None:
    """Wait until at most so many are still leaving."""
    while len(_LEAVING) > most:
        _LEAVING.pop(0).stop()


atexit.register(_see_off)


@contextmanager
def staged(
    transactions: Transactions,
    *,
    desk: Desk | None = None,
    translator: Translator | None = None,
    limits: Limits | None = None,
) -> Iterator[Stage]:
    """Start everything on free ports and take it down again."""
    people = [
        {"id": f"U{name.upper()}", "name": name, "locale": "en-US" if name == "alex" else "ko-KR"}
        for name in ROLES
    ]
    newcomer = {"id": STRANGER, "name": "new", "locale": "ko-KR", "tz": "Asia/Seoul"}
    members = [person["id"] for person in [*people, newcomer]]
    world = World(
        seed={
            "people": [*people, newcomer],
            "channels": [
                {"id": "C0CREW", "name": "crew", "members": members, "bot": True},
                {"id": "C0PM", "name": "pm", "members": members, "bot": True},
            ],
        }
    )
    world.team.id = TEAM
    with _served(world) as running:
        api = f"{running.url}/api/"
        catalogs = _catalogs()
        deps = Deps(
            transaction=transactions,
            catalogs=catalogs,
            gateway=Gateway("xoxb-sandbox", api),
            commands={root: f"/{root}" for root in ROOTS},
            signing_secret=SECRET,
            web_client=WebClient("xoxb-sandbox", api),
            desk=desk if desk is not None else quick_desk(),
            limits=limits or Limits(),
            translator=translator or without_engines(),
        )
        app = build_app(deps)
        stage = Stage(Sandbox(running.url), running, app, deps, catalogs)
        server = ThreadingHTTPServer(("127.0.0.1", 0), _receiver(stage))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            manifest = {
                "features": {
                    "slash_commands": [{"command": f"/{root}", "should_escape": True} for root in ROOTS]
                    + [{"command": "/old"}],
                    "shortcuts": [
                        {"type": "message", "callback_id": callback, "name": name}
                        for callback, name, _description in MESSAGE_SHORTCUTS
                    ],
                }
            }
            stage.box.control("app", manifest=manifest)
            url = f"http://127.0.0.1:{server.server_address[1]}/"
            stage.box.control("app", events_url=url, retry_scale=0.001)
            yield stage
            stage.settle()
        finally:
            deps.close()
            server.shutdown()
            server.server_close()
            thread.join(5)


def _receiver(stage: Stage) -> type[BaseHTTPRequestHandler]:
    class Receiver(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body of an answer leave one by one: the second would wait for the first to be acknowledged.
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            delivery = Delivery(body, dict(self.headers.items()))
            stage.deliveries.append(delivery)
            answer = stage.redeliver(delivery)
            payload = answer.body.encode()
            self.send_response(answer.status)
            for name, values in answer.headers.items():
                self.send_header(name, values[0])
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Receiver


def said(stage: Stage, nickname: str, command: str) -> str:
    """Type a command as somebody and return the words of the answer."""
    return message_text(stage.person(nickname).command(command)["message"])


def at_once(call: Callable[[], BoltResponse], threads: int = 2) -> list[BoltResponse]:
    """Run the call in several threads at the same moment; return what each got."""
    barrier = threading.Barrier(threads)
    results: list[BoltResponse] = []

    def run() -> None:
        barrier.wait()
        results.append(call())

    workers = [threading.Thread(target=run) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(20)
    assert len(results) == threads
    return results
