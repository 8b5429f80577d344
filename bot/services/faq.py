"""Answers worth keeping: written by whoever replied, verified by a PM, stale when their section changes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from bot.db.models import FaqEntry, Project
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import EmptyAnswer, NotFound, StaleAction
from bot.domain.people import Role
from bot.domain.policy import Action, Subject
from bot.domain.questions import (
    QUESTION_LIMIT,
    REPLY_LIMIT,
    FaqState,
    HandoverState,
    clean_words,
    section_mark,
)
from bot.domain.translation import SourceKind
from bot.outbox.messages import FaqCard, HandoverCard
from bot.outbox.queue import enqueue
from bot.reports.guidelines import current_sections
from bot.reports.members import in_charge
from bot.services.access import require
from bot.services.handovers import load_handover
from bot.services.relaying import relay

FRESH_FOR = timedelta(days=30)
"""How long a verified answer counts before somebody is asked to look at it again."""


@dataclass(frozen=True)
class FaqPlan:
    """What is to be kept. `section` is the mark of a section, "" for what is not in the guideline."""

    question: str
    answer_ko: str
    answer_en: str
    question_en: str = ""
    section: str = ""


@dataclass(frozen=True)
class Kept:
    """A kept answer and where it stands."""

    faq_id: int
    state: FaqState
    ver: int


def save_as_faq(uow: UnitOfWork, *, person_id: int, handover_id: int, plan: FaqPlan) -> Kept:
    """Keep the answer of a hand-over as a draft and ask the PMs to verify its English.

    Saving the same hand-over again rewrites its entry, which then is a draft again. Raises StaleAction while
    nobody has replied, EmptyAnswer and Invalid naming the field that can't be used.
    """
    handover = load_handover(uow, person_id=person_id, handover_id=handover_id)
    if handover.state is not HandoverState.ANSWERED:
        raise StaleAction(Action.REPLY, "handover", handover_id, handover.state)
    entry = uow.session.scalar(select(FaqEntry).where(FaqEntry.handover_id == handover_id))
    if entry is None:
        entry = FaqEntry(
            project_id=handover.project_id,
            handover_id=handover_id,
            state=FaqState.DRAFT,
            ver=0,
            written_by_id=person_id,
            changed_at=uow.now,
            created_at=uow.now,
        )
        before = None
        _fill(uow, entry, plan)
        uow.session.add(entry)
        uow.session.flush()
    else:
        before = entry.state
        _fill(uow, entry, plan)
    _move(uow, entry, FaqState.DRAFT, person_id, "answer.write", before)
    _show(uow, entry)
    enqueue(uow, handover.team_id, HandoverCard(person_id, handover_id))
    return Kept(entry.id, entry.state, entry.ver)


def draft_for_pm(uow: UnitOfWork, *, person_id: int, project_id: int, plan: FaqPlan) -> Kept:
    """Keep an answer that an issue has brought as a draft; its English, where missing, is the PM's to write.

    The caller has seen to it that the person may. Raises EmptyAnswer and Invalid naming the field.
    """
    entry = FaqEntry(
        project_id=project_id,
        state=FaqState.DRAFT,
        ver=0,
        written_by_id=person_id,
        changed_at=uow.now,
        created_at=uow.now,
    )
    _fill(uow, entry, plan, english=False)
    uow.session.add(entry)
    uow.session.flush()
    _move(uow, entry, FaqState.DRAFT, person_id, "answer.write", None)
    _show(uow, entry)
    _propose_english(uow, entry)
    return Kept(entry.id, entry.state, entry.ver)


def _propose_english(uow: UnitOfWork, entry: FaqEntry) -> None:
    """Have a draft translated, so that its PM can read it and has a beginning for the English."""
    relay(
        uow,
        project_id=entry.project_id,
        kind=SourceKind.FAQ,
        ref_id=entry.id,
        author_id=entry.written_by_id,
        text=f"{entry.question}\n\n{entry.answer_ko}",
        shown=[
            FaqCard(person_id, entry.id) for person_id in in_charge(uow.session, entry.project_id, Role.PM)
        ],
        into="en",
    )


def _fill(uow: UnitOfWork, entry: FaqEntry, plan: FaqPlan, *, english: bool = True) -> None:
    entry.question = clean_words("question", plan.question, QUESTION_LIMIT)
    entry.question_en = clean_words("question_en", plan.question_en, QUESTION_LIMIT, required=False)
    entry.answer_ko = clean_words("answer_ko", plan.answer_ko, REPLY_LIMIT)
    entry.answer_en = clean_words("answer_en", plan.answer_en, REPLY_LIMIT, required=english)
    entry.section_id, entry.section_path = _section(uow, entry.project_id, plan.section)


def _section(uow: UnitOfWork, project_id: int, mark: str) -> tuple[str | None, list[str]]:
    found = current_sections(uow.session, project_id) if mark else None
    for section in found[1] if found else ():
        if section_mark(section.id) == mark:
            return section.id, list(section.path)
    return None, []


def load_entry(
    uow: UnitOfWork, *, person_id: int, faq_id: int, ver: int | None = None, action: Action = Action.VERIFY
) -> FaqEntry:
    """Return the entry, locked, for somebody who may do this to it. Raises StaleAction for an old button."""
    entry = uow.lock(FaqEntry, faq_id)
    if entry is None:
        raise NotFound("faq", str(faq_id))
    require(uow, action, person_id, entry.project_id, Subject("faq", faq_id))
    if ver is not None and ver != entry.ver:
        raise StaleAction(action, "faq", faq_id, entry.state)
    return entry


def verify(
    uow: UnitOfWork,
    *,
    person_id: int,
    faq_id: int,
    ver: int | None = None,
    question_en: str | None = None,
    answer_en: str | None = None,
) -> Kept:
    """Let an answer be served from now on, with the PM's English where it was changed.

    A stale one takes the section that stands under the same path now. Raises StaleAction for a retired one.
    """
    entry = load_entry(uow, person_id=person_id, faq_id=faq_id, ver=ver)
    if entry.state in (FaqState.RETIRED, FaqState.VERIFIED):
        raise StaleAction(Action.VERIFY, "faq", faq_id, entry.state)
    if question_en is not None:
        entry.question_en = clean_words("question_en", question_en, QUESTION_LIMIT, required=False)
    if answer_en is not None:
        entry.answer_en = clean_words("answer_en", answer_en)
    if not entry.answer_en:
        # An answer is served in both languages, so that one without English is not ready yet.
        raise EmptyAnswer("answer_en")
    entry.section_id = _same_place(uow, entry)
    entry.verified_by_id, entry.verified_at = person_id, uow.now
    _move(uow, entry, FaqState.VERIFIED, person_id, Action.VERIFY, entry.state)
    _show(uow, entry)
    return Kept(entry.id, entry.state, entry.ver)


def _same_place(uow: UnitOfWork, entry: FaqEntry) -> str | None:
    found = current_sections(uow.session, entry.project_id) if entry.section_id else None
    sections = found[1] if found else ()
    if any(section.id == entry.section_id for section in sections):
        return entry.section_id
    return next((s.id for s in sections if list(s.path) == entry.section_path), entry.section_id)


def retire(uow: UnitOfWork, *, person_id: int, faq_id: int, ver: int | None = None) -> Kept:
    """Never serve an answer again. Raises StaleAction when it is retired already."""
    entry = load_entry(uow, person_id=person_id, faq_id=faq_id, ver=ver)
    if entry.state is FaqState.RETIRED:
        raise StaleAction(Action.VERIFY, "faq", faq_id, entry.state)
    _move(uow, entry, FaqState.RETIRED, person_id, "answer.retire", entry.state)
    _show(uow, entry)
    return Kept(entry.id, entry.state, entry.ver)


def mark_stale(uow: UnitOfWork, project_id: int, changed_section_ids: Collection[str]) -> int:
    """Mark the verified answers of these sections (ids of the version that ends) stale; return how many.

    The PMs are asked to look at them. An answer that is not in the guideline is asked about as well once
    anything has changed: the new version may have what was missing.
    """
    if not changed_section_ids:
        return 0
    changed = set(changed_section_ids)
    entries = uow.session.scalars(
        select(FaqEntry)
        .where(FaqEntry.project_id == project_id, FaqEntry.state == FaqState.VERIFIED)
        .order_by(FaqEntry.id)
        .with_for_update()
    ).all()
    stale = [entry for entry in entries if entry.section_id is None or entry.section_id in changed]
    for entry in stale:
        _move(uow, entry, FaqState.STALE, None, "answer.stale", entry.state)
        _show(uow, entry)
    return len(stale)


def age_answers(uow: UnitOfWork) -> int:
    """Mark answers stale that nobody has looked at for 30 days; return how many. Doing it twice does no harm."""
    entries = uow.session.scalars(
        select(FaqEntry)
        .where(FaqEntry.state == FaqState.VERIFIED, FaqEntry.verified_at <= uow.now - FRESH_FOR)
        .order_by(FaqEntry.id)
        .with_for_update(skip_locked=True)
    ).all()
    for entry in entries:
        _move(uow, entry, FaqState.STALE, None, "answer.stale", entry.state)
        _show(uow, entry)
    return len(entries)


def _move(
    uow: UnitOfWork,
    entry: FaqEntry,
    state: FaqState,
    actor_id: int | None,
    action: str,
    before: FaqState | None,
) -> None:
    entry.state = state
    entry.ver += 1
    entry.changed_at = uow.now
    uow.session.flush()
    uow.audit(
        team_id=uow.session.get_one(Project, entry.project_id).team_id,
        actor_id=actor_id,
        action=action,
        subject=("faq", entry.id),
        states=(before, state),
    )


def _show(uow: UnitOfWork, entry: FaqEntry) -> None:
    """Draw the entry's card for the PMs, or for the admins of a project without one."""
    team_id = uow.session.get_one(Project, entry.project_id).team_id
    for person_id in in_charge(uow.session, entry.project_id, Role.PM):
        enqueue(uow, team_id, FaqCard(person_id, entry.id))
