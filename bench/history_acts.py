"""What people press in a concurrency history: acts are chosen from what the database shows and done by services."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bench.history_ground import OVERLAPS, Cast
from bot.db.models import Appeal, Assignment, Base, Project, Review, Task, Verdict
from bot.db.unit_of_work import UnitOfWork
from bot.domain.assignment import AssignmentState as A
from bot.domain.escalation import UndoneBy
from bot.domain.quality import AppealState
from bot.domain.review import Decision, ReviewState
from bot.domain.task import TaskState
from bot.services.appeal_queue import take_next
from bot.services.appeals import appeal, deny, take_further, uphold, withdraw
from bot.services.gold import set_gold
from bot.services.holding import hold_tasks, release_tasks
from bot.services.known import accept_known
from bot.services.leases import SWEEPS
from bot.services.projects import set_price
from bot.services.re_reviewing import re_review
from bot.services.reclaiming import reclaim
from bot.services.reviews import claim_next_review, claim_review
from bot.services.rules import set_rules
from bot.services.submissions import submit
from bot.services.tasks import claim_next, extend, release
from bot.services.verdicts import accept, fix_and_accept, hand_over, reject, undo
from bot.services.voting import adjudicate, follow_overlaps

SAID = ("거시기 해", "거시기해", "거시기 해.", "머시기")
EXPLAINED = {"reason": "misheard", "section": "2.4", "comment": "00:12의 말이 빠졌어요."}
NEWEST = 40
"""Rows to choose from: the same few for everybody, so that many act on one."""

TIME = (*SWEEPS, accept_known)


@dataclass(frozen=True)
class Act:
    """What somebody does to a row; `key` names it in the log and, where something is stored, in the database."""

    key: str
    name: str
    who: int
    row: int = 0
    word: str = ""


Answer = dict[str, Any]


def choose(rng: random.Random, session: Session, cast: Cast, key: str) -> Act | None:
    """Return something to try now, None when there is nothing of its kind."""
    name = rng.choices(tuple(_WEIGHTS), weights=tuple(_WEIGHTS.values()))[0]
    if name == "claim":
        return Act(key, name, rng.choice(cast.workers))
    if name in ("next_review", "next_appeal"):
        return Act(key, name, rng.choice(cast.judges))
    if name == "sweep":
        return Act(key, name, 0, rng.randrange(len(TIME)))
    if name in ("overlap", "price"):
        return Act(key, name, cast.boss, rng.choice(OVERLAPS) if name == "overlap" else rng.randint(1, 900))
    if name == "follow":
        return Act(key, name, 0)
    row, holder = _row(rng, session, name)
    if row is None:
        return None
    if name in ("hold", "unhold", "re_review", "gold"):
        holder = cast.boss
    elif name in ("adjudicate", "reclaim") or (name == "claim_review" and holder is None):
        holder = rng.choice(cast.supervisors if name != "claim_review" else cast.judges)
    elif rng.random() < 0.03:
        holder = rng.choice(cast.judges)
    word = rng.choices(SAID, weights=(6, 2, 1, 1))[0] if name in ("submit", "fix") else ""
    return Act(key, name, holder or rng.choice(cast.judges), row, word)


def _row(rng: random.Random, session: Session, name: str) -> tuple[int | None, int | None]:
    """Return a row that the act would fit, as far as can be seen, and whose it is."""
    rows = session.execute(_CANDIDATES[name].limit(NEWEST)).all()
    if not rows:
        return None, None
    # The newest are the ones that others are at, too.
    chosen = rows[min(int(rng.expovariate(0.2)), len(rows) - 1)]
    return chosen[0], chosen[1]


def _of(model: type[Base], owner: Any, *where: Any) -> Select[Any]:
    key = model.__table__.c.id
    return select(key, owner).where(*where).order_by(key.desc())


_IN_HAND = Assignment.state.in_((A.CLAIMED, A.RETURNED))
_CANDIDATES: dict[str, Select[Any]] = {
    "submit": _of(Assignment, Assignment.person_id, Assignment.state.in_((A.CLAIMED, A.RETURNED, A.EXPIRED))),
    "release": _of(Assignment, Assignment.person_id, _IN_HAND),
    "extend": _of(Assignment, Assignment.person_id, Assignment.state == A.CLAIMED),
    "reclaim": _of(Assignment, Assignment.person_id, _IN_HAND),
    "claim_review": _of(Review, Review.reviewer_id, Review.state == ReviewState.WAITING),
    "undo": _of(Review, Review.reviewer_id, Review.state == ReviewState.DECIDED),
    "appeal": select(Verdict.id, Assignment.person_id)
    .join(Assignment, Assignment.id == Verdict.assignment_id)
    .where(
        Verdict.decision == Decision.REJECT, Verdict.undone_at.is_(None), Assignment.state == A.RETURNED
    )
    .order_by(Verdict.id.desc()),
    "withdraw": _of(Appeal, Appeal.author_id, Appeal.state.in_((AppealState.WAITING, AppealState.CLAIMED))),
    "take_further": _of(Appeal, Appeal.author_id, Appeal.state == AppealState.DENIED),
    "adjudicate": _of(Task, Task.id, Task.state == TaskState.ADJUDICATION),
    "hold": _of(Task, Task.id, Task.state == TaskState.OPEN),
    "gold": _of(Task, Task.id, Task.state == TaskState.FINAL),
    "unhold": _of(Task, Task.id, Task.held_at.is_not(None)),
    "re_review": _of(Verdict, Verdict.id, Verdict.decision == Decision.REJECT, Verdict.undone_at.is_(None)),
} | {
    name: _of(Review, Review.reviewer_id, Review.state == ReviewState.CLAIMED)
    for name in ("accept", "fix", "reject", "hand_over")
} | {
    name: _of(Appeal, Appeal.reviewer_id, Appeal.state == AppealState.CLAIMED)
    for name in ("uphold", "deny")
}  # fmt: skip


def perform(uow: UnitOfWork, act: Act, cast: Cast) -> Answer:
    """Do it and return what the services answered, as far as the checker asks for it."""
    return _ACTS[act.name](uow, act, cast)


def _claim(uow: UnitOfWork, act: Act, _cast: Cast) -> Answer:
    got = claim_next(uow, person_id=act.who)
    return {"assignment": got.assignment_id, "rework": got.rework}


def _submit(uow: UnitOfWork, act: Act, _cast: Cast) -> Answer:
    # The note stays with the answer, so that the checker finds it.
    parts = {"text": act.word, "note": act.key}
    got = submit(uow, person_id=act.who, assignment_id=act.row, parts=parts)
    return {"submission": got.submission_id, "draft": got.draft, "accepted": got.accepted}


def _verdict(step: Callable[..., Any], **more: Any) -> Callable[[UnitOfWork, Act, Cast], Answer]:
    def judge(uow: UnitOfWork, act: Act, _cast: Cast) -> Answer:
        words = {"parts": {"text": act.word}} if act.word else {}
        got = step(uow, person_id=act.who, review_id=act.row, **words, **more)
        return {"verdict": got.verdict_id}

    return judge


def _step(
    step: Callable[..., Any], person: str, row: str, **more: Any
) -> Callable[[UnitOfWork, Act, Cast], Answer]:
    def take(uow: UnitOfWork, act: Act, _cast: Cast) -> Answer:
        step(uow, **{person: act.who, row: act.row}, **more)
        return {}

    return take


def _next(step: Callable[..., Any]) -> Callable[[UnitOfWork, Act, Cast], Answer]:
    def take(uow: UnitOfWork, act: Act, _cast: Cast) -> Answer:
        step(uow, person_id=act.who)
        return {}

    return take


def _sweep(uow: UnitOfWork, act: Act, _cast: Cast) -> Answer:
    return {"changed": TIME[act.row](uow)}


def _overlap(uow: UnitOfWork, act: Act, cast: Cast) -> Answer:
    set_rules(uow, actor_id=act.who, project_id=cast.project_id, changes={"overlap": act.row})
    return {}


def _price(uow: UnitOfWork, act: Act, cast: Cast) -> Answer:
    project = uow.session.get_one(Project, cast.project_id)
    set_price(uow, actor_id=act.who, project=project, amount_minor=act.row)
    return {}


def _hold(uow: UnitOfWork, act: Act, _cast: Cast) -> Answer:
    hold_tasks(uow, person_id=act.who, task_ids=[act.row])
    return {}


def _unhold(uow: UnitOfWork, act: Act, _cast: Cast) -> Answer:
    release_tasks(uow, person_id=act.who, task_ids=[act.row])
    return {}


def _re_review(uow: UnitOfWork, act: Act, _cast: Cast) -> Answer:
    re_review(uow, person_id=act.who, verdict_ids=[act.row], why=UndoneBy.ISSUE)
    return {}


def _gold(uow: UnitOfWork, act: Act, cast: Cast) -> Answer:
    set_gold(uow, actor_id=act.who, project_id=cast.project_id, task_id=act.row)
    return {}


def _follow(uow: UnitOfWork, _act: Act, _cast: Cast) -> Answer:
    return {"changed": follow_overlaps(uow)}


_ACTS: dict[str, Callable[[UnitOfWork, Act, Cast], Answer]] = {
    "claim": _claim,
    "submit": _submit,
    "release": _step(release, "person_id", "assignment_id"),
    "extend": _step(extend, "person_id", "assignment_id"),
    "reclaim": _step(reclaim, "actor_id", "assignment_id", reason="급해요."),
    "next_review": _next(claim_next_review),
    "claim_review": _step(claim_review, "person_id", "review_id"),
    "accept": _verdict(accept),
    "fix": _verdict(fix_and_accept),
    "reject": _verdict(reject, **EXPLAINED),
    "hand_over": _step(hand_over, "person_id", "review_id", note="애매해요."),
    "undo": _verdict(undo),
    "appeal": _step(appeal, "person_id", "verdict_id", words="들은 대로예요."),
    "next_appeal": _next(take_next),
    "uphold": _step(uphold, "person_id", "appeal_id"),
    "deny": _step(deny, "person_id", "appeal_id", reason="기준과 달라요."),
    "withdraw": _step(withdraw, "person_id", "appeal_id"),
    "take_further": _step(take_further, "person_id", "appeal_id"),
    "adjudicate": _step(adjudicate, "person_id", "task_id", note="들어 봤어요.", words={"text": "거시기 해"}),
    "hold": _hold,
    "gold": _gold,
    "unhold": _unhold,
    "re_review": _re_review,
    "overlap": _overlap,
    "follow": _follow,
    "price": _price,
    "sweep": _sweep,
}

_WEIGHTS = {
    "claim": 20, "submit": 22, "release": 3, "extend": 1, "reclaim": 1,
    "next_review": 14, "claim_review": 4, "accept": 12, "fix": 3, "reject": 6, "hand_over": 1, "undo": 4,
    "appeal": 3, "next_appeal": 4, "uphold": 2, "deny": 2, "withdraw": 1, "take_further": 1, "adjudicate": 2,
    "hold": 1, "unhold": 2, "gold": 0.5, "re_review": 1, "overlap": 0.3, "follow": 2, "price": 0.5, "sweep": 6,
}  # fmt: skip
