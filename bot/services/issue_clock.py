"""What time will do to an issue: the timers that are set, who will be told when, and for how long it waited."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select, update

from bot.db.models import Issue, IssueAlert, IssueTimer, Person
from bot.db.unit_of_work import UnitOfWork
from bot.domain.escalation import (
    REOPEN_WINDOW,
    IssueState,
    Level,
    Severity,
    TimerKind,
    TimerState,
    wakes,
)
from bot.domain.hours import Hours, add_working, is_working, next_working
from bot.domain.people import Role
from bot.reports.escalation_plans import delays_of
from bot.reports.hours import working_hours
from bot.reports.members import people_in
from bot.services.issue_access import audience

REMIND_WAITED_FOR = timedelta(hours=24)
"""How long, in their own hours, those who are waited for are left alone."""


def start_round(uow: UnitOfWork, issue: Issue) -> None:
    """End every timer of a locked issue, so that others can be set."""
    uow.session.execute(
        update(IssueTimer)
        .where(IssueTimer.issue_id == issue.id, IssueTimer.state == TimerState.SET)
        .values(state=TimerState.CANCELLED, ended_at=uow.now)
        .execution_options(synchronize_session=False)
    )
    issue.round += 1


def set_timer(uow: UnitOfWork, issue: Issue, kind: TimerKind, due: datetime) -> None:
    """Set a timer of the issue's present round."""
    uow.session.add(IssueTimer(issue_id=issue.id, round=issue.round, kind=kind, due_at=due))
    uow.session.flush()


def drop_alerts(uow: UnitOfWork, issue: Issue) -> None:
    """Tell nobody of it any more who has not been told yet."""
    uow.session.execute(
        update(IssueAlert)
        .where(IssueAlert.issue_id == issue.id, IssueAlert.told_at.is_(None), IssueAlert.dropped.is_(False))
        .values(dropped=True)
        .execution_options(synchronize_session=False)
    )


def add_alert(
    uow: UnitOfWork,
    issue: Issue,
    person_id: int,
    level: Level,
    *,
    due: datetime | None = None,
    told_at: datetime | None = None,
) -> None:
    """Tell somebody of an issue as soon as they can be asked, or at `due`; with `told_at` they were told."""
    uow.session.add(
        IssueAlert(
            issue_id=issue.id,
            round=issue.round,
            person_id=person_id,
            level=level,
            due_at=due or askable_from(uow, issue.severity, person_id),
            told_at=told_at,
        )
    )
    uow.session.flush()


def hours_for(uow: UnitOfWork, person_id: int) -> Hours:
    """Return when somebody can be asked."""
    person = uow.session.get_one(Person, person_id)
    return working_hours(person)


def askable_from(uow: UnitOfWork, severity: Severity, person_id: int) -> datetime:
    """Return the first instant from now on at which somebody is told of an issue of this severity."""
    return uow.now if wakes(severity) else next_working(hours_for(uow, person_id), uow.now)


def is_askable(uow: UnitOfWork, severity: Severity, person_id: int) -> bool:
    """Say whether somebody is told of an issue of this severity now."""
    return wakes(severity) or is_working(hours_for(uow, person_id), uow.now)


def after(uow: UnitOfWork, severity: Severity, people: Iterable[int], delay: timedelta) -> datetime:
    """Return when `delay` has passed for the first of these people, in their hours unless people are woken."""
    if wakes(severity):
        return uow.now + delay
    dues = [add_working(hours_for(uow, person), uow.now, delay) for person in people]
    return min(dues, default=uow.now + delay)


def hold_owner_to_it(uow: UnitOfWork, issue: Issue) -> None:
    """Begin the owner's time anew: half of it until a reminder, all of it until their word no longer counts."""
    assert issue.owner_id is not None
    start_round(uow, issue)
    decay = delays_of(uow.session, issue.project_id, issue.severity).decay
    owner = (issue.owner_id,)
    set_timer(uow, issue, TimerKind.REMIND, after(uow, issue.severity, owner, decay / 2))
    set_timer(uow, issue, TimerKind.DECAY, after(uow, issue.severity, owner, decay))


def touch(uow: UnitOfWork, issue: Issue, actor_id: int | None) -> None:
    """Begin the owner's time anew when it was they who did something; nothing happens for anybody else."""
    if issue.state is IssueState.ACKED and actor_id is not None and actor_id == issue.owner_id:
        hold_owner_to_it(uow, issue)


def waited_for(uow: UnitOfWork, issue: Issue) -> tuple[int, ...]:
    """Return the active people for whom an issue waits."""
    if issue.state is IssueState.WAITING_WORKER:
        opener = uow.session.get(Person, issue.opener_id) if issue.opener_id is not None else None
        return (opener.id,) if opener is not None and opener.active else ()
    if issue.state is not IssueState.WAITING_PM:
        return ()
    named = audience(uow.session, issue)
    pms = people_in(uow.session, issue.project_id, Role.PM)
    return pms if named is None else tuple(person for person in pms if person in named)


def pause(uow: UnitOfWork, issue: Issue) -> None:
    """Let the clock of an issue stand that has just begun to wait.

    One reminder goes to those it waits for; after twice that time it comes back.
    """
    end_pause(uow, issue)
    issue.paused_at = uow.now
    drop_alerts(uow, issue)
    start_round(uow, issue)
    people = waited_for(uow, issue)
    for person_id in people:
        if person_id != issue.owner_id:
            add_alert(uow, issue, person_id, issue.level)
    to_remind = people or ((issue.owner_id,) if issue.owner_id is not None else ())
    set_timer(uow, issue, TimerKind.REMIND, after(uow, issue.severity, to_remind, REMIND_WAITED_FOR))
    set_timer(uow, issue, TimerKind.DECAY, after(uow, issue.severity, to_remind, 2 * REMIND_WAITED_FOR))


def end_pause(uow: UnitOfWork, issue: Issue) -> None:
    """Let the clock go on; what it stood is added up. A clock that was set back adds nothing."""
    if issue.paused_at is not None:
        issue.waited_seconds += max(0, int((uow.now - issue.paused_at).total_seconds()))
        issue.paused_at = None


def settle(uow: UnitOfWork, issue: Issue) -> None:
    """End what time would still do; a resolved issue is closed for good when it can no longer be reopened."""
    end_pause(uow, issue)
    drop_alerts(uow, issue)
    start_round(uow, issue)
    if issue.state is IssueState.RESOLVED:
        set_timer(uow, issue, TimerKind.CLOSE, uow.now + REOPEN_WINDOW)


def untold(uow: UnitOfWork, issue: Issue) -> list[tuple[int, Level, datetime]]:
    """Return who has still to be told of an issue, at which level and when."""
    rows = uow.session.execute(
        select(IssueAlert.person_id, IssueAlert.level, IssueAlert.due_at)
        .where(IssueAlert.issue_id == issue.id, IssueAlert.told_at.is_(None), IssueAlert.dropped.is_(False))
        .order_by(IssueAlert.id)
    )
    return [(person_id, level, due) for person_id, level, due in rows]
