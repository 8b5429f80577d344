"""Who looks after a project's issues first: one supervisor at a time, who says what the next one should know."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import Duty, Issue, Project
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import Invalid
from bot.domain.escalation import IssueState, Level
from bot.domain.people import Role
from bot.domain.policy import Action, Subject
from bot.domain.questions import clean_words
from bot.outbox.issue_messages import DutyChanged
from bot.outbox.queue import enqueue
from bot.reports.members import people_in
from bot.services.access import require
from bot.services.chain import call_instead
from bot.services.issue_cards import redraw

NOTE_LIMIT = 1000


@dataclass(frozen=True)
class Switched:
    """The duty that was switched, and who was on before (None: nobody, or they themselves)."""

    duty_id: int
    before: int | None


def switch_on(uow: UnitOfWork, *, person_id: int, project_id: int, note: str = "") -> Switched:
    """Put a supervisor on duty in place of whoever was; both are told, and open issues call the new one.

    Somebody who is on duty already only changes the note, if there is one.
    """
    team_id = _require(uow, person_id, project_id)
    words = clean_words("note", note, NOTE_LIMIT, required=False)
    old = _running(uow.session, project_id)
    if old is not None and old.person_id == person_id:
        old.note = words or old.note
        return Switched(old.id, None)
    if old is not None:
        old.until = uow.now
        uow.session.flush()
    new = Duty(project_id=project_id, person_id=person_id, since=uow.now, note=words or None)
    uow.session.add(new)
    uow.session.flush()
    _audit(uow, team_id, person_id, new, "on")
    before = old.person_id if old is not None else None
    _tell(uow, team_id, new, (person_id, before))
    waiting = select(Issue.id).where(
        Issue.project_id == project_id, Issue.state == IssueState.OPEN, Issue.level == Level.DUTY
    )
    for issue_id in uow.session.scalars(waiting.order_by(Issue.id)).all():
        issue = uow.lock(Issue, issue_id)
        if issue is not None and issue.state is IssueState.OPEN and issue.level is Level.DUTY:
            call_instead(uow, issue, person_id, before)
            redraw(uow, issue)
    return Switched(new.id, before)


def switch_off(uow: UnitOfWork, *, person_id: int, project_id: int, note: str = "") -> Switched:
    """End somebody's own duty; the project's supervisors are told that nobody is on. Raises Invalid if not on."""
    team_id = _require(uow, person_id, project_id)
    words = clean_words("note", note, NOTE_LIMIT, required=False)
    duty = _running(uow.session, project_id)
    if duty is None or duty.person_id != person_id:
        raise Invalid("duty", "not_on")
    duty.until, duty.note = uow.now, words or duty.note
    uow.session.flush()
    _audit(uow, team_id, person_id, duty, "off")
    _tell(uow, team_id, duty, people_in(uow.session, project_id, Role.SUPERVISOR))
    return Switched(duty.id, None)


def _require(uow: UnitOfWork, person_id: int, project_id: int) -> int:
    """Return the team, with the project locked: two who switch at once must see each other."""
    require(uow, Action.DUTY, person_id, project_id, Subject("project", project_id))
    project = uow.lock(Project, project_id)
    assert project is not None
    return project.team_id


def _running(session: Session, project_id: int) -> Duty | None:
    query = select(Duty).where(Duty.project_id == project_id, Duty.until.is_(None))
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def _tell(uow: UnitOfWork, team_id: int, duty: Duty, people: Iterable[int | None]) -> None:
    for person_id in sorted({person for person in people if person is not None}):
        enqueue(uow, team_id, DutyChanged(person_id, duty.id))


def _audit(uow: UnitOfWork, team_id: int, person_id: int, duty: Duty, switched: str) -> None:
    uow.audit(
        team_id=team_id,
        actor_id=person_id,
        action=Action.DUTY,
        subject=("project", duty.project_id),
        detail={"duty": duty.id, "switched": switched},
    )
