"""Taking a project's work out as a file: who may, and the trace it leaves."""

from __future__ import annotations

from bot.db.models import Project
from bot.db.unit_of_work import UnitOfWork
from bot.domain.exports import Format, Order, What
from bot.domain.pay import Month
from bot.domain.policy import Action, Subject
from bot.services.access import require


def order_export(
    uow: UnitOfWork, *, person_id: int, project: Project, what: What, form: Format, month: Month | None = None
) -> Order:
    """Allow the person this export and note it; the file itself is made afterwards.

    Pay is that of `month`, the last one that is over if none is named. Tables come marked for Excel, which
    takes them for another alphabet otherwise. Raises NotAllowed, and Invalid for pay or issues as Label Studio JSON.
    """
    action = Action.SEE_PAY if what is What.PAY else Action.EXPORT
    person = require(uow, action, person_id, project.id, Subject("project", project.id))
    if what is What.PAY and month is None:
        month = Month.of(uow.now, project.zone).previous()
    order = Order(project.id, project.key, what, form, month, bom=True)
    detail = {"what": what.value, "format": form.value} | ({"month": str(month)} if month else {})
    uow.audit(
        team_id=person.team_id,
        actor_id=person_id,
        action=Action.EXPORT,
        subject=("project", project.id),
        detail=detail,
    )
    return order
