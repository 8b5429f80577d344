"""The project's Korean–English glossary: proposed with a reply, approved by somebody who knows both words."""

from __future__ import annotations

from dataclasses import dataclass

from bot.db.models import Project, Term
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import NotFound, StaleAction
from bot.domain.policy import Action, Subject
from bot.domain.questions import TERM_LIMIT, TermState, clean_words
from bot.services.access import require
from bot.services.questions import insert_once


@dataclass(frozen=True)
class Decided:
    """A pair and whether it is used from now on."""

    term_id: int
    korean: str
    english: str
    state: TermState


def propose(uow: UnitOfWork, *, person_id: int, project_id: int, korean: str, english: str) -> int | None:
    """Propose a pair; None when it is known already. Raises EmptyAnswer or Invalid for half a pair."""
    require(uow, Action.REPLY, person_id, project_id, Subject("project", project_id))
    values = {
        "project_id": project_id,
        "korean": clean_words("korean", " ".join(korean.split()), TERM_LIMIT),
        "english": clean_words("english", " ".join(english.split()), TERM_LIMIT),
        "state": TermState.PROPOSED,
        "proposed_by_id": person_id,
        "changed_at": uow.now,
        "created_at": uow.now,
    }
    term_id = insert_once(uow, Term, values)
    if term_id is not None:
        _audit(uow, project_id, person_id, term_id, None, TermState.PROPOSED)
    return term_id


def decide(uow: UnitOfWork, *, person_id: int, term_id: int, approved: bool) -> Decided:
    """Approve or decline a proposed pair. Raises StaleAction when that was decided already."""
    term = uow.lock(Term, term_id)
    if term is None:
        raise NotFound("term", str(term_id))
    require(uow, Action.DECIDE_TERM, person_id, term.project_id, Subject("term", term_id))
    if term.state is not TermState.PROPOSED:
        raise StaleAction(Action.DECIDE_TERM, "term", term_id, term.state)
    term.state = TermState.APPROVED if approved else TermState.DECLINED
    term.decided_by_id, term.changed_at = person_id, uow.now
    _audit(uow, term.project_id, person_id, term_id, TermState.PROPOSED, term.state)
    return Decided(term.id, term.korean, term.english, term.state)


def _audit(
    uow: UnitOfWork, project_id: int, actor_id: int, term_id: int, before: TermState | None, after: TermState
) -> None:
    uow.audit(
        team_id=uow.session.get_one(Project, project_id).team_id,
        actor_id=actor_id,
        action="term.propose" if before is None else Action.DECIDE_TERM,
        subject=("term", term_id),
        states=(before, after),
    )
