"""Appeals against rejects: made, taken, decided, taken further and back. The author's time stands still meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from bot.db.models import Appeal, Assignment, Project, Review, Submission, Verdict
from bot.db.unit_of_work import UnitOfWork
from bot.domain.assignment import LAST_WORD, Event
from bot.domain.errors import Invalid, NotFound, NotYours, StaleAction
from bot.domain.escalation import UndoneBy
from bot.domain.policy import Action, Subject
from bot.domain.quality import APPEAL_LIMIT, APPEAL_PATIENCE, APPEAL_WINDOW, AppealStage, AppealState
from bot.domain.review import COMMENT_LIMIT, Decision
from bot.domain.text import check_text
from bot.domain.translation import SourceKind
from bot.outbox.messages import RejectCard, ReviewCard
from bot.outbox.quality_messages import AppealNews
from bot.outbox.queue import enqueue
from bot.services.access import require
from bot.services.appeal_queue import judges_of, move_appeal, pass_words_on
from bot.services.earning import earn
from bot.services.relaying import relay
from bot.services.reviews import refuse_held
from bot.services.reworking import rest_from
from bot.services.slots import accept_slot
from bot.services.tasks import move
from bot.services.voting import settle


@dataclass(frozen=True)
class Appealed:
    """An appeal that waits, and for whom."""

    appeal_id: int
    assignment_id: int
    stage: AppealStage


@dataclass(frozen=True)
class Decided:
    """What became of an appeal."""

    appeal_id: int
    assignment_id: int
    state: AppealState


@dataclass(frozen=True)
class _Case:
    """The rows of an appeal, locked in the order in which a verdict locks them."""

    review: Review
    assignment: Assignment
    verdict: Verdict


def may_appeal(uow: UnitOfWork, *, person_id: int, verdict_id: int) -> AppealStage:
    """Return who would look at an appeal against this verdict; raises what `appeal` does."""
    case = _open_case(uow, person_id, verdict_id)
    made = select(Appeal.id).where(Appeal.verdict_id == verdict_id).limit(1)
    if uow.session.scalar(made) is not None:
        raise StaleAction(Action.APPEAL, "verdict", verdict_id, "appealed")
    if uow.now > case.verdict.decided_at + APPEAL_WINDOW:
        raise Invalid("words", "too_late", _hours())
    return _stage_for(uow, case)


def appeal(uow: UnitOfWork, *, person_id: int, verdict_id: int, words: str) -> Appealed:
    """Object to a reject, once and within 72 hours: somebody else looks at the work anew.

    That is a second reviewer, and where there is none a supervisor. The time for the rework stands still. Raises
    Invalid without words, when it is too late, and when nobody could judge it ("nobody"); StaleAction for a
    reject that was appealed against before or has been followed by another round; OnHold.
    """
    words = words.strip()
    check_text("words", words, APPEAL_LIMIT)
    stage = may_appeal(uow, person_id=person_id, verdict_id=verdict_id)
    return _open(uow, _open_case(uow, person_id, verdict_id), stage, words)


def may_go_further(uow: UnitOfWork, *, person_id: int, appeal_id: int) -> None:
    """Pass silently when the author may take the denied appeal to a supervisor; raises what `take_further` does."""
    _further(uow, person_id, appeal_id)


def take_further(uow: UnitOfWork, *, person_id: int, appeal_id: int, words: str = "") -> Appealed:
    """Take an appeal that a second reviewer denied to a supervisor, once and within 72 hours.

    Without new words the old ones stand. Raises what `appeal` raises.
    """
    first, case = _further(uow, person_id, appeal_id)
    words = words.strip() or first.words
    check_text("words", words, APPEAL_LIMIT)
    return _open(uow, case, AppealStage.SUPERVISOR, words)


def _further(uow: UnitOfWork, person_id: int, appeal_id: int) -> tuple[Appeal, _Case]:
    first = _known(uow, appeal_id)
    case = _open_case(uow, person_id, first.verdict_id)
    again = select(func.count()).where(Appeal.verdict_id == first.verdict_id)
    if first.stage is not AppealStage.SECOND or first.state is not AppealState.DENIED:
        raise StaleAction(Action.APPEAL, "appeal", appeal_id, first.state)
    if (uow.session.scalar(again) or 0) > 1:
        raise StaleAction(Action.APPEAL, "verdict", first.verdict_id, "appealed")
    if first.decided_at is None or uow.now > first.decided_at + APPEAL_WINDOW:
        raise Invalid("words", "too_late", _hours())
    if not judges_of(uow, case.assignment, AppealStage.SUPERVISOR):
        raise Invalid("words", "nobody")
    return first, case


def _hours() -> str:
    return str(round(APPEAL_WINDOW.total_seconds() / 3600))


def _known(uow: UnitOfWork, appeal_id: int) -> Appeal:
    found = uow.session.get(Appeal, appeal_id)
    if found is None:
        raise NotFound("appeal", str(appeal_id))
    return found


def _lock_case(uow: UnitOfWork, verdict_id: int) -> _Case:
    known = uow.session.get(Verdict, verdict_id)
    if known is None:
        raise NotFound("verdict", str(verdict_id))
    review, assignment = uow.lock(Review, known.review_id), uow.lock(Assignment, known.assignment_id)
    verdict = uow.lock(Verdict, verdict_id)
    assert review is not None
    assert assignment is not None
    assert verdict is not None
    return _Case(review, assignment, verdict)


def _open_case(uow: UnitOfWork, person_id: int, verdict_id: int) -> _Case:
    """Return the rows of a reject that its author may object to now, apart from how often and how late."""
    case = _lock_case(uow, verdict_id)
    assignment = case.assignment
    subject = Subject("assignment", assignment.id, assignment.state, owner_id=assignment.person_id)
    require(uow, Action.APPEAL, person_id, assignment.project_id, subject)
    newer = (
        select(Submission.id)
        .where(
            Submission.assignment_id == assignment.id,
            Submission.id > case.verdict.submission_id,
            Submission.draft.is_(False),
        )
        .limit(1)
    )
    stands = case.verdict.undone_at is None and case.verdict.decision is Decision.REJECT
    if not stands or uow.session.scalar(newer) is not None:
        raise StaleAction(Action.APPEAL, "verdict", verdict_id, "settled")
    refuse_held(uow, assignment.id)
    return case


def _stage_for(uow: UnitOfWork, case: _Case) -> AppealStage:
    for stage in AppealStage:
        if judges_of(uow, case.assignment, stage):
            return stage
    raise Invalid("words", "nobody")


def _open(uow: UnitOfWork, case: _Case, stage: AppealStage, words: str) -> Appealed:
    assignment = case.assignment
    made = Appeal(
        verdict_id=case.verdict.id,
        assignment_id=assignment.id,
        submission_id=case.verdict.submission_id,
        task_id=assignment.task_id,
        project_id=assignment.project_id,
        author_id=assignment.person_id,
        stage=stage,
        words=words,
        decide_by=uow.now + APPEAL_PATIENCE,
        opened_at=uow.now,
    )
    uow.session.add(made)
    uow.session.flush()
    team_id = uow.session.get_one(Project, assignment.project_id).team_id
    uow.audit(
        team_id=team_id,
        actor_id=assignment.person_id,
        action=Action.APPEAL,
        subject=("appeal", made.id),
        states=(None, AppealState.WAITING),
        detail={"stage": stage.value},
    )
    # `rework_until` stays as it is: what was left of it is counted from here when the work comes back.
    move(uow, assignment, Event.APPEAL, Action.APPEAL, assignment.person_id)
    enqueue(uow, team_id, RejectCard(assignment.person_id, case.verdict.id))
    pass_words_on(uow, made)
    return Appealed(made.id, assignment.id, stage)


def _load(uow: UnitOfWork, action: Action, person_id: int, appeal_id: int) -> tuple[Appeal, _Case]:
    """Return the rows, locked, of an appeal that the policy lets the person do this to now."""
    known = _known(uow, appeal_id)
    case = _lock_case(uow, known.verdict_id)
    found = uow.lock(Appeal, appeal_id)
    assert found is not None
    withdraws = action is Action.WITHDRAW_APPEAL
    subject = Subject(
        "appeal",
        found.id,
        found.state,
        owner_id=found.author_id if withdraws else found.reviewer_id,
        author_id=found.author_id,
        supervisor_only=found.stage is AppealStage.SUPERVISOR and not withdraws,
    )
    require(uow, action, person_id, found.project_id, subject)
    refuse_held(uow, found.assignment_id)
    return found, case


def _load_judged(uow: UnitOfWork, person_id: int, appeal_id: int, ver: int | None) -> tuple[Appeal, _Case]:
    found, case = _load(uow, Action.JUDGE_APPEAL, person_id, appeal_id)
    if ver is not None and ver != found.ver:
        raise StaleAction(Action.JUDGE_APPEAL, "appeal", appeal_id, found.state)
    # They may have become the author of another answer to the task meanwhile.
    if person_id not in judges_of(uow, case.assignment, found.stage, deciding=found.id):
        raise NotYours(Action.JUDGE_APPEAL, "appeal", appeal_id)
    return found, case


def may_judge(uow: UnitOfWork, *, person_id: int, appeal_id: int, ver: int | None = None) -> None:
    """Pass silently when the person could decide the appeal now, as a form for it is about to open."""
    _load_judged(uow, person_id, appeal_id, ver)


def uphold(uow: UnitOfWork, *, person_id: int, appeal_id: int, ver: int | None = None) -> Decided:
    """Find the work right: the reject stands no more, and the work is accepted and paid as if it had never been.

    Raises OnHold, and StaleAction for an older button.
    """
    found, case = _load_judged(uow, person_id, appeal_id, ver)
    review, assignment, verdict = case.review, case.assignment, case.verdict
    verdict.undone_at, verdict.undone_by_id, verdict.undone_why = uow.now, person_id, UndoneBy.APPEAL
    # One verdict stands per review.
    uow.session.flush()
    accepted = Verdict(
        review_id=review.id,
        submission_id=verdict.submission_id,
        assignment_id=assignment.id,
        project_id=assignment.project_id,
        reviewer_id=person_id,
        decision=Decision.ACCEPT,
        decided_at=uow.now,
    )
    uow.session.add(accepted)
    first, review.reviewer_id = review.reviewer_id, person_id
    review.claimed_at = found.claimed_at
    review.ver += 1
    _decide(uow, found, AppealState.WON, person_id, None)
    team_id = uow.session.get_one(Project, assignment.project_id).team_id
    uow.audit(
        team_id=team_id,
        actor_id=person_id,
        action="verdict.overturn",
        subject=("verdict", verdict.id),
        detail={"why": UndoneBy.APPEAL, "appeal": found.id},
    )
    move(uow, assignment, Event.WIN, "appeal.uphold", person_id)
    assignment.rework_until, assignment.last_word = None, False
    accept_slot(uow, assignment)
    uow.session.flush()
    settle(uow, assignment.task_id, person_id)
    earn(uow, accepted, assignment)
    enqueue(uow, team_id, RejectCard(assignment.person_id, verdict.id))
    enqueue(uow, team_id, AppealNews(assignment.person_id, found.id))
    if first is not None:
        enqueue(uow, team_id, ReviewCard(first, review.id))
    return Decided(found.id, assignment.id, AppealState.WON)


def deny(uow: UnitOfWork, *, person_id: int, appeal_id: int, reason: str, ver: int | None = None) -> Decided:
    """Find that the reject stands, and say why: the work is with its author again, with the time that was left.

    As long as there is something they can do they have three waking hours at least, however late they appealed.
    Raises Invalid without a reason, OnHold, and StaleAction for an older button.
    """
    reason = reason.strip()
    check_text("reason", reason, COMMENT_LIMIT)
    found, case = _load_judged(uow, person_id, appeal_id, ver)
    _decide(uow, found, AppealState.DENIED, person_id, reason)
    over = found.stage is AppealStage.SUPERVISOR and case.assignment.last_word
    least = timedelta(0) if over else LAST_WORD
    card = _give_back(uow, found, case, "appeal.deny", person_id, least=least)
    team_id = uow.session.get_one(Project, found.project_id).team_id
    enqueue(uow, team_id, AppealNews(found.author_id, found.id))
    relay(
        uow,
        project_id=found.project_id,
        kind=SourceKind.APPEAL_REASON,
        ref_id=found.id,
        author_id=person_id,
        text=reason,
        shown=[card],
    )
    return Decided(found.id, found.assignment_id, AppealState.DENIED)


def withdraw(uow: UnitOfWork, *, person_id: int, appeal_id: int) -> Decided:
    """Take one's appeal back before it is decided; the time for the rework runs on with what was left."""
    found, case = _load(uow, Action.WITHDRAW_APPEAL, person_id, appeal_id)
    _decide(uow, found, AppealState.WITHDRAWN, person_id, None)
    _give_back(uow, found, case, Action.WITHDRAW_APPEAL, person_id)
    return Decided(found.id, found.assignment_id, AppealState.WITHDRAWN)


def overtake(uow: UnitOfWork, *, assignment: Assignment, actor_id: int) -> None:
    """End the appeal against a reject that is found wrong for another reason; the work is its author's again.

    The caller has locked the review, the assignment and the verdict.
    """
    found = uow.session.scalars(
        select(Appeal)
        .where(
            Appeal.assignment_id == assignment.id,
            Appeal.state.in_((AppealState.WAITING, AppealState.CLAIMED)),
        )
        .with_for_update()
    ).one()
    _decide(uow, found, AppealState.WITHDRAWN, actor_id, None)
    assignment.rework_until = rest_from(uow, assignment, found.opened_at)
    move(uow, assignment, Event.DENY, "appeal.overtake", actor_id)


def _decide(uow: UnitOfWork, found: Appeal, state: AppealState, actor_id: int, reason: str | None) -> None:
    found.reason, found.decided_at, found.lease_until = reason, uow.now, None
    move_appeal(uow, found, state, f"appeal.{state}", actor_id)


def _give_back(
    uow: UnitOfWork,
    found: Appeal,
    case: _Case,
    action: str,
    actor_id: int,
    *,
    least: timedelta = timedelta(0),
) -> RejectCard:
    case.assignment.rework_until = rest_from(uow, case.assignment, found.opened_at, least=least)
    move(uow, case.assignment, Event.DENY, action, actor_id)
    card = RejectCard(found.author_id, found.verdict_id)
    enqueue(uow, uow.session.get_one(Project, found.project_id).team_id, card)
    return card
