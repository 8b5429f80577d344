"""Appeals: from what is stored to what their judges and authors see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from bot.domain.translation import SourceKind
from bot.outbox.fact import Message
from bot.outbox.quality_messages import AppealCard, AppealNews
from bot.reports.appeals import may_take_appeal, news_of, read_appeal
from bot.reports.translations import read_relay
from bot.slack.content import Content
from bot.slack.reader import Reader
from bot.slack.views import appeals


def card(session: Session, reader: Reader, message: AppealCard) -> Content | None:
    """Return the card of an appeal as it stands now for this person."""
    facts = read_appeal(session, message.appeal_id)
    if facts is None:
        return None
    words = read_relay(session, SourceKind.APPEAL, message.appeal_id, message.person_id)
    allowed = may_take_appeal(session, message.person_id, message.appeal_id)
    return appeals.appeal_card(reader, facts, message.person_id, may_take=allowed, words=words)


def news(session: Session, reader: Reader, message: AppealNews) -> Content | None:
    """Tell the author how this very appeal ended, unless it was taken further meanwhile."""
    found = news_of(session, message.appeal_id)
    return appeals.appeal_news(reader, *found) if found is not None else None


VIEWS: dict[type[Message], Callable[[Session, Reader, Any], Content | None]] = {
    AppealCard: card,
    AppealNews: news,
}
