"""What of issues Home shows one person: those they look after, those that wait for them, and their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from bot.db.models import GuidelineNote, Hold, Issue, Membership, Person, Project, Ruling
from bot.domain.escalation import UNSETTLED, IssueState, Level, NoteState, RulingState
from bot.domain.hours import Hours
from bot.domain.people import Role
from bot.reports.alerts import IncidentFacts, open_incidents
from bot.reports.duty import DutyFacts, present_duty
from bot.reports.hours import working_hours
from bot.reports.issue_lists import ListedIssue, find_issues
from bot.reports.issue_parts import NoteFacts, RulingFacts, read_note, read_ruling
from bot.reports.issue_sight import is_visible_to

MOST = 5
"""Rulings, notes and alerts Home is given at most, the oldest ones."""


@dataclass(frozen=True)
class Watch:
    """A project that somebody supervises: who is on duty, None for nobody, and how many tasks are on hold."""

    project_id: int
    key: str
    duty: DutyFacts | None
    held: int


@dataclass(frozen=True)
class IssueDesk:
    """Issues as they concern one person; none is in two of the lists, and each begins with the most urgent one.

    Supervisors see all unsettled ones of their projects in `looked_after`, admins those that nobody else has
    taken. `waiting` are those that wait for a PM, with their provisional `rulings` and proposed `notes`, and the
    open `alerts` of the projects they manage. `own` are those the person has raised. `hours` are None for
    somebody without a role.
    """

    looked_after: tuple[ListedIssue, ...] = ()
    watches: tuple[Watch, ...] = ()
    waiting: tuple[ListedIssue, ...] = ()
    rulings: tuple[RulingFacts, ...] = ()
    notes: tuple[NoteFacts, ...] = ()
    alerts: tuple[IncidentFacts, ...] = ()
    own: tuple[ListedIssue, ...] = ()
    hours: Hours | None = None


def read_issue_desk(session: Session, person_id: int, now: datetime) -> IssueDesk:
    """Return what concerns the person at `now`. Raises NoResultFound for an unknown id."""
    person = session.get_one(Person, person_id)
    rows = session.execute(
        select(Project.id, Project.key, Membership.role)
        .join(Membership, Membership.project_id == Project.id)
        .where(Membership.person_id == person_id, Project.active.is_(True))
        .order_by(Project.key)
    ).all()
    supervised = {id: key for id, key, role in rows if role is Role.SUPERVISOR}
    managed = {id: key for id, key, role in rows if role is Role.PM}
    looked_after = _looked_after(session, person, list(supervised), now)
    waiting = _waiting(session, person_id, [id for id in managed if id not in supervised], now)
    shown = {issue.issue_id for issue in (*looked_after, *waiting)}
    raised = find_issues(
        session,
        now,
        Issue.project_id.in_({id for id, _key, _role in rows}),
        Issue.opener_id == person_id,
        Issue.state.in_(UNSETTLED),
    )
    return IssueDesk(
        looked_after,
        tuple(_watch(session, id, key) for id, key in supervised.items()),
        waiting,
        _rulings(session, person_id, list(managed)),
        _notes(session, list(managed)),
        tuple(incident for id in managed for incident in open_incidents(session, id))[:MOST],
        tuple(issue for issue in raised if issue.issue_id not in shown),
        working_hours(person) if rows else None,
    )


def people_who_steer(session: Session, issue_id: int) -> tuple[int, ...]:
    """Return those whose Home shows the issues of this one's project: its supervisors and PMs.

    Once it has come as far as the admins they too, who see it until somebody has taken it.
    """
    members = (
        select(Membership.person_id)
        .join(Issue, Issue.project_id == Membership.project_id)
        .where(Issue.id == issue_id, Membership.role.in_((Role.SUPERVISOR, Role.PM)))
    )
    admins = (
        select(Person.id)
        .join(Issue, Issue.team_id == Person.team_id)
        .where(Issue.id == issue_id, Issue.level == Level.ADMIN, Person.admin.is_(True))
    )
    return tuple(sorted(session.scalars(members.union(admins))))


def _looked_after(
    session: Session, person: Person, projects: list[int], now: datetime
) -> tuple[ListedIssue, ...]:
    wanted = and_(Issue.project_id.in_(projects), Issue.state.in_(UNSETTLED))
    if person.admin:
        left = and_(
            Issue.team_id == person.team_id, Issue.state == IssueState.OPEN, Issue.level == Level.ADMIN
        )
        wanted = or_(wanted, left)
    elif not projects:
        return ()
    return find_issues(session, now, wanted, is_visible_to(person.id))


def _waiting(session: Session, person_id: int, projects: list[int], now: datetime) -> tuple[ListedIssue, ...]:
    if not projects:
        return ()
    reached = and_(Issue.state == IssueState.OPEN, Issue.level.in_((Level.PM, Level.ADMIN)))
    mine = and_(Issue.state == IssueState.ACKED, Issue.owner_id == person_id)
    return find_issues(
        session,
        now,
        Issue.project_id.in_(projects),
        or_(Issue.state == IssueState.WAITING_PM, reached, mine),
        is_visible_to(person_id),
    )


def _watch(session: Session, project_id: int, key: str) -> Watch:
    # By way of the holds there are now, which are few, and not of all tasks.
    held = select(func.count(Hold.task_id.distinct())).where(
        Hold.project_id == project_id, Hold.released_at.is_(None)
    )
    return Watch(project_id, key, present_duty(session, project_id), session.scalar(held) or 0)


def _rulings(session: Session, person_id: int, projects: list[int]) -> tuple[RulingFacts, ...]:
    found = session.scalars(
        select(Ruling.id)
        .join(Issue, Issue.id == Ruling.issue_id)
        .where(
            Issue.project_id.in_(projects),
            Ruling.state == RulingState.STANDING,
            is_visible_to(person_id),
        )
        .order_by(Ruling.id)
        .limit(MOST)
    )
    return tuple(ruling for id in found if (ruling := read_ruling(session, id)) is not None)


def _notes(session: Session, projects: list[int]) -> tuple[NoteFacts, ...]:
    found = session.scalars(
        select(GuidelineNote.id)
        .where(GuidelineNote.project_id.in_(projects), GuidelineNote.state == NoteState.PROPOSED)
        .order_by(GuidelineNote.id)
        .limit(MOST)
    )
    return tuple(note for id in found if (note := read_note(session, id)) is not None)
