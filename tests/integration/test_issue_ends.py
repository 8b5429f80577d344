"""Issues are resolved, opened again and closed; every call is one."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from bot.db.models import (
    FaqEntry,
    GuidelineNote,
    IssueAlert,
    Task,
)
from bot.domain.errors import (
    EmptyAnswer,
    Invalid,
    NotAllowed,
    StaleAction,
)
from bot.domain.escalation import (
    IssueState,
    NoteState,
    Severity,
    Step,
)
from bot.domain.policy import Action
from bot.domain.questions import FaqState
from bot.services.faq import verify
from bot.services.guideline_notes import decide, propose
from bot.services.holding import hold_tasks, release_tasks
from bot.services.issue_access import may
from bot.services.issue_steering import (
    reopen,
)
from bot.services.issues import acknowledge, withdraw
from tests.integration.issue_scene import HEADING, MORNING, NIGHT, Night, refused


def test_resolving_says_why_and_what_was_done(night: Night) -> None:
    issue_id = night.open(severity=Severity.S1)
    for missing in ("cause", "remedy"):
        assert refused(partial(night.resolve, issue_id, **{missing: " "})) == EmptyAnswer(missing)
    assert refused(lambda: night.resolve(issue_id, section="0" * 16)) == Invalid("section", "unknown")
    done = night.resolve(
        issue_id,
        section=night.guideline(),
        note="구어체는 들리는 대로 적는다.",
        faq=("겹치는 말은요?", "둘 다 적어요."),
    )
    issue = night.issue(issue_id)
    assert (issue.state, issue.resolved_at, issue.owner_id) == (
        IssueState.RESOLVED,
        NIGHT,
        night.crew["bridge"],
    )
    assert (issue.cause, issue.remedy, issue.section) == ("지침이 모호했어요", "2.4절을 고쳤어요", HEADING)
    assert night.steps(issue_id) == [Step.OPENED, Step.RESOLVED, Step.NOTE_PROPOSED]
    with night.transactions.reading() as session:
        note = session.get_one(GuidelineNote, done.note_id)
        assert (note.section, note.state) == (HEADING, NoteState.PROPOSED)
        entry = session.get_one(FaqEntry, done.faq_id)
        assert (entry.state, entry.answer_ko, entry.answer_en) == (FaqState.DRAFT, "둘 다 적어요.", "")
        assert entry.section_path == ["지침", "구어체"]
    # It is the PM who gives it its English.
    with pytest.raises(EmptyAnswer):
        night.do(verify, "alex", faq_id=done.faq_id)
    night.do(verify, "alex", faq_id=done.faq_id, answer_en="Write both.")
    with pytest.raises(NotAllowed):
        night.do(decide, "bridge", note_id=done.note_id, ver=1, taken=True)
    assert night.do(decide, "alex", note_id=done.note_id, ver=1, taken=True) is NoteState.TAKEN
    with pytest.raises(StaleAction):
        night.do(decide, "alex", note_id=done.note_id, ver=1, taken=False)
    assert night.do(propose, "bridge", issue_id=issue_id, words="하나 더") != done.note_id
    night.healthy()


def test_it_can_be_opened_again_for_seven_days(night: Night) -> None:
    issue_id = night.open(severity=Severity.S1)
    night.do(acknowledge, "bridge", issue_id=issue_id)
    night.resolve(issue_id)
    night.tick(days=6, hours=23)
    night.do(reopen, "mina", issue_id=issue_id, note="또 그래요.")
    issue = night.issue(issue_id)
    assert (issue.state, issue.owner_id, issue.resolved_at) == (IssueState.OPEN, None, None)
    night.tick()
    assert night.calls()[-1] == ("bridge", "reopened")
    night.resolve(issue_id)
    night.clock.advance(days=7)
    with pytest.raises(StaleAction):
        night.do(reopen, "mina", issue_id=issue_id)
    assert night.tick() == (1, 0)
    assert night.issue(issue_id).state is IssueState.CLOSED
    assert night.tick(days=30) == (0, 0)
    night.healthy()


def test_every_alert_belongs_to_one_call(night: Night) -> None:
    """Whoever was told has one row that says when; whoever was not has none that says they were."""
    issue_id = night.open(severity=Severity.S1)
    night.tick()
    night.do(acknowledge, "bridge", issue_id=issue_id)
    with night.transactions.reading() as session:
        rows = session.scalars(select(IssueAlert).where(IssueAlert.issue_id == issue_id)).all()
        assert [(row.person_id, row.told_at) for row in rows] == [(night.crew["bridge"], NIGHT)]


def _is_held(night: Night, task_id: int = 1) -> bool:
    with night.transactions.reading() as session:
        return session.get_one(Task, task_id).held_at is not None


def test_tasks_go_on_when_an_issue_is_taken_back(night: Night) -> None:
    issue_id = night.open("mina")
    night.do(hold_tasks, "bridge", task_ids=[1, 2], issue_id=issue_id)
    night.do(withdraw, "mina", issue_id=issue_id)
    assert not _is_held(night)


def test_what_a_settled_issue_still_holds_can_be_released(night: Night) -> None:
    issue_id = night.open("mina")
    night.do(hold_tasks, "bridge", task_ids=[1], issue_id=issue_id)
    night.resolve(issue_id, cause="a", remedy="b")
    night.at(MORNING + timedelta(days=8))
    assert night.issue(issue_id).state is IssueState.CLOSED
    # What the button asks first.
    night.do(may, "bridge", action=Action.SEE_ISSUE, issue_id=issue_id)
    night.do(release_tasks, "bridge", issue_id=issue_id)
    assert not _is_held(night)
