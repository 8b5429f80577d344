"""An office in which two sides read each other: twin channels, a shared one, and a phrase book as engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import update

from bot.db.models import Rendition
from bot.domain.translation import RenditionState
from sandbox.bridging import (
    add_spanish_pm,
    bridge_shared,
    bridge_twins,
    engine_settings,
    open_channel,
    phrase_server,
)
from sandbox.client import PersonClient, message_text
from sandbox.crews import ADMIN, PM, SPANISH_PM, SUPERVISOR, WORKERS
from sandbox.engines.server import ProviderServer
from sandbox.opening import join, tell
from sandbox.shapes import Json
from tests.scenario.office import FAST, KEY, Office, open_office

PATIENCE = 15.0
"""Seconds a translation may take to appear on a busy computer."""


@dataclass
class TwoLanguages:
    """The office; `crew` and `pms` are each other's twins, `shared` belongs to both sides."""

    office: Office
    engine: ProviderServer
    mulgyeol: PersonClient
    gamja: PersonClient
    dari: PersonClient
    alex: PersonClient
    lucia: PersonClient
    sam: PersonClient
    crew: str = ""
    pms: str = ""
    shared: str = ""

    def card(self, channel: str, words: str, thread_ts: str | None = None) -> Json:
        """Wait for the bot's card with these words, as the supervisor sees it, and return it."""
        return self.dari.wait_for_message(
            channel,
            lambda one: one["bot"] and not one["ephemeral"] and words in message_text(one),
            PATIENCE,
            thread_ts=thread_ts,
        )

    def cards(self, channel: str, thread_ts: str | None = None) -> list[Json]:
        """Return what the bot says in a channel, or below a message."""
        seen = self.dari.messages(channel, thread_ts=thread_ts)
        return [one for one in seen if one["bot"] and not one["ephemeral"] and one["ts"] != thread_ts]

    def until(self, look: Callable[[], object]) -> None:
        """Wait until something holds."""
        self.office.box.wait_for(look, PATIENCE, every=0.03)

    def reactions(self, message: Json) -> list[str]:
        """Return the names of the reactions to a message."""
        seen = self.dari.message(message["channel"], message["ts"])
        return [one["name"] for one in seen["reactions"]]

    def let_time_pass(self) -> int:
        """Bring the next try of what failed forward to now; return how many renditions that are."""
        with self.office.reading() as transactions, transactions() as uow:
            waiting = update(Rendition).where(Rendition.state == RenditionState.FAILED)
            return int(uow.session.connection().execute(waiting.values(due_at=uow.now)).rowcount)

    def settle(self) -> None:
        """Wait until everything that was to be said is said."""
        self.office.settle()
        self.office.box.wait_until_quiet()


@contextmanager
def two_languages(folder: Path) -> Iterator[TwoLanguages]:
    """Start everything once and bridge the channels."""
    with phrase_server() as engine:
        settings = FAST | engine_settings(engine)
        with open_office(folder, workers=2, reviewers=1, settings=settings) as office:
            box = office.box
            sam = box.person(ADMIN.id)
            for member in (SUPERVISOR, PM):
                join(box.person(member.id), member.nickname, member.language)
                tell(sam, f"/admin role @{member.handle} {member.role} {KEY}")
            lucia = add_spanish_pm(box, [KEY])
            both = (*WORKERS[:2], SUPERVISOR)
            mulgyeol, gamja = office.workers
            dari, alex = box.person(SUPERVISOR.id), box.person(PM.id)
            scene = TwoLanguages(office, engine, mulgyeol, gamja, dari, alex, lucia, sam)
            scene.crew = open_channel(box, "texts", "작업자와 수퍼바이저", both)
            managers = (PM, SPANISH_PM, SUPERVISOR, ADMIN)
            scene.pms = open_channel(box, "texts-pm", "PMs and the supervisor", managers, private=True)
            scene.shared = open_channel(box, "texts-all", "모두 · everybody", (*both, PM, SPANISH_PM, ADMIN))
            bridge_twins(box, KEY, scene.crew, scene.pms)
            bridge_shared(box, KEY, scene.shared)
            yield scene
