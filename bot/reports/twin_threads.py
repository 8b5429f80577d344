"""Where a thread goes on in the twin of its channel."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import Issue, PostedCard, SourceText


def find_message(session: Session, team_id: int, channel: str, ts: str) -> SourceText | None:
    """Return what a message in Slack says: a person's own, or the one that a card of ours renders."""
    own = select(SourceText).where(
        SourceText.team_id == team_id, SourceText.channel == channel, SourceText.ts == ts
    )
    if (source := session.scalar(own)) is not None:
        return source
    cards = select(PostedCard.key).where(PostedCard.channel == channel, PostedCard.ts == ts)
    for key in session.scalars(cards):
        name, _, rest = key.partition(":")
        if name == "translation":
            source = session.get(SourceText, int(rest.partition(":")[0]))
            return source if source is not None and source.team_id == team_id else None
    return None


def find_beginning(session: Session, team_id: int, channel: str, thread_ts: str) -> SourceText | None:
    """Return the message with which a thread begins for us, None where nothing of it was heard.

    Of a thread that was begun before its channel was bridged, the first reply that was heard stands for it.
    """
    found = find_message(session, team_id, channel, thread_ts)
    if found is None:
        query = select(SourceText).where(
            SourceText.team_id == team_id, SourceText.channel == channel, SourceText.thread_ts == thread_ts
        )
        found = session.scalar(query.order_by(SourceText.id).limit(1))
    if found is None or found.root_id is None:
        return found
    return session.get_one(SourceText, found.root_id)


def begun_by_issue(session: Session, team_id: int, channel: str, thread_ts: str) -> tuple[str, str] | None:
    """Return where a thread goes on because the card of an issue began it there: the channel and the ts."""
    there = select(Issue.twin_channel, Issue.twin_ts).where(
        Issue.team_id == team_id, Issue.channel == channel, Issue.thread_ts == thread_ts
    )
    back = select(Issue.channel, Issue.thread_ts).where(
        Issue.team_id == team_id, Issue.twin_channel == channel, Issue.twin_ts == thread_ts
    )
    # Of the issues that one thread had in the course of time, one at most began its twin.
    for query in (there.where(Issue.twin_ts.is_not(None)), back.where(Issue.thread_ts.is_not(None))):
        for place in session.execute(query.order_by(Issue.id)):
            return str(place[0]), str(place[1])
    return None


def places_of(session: Session, team_id: int, channel: str, thread_ts: str) -> dict[str, str]:
    """Return where a thread stands, by channel the ts of its first message: here, and in its twin if it is there."""
    places = {channel: thread_ts}
    if (begun := begun_by_issue(session, team_id, channel, thread_ts)) is not None:
        return places | {begun[0]: begun[1]}
    beginning = find_beginning(session, team_id, channel, thread_ts)
    if beginning is None:
        return places
    for other in (beginning.channel, beginning.twin_channel):
        if other is not None and other != channel and (ts := stands_at(session, beginning, other)):
            places[other] = ts
    return places


def stands_at(session: Session, beginning: SourceText, channel: str) -> str | None:
    """Return the ts of the thread that a message begins, in its own channel or in its twin; None if not there."""
    if beginning.channel == channel:
        return beginning.thread_ts or beginning.ts
    # A beginning that is a reply to something older than the bridge stands in the twin channel by itself.
    return session.scalar(
        select(PostedCard.ts).where(
            PostedCard.key == f"translation:{beginning.id}:twin:0", PostedCard.channel == channel
        )
    )


def root_ts(session: Session, source: SourceText) -> str | None:
    """Return the thread that the card of a message belongs into, None for one that begins a thread."""
    if source.channel is None:
        return None
    if source.twin_channel is None:
        return source.thread_ts or source.ts
    # Also for the beginning itself, when somebody was quicker to raise an issue than we were to hear it.
    beginning = source.thread_ts or source.ts
    if beginning is not None:
        begun = begun_by_issue(session, source.team_id, source.channel, beginning)
        if begun is not None and begun[0] == source.twin_channel:
            return begun[1]
    root = session.get(SourceText, source.root_id) if source.root_id is not None else None
    return stands_at(session, root, source.twin_channel) if root is not None else None
