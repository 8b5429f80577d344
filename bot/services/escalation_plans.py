"""How long each step of an issue may take in a project, where that is not the usual time."""

from __future__ import annotations

from sqlalchemy import select

from bot.db.models import EscalationPlan, Project
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import Invalid
from bot.domain.escalation import Severity
from bot.domain.policy import Action, Subject
from bot.services.access import require
from bot.services.questions import insert_once

LONGEST_MINUTES = 60 * 24 * 90
"""No step takes longer than a quarter of a year."""


def set_plan(
    uow: UnitOfWork,
    *,
    person_id: int,
    project_id: int,
    severity: Severity,
    ack_minutes: int,
    step_minutes: int,
    resolve_minutes: int,
) -> None:
    """Set a project's own times for a severity, in whole minutes; issues that are open keep theirs.

    Raises Invalid naming the one that is not between a minute and ninety days.
    """
    require(uow, Action.SET_ESCALATION, person_id, project_id, Subject("project", project_id))
    times = {"ack": ack_minutes, "step": step_minutes, "resolve": resolve_minutes}
    for field, minutes in times.items():
        if not 1 <= minutes <= LONGEST_MINUTES:
            raise Invalid(field, "out_of_range", str(minutes))
    values = {f"{field}_minutes": minutes for field, minutes in times.items()}
    values |= {"set_by_id": person_id}
    key = {"project_id": project_id, "severity": severity}
    if insert_once(uow, EscalationPlan, {**key, **values, "changed_at": uow.now}) is None:
        plan = uow.session.scalars(
            select(EscalationPlan)
            .filter_by(**key)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one()
        for name, value in values.items():
            setattr(plan, name, value)
        plan.changed_at = uow.now
    uow.audit(
        team_id=uow.session.get_one(Project, project_id).team_id,
        actor_id=person_id,
        action=Action.SET_ESCALATION,
        subject=("project", project_id),
        detail={"severity": severity, **times},
    )
