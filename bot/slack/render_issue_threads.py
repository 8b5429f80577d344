"""What stands in the threads of issues: their state and what is written to them, for the side that reads there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from bot.db.models import Issue, IssueStep, Person, Project, Rendition
from bot.domain.escalation import IssueState
from bot.domain.translation import Side, side_languages, wanted_language
from bot.i18n.catalogs import Catalogs
from bot.outbox import cards
from bot.outbox.issue_messages import IssueSaid, IssueSaidThere, IssueThreadCard
from bot.reports.issue_said import read_said
from bot.reports.issue_sight import sees
from bot.reports.issue_threads import awaited, on_the_way, thread_of
from bot.slack.content import Content
from bot.slack.reader import Reader
from bot.slack.render_issues import content_of_thread_card
from bot.slack.rendered import Placed, Rendered
from bot.slack.views.issue_words import said_card, said_there


def render_there(
    session: Session,
    message: IssueThreadCard | IssueSaidThere,
    person: Person | None,
    catalogs: Catalogs,
    now: datetime,
    commands: Mapping[str, str],
) -> Rendered | None:
    """Return what stands in an issue's thread; None when there is nothing to say or it is not its turn.

    It outlives whoever it is from. Where there is no thread yet the card of the issue begins one.
    """
    issue = _issue_of(session, message)
    if issue is None or _waits(session, issue, message):
        return None
    if isinstance(message, IssueThreadCard):
        content = content_of_thread_card(session, catalogs, now, issue.id, message.side, commands)
    else:
        readers = _readers(session, issue, Side(message.side), catalogs, now, commands)
        said = read_said(session, message.step_id)
        content = said_there(readers, said) if said is not None else None
    if content is None:
        return None
    thread_ts = thread_of(session, issue, message.channel)
    standing = cards.find_card(session, message.card)
    if standing is not None and standing.ts == thread_ts:
        # It is the beginning of its thread itself, and would be again if it had to be posted anew.
        thread_ts = None
    begins = thread_ts is None and isinstance(message, IssueThreadCard)
    return Rendered(
        person.id if person is not None else 0,
        person.slack_id if person is not None else "",
        message.channel,
        content,
        message.card,
        thread_ts,
        only_there=thread_ts is not None,
        placed=_beginning(issue, message.channel) if begins else None,
    )


def _issue_of(session: Session, message: IssueThreadCard | IssueSaidThere) -> Issue | None:
    if isinstance(message, IssueThreadCard):
        return session.get(Issue, message.issue_id)
    step = session.get(IssueStep, message.step_id)
    return session.get(Issue, step.issue_id) if step is not None else None


def _waits(session: Session, issue: Issue, message: IssueThreadCard | IssueSaidThere) -> bool:
    """Say whether the thread is about to begin here and will send this once it has.

    What was left with its beginning comes after it, also when the beginning is made and on its way already.
    """
    ids = awaited(session, issue, message.channel) or on_the_way(session, issue, message.channel)
    if not ids:
        return False
    waiting = session.scalars(select(Rendition.then).where(Rendition.id.in_(ids)))
    fact = {"kind": message.kind, "payload": message.payload()}
    return any(fact in then for then in waiting)


def _readers(
    session: Session,
    issue: Issue,
    side: Side,
    catalogs: Catalogs,
    now: datetime,
    commands: Mapping[str, str],
) -> Sequence[Reader]:
    zone = session.get_one(Project, issue.project_id).zone
    return [Reader(catalogs[language], language, zone, now, commands) for language in side_languages(side)]


def _beginning(issue: Issue, channel: str) -> Placed:
    """Return what writes down that an issue's card begins a thread: its own, or the twin of that."""
    issue_id, own = issue.id, channel == issue.channel
    return lambda session, where, ts: _begin(session, issue_id, where, ts, own=own)


def _begin(session: Session, issue_id: int, channel: str, ts: str, *, own: bool) -> None:
    row = update(Issue).where(Issue.id == issue_id)
    if not own:
        session.execute(
            row.where(Issue.twin_ts.is_distinct_from(ts)).values(twin_channel=channel, twin_ts=ts)
        )
        return
    # Somebody may have raised another one under this very card before it was written down.
    other = aliased(Issue)
    taken = select(other.id).where(
        other.team_id == Issue.team_id,
        other.channel == channel,
        other.thread_ts == ts,
        other.state != IssueState.CLOSED,
        other.id != issue_id,
    )
    session.execute(row.where(Issue.thread_ts.is_distinct_from(ts), ~taken.exists()).values(thread_ts=ts))


def issue_said(session: Session, reader: Reader, message: IssueSaid) -> Content | None:
    """Return what somebody wrote to an issue for one of its people; None for who may not see it any more."""
    said, person = read_said(session, message.step_id), session.get(Person, message.person_id)
    if said is None or person is None or not sees(session, person_id=person.id, issue_id=said.issue_id):
        return None
    return said_card(reader, said, wanted_language(person.language, person.reads))
