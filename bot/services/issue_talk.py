"""What is said to an issue, from a card or in its thread: it keeps the issue going."""

from __future__ import annotations

from sqlalchemy import select

from bot.db.models import Issue, IssueStep, Membership
from bot.db.unit_of_work import UnitOfWork
from bot.domain.escalation import REQUEST_LIMIT, UNSETTLED, Event, IssueState, Step
from bot.domain.people import Role
from bot.domain.policy import Action
from bot.domain.questions import clean_words
from bot.reports.issue_threads import find_issue_at
from bot.services.issue_access import load, may
from bot.services.issue_cards import people_of, redraw
from bot.services.issue_clock import drop_alerts, end_pause, hold_owner_to_it, touch
from bot.services.issue_steps import move, record
from bot.services.issue_words import pass_on_said


def say(uow: UnitOfWork, *, person_id: int, issue_id: int, words: str) -> int:
    """Write something to an issue from a card, for everybody whom it concerns; returns the step's id."""
    issue = may(uow, action=Action.SAY, person_id=person_id, issue_id=issue_id)
    said = clean_words("words", words, REQUEST_LIMIT)
    step_id = record(uow, issue, Step.SAID, actor_id=person_id, note=said)
    pass_on_said(uow, issue, uow.session.get_one(IssueStep, step_id), people_of(uow, issue))
    if not _came_back(uow, issue, person_id):
        touch(uow, issue, person_id)
    redraw(uow, issue)
    return step_id


def note_activity(
    uow: UnitOfWork, *, channel: str, thread_ts: str, team_id: int, person_id: int
) -> int | None:
    """Take notice of a message in the thread of an issue, and return its id; None where there is none.

    The owner's time begins anew, and an issue that waited for this person waits no more.
    """
    found = find_issue_at(uow.session, team_id, channel, thread_ts)
    if found is None or found.state not in UNSETTLED:
        return None
    issue = load(uow, found.id)
    if not _came_back(uow, issue, person_id):
        touch(uow, issue, person_id)
    return issue.id


def _came_back(uow: UnitOfWork, issue: Issue, person_id: int) -> bool:
    """Go on with an issue when the one it waited for has spoken; False when it did not wait for them."""
    if issue.owner_id is None or (issue.owner_id == person_id and _waits_themselves(uow, issue)):
        return False
    waits = (issue.state is IssueState.WAITING_WORKER and person_id == issue.opener_id) or (
        issue.state is IssueState.WAITING_PM and _is_pm(uow, issue, person_id)
    )
    if waits:
        go_on(uow, issue, person_id)
        redraw(uow, issue)
    return waits


def _waits_themselves(uow: UnitOfWork, issue: Issue) -> bool:
    """Say whether the owner let the issue wait, so that it must be somebody else they wait for."""
    asked = select(IssueStep.actor_id).where(
        IssueStep.issue_id == issue.id, IssueStep.step.in_((Step.WAIT_PM, Step.WAIT_WORKER))
    )
    return uow.session.scalar(asked.order_by(IssueStep.id.desc()).limit(1)) == issue.owner_id


def _is_pm(uow: UnitOfWork, issue: Issue, person_id: int) -> bool:
    query = select(Membership.id).where(
        Membership.project_id == issue.project_id,
        Membership.person_id == person_id,
        Membership.role == Role.PM,
    )
    return uow.session.scalar(query) is not None


def go_on(uow: UnitOfWork, issue: Issue, actor_id: int | None) -> None:
    """Let the clock of a locked issue that waits run again, under its owner's eyes; no actor: time did it."""
    before = move(issue, Event.RESUME)
    end_pause(uow, issue)
    drop_alerts(uow, issue)
    record(uow, issue, Step.RESUMED, actor_id=actor_id, before=before)
    hold_owner_to_it(uow, issue)
