"""Known tasks: what their answer is, and mixing them in so that nobody can tell them from others."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.db.models import (
    AnswerSlot,
    Appeal,
    Assignment,
    Consensus,
    Gold,
    GoldResult,
    Project,
    Quiz,
    Review,
    SpotCheck,
    Submission,
    Task,
    Verdict,
)
from bot.db.unit_of_work import UnitOfWork
from bot.domain.answers import NOTE, UNUSABLE, Answer, clean_answer, main_part
from bot.domain.consensus import likeness
from bot.domain.errors import Invalid, NotFound
from bot.domain.policy import Action, Subject
from bot.domain.quality import GOLD_ALIKE
from bot.domain.review import ReviewState
from bot.domain.task import SlotState, TaskState, TaskType
from bot.reports.counted import counted_answers
from bot.services.access import require
from bot.services.rules import rules_of


@dataclass(frozen=True)
class GoldMade:
    """A task whose answer is known now; `renewed` when it was known before."""

    gold_id: int
    task_id: int
    renewed: bool


def set_gold(
    uow: UnitOfWork, *, actor_id: int, project_id: int, task_id: int, answer: str | None = None
) -> GoldMade:
    """Make a task one whose answer is known: the words given (or the label), else what the final task says.

    Raises NotFound for a task of another project, Invalid for one that has no answer yet, and what
    `clean_answer` raises for words that can't be one.
    """
    require(uow, Action.SET_GOLD, actor_id, project_id, Subject("project", project_id))
    task = uow.lock(Task, task_id)
    if task is None or task.project_id != project_id:
        raise NotFound("project_task", str(task_id))
    project = uow.session.get_one(Project, project_id)
    words = _typed(project, answer) if answer and answer.strip() else _final_words(uow, task)
    if words is None:
        raise Invalid("gold", "no_answer", str(task_id))
    words = {part: said for part, said in words.items() if part not in (NOTE, "rationale")}
    known = uow.session.scalar(select(Gold).where(Gold.task_id == task_id).with_for_update())
    renewed = known is not None and known.retired_at is None
    if known is None:
        known = Gold(
            task_id=task_id,
            project_id=project_id,
            answer=words,
            made_by_id=actor_id,
            created_at=uow.now,
        )
        uow.session.add(known)
    known.answer, known.made_by_id, known.retired_at = words, actor_id, None
    uow.session.flush()
    _audit(uow, project, actor_id, Action.SET_GOLD, known.id)
    return GoldMade(known.id, task_id, renewed)


def _final_words(uow: UnitOfWork, task: Task) -> Answer | None:
    """Return what a final task says: what was voted or decided, or its only answer."""
    if task.state is not TaskState.FINAL:
        return None
    answers = {answer.submission_id: answer.words for answer in counted_answers(uow.session, task.id)}
    decided = uow.session.scalar(
        select(Consensus).where(Consensus.task_id == task.id, Consensus.superseded_at.is_(None))
    )
    if decided is None:
        return next(iter(answers.values()), None)
    return decided.words or answers.get(decided.submission_id or 0)


def _typed(project: Project, answer: str) -> Answer:
    part = main_part(project.type)
    if part == "label":
        wanted = answer.strip().casefold()
        answer = next((label for label in project.labels if label.casefold() == wanted), answer)
        return clean_answer(project.type, {part: answer, "rationale": "-"}, tuple(project.labels))
    return clean_answer(project.type, {part: answer}, tuple(project.labels))


def retire_gold(uow: UnitOfWork, *, actor_id: int, project_id: int, task_id: int) -> None:
    """Mix a known task in no more; what people did with it stays. Raises NotFound when it is not a known one."""
    require(uow, Action.SET_GOLD, actor_id, project_id, Subject("project", project_id))
    known = uow.session.scalar(
        select(Gold)
        .where(Gold.task_id == task_id, Gold.project_id == project_id, Gold.retired_at.is_(None))
        .with_for_update()
    )
    if known is None:
        raise NotFound("gold", str(task_id))
    known.retired_at = uow.now
    _audit(uow, uow.session.get_one(Project, project_id), actor_id, "gold.retire", known.id)


def _audit(uow: UnitOfWork, project: Project, actor_id: int, action: str, gold_id: int) -> None:
    uow.audit(team_id=project.team_id, actor_id=actor_id, action=action, subject=("gold", gold_id))


def draw(*parts: object) -> float:
    """Return a number from 0 up to 1 that is always the same for the same parts, and like chance otherwise."""
    words = ":".join(map(str, parts)).encode()
    return int.from_bytes(sha256(words).digest()[:8], "big") / 2**64


def mix_known(uow: UnitOfWork, assignment_id: int) -> bool:
    """Let a claim that was just made be one of a known task, as often as the project's rules say.

    The task that was taken is open again at once, as if nobody had come by. False when it stays as it is.
    """
    assignment = uow.session.get_one(Assignment, assignment_id)
    percent = rules_of(uow.session, assignment.project_id).gold_percent
    # The ids stand in the buttons of cards; the instant of the claim, to the microsecond, nobody else knows.
    seed = (assignment.project_id, assignment_id, assignment.claimed_at.isoformat())
    if not percent or draw("gold", *seed) * 100 >= percent:
        return False
    known = _unseen(uow, assignment)
    if known is None:
        return False
    number = uow.session.scalar(
        select(func.max(AnswerSlot.number)).where(AnswerSlot.task_id == known.task_id)
    )
    own = AnswerSlot(
        task_id=known.task_id,
        project_id=assignment.project_id,
        number=(number or 0) + 1,
        state=SlotState.TAKEN,
    )
    uow.session.add(own)
    uow.session.get_one(AnswerSlot, assignment.slot_id).state = SlotState.OPEN
    uow.session.flush()
    assignment.slot_id, assignment.task_id, assignment.gold_id, assignment.attempt = (
        own.id,
        known.task_id,
        known.id,
        1,
    )
    uow.session.flush()
    return True


def _unseen(uow: UnitOfWork, assignment: Assignment) -> Gold | None:
    """Return a known task that the person has neither had nor judged nor decided nor made known themselves."""
    person_id = assignment.person_id
    had = select(Assignment.id).where(Assignment.task_id == Gold.task_id, Assignment.person_id == person_id)
    judged = select(Review.id).where(Review.task_id == Gold.task_id, Review.reviewer_id == person_id)
    knew = (
        select(Verdict.id)
        .join(Review, Review.id == Verdict.review_id)
        .where(Review.task_id == Gold.task_id, Verdict.reviewer_id == person_id)
    )
    looked = select(Appeal.id).where(Appeal.task_id == Gold.task_id, Appeal.reviewer_id == person_id)
    decided = select(Consensus.id).where(
        Consensus.task_id == Gold.task_id, Consensus.decided_by_id == person_id
    )
    checked = (
        select(SpotCheck.id)
        .join(Submission, Submission.id == SpotCheck.submission_id)
        .where(Submission.task_id == Gold.task_id, SpotCheck.checker_id == person_id)
    )
    quizzed = asked_gold(uow.session, person_id, assignment.project_id)
    found = uow.session.scalars(
        select(Gold)
        .join(Task, Task.id == Gold.task_id)
        .where(
            Gold.project_id == assignment.project_id,
            Gold.retired_at.is_(None),
            Gold.made_by_id != person_id,
            Task.held_at.is_(None),
            Gold.id.not_in(quizzed),
            ~had.exists(),
            ~judged.exists(),
            ~knew.exists(),
            ~looked.exists(),
            ~decided.exists(),
            ~checked.exists(),
        )
        .order_by(Gold.id)
    ).all()
    if not found:
        return None
    chosen = found[int(draw("which", assignment.id) * len(found))]
    # Two people who draw the same task must not number their slots alike. Nobody waits for it with a slot in their
    # hands that its holder may want next, though: then there is no known task this time. The same goes for a task
    # that somebody has put on hold by now.
    free = select(Task.id).where(Task.id == chosen.task_id, Task.held_at.is_(None))
    mine = uow.session.scalar(free.with_for_update(skip_locked=True, key_share=True))
    return chosen if mine is not None else None


def asked_gold(session: Session, person_id: int, project_id: int) -> set[int]:
    """Return the known tasks that somebody has met in a quiz: they would know them again."""
    rows = session.scalars(
        select(Quiz.questions).where(Quiz.person_id == person_id, Quiz.project_id == project_id)
    )
    return {int(ask[1]) for questions in rows for ask in questions if ask[0] == "gold"}


def measure(uow: UnitOfWork, assignment: Assignment, submission: Submission) -> GoldResult:
    """Keep how an answer to a known task compares with what is known; for supervisors only."""
    assert assignment.gold_id is not None
    known = uow.session.get_one(Gold, assignment.gold_id)
    kind = uow.session.get_one(Project, assignment.project_id).type
    alike = compare(kind, known.answer, submission.answer)
    result = GoldResult(
        gold_id=known.id,
        assignment_id=assignment.id,
        person_id=assignment.person_id,
        project_id=assignment.project_id,
        hit=alike >= GOLD_ALIKE,
        likeness=alike,
        made_at=uow.now,
    )
    uow.session.add(result)
    uow.session.flush()
    return result


def compare(kind: TaskType, known: Answer, given: Answer) -> float:
    """Return how alike two answers are, 0 to 1: text by its syllables, labels and "unusable" all or nothing."""
    if UNUSABLE in known or UNUSABLE in given:
        return float(known.get(UNUSABLE) == given.get(UNUSABLE))
    part = main_part(kind)
    one, other = known.get(part, ""), given.get(part, "")
    return (
        float(one == other) if part == "label" else likeness(" ".join(one.split()), " ".join(other.split()))
    )


def keep_from_reviewers(uow: UnitOfWork, review: Review) -> None:
    """Offer the review of a known task to nobody: time decides it, as if somebody had."""
    before, review.state = review.state, ReviewState.CLAIMED
    review.ver += 1
    uow.audit(
        team_id=uow.session.get_one(Project, review.project_id).team_id,
        actor_id=None,
        action="review.keep",
        subject=("review", review.id),
        states=(before, review.state),
    )
