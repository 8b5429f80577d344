"""Warnings of task content in public: for its author one thing, for those asked to delete it another."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.db.models import Project, Team
from bot.outbox.issue_messages import LeakWarning
from bot.reports.issue_parts import read_leak
from bot.slack.content import Content
from bot.slack.message_links import message_link
from bot.slack.reader import Reader
from bot.slack.views import leaks


def leak_warning(session: Session, reader: Reader, message: LeakWarning) -> Content | None:
    """Return what this person reads of the leak as things are now."""
    leak = read_leak(session, message.leak_id)
    if leak is None:
        return None
    team = session.get_one(Team, session.get_one(Project, leak.project_id).team_id)
    url = message_link(team.slack_id, leak.channel, leak.ts, leak.thread_ts)
    if message.person_id == leak.author_id:
        return leaks.warning(reader, leak, url)
    return leaks.please_delete(reader, leak, url)
