"""Wrong translations: reported by whoever reads them, put right by those who know both languages, remembered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.db.models import Issue, Rendition, SourceText, TranslationMemory
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import NotAllowed, NotFound, StaleAction
from bot.domain.escalation import IssueSource
from bot.domain.policy import Action, Subject
from bot.domain.questions import clean_words
from bot.domain.translation import RenditionState, SourceKind
from bot.outbox.messages import TranslationReported
from bot.outbox.queue import enqueue
from bot.reports.issue_sight import is_behind
from bot.reports.twin_threads import find_message
from bot.services.access import require
from bot.services.handovers import repliers
from bot.services.issue_access import audience
from bot.services.rendering_cards import redraw

NOTE_LIMIT = 500

_SAME_AT_ONCE = 200
_PUBLIC = (SourceKind.MESSAGE, SourceKind.NOTICE)


@dataclass(frozen=True)
class MemoryEntry:
    """How a masked text is to be rendered from now on; `text` is JSON of the pipeline's own."""

    source_language: str
    target_language: str
    key: str
    text: str


@dataclass(frozen=True)
class Fixed:
    """A rendition put right; `replaced` counts the equal ones that were changed along with it."""

    source_id: int
    rendition_id: int
    replaced: int


def report(uow: UnitOfWork, *, person_id: int, rendition_id: int, note: str = "") -> bool:
    """Say that a translation is wrong, to those who may correct it; False when somebody has said so already.

    Raises StaleAction when there is no translation any more.
    """
    source, rendition = _load(uow, rendition_id)
    _require_reader(uow, person_id, source, Action.REPORT_TRANSLATION)
    note = clean_words("note", note, NOTE_LIMIT, required=False)
    if rendition.state is not RenditionState.DONE:
        raise StaleAction(Action.REPORT_TRANSLATION, "rendition", rendition_id, rendition.state)
    if rendition.reported_at is not None:
        return False
    rendition.reported_by_id, rendition.reported_at = person_id, uow.now
    rendition.report_note = note or None
    _audit(uow, source, rendition, person_id, Action.REPORT_TRANSLATION)
    tell_report(uow, source, rendition)
    # Its readers see that it is being checked.
    redraw(uow, source, [rendition])
    return True


def dismiss_report(uow: UnitOfWork, *, person_id: int, rendition_id: int) -> bool:
    """Say that a reported translation is right after all; False when no report is open."""
    source, rendition = _load(uow, rendition_id)
    _require_fixer(uow, person_id, source, rendition_id)
    if rendition.reported_at is None:
        return False
    _clear(rendition)
    _audit(uow, source, rendition, person_id, "translation.dismiss")
    tell_report(uow, source, rendition)
    redraw(uow, source, [rendition])
    return True


def may_fix(uow: UnitOfWork, *, person_id: int, rendition_id: int, ver: int | None = None) -> None:
    """Pass silently when the person could correct this rendition now, as a form for it is about to open."""
    source, rendition = _load(uow, rendition_id)
    _require_fixer(uow, person_id, source, rendition_id)
    _check_version(source, rendition, ver)


def fix(
    uow: UnitOfWork,
    *,
    person_id: int,
    rendition_id: int,
    document: list[Any],
    entries: Sequence[MemoryEntry] = (),
    ver: int | None = None,
) -> Fixed:
    """Put a person's words in the place of a machine's, wherever these were made of the same text.

    What `entries` teach is remembered for the project. Raises StaleAction when the text has changed since `ver`.
    """
    source, rendition = _load(uow, rendition_id)
    _require_fixer(uow, person_id, source, rendition_id)
    _check_version(source, rendition, ver)
    reported = rendition.reported_at is not None
    equal = _equals(uow, source, rendition)
    for one in (rendition, *equal):
        one.document, one.state, one.engine = document, RenditionState.DONE, "person"
        one.flags, one.quiet, one.error = [], False, None
        one.due_at = one.lease_until = None
        one.corrected_by_id, one.corrected_at, one.finished_at = person_id, uow.now, uow.now
        was_reported = one.reported_at is not None
        _clear(one)
        owner = uow.session.get_one(SourceText, one.source_id)
        redraw(uow, owner, [one])
        if one is not rendition and was_reported:
            tell_report(uow, owner, one)
    _remember(uow, source.project_id, person_id, entries)
    _audit(uow, source, rendition, person_id, Action.FIX_TRANSLATION)
    if reported:
        tell_report(uow, source, rendition)
    return Fixed(source.id, rendition.id, len(equal))


def may_see(uow: UnitOfWork, *, person_id: int, source_id: int) -> None:
    """Pass silently when the person may see the original of this text; raises NotFound or NotAllowed."""
    source = uow.session.get(SourceText, source_id)
    if source is None or source.deleted:
        raise NotFound("message", str(source_id))
    _require_reader(uow, person_id, source, Action.TRANSLATE)


def may_see_relay(uow: UnitOfWork, *, person_id: int, kind: SourceKind, ref_id: int) -> None:
    """Pass silently when the person may see the original of what was passed on; raises NotFound or NotAllowed."""
    found = uow.session.scalar(
        select(SourceText.id).where(SourceText.kind == kind, SourceText.ref_id == ref_id)
    )
    if found is None:
        raise NotFound("message", str(ref_id))
    may_see(uow, person_id=person_id, source_id=found)


def find_posted(session: Session, *, team_id: int, channel: str, ts: str) -> int | None:
    """Return the text that a message in Slack is or renders, None for every other message."""
    source = find_message(session, team_id, channel, ts)
    return source.id if source is not None else None


def _load(uow: UnitOfWork, rendition_id: int) -> tuple[SourceText, Rendition]:
    # The text first, as everybody locks them.
    row = uow.session.get(Rendition, rendition_id)
    source = uow.lock(SourceText, row.source_id) if row is not None else None
    rendition = uow.lock(Rendition, rendition_id)
    if source is None or rendition is None or source.deleted:
        raise NotFound("translation", str(rendition_id))
    return source, rendition


def _require_reader(uow: UnitOfWork, person_id: int, source: SourceText, action: Action) -> None:
    """Raise unless the person is of the project and, where a text is for some people only, one of those."""
    subject = Subject("source_text", source.id)
    require(uow, action, person_id, source.project_id, subject)
    _require_sight(uow, person_id, source, action)
    if source.kind in _PUBLIC or source.author_id == person_id:
        return
    facts = uow.session.scalars(select(Rendition.then).where(Rendition.source_id == source.id)).all()
    shown = [fact["payload"] for then in facts for fact in then]
    # What stands in a channel is no secret from anybody who is there.
    if any(payload.get("person_id") == person_id or payload.get("channel") for payload in shown):
        return
    try:
        require(uow, Action.FIX_TRANSLATION, person_id, source.project_id, subject)
    except NotAllowed:
        raise NotAllowed(action, subject.type, subject.id) from None


def _require_fixer(uow: UnitOfWork, person_id: int, source: SourceText, rendition_id: int) -> None:
    subject = Subject("rendition", rendition_id)
    require(uow, Action.FIX_TRANSLATION, person_id, source.project_id, subject)
    _require_sight(uow, person_id, source, Action.FIX_TRANSLATION)


def _require_sight(uow: UnitOfWork, person_id: int, source: SourceText, action: Action) -> None:
    sighted = _sighted(uow, source)
    if sighted is not None and person_id not in sighted:
        raise NotAllowed(action, "source_text", source.id)


def _sighted(uow: UnitOfWork, source: SourceText) -> frozenset[int] | None:
    """Return who may see what was written to a nameless report, by whomever; None for everything else."""
    report = select(Issue).join(SourceText, is_behind())
    issue = uow.session.scalar(report.where(SourceText.id == source.id, Issue.source == IssueSource.NAMELESS))
    return audience(uow.session, issue) if issue is not None else None


def _check_version(source: SourceText, rendition: Rendition, ver: int | None) -> None:
    """Raise unless the words are still those that the form shows; a failed one may be written by hand."""
    fits = rendition.state in (RenditionState.DONE, RenditionState.FAILED)
    if not fits or rendition.ver != source.ver or (ver is not None and ver != rendition.ver):
        raise StaleAction(Action.FIX_TRANSLATION, "rendition", rendition.id, rendition.state)


def _equals(uow: UnitOfWork, source: SourceText, rendition: Rendition) -> list[Rendition]:
    """Return other renditions of exactly the same text, locked: those by machine, and those put right alike.

    What a person wrote for another place in other words is theirs and stays.
    """
    others = uow.session.execute(
        select(SourceText, Rendition)
        .join(Rendition, Rendition.source_id == SourceText.id)
        .where(
            SourceText.project_id == source.project_id,
            SourceText.digest == source.digest,
            SourceText.id != source.id,
            SourceText.deleted.is_(False),
            Rendition.language == rendition.language,
            Rendition.state == RenditionState.DONE,
        )
        .order_by(SourceText.id.desc())
        .limit(_SAME_AT_ONCE)
        # What somebody else is putting right at this moment stays theirs; two who wait for each other are no use.
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    return [one for _, one in others if one.corrected_at is None or one.document == rendition.document]


def _clear(rendition: Rendition) -> None:
    rendition.reported_by_id = rendition.reported_at = rendition.report_note = None


def _remember(uow: UnitOfWork, project_id: int, person_id: int, entries: Sequence[MemoryEntry]) -> None:
    uow.session.flush()
    connection = uow.session.connection()
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    for entry in entries:
        connection.execute(
            insert(TranslationMemory)
            .values(
                project_id=project_id,
                source_language=entry.source_language,
                target_language=entry.target_language,
                key=entry.key,
                text=entry.text,
                made_by_id=person_id,
                created_at=uow.now,
                changed_at=uow.now,
            )
            .on_conflict_do_update(
                index_elements=["project_id", "source_language", "target_language", "key"],
                set_={"text": entry.text, "made_by_id": person_id, "changed_at": uow.now},
            )
        )


def tell_report(uow: UnitOfWork, source: SourceText, rendition: Rendition) -> None:
    """Send a report's card to those who may correct it, as it is now."""
    uow.session.flush()
    sighted = _sighted(uow, source)
    for reader_id in repliers(uow, source.project_id) if sighted is None else sorted(sighted):
        enqueue(uow, source.team_id, TranslationReported(reader_id, rendition.id))


def _audit(uow: UnitOfWork, source: SourceText, rendition: Rendition, actor_id: int, action: str) -> None:
    uow.audit(
        team_id=source.team_id,
        actor_id=actor_id,
        action=action,
        subject=("rendition", rendition.id),
        detail={"source": source.id, "language": rendition.language},
    )
