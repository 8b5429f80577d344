"""Digests that were made, with the figures they were made with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.db.models import DigestRun, Project
from bot.domain.digests import Audience, Due, parse_key
from bot.reports.digest import Digest, load_digest


@dataclass(frozen=True)
class RunFacts:
    """A digest that was made. `reported` is the project's day it tells of, `local_date` the reader's it was for.

    `digest` is None when nobody was told, because there was nothing of their own.
    """

    run_id: int
    project_id: int
    project_key: str
    audience: Audience
    person_id: int | None
    local_date: date
    reported: date
    due_at: datetime
    made_at: datetime
    late: bool
    week: bool
    digest: Digest | None


def read_run(session: Session, run_id: int) -> RunFacts | None:
    """Return a digest as it was made, None when there is none or it has been forgotten."""
    run = session.get(DigestRun, run_id)
    if run is None:
        return None
    digest = load_digest(run.payload) if run.payload is not None else None
    audience, person_id = (digest.audience, digest.person_id) if digest else parse_key(run.audience_key)
    return RunFacts(
        run.id,
        run.project_id,
        session.get_one(Project, run.project_id).key,
        audience,
        person_id,
        run.local_date,
        run.reported,
        run.due_at,
        run.made_at,
        run.late,
        run.week,
        digest,
    )


def unmade(session: Session, due: Mapping[tuple[int, str], Due]) -> dict[tuple[int, str], Due]:
    """Return those of the due digests, by project and audience key, that have not been made, nor one after them."""
    if not due:
        return {}
    rows = session.execute(
        select(DigestRun.project_id, DigestRun.audience_key, func.max(DigestRun.local_date))
        .where(DigestRun.local_date >= min(one.date for one in due.values()))
        .group_by(DigestRun.project_id, DigestRun.audience_key)
    )
    made = {(project_id, key): newest for project_id, key, newest in rows}
    return {key: one for key, one in due.items() if key not in made or made[key] < one.date}


def is_first_of_week(session: Session, project_id: int, audience_key: str, day: date) -> bool:
    """Say whether no digest was made for an earlier day of the same week."""
    monday = day - timedelta(days=day.weekday())
    query = select(DigestRun.id).where(
        DigestRun.project_id == project_id,
        DigestRun.audience_key == audience_key,
        DigestRun.local_date >= monday,
        DigestRun.local_date < day,
    )
    return session.scalar(query.limit(1)) is None
