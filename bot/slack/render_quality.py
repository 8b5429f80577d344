"""Votes, appeals, qualifications, call-outs and wishes: from what is stored to what their reader sees."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from bot.outbox.fact import Message
from bot.outbox.quality_messages import AdjudicationCard
from bot.reports.adjudications import read_adjudication
from bot.slack import render_appeals, render_call_outs, render_grants
from bot.slack.content import Content
from bot.slack.reader import Reader
from bot.slack.views.adjudications import adjudication_card


def adjudication(session: Session, reader: Reader, message: AdjudicationCard) -> Content | None:
    """Return the card of a task whose answers do not agree, as it stands now."""
    facts = read_adjudication(session, message.task_id, reader.now)
    if facts is None:
        return None
    mine = facts.decided is not None and facts.decided.by_id == message.person_id
    return adjudication_card(reader, facts, mine=mine)


VIEWS: dict[type[Message], Callable[[Session, Reader, Any], Content | None]] = {
    AdjudicationCard: adjudication,
    **render_appeals.VIEWS,
    **render_call_outs.VIEWS,
    **render_grants.VIEWS,
}
