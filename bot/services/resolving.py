"""Resolving an issue: what it was, what was done, and the repair of what had gone wrong because of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.db.models import Issue, IssueStep
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import Invalid
from bot.domain.escalation import SUMMARY_LIMIT, Event, Step, UndoneBy
from bot.domain.policy import Action
from bot.domain.questions import clean_words, section_mark
from bot.reports.guidelines import current_sections
from bot.services.faq import FaqPlan, draft_for_pm
from bot.services.guideline_notes import add_note
from bot.services.holding import held_by, release_tasks
from bot.services.issue_access import may
from bot.services.issue_cards import people_of, redraw
from bot.services.issue_clock import settle
from bot.services.issue_steps import move, record
from bot.services.issue_words import pass_on_note, pass_on_resolution
from bot.services.issues import own, tasks_of
from bot.services.re_reviewing import lock_judged, rejects_of
from bot.services.re_reviewing import re_review as judge_anew

SECTION_LIMIT = 80
"""As many characters of a section's place are kept, the last ones: its own heading is what matters."""


@dataclass(frozen=True)
class Resolved:
    """A resolved issue and what came of it: tasks that go on, what was proposed."""

    issue_id: int
    ver: int
    released: int
    note_id: int | None
    faq_id: int | None


def resolve(
    uow: UnitOfWork,
    *,
    person_id: int,
    issue_id: int,
    ver: int,
    cause: str,
    remedy: str,
    section: str | None,
    release: bool,
    re_review: Sequence[int] = (),
    note: str | None = None,
    faq: tuple[str, str] | None = None,
) -> Resolved:
    """Say what an issue was and what was done about it, and repair what is chosen.

    `section` is the mark of the section of the guideline that it touches, None for none. With `release` the
    tasks that it put on hold go on. `re_review` are ids of standing rejects of its tasks, which are judged anew.
    `note` is proposed for the guideline, `faq` (question and answer, in Korean) is kept as a draft for the PM.
    Raises EmptyAnswer and Invalid naming the field.
    """
    issue = may(uow, action=Action.RESOLVE_ISSUE, person_id=person_id, issue_id=issue_id, ver=ver)
    issue.cause = clean_words("cause", cause, SUMMARY_LIMIT)
    issue.remedy = clean_words("remedy", remedy, SUMMARY_LIMIT)
    issue.section = _heading(uow, issue, section) if section else None
    _require_rejects(uow, issue, re_review)
    before = move(issue, Event.RESOLVE)
    if issue.owner_id is None:
        own(uow, issue, person_id)
    issue.resolved_at = uow.now
    step_id = record(
        uow,
        issue,
        Step.RESOLVED,
        actor_id=person_id,
        note=issue.remedy,
        detail={"cause": issue.cause, "section": issue.section},
        before=before,
    )
    settle(uow, issue)
    if re_review:
        lock_judged(uow, re_review, with_tasks=held_by(uow.session, issue) if release else ())
    released = _release(uow, issue, person_id) if release else 0
    _judge_anew(uow, issue, person_id, re_review)
    note_id = add_note(uow, issue, person_id, note, issue.section) if note and note.strip() else None
    faq_id = None
    if faq is not None and any(part.strip() for part in faq):
        plan = FaqPlan(faq[0], faq[1], "", section=section or "")
        faq_id = draft_for_pm(uow, person_id=person_id, project_id=issue.project_id, plan=plan).faq_id
    people = people_of(uow, issue)
    pass_on_resolution(uow, issue, person_id, people)
    pass_on_note(uow, issue, uow.session.get_one(IssueStep, step_id), people)
    redraw(uow, issue)
    return Resolved(issue.id, issue.ver, released, note_id, faq_id)


def _heading(uow: UnitOfWork, issue: Issue, mark: str) -> str:
    """Return where the section of a mark stands, with as much of what it stands under as there is room for."""
    found = current_sections(uow.session, issue.project_id)
    for one in found[1] if found else ():
        if section_mark(one.id) == mark:
            places = (" › ".join(one.path[begin:]) for begin in range(len(one.path)))
            return next(
                (place for place in places if len(place) <= SECTION_LIMIT), one.path[-1][:SECTION_LIMIT]
            )
    raise Invalid("section", "unknown")


def _require_rejects(uow: UnitOfWork, issue: Issue, verdict_ids: Sequence[int]) -> None:
    """Refuse verdicts that are no standing rejects of the issue's tasks: the form may be old."""
    if not verdict_ids:
        return
    standing = {row.verdict_id for row in rejects_of(uow.session, tasks_of(uow, issue))}
    if not standing.issuperset(verdict_ids):
        raise Invalid("re_review", "gone")


def _release(uow: UnitOfWork, issue: Issue, person_id: int) -> int:
    return len(release_tasks(uow, person_id=person_id, issue_id=issue.id).tasks)


def _judge_anew(uow: UnitOfWork, issue: Issue, person_id: int, verdict_ids: Sequence[int]) -> None:
    if not verdict_ids:
        return
    found = judge_anew(uow, person_id=person_id, verdict_ids=verdict_ids, why=UndoneBy.ISSUE)
    if found.overturned:
        detail = {"verdicts": list(found.overturned), "again": list(found.again)}
        record(uow, issue, Step.RE_REVIEW, actor_id=person_id, detail=detail)
