"""A sender with a database, a sandbox and people to write to; shared by the tests of sending."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.engine import Database
from bot.db.models import OutboxRow, OutboxState, Person, Team
from bot.db.unit_of_work import Clock, Transactions, utc_now
from bot.domain.pacing import Rate
from bot.i18n.catalogs import Catalog, Catalogs
from bot.metrics import Metrics
from bot.outbox.messages import AssignmentCard, LeaseEnding, Message
from bot.outbox.patience import Patience
from bot.outbox.queue import enqueue
from bot.sender import Pace, Sender
from bot.slack.content import Content
from bot.slack.gateway import Gateway
from bot.slack.rendered import Rendered
from sandbox.client import PersonClient, Sandbox

TOKEN = "xoxb-sandbox"
POST, UPDATE, HISTORY = "chat.postMessage", "chat.update", "conversations.history"
CATALOGS = Catalogs({"en": Catalog("en")})
FAST = Pace(threads=4, lane=Rate(1000, 1000), workspace=Rate(1000, 1000))
QUICK = Patience(quarantine=0.5, preparation=3.0, first=0.02, longest=0.2, silence=0.2)

_numbers = count(1)


def render_plainly(session: Session, message: Message, _: Catalogs, now: datetime) -> Rendered | None:
    """Say the kind and its number; cards add the reader's nickname, which tests can change."""
    person = session.get_one(Person, message.person_id)
    if not person.active:
        return None
    number = getattr(message, "assignment_id", 0)
    shown = f" for {person.nickname}" if message.card else ""
    text = f"{message.kind} {number}{shown}"
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": text}}]
    return Rendered(person.id, person.slack_id, person.dm_channel, Content(text, blocks), message.card)


def build_sender(transactions: Transactions, url: str, *, timeout: int = 1, **options: Any) -> Sender:
    """Build a sender that speaks to the sandbox at a URL; `options` are the constructor's own."""
    gateway = Gateway(TOKEN, f"{url}/api/", timeout=timeout)
    worded: dict[str, Any] = {"render": render_plainly, "catalogs": CATALOGS} | options
    return Sender(transactions, gateway, **worded)


def set_fault(box: Sandbox, kind: str, method: str = POST, **more: object) -> None:
    """Switch one fault on and every other off."""
    box.faults(rules=[{"method": method, "kind": kind, **more}])


def said(*numbers: int) -> list[str]:
    """Return what a person hears when told these numbers."""
    return [f"lease_ending {n}" for n in numbers]


@dataclass
class Scene:
    """People of a fresh team in a sandbox, and what they are told."""

    box: Sandbox
    database: Database
    clock: Clock = utc_now
    patience: Patience = QUICK
    pace: Pace = FAST
    timeout: int = 1
    team_id: int = 0
    slack_ids: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.transactions = Transactions(self.database, clock=self.clock)
        self.metrics = Metrics()
        self.since = self.box.get("/_control/calls")["total"]
        with self.transactions() as uow:
            team = Team(slack_id=f"T{next(_numbers)}", created_at=uow.now)
            uow.session.add(team)
            uow.session.flush()
            self.team_id = team.id

    def add_person(self, *, admin: bool = False, known_to_slack: bool = True) -> int:
        """Return the id of somebody new."""
        name = f"p{next(_numbers)}"
        slack_id = f"U0{name.upper()}"
        if known_to_slack:
            self.box.add_people({"id": slack_id, "name": name, "display_name": name})
        with self.transactions() as uow:
            person = Person(
                team_id=self.team_id,
                slack_id=slack_id,
                nickname=name,
                language="en",
                zone="Asia/Seoul",
                admin=admin,
                created_at=uow.now,
            )
            uow.session.add(person)
            uow.session.flush()
            self.slack_ids[person.id] = slack_id
            return person.id

    def tell(self, person_id: int, *numbers: int) -> None:
        """Enqueue a plain fact for each number."""
        with self.transactions() as uow:
            for number in numbers:
                enqueue(uow, self.team_id, LeaseEnding(person_id, number))

    def draw(self, person_id: int, number: int, *, nickname: str | None = None) -> None:
        """Enqueue a card, after changing what it shows."""
        with self.transactions() as uow:
            if nickname:
                uow.session.get_one(Person, person_id).nickname = nickname
            enqueue(uow, self.team_id, AssignmentCard(person_id, number))

    @contextmanager
    def sending(self, **changes: Any) -> Iterator[Sender]:
        """Run a sender meanwhile."""
        sender = self.make_sender(**changes)
        self.transactions.on_told = sender.wake
        sender.start()
        try:
            yield sender
        finally:
            assert sender.stop(20)

    def make_sender(self, **changes: Any) -> Sender:
        """Build a sender on this scene, not yet started."""
        options = {"pace": self.pace, "patience": self.patience, "metrics": self.metrics} | changes
        return build_sender(self.transactions, self.box.url, timeout=self.timeout, **options)

    def rows(self, *, kind: str | None = None) -> list[OutboxRow]:
        """Return this team's rows, oldest first."""
        found = select(OutboxRow).where(OutboxRow.team_id == self.team_id).order_by(OutboxRow.id)
        with self.transactions.reading() as session:
            return list(session.scalars(found.where(OutboxRow.kind == kind) if kind else found))

    def states(self) -> list[str]:
        """Return the states of this team's rows, oldest first."""
        return [row.state.value for row in self.rows()]

    def wait_until_done(self, timeout: float = 15.0) -> None:
        """Wait until nothing of this team waits to be sent."""
        waiting = {OutboxState.NEW, OutboxState.SENDING, OutboxState.UNCERTAIN}
        self.box.wait_for(lambda: not waiting & {row.state for row in self.rows()}, timeout, every=0.02)

    def heard(self, person_id: int) -> list[str]:
        """Return what stands in a person's conversation with the bot, oldest first."""
        return [message["text"] for message in self.hands(person_id).dm()]

    def hands(self, person_id: int) -> PersonClient:
        """Return the person's hands in the sandbox."""
        return self.box.person(self.slack_ids[person_id])

    def calls(self, method: str) -> list[dict[str, object]]:
        """Return this scene's calls of one method."""
        return [call for call in self.box.calls(method, since=self.since) if call["n"] > self.since]
