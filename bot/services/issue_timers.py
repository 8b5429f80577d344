"""What the clock does to issues: it tells people when they can be asked, and fires each timer once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import ColumnElement, CursorResult, Select, exists, select, update

from bot.db.models import Issue, IssueAlert, IssueStep, IssueTimer, Person
from bot.db.unit_of_work import UnitOfWork
from bot.domain.escalation import Event, IssueState, Step, TimerKind, TimerState
from bot.outbox.issue_messages import IssueCall, IssueCard
from bot.outbox.queue import enqueue
from bot.reports.issue_sight import sees
from bot.services.chain import climb_on
from bot.services.issue_cards import redraw
from bot.services.issue_clock import askable_from, is_askable, settle, waited_for
from bot.services.issue_steering import come_back, decay
from bot.services.issue_steps import move, record

SWEEP_LIMIT = 10
"""Issues that one sweep changes at most: whoever presses a button on one of them waits until it has ended."""

TURNS = 10
"""Sweeps at each tick, as long as they find anything; the next tick takes the rest."""

_WHY = {
    Step.DECAYED: "decayed",
    Step.REOPENED: "reopened",
    Step.REASSIGNED: "reassigned",
    Step.WAIT_PM: "waiting",
    Step.WAIT_WORKER: "waiting",
    # Only where time did it: whoever lets an issue go on calls nobody.
    Step.RESUMED: "no_answer",
}
_CALLING = (*_WHY, Step.OPENED, Step.LEVELLED)
"""Steps after which somebody is called to an issue."""

# The last of them decides when several were missed in a long stop: the step that counts now, not the backlog.
_ORDER = (TimerKind.REMIND, TimerKind.LEVEL, TimerKind.DECAY, TimerKind.CLOSE)


def tell_people(uow: UnitOfWork) -> int:
    """Call those whose time to be told of an issue has come, and return how many were called.

    Whoever can't be asked now after all, because their hours have changed, is told when they can.
    """
    due = exists().where(IssueAlert.issue_id == Issue.id, *_untold(uow))
    return sum(_tell(uow, issue) for issue in _taken(uow, select(Issue).where(due)))


def fire_timers(uow: UnitOfWork) -> int:
    """Do what the timers that are due say, one step for each issue, and return how many fired."""
    due = exists().where(
        IssueTimer.issue_id == Issue.id, IssueTimer.state == TimerState.SET, IssueTimer.due_at <= uow.now
    )
    return sum(_fire(uow, issue) for issue in _taken(uow, select(Issue).where(due)))


def _taken(uow: UnitOfWork, query: Select[Issue]) -> Sequence[Issue]:
    """Return issues that no other process has in hand, locked and freshly read."""
    return uow.session.scalars(
        query.order_by(Issue.id)
        .limit(SWEEP_LIMIT)
        .with_for_update(skip_locked=True, key_share=True)
        .execution_options(populate_existing=True)
    ).all()


def _untold(uow: UnitOfWork) -> tuple[ColumnElement[bool], ...]:
    return (
        IssueAlert.told_at.is_(None),
        IssueAlert.dropped.is_(False),
        IssueAlert.due_at <= uow.now,
    )


def _tell(uow: UnitOfWork, issue: Issue) -> int:
    # Read only now that the issue is locked: another process may have told them meanwhile.
    alerts = uow.session.scalars(
        select(IssueAlert)
        .where(IssueAlert.issue_id == issue.id, *_untold(uow))
        .order_by(IssueAlert.id)
        .execution_options(populate_existing=True)
    ).all()
    why = _why(uow, issue)
    told = 0
    for alert in alerts:
        if not sees(uow.session, person_id=alert.person_id, issue_id=issue.id):
            alert.dropped = True
        elif not is_askable(uow, issue.severity, alert.person_id):
            alert.due_at = askable_from(uow, issue.severity, alert.person_id)
        else:
            alert.told_at = uow.now
            _call(uow, issue, alert.person_id, why)
            told += 1
    uow.session.flush()
    if told:
        redraw(uow, issue)
    return told


def _why(uow: UnitOfWork, issue: Issue) -> str:
    """Return why people are called, from what was done last to call anybody."""
    steps = select(IssueStep.step, IssueStep.from_state).where(
        IssueStep.issue_id == issue.id, IssueStep.step.in_(_CALLING)
    )
    last = uow.session.execute(steps.order_by(IssueStep.id.desc()).limit(1)).one_or_none()
    if last is None:
        return "level"
    if last.step is Step.RESUMED and last.from_state == IssueState.WAITING_WORKER:
        return "no_answer_worker"
    return _WHY.get(last.step, "level")


def _call(uow: UnitOfWork, issue: Issue, person_id: int, why: str) -> None:
    enqueue(uow, issue.team_id, IssueCard(person_id, issue.id))
    enqueue(uow, issue.team_id, IssueCall(person_id, issue.id, why))


def _fire(uow: UnitOfWork, issue: Issue) -> bool:
    rows = uow.session.execute(
        select(IssueTimer.id, IssueTimer.kind, IssueTimer.round).where(
            IssueTimer.issue_id == issue.id,
            IssueTimer.state == TimerState.SET,
            IssueTimer.due_at <= uow.now,
        )
    ).all()
    due = sorted(rows, key=lambda row: _ORDER.index(row.kind))
    for over in due[:-1]:
        _end(uow, over.id, TimerState.CANCELLED)
    if not due:
        return False
    timer = due[-1]
    means = timer.round == issue.round and issue.state in _FIRES[timer.kind][0]
    if means and timer.kind is TimerKind.REMIND and _sleep(uow, issue, timer.id):
        return False
    if not _end(uow, timer.id, TimerState.FIRED if means else TimerState.CANCELLED) or not means:
        return False
    _FIRES[timer.kind][1](uow, issue)
    return True


def _end(uow: UnitOfWork, timer_id: int, state: TimerState) -> bool:
    """End a timer; False when it had ended before."""
    done = uow.session.execute(
        update(IssueTimer)
        .where(IssueTimer.id == timer_id, IssueTimer.state == TimerState.SET)
        .values(state=state, ended_at=uow.now)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(done, CursorResult)
    return done.rowcount == 1


def _to_remind(uow: UnitOfWork, issue: Issue) -> tuple[int, ...]:
    if issue.state is not IssueState.ACKED and (people := waited_for(uow, issue)):
        return people
    owner = uow.session.get(Person, issue.owner_id) if issue.owner_id is not None else None
    return (owner.id,) if owner is not None and owner.active else ()


def _sleep(uow: UnitOfWork, issue: Issue, timer_id: int) -> bool:
    """Put a reminder off until the first of its people can be asked; False when one of them can be now."""
    people = _to_remind(uow, issue)
    if not people or any(is_askable(uow, issue.severity, person) for person in people):
        return False
    first = min(askable_from(uow, issue.severity, person) for person in people)
    uow.session.execute(
        update(IssueTimer)
        .where(IssueTimer.id == timer_id)
        .values(due_at=first)
        .execution_options(synchronize_session=False)
    )
    return True


def _remind(uow: UnitOfWork, issue: Issue) -> None:
    why = "reminder" if issue.state is IssueState.ACKED else "waiting"
    record(uow, issue, Step.REMINDED, actor_id=None)
    for person_id in _to_remind(uow, issue):
        _call(uow, issue, person_id, why)
    redraw(uow, issue)


def _climb(uow: UnitOfWork, issue: Issue) -> None:
    came_from = issue.level
    climb_on(uow, issue)
    issue.ver += 1
    record(uow, issue, Step.LEVELLED, actor_id=None, detail={"from": came_from, "level": issue.level})
    redraw(uow, issue)


def _close(uow: UnitOfWork, issue: Issue) -> None:
    before = move(issue, Event.CLOSE)
    issue.closed_at = uow.now
    record(uow, issue, Step.CLOSED, actor_id=None, before=before)
    settle(uow, issue)
    redraw(uow, issue)


def _run_out(uow: UnitOfWork, issue: Issue) -> None:
    (decay if issue.state is IssueState.ACKED else come_back)(uow, issue)


_UNDER_WAY = frozenset({IssueState.ACKED, IssueState.WAITING_PM, IssueState.WAITING_WORKER})

_FIRES: dict[TimerKind, tuple[frozenset[IssueState], Callable[[UnitOfWork, Issue], None]]] = {
    TimerKind.LEVEL: (frozenset({IssueState.OPEN}), _climb),
    TimerKind.REMIND: (_UNDER_WAY, _remind),
    TimerKind.DECAY: (_UNDER_WAY, _run_out),
    TimerKind.CLOSE: (frozenset({IssueState.RESOLVED}), _close),
}
"""What a timer does, and the states in which it means anything."""

SWEEPS: tuple[Callable[[UnitOfWork], int], ...] = (fire_timers, tell_people)
"""What the scheduler runs at each tick: first who is to be told, then telling them."""
