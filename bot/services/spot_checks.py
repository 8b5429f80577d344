"""Spot checks: somebody looks at accepted work again, drawn at random. Nothing follows for its people."""

from __future__ import annotations

from random import SystemRandom

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased

from bot.db.models import Assignment, SpotCheck, Submission, Verdict
from bot.db.unit_of_work import UnitOfWork
from bot.domain.assignment import AssignmentState
from bot.domain.errors import NotFound, NotYours, StaleAction
from bot.domain.people import LANGUAGES
from bot.domain.policy import Action, Subject
from bot.domain.review import COMMENT_LIMIT, Decision
from bot.domain.text import check_text
from bot.domain.translation import SourceKind
from bot.services.access import require
from bot.services.relaying import relay

_CHANCE = SystemRandom()


def draw(uow: UnitOfWork, *, person_id: int, project_id: int, at: float | None = None) -> int | None:
    """Return a submission of the project for the person to look at again, None when there is none.

    Drawn among all that is accepted; what they have done or judged themselves, and what was checked before, is
    passed over. `at` (0 to 1, 1 excluded) stands in for chance.
    """
    require(uow, Action.SPOT_CHECK, person_id, project_id, Subject("project", project_id))
    accepted = _accepted(project_id)
    count = uow.session.scalar(select(func.count()).select_from(Verdict).where(*accepted)) or 0
    if not count:
        return None
    place = int((_CHANCE.random() if at is None else at) * count)
    start = uow.session.scalar(
        select(Verdict.id).where(*accepted).order_by(Verdict.id).offset(place).limit(1)
    )
    fitting = (
        select(Verdict.submission_id)
        .join(Assignment, Assignment.id == Verdict.assignment_id)
        .where(
            *accepted,
            Assignment.state == AssignmentState.ACCEPTED,
            # An answer to a known task is compared with what is known anyway.
            Assignment.gold_id.is_(None),
            *_fair_to(person_id),
        )
        .order_by(Verdict.id)
        .limit(1)
    )
    found = uow.session.scalar(fitting.where(Verdict.id >= start))
    return found if found is not None else uow.session.scalar(fitting.where(Verdict.id < start))


def _accepted(project_id: int) -> tuple[ColumnElement[bool], ...]:
    return (Verdict.project_id == project_id, *_standing())


def _standing() -> tuple[ColumnElement[bool], ...]:
    return (Verdict.undone_at.is_(None), Verdict.decision != Decision.REJECT)


def _fair_to(person_id: int) -> tuple[ColumnElement[bool], ...]:
    """Build: the person has not had the task, did not give this verdict, and nobody has checked it yet."""
    judged, mine = aliased(Assignment), aliased(Assignment)
    had = (
        select(mine.id)
        .join(judged, judged.task_id == mine.task_id)
        .where(judged.id == Verdict.assignment_id, mine.person_id == person_id)
    )
    checked = select(SpotCheck.id).where(SpotCheck.submission_id == Verdict.submission_id)
    return (
        or_(Verdict.reviewer_id.is_(None), Verdict.reviewer_id != person_id),
        ~had.correlate(Verdict).exists(),
        ~checked.correlate(Verdict).exists(),
    )


def record(uow: UnitOfWork, *, person_id: int, submission_id: int, agrees: bool, comment: str = "") -> int:
    """Keep whether the person would have accepted it too; who disagrees says why. Returns the check.

    Raises Invalid for a missing comment, NotFound, NotYours for one's own work or verdict, and StaleAction when it
    is accepted no more or somebody has checked it meanwhile.
    """
    comment = comment.strip()
    check_text("comment", comment, COMMENT_LIMIT, required=not agrees)
    submission = uow.session.get(Submission, submission_id)
    if submission is None:
        raise NotFound("submission", str(submission_id))
    subject = Subject("submission", submission_id)
    require(uow, Action.SPOT_CHECK, person_id, submission.project_id, subject)
    assignment = uow.lock(Assignment, submission.assignment_id)
    assert assignment is not None
    verdict = uow.session.scalar(
        select(Verdict).where(
            Verdict.assignment_id == assignment.id,
            Verdict.submission_id == submission_id,
            *_standing(),
        )
    )
    done = uow.session.scalar(select(SpotCheck.id).where(SpotCheck.submission_id == submission_id).limit(1))
    if verdict is None or done is not None or assignment.state is not AssignmentState.ACCEPTED:
        raise StaleAction(Action.SPOT_CHECK, "submission", submission_id, "checked")
    if uow.session.scalar(select(Verdict.id).where(Verdict.id == verdict.id, *_fair_to(person_id))) is None:
        raise NotYours(Action.SPOT_CHECK, "submission", submission_id)
    made = SpotCheck(
        submission_id=submission_id,
        assignment_id=assignment.id,
        project_id=assignment.project_id,
        reviewer_id=verdict.reviewer_id,
        checker_id=person_id,
        agrees=agrees,
        comment=comment or None,
        made_at=uow.now,
        decided_at=uow.now,
    )
    uow.session.add(made)
    uow.session.flush()
    if comment:
        # Whoever steers the project reads it, be it in the other language.
        for language in LANGUAGES:
            relay(
                uow,
                project_id=assignment.project_id,
                kind=SourceKind.SPOT_CHECK,
                ref_id=made.id,
                author_id=person_id,
                text=comment,
                shown=(),
                into=language,
            )
    team_id = require(uow, Action.SPOT_CHECK, person_id, submission.project_id, subject).team_id
    uow.audit(
        team_id=team_id,
        actor_id=person_id,
        action=Action.SPOT_CHECK,
        subject=("submission", submission_id),
        detail={"agrees": agrees},
    )
    return made.id
