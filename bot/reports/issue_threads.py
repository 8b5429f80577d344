"""In which channels an issue's thread stands, and which issue a thread belongs to."""

from __future__ import annotations

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from bot.db.models import BridgedChannel, Issue, OutboxRow, OutboxState, Rendition, SourceText
from bot.domain.escalation import IssueState
from bot.domain.translation import RenditionState, Side
from bot.reports.twin_threads import find_beginning, places_of, stands_at

Sides = tuple[tuple[str, Side], ...]


def sides_of(session: Session, issue: Issue) -> Sides:
    """Return the channels in which an issue's thread is read, its own first, each with who reads there.

    Those are both channels of a whole pair of twins, else its own channel for both sides; none for an issue
    without a thread.
    """
    if issue.channel is None:
        return ()
    rows = session.execute(
        select(BridgedChannel.side, BridgedChannel.channel).where(
            BridgedChannel.project_id == issue.project_id, BridgedChannel.side != Side.MIXED
        )
    )
    pair = {channel: side for side, channel in rows}
    if len(pair) == 2 and issue.channel in pair:
        return tuple(sorted(pair.items(), key=lambda one: one[0] != issue.channel))
    return ((issue.channel, Side.MIXED),)


def thread_of(session: Session, issue: Issue, channel: str) -> str | None:
    """Return the ts of the thread of an issue in one of its channels; None where it has not begun."""
    if channel == issue.channel:
        return issue.thread_ts
    if issue.channel is None or issue.thread_ts is None:
        return issue.twin_ts if channel == issue.twin_channel else None
    return places_of(session, issue.team_id, issue.channel, issue.thread_ts).get(channel)


def is_in_channel(session: Session, issue_id: int) -> bool:
    """Say whether others read what is written to an issue in a channel."""
    return session.scalar(select(Issue.channel).where(Issue.id == issue_id)) is not None


def awaited(session: Session, issue: Issue, channel: str) -> tuple[int, ...]:
    """Return the renditions with which an issue's thread is about to begin in the twin of its channel.

    Empty when it stands there already, when nothing of it was heard, and when it will not be carried over.
    """
    rows = _renditions(session, _absent_beginning(session, issue, channel))
    waits = all(state is RenditionState.PENDING for _, state in rows)
    return tuple(id for id, _ in rows) if waits else ()


def on_the_way(session: Session, issue: Issue, channel: str) -> tuple[int, ...]:
    """Return the renditions with which an issue's thread begins in the twin of its channel, while that is sent.

    They are made by then, but their card does not stand there yet. Empty otherwise.
    """
    beginning = _absent_beginning(session, issue, channel)
    if beginning is None:
        return ()
    cards = select(OutboxRow.payload).where(
        OutboxRow.lane == f"channel:{channel}",
        OutboxRow.kind == "translation_card",
        OutboxRow.state.in_((OutboxState.NEW, OutboxState.SENDING, OutboxState.UNCERTAIN)),
    )
    if not any(payload.get("source_id") == beginning.id for payload in session.scalars(cards)):
        return ()
    return tuple(id for id, _ in _renditions(session, beginning))


def _absent_beginning(session: Session, issue: Issue, channel: str) -> SourceText | None:
    """Return the message that begins an issue's thread and is to be carried to this channel, but is not there yet."""
    if channel == issue.channel or issue.channel is None or issue.thread_ts is None or issue.twin_ts:
        return None
    beginning = find_beginning(session, issue.team_id, issue.channel, issue.thread_ts)
    if beginning is None or beginning.twin_channel != channel or beginning.deleted:
        return None
    return beginning if stands_at(session, beginning, channel) is None else None


def _renditions(session: Session, beginning: SourceText | None) -> list[tuple[int, RenditionState]]:
    if beginning is None:
        return []
    query = select(Rendition.id, Rendition.state).where(Rendition.source_id == beginning.id)
    return [(id, state) for id, state in session.execute(query.order_by(Rendition.id))]


def find_issue_at(session: Session, team_id: int, channel: str, thread_ts: str) -> Issue | None:
    """Return the issue of a thread that is not closed, None when it has none.

    The thread may be given by its first message in either of its channels.
    """
    places = places_of(session, team_id, channel, thread_ts).items()
    here = [
        or_(
            and_(Issue.channel == place, Issue.thread_ts == ts),
            and_(Issue.twin_channel == place, Issue.twin_ts == ts),
        )
        for place, ts in places
    ]
    query = select(Issue).where(Issue.team_id == team_id, Issue.state != IssueState.CLOSED, or_(*here))
    return session.scalar(query.order_by(Issue.id).limit(1))
