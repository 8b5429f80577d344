"""What questions of a project are answered from: its guideline, glossary and kept answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.db.models import FaqEntry, Project, Term
from bot.domain.questions import FaqState, TermState
from bot.guidelines.document import Section
from bot.reports.guidelines import current_sections, current_version


@dataclass(frozen=True)
class Stamp:
    """Names a state of a project's material; equal stamps mean equal material.

    `may_leave` says whether the project's words may be sent to other machines: those of a confidential one never.
    """

    project_id: int
    may_leave: bool
    version: int | None
    terms: tuple[int, datetime | None]
    answers: tuple[int, datetime | None]


@dataclass(frozen=True)
class Material:
    """Everything an answer may be made of. `version` is the guideline's number, None without one.

    `glossary` holds (Korean, English), `kept` (entry id, its questions).
    """

    version: str | None
    sections: tuple[Section, ...]
    glossary: tuple[tuple[str, str], ...]
    kept: tuple[tuple[int, tuple[str, ...]], ...]


def read_stamp(session: Session, project_id: int) -> Stamp:
    """Return the stamp of a project's material as it is now; cheap enough for every question."""
    version = current_version(session, project_id)
    terms = session.execute(
        select(func.count(), func.max(Term.changed_at)).where(
            Term.project_id == project_id, Term.state == TermState.APPROVED
        )
    ).one()
    answers = session.execute(
        select(func.count(), func.max(FaqEntry.changed_at)).where(
            FaqEntry.project_id == project_id, FaqEntry.state == FaqState.VERIFIED
        )
    ).one()
    return Stamp(
        project_id,
        not session.get_one(Project, project_id).confidential,
        version.id if version else None,
        (terms[0], terms[1]),
        (answers[0], answers[1]),
    )


def read_material(session: Session, project_id: int) -> Material:
    """Return a project's material as it is now."""
    found = current_sections(session, project_id)
    terms = session.execute(
        select(Term.korean, Term.english)
        .where(Term.project_id == project_id, Term.state == TermState.APPROVED)
        .order_by(Term.id)
    )
    entries = session.scalars(
        select(FaqEntry)
        .where(FaqEntry.project_id == project_id, FaqEntry.state == FaqState.VERIFIED)
        .order_by(FaqEntry.id)
    )
    return Material(
        str(found[0]) if found else None,
        found[1] if found else (),
        tuple((korean, english) for korean, english in terms),
        tuple((e.id, (e.question, e.question_en) if e.question_en else (e.question,)) for e in entries),
    )
