"""Who may see an issue: those of its project, and of a private one only those it was raised to."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.db.models import Issue
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import NotAllowed, NotFound, StaleAction
from bot.domain.escalation import IssueSource
from bot.domain.people import Role
from bot.domain.policy import Action, Subject
from bot.reports.issue_sight import sees
from bot.reports.members import admins_of, people_in
from bot.services.access import require


def audience(session: Session, issue: Issue) -> frozenset[int] | None:
    """Return who may see a private issue; None for one that everybody in its project may see.

    One that was raised on a card, or by the leak guard, is for its opener, the supervisors, PMs and admins. A
    nameless one is for the supervisors only, and for the admins where there are none.
    """
    if issue.source is IssueSource.THREAD:
        return None
    supervisors = people_in(session, issue.project_id, Role.SUPERVISOR)
    if issue.source is IssueSource.NAMELESS:
        return frozenset(supervisors or admins_of(session, issue.team_id))
    opener = () if issue.opener_id is None else (issue.opener_id,)
    pms = people_in(session, issue.project_id, Role.PM)
    return frozenset({*opener, *supervisors, *pms, *admins_of(session, issue.team_id)})


def load(uow: UnitOfWork, issue_id: int) -> Issue:
    """Return the issue, locked. Raises NotFound."""
    issue = uow.lock(Issue, issue_id)
    if issue is None:
        raise NotFound("issue", str(issue_id))
    return issue


def check(uow: UnitOfWork, issue: Issue, action: Action, person_id: int, ver: int | None = None) -> None:
    """Pass silently if the person may do this to a locked issue now; raises what `require` raises.

    Who may not see a private issue is told no more than somebody without a role. Raises StaleAction for a button
    that was drawn before the issue moved on.
    """
    if not sees(uow.session, person_id=person_id, issue_id=issue.id):
        raise NotAllowed(action, "issue", issue.id)
    subject = Subject("issue", issue.id, state=issue.state, owner_id=issue.opener_id)
    require(uow, action, person_id, issue.project_id, subject)
    if ver is not None and ver != issue.ver:
        raise StaleAction(action, "issue", issue.id, issue.state)


def may(uow: UnitOfWork, *, action: Action, person_id: int, issue_id: int, ver: int | None = None) -> Issue:
    """Return the issue, locked, if the person may do this to it now; raises NotFound and what `check` raises."""
    issue = load(uow, issue_id)
    check(uow, issue, action, person_id, ver)
    return issue
