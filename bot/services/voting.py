"""What the answers to one task agree on: when it is final, when another answer is wanted, when a person decides."""

from __future__ import annotations

from sqlalchemy import or_, select

from bot.db.models import (
    AnswerSlot,
    Assignment,
    Consensus,
    Membership,
    Person,
    Project,
    Task,
)
from bot.db.unit_of_work import UnitOfWork
from bot.domain.answers import Answer, clean_answer
from bot.domain.consensus import Outcome, Poll, Vote, decide
from bot.domain.errors import Invalid, NotFound, NotYours, OnHold, StaleAction
from bot.domain.people import Role
from bot.domain.policy import Action, Subject
from bot.domain.review import UNDO_WINDOW
from bot.domain.rules import Rules
from bot.domain.task import SlotState, TaskState, TaskType, slot_rank
from bot.domain.text import check_text
from bot.outbox.cards import forget_card
from bot.outbox.quality_messages import AdjudicationCard
from bot.outbox.queue import enqueue
from bot.reports.counted import CountedAnswer, counted_answers, counting_of
from bot.reports.expressions import at_task, fixed
from bot.reports.holders import holders_of, values_of
from bot.reports.rules import rules_of
from bot.services.access import require
from bot.services.slots import lock_slots, lock_task

NOTE_LIMIT = 1000
FOLLOW_AT_ONCE = 100
"""Tasks that follow a changed overlap in one transaction: others have to write meanwhile."""


def poll_of(uow: UnitOfWork, task: Task, rules: Rules, answers: list[CountedAnswer]) -> Poll:
    """Return how the answers of a task vote under its project's rules."""
    project = uow.session.get_one(Project, task.project_id)
    people = [answer.author_id for answer in answers]
    weights: dict[int, int] = {}
    if rules.weight_by and project.type is TaskType.MODERATION:
        weights = values_of(uow.session, people, rules.weight_by, uow.now)
    knowing: frozenset[int] = frozenset()
    if rules.dialect:
        knowing = holders_of(uow.session, project.team_id, rules.dialect, uow.now)
    votes = [
        Vote(answer.words, max(1, weights.get(answer.author_id, 1)), answer.author_id in knowing)
        for answer in answers
    ]
    return decide(votes, counting_of(rules))


def settle(uow: UnitOfWork, task_id: int, actor_id: int | None) -> TaskState:
    """Bring a task's state and slots in line with its accepted answers and its project's rules; return the state.

    To be called after every change of an answer. While they agree the task is final; while they do not it wants
    one more answer at a time, and in the end a supervisor. A supervisor's own decision stands as long as no
    answer it was made on is taken back.
    """
    uow.session.flush()
    task = lock_task(uow, task_id)
    assert task is not None
    rules = rules_of(uow.session, task.project_id)
    answers = counted_answers(uow.session, task_id)
    standing = uow.session.scalar(
        select(Consensus)
        .where(Consensus.task_id == task_id, Consensus.superseded_at.is_(None))
        .with_for_update()
    )
    if len(answers) < task.overlap:
        task.extra = 0
        _supersede(uow, standing)
        return _close_up(uow, task, TaskState.OPEN, actor_id)
    if task.overlap == 1 and task.extra == 0 and len(answers) == 1:
        _supersede(uow, standing)
        return _close_up(uow, task, TaskState.FINAL, actor_id)
    if standing is not None and _still_stands(standing, len(answers)):
        standing.answers = len(answers)
        settled = standing.submission_id is not None or standing.words is not None
        return _close_up(uow, task, TaskState.FINAL if settled else TaskState.ADJUDICATION, actor_id)
    if len(answers) < task.overlap + task.extra:
        _supersede(uow, standing)
        return _close_up(uow, task, TaskState.OPEN, actor_id)
    poll = poll_of(uow, task, rules, answers)
    _supersede(uow, standing)
    if poll.outcome in (Outcome.WEAK, Outcome.TIED) and len(answers) < rules.overlap_max:
        task.extra = len(answers) + 1 - task.overlap
        return _close_up(uow, task, TaskState.OPEN, actor_id)
    clear = poll.outcome is Outcome.CLEAR
    assert poll.winner is not None or not clear
    _keep(uow, task, poll, answers, answers[poll.winner or 0].submission_id if clear else None)
    if not clear:
        _tell_supervisors(uow, task, anew=_is_new(uow, task))
    return _close_up(uow, task, TaskState.FINAL if clear else TaskState.ADJUDICATION, actor_id)


def _still_stands(standing: Consensus, answers: int) -> bool:
    """Say whether an outcome is still that of so many answers; each one taken back or added was settled then.

    What a supervisor has decided outlives answers that come after it.
    """
    if standing.decided_by_id is not None:
        return answers >= standing.answers
    return answers == standing.answers


def _supersede(uow: UnitOfWork, standing: Consensus | None) -> None:
    if standing is not None:
        standing.superseded_at = uow.now
        standing.ver += 1
        uow.session.flush()


def _keep(
    uow: UnitOfWork, task: Task, poll: Poll, answers: list[CountedAnswer], submission_id: int | None
) -> Consensus:
    made = Consensus(
        task_id=task.id,
        project_id=task.project_id,
        outcome=poll.outcome,
        submission_id=submission_id,
        answers=len(answers),
        votes=max(poll.votes) if poll.winner is None else poll.votes[poll.winner],
        share=poll.share,
        dissent=len(poll.dissent),
        made_at=uow.now,
    )
    uow.session.add(made)
    uow.session.flush()
    return made


def _close_up(uow: UnitOfWork, task: Task, state: TaskState, actor_id: int | None) -> TaskState:
    """Let the task have as many slots as answers are wanted, and its state follow; both are audited as one."""
    _fit_slots(uow, task, wanted=task.overlap + task.extra if state is TaskState.OPEN else 0)
    before, task.state = task.state, state
    if before is state:
        return state
    if before is TaskState.ADJUDICATION:
        _tell_supervisors(uow, task)
    task.final_at = uow.now if state is TaskState.FINAL else None
    uow.audit(
        team_id=uow.session.get_one(Project, task.project_id).team_id,
        actor_id=actor_id,
        action="task.settle",
        subject=("task", task.id),
        states=(before, state),
    )
    return state


def _fit_slots(uow: UnitOfWork, task: Task, *, wanted: int) -> None:
    """Open, close or add slots until `wanted` are open, taken or accepted; what somebody has is never touched."""
    slots = sorted(lock_slots(uow, task.id), key=lambda slot: slot.number)
    trials = set(
        uow.session.scalars(
            select(Assignment.slot_id).where(at_task(Assignment, task.id), Assignment.gold_id.is_not(None))
        )
    )
    own = [slot for slot in slots if slot.id not in trials]
    live = [slot for slot in own if slot.state is not SlotState.CLOSED]
    for slot in reversed([slot for slot in live if slot.state is SlotState.OPEN]):
        if len(live) <= wanted:
            break
        slot.state = SlotState.CLOSED
        live.remove(slot)
    for slot in own:
        if len(live) >= wanted:
            break
        if slot.state is SlotState.CLOSED:
            slot.state = SlotState.OPEN
            live.append(slot)
    number = max((slot.number for slot in slots), default=0)
    begun = any(slot.state in (SlotState.TAKEN, SlotState.ACCEPTED) for slot in own)
    rank = slot_rank(task.priority, begun=begun)
    for slot in live:
        if slot.state is SlotState.OPEN:
            slot.rank = rank
    while len(live) < wanted:
        number += 1
        added = AnswerSlot(
            task_id=task.id,
            project_id=task.project_id,
            number=number,
            rank=rank,
            state=SlotState.OPEN,
            held_at=task.held_at,
        )
        uow.session.add(added)
        live.append(added)
    uow.session.flush()


def _is_new(uow: UnitOfWork, task: Task) -> bool:
    """Say whether a decision is wanted of people who had settled with an earlier one, or never heard of any.

    A verdict that was taken back and given again within minutes asks nobody twice.
    """
    if task.state is TaskState.ADJUDICATION:
        return False
    last = uow.session.scalar(
        select(Consensus)
        .where(Consensus.task_id == task.id, Consensus.superseded_at.is_not(None))
        .order_by(Consensus.id.desc())
        .limit(1)
    )
    if last is None or last.superseded_at is None or last.decided_by_id is not None:
        return True
    return uow.now - last.superseded_at > UNDO_WINDOW


def _tell_supervisors(uow: UnitOfWork, task: Task, *, anew: bool = False) -> None:
    """Have the supervisors' cards drawn again, or with `anew` posted below all that was said since the last."""
    project = uow.session.get_one(Project, task.project_id)
    for person_id in _adjudicators(uow, task):
        card = AdjudicationCard(person_id, task.id)
        if anew:
            forget_card(uow.session, card.card)
        enqueue(uow, project.team_id, card)


def _adjudicators(uow: UnitOfWork, task: Task) -> list[int]:
    """Return the supervisors who may decide: who has answered the task themselves may not."""
    return list(
        uow.session.scalars(
            select(Membership.person_id)
            .join(Person, Person.id == Membership.person_id)
            .where(
                Membership.project_id == task.project_id,
                Membership.role == Role.SUPERVISOR,
                Person.active.is_(True),
                Membership.person_id.not_in(select(Assignment.person_id).where(at_task(Assignment, task.id))),
            )
            .order_by(Membership.person_id)
        )
    )


def may_adjudicate(uow: UnitOfWork, *, person_id: int, task_id: int) -> Task:
    """Return the locked task if the person may decide what its answer is; raises what the policy raises too."""
    task = lock_task(uow, task_id)
    if task is None:
        raise NotFound("task", str(task_id))
    answered = uow.session.scalar(
        select(Assignment.id).where(Assignment.task_id == task_id, Assignment.person_id == person_id).limit(1)
    )
    subject = Subject("task", task.id, task.state, author_id=person_id if answered else None)
    require(uow, Action.ADJUDICATE, person_id, task.project_id, subject)
    if task.held_at is not None:
        raise OnHold(task.id)
    return task


def next_adjudication(uow: UnitOfWork, *, person_id: int, project_id: int | None = None) -> int | None:
    """Return the oldest task that waits for the person's decision, None when none does."""
    mine = (
        select(Assignment.id).where(Assignment.task_id == Task.id, Assignment.person_id == person_id).exists()
    )
    query = (
        select(Task.id)
        .join(Membership, Membership.project_id == Task.project_id)
        .where(
            Membership.person_id == person_id,
            Membership.role == Role.SUPERVISOR,
            Task.state == fixed(Task.state, TaskState.ADJUDICATION),
            Task.held_at.is_(None),
            ~mine,
        )
        .order_by(Task.id)
        .limit(1)
    )
    if project_id is not None:
        query = query.where(Task.project_id == project_id)
    return uow.session.scalar(query)


def adjudicate(
    uow: UnitOfWork,
    *,
    person_id: int,
    task_id: int,
    note: str,
    submission_id: int | None = None,
    words: Answer | None = None,
    ver: int | None = None,
) -> int:
    """Decide a task whose answers do not agree: by one of them, or in the supervisor's own words.

    Everybody who answered stays accepted and paid. Returns the consensus. Raises StaleAction when it was decided
    meanwhile, Invalid without a note, and what `clean_answer` raises for words that can't be an answer.
    """
    task = may_adjudicate(uow, person_id=person_id, task_id=task_id)
    note = note.strip()
    if not note:
        raise Invalid("note", "no_reason")
    check_text("note", note, NOTE_LIMIT)
    standing = uow.session.scalar(
        select(Consensus)
        .where(Consensus.task_id == task_id, Consensus.superseded_at.is_(None))
        .with_for_update()
    )
    if standing is None or (ver is not None and ver != standing.ver):
        raise StaleAction(Action.ADJUDICATE, "task", task_id, task.state)
    answers = counted_answers(uow.session, task_id)
    project = uow.session.get_one(Project, task.project_id)
    if words is not None:
        standing.words = clean_answer(project.type, words, tuple(project.labels))
    elif submission_id in {answer.submission_id for answer in answers}:
        standing.submission_id = submission_id
    else:
        raise NotYours(Action.ADJUDICATE, "submission", submission_id)
    standing.decided_by_id, standing.note, standing.made_at = person_id, note, uow.now
    standing.ver += 1
    uow.audit(
        team_id=project.team_id,
        actor_id=person_id,
        action=Action.ADJUDICATE,
        subject=("task", task_id),
        detail={"consensus": standing.id, "own_words": words is not None},
    )
    _close_up(uow, task, TaskState.FINAL, person_id)
    return standing.id


def follow_overlap(
    uow: UnitOfWork, *, project_id: int, actor_id: int | None, most: int = FOLLOW_AT_ONCE
) -> int:
    """Give up to `most` tasks the project's overlap; returns how many, fewer than `most` when all have it.

    Nothing is deleted: a slot that is wanted no more is closed, and opened again when it is. A final task that
    lacks answers is open again, one that has more than it needs is voted on anew. What is on hold follows after.
    """
    project = uow.session.get_one(Project, project_id)
    tasks = uow.session.scalars(
        select(Task.id)
        .where(
            Task.project_id == project_id,
            or_(Task.overlap < project.overlap, Task.overlap > project.overlap),
            Task.held_at.is_(None),
        )
        .order_by(Task.id)
        .limit(most)
    ).all()
    for task_id in tasks:
        task = lock_task(uow, task_id)
        assert task is not None
        task.overlap, task.extra = project.overlap, 0
        settle(uow, task_id, actor_id)
    return len(tasks)


def follow_overlaps(uow: UnitOfWork) -> int:
    """Let some tasks of one project follow an overlap that was changed; returns how many, 0 when all do.

    To be called at each tick and again while there is work: an index says at once that there is none.
    """
    project_id = uow.session.scalar(
        select(Project.id)
        .where(
            Project.active.is_(True),
            or_(
                *(
                    select(Task.id)
                    .where(Task.project_id == Project.id, differs, Task.held_at.is_(None))
                    .exists()
                    for differs in (Task.overlap < Project.overlap, Task.overlap > Project.overlap)
                )
            ),
        )
        .order_by(Project.id)
        .limit(1)
    )
    return follow_overlap(uow, project_id=project_id, actor_id=None) if project_id is not None else 0
