"""What belongs to an issue: its tasks, rulings, notes to the guideline, leaks, and what time does next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import (
    GuidelineNote,
    Hold,
    Issue,
    IssueAlert,
    IssueStep,
    IssueTask,
    IssueTimer,
    Leak,
    Person,
    Project,
    Ruling,
    Task,
)
from bot.domain.escalation import (
    IssueState,
    Level,
    NoteState,
    RulingState,
    Step,
    TimerKind,
    TimerState,
    next_level,
)
from bot.domain.translation import SourceKind
from bot.reports.issue_chain import reachable_from
from bot.reports.issue_words import Words, read_words


@dataclass(frozen=True)
class LinkedTask:
    """A task that an issue is about; `held` by anything, `held_here` by this issue."""

    task_id: int
    external_id: str
    held: bool
    held_here: bool


def linked_tasks(session: Session, issue_id: int) -> tuple[LinkedTask, ...]:
    """Return an issue's tasks in the order in which they were linked."""
    here = (
        select(Hold.id)
        .where(Hold.task_id == Task.id, Hold.issue_id == issue_id, Hold.released_at.is_(None))
        .exists()
    )
    rows = session.execute(
        select(Task.id, Task.external_id, Task.held_at, here)
        .join(IssueTask, IssueTask.task_id == Task.id)
        .where(IssueTask.issue_id == issue_id)
        .order_by(IssueTask.id)
    )
    return tuple(
        LinkedTask(id, external, held_at is not None, bool(here)) for id, external, held_at, here in rows
    )


@dataclass(frozen=True)
class RulingFacts:
    """What a supervisor has decided for the time being, and what the PM says to it."""

    ruling_id: int
    ver: int
    issue_id: int
    project_key: str
    state: RulingState
    words: Words
    made_by_id: int
    made_by: str
    made_at: datetime
    decided_by: str
    decided_at: datetime | None
    reason: str
    answer: Words | None = None
    """The reason with its renditions, once there is one."""


def read_ruling(session: Session, ruling_id: int) -> RulingFacts | None:
    """Return a ruling as it stands, None when there is none."""
    row = session.get(Ruling, ruling_id)
    return _ruling(session, row) if row is not None else None


def newest_ruling(session: Session, issue_id: int) -> RulingFacts | None:
    """Return an issue's standing ruling, or the last one that was decided."""
    row = session.scalar(
        select(Ruling).where(Ruling.issue_id == issue_id).order_by(Ruling.id.desc()).limit(1)
    )
    return _ruling(session, row) if row is not None else None


def _ruling(session: Session, row: Ruling) -> RulingFacts:
    issue = session.get_one(Issue, row.issue_id)
    return RulingFacts(
        row.id,
        row.ver,
        row.issue_id,
        session.get_one(Project, issue.project_id).key,
        row.state,
        read_words(session, SourceKind.RULING, row.id, row.words),
        row.made_by_id,
        nickname(session, row.made_by_id),
        row.made_at,
        nickname(session, row.decided_by_id),
        row.decided_at,
        row.reason or "",
        _answer(session, row) if row.reason else None,
    )


def _answer(session: Session, row: Ruling) -> Words | None:
    steps = select(IssueStep.id, IssueStep.detail).where(
        IssueStep.issue_id == row.issue_id, IssueStep.step == Step.RULING_DECLINED
    )
    found = (step_id for step_id, detail in session.execute(steps) if detail.get("ruling") == row.id)
    step_id = next(found, None)
    if step_id is None:
        return None
    return read_words(session, SourceKind.ISSUE_STEP, step_id, row.reason or "")


@dataclass(frozen=True)
class NoteFacts:
    """A note that is proposed for the guideline, and what became of it."""

    note_id: int
    ver: int
    issue_id: int
    project_id: int
    project_key: str
    section: str | None
    words: Words
    state: NoteState
    made_by_id: int
    made_by: str
    created_at: datetime
    decided_by: str
    decided_at: datetime | None


def read_note(session: Session, note_id: int) -> NoteFacts | None:
    """Return a note as it stands, None when there is none."""
    row = session.get(GuidelineNote, note_id)
    return _note(session, row) if row is not None else None


def notes_of(session: Session, issue_id: int) -> tuple[NoteFacts, ...]:
    """Return the notes that came out of an issue, the oldest first."""
    rows = session.scalars(
        select(GuidelineNote).where(GuidelineNote.issue_id == issue_id).order_by(GuidelineNote.id)
    )
    return tuple(_note(session, row) for row in rows)


def _note(session: Session, row: GuidelineNote) -> NoteFacts:
    return NoteFacts(
        row.id,
        row.ver,
        row.issue_id,
        row.project_id,
        session.get_one(Project, row.project_id).key,
        row.section,
        read_words(session, SourceKind.GUIDELINE_NOTE, row.id, row.words),
        row.state,
        row.made_by_id,
        nickname(session, row.made_by_id),
        row.created_at,
        nickname(session, row.decided_by_id),
        row.decided_at,
    )


@dataclass(frozen=True)
class LeakFacts:
    """Where task content stands in public, or may. `issue_id` is None until its author has said so."""

    leak_id: int
    ver: int
    issue_id: int | None
    project_id: int
    project_key: str
    author_id: int | None
    author: str
    channel: str
    ts: str
    thread_ts: str | None
    picture: bool
    found_at: datetime
    asked_at: datetime | None
    deleted_at: datetime | None
    harmless_at: datetime | None


def read_leak(session: Session, leak_id: int) -> LeakFacts | None:
    """Return what is known of a leak, None when there is none."""
    row = session.get(Leak, leak_id)
    return _leak(session, row) if row is not None else None


def leak_of(session: Session, issue_id: int) -> LeakFacts | None:
    """Return the leak that an issue was opened for, None for any other issue."""
    row = session.scalar(select(Leak).where(Leak.issue_id == issue_id).order_by(Leak.id).limit(1))
    return _leak(session, row) if row is not None else None


def _leak(session: Session, row: Leak) -> LeakFacts:
    return LeakFacts(
        row.id,
        row.ver,
        row.issue_id,
        row.project_id,
        session.get_one(Project, row.project_id).key,
        row.author_id,
        nickname(session, row.author_id),
        row.channel,
        row.ts,
        row.thread_ts,
        row.picture,
        row.found_at,
        row.asked_at,
        row.deleted_at,
        row.harmless_at,
    )


@dataclass(frozen=True)
class NextStep:
    """What time does next: to an open issue tell `level`, to an acknowledged one remind its owner or let it decay.

    Of one that waits for an answer it is when it comes back to its owner, whatever reminder goes out before.
    `level` is None for other kinds, and where nobody is left who could be told.
    """

    kind: TimerKind
    due_at: datetime
    level: Level | None = None


def next_step(session: Session, issue: Issue) -> NextStep | None:
    """Return what happens first unless somebody acts, None when nothing will."""
    timers = select(IssueTimer.kind, IssueTimer.due_at).where(
        IssueTimer.issue_id == issue.id,
        IssueTimer.round == issue.round,
        IssueTimer.state == TimerState.SET,
    )
    if issue.state in (IssueState.WAITING_PM, IssueState.WAITING_WORKER):
        timers = timers.where(IssueTimer.kind == TimerKind.DECAY)
    row = session.execute(timers.order_by(IssueTimer.due_at, IssueTimer.id).limit(1)).one_or_none()
    if row is None:
        return None
    if row.kind is not TimerKind.LEVEL:
        return NextStep(row.kind, row.due_at)
    return NextStep(row.kind, row.due_at, reachable_from(session, issue, next_level(issue.level)))


@dataclass(frozen=True)
class Called:
    """Somebody who is told of an issue at a level: when they were, or else when they will be."""

    person_id: int
    nickname: str
    level: Level
    due_at: datetime
    told_at: datetime | None


def called_people(session: Session, issue_id: int) -> tuple[Called, ...]:
    """Return everybody once who has been told of an issue or still will be, in the order of their last turn."""
    rows = session.execute(
        select(IssueAlert, Person.nickname)
        .join(Person, Person.id == IssueAlert.person_id)
        .where(IssueAlert.issue_id == issue_id)
        .order_by(IssueAlert.id)
    )
    people: dict[int, Called] = {}
    for alert, name in rows:
        if alert.told_at is None and alert.dropped:
            continue
        people.pop(alert.person_id, None)
        people[alert.person_id] = Called(alert.person_id, name, alert.level, alert.due_at, alert.told_at)
    return tuple(people.values())


def is_exhausted(issue: Issue, step: NextStep | None, called: tuple[Called, ...]) -> bool:
    """Say whether nobody has acknowledged an issue and there is nobody left whom time will tell."""
    if issue.state is not IssueState.OPEN or any(person.told_at is None for person in called):
        return False
    return step is None or step.kind is not TimerKind.LEVEL


def nickname(session: Session, person_id: int | None) -> str:
    """Return what somebody is called here, "" for nobody."""
    person = session.get(Person, person_id) if person_id is not None else None
    return person.nickname if person is not None else ""
