"""Who may see an issue: everybody in the project what was raised in the open, few what was not."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, case, or_, select
from sqlalchemy.orm import Session

from bot.db.models import Issue, IssueStep, Membership, Person, Ruling, SourceText
from bot.domain.escalation import IssueSource
from bot.domain.people import Role
from bot.domain.translation import SourceKind

IN_CONFIDENCE = (IssueSource.CARD, IssueSource.LEAK)
"""Sources of issues that only their openers and those in charge see."""


def is_visible_to(person_id: int) -> ColumnElement[bool]:
    """Build: the person may see the row of `Issue`.

    What was raised in a thread, whoever is in the project; what came from a card or the leak guard, its opener,
    supervisors, PMs and admins; a nameless report, supervisors, and admins where there are none.
    """
    steers = _has_role(person_id, Role.SUPERVISOR, Role.PM)
    supervises = _has_role(person_id, Role.SUPERVISOR)
    anybody = _has_role(person_id, *Role)
    admin = (
        select(Person.id)
        .where(Person.id == person_id, Person.admin.is_(True), Person.team_id == Issue.team_id)
        .exists()
    )
    supervised = (
        select(Membership.id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.project_id == Issue.project_id,
            Membership.role == Role.SUPERVISOR,
            Person.active.is_(True),
        )
        .exists()
    )
    return or_(
        and_(Issue.source == IssueSource.THREAD, or_(anybody, admin)),
        and_(Issue.source.in_(IN_CONFIDENCE), or_(steers, admin, Issue.opener_id == person_id)),
        and_(Issue.source == IssueSource.NAMELESS, or_(supervises, and_(admin, ~supervised))),
    )


def sees(session: Session, *, person_id: int, issue_id: int) -> bool:
    """Say whether an active person may see an issue at all."""
    active = select(Person.id).where(Person.id == person_id, Person.active.is_(True)).exists()
    query = select(Issue.id).where(Issue.id == issue_id, active, is_visible_to(person_id))
    return session.scalar(query) is not None


def is_behind() -> ColumnElement[bool]:
    """Build: the row of `SourceText` was written to the row of `Issue`: its request, a step, a ruling, its end."""
    ref, kind = SourceText.ref_id, SourceText.kind
    by_step = select(IssueStep.issue_id).where(IssueStep.id == ref).scalar_subquery()
    by_ruling = select(Ruling.issue_id).where(Ruling.id == ref).scalar_subquery()
    return Issue.id == case(
        (kind.in_((SourceKind.ISSUE, SourceKind.RESOLUTION)), ref),
        (kind == SourceKind.ISSUE_STEP, by_step),
        (kind == SourceKind.RULING, by_ruling),
    )


def is_of_nameless() -> ColumnElement[bool]:
    """Build: the row of `SourceText` was written to a nameless report, be it by those who look after that."""
    return select(Issue.id).where(is_behind(), Issue.source == IssueSource.NAMELESS).exists()


def _has_role(person_id: int, *roles: Role) -> ColumnElement[bool]:
    return (
        select(Membership.id)
        .where(
            Membership.project_id == Issue.project_id,
            Membership.person_id == person_id,
            Membership.role.in_(roles),
        )
        .exists()
    )
