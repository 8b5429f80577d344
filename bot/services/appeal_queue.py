"""Appeals on their way to whoever judges them: a second reviewer who knows nothing of the first, or a supervisor."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select

from bot.db.models import Appeal, Assignment, Membership, Person, Project, Verdict
from bot.db.unit_of_work import UnitOfWork
from bot.domain.assignment import REVIEW_LEASE
from bot.domain.errors import HandsFull, NotFound, NotYours
from bot.domain.people import Role
from bot.domain.policy import Action, Subject
from bot.domain.quality import APPEAL_PATIENCE, AppealStage, AppealState
from bot.domain.review import ReviewLevel
from bot.domain.translation import SourceKind
from bot.outbox.messages import RejectCard
from bot.outbox.quality_messages import AppealCard
from bot.outbox.queue import enqueue
from bot.reports.appeals import never_judges, stands_still, waits
from bot.reports.expressions import at_task
from bot.services.access import require
from bot.services.gates import closed_reviews
from bot.services.relaying import relay
from bot.services.reviews import REVIEWS_IN_HAND, judge_roles, refuse_held

_AT_ONCE = 200


@dataclass(frozen=True)
class Taken:
    """An appeal somebody has in hand."""

    appeal_id: int
    project_id: int
    lease_until: datetime


def judges_of(
    uow: UnitOfWork, assignment: Assignment, stage: AppealStage, *, deciding: int | None = None
) -> list[int]:
    """Return who could judge an appeal about this work now.

    Nobody does who has had the task, has judged the work before, or has looked at an earlier appeal about it;
    `deciding` is the appeal that does not count for that.
    """
    roles = [Role.SUPERVISOR] if stage is AppealStage.SUPERVISOR else [Role.REVIEWER, Role.SUPERVISOR]
    earlier = select(Appeal.reviewer_id).where(
        Appeal.assignment_id == assignment.id, Appeal.reviewer_id.is_not(None)
    )
    if deciding is not None:
        earlier = earlier.where(Appeal.id != deciding)
    people = list(
        uow.session.scalars(
            select(Membership.person_id)
            .join(Person, Person.id == Membership.person_id)
            .where(
                Membership.project_id == assignment.project_id,
                Membership.role.in_(roles),
                Person.active.is_(True),
                Membership.person_id.not_in(
                    select(Assignment.person_id).where(at_task(Assignment, assignment.task_id))
                ),
                Membership.person_id.not_in(
                    select(Verdict.reviewer_id).where(
                        Verdict.assignment_id == assignment.id, Verdict.reviewer_id.is_not(None)
                    )
                ),
                Membership.person_id.not_in(earlier),
            )
            .distinct()
            .order_by(Membership.person_id)
        )
    )
    if stage is AppealStage.SUPERVISOR:
        return people
    return [one for one in people if assignment.project_id not in closed_reviews(uow, one)]


def take_next(uow: UnitOfWork, *, person_id: int, project_key: str | None = None) -> Taken | None:
    """Give the person the next appeal that is theirs to judge; None when there is none or they have one in hand.

    Those for a supervisor come first, then the oldest.
    """
    person = uow.lock(Person, person_id)
    if person is None or not person.active or _in_hand(uow, person_id):
        return None
    queues = _queues(judge_roles(uow, person_id, project_key), closed_reviews(uow, person_id))
    if not queues:
        return None
    found = uow.session.scalar(
        select(Appeal)
        .where(
            or_(*queues),
            waits(),
            ~stands_still(),
            ~never_judges(person_id),
        )
        .order_by(Appeal.stage.desc(), Appeal.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return _take(uow, person_id, found) if found is not None else None


def take(uow: UnitOfWork, *, person_id: int, appeal_id: int) -> Taken:
    """Take one particular appeal that waits, as the button of its card does.

    Raises NotFound, NotYours for somebody who may not judge it, StaleAction, HandsFull and OnHold.
    """
    uow.lock(Person, person_id)
    known = uow.session.get(Appeal, appeal_id)
    if known is None:
        raise NotFound("appeal", str(appeal_id))
    # A verdict locks the work first, too.
    assignment = uow.lock(Assignment, known.assignment_id)
    found = uow.lock(Appeal, appeal_id)
    assert assignment is not None
    assert found is not None
    subject = Subject(
        "appeal",
        found.id,
        found.state,
        author_id=found.author_id,
        supervisor_only=found.stage is AppealStage.SUPERVISOR,
    )
    require(uow, Action.TAKE_APPEAL, person_id, found.project_id, subject)
    if person_id not in judges_of(uow, assignment, found.stage, deciding=found.id):
        raise NotYours(Action.TAKE_APPEAL, "appeal", appeal_id)
    refuse_held(uow, assignment.id)
    if _in_hand(uow, person_id) >= REVIEWS_IN_HAND:
        raise HandsFull(REVIEWS_IN_HAND)
    return _take(uow, person_id, found)


def _in_hand(uow: UnitOfWork, person_id: int) -> int:
    mine = (Appeal.reviewer_id == person_id, Appeal.state == AppealState.CLAIMED, ~stands_still())
    return uow.session.scalar(select(func.count()).select_from(Appeal).where(*mine)) or 0


def _queues(roles: dict[int, bool], closed: Container[int]) -> list[ColumnElement[bool]]:
    """Build what the person may take: of a stage in a project each, so that each reads the head of an index."""
    return [
        and_(Appeal.project_id == project_id, Appeal.stage == stage)
        for project_id, supervisor in roles.items()
        for stage in AppealStage
        if (supervisor if stage is AppealStage.SUPERVISOR else project_id not in closed)
    ]


def _take(uow: UnitOfWork, person_id: int, found: Appeal) -> Taken:
    found.reviewer_id, found.claimed_at = person_id, uow.now
    lease_until = found.lease_until = uow.now + REVIEW_LEASE
    move_appeal(uow, found, AppealState.CLAIMED, Action.TAKE_APPEAL, person_id)
    return Taken(found.id, found.project_id, lease_until)


def move_appeal(uow: UnitOfWork, found: Appeal, to: AppealState, action: str, actor_id: int | None) -> None:
    """Put the appeal into a state, audit that and have the cards of those who know of it drawn again."""
    before, found.state = found.state, to
    found.ver += 1
    uow.session.flush()
    team_id = uow.session.get_one(Project, found.project_id).team_id
    uow.audit(
        team_id=team_id,
        actor_id=actor_id,
        action=action,
        subject=("appeal", found.id),
        states=(before, to),
    )
    for card in _cards(uow, found):
        enqueue(uow, team_id, card)


def _cards(uow: UnitOfWork, found: Appeal) -> Sequence[AppealCard]:
    """Return the cards of an appeal: its judge's, and at the second stage those of all who could be that."""
    people = {found.reviewer_id} if found.reviewer_id is not None else set()
    if found.stage is AppealStage.SUPERVISOR:
        assignment = uow.session.get_one(Assignment, found.assignment_id)
        people |= set(judges_of(uow, assignment, found.stage, deciding=found.id))
    return [AppealCard(person_id, found.id) for person_id in sorted(people)]


def pass_words_on(uow: UnitOfWork, found: Appeal) -> None:
    """Tell the supervisors of an appeal that is for them, with the author's words; nobody else reads those."""
    if found.stage is not AppealStage.SUPERVISOR:
        return
    cards = _cards(uow, found)
    team_id = uow.session.get_one(Project, found.project_id).team_id
    for card in cards:
        enqueue(uow, team_id, card)
    relay(
        uow,
        project_id=found.project_id,
        kind=SourceKind.APPEAL,
        ref_id=found.id,
        author_id=found.author_id,
        text=found.words,
        shown=cards,
    )


def free_appeals(uow: UnitOfWork) -> int:
    """Return appeals to the queue whose judge let the lease pass; returns how many."""
    ended = uow.session.scalars(
        select(Appeal)
        .where(
            Appeal.state == AppealState.CLAIMED,
            Appeal.lease_until <= uow.now,
            ~stands_still(),
        )
        .order_by(Appeal.id)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    for found in ended:
        _let_go(uow, found, "appeal.expire", None)
    return len(ended)


def return_appeals(
    uow: UnitOfWork,
    person: Person,
    *,
    project_id: int | None = None,
    level: ReviewLevel | None = None,
    actor_id: int | None = None,
) -> int:
    """Put the appeals the person has in hand back into the queue, as they may judge them no more; returns how many.

    All of them, or those of one project or of one level.
    """
    query = select(Appeal).where(Appeal.reviewer_id == person.id, Appeal.state == AppealState.CLAIMED)
    if project_id is not None:
        query = query.where(Appeal.project_id == project_id)
    if level is not None:
        stage = AppealStage.SUPERVISOR if level is ReviewLevel.SUPERVISOR else AppealStage.SECOND
        query = query.where(Appeal.stage == stage)
    held = uow.session.scalars(query.order_by(Appeal.id).with_for_update()).all()
    for found in held:
        _let_go(uow, found, "appeal.return", actor_id)
    return len(held)


def _let_go(uow: UnitOfWork, found: Appeal, action: str, actor_id: int | None) -> None:
    former, found.reviewer_id, found.lease_until = found.reviewer_id, None, None
    move_appeal(uow, found, AppealState.WAITING, action, actor_id)
    if former is not None:
        person = uow.session.get_one(Person, former)
        if person.active:
            enqueue(uow, person.team_id, AppealCard(former, found.id))


def pass_appeals_up(uow: UnitOfWork) -> int:
    """Give appeals that waited too long for a second reviewer to the supervisors; returns how many.

    Where none of them could judge it, it goes on waiting.
    """
    late = uow.session.scalars(
        select(Appeal)
        .where(
            Appeal.stage == AppealStage.SECOND,
            Appeal.state == AppealState.WAITING,
            Appeal.decide_by <= uow.now,
            ~stands_still(),
        )
        .order_by(Appeal.id)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    passed = 0
    for found in late:
        found.decide_by = uow.now + APPEAL_PATIENCE
        assignment = uow.session.get_one(Assignment, found.assignment_id)
        if not judges_of(uow, assignment, AppealStage.SUPERVISOR):
            continue
        passed += 1
        found.stage, found.ver = AppealStage.SUPERVISOR, found.ver + 1
        uow.session.flush()
        team_id = uow.session.get_one(Project, found.project_id).team_id
        uow.audit(
            team_id=team_id,
            actor_id=None,
            action="appeal.pass_up",
            subject=("appeal", found.id),
            states=(AppealState.WAITING, AppealState.WAITING),
        )
        enqueue(uow, team_id, RejectCard(found.author_id, found.verdict_id))
        pass_words_on(uow, found)
    return passed
