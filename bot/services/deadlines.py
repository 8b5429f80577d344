"""The date by which a project is to be finished."""

from __future__ import annotations

from datetime import date

from bot.db.models import Project
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import Invalid, NotFound
from bot.domain.policy import Action, Subject
from bot.reports.window import local_date
from bot.services.access import require


def set_deadline(uow: UnitOfWork, *, person_id: int, project_id: int, deadline: date | None) -> None:
    """Name the local date by the end of which everything is to be final; None when there is none any more.

    Raises Invalid for a date that is over.
    """
    project = uow.lock(Project, project_id)
    if project is None:
        raise NotFound("project", str(project_id))
    require(uow, Action.SET_DEADLINE, person_id, project_id, Subject("project", project_id))
    if deadline is not None and deadline < local_date(project.zone, uow.now):
        raise Invalid("deadline", "past", deadline.isoformat())
    before, project.deadline = project.deadline, deadline
    uow.audit(
        team_id=project.team_id,
        actor_id=person_id,
        action=Action.SET_DEADLINE,
        subject=("project", project_id),
        states=(before.isoformat() if before else None, deadline.isoformat() if deadline else None),
    )
