"""The notes that workers were sent about their rejects, with the figures of that day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from bot.db.models import CoachNote
from bot.reports.progress import Coach

_STORED = TypeAdapter(Coach)


@dataclass(frozen=True)
class CoachNoteFacts:
    """A note to one person, for their eyes only."""

    note_id: int
    person_id: int
    sent_at: datetime
    coach: Coach


def read_note(session: Session, note_id: int) -> CoachNoteFacts | None:
    """Return a note as it was sent, None when there is none."""
    row = session.get(CoachNote, note_id)
    if row is None:
        return None
    return CoachNoteFacts(row.id, row.person_id, row.sent_at, _STORED.validate_python(row.payload))


def dump_coach(coach: Coach) -> dict[str, Any]:
    """Return the figures as JSON values."""
    stored: dict[str, Any] = _STORED.dump_python(coach, mode="json")
    return stored
