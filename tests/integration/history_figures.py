"""The definitions once more in plain Python, over a history held in lists: what the SQL must come to."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from statistics import median
from zoneinfo import ZoneInfo

from bot.domain.assignment import AssignmentState
from bot.domain.pay import Money
from bot.domain.review import Decision
from bot.reports.progress import WorkerDay
from bot.reports.rejections import Rejections
from bot.reports.throughput import DayFigures, Throughput
from bot.reports.workload import ReviewerLoad
from tests.integration.history_rows import PRICE, Attempt, History, Item, Judged


class Day:
    """One local date of a history."""

    def __init__(self, history: History, day: date) -> None:
        self.history = history
        self.day = day

    def on(self, instant: datetime | None) -> bool:
        return instant is not None and instant.astimezone(ZoneInfo(self.history.zone)).date() == self.day

    def verdicts(self, attempts: list[Attempt]) -> list[Judged]:
        return [v for a in attempts for v in a.standing if self.on(v.at)]

    def _first(self) -> list[Judged]:
        return [
            item.verdicts[0] for item in self.history.items if item.verdicts and self.on(item.verdicts[0].at)
        ]

    def _last(self, item: Item) -> list[Judged]:
        return [v for v in item.verdicts if self.on(v.at)][-1:]

    def _submitted(self, attempts: list[Attempt]) -> tuple[int, int, int]:
        first = again = answers = 0
        for attempt in attempts:
            counted = [r for r in attempt.rounds if not r.draft]
            today = [r for r in counted if self.on(r.at)]
            first += counted[:1] == today[:1] and bool(today)
            again += len(today) - (counted[:1] == today[:1] and bool(today))
            answers += bool(today)
        return first, again, answers

    def throughput(self) -> Throughput:
        final = sum(self.on(item.final_at) for item in self.history.items)
        accepted = [v for v in self.verdicts(self.history.attempts) if v.decision is not Decision.REJECT]
        return Throughput(final, *self._submitted(self.history.attempts), len(accepted))

    def figures(self) -> DayFigures:
        rejected = [v for v in self._first() if v.decision is Decision.REJECT]
        return DayFigures(self.day, self.throughput().final, len(self._first()), len(rejected))

    def rejections(self) -> Rejections:
        given = self.verdicts(self.history.attempts)
        last = [v for item in self.history.items for v in self._last(item)]
        rounds = [
            place
            for attempt in self.history.attempts
            for place, v in enumerate(attempt.standing, start=1)
            if self.on(v.at) and v.decision is not Decision.REJECT
        ]
        returned = [
            item
            for item in self.history.items
            if any(a.state is AssignmentState.RETURNED for a in item.attempts)
        ]
        return Rejections(
            len(self._first()),
            sum(v.decision is Decision.REJECT for v in self._first()),
            len(given),
            sum(v.decision is Decision.REJECT for v in given),
            sum(v.decision is Decision.FIX_ACCEPT for v in given),
            len(last),
            sum(v.decision is Decision.REJECT for v in last),
            len(returned),
            float(median(rounds)) if rounds else None,
        )

    def reasons(self) -> list[tuple[str, str, int]]:
        found = Counter(v.reason for v in self.verdicts(self.history.attempts) if v.reason)
        return sorted(((*why, n) for why, n in found.items()), key=lambda row: (-row[2], row[0], row[1]))

    def worker_days(self) -> tuple[WorkerDay, ...]:
        days = []
        for place, person in enumerate(self.history.people):
            mine = [a for a in self.history.attempts if a.person == place]
            first, again, _answers = self._submitted(mine)
            verdicts = self.verdicts(mine)
            rejects = sum(v.decision is Decision.REJECT for v in verdicts)
            accepted = len(verdicts) - rejects
            # A void is written a minute after what it takes back, here always on the same day.
            earned = (Money(accepted * PRICE, "KRW"),) if accepted else ()
            days.append(WorkerDay(person, first, again, accepted, rejects, earned))
        return tuple(day for day in days if not day.empty)

    def reviewers(self) -> set[ReviewerLoad]:
        loads = set()
        for place, person in enumerate(self.history.people):
            mine = [v for v in self.verdicts(self.history.attempts) if v.reviewer == place]
            turned = self._overturned(place)
            if mine or turned:
                spent = round(median(v.spent for v in mine)) if mine else None
                rejects = sum(v.decision is Decision.REJECT for v in mine)
                loads.add(ReviewerLoad(person, f"n{place}", len(mine), rejects, turned, spent))
        return loads

    def _overturned(self, place: int) -> int:
        return sum(
            v.wrong
            and v.reviewer == place
            and self.on(v.at)
            and not any(
                (v.decision is Decision.REJECT) == (now.decision is Decision.REJECT)
                for now in handed.verdicts
                if not now.undone
            )
            for a in self.history.attempts
            for handed in a.rounds
            for v in handed.verdicts
        )
