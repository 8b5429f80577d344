"""Renditions on their way: taken by whoever translates, kept or given up, wanted again by people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from bot.db.models import BridgedChannel, OutboxRow, Person, Project, Rendition, SourceText, Term
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import NotFound
from bot.domain.policy import Action, Subject
from bot.domain.questions import TermState
from bot.domain.translation import (
    Limits,
    RenditionState,
    SourceKind,
    TranslationMode,
    effective_mode,
)
from bot.outbox.messages import PrivateDataWarning
from bot.outbox.queue import enqueue
from bot.services.access import require
from bot.services.arrivals import WORDLESS
from bot.services.metering import is_used_up, meter
from bot.services.relaying import usual_language
from bot.services.rendering_cards import redraw

LEASE = timedelta(seconds=60)
"""How long a rendition is in one process's hands; longer than an engine may take."""

AGAIN_AFTER = (timedelta(seconds=60), timedelta(minutes=5), timedelta(minutes=30))
"""When a failed one is tried again by itself: after its first, second and third failure."""

MOST_LOST = 5
"""Tries that ended with the death of their process before a rendition counts as failed."""

OUT_OF_TURN = timedelta(seconds=5)
"""How long a message of a twin channel waits for those before it; within a thread it always does."""

QUIET_FOR = timedelta(minutes=5)
"""How long one visible failure in a channel speaks for those after it."""

RETRIED = timedelta(hours=1)
"""How old failures are that one press of the button tries again."""

_SETTLED_AT_ONCE = 50
_USUAL = Limits()


@dataclass(frozen=True)
class PolicyValues:
    """The rules for a project's words: `mode` is the effective one, `scope` the project's id.

    `terms` are its approved (Korean, English) pairs, `names` the nicknames of its people.
    """

    mode: TranslationMode
    scope: int
    confidential: bool
    terms: tuple[tuple[str, str], ...]
    names: tuple[str, ...]


@dataclass(frozen=True)
class Job:
    """A text to be rendered in `target`, detached from its session. `lease_until` names the claim.

    `prior` is what its author usually writes; who wrote namelessly is nobody. `characters` are those of its
    words. `failed_before` says that people may see a sign of an earlier failure.
    """

    rendition_id: int
    source_id: int
    ver: int
    kind: SourceKind
    project_id: int
    author_id: int | None
    channel: str | None
    ts: str | None
    document: list[Any]
    source_language: str | None
    prior: str
    target: str
    attempts: int
    failed_before: bool
    characters: int
    lease_until: datetime
    policy: PolicyValues


@dataclass(frozen=True)
class Translated:
    """What came of a job: the document as JSON, its language as detected, and what engines were sent."""

    document: list[Any]
    source: str | None
    engine: str = ""
    flags: frozenset[str] = frozenset()
    characters: int = 0
    withheld: bool = False


# To make an alias takes most of the time of putting the statement together, and the loop does it all day.
_AHEAD, _BEFORE = aliased(Rendition), aliased(Rendition)


def _claimable(now: datetime) -> Select[Rendition]:
    waits = exists().where(
        _AHEAD.lane == Rendition.lane,
        _AHEAD.source_id < Rendition.source_id,
        _AHEAD.state == RenditionState.PENDING,
    )
    comes_after = exists().where(
        _BEFORE.place == Rendition.place,
        _BEFORE.source_id < Rendition.source_id,
        _BEFORE.state == RenditionState.PENDING,
        _BEFORE.due_at > now - OUT_OF_TURN,
    )
    return (
        select(Rendition)
        .where(
            Rendition.due_at.is_not(None),
            Rendition.due_at <= now,
            or_(Rendition.lease_until.is_(None), Rendition.lease_until <= now),
            # What has failed once has lost its turn; those behind it need not wait for it.
            or_(
                and_(Rendition.state == RenditionState.PENDING, ~waits, ~comes_after),
                Rendition.state == RenditionState.FAILED,
            ),
        )
        .order_by(Rendition.due_at, Rendition.id)
        .limit(1)
    )


def anything_due(session: Session, now: datetime) -> bool:
    """Whether `take` would find something; needs no writer's turn."""
    return session.scalar(_claimable(now).with_only_columns(Rendition.id)) is not None


def next_due(session: Session, now: datetime) -> datetime | None:
    """Return when something that has to wait may be taken, None when nothing does."""
    due = session.scalar(select(func.min(Rendition.due_at)).where(Rendition.due_at > now))
    lost = session.scalar(
        select(func.min(Rendition.lease_until)).where(
            Rendition.due_at.is_not(None), Rendition.lease_until > now
        )
    )
    return min((moment for moment in (due, lost) if moment is not None), default=None)


def take(uow: UnitOfWork, *, limits: Limits = _USUAL, lease: timedelta = LEASE) -> Job | None:
    """Take the rendition due longest among the heads of all lanes; None when there is none.

    Renditions that need no engine are settled on the way: words that are only carried over, projects that have
    turned translation off, authors and projects whose day is used up. Several processes may call this at once.
    """
    for _ in range(_SETTLED_AT_ONCE):
        rendition = uow.session.scalar(
            _claimable(uow.now)
            .with_for_update(skip_locked=True, of=Rendition)
            .execution_options(populate_existing=True)
        )
        if rendition is None:
            return None
        source = uow.session.get_one(SourceText, rendition.source_id, populate_existing=True)
        if not _settle(uow, rendition, source, limits):
            return _lent(uow, rendition, source, lease)
        uow.session.flush()
    return None


def _settle(uow: UnitOfWork, rendition: Rendition, source: SourceText, limits: Limits) -> bool:
    """End what needs no engine; False for what needs one."""
    project = uow.session.get_one(Project, source.project_id)
    off = effective_mode(project.translation, confidential=project.confidential) is TranslationMode.OFF
    if off or rendition.language in (source.language, WORDLESS):
        _end(uow, rendition, RenditionState.UNNEEDED)
        rendition.document = source.document if source.twin_channel else None
        rendition.engine, rendition.flags = "", []
    elif rendition.attempts >= MOST_LOST + len(AGAIN_AFTER) or (
        rendition.attempts >= MOST_LOST and rendition.state is RenditionState.PENDING
    ):
        _end(uow, rendition, RenditionState.FAILED)
        rendition.document, rendition.error = None, "lost"
    elif not rendition.wanted and _is_limited(uow, project, source, limits):
        _end(uow, rendition, RenditionState.LIMITED)
        rendition.document, rendition.quiet = None, _is_said(uow, source, RenditionState.LIMITED)
    else:
        return False
    redraw(uow, source, [rendition])
    return True


def _is_limited(uow: UnitOfWork, project: Project, source: SourceText, limits: Limits) -> bool:
    author_id, characters = source.author_id, source.characters
    return author_id is not None and is_used_up(uow, project, author_id, characters, limits)


def _end(uow: UnitOfWork, rendition: Rendition, state: RenditionState) -> None:
    rendition.state, rendition.finished_at = state, uow.now
    rendition.due_at = rendition.lease_until = None


def _lent(uow: UnitOfWork, rendition: Rendition, source: SourceText, lease: timedelta) -> Job:
    rendition.attempts += 1
    rendition.lease_until = lease_until = uow.now + lease
    author = uow.session.get_one(Person, source.author_id) if source.author_id is not None else None
    return Job(
        rendition.id,
        source.id,
        rendition.ver,
        source.kind,
        source.project_id,
        source.author_id,
        source.channel,
        source.ts,
        source.document,
        source.language,
        usual_language(author),
        rendition.language,
        rendition.attempts,
        rendition.error is not None,
        source.characters,
        lease_until,
        read_policy(uow.session, source.project_id),
    )


def read_policy(session: Session, project_id: int) -> PolicyValues:
    """Return the rules for a project's words as they are now."""
    project = session.get_one(Project, project_id)
    terms = session.execute(
        select(Term.korean, Term.english)
        .where(Term.project_id == project_id, Term.state == TermState.APPROVED)
        .order_by(Term.id)
    )
    names = session.scalars(
        select(Person.nickname).where(Person.team_id == project.team_id).order_by(Person.id)
    )
    return PolicyValues(
        effective_mode(project.translation, confidential=project.confidential),
        project_id,
        project.confidential,
        tuple((korean, english) for korean, english in terms),
        tuple(names),
    )


def _held(uow: UnitOfWork, job: Job) -> tuple[SourceText, Rendition] | None:
    """Return the rows of a job while its claim stands; None when the words changed or somebody else has it."""
    source = uow.lock(SourceText, job.source_id)
    rendition = uow.lock(Rendition, job.rendition_id)
    if source is None or rendition is None or rendition.lease_until != job.lease_until:
        return None
    return (source, rendition) if rendition.ver == job.ver == source.ver else None


def finish(uow: UnitOfWork, *, job: Job, done: Translated, limits: Limits = _USUAL) -> bool:
    """Keep a rendition and show it; False when it came too late and was dropped.

    What engines were sent is metered in any case. The author is warned once when private data stayed behind.
    """
    held = _held(uow, job)
    project = uow.session.get_one(Project, job.project_id)
    avoided = max(0, job.characters - done.characters)
    # A nameless author's day must not grow by what they wrote.
    if job.author_id is not None:
        meter(uow, project, job.author_id, characters=done.characters, avoided=avoided, limits=limits)
    if held is None:
        return False
    source, rendition = held
    needed = done.source is not None and done.source != rendition.language
    _end(uow, rendition, RenditionState.DONE if needed else RenditionState.UNNEEDED)
    if needed:
        rendition.document = done.document
    else:
        rendition.document = source.document if source.twin_channel else None
    rendition.engine, rendition.flags = done.engine, sorted(done.flags)
    rendition.characters, rendition.quiet, rendition.error = done.characters, False, None
    if done.source is not None:
        source.language = done.source
    if done.withheld or "withheld" in done.flags:
        _warn(uow, source)
    redraw(uow, source, [rendition])
    return True


def _warn(uow: UnitOfWork, source: SourceText) -> None:
    if source.author_id is None:
        return
    # The row of the source is locked, so that of two languages only one finds nothing.
    key = f"private:{source.id}"
    uow.session.flush()
    if uow.session.scalar(select(OutboxRow.id).where(OutboxRow.dedupe_key == key)) is None:
        enqueue(uow, source.team_id, PrivateDataWarning(source.author_id, source.id), dedupe=key)


def fail(uow: UnitOfWork, *, job: Job, reason: str) -> bool:
    """Note that a rendition could not be had; False when that is of no interest any more.

    It is tried again by itself after a minute, five and thirty; a `reason` of "no_engine" is not, because the
    next try would meet the same. One visible failure in five minutes speaks for a whole channel.
    """
    held = _held(uow, job)
    if held is None:
        return False
    source, rendition = held
    first = rendition.state is not RenditionState.FAILED
    if first:
        rendition.quiet = _is_said(uow, source, RenditionState.FAILED)
        rendition.state, rendition.finished_at, rendition.document = RenditionState.FAILED, uow.now, None
    again = rendition.attempts <= len(AGAIN_AFTER) and reason != "no_engine"
    rendition.due_at = uow.now + AGAIN_AFTER[rendition.attempts - 1] if again else None
    rendition.lease_until, rendition.error = None, reason[:40]
    uow.session.flush()
    if first:
        redraw(uow, source, [rendition])
    return True


def _is_said(uow: UnitOfWork, source: SourceText, trouble: RenditionState) -> bool:
    """Say whether another message in the same trouble stands in the channel and is not old."""
    if source.channel is None:
        return False
    bridged = uow.session.scalar(
        select(BridgedChannel.id).where(
            BridgedChannel.team_id == source.team_id, BridgedChannel.channel == source.channel
        )
    )
    if bridged is not None:
        # Of two that fail at the same moment only one is to speak.
        uow.lock(BridgedChannel, bridged)
    said = (
        select(Rendition.id)
        .join(SourceText, SourceText.id == Rendition.source_id)
        .where(
            SourceText.team_id == source.team_id,
            SourceText.channel == source.channel,
            SourceText.id != source.id,
            Rendition.state == trouble,
            Rendition.quiet.is_(False),
            Rendition.finished_at > uow.now - QUIET_FOR,
        )
    )
    return uow.session.scalar(said.limit(1)) is not None


def retry(uow: UnitOfWork, *, person_id: int, source_id: int) -> int:
    """Try a failed text again, and with it all that failed in its channel within the hour; return how many."""
    source = _wanted_source(uow, person_id, source_id)
    query = (
        select(Rendition)
        .join(SourceText, SourceText.id == Rendition.source_id)
        .where(Rendition.state == RenditionState.FAILED, SourceText.team_id == source.team_id)
    )
    own = SourceText.id == source.id
    recent = and_(SourceText.channel == source.channel, Rendition.finished_at >= uow.now - RETRIED)
    return _again(uow, source, query.where(own if source.channel is None else or_(own, recent)))


def go_ahead(uow: UnitOfWork, *, person_id: int, source_id: int) -> int:
    """Have a long paste, or what is beyond the day's limit, translated after all; return how many renditions."""
    source = _wanted_source(uow, person_id, source_id)
    waiting = (RenditionState.ASKING, RenditionState.LIMITED)
    query = select(Rendition).where(Rendition.source_id == source.id, Rendition.state.in_(waiting))
    return _again(uow, source, query)


def _wanted_source(uow: UnitOfWork, person_id: int, source_id: int) -> SourceText:
    source = uow.session.get(SourceText, source_id)
    if source is None:
        raise NotFound("message", str(source_id))
    require(uow, Action.TRANSLATE, person_id, source.project_id, Subject("source_text", source_id))
    return source


def _again(uow: UnitOfWork, source: SourceText, query: Select[Rendition]) -> int:
    found = uow.session.scalars(
        query.order_by(Rendition.id).with_for_update(of=Rendition).execution_options(populate_existing=True)
    ).all()
    for rendition in found:
        # A sign of the failure may stand under the message, so that `error` stays until there is none any more.
        rendition.wanted = rendition.wanted or rendition.state is not RenditionState.FAILED
        rendition.state, rendition.due_at = RenditionState.PENDING, uow.now
        rendition.lease_until, rendition.attempts, rendition.quiet = None, 0, False
    if found:
        uow.session.flush()
        redraw(uow, source, [r for r in found if r.source_id == source.id])
        uow.told_somebody = True
    return len(found)
