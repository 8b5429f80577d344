"""What rules notice about somebody's work, for a supervisor to think about. Nothing ever follows by itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from bot.db.models import GoldResult, Person, Project, Review, Suggestion, Verdict
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import Invalid, NotFound, StaleAction
from bot.domain.people import Role
from bot.domain.policy import Action, Subject
from bot.domain.quality import GOLD_ENOUGH, GOLD_LOOK, REJECT_N, REJECT_SHARE
from bot.domain.review import Decision
from bot.outbox.quality_messages import PracticeOffer, SuggestionCard
from bot.outbox.queue import enqueue
from bot.reports.expressions import is_first_of_task, of_review
from bot.reports.members import in_charge, people_in
from bot.services.access import require
from bot.services.gates import project_qualification
from bot.services.qualifying import grant

REJECT_SHARE_RULE = "reject_share"
GOLD_RULE = "gold"
QUIZ_PASSED = "quiz_passed"

SEEN, PRACTICE, ADJUSTED, GRANTED = "seen", "practice", "adjusted", "granted"
WINDOW = timedelta(days=7)


def suggest(
    uow: UnitOfWork, project_id: int, person_id: int, rule: str, figures: dict[str, Any]
) -> int | None:
    """Tell the project's supervisors what a rule noticed; None while one of the same kind is open."""
    uow.lock(Person, person_id)
    if _newest(uow, project_id, person_id, rule, unsettled=True) is not None:
        return None
    made = Suggestion(project_id=project_id, person_id=person_id, rule=rule, figures=figures, made_at=uow.now)
    uow.session.add(made)
    uow.session.flush()
    redraw(uow, made)
    return made.id


def _newest(
    uow: UnitOfWork, project_id: int, person_id: int, rule: str, *, unsettled: bool = False
) -> Suggestion | None:
    query = select(Suggestion).where(
        Suggestion.project_id == project_id, Suggestion.person_id == person_id, Suggestion.rule == rule
    )
    if unsettled:
        query = query.where(Suggestion.settled_at.is_(None))
    return uow.session.scalar(query.order_by(Suggestion.id.desc()).limit(1))


def redraw(uow: UnitOfWork, suggestion: Suggestion) -> None:
    """Have the card drawn for the project's supervisors, or the admins without any, but not for whom it is about."""
    team_id = uow.session.get_one(Project, suggestion.project_id).team_id
    for person_id in in_charge(
        uow.session, suggestion.project_id, Role.SUPERVISOR, besides=suggestion.person_id
    ):
        enqueue(uow, team_id, SuggestionCard(person_id, suggestion.id))


def suggest_by_rules(uow: UnitOfWork) -> int:
    """Look at the work of the last seven days and suggest what the rules say; returns how many were new.

    What a supervisor has settled already is not brought up again: only work after that counts.
    """
    made = 0
    for project_id in uow.session.scalars(select(Project.id).where(Project.active.is_(True))).all():
        # Who has left needs no hand.
        here = set(people_in(uow.session, project_id, Role.WORKER))
        for rule, noticed in ((REJECT_SHARE_RULE, _much_rejected), (GOLD_RULE, _often_missed)):
            for person_id, figures in noticed(uow, project_id):
                if person_id in here:
                    made += suggest(uow, project_id, person_id, rule, figures) is not None
    return made


def _much_rejected(uow: UnitOfWork, project_id: int) -> list[tuple[int, dict[str, Any]]]:
    """Return whose tasks' first verdicts were rejects by more than 35 %, of at least three, in seven days."""
    since = uow.now - WINDOW
    rows = uow.session.execute(
        select(of_review(Review.author_id), Verdict.decision, Verdict.decided_at).where(
            Verdict.project_id == project_id,
            Verdict.decided_at > since,
            Verdict.decided_at <= uow.now,
            Verdict.undone_at.is_(None),
            Verdict.reviewer_id.is_not(None),
            is_first_of_task(),
        )
    ).all()
    settled = _settled_at(uow, project_id, REJECT_SHARE_RULE)
    first: dict[int, list[bool]] = {}
    for author, decision, at in rows:
        after = settled.get(author)
        if after is None or at > after:
            first.setdefault(author, []).append(decision is Decision.REJECT)
    return [
        (person_id, {"rejects": sum(own), "n": len(own), "days": WINDOW.days})
        for person_id, own in sorted(first.items())
        if len(own) >= REJECT_N and sum(own) * 100 > REJECT_SHARE * len(own)
    ]


def _often_missed(uow: UnitOfWork, project_id: int) -> list[tuple[int, dict[str, Any]]]:
    """Return whose answers to known tasks were right less than 70 % of at least eight, the newest ones."""
    measured = uow.session.scalars(
        select(GoldResult.person_id)
        .where(GoldResult.project_id == project_id)
        .group_by(GoldResult.person_id)
        .having(func.count() >= GOLD_LOOK)
    ).all()
    settled = _settled_at(uow, project_id, GOLD_RULE)
    found = []
    for person_id in measured:
        after = settled.get(person_id)
        query = select(GoldResult.hit, GoldResult.likeness).where(
            GoldResult.project_id == project_id, GoldResult.person_id == person_id
        )
        if after is not None:
            query = query.where(GoldResult.made_at > after)
        newest = uow.session.execute(query.order_by(GoldResult.id.desc()).limit(20)).all()
        hits = sum(hit for hit, _alike in newest)
        if len(newest) >= GOLD_LOOK and hits < GOLD_ENOUGH * len(newest):
            alike = sum(alike for _hit, alike in newest) / len(newest)
            found.append((person_id, {"hits": hits, "n": len(newest), "likeness": round(alike, 3)}))
    return found


def _settled_at(uow: UnitOfWork, project_id: int, rule: str) -> dict[int, datetime | None]:
    """Return by person when the newest suggestion of this rule was settled; None while it is open."""
    rows = uow.session.execute(
        select(Suggestion.person_id, Suggestion.settled_at)
        .where(Suggestion.project_id == project_id, Suggestion.rule == rule)
        .order_by(Suggestion.id)
    )
    return {row.person_id: row.settled_at for row in rows}


def load(uow: UnitOfWork, *, person_id: int, suggestion_id: int, ver: int | None = None) -> Suggestion:
    """Return the locked suggestion if the person may settle it. Raises StaleAction when that was done."""
    suggestion = uow.lock(Suggestion, suggestion_id)
    if suggestion is None:
        raise NotFound("suggestion", str(suggestion_id))
    subject = Subject("suggestion", suggestion_id)
    require(uow, Action.SETTLE_SUGGESTION, person_id, suggestion.project_id, subject)
    if suggestion.settled_at is not None or (ver is not None and ver != suggestion.ver):
        raise StaleAction(Action.SETTLE_SUGGESTION, "suggestion", suggestion_id, "settled")
    return suggestion


def settle_suggestion(
    uow: UnitOfWork, *, person_id: int, suggestion_id: int, outcome: str, ver: int | None = None
) -> Suggestion:
    """Keep that a supervisor has thought about it, and what they did.

    PRACTICE offers the person to practise, GRANTED gives them the project's qualification for their quiz.
    """
    suggestion = load(uow, person_id=person_id, suggestion_id=suggestion_id, ver=ver)
    if suggestion.person_id == person_id:
        raise Invalid("person", "oneself")
    project = uow.session.get_one(Project, suggestion.project_id)
    if outcome == PRACTICE:
        enqueue(uow, project.team_id, PracticeOffer(suggestion.person_id, project.id))
    if outcome == GRANTED:
        right, asked = suggestion.figures.get("right"), suggestion.figures.get("asked")
        grant(
            uow,
            actor_id=person_id,
            person_id=suggestion.person_id,
            key=project_qualification(project.key),
            evidence=f"퀴즈 · Quiz {right}/{asked} · {suggestion.made_at:%Y-%m-%d}",
        )
    suggestion.settled_at, suggestion.settled_by_id = uow.now, person_id
    suggestion.outcome, suggestion.ver = outcome, suggestion.ver + 1
    uow.audit(
        team_id=project.team_id,
        actor_id=person_id,
        action=Action.SETTLE_SUGGESTION,
        subject=("suggestion", suggestion.id),
        detail={"outcome": outcome},
    )
    redraw(uow, suggestion)
    return suggestion
