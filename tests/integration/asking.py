"""A stage where questions are answered: a guideline, a desk that finds by keyword, and a sender that sends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.answers.bands import Band
from bot.answers.desk import DeskMaterial, DeskStamp, Finding, Render
from bot.answers.extract import Extract
from bot.answers.found import Found, Hit, Mode
from bot.db.models import Project
from bot.db.unit_of_work import Transactions
from bot.domain.questions import is_nearly_same
from bot.guidelines.read import read_guideline
from bot.sender import Sender
from bot.services.guidelines import publish, upload
from bot.slack.gateway import Gateway
from bot.slack.render import render
from sandbox.client import PersonClient
from tests.factories import Crew
from tests.integration.sender_scene import FAST, QUICK
from tests.integration.stage import Stage, staged

GUIDELINE = """# Dialect guide

## Numbers

Write numbers as they are spoken. Do NOT use digits.

## Fillers

Keep fillers such as "um". Leave out coughing.

## Speakers

Tag every change of speaker.
"""

CHANGED = GUIDELINE.replace("Do NOT use digits.", "Use digits from ten upwards.")


@dataclass
class KeywordDesk:
    """Finds the section whose title the question names: 숫자 is answered, 말버릇 gets candidates, others nothing.

    A kept answer to the same question is served, one that shares its first word is offered.
    """

    render: Render | None = None
    searched: list[str] = field(default_factory=list)
    loaded: list[DeskStamp] = field(default_factory=list)
    prepared: list[str | None] = field(default_factory=list)

    def prepare(self, stamp: DeskStamp, load: Callable[[], DeskMaterial]) -> None:
        self.loaded.append(stamp)
        self.prepared.append(load().version)

    def find(self, stamp: DeskStamp, load: Callable[[], DeskMaterial], question: str) -> Finding:
        self.searched.append(question)
        self.loaded.append(stamp)
        material = load()
        similar = None
        for entry_id, texts in material.kept:
            if any(is_nearly_same(question, text) for text in texts):
                return Finding(material.version, Band.ANSWER, None, None, same=entry_id)
            if question.split()[0] == texts[0].split()[0]:
                similar = entry_id
        if "고장" in question:
            raise ZeroDivisionError("the search broke")
        if material.version is None:
            return Finding(None, Band.UNKNOWN, None, None, similar=similar)
        hits = tuple(
            Hit(section, 0.5, section.blocks[0] if section.blocks else None) for section in material.sections
        )
        named = sorted(
            hits, key=lambda hit: hit.section.title != ("Numbers" if "숫자" in question else "Fillers")
        )
        found = Found(tuple(named[:3]), Mode.DIRECT, 0.9)
        if "숫자" in question:
            section = named[0].section
            quote = Extract("Write numbers as they are spoken.", ("Do NOT use digits.",), section)
            return Finding(material.version, Band.ANSWER, found, quote, similar=similar)
        band = Band.CANDIDATES if "말버릇" in question else Band.UNKNOWN
        return Finding(material.version, band, found, None, similar=similar)


@dataclass
class Asking:
    """The stage, its desk and its sender."""

    stage: Stage
    desk: KeywordDesk
    sender: Sender
    crew: Crew

    def person(self, nickname: str) -> PersonClient:
        return self.stage.person(nickname)

    def settle(self) -> None:
        """Wait for searches; what they enqueued is on its way then."""
        self.stage.box.wait_until_quiet()
        self.stage.settle()

    def publish(self, text: str = GUIDELINE) -> None:
        """Make a text the project's guideline from now on."""
        with self.stage.deps.transaction() as uow:
            project = uow.session.get_one(Project, self.crew.project_id)
            made = upload(
                uow,
                actor_id=None,
                project=project,
                name="guide.md",
                sha256=f"{abs(hash(text)):064x}"[:64],
                guideline=read_guideline(text.encode(), "guide.md"),
            )
            publish(uow, actor_id=None, version=made.version_id)


@contextmanager
def asking(transactions: Transactions, crew: Crew) -> Iterator[Asking]:
    """Put everything on its feet, without a guideline yet."""
    desk = KeywordDesk()
    with staged(transactions, desk=desk) as stage:
        sender = Sender(
            transactions,
            Gateway("xoxb-sandbox", f"{stage.running.url}/api/"),
            render,
            stage.catalogs,
            pace=FAST,
            patience=QUICK,
        )
        transactions.on_told = sender.wake
        sender.start()
        try:
            yield Asking(stage, desk, sender, crew)
        finally:
            sender.stop()
