"""Questions that people answer: equal ones wait together, the first reply counts and goes to everybody."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from bot.db.models import Handover, Question, QuestionFollower
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import Invalid, NotFound, StaleAction
from bot.domain.people import Role
from bot.domain.policy import Action, Subject
from bot.domain.questions import HandoverState, clean_words
from bot.domain.translation import SourceKind
from bot.outbox.messages import HandoverCard, HumanReply
from bot.outbox.queue import enqueue
from bot.reports.members import in_charge
from bot.services.access import require
from bot.services.pausing import pause, resume
from bot.services.questions import card_of, followers, insert_once, load_question, require_reader
from bot.services.relaying import relay


@dataclass(frozen=True)
class HandedOver:
    """A question on its way to people. `told` counts those who were shown it for the first time."""

    handover_id: int
    told: int
    joined: bool


def hand_over(uow: UnitOfWork, *, person_id: int, question_id: int) -> HandedOver:
    """Give a question to the project's supervisors, or add it to an equal one that waits already.

    Without a supervisor the PMs are asked, without those the admins. Asked from a task's card, the lease stands
    still until the reply. Somebody else than the asker joins them.
    """
    question = load_question(uow, question_id)
    require_reader(uow, person_id, question)
    assert question.project_id is not None
    if person_id != question.asker_id:
        values = {"question_id": question.id, "person_id": person_id, "created_at": uow.now}
        insert_once(uow, QuestionFollower, values)
    if question.handover_id is not None:
        enqueue(uow, question.team_id, card_of(question))
        if person_id == question.asker_id:
            pause(uow, question)
        return HandedOver(question.handover_id, 0, joined=True)
    opening = {
        "team_id": question.team_id,
        "project_id": question.project_id,
        "fingerprint": question.fingerprint,
        "state": HandoverState.OPEN,
        "ver": 1,
        "opened_at": uow.now,
    }
    made = insert_once(uow, Handover, opening)
    handover_id = made or _open_one(uow, question)
    question.handover_id = handover_id
    uow.session.flush()
    uow.audit(
        team_id=question.team_id,
        actor_id=person_id,
        action="question.hand_over",
        subject=("question", question.id),
        detail={"handover": handover_id},
    )
    readers = repliers(uow, question.project_id, besides=question.asker_id)
    if not readers:
        raise Invalid("question", "nobody")
    if person_id == question.asker_id:
        pause(uow, question)
    for reader_id in readers:
        enqueue(uow, question.team_id, HandoverCard(reader_id, handover_id))
    enqueue(uow, question.team_id, card_of(question))
    first = uow.session.scalars(
        select(Question).where(Question.handover_id == handover_id).order_by(Question.id).limit(1)
    ).one()
    relay(
        uow,
        project_id=question.project_id,
        kind=SourceKind.QUESTION,
        ref_id=handover_id,
        author_id=first.asker_id,
        text=first.text,
        shown=[HandoverCard(reader_id, handover_id) for reader_id in readers],
    )
    return HandedOver(handover_id, len(readers) if made else 0, joined=made is None)


def _open_one(uow: UnitOfWork, question: Question) -> int:
    found = uow.session.scalar(
        select(Handover.id).where(
            Handover.project_id == question.project_id,
            Handover.fingerprint == question.fingerprint,
            Handover.state == HandoverState.OPEN,
        )
    )
    if found is None:
        # It was answered between the two statements; pressing again opens a new one.
        raise StaleAction(Action.ASK, "question", question.id, "answered")
    return found


def repliers(uow: UnitOfWork, project_id: int, *, besides: int | None = None) -> tuple[int, ...]:
    """Return who is asked to reply: active supervisors, else PMs, else the team's admins."""
    return in_charge(uow.session, project_id, Role.SUPERVISOR, Role.PM, besides=besides)


def may_reply(uow: UnitOfWork, *, person_id: int, handover_id: int, ver: int | None = None) -> Handover:
    """Return the open hand-over, locked, if the person may reply to it. Raises StaleAction when it is not."""
    handover = load_handover(uow, person_id=person_id, handover_id=handover_id)
    if handover.state is not HandoverState.OPEN or (ver is not None and ver != handover.ver):
        raise StaleAction(Action.REPLY, "handover", handover_id, handover.state)
    return handover


def load_handover(uow: UnitOfWork, *, person_id: int, handover_id: int) -> Handover:
    """Return a hand-over, locked, for somebody who may reply to such ones."""
    handover = uow.lock(Handover, handover_id)
    if handover is None:
        raise NotFound("handover", str(handover_id))
    require(uow, Action.REPLY, person_id, handover.project_id, Subject("handover", handover_id))
    return handover


@dataclass(frozen=True)
class Replied:
    """A reply on its way to `told` people and threads."""

    handover_id: int
    told: int


def reply(uow: UnitOfWork, *, person_id: int, handover_id: int, text: str, ver: int | None = None) -> Replied:
    """Answer everybody who asked; the first reply counts, and the others' cards say so."""
    handover = may_reply(uow, person_id=person_id, handover_id=handover_id, ver=ver)
    handover.reply = clean_words("reply", text)
    handover.state, handover.ver = HandoverState.ANSWERED, handover.ver + 1
    handover.answered_at, handover.answered_by_id = uow.now, person_id
    uow.session.flush()
    uow.audit(
        team_id=handover.team_id,
        actor_id=person_id,
        action=Action.REPLY,
        subject=("handover", handover_id),
        states=(HandoverState.OPEN, HandoverState.ANSWERED),
    )
    resume(uow, handover_id)
    told = _tell(uow, handover)
    others = {*repliers(uow, handover.project_id), person_id}
    for reader_id in sorted(others):
        enqueue(uow, handover.team_id, HandoverCard(reader_id, handover_id))
    return Replied(handover_id, told)


def _tell(uow: UnitOfWork, handover: Handover) -> int:
    """Send the reply into each thread where it was asked, and to everybody who would not see it there."""
    asked = uow.session.scalars(
        select(Question).where(Question.handover_id == handover.id).order_by(Question.id)
    ).all()
    threads: set[tuple[str, str]] = set()
    people: dict[int, int] = {}
    replies: list[HumanReply] = []
    for question in asked:
        if question.public and question.channel:
            root = question.thread_ts or question.ts or ""
            if (question.channel, root) not in threads:
                threads.add((question.channel, root))
                replies.append(HumanReply(question.asker_id, question.id, question.channel, root))
        else:
            people.setdefault(question.asker_id, question.id)
        for follower in followers(uow, question.id):
            people.setdefault(follower, question.id)
        enqueue(uow, handover.team_id, card_of(question))
    replies += [HumanReply(person_id, question_id) for person_id, question_id in people.items()]
    for fact in replies:
        enqueue(uow, handover.team_id, fact)
    assert handover.answered_by_id is not None
    relay(
        uow,
        project_id=handover.project_id,
        kind=SourceKind.REPLY,
        ref_id=handover.id,
        author_id=handover.answered_by_id,
        text=handover.reply or "",
        shown=replies,
    )
    return len(replies)
