"""Call-outs, work that was wished for and tasks taken back: from what is stored to what their reader sees."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import Assignment, BridgedChannel, Membership, Person, Project
from bot.domain.assignment import AssignmentState
from bot.domain.people import Role
from bot.domain.quality import CallOutState, EntryState
from bot.domain.translation import CREW_LANGUAGE, Side, SourceKind
from bot.i18n.catalogs import LANGUAGES, Catalogs
from bot.outbox import cards
from bot.outbox.fact import Message
from bot.outbox.quality_messages import CallOutCard, CallOutInvite, CallOutNews, TaskReclaimed, WorkWaiting
from bot.reports.call_outs import own_entry, read_call_out
from bot.reports.cards import read_assignment
from bot.reports.translations import read_relay
from bot.slack.content import Content
from bot.slack.reader import Reader
from bot.slack.rendered import Rendered
from bot.slack.views.call_outs import call_out_card, call_out_news, invite_card
from bot.slack.views.issue_lines import PublicReader
from bot.slack.views.reclaims import task_reclaimed
from bot.slack.views.wishes import work_waiting


def render_call_out(
    session: Session,
    message: CallOutCard,
    person: Person | None,
    catalogs: Catalogs,
    now: datetime,
    commands: Mapping[str, str],
) -> Rendered | None:
    """Return a call-out as it stands in its channel: in Korean for a crew's own, else in both languages.

    It outlives whoever made it. One that ended before it was posted is never seen.
    """
    facts = read_call_out(session, message.call_out_id)
    if facts is None:
        return None
    if facts.state is CallOutState.CLOSED and cards.find_card(session, message.card) is None:
        return None
    side = session.scalar(
        select(BridgedChannel.side).where(
            BridgedChannel.project_id == facts.project_id, BridgedChannel.channel == message.channel
        )
    )
    languages = (CREW_LANGUAGE,) if side is Side.CREW else LANGUAGES
    zone = session.get_one(Project, facts.project_id).zone
    readers = [PublicReader(catalogs[language], language, zone, now, commands) for language in languages]
    return Rendered(
        person.id if person is not None else 0,
        person.slack_id if person is not None else "",
        message.channel,
        call_out_card(readers, facts),
        message.card,
    )


def _invite(session: Session, reader: Reader, message: CallOutInvite) -> Content | None:
    facts = read_call_out(session, message.call_out_id)
    if facts is None:
        return None
    own = own_entry(session, facts.call_out_id, message.person_id)
    over = facts.state is CallOutState.CLOSED
    standing = cards.find_card(session, message.card) is not None
    # Who was not asked by name, or slept until it was over, gets no card about it afterwards.
    if not standing and (over or not _works(session, facts.project_id, message.person_id)):
        return None
    return invite_card(reader, facts, own)


def _works(session: Session, project_id: int, person_id: int) -> bool:
    works = select(Membership.id).where(
        Membership.project_id == project_id,
        Membership.person_id == person_id,
        Membership.role == Role.WORKER,
    )
    return session.scalar(works) is not None


def _news(session: Session, reader: Reader, message: CallOutNews) -> Content | None:
    facts = read_call_out(session, message.call_out_id)
    if facts is None:
        return None
    own = own_entry(session, facts.call_out_id, message.person_id)
    if message.what == "closed" and own.state is EntryState.IN:
        return None
    return call_out_news(reader, message.what, facts, own)


def _work_waiting(session: Session, reader: Reader, message: WorkWaiting) -> Content | None:
    project = session.get(Project, message.project_id)
    return work_waiting(reader, project.key, project.type) if project is not None else None


def _reclaimed(session: Session, reader: Reader, message: TaskReclaimed) -> Content | None:
    facts = read_assignment(session, message.assignment_id)
    if facts is None or facts.person_id != message.person_id or facts.state is not AssignmentState.RELEASED:
        return None
    reason = session.get_one(Assignment, message.assignment_id).ended_why or ""
    relay = read_relay(session, SourceKind.RECLAIM, message.assignment_id, message.person_id)
    return task_reclaimed(reader, message.why, facts, reason, relay)


VIEWS: dict[type[Message], Callable[[Session, Reader, Any], Content | None]] = {
    CallOutInvite: _invite,
    CallOutNews: _news,
    WorkWaiting: _work_waiting,
    TaskReclaimed: _reclaimed,
}
