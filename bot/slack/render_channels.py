"""What stands in channels for both sides: translated messages and notices, the same for whoever reads them."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from bot.db.models import Person
from bot.domain.translation import NoticeState
from bot.outbox import cards
from bot.outbox.messages import NoticeCard, TranslationCard
from bot.reports.notices import read_notice
from bot.reports.translations import read_card
from bot.slack.content import Content
from bot.slack.rendered import Rendered
from bot.slack.views import notices
from bot.slack.views.translations import MOST_PARTS, THREAD, draw_translation

_NOTHING = Content("", [])


def render_translation(session: Session, message: TranslationCard, person: Person) -> Rendered | None:
    """Return one part of a translated message, gone when there is no such part; None leaves all as it is.

    The first part looks after the others: those there are now, and those that stand from a longer wording.
    """
    facts = read_card(session, message.source_id, message.place)
    whole = message.card.rpartition(":")[0]
    standing = cards.standing_parts(session, whole, MOST_PARTS)
    contents = draw_translation(facts, message.place, standing=0 in standing) if facts is not None else ()
    if contents is None:
        return None
    others = sorted({*range(1, len(contents)), *standing} - {0}) if message.part == 0 else []
    there = message.part < len(contents)
    return Rendered(
        person.id,
        person.slack_id,
        message.channel,
        contents[message.part] if there else _NOTHING,
        message.card,
        facts.root_ts if facts is not None else None,
        only_there=message.place == THREAD,
        gone=not there,
        then=tuple(replace(message, part=part) for part in others),
    )


def render_notice(session: Session, message: NoticeCard, person: Person) -> Rendered | None:
    """Return a notice as it stands in its channel; one withdrawn before it was posted is never seen."""
    facts = read_notice(session, message.notice_id)
    if facts is None or facts.state is NoticeState.DRAFT:
        return None
    if facts.state is NoticeState.WITHDRAWN and cards.find_card(session, message.card) is None:
        return None
    return Rendered(person.id, person.slack_id, message.channel, notices.notice_card(facts), message.card)
