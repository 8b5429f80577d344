"""Issues: raised in a thread or on a card, taken by somebody, and taken back by who raised them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from bot.db.models import Issue, IssueTask, Person, Project, Task
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import AlreadyOwned, Invalid, NotFound, StaleAction, ThreadTaken
from bot.domain.escalation import (
    REQUEST_LIMIT,
    UNSETTLED,
    Asked,
    Event,
    IssueSource,
    IssueState,
    Severity,
    Step,
    first_level,
)
from bot.domain.policy import Action, Subject
from bot.domain.questions import clean_words
from bot.reports.issue_sight import sees
from bot.reports.issue_threads import find_issue_at
from bot.reports.issues import owned_since
from bot.services.access import require
from bot.services.chain import begin
from bot.services.holding import end_holds, held_by
from bot.services.issue_access import load, may
from bot.services.issue_cards import redraw
from bot.services.issue_clock import drop_alerts, end_pause, hold_owner_to_it, settle
from bot.services.issue_steps import move, record
from bot.services.questions import insert_once

TASKS_LIMIT = 200
"""The most tasks that one issue is about."""


@dataclass(frozen=True)
class Opened:
    """A new issue."""

    issue_id: int
    ver: int


@dataclass(frozen=True)
class Moved:
    """Where an issue is now."""

    issue_id: int
    state: IssueState
    ver: int


def moved(issue: Issue) -> Moved:
    """Return where an issue is now."""
    return Moved(issue.id, issue.state, issue.ver)


def open_issue(
    uow: UnitOfWork,
    *,
    person_id: int | None,
    project_id: int,
    severity: Severity,
    request: str,
    asked: Asked = Asked.SUPERVISOR,
    source: IssueSource = IssueSource.THREAD,
    channel: str | None = None,
    thread_ts: str | None = None,
    task_ids: Sequence[int] = (),
) -> Opened:
    """Raise an issue and have the first of the chain told of it.

    A nameless report keeps nothing of who raised it, and asks the supervisors. Without a `channel` it lives on
    people's own cards; with a channel and no thread its card becomes the thread. Raises ThreadTaken with the
    issue that a thread has already, EmptyAnswer or Invalid for words that can't be used (a thread needs none),
    NotAllowed, NotFound for a task.
    """
    nameless = source is IssueSource.NAMELESS
    if person_id is not None:
        action = Action.REPORT_NAMELESSLY if nameless else Action.OPEN_ISSUE
        require(uow, action, person_id, project_id, Subject("project", project_id))
    opener_id, asked = (None, Asked.SUPERVISOR) if nameless else (person_id, asked)
    # In a thread the messages before it say what it is about, and the leak guard repeats nothing.
    needed = source in (IssueSource.CARD, IssueSource.NAMELESS)
    words = clean_words("request", request, REQUEST_LIMIT, required=needed)
    team_id = uow.session.get_one(Project, project_id).team_id
    if channel is not None and thread_ts is not None:
        # Two who raise one in both twins of a thread at once must see each other.
        uow.lock(Project, project_id)
        taken = find_issue_at(uow.session, team_id, channel, thread_ts)
        if taken is not None:
            raise ThreadTaken(taken.id)
    values = {
        "team_id": team_id,
        "project_id": project_id,
        "severity": severity,
        "state": IssueState.OPEN,
        "source": source,
        "asked": asked,
        "level": first_level(asked),
        "round": 0,
        "ver": 1,
        "opener_id": opener_id,
        "channel": channel,
        "thread_ts": thread_ts,
        "request": words,
        "opened_at": uow.now,
        "waited_seconds": 0,
    }
    issue_id = insert_once(uow, Issue, values)
    if issue_id is None:
        raise ThreadTaken(_in_the_same_thread(uow, team_id, channel, thread_ts))
    issue = load(uow, issue_id)
    add_tasks(uow, issue, task_ids)
    record(uow, issue, Step.OPENED, actor_id=opener_id, detail={"severity": severity, "asked": asked})
    begin(uow, issue)
    redraw(uow, issue)
    return Opened(issue.id, issue.ver)


def _in_the_same_thread(uow: UnitOfWork, team_id: int, channel: str | None, thread_ts: str | None) -> int:
    query = select(Issue.id).where(
        Issue.team_id == team_id,
        Issue.channel == channel,
        Issue.thread_ts == thread_ts,
        Issue.state != IssueState.CLOSED,
    )
    found = uow.session.scalar(query)
    if found is None:
        # It was closed between the two statements; pressing again opens a new one.
        raise StaleAction(Action.OPEN_ISSUE, "issue", 0, IssueState.CLOSED)
    return found


def add_tasks(uow: UnitOfWork, issue: Issue, task_ids: Iterable[int]) -> int:
    """Say that an issue is about these tasks of its project; returns how many are new. Raises NotFound."""
    wanted = tuple(dict.fromkeys(task_ids))
    if len(wanted) > TASKS_LIMIT:
        raise Invalid("tasks", "too_many", str(TASKS_LIMIT))
    known = set(
        uow.session.scalars(select(Task.id).where(Task.id.in_(wanted), Task.project_id == issue.project_id))
    )
    for task_id in wanted:
        if task_id not in known:
            raise NotFound("task", str(task_id))
    rows = ({"issue_id": issue.id, "task_id": task_id} for task_id in wanted)
    return sum(insert_once(uow, IssueTask, row) is not None for row in rows)


def tasks_of(uow: UnitOfWork, issue: Issue) -> tuple[int, ...]:
    """Return the ids of the tasks that an issue is about."""
    query = select(IssueTask.task_id).where(IssueTask.issue_id == issue.id)
    return tuple(uow.session.scalars(query.order_by(IssueTask.task_id)))


def acknowledge(uow: UnitOfWork, *, person_id: int, issue_id: int) -> Moved:
    """Take an issue: its timers end, and nobody else is told. Its owner may say so twice.

    Raises AlreadyOwned naming whoever was quicker.
    """
    issue = load(uow, issue_id)
    if not sees(uow.session, person_id=person_id, issue_id=issue.id):
        may(uow, action=Action.ACK_ISSUE, person_id=person_id, issue_id=issue_id)
    if issue.owner_id is not None and issue.state in UNSETTLED:
        # Whether somebody was quicker is told only to those who might have taken it.
        subject = Subject("issue", issue.id, state=IssueState.OPEN)
        require(uow, Action.ACK_ISSUE, person_id, issue.project_id, subject)
        if issue.owner_id == person_id:
            return moved(issue)
        owner = uow.session.get_one(Person, issue.owner_id)
        raise AlreadyOwned(issue.id, owner.nickname, owned_since(uow.session, issue))
    may(uow, action=Action.ACK_ISSUE, person_id=person_id, issue_id=issue_id)
    before = move(issue, Event.ACK)
    own(uow, issue, person_id)
    record(uow, issue, Step.ACKED, actor_id=person_id, detail={"level": issue.level}, before=before)
    hold_owner_to_it(uow, issue)
    redraw(uow, issue)
    return moved(issue)


def own(uow: UnitOfWork, issue: Issue, person_id: int) -> None:
    """Make somebody the owner of a locked issue; nobody has to be told of it any more."""
    issue.owner_id, issue.acked_at = person_id, issue.acked_at or uow.now
    end_pause(uow, issue)
    drop_alerts(uow, issue)


def withdraw(uow: UnitOfWork, *, person_id: int, issue_id: int, ver: int | None = None) -> Moved:
    """Take back an issue that one has opened and nobody has taken; its thread is free again, its tasks go on."""
    issue = may(uow, action=Action.WITHDRAW_ISSUE, person_id=person_id, issue_id=issue_id, ver=ver)
    end_holds(
        uow, person_id=person_id, task_ids=held_by(uow.session, issue), issue_id=issue.id, news="released"
    )
    before = move(issue, Event.WITHDRAW)
    issue.closed_at = uow.now
    record(uow, issue, Step.WITHDRAWN, actor_id=person_id, before=before)
    settle(uow, issue)
    redraw(uow, issue)
    return moved(issue)
