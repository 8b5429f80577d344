"""Ways to break rows of issues, for the tests of the doctor."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import insert

from bot.db.models import Audit, AuditOutcome, Issue, IssueAlert, IssueStep, IssueTimer
from bot.domain.escalation import (
    Asked,
    IssueSource,
    IssueState,
    Level,
    Severity,
    Step,
    TimerKind,
    TimerState,
)
from bot.reports.invariants import LEASE_SLACK
from tests.translation_damage import Broken, Damaged


def _add(bench: Damaged, model: Any, **values: object) -> int:
    row: int = bench.session.scalars(insert(model).values(**values).returning(model.id)).one()
    return row


def _add_step(bench: Damaged, issue_id: int, **values: object) -> int:
    usual: dict[str, object] = {
        "issue_id": issue_id, "at": bench.states.clock(), "step": Step.OPENED, "to_state": IssueState.OPEN,
        "detail": {},
    }  # fmt: skip
    return _add(bench, IssueStep, **(usual | values))


def _add_timer(bench: Damaged, issue_id: int, **values: object) -> int:
    usual: dict[str, object] = {
        "issue_id": issue_id, "round": 1, "kind": TimerKind.LEVEL, "state": TimerState.SET,
        "due_at": bench.states.clock() + timedelta(hours=1),
    }  # fmt: skip
    return _add(bench, IssueTimer, **(usual | values))


def _add_issue(bench: Damaged, *, timer: bool = True, traced: bool = True, **values: object) -> int:
    """Add an issue that is well: open, with its history and the timer of its level."""
    now, crew = bench.states.clock(), bench.states.crew
    usual: dict[str, object] = {
        "team_id": crew.team_id, "project_id": crew.project_id, "severity": Severity.S3,
        "state": IssueState.OPEN, "source": IssueSource.THREAD, "asked": Asked.SUPERVISOR,
        "level": Level.SUPERVISORS, "round": 1, "opener_id": crew["mina"], "channel": "C1", "thread_ts": "1.1",
        "opened_at": now,
    }  # fmt: skip
    issue_id = _add(bench, Issue, **(usual | values))
    _add_step(bench, issue_id)
    state = values.get("state", IssueState.OPEN)
    if traced and state is not IssueState.OPEN:
        _add_step(
            bench,
            issue_id,
            step=Step.ACKED,
            from_state=IssueState.OPEN,
            to_state=state,
            actor_id=crew["bridge"],
        )
        _trace(bench, issue_id, IssueState(str(state)))
    if timer:
        _add_timer(bench, issue_id)
    return issue_id


def _trace(bench: Damaged, issue_id: int, state: IssueState) -> None:
    crew = bench.states.crew
    _add(
        bench, Audit, team_id=crew.team_id, at=bench.states.clock(), actor_id=crew["bridge"],
        action="issue.acked", outcome=AuditOutcome.DONE, subject_type="issue", subject_id=issue_id,
        from_state=IssueState.OPEN, to_state=state, detail={},
    )  # fmt: skip


def _acked(bench: Damaged, **values: object) -> int:
    now, crew = bench.states.clock(), bench.states.crew
    usual: dict[str, Any] = {"state": IssueState.ACKED, "owner_id": crew["bridge"], "acked_at": now}
    return _add_issue(bench, timer=False, **(usual | values))


def _timer_of_another_state(bench: Damaged) -> Broken:
    issue_id = _acked(bench)
    _add_timer(bench, issue_id, kind=TimerKind.DECAY)
    return {("issue_timer_stray", _add_timer(bench, issue_id, kind=TimerKind.LEVEL))}


def _timer_of_a_round_that_is_over(bench: Damaged) -> Broken:
    issue_id = _add_issue(bench, round=2, timer=False)
    _add_timer(bench, issue_id, round=2)
    return {("issue_timer_stray", _add_timer(bench, issue_id, round=1))}


def _nobody_will_be_told(bench: Damaged) -> Broken:
    _add_issue(bench, thread_ts="2.2", level=Level.ADMIN, timer=False)
    return {("issue_timer_lost", _add_issue(bench, timer=False))}


def _owned_for_ever(bench: Damaged) -> Broken:
    issue_id = _acked(bench)
    _add_timer(bench, issue_id, kind=TimerKind.REMIND)
    return {("issue_timer_lost", issue_id)}


def _timer_never_fired(bench: Damaged) -> Broken:
    issue_id = _add_issue(bench, timer=False)
    long_ago = bench.states.clock() - LEASE_SLACK - timedelta(seconds=1)
    return {("issue_timer_overdue", _add_timer(bench, issue_id, due_at=long_ago))}


def _timer_fired_at_no_instant(bench: Damaged) -> Broken:
    issue_id = _add_issue(bench)
    return {("issue_timer_end", _add_timer(bench, issue_id, kind=TimerKind.REMIND, state=TimerState.FIRED))}


def _never_told(bench: Damaged) -> Broken:
    issue_id = _add_issue(bench)
    long_ago = bench.states.clock() - LEASE_SLACK - timedelta(seconds=1)
    usual: dict[str, object] = {
        "issue_id": issue_id, "round": 1, "level": Level.SUPERVISORS, "due_at": long_ago, "dropped": False,
    }  # fmt: skip
    crew = bench.states.crew
    _add(bench, IssueAlert, person_id=crew["alex"], **(usual | {"dropped": True}))
    return {("issue_untold", _add(bench, IssueAlert, person_id=crew["bridge"], **usual))}


def _under_way_by_nobody(bench: Damaged) -> Broken:
    issue_id = _acked(bench, owner_id=None)
    _add_timer(bench, issue_id, kind=TimerKind.DECAY)
    return {("issue_owner", issue_id)}


def _open_and_owned(bench: Damaged) -> Broken:
    return {("issue_owner", _add_issue(bench, owner_id=bench.states.crew["bridge"]))}


def _clock_stands_for_nothing(bench: Damaged) -> Broken:
    return {("issue_dates", _add_issue(bench, paused_at=bench.states.clock()))}


def _closed_at_no_instant(bench: Damaged) -> Broken:
    return {("issue_dates", _acked(bench, state=IssueState.CLOSED))}


def _moved_without_a_step(bench: Damaged) -> Broken:
    now, crew = bench.states.clock(), bench.states.crew
    issue_id = _add_issue(
        bench, timer=False, traced=False, state=IssueState.ACKED, owner_id=crew["bridge"], acked_at=now
    )
    _add_timer(bench, issue_id, kind=TimerKind.DECAY)
    return {("issue_history", issue_id), ("audit_issue", issue_id)}


def _step_lost(bench: Damaged) -> Broken:
    issue_id = _add_issue(bench)
    step = _add_step(
        bench, issue_id, step=Step.DECAYED, from_state=IssueState.ACKED, to_state=IssueState.OPEN
    )
    return {("issue_history_gap", step)}


def _nameless_one_names(bench: Damaged) -> Broken:
    return {("issue_nameless", _add_issue(bench, source=IssueSource.NAMELESS, channel=None, thread_ts=None))}


DAMAGES: tuple[Callable[[Any], Broken], ...] = (
    _timer_of_another_state,
    _timer_of_a_round_that_is_over,
    _nobody_will_be_told,
    _owned_for_ever,
    _timer_never_fired,
    _timer_fired_at_no_instant,
    _never_told,
    _under_way_by_nobody,
    _open_and_owned,
    _clock_stands_for_nothing,
    _closed_at_no_instant,
    _moved_without_a_step,
    _step_lost,
    _nameless_one_names,
)
