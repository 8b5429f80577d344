"""How much was done: tasks that became final, answers, and submissions. They are different things to count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session, aliased

from bot.db.models import Project, Submission, Task, Verdict
from bot.domain.review import Decision
from bot.reports.expressions import is_first_of_task, no_trial
from bot.reports.rejections import SMALL_SAMPLE, rate, standing_decisions, standing_verdicts
from bot.reports.window import Window, each_day


@dataclass(frozen=True)
class Throughput:
    """What happened in a window.

    `final` counts tasks. `submitted_first` and `submitted_again` count submissions, `judgements` the answers they
    brought or changed, each once; `accepted` counts answers whose acceptance stands, reviewed
    or not. Drafts and known tasks count nowhere.
    """

    final: int
    submitted_first: int
    submitted_again: int
    judgements: int
    accepted: int

    @property
    def submitted(self) -> int:
        """All submissions."""
        return self.submitted_first + self.submitted_again


def read_throughput(session: Session, project_id: int, window: Window) -> Throughput:
    """Return what the project did in the window."""
    again = case((is_again(), 1), else_=0)
    total, reworked, answers = session.execute(
        select(func.count(), func.sum(again), func.count(Submission.assignment_id.distinct())).where(
            Submission.project_id == project_id,
            window.holds(Submission.submitted_at),
            Submission.draft.is_(False),
            no_trial(Submission.assignment_id, project_id),
        )
    ).one()
    reworked = int(reworked or 0)
    accepted = session.scalar(
        select(func.count()).where(
            *standing_decisions(project_id, window),
            Verdict.decision.in_((Decision.ACCEPT, Decision.FIX_ACCEPT)),
            no_trial(Verdict.assignment_id, project_id),
        )
    )
    (final,) = count_final(session, project_id, (window,))
    return Throughput(final, total - reworked, reworked, answers, accepted or 0)


def is_again() -> ColumnElement[bool]:
    """Build: the submission is rework. A draft before it doesn't make it so: that one was never counted."""
    first = aliased(Submission)
    counted = (
        select(func.min(first.round))
        .where(first.assignment_id == Submission.assignment_id, first.draft.is_(False))
        .scalar_subquery()
    )
    return (Submission.round > 1) & (Submission.round > counted)


@dataclass(frozen=True)
class DayFigures:
    """One day in a row of them: tasks that became final, tasks first judged, and those first rejected."""

    date: date
    final: int
    judged_first: int
    rejected_first: int

    @property
    def first_pass_rate(self) -> float | None:
        """The day's first-pass reject rate, None when no task had its first verdict."""
        return rate(self.rejected_first, self.judged_first)

    @property
    def small(self) -> bool:
        """Whether the rate says little."""
        return self.judged_first < SMALL_SAMPLE


def per_day(session: Session, project_id: int, last: date, days: int = 7) -> tuple[DayFigures, ...]:
    """Return the `days` local days that end with `last`, the oldest first. Raises NoResultFound."""
    windows = each_day(session.get_one(Project, project_id).zone, last, days)
    finals = count_final(session, project_id, windows)
    judged = _first_judged(session, project_id, windows)
    return tuple(
        DayFigures(window.date, final, *judged.get(place, (0, 0)))
        for place, (window, final) in enumerate(zip(windows, finals, strict=True))
    )


def count_final(session: Session, project_id: int, windows: tuple[Window, ...]) -> tuple[int, ...]:
    """Count the tasks that became final in each of the windows."""
    counts = (
        # Rows and not ids are counted, for which PostgreSQL needs to look at the index only.
        select(func.count())
        .select_from(Task)
        .where(Task.project_id == project_id, window.holds(Task.final_at))
        .scalar_subquery()
        for window in windows
    )
    return tuple(session.execute(select(*counts)).one())


def _first_judged(
    session: Session, project_id: int, windows: tuple[Window, ...]
) -> dict[int, tuple[int, int]]:
    """Return, by the place of the window, how many tasks had their first verdict and how many were rejected."""
    whole = Window(windows[0].start, windows[-1].end, windows[-1].date, windows[-1].zone, len(windows))
    firsts = (
        select(
            case(*((Verdict.decided_at < window.end, place) for place, window in enumerate(windows))).label(
                "day"
            ),
            case((Verdict.decision == Decision.REJECT, 1), else_=0).label("rejected"),
        )
        .where(*standing_verdicts(project_id, whole), is_first_of_task())
        .subquery()
    )
    rows = session.execute(
        select(firsts.c.day, func.count(), func.sum(firsts.c.rejected)).group_by(firsts.c.day)
    )
    return {day: (count, int(rejected)) for day, count, rejected in rows}
