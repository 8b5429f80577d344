"""Task content in public messages: who is warned, who is told, and what becomes of it. No words of it are kept."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import Issue, IssueTask, Leak, Person, PostedCard, Team
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import NotFound
from bot.domain.escalation import UNSETTLED, IssueSource, IssueState, Severity, Step
from bot.domain.people import Role
from bot.outbox.issue_messages import LeakWarning
from bot.outbox.queue import enqueue
from bot.reports.issue_parts import LeakFacts, read_leak
from bot.reports.members import admins_of, people_in
from bot.services.content_prints import Copied
from bot.services.issue_cards import redraw
from bot.services.issue_steps import record
from bot.services.issues import TASKS_LIMIT, add_tasks, open_issue
from bot.services.questions import insert_once

COLLECTED_FOR = timedelta(hours=1)
"""So long one issue takes up everything its author puts in public."""

_MOST_TASKS = 50


def is_leak(session: Session, *, team_id: int, channel: str, ts: str) -> bool:
    """Say whether a message is known to show task content: nobody may take its words then."""
    where = (Leak.team_id == team_id, Leak.channel == channel, Leak.ts == ts, Leak.issue_id.is_not(None))
    return session.scalar(select(Leak.id).where(*where)) is not None


def find_team(session: Session, slack_id: str) -> int | None:
    """Return the id of a Slack workspace here, None when nobody of it has joined."""
    return session.scalar(select(Team.id).where(Team.slack_id == slack_id))


def stands(session: Session, *, team_id: int, channel: str, ts: str) -> bool:
    """Say whether a message is known to show task content in its words, as far as is known until now."""
    where = (Leak.team_id == team_id, Leak.channel == channel, Leak.ts == ts)
    open_ones = (Leak.picture.is_(False), Leak.deleted_at.is_(None))
    return session.scalar(select(Leak.id).where(*where, *open_ones)) is not None


def message_leaked(
    uow: UnitOfWork,
    *,
    team_id: int,
    author_id: int | None,
    channel: str,
    ts: str,
    thread_ts: str | None,
    copied: Copied,
) -> int | None:
    """Warn the author of a public message that copies task content, and raise an issue; returns the leak's id.

    None when this very message is known already. What the same author puts in public within an hour goes to
    the same issue; the same content in the same channel is not warned of twice while it still stands there.
    `author_id` is None for somebody who has not joined: then supervisors and admins are asked to see to it.
    """
    if author_id is not None:
        # What they put in public at the same moment belongs into one issue.
        uow.lock(Person, author_id)
    leak = _find(uow, team_id, channel, ts)
    if leak is not None and leak.issue_id is not None and leak.deleted_at is None:
        _link(uow, leak.issue_id, copied.task_ids)
        return None
    if leak is None:
        # Before there is an issue: of two who hear of the same message at once only one may raise one.
        leak = keep_leak(
            uow,
            team_id=team_id,
            project_id=copied.project_id,
            author_id=author_id,
            channel=channel,
            ts=ts,
            thread_ts=thread_ts,
            picture=False,
        )
        if leak is None:
            return None
    known = _is_warned(uow, copied, author_id, channel)
    issue_id = collect(uow, copied.project_id, author_id, channel, copied.task_ids)
    leak.project_id, leak.issue_id, leak.picture = copied.project_id, issue_id, False
    leak.found_at, leak.deleted_at, leak.asked_at = uow.now, None, None
    uow.session.flush()
    if author_id is None:
        _ask_others(uow, leak)
    elif not known:
        enqueue(uow, team_id, LeakWarning(author_id, leak.id))
    return leak.id


def message_gone(uow: UnitOfWork, *, team_id: int, channel: str, ts: str) -> bool:
    """Take notice that a message was deleted, or no longer shows what it did; False when it was no leak."""
    leak = _find(uow, team_id, channel, ts)
    if leak is None or leak.deleted_at is not None:
        return False
    leak.deleted_at = uow.now
    leak.ver += 1
    uow.session.flush()
    if leak.issue_id is not None:
        issue = uow.lock(Issue, leak.issue_id)
        if issue is not None and issue.state is not IssueState.CLOSED:
            record(uow, issue, Step.MESSAGE_DELETED, actor_id=None, detail={"leak": leak.id})
            redraw(uow, issue)
    _redraw_warnings(uow, leak)
    return True


def ask_deletion(uow: UnitOfWork, *, person_id: int, leak_id: int) -> None:
    """Have supervisors and admins asked, once, to delete a message for its author. Raises NotFound."""
    leak = own_leak(uow, person_id, leak_id)
    if leak.asked_at is None and leak.deleted_at is None and leak.issue_id is not None:
        leak.ver += 1
        _ask_others(uow, leak)
        redraw(uow, uow.session.get_one(Issue, leak.issue_id))
    enqueue(uow, leak.team_id, LeakWarning(person_id, leak.id))


def own_leak(uow: UnitOfWork, person_id: int, leak_id: int) -> Leak:
    """Return the locked leak of this author; to everybody else there is none. Raises NotFound."""
    leak = uow.lock(Leak, leak_id)
    if leak is None or leak.author_id != person_id:
        raise NotFound("leak", str(leak_id))
    return leak


def own_message(uow: UnitOfWork, *, person_id: int, leak_id: int) -> LeakFacts:
    """Return what is known of a leak to its author; to everybody else there is none. Raises NotFound."""
    leak = read_leak(uow.session, leak_id)
    if leak is None or leak.author_id != person_id:
        raise NotFound("leak", str(leak_id))
    return leak


def _find(uow: UnitOfWork, team_id: int, channel: str, ts: str) -> Leak | None:
    where = (Leak.team_id == team_id, Leak.channel == channel, Leak.ts == ts)
    leak_id = uow.session.scalar(select(Leak.id).where(*where))
    return uow.lock(Leak, leak_id) if leak_id is not None else None


def keep_leak(
    uow: UnitOfWork,
    *,
    team_id: int,
    project_id: int,
    author_id: int | None,
    channel: str,
    ts: str,
    thread_ts: str | None,
    picture: bool,
) -> Leak | None:
    """Write down where task content stands, or may; None when that very message is known already."""
    values = {
        "team_id": team_id,
        "project_id": project_id,
        "author_id": author_id,
        "channel": channel,
        "ts": ts,
        "thread_ts": thread_ts,
        "picture": picture,
        "ver": 1,
        "found_at": uow.now,
    }
    leak_id = insert_once(uow, Leak, values)
    return uow.session.get_one(Leak, leak_id) if leak_id is not None else None


def collect(
    uow: UnitOfWork, project_id: int, author_id: int | None, channel: str, task_ids: tuple[int, ...]
) -> int:
    """Return the issue that takes up what this author does now, with these tasks; a new one if there is none."""
    issue_id = _collecting(uow, project_id, author_id, channel)
    if issue_id is not None:
        _link(uow, issue_id, task_ids)
        return issue_id
    return open_issue(
        uow,
        person_id=None,
        project_id=project_id,
        severity=Severity.S1,
        request="",
        source=IssueSource.LEAK,
        task_ids=task_ids[:_MOST_TASKS],
    ).issue_id


def _collecting(uow: UnitOfWork, project_id: int, author_id: int | None, channel: str) -> int | None:
    """Return the issue that takes up what this author does now; of strangers what is put into this channel."""
    query = (
        select(Issue.id)
        .join(Leak, Leak.issue_id == Issue.id)
        .where(
            Issue.project_id == project_id,
            Issue.source == IssueSource.LEAK,
            Issue.state.in_(UNSETTLED),
            Issue.opened_at > uow.now - COLLECTED_FOR,
            Leak.author_id == author_id if author_id is not None else Leak.author_id.is_(None),
        )
        .order_by(Issue.id.desc())
        .limit(1)
    )
    return uow.session.scalar(query if author_id is not None else query.where(Leak.channel == channel))


def _is_warned(uow: UnitOfWork, copied: Copied, author_id: int | None, channel: str) -> bool:
    """Say whether the author was warned of the same content in the same channel, and it still stands there."""
    issue_id = _collecting(uow, copied.project_id, author_id, channel)
    if issue_id is None:
        return False
    standing = select(Leak.id).where(
        Leak.issue_id == issue_id,
        Leak.author_id == author_id,
        Leak.channel == channel,
        Leak.picture.is_(False),
        Leak.deleted_at.is_(None),
    )
    linked = set(uow.session.scalars(select(IssueTask.task_id).where(IssueTask.issue_id == issue_id)))
    return linked.issuperset(copied.task_ids) and uow.session.scalar(standing.limit(1)) is not None


def _link(uow: UnitOfWork, issue_id: int, task_ids: tuple[int, ...]) -> None:
    issue = uow.lock(Issue, issue_id)
    if issue is None:
        return
    linked = len(uow.session.scalars(select(IssueTask.id).where(IssueTask.issue_id == issue_id)).all())
    if add_tasks(uow, issue, task_ids[: max(0, min(_MOST_TASKS, TASKS_LIMIT - linked))]):
        redraw(uow, issue)


def _ask_others(uow: UnitOfWork, leak: Leak) -> None:
    leak.asked_at = uow.now
    uow.session.flush()
    asked = {*people_in(uow.session, leak.project_id, Role.SUPERVISOR), *admins_of(uow.session, leak.team_id)}
    for person_id in sorted(asked - {leak.author_id}):
        enqueue(uow, leak.team_id, LeakWarning(person_id, leak.id))


def _redraw_warnings(uow: UnitOfWork, leak: Leak) -> None:
    """Draw the cards anew that stand somewhere, and the author's wherever it is by now."""
    prefix = f"leak:{leak.id}:"
    keys = uow.session.scalars(
        select(PostedCard.key).where(PostedCard.key.startswith(prefix, autoescape=True))
    )
    people = {int(key.removeprefix(prefix)) for key in keys}
    if leak.author_id is not None:
        people.add(leak.author_id)
    for person_id in sorted(people):
        enqueue(uow, leak.team_id, LeakWarning(person_id, leak.id))
