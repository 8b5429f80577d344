"""A crew with an English and a Spanish PM, bridged channels, and short ways to say things in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

from sqlalchemy import select

from bot.db.models import OutboxRow, Project, Rendition, SourceText
from bot.db.unit_of_work import Transactions, UnitOfWork
from bot.domain.people import Role
from bot.domain.translation import Limits, RenditionState, Side, TranslationMode
from bot.services.bridges import set_bridge, set_mode, set_twins
from bot.services.hearing import HeardMessage, delete, edit, hear
from bot.services.people import join, set_reads, set_role
from bot.services.renditions import Job, Translated, finish, take
from bot.translation.document import Document
from bot.translation.mrkdwn_text import from_mrkdwn, to_mrkdwn
from tests.factories import TEAM, Crew, make_crew

MIXED, CREW_CHANNEL, PM_CHANNEL = "C0MIXED", "C0CREW", "C0PM"


def document_of(text: str) -> list[Any]:
    """Return a message's words as they are stored."""
    return from_mrkdwn(text).dump()


def words_of(document: list[Any] | None) -> str:
    """Return stored words as mrkdwn."""
    return "" if document is None else to_mrkdwn(Document.load(document))


@dataclass
class Bridged:
    """The crew; `ts` counts messages up as Slack does."""

    transactions: Transactions
    crew: Crew
    _ts: Iterable[int] = field(default_factory=lambda: count(1))

    def ts(self) -> str:
        return f"17300000{next(iter(self._ts)):02}.000100"

    def say(self, who: str, text: str, language: str | None, **more: Any) -> HeardMessage | None:
        """Say something new; `thread`, `channel`, `limits` as wanted."""
        return self._arrive(hear, who, text, language, more)

    def change(self, who: str, ts: str, text: str, language: str | None, **more: Any) -> HeardMessage | None:
        """Edit a message."""
        return self._arrive(edit, who, text, language, {"ts": ts, **more})

    def _arrive(
        self, verb: Any, who: str, text: str, language: str | None, more: dict[str, Any]
    ) -> HeardMessage | None:
        with self.transactions() as uow:
            heard: HeardMessage | None = verb(
                uow,
                person_id=self.crew[who],
                channel=more.get("channel", MIXED),
                ts=more.get("ts") or self.ts(),
                thread_ts=more.get("thread"),
                document=document_of(text),
                characters=len(text),
                language=language,
                files=more.get("files", 0),
                when=more.get("when", ""),
                limits=more.get("limits", Limits()),
            )
            return heard

    def take_back(self, channel: str, ts: str, who: str | None = None) -> bool:
        with self.transactions() as uow:
            author = self.crew[who] if who else None
            return delete(uow, team_id=self.crew.team_id, channel=channel, ts=ts, person_id=author)

    def take(self, limits: Limits | None = None, lease: timedelta = timedelta(seconds=60)) -> Job | None:
        with self.transactions() as uow:
            return take(uow, limits=limits or Limits(), lease=lease)

    def finish(self, job: Job, text: str | None = None, **more: Any) -> bool:
        """End a job with `text`, or with the words themselves marked by the language."""
        said = text if text is not None else f"[{job.target}] {words_of(job.document)}"
        limits = more.pop("limits", Limits())
        done = Translated(
            document_of(said), more.pop("source", job.source_language), "echo", characters=job.characters
        )
        with self.transactions() as uow:
            return finish(uow, job=job, done=Translated(**{**vars(done), **more}), limits=limits)

    def translate(self, most: int = 50) -> list[Job]:
        """Do all that is due."""
        jobs: list[Job] = []
        while len(jobs) < most and (job := self.take()) is not None:
            self.finish(job)
            jobs.append(job)
        return jobs

    def source(self, source_id: int) -> SourceText:
        with self.transactions.reading() as session:
            return session.get_one(SourceText, source_id)

    def renditions(self, source_id: int | None = None) -> dict[str, Rendition]:
        """Return the renditions of a text, or of all texts, by language."""
        with self.transactions.reading() as session:
            query = select(Rendition).order_by(Rendition.id)
            if source_id is not None:
                query = query.where(Rendition.source_id == source_id)
            return {row.language: row for row in session.scalars(query)}

    def states(self, source_id: int) -> dict[str, RenditionState]:
        return {language: row.state for language, row in self.renditions(source_id).items()}

    def told(self, kind: str) -> list[dict[str, Any]]:
        """Return the payloads of what was enqueued of a kind."""
        with self.transactions.reading() as session:
            query = select(OutboxRow.payload).where(OutboxRow.kind == kind).order_by(OutboxRow.id)
            return list(session.scalars(query))

    def project(self, uow: UnitOfWork) -> Project:
        return uow.session.get_one(Project, self.crew.project_id)

    def mode(self, mode: TranslationMode) -> None:
        with self.transactions() as uow:
            set_mode(uow, actor_id=self.crew["boss"], project=self.project(uow), mode=mode)

    def reads(self, who: str, reads: str | None) -> None:
        with self.transactions() as uow:
            set_reads(uow, person_id=self.crew[who], reads=reads)


def make_bridged(transactions: Transactions, *, twins: bool = False, spanish: bool = True) -> Bridged:
    """Store the crew and bridge the mixed channel, or make twins of the other two."""
    crew = make_crew(transactions, tasks=1)
    with transactions() as uow:
        project = uow.session.get_one(Project, crew.project_id)
        if spanish:
            lucia = join(uow, team=TEAM, user="ULUCIA", nickname="lucia", language="en", zone="Europe/Madrid")
            set_reads(uow, person_id=lucia.person_id, reads="es")
            crew.people["lucia"] = lucia.person_id
            set_role(uow, actor_id=crew["boss"], project=project, user="ULUCIA", role=Role.PM, granted=True)
        if twins:
            set_twins(uow, actor_id=crew["boss"], project=project, crew=CREW_CHANNEL, pm=PM_CHANNEL)
        else:
            set_bridge(uow, actor_id=crew["boss"], project=project, channel=MIXED, side=Side.MIXED)
    return Bridged(transactions, crew)
