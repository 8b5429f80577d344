"""The history of issues: every step is kept, with who took it and where it led."""

from __future__ import annotations

from typing import Any

from bot.db.models import Issue, IssueStep
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import StaleAction
from bot.domain.escalation import Event, IssueState, Step, advance


def move(issue: Issue, event: Event) -> IssueState:
    """Bring a locked issue into its next state and return the one before; older buttons count no more.

    Raises StaleAction where the event has no meaning.
    """
    before = issue.state
    after = advance(before, event)
    if after is None:
        raise StaleAction(f"issue.{event}", "issue", issue.id, before)
    issue.state = after
    issue.ver += 1
    return before


def record(
    uow: UnitOfWork,
    issue: Issue,
    step: Step,
    *,
    actor_id: int | None,
    note: str | None = None,
    detail: dict[str, Any] | None = None,
    before: IssueState | None = None,
) -> int:
    """Add a step to an issue's history and to the audit trail, and return its id.

    `before` is the state that it led out of; None for a step that left the state as it is. `note` is what the
    person wrote: it stays out of the audit trail.
    """
    first = step is Step.OPENED
    came_from = None if first else (before or issue.state)
    row = IssueStep(
        issue_id=issue.id,
        at=uow.now,
        actor_id=actor_id,
        step=step,
        from_state=came_from,
        to_state=issue.state,
        note=note,
        detail=detail or {},
    )
    uow.session.add(row)
    uow.session.flush()
    uow.audit(
        team_id=issue.team_id,
        actor_id=actor_id,
        action=f"issue.{step}",
        subject=("issue", issue.id),
        states=(came_from, issue.state),
    )
    return row.id
