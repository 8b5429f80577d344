"""Private messages about translations and notices, for render's table."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import Membership, Project
from bot.domain.people import Role
from bot.domain.translation import NoticeState
from bot.outbox.messages import (
    EngineTrouble,
    LimitReached,
    NoticeDraftCard,
    NoticeReminder,
    PrivateDataWarning,
    TranslationReported,
)
from bot.reports.notices import read_notice, unread_notices
from bot.reports.translations import read_card, read_reported
from bot.slack.content import Content
from bot.slack.reader import Reader
from bot.slack.views import notices, translation_replies


def translation_reported(session: Session, reader: Reader, message: TranslationReported) -> Content | None:
    """Return a report of a wrong translation, or that it is settled."""
    facts = read_reported(session, message.rendition_id)
    return translation_replies.reported_card(reader, facts) if facts else None


def private_data_warning(session: Session, reader: Reader, message: PrivateDataWarning) -> Content | None:
    """Return the warning to an author, unless the message is deleted by now."""
    facts = read_card(session, message.source_id)
    if facts is None or facts.deleted:
        return None
    return translation_replies.private_data_warning(reader, facts)


def limit_reached(session: Session, reader: Reader, message: LimitReached) -> Content | None:
    """Return how much of a project's day is used."""
    project = session.get(Project, message.project_id)
    return translation_replies.limit_reached(reader, project.key, message.share) if project else None


def engine_trouble(_session: Session, reader: Reader, message: EngineTrouble) -> Content | None:
    """Return that an engine is set aside."""
    return translation_replies.engine_trouble(reader, message.engine, message.fault)


def notice_draft_card(session: Session, reader: Reader, message: NoticeDraftCard) -> Content | None:
    """Return a notice for one of those who work on it; only supervisors may post it."""
    facts = read_notice(session, message.notice_id)
    if facts is None:
        return None
    approves = session.scalar(
        select(Membership.id).where(
            Membership.person_id == message.person_id,
            Membership.project_id == facts.project_id,
            Membership.role == Role.SUPERVISOR,
        )
    )
    return notices.draft_card(reader, facts, may_approve=approves is not None)


def notice_reminder(session: Session, reader: Reader, message: NoticeReminder) -> Content | None:
    """Return a notice that waits to be read, unless it was read or withdrawn meanwhile."""
    waits = any(one.notice_id == message.notice_id for one in unread_notices(session, message.person_id))
    facts = read_notice(session, message.notice_id) if waits else None
    if facts is None or facts.state is not NoticeState.POSTED:
        return None
    return notices.reminder(reader, facts)
