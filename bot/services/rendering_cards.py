"""Drawing a rendition anew wherever its readers see it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from bot.db.models import PostedCard, Rendition, SourceText
from bot.db.unit_of_work import UnitOfWork
from bot.outbox.messages import Message, TranslationCard, load
from bot.outbox.queue import enqueue


def card_of(source: SourceText) -> TranslationCard | None:
    """Return the fact that draws a message's renditions where they stand; None for what is no message."""
    if source.channel is None or source.author_id is None:
        return None
    place = "thread" if source.twin_channel is None else "twin"
    return TranslationCard(source.author_id, source.id, place, source.twin_channel or source.channel)


def redraw(uow: UnitOfWork, source: SourceText, renditions: Iterable[Rendition] = ()) -> None:
    """Send the card of a message, and what shows these renditions of another text, as they are now."""
    if (card := card_of(source)) is not None:
        enqueue(uow, source.team_id, card)
    for rendition in renditions:
        for fact in rendition.then:
            message = load(fact["kind"], fact["payload"])
            if not fact.get("standing") or _stands(uow, message):
                enqueue(uow, source.team_id, message)


def fact_of(message: Message, *, standing: bool) -> dict[str, Any]:
    """Return what `redraw` sends as JSON; a `standing` one is sent only while its card stands in Slack."""
    return {"kind": message.kind, "payload": message.payload()} | ({"standing": True} if standing else {})


def _stands(uow: UnitOfWork, message: Message) -> bool:
    query = select(PostedCard.key).where(PostedCard.key == message.card)
    return message.card is not None and uow.session.scalar(query) is not None
