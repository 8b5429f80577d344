"""The chain of those who are told of an issue: the supervisor on duty, the others, the PM, the admins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select, update

from bot.db.models import Issue, IssueAlert
from bot.db.unit_of_work import UnitOfWork
from bot.domain.escalation import Asked, Level, TimerKind, first_level, next_level
from bot.reports.escalation_plans import delays_of
from bot.reports.issue_chain import people_at, reachable_from
from bot.services.issue_clock import (
    add_alert,
    after,
    askable_from,
    drop_alerts,
    set_timer,
    start_round,
    untold,
)


def climb(
    uow: UnitOfWork,
    issue: Issue,
    level: Level | None,
    *,
    also: Iterable[int] = (),
    told: Mapping[int, datetime] | None = None,
    carry: bool = False,
) -> None:
    """Let an open issue wait at a level, or where nobody is there at the first after it that has people.

    They are told as soon as they can be asked, `also` is told with them; who stands in `told` was told then.
    With `carry` those whom an earlier level has still to tell are told as well, in their own time. After the
    last level no timer is set: everybody has been told.
    """
    session, waiting = uow.session, untold(uow, issue) if carry else []
    drop_alerts(uow, issue)
    start_round(uow, issue)
    reached = reachable_from(session, issue, level)
    issue.level = reached or Level.ADMIN
    people = people_at(session, issue, reached) if reached is not None else ()
    alerted = list(dict.fromkeys((*people, *also)))
    for person_id in alerted:
        add_alert(uow, issue, person_id, issue.level, told_at=(told or {}).get(person_id))
    for person_id, at_level, due in waiting:
        if person_id not in alerted:
            alerted.append(person_id)
            add_alert(uow, issue, person_id, at_level, due=due)
    if reached is not None and reached is not Level.ADMIN:
        delays = delays_of(session, issue.project_id, issue.severity)
        is_first = reached is reachable_from(session, issue, first_level(issue.asked))
        delay = delays.ack if is_first else delays.step
        set_timer(uow, issue, TimerKind.LEVEL, after(uow, issue.severity, people, delay))


def climb_on(uow: UnitOfWork, issue: Issue) -> None:
    """Let an open issue that nobody took go to the next level that has people."""
    climb(uow, issue, next_level(issue.level), carry=True)


def begin(uow: UnitOfWork, issue: Issue) -> None:
    """Let a new issue wait at its first level; the supervisors see without a call what the PM is asked for."""
    climb(uow, issue, first_level(issue.asked))
    if issue.asked is not Asked.PM:
        return
    called = {person_id for person_id, _level, _due in untold(uow, issue)}
    for level in (Level.DUTY, Level.SUPERVISORS):
        for person_id in people_at(uow.session, issue, level):
            if person_id not in called:
                add_alert(uow, issue, person_id, level, due=uow.now, told_at=uow.now)


def begin_again(uow: UnitOfWork, issue: Issue, *, owner_id: int | None) -> None:
    """Let an issue whose owner did nothing wait at the same level once more; they are told as well."""
    also = () if owner_id is None else (owner_id,)
    climb(uow, issue, issue.level, also=also)


def rearm(uow: UnitOfWork, issue: Issue, *, call_again: bool) -> None:
    """Count an open issue's times anew at its level; who was told there is called again only if asked for."""
    told: dict[int, datetime] = {}
    if not call_again:
        rows = uow.session.execute(
            select(IssueAlert.person_id, IssueAlert.told_at).where(
                IssueAlert.issue_id == issue.id,
                IssueAlert.round == issue.round,
                IssueAlert.level == issue.level,
                IssueAlert.told_at.is_not(None),
            )
        )
        told = {person_id: at for person_id, at in rows if at is not None}
    climb(uow, issue, issue.level, told=told, carry=True)


def call_instead(uow: UnitOfWork, issue: Issue, person_id: int, before: int | None) -> None:
    """Tell an issue that waits for the supervisor on duty to the one who is on now."""
    if before is not None:
        uow.session.execute(
            update(IssueAlert)
            .where(
                IssueAlert.issue_id == issue.id,
                IssueAlert.person_id == before,
                IssueAlert.told_at.is_(None),
            )
            .values(dropped=True)
            .execution_options(synchronize_session=False)
        )
    if person_id == issue.opener_id:
        return
    mine = select(IssueAlert).where(
        IssueAlert.issue_id == issue.id,
        IssueAlert.round == issue.round,
        IssueAlert.person_id == person_id,
    )
    alert = uow.session.scalar(mine.execution_options(populate_existing=True))
    if alert is None:
        add_alert(uow, issue, person_id, Level.DUTY)
    elif alert.dropped:
        # They were on before, and somebody else took over before they were told.
        alert.dropped, alert.due_at = False, askable_from(uow, issue.severity, person_id)
