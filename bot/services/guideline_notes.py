"""What issues have taught, proposed for the guideline: a PM takes it up, or not."""

from __future__ import annotations

from bot.db.models import GuidelineNote, Issue
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import NotFound, StaleAction
from bot.domain.escalation import SUMMARY_LIMIT, IssueState, NoteState, Step
from bot.domain.people import Role
from bot.domain.policy import Action, Subject
from bot.domain.questions import clean_words
from bot.outbox.issue_messages import GuidelineNoteCard
from bot.outbox.queue import enqueue
from bot.reports.members import in_charge
from bot.services.access import require
from bot.services.issue_access import load, may
from bot.services.issue_cards import redraw
from bot.services.issue_steps import record
from bot.services.issue_words import pass_on_guideline_note


def propose(uow: UnitOfWork, *, person_id: int, issue_id: int, words: str, section: str | None = None) -> int:
    """Propose a note to the guideline from an issue that is not closed, and return the note's id.

    The PMs are asked, the admins where there is none. Raises EmptyAnswer or Invalid naming "guideline_note".
    """
    issue = load(uow, issue_id)
    if issue.state is IssueState.RESOLVED:
        # An issue teaches most once it is solved, when nothing else about it can be changed.
        require(uow, Action.HOLD, person_id, issue.project_id, Subject("issue", issue.id))
    else:
        may(uow, action=Action.STEER_ISSUE, person_id=person_id, issue_id=issue_id)
    return add_note(uow, issue, person_id, words, section)


def add_note(uow: UnitOfWork, issue: Issue, person_id: int, words: str, section: str | None) -> int:
    """Propose a note for somebody who may; returns its id."""
    note = GuidelineNote(
        project_id=issue.project_id,
        issue_id=issue.id,
        section=section,
        words=clean_words("guideline_note", words, SUMMARY_LIMIT),
        made_by_id=person_id,
        created_at=uow.now,
    )
    uow.session.add(note)
    uow.session.flush()
    _audit(uow, issue, note, person_id, None)
    record(uow, issue, Step.NOTE_PROPOSED, actor_id=person_id, detail={"note": note.id})
    _show(uow, issue, note)
    redraw(uow, issue)
    return note.id


def decide(uow: UnitOfWork, *, person_id: int, note_id: int, ver: int, taken: bool) -> NoteState:
    """Say whether a proposed note is taken up; its author and the other PMs see what was decided.

    Raises NotFound, and StaleAction when somebody was quicker.
    """
    note = uow.lock(GuidelineNote, note_id)
    if note is None:
        raise NotFound("guideline_note", str(note_id))
    require(
        uow,
        Action.DECIDE_NOTE,
        person_id,
        note.project_id,
        Subject("guideline_note", note.id, state=note.state),
    )
    if ver != note.ver:
        raise StaleAction(Action.DECIDE_NOTE, "guideline_note", note.id, note.state)
    before = note.state
    note.state = NoteState.TAKEN if taken else NoteState.DECLINED
    note.ver, note.decided_by_id, note.decided_at = note.ver + 1, person_id, uow.now
    uow.session.flush()
    issue = uow.session.get_one(Issue, note.issue_id)
    _audit(uow, issue, note, person_id, before)
    _show(uow, issue, note)
    return note.state


def _show(uow: UnitOfWork, issue: Issue, note: GuidelineNote) -> None:
    """Draw the note's card for those who decide about it, and for its author once they have."""
    deciders = in_charge(uow.session, note.project_id, Role.PM)
    people = {*deciders} if note.state is NoteState.PROPOSED else {*deciders, note.made_by_id}
    for person_id in sorted(people):
        enqueue(uow, issue.team_id, GuidelineNoteCard(person_id, note.id))
    pass_on_guideline_note(uow, note, sorted(people))


def _audit(
    uow: UnitOfWork, issue: Issue, note: GuidelineNote, person_id: int, before: NoteState | None
) -> None:
    uow.audit(
        team_id=issue.team_id,
        actor_id=person_id,
        action=Action.DECIDE_NOTE if before is not None else "guideline.propose",
        subject=("guideline_note", note.id),
        states=(before, note.state),
    )
