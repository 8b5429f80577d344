"""Steering an issue: who sees to it, how urgent it is, for whom it waits, and that it goes on up the chain."""

from __future__ import annotations

from collections.abc import Sequence

from bot.db.models import Issue, IssueStep
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import DomainError, Invalid, StaleAction
from bot.domain.escalation import (
    REOPEN_WINDOW,
    REQUEST_LIMIT,
    Event,
    IssueState,
    Severity,
    Step,
    first_level,
    next_level,
)
from bot.domain.policy import Action, Subject
from bot.domain.questions import clean_words
from bot.reports.issue_chain import reachable_from
from bot.reports.issue_sight import sees
from bot.services.access import current_actor, require
from bot.services.chain import begin_again, climb, climb_on, rearm
from bot.services.issue_access import may
from bot.services.issue_cards import people_of, redraw
from bot.services.issue_clock import (
    add_alert,
    drop_alerts,
    end_pause,
    hold_owner_to_it,
    pause,
    touch,
)
from bot.services.issue_steps import move, record
from bot.services.issue_talk import go_on
from bot.services.issue_words import pass_on_note
from bot.services.issues import Moved, add_tasks, moved, own


def reassign(uow: UnitOfWork, *, person_id: int, issue_id: int, to_id: int, ver: int | None = None) -> Moved:
    """Give an issue to somebody who steers such ones; they are called when they can be asked.

    Raises Invalid for somebody who may not, or who has it already.
    """
    issue = _steered(uow, person_id, issue_id, ver)
    if to_id == issue.owner_id:
        raise Invalid("person", "same")
    if not _may_own(uow, issue, to_id):
        raise Invalid("person", "no_role")
    before = move(issue, Event.REASSIGN)
    own(uow, issue, to_id)
    record(uow, issue, Step.REASSIGNED, actor_id=person_id, detail={"to": to_id}, before=before)
    hold_owner_to_it(uow, issue)
    if to_id != person_id:
        add_alert(uow, issue, to_id, issue.level)
    redraw(uow, issue)
    return moved(issue)


def _may_own(uow: UnitOfWork, issue: Issue, person_id: int) -> bool:
    """Say whether somebody is there who steers issues like this one."""
    try:
        _person, actor = current_actor(uow, person_id, issue.project_id)
        subject = Subject("issue", issue.id, state=issue.state)
        require(uow, Action.STEER_ISSUE, actor.person_id, issue.project_id, subject)
    except DomainError:
        return False
    return sees(uow.session, person_id=person_id, issue_id=issue.id)


def set_severity(
    uow: UnitOfWork, *, person_id: int, issue_id: int, severity: Severity, ver: int | None = None
) -> Moved:
    """Say how urgent an issue is; its times are counted anew. Who was told is called again only if it rose.

    Raises Invalid when nothing would change.
    """
    issue = _steered(uow, person_id, issue_id, ver)
    before = issue.severity
    if severity is before:
        raise Invalid("severity", "same")
    issue.severity, issue.ver = severity, issue.ver + 1
    detail = {"from": before, "severity": severity}
    record(uow, issue, Step.SEVERITY, actor_id=person_id, detail=detail)
    if issue.state is IssueState.OPEN:
        rearm(uow, issue, call_again=severity < before)
    elif issue.state is IssueState.ACKED:
        hold_owner_to_it(uow, issue)
    else:
        _wait_on(uow, issue)
    redraw(uow, issue)
    return moved(issue)


def _wait_on(uow: UnitOfWork, issue: Issue) -> None:
    """Set the reminder of an issue that waits anew, without a gap in the time it has waited."""
    since = issue.paused_at
    pause(uow, issue)
    if since is not None:
        issue.waited_seconds -= max(0, int((uow.now - since).total_seconds()))
        issue.paused_at = since


def wait(
    uow: UnitOfWork,
    *,
    person_id: int,
    issue_id: int,
    for_: IssueState,
    ver: int | None = None,
    note: str = "",
) -> Moved:
    """Let an issue wait for the PM or for who opened it: its clock stands, and they are asked.

    An issue that nobody has taken is taken by who says so. Raises Invalid where there is nobody to wait for.
    """
    events = {
        IssueState.WAITING_PM: (Event.WAIT_PM, Step.WAIT_PM),
        IssueState.WAITING_WORKER: (Event.WAIT_WORKER, Step.WAIT_WORKER),
    }
    if for_ not in events:
        raise Invalid("state", "unknown", for_)
    issue = _steered(uow, person_id, issue_id, ver)
    if for_ is IssueState.WAITING_WORKER and issue.opener_id is None:
        raise Invalid("state", "nobody")
    words = clean_words("words", note, REQUEST_LIMIT, required=False)
    event, step = events[for_]
    before = move(issue, event)
    if issue.owner_id is None:
        own(uow, issue, person_id)
    step_id = record(uow, issue, step, actor_id=person_id, note=words or None, before=before)
    pause(uow, issue)
    if words:
        pass_on_note(uow, issue, uow.session.get_one(IssueStep, step_id), people_of(uow, issue))
    redraw(uow, issue)
    return moved(issue)


def resume(uow: UnitOfWork, *, person_id: int, issue_id: int, ver: int | None = None) -> Moved:
    """Let the clock of an issue that waits go on. Raises StaleAction for any other."""
    issue = _steered(uow, person_id, issue_id, ver)
    go_on(uow, issue, person_id)
    redraw(uow, issue)
    return moved(issue)


def level_up(uow: UnitOfWork, *, person_id: int, issue_id: int, ver: int | None = None) -> Moved:
    """Hand an issue to the next level of the chain, which is told; it has no owner any more.

    Raises Invalid where nobody is left above.
    """
    issue = _steered(uow, person_id, issue_id, ver)
    if reachable_from(uow.session, issue, next_level(issue.level)) is None:
        raise Invalid("level", "last")
    came_from, before = issue.level, move(issue, Event.LEVEL_UP)
    issue.owner_id = None
    end_pause(uow, issue)
    climb_on(uow, issue)
    detail = {"from": came_from, "level": issue.level}
    record(uow, issue, Step.LEVELLED, actor_id=person_id, detail=detail, before=before)
    redraw(uow, issue)
    return moved(issue)


def reopen(
    uow: UnitOfWork, *, person_id: int, issue_id: int, ver: int | None = None, note: str = ""
) -> Moved:
    """Open an issue again that was resolved less than seven days ago; the chain begins anew."""
    issue = may(uow, action=Action.REOPEN_ISSUE, person_id=person_id, issue_id=issue_id, ver=ver)
    if issue.resolved_at is not None and uow.now >= issue.resolved_at + REOPEN_WINDOW:
        raise StaleAction(Action.REOPEN_ISSUE, "issue", issue.id, issue.state)
    words = clean_words("words", note, REQUEST_LIMIT, required=False)
    owner_id, before = issue.owner_id, move(issue, Event.REOPEN)
    issue.owner_id, issue.resolved_at = None, None
    step_id = record(uow, issue, Step.REOPENED, actor_id=person_id, note=words or None, before=before)
    also = () if owner_id is None or owner_id == person_id else (owner_id,)
    climb(uow, issue, first_level(issue.asked), also=also)
    if words:
        pass_on_note(uow, issue, uow.session.get_one(IssueStep, step_id), people_of(uow, issue))
    redraw(uow, issue)
    return moved(issue)


def link_tasks(
    uow: UnitOfWork, *, person_id: int, issue_id: int, task_ids: Sequence[int], ver: int | None = None
) -> Moved:
    """Say which further tasks an issue is about. Raises NotFound for one that is not of its project."""
    issue = _steered(uow, person_id, issue_id, ver)
    if add_tasks(uow, issue, task_ids):
        touch(uow, issue, person_id)
        redraw(uow, issue)
    return moved(issue)


def _steered(uow: UnitOfWork, person_id: int, issue_id: int, ver: int | None) -> Issue:
    return may(uow, action=Action.STEER_ISSUE, person_id=person_id, issue_id=issue_id, ver=ver)


def decay(uow: UnitOfWork, issue: Issue) -> None:
    """Take a locked issue from an owner who did nothing; the same level is told once more."""
    before, owner_id = move(issue, Event.DECAY), issue.owner_id
    issue.owner_id = None
    end_pause(uow, issue)
    drop_alerts(uow, issue)
    record(uow, issue, Step.DECAYED, actor_id=None, detail={"owner": owner_id}, before=before)
    begin_again(uow, issue, owner_id=owner_id)
    redraw(uow, issue)


def come_back(uow: UnitOfWork, issue: Issue) -> None:
    """Give a locked issue that nobody has answered back to its owner, who is called; without one it decays."""
    owner_id = issue.owner_id
    if owner_id is None or not _may_own(uow, issue, owner_id):
        decay(uow, issue)
        return
    go_on(uow, issue, None)
    add_alert(uow, issue, owner_id, issue.level)
    redraw(uow, issue)
