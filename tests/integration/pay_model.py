"""Pay as a plain model: what must become of each request, worked out with lists and sums only."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.domain.errors import DomainError, Invalid, NotAllowed, NotYours, StaleAction, UndoTooLate

LEADS = {"alex", "boss", "jun"}
"""Two PMs, one of whom works too, and an admin."""

WINDOW = timedelta(minutes=10)
SEOUL = timedelta(hours=9)

Refusal = type[DomainError] | tuple[str, str] | None
"""The type of an error; of Invalid its field and code instead."""


def refusal_of(error: DomainError | None) -> Refusal:
    """Describe an error as the model does."""
    if isinstance(error, Invalid):
        return error.field, error.code
    return type(error) if error is not None else None


@dataclass
class Line:
    person: str
    minor: int
    at: datetime
    statement: str | None = None


@dataclass
class Work:
    """An assignment that was judged; `line` is the standing acceptance's, None after it was taken back."""

    person: str
    price: int
    at: datetime
    line: Line | None
    void: str = ""


@dataclass
class Request:
    payee: str
    asker: str
    minor: int
    work: Work | None = None
    state: str = "asked"


@dataclass
class Model:
    now: datetime
    works: list[Work] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    statements: dict[str, str] = field(default_factory=dict)

    def _add(self, person: str, minor: int) -> Line:
        line = Line(person, minor, self.now)
        self.lines.append(line)
        return line

    def earn(self, person: str, price: int) -> None:
        self.works.append(Work(person, price, self.now, self._add(person, price)))

    def undo(self, work: Work) -> Refusal:
        if work.line is None:
            return StaleAction
        if self.now > work.at + WINDOW:
            return UndoTooLate
        work.line = None
        self._add(work.person, -work.price)
        return None

    def accept_again(self, work: Work) -> Refusal:
        if work.line is not None:
            return StaleAction
        work.at, work.line, work.void = self.now, self._add(work.person, work.price), ""
        return None

    def ask_adjustment(self, who: str, payee: str, minor: int) -> Refusal:
        if who not in LEADS:
            return NotAllowed
        if minor == 0:
            return "amount", "zero"
        if payee == "stranger":
            return "person", "not_in_project"
        self.requests.append(Request(payee, who, minor))
        return None

    def ask_void(self, who: str, work: Work) -> Refusal:
        if who not in LEADS:
            return NotAllowed
        if work.line is None:
            return "assignment", "not_earned"
        if self.now <= work.at + WINDOW:
            return "assignment", "undo_first"
        if work.void in ("asked", "approved"):
            return "assignment", "already_asked"
        work.void = "asked"
        self.requests.append(Request(work.person, who, -work.price, work))
        return None

    def decide(self, who: str, request: Request, state: str) -> Refusal:
        if who not in LEADS:
            return NotAllowed
        own = who == request.asker
        if (not own) if state == "withdrawn" else (own or who == request.payee):
            return NotYours
        if request.state != "asked":
            return StaleAction
        request.state = state
        if request.work is not None:
            request.work.void = state
        if state == "approved":
            self._add(request.payee, request.minor)
        return None

    def close(self, who: str, year: int, month: int) -> Refusal:
        name = f"{year}-{month:02}"
        end = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC) - SEOUL
        if who not in LEADS:
            return NotAllowed
        if end > self.now:
            return "month", "not_over"
        if name in self.statements:
            return "month", "closed"
        if any(name < other for other in self.statements):
            return "month", "out_of_order"
        loose: dict[str, list[Line]] = defaultdict(list)
        for line in self.lines:
            if line.statement is None and line.at < end:
                loose[line.person].append(line)
        kept = [lines for lines in loose.values() if sum(line.minor for line in lines) >= 0]
        if not kept:
            return "month", "empty"
        for lines in kept:
            for line in lines:
                line.statement = name
        self.statements[name] = "closed"
        return None

    def pay(self, who: str, name: str) -> Refusal:
        if who not in LEADS:
            return NotAllowed
        if self.statements[name] == "paid":
            return StaleAction
        self.statements[name] = "paid"
        return None

    def sums(self, person: str) -> tuple[int, int, int, int]:
        """What is pending, earned, payable and paid."""
        found = {"earned": 0, "closed": 0, "paid": 0}
        for line in self.lines:
            if line.person == person:
                found[self.statements[line.statement] if line.statement else "earned"] += line.minor
        pending = sum(work.price for work in self.works if work.person == person and work.line is None)
        return pending, found["earned"], found["closed"], found["paid"]

    def shares(self) -> dict[tuple[str, str], tuple[int, int]]:
        """What each person gets from each statement, and of how many lines."""
        found: dict[tuple[str, str], tuple[int, int]] = {}
        for line in self.lines:
            if line.statement:
                minor, count = found.get((line.statement, line.person), (0, 0))
                found[line.statement, line.person] = (minor + line.minor, count + 1)
        return found
