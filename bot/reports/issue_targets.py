"""By when an issue should be acknowledged and settled, and whether it is late."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from bot.db.models import Issue, IssueStep, Person, Project
from bot.domain.escalation import (
    DELAYS,
    UNSETTLED,
    Delays,
    IssueState,
    Step,
    wakes,
)
from bot.domain.hours import Hours, add_working
from bot.reports.escalation_plans import own_plans
from bot.reports.hours import working_hours


@dataclass(frozen=True)
class Targets:
    """Since when an issue waits for somebody to take it, and by when it should be taken and settled.

    Both are counted in the owner's hours, or in usual ones on the project's clock while nobody owns it; for S1
    every hour counts. The time during which somebody was waited for is added to the second one.
    """

    open_since: datetime
    ack: datetime
    resolve: datetime

    def is_late(self, state: IssueState, now: datetime) -> bool:
        """Say whether somebody should have taken or settled it by now; nobody is late who waits for others."""
        if state is IssueState.OPEN and now >= self.ack:
            return True
        return state in (IssueState.OPEN, IssueState.ACKED) and now >= self.resolve


def targets_of(session: Session, issues: Iterable[Issue], now: datetime) -> dict[int, Targets]:
    """Return the targets of these issues by their id."""
    wanted = list(issues)
    if not wanted:
        return {}
    began, reopened = _turns(session, [issue.id for issue in wanted])
    plans = own_plans(session, {issue.project_id for issue in wanted})
    return {
        issue.id: _targets(
            session,
            issue,
            plans.get((issue.project_id, issue.severity), DELAYS[issue.severity]),
            began.get(issue.id, issue.opened_at),
            reopened.get(issue.id, issue.opened_at),
            now,
        )
        for issue in wanted
    }


def _targets(
    session: Session, issue: Issue, delays: Delays, since: datetime, begun: datetime, now: datetime
) -> Targets:
    hours = _hours(session, issue)

    def after(at: datetime, span: timedelta) -> datetime:
        return at + span if wakes(issue.severity) else add_working(hours, at, span)

    waited = timedelta(seconds=issue.waited_seconds)
    if issue.paused_at is not None and issue.state in UNSETTLED:
        waited += max(now - issue.paused_at, timedelta())
    return Targets(since, after(since, delays.ack), after(begun, delays.resolve) + waited)


def _hours(session: Session, issue: Issue) -> Hours:
    owner = session.get(Person, issue.owner_id) if issue.owner_id is not None else None
    if owner is None:
        return Hours(session.get_one(Project, issue.project_id).zone)
    return working_hours(owner)


def _turns(session: Session, issues: list[int]) -> tuple[dict[int, datetime], dict[int, datetime]]:
    """Return since when each issue is open this time, and when it was last reopened, if it was."""
    again = or_(
        IssueStep.step.in_((Step.OPENED, Step.DECAYED, Step.REOPENED)),
        and_(IssueStep.step == Step.LEVELLED, IssueStep.from_state != IssueState.OPEN.value),
    )
    began = session.execute(
        select(IssueStep.issue_id, func.max(IssueStep.at))
        .where(IssueStep.issue_id.in_(issues), again)
        .group_by(IssueStep.issue_id)
    )
    reopened = session.execute(
        select(IssueStep.issue_id, func.max(IssueStep.at))
        .where(IssueStep.issue_id.in_(issues), IssueStep.step == Step.REOPENED)
        .group_by(IssueStep.issue_id)
    )
    return {row[0]: row[1] for row in began}, {row[0]: row[1] for row in reopened}
