"""A stage where two sides talk: bridged channels, an engine behind a real socket, an interpreter and a sender."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import select

from bot.db.models import OutboxRow, OutboxState, Rendition
from bot.db.unit_of_work import Transactions
from bot.domain.people import Role
from bot.domain.translation import Limits, RenditionState, Trust
from bot.interpreter import Interpreter
from bot.sender import Sender
from bot.services.access import find_project
from bot.services.people import join, set_reads, set_role
from bot.services.translation_store import DatabaseCache, DatabaseMemory
from bot.slack.gateway import Gateway
from bot.slack.render import render
from bot.translation import breaker
from bot.translation.cache import Cache
from bot.translation.chain import Chain
from bot.translation.engines.libre import LibreTranslate
from bot.translation.pipeline import Translator
from sandbox.client import PersonClient
from sandbox.engines.modes import Mishap
from sandbox.engines.server import ProviderServer
from sandbox.shapes import Json
from tests.factories import TEAM, Crew
from tests.integration.sender_scene import FAST, QUICK
from tests.integration.stage import Stage, staged

CREW, PM = "C0CREW", "C0PM"

REST = 0.2
"""Seconds for which an engine that has failed too often is left alone."""

PHRASES = {
    ("내일은 눈이", "en"): "It will snow a lot tomorrow.",
    ("내일은 눈이", "es"): "Mañana va a nevar mucho.",
    ("모레는 비가", "en"): "It will rain the day after tomorrow.",
    ("모레는 비가", "es"): "Pasado mañana va a llover.",
    ("우산을 가져", "en"): "Please bring an umbrella with you.",
    ("우산을 가져", "es"): "Por favor, trae un paraguas.",
    ("The bus leaves", "ko"): "버스는 정오에 출발해요.",
    ("The train leaves", "ko"): "기차는 정오에 출발해요.",
    ("El autobús sale", "ko"): "버스는 정오에 떠나요.",
    ("The office is closed", "ko"): "금요일에는 사무실을 열지 않아요.",
}
SNOW, RAIN, UMBRELLA = "내일은 눈이 많이 온대요.", "모레는 비가 온대요.", "우산을 가져오세요."
BUS, TRAIN = "The bus leaves at noon, please be on time.", "The train leaves at noon, please be on time."


def say_known(text: str, _source: str, target: str, _provider: str) -> str | Mishap:
    """Translate sentences the phrases know; for anything else be out of order, which a test would notice."""
    said = []
    for sentence in re.split(r"(?<=[.!?])\s+", text):
        known = (
            phrase
            for (begins, language), phrase in PHRASES.items()
            if language == target and begins in sentence
        )
        phrase = next(known, None)
        if phrase is None:
            return Mishap(status=500)
        said.append(phrase)
    return " ".join(said)


def refuse(_text: str, _source: str, _target: str, _provider: str) -> Mishap:
    """Be out of order."""
    return Mishap(status=500)


@dataclass
class TwoSides:
    """The stage and everything that translates on it."""

    stage: Stage
    engine: ProviderServer
    translator: Translator
    interpreter: Interpreter
    sender: Sender
    crew: Crew

    def person(self, nickname: str) -> PersonClient:
        return self.stage.person(nickname)

    def share(self, channel: str = CREW) -> None:
        """Have both sides talk in one channel."""
        self.person("boss").command(f"/admin bridge DIAL <#{channel}>")

    def twin(self) -> None:
        """Have each side talk in a channel of its own."""
        self.person("boss").command(f"/admin bridge DIAL twin <#{CREW}> <#{PM}>")

    def add_spanish_pm(self) -> PersonClient:
        """Let a PM join who reads Spanish."""
        lucia = self.stage.box.add_people({"id": "ULUCIA", "name": "lucia"})[0]
        for channel in (CREW, PM):
            lucia.join(channel)
        with self.stage.deps.transaction() as uow:
            made = join(uow, team=TEAM, user="ULUCIA", nickname="lucia", language="en", zone="Europe/Madrid")
            project = find_project(uow, team_id=self.crew.team_id, key="DIAL")
            set_role(
                uow, actor_id=self.crew["boss"], project=project, user="ULUCIA", role=Role.PM, granted=True
            )
            set_reads(uow, person_id=made.person_id, reads="es")
        return lucia

    def settle(self, timeout: float = 15.0) -> None:
        """Wait until everything that was said is translated and everything that is to be sent is sent."""
        self.stage.box.wait_until_quiet()
        self.stage.settle()
        _until_nothing(lambda: self._translating() + self._sending(), timeout)
        self.stage.box.wait_until_quiet()

    def sent(self, timeout: float = 15.0) -> None:
        """Wait until everything that is to be sent is sent."""
        _until_nothing(self._sending, timeout)

    def _translating(self) -> list[str]:
        transactions = self.stage.deps.transaction
        with transactions.reading() as session:
            due = (Rendition.state == RenditionState.PENDING) | (Rendition.due_at <= transactions.clock())
            rows = session.scalars(select(Rendition).where(due))
            return [f"rendition {row.id} {row.language} {row.state}" for row in rows]

    def _sending(self) -> list[str]:
        waiting = {OutboxState.NEW, OutboxState.SENDING, OutboxState.UNCERTAIN}
        with self.stage.deps.transaction.reading() as session:
            rows = session.scalars(select(OutboxRow).where(OutboxRow.state.in_(waiting)))
            return [f"outbox {row.id} {row.kind} {row.state} {row.error}" for row in rows]

    def renditions(self) -> list[Rendition]:
        """Return all of them, oldest first."""
        with self.stage.deps.transaction.reading() as session:
            return list(session.scalars(select(Rendition).order_by(Rendition.id)))

    def bots(self, channel: str, thread_ts: str | None = None) -> list[Json]:
        """Return what the bot says in a channel or a thread, as everybody sees it."""
        seen = self.person("boss").messages(channel, thread_ts=thread_ts)
        return [message for message in seen if message["bot"] and not message["ephemeral"]]


def _until_nothing(left: Callable[[], list[str]], timeout: float) -> None:
    end = time.monotonic() + timeout
    while busy := left():
        assert time.monotonic() < end, busy
        time.sleep(0.02)


@contextmanager
def two_sides(
    transactions: Transactions,
    crew: Crew,
    *,
    limits: Limits | None = None,
    slow: float = 3.0,
    running: bool = True,
) -> Iterator[TwoSides]:
    """Put everything on its feet; nothing is bridged yet. Without `running` the interpreter is not started."""
    with ProviderServer(say_known) as engine:
        libre = LibreTranslate(engine.url("libre"), trust=Trust.LOCAL, rate=1000.0)
        cache = Cache(DatabaseCache(transactions), b"secret")
        chain = Chain((libre,), cache, deadline=5.0, limits=breaker.Limits(rest=REST))
        translator = Translator(chain, DatabaseMemory(transactions))
        with staged(transactions, translator=translator, limits=limits) as stage:
            gateway = Gateway("xoxb-sandbox", f"{stage.running.url}/api/")
            interpreter = Interpreter(transactions, translator, gateway, limits=limits, slow=slow)
            sender = Sender(transactions, gateway, render, stage.catalogs, pace=FAST, patience=QUICK)

            def wake() -> None:
                sender.wake()
                interpreter.wake()

            transactions.on_told = wake
            sender.start()
            if running:
                interpreter.start()
            try:
                yield TwoSides(stage, engine, translator, interpreter, sender, crew)
            finally:
                interpreter.stop()
                sender.stop()
