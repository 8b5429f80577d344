"""Adjustments and voids as those who decide about them, who asked and who is concerned see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from bot.db.models import Assignment, Membership, PayRequest, Person, Project, Task
from bot.domain.pay import RequestKind, RequestState
from bot.domain.people import Role


@dataclass(frozen=True)
class RequestFacts:
    """A request as it stands. `amount_minor` is signed; `task` is the PM's name of the task of a void."""

    id: int
    kind: RequestKind
    project_id: int
    project_key: str
    payee_id: int
    payee: str
    amount_minor: int
    currency: str
    reason: str
    task: str | None
    assignment_id: int | None
    asked_by_id: int
    asked_by: str
    asked_at: datetime
    state: RequestState
    decided_by: str | None
    decided_at: datetime | None
    note: str | None


def read_request(session: Session, request_id: int) -> RequestFacts | None:
    """Return a request with the nicknames in it."""
    payee, asker, decider = aliased(Person), aliased(Person), aliased(Person)
    row = session.execute(
        select(PayRequest, Project.key, payee.nickname, asker.nickname, decider.nickname, Task.external_id)
        .join(Project, Project.id == PayRequest.project_id)
        .join(payee, payee.id == PayRequest.person_id)
        .join(asker, asker.id == PayRequest.asked_by_id)
        .outerjoin(decider, decider.id == PayRequest.decided_by_id)
        .outerjoin(Assignment, Assignment.id == PayRequest.assignment_id)
        .outerjoin(Task, Task.id == Assignment.task_id)
        .where(PayRequest.id == request_id)
    ).one_or_none()
    if row is None:
        return None
    request, key, payee_name, asker_name, decider_name, task = row
    return RequestFacts(
        id=request.id,
        kind=request.kind,
        project_id=request.project_id,
        project_key=key,
        payee_id=request.person_id,
        payee=payee_name,
        amount_minor=request.amount_minor,
        currency=request.currency,
        reason=request.reason,
        task=task,
        assignment_id=request.assignment_id,
        asked_by_id=request.asked_by_id,
        asked_by=asker_name,
        asked_at=request.asked_at,
        state=request.state,
        decided_by=decider_name,
        decided_at=request.decided_at,
        note=request.note,
    )


def waiting_requests(session: Session, project_id: int) -> tuple[int, ...]:
    """Return the ids of a project's undecided requests, oldest first."""
    return tuple(
        session.scalars(
            select(PayRequest.id)
            .where(PayRequest.project_id == project_id, PayRequest.state == RequestState.ASKED)
            .order_by(PayRequest.id)
        )
    )


def deciders(session: Session, project_id: int, *, asker_id: int, payee_id: int) -> tuple[int, ...]:
    """Return who may decide: the project's PMs and the team's admins, but neither who asked nor who is paid."""
    project = session.get_one(Project, project_id)
    leads = select(Membership.person_id).where(
        Membership.project_id == project_id, Membership.role == Role.PM
    )
    return tuple(
        session.scalars(
            select(Person.id)
            .where(
                Person.team_id == project.team_id,
                Person.active.is_(True),
                Person.admin.is_(True) | Person.id.in_(leads),
                Person.id.not_in((asker_id, payee_id)),
            )
            .order_by(Person.id)
        )
    )
