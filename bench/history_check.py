"""What the logs of a concurrency history promise, held against what the database has in the end.

What was answered must be there exactly once; what was refused must not be there; what a killed process could not
write down any more may be there once.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.db.models import Assignment, Audit, LedgerLine, Review, Submission, Verdict
from bot.domain.assignment import LIVE
from bot.domain.pay import LedgerKind
from bot.domain.review import Decision


@dataclass(frozen=True)
class Call:
    """One act of the log: `answer` is None when its process was killed before it could write one down."""

    key: str
    name: str
    who: int
    row: int
    answer: dict[str, Any] | None

    @property
    def done(self) -> dict[str, Any] | None:
        """What the services answered, None unless they did."""
        return (self.answer or {}).get("done")

    @property
    def open(self) -> bool:
        """Whether it may have happened or not."""
        return self.answer is None


def read_logs(folder: Path) -> list[Call]:
    """Return every act of every process; a last line that was cut off by a kill is no line."""
    called: dict[str, dict[str, Any]] = {}
    ended: dict[str, dict[str, Any]] = {}
    for file in sorted(folder.glob("*.log")):
        for line in file.read_bytes().splitlines(keepends=True):
            if not line.endswith(b"\n"):
                continue
            entry = json.loads(line)
            if "call" in entry:
                called[entry["call"]] = entry
            else:
                ended[entry.pop("end")] = entry
    return [
        Call(key, entry["name"], entry["who"], entry["row"], ended.get(key)) for key, entry in called.items()
    ]


def find_broken(session: Session, calls: list[Call]) -> Iterator[str]:
    """Yield a line for everything that the database does not have as it was promised."""
    by_name: dict[str, list[Call]] = defaultdict(list)
    for call in calls:
        by_name[call.name].append(call)
    yield from _submissions(session, by_name["submit"])
    yield from _claims(session, by_name["claim"])
    yield from _leases(session)
    yield from _verdicts(session, by_name)
    yield from _pay(session)
    yield from _traces(session, by_name)


def _submissions(session: Session, calls: list[Call]) -> Iterator[str]:
    stored: dict[str, list[Submission]] = defaultdict(list)
    for row in session.scalars(select(Submission)):
        stored[row.answer.get("note", "")].append(row)
    for call in calls:
        found = stored.pop(call.key, [])
        if len(found) > 1:
            yield f"submission {call.key} stands {len(found)} times"
        elif call.done is not None:
            if [row.id for row in found] != [call.done["submission"]]:
                yield f"submission {call.key} was acknowledged as {call.done['submission']} and is lost"
            elif found[0].draft is not call.done["draft"] or found[0].author_id != call.who:
                yield f"submission {call.key} is not as it was acknowledged"
        elif found and not call.open:
            yield f"submission {call.key} was refused and stands"
    yield from (f"submission {key!r} was made by nobody" for key in stored)


def _between(what: str, stored: int, calls: Iterable[Call], more: int = 0) -> Iterator[str]:
    """Yield a line when there are fewer rows than acts that were answered, or more than may have happened."""
    acts = list(calls)
    least = sum(call.done is not None for call in acts)
    most = least + sum(call.open for call in acts) + more
    if not least <= stored <= most:
        yield f"{what}: {stored} rows for {least} to {most} acts"


def _claims(session: Session, calls: list[Call]) -> Iterator[str]:
    owners = {row.id: row.person_id for row in session.execute(select(Assignment.id, Assignment.person_id))}
    new = [call for call in calls if call.open or (call.done is not None and not call.done["rework"])]
    given = Counter(call.done["assignment"] for call in new if call.done is not None)
    yield from (f"assignment {id} was given {n} times" for id, n in given.items() if n > 1)
    for call in calls:
        if call.done is not None and owners.get(call.done["assignment"]) != call.who:
            yield f"assignment {call.done['assignment']} was given to {call.who} and is not theirs"
    held = Counter(owners.values())
    for who in held.keys() | {call.who for call in new}:
        yield from _between(f"assignments of {who}", held[who], [call for call in new if call.who == who])


def _leases(session: Session) -> Iterator[str]:
    """Go through the trail of every slot: nobody is given what somebody has."""
    slots = {row.id: row.slot_id for row in session.execute(select(Assignment.id, Assignment.slot_id))}
    holders: dict[int, int] = {}
    live = {state.value for state in LIVE}
    trail = (
        select(Audit.subject_id, Audit.to_state)
        .where(Audit.subject_type == "assignment", Audit.to_state.is_not(None))
        .order_by(Audit.id)
    )
    for assignment, state in session.execute(trail):
        if assignment is None:
            continue
        slot = slots[assignment]
        if state not in live:
            if holders.get(slot) == assignment:
                del holders[slot]
        elif holders.setdefault(slot, assignment) != assignment:
            yield f"slot {slot} is {assignment}'s while {holders[slot]} has it"
    doubles = (
        select(Assignment.slot_id)
        .where(Assignment.state.in_(LIVE))
        .group_by(Assignment.slot_id)
        .having(func.count() > 1)
    )
    yield from (f"slot {slot} has several live assignments" for slot in session.scalars(doubles))


_DECISIONS = {
    Decision.ACCEPT: ("accept", "uphold"),
    Decision.FIX_ACCEPT: ("fix",),
    Decision.REJECT: ("reject",),
}


def _verdicts(session: Session, by_name: dict[str, list[Call]]) -> Iterator[str]:
    rows = session.execute(select(Verdict.id, Verdict.reviewer_id, Verdict.decision, Verdict.undone_at)).all()
    known = {row.id: row for row in rows}
    given = Counter(
        call.done["verdict"]
        for name in ("accept", "fix", "reject")
        for call in by_name[name]
        if call.done is not None
    )
    yield from (f"verdict {id} was given {n} times" for id, n in given.items() if n > 1)
    for decision, names in _DECISIONS.items():
        acts = [call for name in names for call in by_name[name]]
        for call in acts:
            row = known.get(call.done["verdict"]) if call.done and call.name != "uphold" else None
            if call.done and call.name != "uphold" and (row is None or row.reviewer_id != call.who):
                yield f"verdict {call.done['verdict']} of {call.who} was acknowledged and is lost"
        people = {call.who for call in acts} | {row.reviewer_id for row in rows if row.decision is decision}
        for who in people - {None}:
            stored = sum(row.reviewer_id == who and row.decision is decision for row in rows)
            yield from _between(
                f"{decision} verdicts of {who}", stored, [call for call in acts if call.who == who]
            )
    for call in by_name["undo"]:
        if call.done is not None and known[call.done["verdict"]].undone_at is None:
            yield f"verdict {call.done['verdict']} was taken back and stands"
    standing = (
        select(Verdict.review_id)
        .where(Verdict.undone_at.is_(None))
        .group_by(Verdict.review_id)
        .having(func.count() > 1)
    )
    yield from (f"review {review} has several standing verdicts" for review in session.scalars(standing))
    twice = select(Review.submission_id).group_by(Review.submission_id).having(func.count() > 1)
    yield from (f"submission {row} has several reviews" for row in session.scalars(twice))


def _pay(session: Session) -> Iterator[str]:
    """What stands accepted is paid its price once, everything else nothing."""
    owed = {
        row.submission_id: row.price_minor
        for row in session.execute(
            select(Verdict.submission_id, Assignment.price_minor)
            .join(Assignment, Assignment.id == Verdict.assignment_id)
            .where(Verdict.undone_at.is_(None), Verdict.decision != Decision.REJECT)
        )
    }
    lines: dict[int | None, list[tuple[LedgerKind, int]]] = defaultdict(list)
    for line in session.scalars(select(LedgerLine).order_by(LedgerLine.id)):
        lines[line.submission_id].append((line.kind, line.amount_minor))
    for submission in owed.keys() | lines.keys():
        got = sum(amount for _kind, amount in lines[submission])
        earned = sum(kind is LedgerKind.EARNED for kind, _amount in lines[submission])
        voided = sum(kind is LedgerKind.VOID for kind, _amount in lines[submission])
        wanted = owed.get(submission or 0, 0)
        if got != wanted or earned - voided != (submission in owed):
            yield f"submission {submission} earned {got} in {earned} lines less {voided}, not {wanted}"


_TRACED = {
    "release": ("task.release", "assignment"),
    "extend": ("task.extend", "assignment"),
    "reclaim": ("task.reclaim", "assignment"),
    "undo": ("review.undo", "review"),
    "hand_over": ("review.hand_over", "review"),
    "uphold": ("appeal.uphold", ""),
    "deny": ("appeal.denied", "appeal"),
    "adjudicate": ("task.adjudicate", "task"),
}


def _traces(session: Session, by_name: dict[str, list[Call]]) -> Iterator[str]:
    """What people did without storing anything of their own has left its line in the trail, once."""
    for name, (action, subject) in _TRACED.items():
        if not subject:
            continue
        lines = Counter(
            tuple(row)
            for row in session.execute(
                select(Audit.actor_id, Audit.subject_id).where(
                    Audit.action == action, Audit.subject_type == subject, Audit.outcome == "done"
                )
            )
        )
        acts: dict[tuple[Any, ...], list[Call]] = defaultdict(list)
        for call in by_name[name]:
            acts[call.who, call.row].append(call)
        for place in lines.keys() | acts.keys():
            yield from _between(f"{action} {place}", lines[place], acts[place])
