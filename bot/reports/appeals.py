"""What is known of appeals: for whoever judges one, for its author, and in lists."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from bot.db.models import Appeal, Assignment, Membership, Person, Project, Task, Verdict
from bot.domain.people import Role
from bot.domain.quality import APPEAL_WINDOW, AppealStage, AppealState
from bot.domain.task import TaskType
from bot.domain.translation import SourceKind
from bot.reports.cards import RejectFacts, read_reject
from bot.reports.expressions import fixed
from bot.reports.translations import RelayFacts, read_relay
from bot.reports.waiting import count_rows

LIST_LIMIT = 20
_UNDECIDED = (AppealState.WAITING, AppealState.CLAIMED)


def never_judges(person_id: int) -> ColumnElement[bool]:
    """Build: the person has had the task of an appeal, has judged its work, or looked at an earlier appeal on it."""
    mine, given, earlier = aliased(Assignment), aliased(Verdict), aliased(Appeal)
    answered = select(mine.id).where(mine.task_id == Appeal.task_id, mine.person_id == person_id)
    judged = select(given.id).where(
        given.assignment_id == Appeal.assignment_id, given.reviewer_id == person_id
    )
    looked = select(earlier.id).where(
        earlier.assignment_id == Appeal.assignment_id,
        earlier.reviewer_id == person_id,
        earlier.id != Appeal.id,
    )
    return or_(
        *(query.correlate(Appeal).exists() for query in (answered, judged, looked)),
    )


def waits() -> ColumnElement[bool]:
    """Build: the appeal waits for somebody to look at it.

    The condition of the index on undecided ones stands there word by word, as SQLite draws no conclusions.
    """
    undecided = [fixed(Appeal.state, state) for state in (AppealState.WAITING, AppealState.CLAIMED)]
    return and_(Appeal.state.in_(undecided), Appeal.state == undecided[0])


def stands_still() -> ColumnElement[bool]:
    """Build: the task of the appeal is on hold, so that nobody need judge it now."""
    held_at = select(Assignment.held_at).where(Assignment.id == Appeal.assignment_id)
    return held_at.scalar_subquery().is_not(None)


def count_second_looks(
    session: Session, person_id: int, judging: Collection[int], supervising: Collection[int]
) -> int:
    """Count the waiting appeals of these projects that the person could take; at most `COUNT_LIMIT`.

    `supervising` are the projects in which those that ask for a supervisor are theirs, too.
    """
    stages = ((AppealStage.SECOND, judging), (AppealStage.SUPERVISOR, supervising))
    queues = [and_(Appeal.stage == stage, Appeal.project_id.in_(ids)) for stage, ids in stages if ids]
    if not queues:
        return 0
    held_at = select(Assignment.held_at).where(Assignment.id == Appeal.assignment_id).scalar_subquery()
    return count_rows(
        session,
        or_(*queues),
        waits(),
        held_at.is_(None),
        ~never_judges(person_id),
    )


@dataclass(frozen=True)
class AppealFacts:
    """An appeal as its card shows it to whoever judges it.

    At the first stage nothing of `reject` but the task and the answer may be shown. `words` are the author's,
    `second_reason` is why a second reviewer denied it; nicknames and both are for supervisors only.
    """

    appeal_id: int
    ver: int
    stage: AppealStage
    state: AppealState
    reviewer_id: int | None
    lease_until: datetime | None
    opened_at: datetime
    reject: RejectFacts
    words: str
    author: str
    first_reviewer: str
    second_reviewer: str
    second_reason: str


def read_appeal(session: Session, appeal_id: int) -> AppealFacts | None:
    """Return what the card of this appeal shows, or None when there is no such appeal."""
    appeal = session.get(Appeal, appeal_id)
    reject = read_reject(session, appeal.verdict_id) if appeal is not None else None
    if appeal is None or reject is None:
        return None
    second = session.scalar(
        select(Appeal).where(
            Appeal.verdict_id == appeal.verdict_id,
            Appeal.stage == AppealStage.SECOND,
            Appeal.id < appeal.id,
        )
    )
    first_id = session.scalar(select(Verdict.reviewer_id).where(Verdict.id == appeal.verdict_id))
    second_id = second.reviewer_id if second is not None else None
    wanted = [person for person in (appeal.author_id, first_id, second_id) if person is not None]
    rows = session.execute(select(Person.id, Person.nickname).where(Person.id.in_(wanted)))
    names: dict[int | None, str] = {row.id: row.nickname for row in rows}
    return AppealFacts(
        appeal.id,
        appeal.ver,
        appeal.stage,
        appeal.state,
        appeal.reviewer_id,
        appeal.lease_until,
        appeal.opened_at,
        reject,
        appeal.words,
        names.get(appeal.author_id, ""),
        names.get(first_id, ""),
        names.get(second_id, ""),
        (second.reason or "") if second is not None else "",
    )


@dataclass(frozen=True)
class OwnAppeal:
    """The newest appeal against a reject as its author sees it.

    `further` says that it can still be taken to a supervisor. `relay` is the reason in the author's language, if
    they read another one than it is in.
    """

    appeal_id: int
    ver: int
    stage: AppealStage
    state: AppealState
    reason: str
    further_until: datetime | None
    relay: RelayFacts | None = None


def own_appeal(session: Session, verdict_id: int) -> OwnAppeal | None:
    """Return the newest appeal against this verdict, None when there was none."""
    appeal = session.scalar(
        select(Appeal).where(Appeal.verdict_id == verdict_id).order_by(Appeal.id.desc()).limit(1)
    )
    if appeal is None:
        return None
    further = appeal.stage is AppealStage.SECOND and appeal.state is AppealState.DENIED
    relay = (
        read_relay(session, SourceKind.APPEAL_REASON, appeal.id, appeal.author_id) if appeal.reason else None
    )
    return OwnAppeal(
        appeal.id,
        appeal.ver,
        appeal.stage,
        appeal.state,
        appeal.reason or "",
        appeal.decided_at + APPEAL_WINDOW if further and appeal.decided_at is not None else None,
        relay,
    )


def news_of(session: Session, appeal_id: int) -> tuple[RejectFacts, OwnAppeal] | None:
    """Return an appeal with the reject it was about, None when it was followed by another meanwhile."""
    appeal = session.get(Appeal, appeal_id)
    own = own_appeal(session, appeal.verdict_id) if appeal is not None else None
    reject = read_reject(session, appeal.verdict_id) if appeal is not None else None
    if own is None or reject is None or own.appeal_id != appeal_id:
        return None
    return reject, own


def may_take_appeal(session: Session, person_id: int, appeal_id: int) -> bool:
    """Return whether the person could take the appeal if it waits; the claim itself looks again."""
    role = select(Membership.id).where(
        Membership.project_id == Appeal.project_id,
        Membership.person_id == person_id,
        or_(
            Membership.role == Role.SUPERVISOR,
            and_(Membership.role == Role.REVIEWER, Appeal.stage == AppealStage.SECOND),
        ),
    )
    allowed = select(Appeal.id).where(
        Appeal.id == appeal_id, role.correlate(Appeal).exists(), ~never_judges(person_id)
    )
    return session.scalar(allowed) is not None


@dataclass(frozen=True)
class WaitingAppeal:
    """One line of a judge's list. `mine` is set for one in their hand; the others wait for anybody."""

    appeal_id: int
    ver: int
    stage: AppealStage
    project_key: str
    type: TaskType
    task_id: int
    since: datetime
    mine: bool


def waiting_appeals(session: Session, person_id: int) -> tuple[WaitingAppeal, ...]:
    """Return the appeals the person has in hand or could take, those for a supervisor first; at most 20."""
    above = case((Membership.role == Role.SUPERVISOR, 1), else_=0)
    role = (
        select(Membership.project_id, func.max(above).label("above"))
        .where(Membership.person_id == person_id, Membership.role.in_((Role.REVIEWER, Role.SUPERVISOR)))
        .group_by(Membership.project_id)
        .subquery()
    )
    mine = and_(Appeal.state == AppealState.CLAIMED, Appeal.reviewer_id == person_id)
    free = and_(Appeal.state == AppealState.WAITING, ~never_judges(person_id))
    rows = session.execute(
        select(Appeal, Project.key, Project.type, Task.id)
        .join(Project, Project.id == Appeal.project_id)
        .join(Task, Task.id == Appeal.task_id)
        .join(Assignment, Assignment.id == Appeal.assignment_id)
        .join(role, role.c.project_id == Appeal.project_id)
        .where(
            Appeal.state.in_(_UNDECIDED),
            Assignment.held_at.is_(None),
            Project.active.is_(True),
            or_(role.c.above == 1, Appeal.stage == AppealStage.SECOND),
            or_(mine, free),
        )
        .order_by(Appeal.stage.desc(), Appeal.id)
        .limit(LIST_LIMIT)
    )
    return tuple(
        WaitingAppeal(
            appeal.id,
            appeal.ver,
            appeal.stage,
            key,
            kind,
            task_id,
            (appeal.claimed_at or appeal.opened_at)
            if appeal.state is AppealState.CLAIMED
            else appeal.opened_at,
            appeal.state is AppealState.CLAIMED,
        )
        for appeal, key, kind, task_id in rows
    )
