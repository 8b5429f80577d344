"""The same figures by hand: SQL through the bare driver, and pandas over the rows of the days in question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from sqlalchemy import Connection

from bench.reports_ground import LAST, ZONE
from bot.reports.window import day_of, each_day

# It has no types of its own.
pandas: Any = import_module("pandas")

_FIRST = """
  (SELECT f.id FROM review o JOIN review r ON r.task_id = o.task_id AND r.id <> o.id
    JOIN verdict f ON f.review_id = r.id
    WHERE o.id = v.review_id AND f.undone_at IS NULL
      AND (f.decided_at < v.decided_at OR (f.decided_at = v.decided_at AND f.id < v.id)) LIMIT 1) IS NULL
"""
_VERDICTS = """
FROM verdict v WHERE v.project_id = {p} AND v.decided_at >= {s} AND v.decided_at < {e} AND v.undone_at IS NULL
"""

THROUGHPUT = """
SELECT (SELECT COUNT(*) FROM task WHERE project_id = {p} AND final_at >= {s} AND final_at < {e}),
  (SELECT COUNT(*) FROM submission WHERE project_id = {p} AND submitted_at >= {s} AND submitted_at < {e}
    AND NOT draft AND round = 1),
  (SELECT COUNT(*) FROM submission WHERE project_id = {p} AND submitted_at >= {s} AND submitted_at < {e}
    AND NOT draft AND round > 1)
"""
REJECTIONS = f"""
SELECT COUNT(CASE WHEN {_FIRST} THEN 1 END), COUNT(CASE WHEN v.decision = 'reject' AND {_FIRST} THEN 1 END),
  COUNT(*), COUNT(CASE WHEN v.decision = 'reject' THEN 1 END), COUNT(CASE WHEN v.decision = 'fix_accept' THEN 1 END)
{_VERDICTS}
"""
REASONS = f"""
SELECT v.reason, v.guideline_section, COUNT(*) {_VERDICTS} AND v.decision = 'reject'
GROUP BY v.reason, v.guideline_section ORDER BY COUNT(*) DESC, v.reason, v.guideline_section LIMIT 5
"""
DAY = f"""
SELECT (SELECT COUNT(*) FROM task WHERE project_id = {{p}} AND final_at >= {{s}} AND final_at < {{e}}),
  COUNT(*), COUNT(CASE WHEN v.decision = 'reject' THEN 1 END) {_VERDICTS} AND {_FIRST}
"""
BACKLOG = """
SELECT (SELECT COUNT(*) FROM task WHERE project_id = {p} AND state = 'open'),
  (SELECT COUNT(*) FROM answer_slot WHERE project_id = {p} AND state = 'open'),
  (SELECT COUNT(*) FROM assignment WHERE project_id = {p} AND ended_at IS NULL AND state = 'claimed'),
  (SELECT COUNT(*) FROM assignment WHERE project_id = {p} AND ended_at IS NULL AND state = 'in_review'),
  (SELECT COUNT(*) FROM assignment WHERE project_id = {p} AND ended_at IS NULL AND state = 'returned'),
  (SELECT COUNT(*) FROM review WHERE project_id = {p} AND state = 'waiting')
"""
FINALS = "SELECT COUNT(*) FROM task WHERE project_id = {p} AND final_at >= {s} AND final_at < {e}"
REVIEWERS = f"""
SELECT v.reviewer_id, COUNT(*), COUNT(CASE WHEN v.decision = 'reject' THEN 1 END),
  AVG({{seconds}}) {_VERDICTS.replace("WHERE", "JOIN review r ON r.id = v.review_id WHERE")} GROUP BY v.reviewer_id
"""
ANSWERS = """
SELECT t.id, s.answer FROM task t JOIN submission s ON s.task_id = t.id JOIN assignment a ON a.id = s.assignment_id
WHERE t.project_id = {p} AND t.final_at >= {s} AND t.final_at < {e} AND t.overlap > 1 AND a.state = 'accepted'
  AND s.round = (SELECT MAX(l.round) FROM submission l WHERE l.assignment_id = a.id)
"""


@dataclass
class Floor:
    """Asks a database by hand, over one of its driver's own cursors."""

    connection: Connection
    project_id: int

    def __post_init__(self) -> None:
        self.sqlite = self.connection.dialect.name == "sqlite"
        self.cursor: Any = self.connection.connection.cursor()

    def _at(self, instant: datetime) -> str:
        return instant.strftime("'%Y-%m-%d %H:%M:%S.000000'" if self.sqlite else "'%Y-%m-%d %H:%M:%S+00'")

    def ask(self, query: str, *, back: int = 0, days: int = 1) -> list[Any]:
        """Return the rows of the query for the `days` days that end `back` days before the last one."""
        windows = each_day(ZONE, LAST - timedelta(days=back), days)
        seconds = (
            "(julianday(v.decided_at) - julianday(r.claimed_at)) * 86400"
            if self.sqlite
            else "EXTRACT(EPOCH FROM v.decided_at - r.claimed_at)"
        )
        words = {"p": self.project_id, "s": self._at(windows[0].start), "e": self._at(windows[-1].end)}
        self.cursor.execute(query.format(**words, seconds=seconds))
        return list(self.cursor.fetchall())

    def throughput(self) -> Any:
        """Return final tasks, first and further submissions."""
        return self.ask(THROUGHPUT)[0]

    def rejections(self) -> Any:
        """Return tasks first judged and first rejected, verdicts, rejects and fixes."""
        return self.ask(REJECTIONS)[0]

    def reasons(self) -> Any:
        """Return the five most frequent reasons."""
        return self.ask(REASONS)

    def per_day(self) -> Any:
        """Return final tasks, tasks first judged and first rejected of eight days."""
        return [self.ask(DAY, back=back)[0] for back in reversed(range(8))]

    def backlog(self) -> Any:
        """Return what is unfinished."""
        return self.ask(BACKLOG)[0]

    def eta(self) -> Any:
        """Return the final tasks of seven days."""
        return [self.ask(FINALS, back=back)[0][0] for back in range(7)]

    def reviewers(self) -> Any:
        """Return verdicts, rejects and mean seconds by reviewer: there is no median that both databases know."""
        return self.ask(REVIEWERS)

    def agreement(self) -> Any:
        """Return the answers that would be compared."""
        return self.ask(ANSWERS)

    def digest(self) -> Any:
        """Return all of it."""
        return [getattr(self, name)() for name in FLOORS if name != "digest"]


FLOORS = (
    "throughput",
    "rejections",
    "reasons",
    "per_day",
    "backlog",
    "eta",
    "reviewers",
    "agreement",
    "digest",
)


@dataclass
class Pandas:
    """Reads the rows of the days in question into frames and counts there."""

    connection: Connection
    project_id: int

    def _read(self, query: str, days: int = 1) -> Any:
        floor = Floor(self.connection, self.project_id)
        rows = floor.ask(query, days=days)
        return pandas.DataFrame(rows, columns=[column[0] for column in floor.cursor.description])

    def _judged(self, days: int) -> Any:
        """Read all standing verdicts on the tasks that were judged in the days."""
        return self._read(
            "SELECT DISTINCT f.id, f.decision, f.reason, f.guideline_section, f.decided_at, r.task_id"
            " FROM verdict v JOIN review o ON o.id = v.review_id JOIN review r ON r.task_id = o.task_id"
            " JOIN verdict f ON f.review_id = r.id WHERE v.project_id = {p} AND v.decided_at >= {s}"
            " AND v.decided_at < {e} AND v.undone_at IS NULL AND f.undone_at IS NULL",
            days,
        ).assign(decided_at=lambda frame: pandas.to_datetime(frame["decided_at"], utc=True))

    def _during(self, frame: Any, days: int = 1) -> Any:
        start, end = each_day(ZONE, LAST, days)[0].start, day_of(ZONE, LAST).end
        return frame[(frame["decided_at"] >= start) & (frame["decided_at"] < end)]

    def throughput(self) -> Any:
        """Return final tasks, first and further submissions."""
        final = self._read(
            "SELECT id FROM task WHERE project_id = {p} AND final_at >= {s} AND final_at < {e}"
        )
        handed = self._read(
            "SELECT round, draft FROM submission WHERE project_id = {p} AND submitted_at >= {s}"
            " AND submitted_at < {e}"
        )
        rounds = handed[handed["draft"] == 0]["round"]
        return len(final), int((rounds == 1).sum()), int((rounds > 1).sum())

    def rejections(self) -> Any:
        """Return tasks first judged and first rejected, verdicts, rejects and fixes."""
        every = self._judged(1).sort_values(["decided_at", "id"])
        today, firsts = self._during(every), self._during(every.drop_duplicates("task_id"))
        kinds = today["decision"].value_counts()
        rejected = int((firsts["decision"] == "reject").sum())
        return (
            len(firsts),
            rejected,
            len(today),
            int(kinds.get("reject", 0)),
            int(kinds.get("fix_accept", 0)),
        )

    def reasons(self) -> Any:
        """Return the five most frequent reasons."""
        today = self._read("SELECT v.reason, v.guideline_section, v.decision " + _VERDICTS)
        rejects = today[today["decision"] == "reject"]
        return rejects.groupby(["reason", "guideline_section"]).size().nlargest(5)

    def per_day(self) -> Any:
        """Return the tasks first judged and rejected of eight days."""
        every = self._judged(8).sort_values(["decided_at", "id"])
        firsts = self._during(every.drop_duplicates("task_id"), 8)
        day = firsts["decided_at"].dt.tz_convert(ZONE).dt.date
        return (
            firsts.assign(rejected=firsts["decision"] == "reject")
            .groupby(day)["rejected"]
            .agg(["size", "sum"])
        )

    def reviewers(self) -> Any:
        """Return verdicts, rejects and median seconds by reviewer."""
        frame = self._read(
            "SELECT v.reviewer_id, v.decision, {seconds} AS seconds "
            + _VERDICTS.replace("WHERE", "JOIN review r ON r.id = v.review_id WHERE")
        )
        frame = frame.assign(rejected=frame["decision"] == "reject", seconds=frame["seconds"].astype(float))
        return frame.groupby("reviewer_id").agg({"decision": "size", "rejected": "sum", "seconds": "median"})

    def digest(self) -> Any:
        """Return all of it that is worth a frame; the rest is counted by hand."""
        floor = Floor(self.connection, self.project_id)
        frames = [self.throughput(), self.rejections(), self.reasons(), self.per_day(), self.reviewers()]
        return [*frames, floor.backlog(), floor.eta(), floor.agreement()]
