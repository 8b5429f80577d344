"""What Home shows of whole projects: how far they are, what waits in them, and the queue of reviews."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from bot.db.models import Membership, Project, Review, Task
from bot.domain.people import Role
from bot.domain.review import ReviewLevel, ReviewState
from bot.domain.task import TaskType
from bot.reports.expressions import fixed
from bot.reports.needs import AGEING, Needs, read_needs
from bot.reports.pay_requests import waiting_requests
from bot.reports.throughput import DayFigures, per_day
from bot.reports.window import local_date
from bot.reports.workload import Backlog, Eta, estimate, read_backlog, recent_finals

MOST_BOARDS = 5
"""Projects Home shows in full; the others are a command away."""


@dataclass(frozen=True)
class Board:
    """A project as those who steer it see it, in counts.

    `days` are yesterday and today, `corrections` of pay wait for a second person, and `eta` says how long the rest
    takes; these are for PMs only.
    """

    project_id: int
    key: str
    name: str
    type: TaskType
    tasks: int
    backlog: Backlog
    needs: Needs
    days: tuple[DayFigures, ...] = ()
    eta: Eta | None = None
    corrections: int = 0


def read_boards(session: Session, person_id: int, role: Role, now: datetime) -> tuple[Board, ...]:
    """Return the first projects, by key, in which the person has the role (PM or supervisor); at most five."""
    projects = session.scalars(
        select(Project)
        .join(Membership, Membership.project_id == Project.id)
        .where(Membership.person_id == person_id, Membership.role == role, Project.active.is_(True))
        .order_by(Project.key)
        .limit(MOST_BOARDS)
    )
    return tuple(_board(session, project, now, steers=role is Role.PM) for project in projects)


def _board(session: Session, project: Project, now: datetime, *, steers: bool) -> Board:
    today = local_date(project.zone, now)
    backlog = read_backlog(session, project.id)
    return Board(
        project.id,
        project.key,
        project.name,
        project.type,
        session.scalar(select(func.count()).where(Task.project_id == project.id)) or 0,
        backlog,
        read_needs(session, project.id, now=now, nameless=not steers),
        per_day(session, project.id, today, 2) if steers else (),
        estimate(backlog.remaining, recent_finals(session, project, today - timedelta(days=1)))
        if steers
        else None,
        len(waiting_requests(session, project.id)) if steers else 0,
    )


@dataclass(frozen=True)
class Queue:
    """The reviews of one project that wait for a reviewer, the oldest since `oldest`; `ageing` over 24 hours."""

    key: str
    waiting: int
    ageing: int
    oldest: datetime


def read_queues(session: Session, person_id: int, now: datetime) -> tuple[Queue, ...]:
    """Return the queues of the projects the person reviews in, by key; what was handed up is for supervisors."""
    role = (
        select(Membership.project_id, func.max(case((Membership.role == Role.SUPERVISOR, 1), else_=0)).label("up"))
        .where(Membership.person_id == person_id, Membership.role.in_((Role.REVIEWER, Role.SUPERVISOR)))
        .group_by(Membership.project_id)
        .subquery()
    )  # fmt: skip
    rows = session.execute(
        select(
            Project.key,
            func.count(),
            func.sum(case((Review.created_at < now - AGEING, 1), else_=0)),
            func.min(Review.created_at),
        )
        .join(Project, Project.id == Review.project_id)
        .join(role, role.c.project_id == Review.project_id)
        .where(
            Project.active.is_(True),
            Review.state == fixed(Review.state, ReviewState.WAITING),
            or_(
                Review.level == ReviewLevel.REVIEWER,
                and_(role.c.up == 1, Review.level == ReviewLevel.SUPERVISOR),
            ),
        )
        .group_by(Project.key)
        .order_by(Project.key)
    )
    return tuple(Queue(key, count, int(ageing), oldest) for key, count, ageing, oldest in rows)
