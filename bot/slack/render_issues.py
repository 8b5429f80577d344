"""Issues, rulings, notes, holds and duty: from a fact to what its reader sees of it now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.db.models import Issue, Person, Project, Team
from bot.domain.assignment import AssignmentState
from bot.domain.escalation import UNSETTLED, IssueState
from bot.domain.people import Role
from bot.domain.policy import Action
from bot.domain.translation import Side, side_languages, wanted_language
from bot.i18n.catalogs import Catalogs
from bot.outbox.fact import Message
from bot.outbox.issue_messages import (
    DutyChanged,
    GuidelineNoteCard,
    HoldNews,
    IssueCall,
    IssueCard,
    ReworkGone,
    RulingCard,
)
from bot.reports.cards import read_assignment
from bot.reports.duty import read_duty
from bot.reports.holds import read_hold_news
from bot.reports.issue_parts import read_note, read_ruling
from bot.reports.issue_sight import sees
from bot.reports.issue_threads import sides_of, thread_of
from bot.reports.issue_words import Words, crossed_out, read_resolution
from bot.reports.issues import IssueFacts, read_issue
from bot.reports.rights import actor_in, has_right
from bot.slack.content import Content
from bot.slack.message_links import message_link
from bot.slack.reader import Reader
from bot.slack.views import duty, guideline_notes, holds, issues, rulings
from bot.slack.views.issue_calls import issue_call
from bot.slack.views.issue_lines import PublicReader
from bot.slack.views.issues import Where

_STILL: dict[str, Callable[[IssueFacts, int], bool]] = {
    "level": lambda facts, _person: facts.state is IssueState.OPEN,
    "decayed": lambda facts, _person: facts.state is IssueState.OPEN,
    "reopened": lambda facts, _person: facts.state is IssueState.OPEN,
    "reminder": lambda facts, _person: facts.state in UNSETTLED,
    "reassigned": lambda facts, person: facts.owner_id == person and facts.state in UNSETTLED,
    "no_answer": lambda facts, person: facts.owner_id == person and facts.state is IssueState.ACKED,
    "no_answer_worker": lambda facts, person: facts.owner_id == person and facts.state is IssueState.ACKED,
    "waiting": lambda facts, _person: facts.waiting_since is not None and facts.state in UNSETTLED,
}
"""Whether a call still holds: one that was overtaken wakes nobody."""


def content_of_thread_card(
    session: Session,
    catalogs: Catalogs,
    now: datetime,
    issue_id: int,
    side: str,
    commands: Mapping[str, str],
) -> Content | None:
    """Return an issue as its thread shows it: Korean for the crew's, English for the PMs', else both.

    None for an issue without a thread, which no channel ever sees.
    """
    facts = read_issue(session, issue_id, now)
    if facts is None or facts.private:
        return None
    zone = session.get_one(Project, facts.project_id).zone
    readers = [
        PublicReader(catalogs[language], language, zone, now, commands)
        for language in side_languages(Side(side))
    ]
    return issues.thread_card(readers, _in_public(facts), resolution=_public(resolution_of(session, facts)))


def _in_public(facts: IssueFacts) -> IssueFacts:
    """Return an issue without the numbers of a person that no channel is shown."""
    ruling = facts.ruling
    shown = replace(ruling, words=crossed_out(ruling.words)) if ruling is not None else None
    return replace(facts, request=crossed_out(facts.request), ruling=shown)


def _public(words: Words | None) -> Words | None:
    return crossed_out(words) if words is not None else None


def resolution_of(session: Session, facts: IssueFacts) -> Words | None:
    """Return how an issue was settled, cause and remedy in one text, None as long as it is not."""
    if facts.state not in (IssueState.RESOLVED, IssueState.CLOSED):
        return None
    return read_resolution(session, facts.issue_id, facts.cause, facts.remedy)


def where_of(session: Session, facts: IssueFacts, person_id: int) -> Where | None:
    """Return where somebody reads of an issue: PMs in their own channel if there is one, None for no channel.

    For a leak it is the message that should go.
    """
    issue = session.get_one(Issue, facts.issue_id)
    team = session.get_one(Team, issue.team_id).slack_id
    if (leak := facts.leak) is not None:
        gone = leak.deleted_at is not None
        url = "" if gone else message_link(team, leak.channel, leak.ts, leak.thread_ts)
        return Where(leak.channel, url)
    sides = sides_of(session, issue)
    if not sides:
        return None
    roles = actor_in(session, session.get_one(Person, person_id), issue.project_id).roles
    own = Side.PM if roles == {Role.PM} else Side.CREW
    channel = next((channel for channel, side in sides if side is own), sides[0][0])
    thread_ts = thread_of(session, issue, channel)
    return Where(channel, message_link(team, channel, thread_ts) if thread_ts else "")


def wanted_by(session: Session, person_id: int) -> str | None:
    """Return the language into which somebody has people's words translated, None for none."""
    person = session.get(Person, person_id)
    return wanted_language(person.language, person.reads) if person is not None else None


def _seen(session: Session, reader: Reader, person_id: int, issue_id: int) -> IssueFacts | None:
    """Return an issue for one of those who may see it; whoever no longer may is told nothing."""
    if not sees(session, person_id=person_id, issue_id=issue_id):
        return None
    return read_issue(session, issue_id, reader.now)


def issue_card(session: Session, reader: Reader, message: IssueCard) -> Content | None:
    """Return an issue's private card."""
    facts = _seen(session, reader, message.person_id, message.issue_id)
    if facts is None:
        return None
    return issues.issue_card(
        reader,
        facts,
        message.person_id,
        steers=has_right(session, Action.STEER_ISSUE, message.person_id, facts.project_id),
        wanted=wanted_by(session, message.person_id),
        resolution=resolution_of(session, facts),
        where=where_of(session, facts, message.person_id),
    )


def call(session: Session, reader: Reader, message: IssueCall) -> Content | None:
    """Return the line that calls somebody to an issue, unless it was overtaken."""
    facts = _seen(session, reader, message.person_id, message.issue_id)
    still = _STILL.get(message.why)
    if facts is None or still is None or not still(facts, message.person_id):
        return None
    return issue_call(reader, facts, message.why)


def ruling_card(session: Session, reader: Reader, message: RulingCard) -> Content | None:
    """Return a ruling as it stands, with the buttons for a PM."""
    facts = read_ruling(session, message.ruling_id)
    if facts is None or not sees(session, person_id=message.person_id, issue_id=facts.issue_id):
        return None
    project_id = session.get_one(Issue, facts.issue_id).project_id
    decides = has_right(session, Action.DECIDE_RULING, message.person_id, project_id)
    return rulings.ruling_card(reader, facts, decides=decides, wanted=wanted_by(session, message.person_id))


def guideline_note_card(session: Session, reader: Reader, message: GuidelineNoteCard) -> Content | None:
    """Return a proposed note as it stands, with the buttons for a PM."""
    facts = read_note(session, message.note_id)
    if facts is None:
        return None
    decides = has_right(session, Action.DECIDE_NOTE, message.person_id, facts.project_id)
    return guideline_notes.note_card(
        reader, facts, decides=decides, wanted=wanted_by(session, message.person_id)
    )


def hold_news(session: Session, reader: Reader, message: HoldNews) -> Content | None:
    """Return what has become of somebody's tasks."""
    facts = read_hold_news(session, message.assignments, message.issue_id)
    if facts is None:
        return None
    return holds.hold_news(reader, message.what, facts, wanted=wanted_by(session, message.person_id))


def rework_gone(session: Session, reader: Reader, message: ReworkGone) -> Content | None:
    """Return that returned work went to somebody else, unless it was handed in after all."""
    facts = read_assignment(session, message.assignment_id)
    if facts is None or facts.state is not AssignmentState.EXPIRED:
        return None
    return holds.rework_gone(reader, facts)


def duty_changed(session: Session, reader: Reader, message: DutyChanged) -> Content | None:
    """Return who looks after a project's issues first now."""
    facts = read_duty(session, message.duty_id)
    return duty.duty_changed(reader, facts, message.person_id) if facts is not None else None


VIEWS: dict[type[Message], Callable[[Session, Reader, Any], Content | None]] = {
    IssueCard: issue_card,
    IssueCall: call,
    RulingCard: ruling_card,
    GuidelineNoteCard: guideline_note_card,
    HoldNews: hold_news,
    ReworkGone: rework_gone,
    DutyChanged: duty_changed,
}
"""What stands in direct messages; cards in threads have their place from `render_issue_threads`."""
