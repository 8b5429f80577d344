"""What a rule noticed about somebody, as supervisors read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from bot.db.models import Person, Project, Suggestion


@dataclass(frozen=True)
class SuggestionFacts:
    """A suggestion. `settled_by` and `outcome` are None while nobody has thought about it."""

    suggestion_id: int
    ver: int
    project_key: str
    person_id: int
    nickname: str
    rule: str
    figures: dict[str, Any]
    made_at: datetime
    settled_by: str | None = None
    outcome: str | None = None
    project_id: int = 0


def read_suggestion(session: Session, suggestion_id: int) -> SuggestionFacts | None:
    """Return a suggestion as it stands now, or None when there is no such row."""
    about, by = aliased(Person), aliased(Person)
    row = session.execute(
        select(Suggestion, Project.key, about.nickname, by.nickname)
        .join(Project, Project.id == Suggestion.project_id)
        .join(about, about.id == Suggestion.person_id)
        .outerjoin(by, by.id == Suggestion.settled_by_id)
        .where(Suggestion.id == suggestion_id)
    ).one_or_none()
    if row is None:
        return None
    made, key, nickname, settled_by = row
    return SuggestionFacts(
        made.id,
        made.ver,
        key,
        made.person_id,
        nickname,
        made.rule,
        made.figures,
        made.made_at,
        settled_by,
        made.outcome,
        made.project_id,
    )
