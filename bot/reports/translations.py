"""Messages and passed-on texts with their renditions, as the views show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from bot.db.models import (
    BridgedChannel,
    Membership,
    Person,
    Project,
    Rendition,
    SourceText,
)
from bot.domain.people import Role
from bot.domain.translation import RenditionState, Side, SourceKind, wanted_language
from bot.reports.issue_sight import is_of_nameless
from bot.reports.twin_threads import root_ts
from bot.translation.document import Document, SpanKind
from bot.translation.plain_text import to_plain

LIST_LIMIT = 10

NAMELESS = "—"
"""Who has written what nobody is known to have written."""

NO_ENGINE = "no_engine"
"""Why nothing at all is translated where no engine is set up; people need not be told again and again."""

_ROLES = (Role.PM, Role.SUPERVISOR, Role.REVIEWER, Role.WORKER)


@dataclass(frozen=True)
class RenditionFacts:
    """A rendition as it stands. While it is PENDING its words are those of the text before its last change."""

    rendition_id: int
    ver: int
    language: str
    state: RenditionState
    document: Document | None
    engine: str
    flags: frozenset[str]
    quiet: bool
    corrected: bool
    corrected_by: str
    reported: bool
    source_language: str | None


@dataclass(frozen=True)
class TranslationFacts:
    """A message with its renditions, for its card in `target_channel`.

    `root_ts` is the thread there that the card belongs into, None for one that begins a thread. `names` holds
    the nicknames of those who are mentioned, by Slack id; those of `live` may be called by the card, because
    they did not see the message itself. A carried-over message has an UNNEEDED rendition equal to the original.
    """

    source_id: int
    ver: int
    kind: SourceKind
    project_id: int
    project_key: str
    channel: str
    ts: str
    thread_ts: str | None
    deleted: bool
    author_id: int | None
    author: str
    role: Role | None
    language: str | None
    document: Document
    attachments: int
    renditions: tuple[RenditionFacts, ...]
    names: Mapping[str, str]
    live: frozenset[str]
    root_ts: str | None
    place: str
    target_channel: str


def read_card(session: Session, source_id: int, place: str | None = None) -> TranslationFacts | None:
    """Return a text with its renditions, None when there is none or it has no card at that place."""
    source = session.get(SourceText, source_id)
    stands = "twin" if source is not None and source.twin_channel else "thread"
    if source is None or place not in (None, stands):
        return None
    author = session.get(Person, source.author_id) if source.author_id is not None else None
    document = Document.load(source.document)
    renditions = tuple(_rendition(session, source, row) for row in _rows(session, source))
    documents = [document, *(r.document for r in renditions if r.document is not None)]
    mentioned = {
        span.text
        for shown in documents
        for line in shown.lines
        for span in line.spans
        if span.kind is SpanKind.USER
    }
    return TranslationFacts(
        source.id,
        source.ver,
        source.kind,
        source.project_id,
        session.get_one(Project, source.project_id).key,
        source.channel or "",
        source.ts or "",
        source.thread_ts,
        source.deleted,
        source.author_id,
        author.nickname if author is not None else NAMELESS,
        role_in(session, source.project_id, source.author_id),
        source.language,
        document,
        source.attachments,
        renditions,
        _names(session, source.team_id, mentioned),
        _live(session, source, mentioned),
        root_ts(session, source),
        stands,
        source.twin_channel or source.channel or "",
    )


def _rows(session: Session, source: SourceText) -> Iterable[Rendition]:
    query = select(Rendition).where(Rendition.source_id == source.id).order_by(Rendition.id)
    return session.scalars(query).all()


def _rendition(session: Session, source: SourceText, row: Rendition) -> RenditionFacts:
    by = session.get(Person, row.corrected_by_id) if row.corrected_by_id is not None else None
    return RenditionFacts(
        row.id,
        row.ver,
        row.language,
        row.state,
        Document.load(row.document) if row.document is not None else None,
        row.engine,
        frozenset(row.flags),
        row.quiet,
        row.corrected_at is not None,
        by.nickname if by is not None else "",
        row.reported_at is not None,
        source.language,
    )


def role_in(session: Session, project_id: int, person_id: int | None) -> Role | None:
    """Return the role of a person in a project that says most about them, None for who has none there."""
    held = set(
        session.scalars(
            select(Membership.role).where(
                Membership.project_id == project_id, Membership.person_id == person_id
            )
        )
    )
    return next((role for role in _ROLES if role in held), None)


def _names(session: Session, team_id: int, users: Iterable[str]) -> dict[str, str]:
    rows = session.execute(
        select(Person.slack_id, Person.nickname).where(
            Person.team_id == team_id, Person.slack_id.in_(list(users))
        )
    )
    return {row.slack_id: row.nickname for row in rows}


def _live(session: Session, source: SourceText, users: Iterable[str]) -> frozenset[str]:
    """Return those mentioned in a twin's message who are of the other side only."""
    if source.twin_channel is None:
        return frozenset()
    side = session.scalar(
        select(BridgedChannel.side).where(
            BridgedChannel.project_id == source.project_id,
            BridgedChannel.channel == source.twin_channel,
        )
    )
    rows = session.execute(
        select(Person.slack_id, Membership.role)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.project_id == source.project_id,
            Person.slack_id.in_(list(users)),
            Person.active.is_(True),
        )
    ).all()
    pms = {user for user, role in rows if role is Role.PM}
    crew = {user for user, role in rows if role is not Role.PM}
    if side is Side.PM:
        return frozenset(pms - crew)
    return frozenset(crew - pms) if side is Side.CREW else frozenset()


@dataclass(frozen=True)
class RelayFacts:
    """A text the bot passes on, and its rendition for one reader; `text` is "" until that is there."""

    kind: SourceKind
    ref_id: int
    source_id: int
    rendition_id: int | None
    original: str
    text: str
    language: str | None
    source_language: str | None
    state: RenditionState
    flags: frozenset[str]
    corrected: bool


def read_relay(session: Session, kind: SourceKind, ref_id: int, person_id: int) -> RelayFacts | None:
    """Return what was passed on as this person reads it, None when they need no translation of it."""
    person = session.get(Person, person_id)
    wanted = wanted_language(person.language, person.reads) if person is not None else None
    source = session.scalar(_relayed(kind, ref_id))
    if source is None or wanted is None:
        return None
    row = session.scalar(
        select(Rendition).where(Rendition.source_id == source.id, Rendition.language == wanted)
    )
    if row is None or row.state is RenditionState.UNNEEDED or row.error == NO_ENGINE:
        return None
    return relay_of(source, row)


def read_relay_original(session: Session, kind: SourceKind, ref_id: int) -> RelayFacts | None:
    """Return what was passed on as it was written, None when it was never translated."""
    source = session.scalar(_relayed(kind, ref_id))
    if source is None:
        return None
    return relay_of(source, None)


def relay_of(source: SourceText, row: Rendition | None) -> RelayFacts:
    """Return a text that is passed on with one of its renditions; without a rendition, as it was written."""
    original = to_plain(Document.load(source.document))
    if row is None:
        language, state, flags, text = source.language, RenditionState.UNNEEDED, frozenset[str](), ""
    else:
        language, state, flags = row.language, row.state, frozenset(row.flags)
        text = to_plain(Document.load(row.document or [])) if state is RenditionState.DONE else ""
    return RelayFacts(
        source.kind,
        source.ref_id or 0,
        source.id,
        row.id if row is not None else None,
        original,
        text,
        language,
        source.language,
        state,
        flags,
        corrected=row is not None and row.corrected_at is not None,
    )


def _relayed(kind: SourceKind, ref_id: int) -> Select[SourceText]:
    return select(SourceText).where(SourceText.kind == kind, SourceText.ref_id == ref_id).limit(1)


@dataclass(frozen=True)
class ReportedFacts:
    """A rendition that somebody says is wrong; `open` until it is corrected or found right."""

    rendition_id: int
    ver: int
    source_id: int
    kind: SourceKind
    project_id: int
    project_key: str
    language: str
    source_language: str | None
    original: Document
    document: Document
    note: str
    reported_by: str
    author: str
    open: bool
    names: Mapping[str, str]


def read_reported(session: Session, rendition_id: int) -> ReportedFacts | None:
    """Return a rendition as its report shows it, None when there is none; one without words is not open."""
    row = session.get(Rendition, rendition_id)
    return _reported(session, row) if row is not None else None


def reported(session: Session, project_ids: Iterable[int]) -> tuple[ReportedFacts, ...]:
    """Return the open reports of these projects, oldest first; at most ten, none of what is nameless."""
    rows = session.scalars(
        select(Rendition)
        .join(SourceText, SourceText.id == Rendition.source_id)
        .where(
            Rendition.reported_at.is_not(None),
            Rendition.document.is_not(None),
            SourceText.project_id.in_(list(project_ids)),
            ~is_of_nameless(),
        )
        .order_by(Rendition.reported_at, Rendition.id)
        .limit(LIST_LIMIT)
    )
    return tuple(_reported(session, row) for row in rows)


def count_reported(session: Session, project_ids: Iterable[int]) -> int:
    """Count the open reports of these projects."""
    counted = (
        select(func.count())
        .select_from(Rendition)
        .join(SourceText, SourceText.id == Rendition.source_id)
        .where(
            Rendition.reported_at.is_not(None),
            SourceText.project_id.in_(list(project_ids)),
            ~is_of_nameless(),
        )
    )
    return session.scalar(counted) or 0


def _reported(session: Session, row: Rendition) -> ReportedFacts:
    source = session.get_one(SourceText, row.source_id)
    by = session.get(Person, row.reported_by_id) if row.reported_by_id is not None else None
    original, document = Document.load(source.document), Document.load(row.document or [])
    mentioned = {
        span.text
        for shown in (original, document)
        for line in shown.lines
        for span in line.spans
        if span.kind is SpanKind.USER
    }
    return ReportedFacts(
        row.id,
        row.ver,
        source.id,
        source.kind,
        source.project_id,
        session.get_one(Project, source.project_id).key,
        row.language,
        source.language,
        original,
        document,
        row.report_note or "",
        by.nickname if by is not None else "",
        session.get_one(Person, source.author_id).nickname if source.author_id is not None else NAMELESS,
        row.reported_at is not None and row.document is not None,
        _names(session, source.team_id, mentioned),
    )
