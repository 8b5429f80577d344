"""The figures of one day or week for one audience, drawn up once and kept as they were."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from bot.db.models import Project
from bot.domain.digests import Audience
from bot.domain.task import TaskType
from bot.reports.agreement import Agreement, read_agreement
from bot.reports.issue_times import SeverityTimes, read_issue_times
from bot.reports.needs import Needs, read_needs
from bot.reports.progress import Coach, WorkerDay, coach, worker_day
from bot.reports.questions import Gap, unanswered
from bot.reports.rejections import (
    SMALL_SAMPLE,
    Rejections,
    TopReason,
    count_judged,
    rate,
    read_rejections,
    top_reasons,
)
from bot.reports.throughput import DayFigures, Throughput, per_day, read_throughput
from bot.reports.window import Window, days_until, local_date
from bot.reports.workload import (
    Backlog,
    Eta,
    ReviewerLoad,
    estimate,
    read_backlog,
    recent_finals,
    reviewers,
)

DAYS = 7
CREW_FROM = 3
"""Of how many people's work reasons for rejects are said in a channel, at the least."""

REASONS = 20
"""How many reasons are kept: the message shows the first few, the window behind it all of them."""

_TELLING_DAYS = 3
"""Of fewer days with work a median is not yet what is usual."""


@dataclass(frozen=True)
class Change:
    """A figure beside what it usually is; when `small`, the difference says nothing and is not shown as one.

    Of a day, `usual` is the median of the `days` days with work among the seven before (a rate: over all of them
    together); of a week, it is the week before.
    """

    now: float
    usual: float
    days: int
    small: bool


@dataclass(frozen=True)
class Digest:
    """What one audience is told about a project's day, or its week. What it isn't told is None or empty."""

    project_id: int
    project_key: str
    project_name: str
    type: TaskType
    zone: str
    confidential: bool
    audience: Audience
    person_id: int | None
    window: Window
    made_at: datetime
    week: bool
    throughput: Throughput | None = None
    rejections: Rejections | None = None
    reasons: tuple[TopReason, ...] = ()
    days: tuple[DayFigures, ...] = ()
    final_change: Change | None = None
    reject_change: Change | None = None
    backlog: Backlog | None = None
    eta: Eta | None = None
    agreement: Agreement | None = None
    needs: Needs | None = None
    reviewers: tuple[ReviewerLoad, ...] = ()
    mine: WorkerDay | None = None
    coach: Coach | None = None
    gaps: tuple[Gap, ...] = ()
    issues: tuple[SeverityTimes, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing happened in the window, so that one line says it all."""
        if self.mine is not None:
            return self.mine.empty
        if any(times.busy for times in self.issues):
            return False
        done, judged = self.throughput, self.rejections
        return not (done and (done.final or done.submitted)) and not (judged and judged.verdicts)


def read_digest(
    session: Session,
    project_id: int,
    day: date,
    audience: Audience,
    *,
    now: datetime,
    person_id: int | None = None,
    week: bool = False,
) -> Digest:
    """Return the digest of a local date of the project, or of the week that ends with it.

    PMs and supervisors are told everything but what is somebody's own, the crew the team's figures; a worker is
    told only their own and has to be named by `person_id`. Raises NoResultFound for an unknown project.
    """
    project = session.get_one(Project, project_id)
    window = days_until(project.zone, day, DAYS if week else 1)
    if audience is Audience.WORKER:
        if person_id is None:
            raise ValueError("a worker's digest needs to know whose it is")
        return Digest(
            **_head(project, audience, person_id, window, now),
            mine=worker_day(session, person_id, project_id, window),
            coach=coach(session, person_id, now),
        )
    # In a channel a reason must not tell everybody whose work came back.
    alone = audience is Audience.CREW and count_judged(session, project_id, window) < CREW_FROM
    # Of a day that is not over, a count beside those of whole days would look like a fall.
    over = window.end <= now
    done = read_throughput(session, project_id, window)
    judged = read_rejections(session, project_id, window)
    days = per_day(session, project_id, day, window.days + DAYS)
    before, shown = days[:DAYS], days[-DAYS:]
    parts: dict[str, Any] = {
        "throughput": done,
        "rejections": judged,
        "reasons": () if alone else top_reasons(session, project_id, window, REASONS),
        "days": shown,
        "final_change": _final_change(done.final, before, week=week) if over else None,
        "reject_change": _reject_change(judged, before),
    }
    if audience is not Audience.CREW:
        backlog = read_backlog(session, project_id)
        yesterday = local_date(project.zone, now) - timedelta(days=1)
        nameless = audience is Audience.SUPERVISOR
        parts |= {
            "backlog": backlog,
            "eta": estimate(backlog.remaining, recent_finals(session, project, min(day, yesterday))),
            "agreement": read_agreement(session, project_id, window),
            "needs": read_needs(session, project_id, now=now, nameless=nameless),
            "issues": read_issue_times(session, project_id, window, nameless=nameless),
            "reviewers": reviewers(session, project_id, window),
            "gaps": unanswered(session, project_id, window.start) if week else (),
        }
    return Digest(**_head(project, audience, person_id, window, now), **parts)


def worker_digest(session: Session, project_id: int, day: date, mine: WorkerDay, *, now: datetime) -> Digest:
    """Return a worker's digest of a day whose figures were read before, for all workers at once."""
    project = session.get_one(Project, project_id)
    head = _head(project, Audience.WORKER, mine.person_id, days_until(project.zone, day, 1), now)
    return Digest(**head, mine=mine)


def _head(
    project: Project, audience: Audience, person_id: int | None, window: Window, now: datetime
) -> dict[str, Any]:
    return {
        "project_id": project.id,
        "project_key": project.key,
        "project_name": project.name,
        "type": project.type,
        "zone": project.zone,
        "confidential": project.confidential,
        "audience": audience,
        "person_id": person_id,
        "window": window,
        "made_at": now,
        "week": window.days > 1,
    }


def _final_change(final: int, before: tuple[DayFigures, ...], *, week: bool) -> Change | None:
    worked = [figures.final for figures in before if figures.final]
    if not worked:
        return None
    usual = float(sum(worked)) if week else float(median(worked))
    return Change(float(final), usual, len(worked), len(worked) < _TELLING_DAYS)


def _reject_change(judged: Rejections, before: tuple[DayFigures, ...]) -> Change | None:
    n = sum(figures.judged_first for figures in before)
    usual = rate(sum(figures.rejected_first for figures in before), n)
    if usual is None or judged.first_pass_rate is None:
        return None
    worked = sum(figures.judged_first > 0 for figures in before)
    return Change(judged.first_pass_rate, usual, worked, judged.small or n < SMALL_SAMPLE)


_STORED = TypeAdapter(Digest)


def dump_digest(digest: Digest) -> dict[str, Any]:
    """Return it as JSON values, to be kept as it was when it was due."""
    stored: dict[str, Any] = _STORED.dump_python(digest, mode="json")
    return stored


def load_digest(stored: dict[str, Any]) -> Digest:
    """Return what `dump_digest` wrote. Raises ValueError for anything else."""
    return _STORED.validate_python(stored)
