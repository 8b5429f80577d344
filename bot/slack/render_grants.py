"""Qualifications, suggestions, practice and tasks handed on: from what is stored to what their reader sees."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.db.models import Assignment, Membership, Person, Project, Verdict
from bot.domain.assignment import AssignmentState
from bot.domain.people import Role
from bot.domain.review import Decision
from bot.outbox.fact import Message
from bot.outbox.quality_messages import GrantNews, HandedOn, PracticeOffer, SuggestionCard
from bot.reports.qualifications import read_grant
from bot.reports.suggestions import read_suggestion
from bot.slack.content import Content
from bot.slack.reader import Reader
from bot.slack.views import care, qualifications, suggestions


def _grant_news(session: Session, reader: Reader, message: GrantNews) -> Content | None:
    facts = read_grant(session, message.grant_id)
    if facts is None or facts.person_id != message.person_id:
        return None
    # What was given again meanwhile neither ends nor has ended, and what was taken back was not given.
    if facts.revoked != (message.what == "taken_back"):
        return None
    return qualifications.grant_news(reader, facts, message.what)


def _suggestion(session: Session, reader: Reader, message: SuggestionCard) -> Content | None:
    facts = read_suggestion(session, message.suggestion_id)
    return suggestions.suggestion_card(reader, facts) if facts else None


def _practice(session: Session, reader: Reader, message: PracticeOffer) -> Content | None:
    project = session.get(Project, message.project_id)
    works = session.scalar(
        select(Membership.id).where(
            Membership.project_id == message.project_id,
            Membership.person_id == message.person_id,
            Membership.role == Role.WORKER,
        )
    )
    if project is None or works is None:
        return None
    return suggestions.practice_offer(reader, project.id, project.key)


def _handed_on(session: Session, reader: Reader, message: HandedOn) -> Content | None:
    assignment = session.get(Assignment, message.assignment_id)
    # Taken back before anybody was told, there is nothing to tell.
    if assignment is None or not (assignment.last_word or assignment.state is AssignmentState.RELEASED):
        return None
    project = session.get_one(Project, assignment.project_id)
    nickname = session.get_one(Person, assignment.person_id).nickname
    rejects = session.scalar(
        select(func.count()).where(
            Verdict.assignment_id == assignment.id,
            Verdict.decision == Decision.REJECT,
            Verdict.undone_at.is_(None),
        )
    )
    return care.handed_on(reader, assignment.task_id, project.key, nickname, rejects or 0)


VIEWS: dict[type[Message], Callable[[Session, Reader, Any], Content | None]] = {
    GrantNews: _grant_news,
    SuggestionCard: _suggestion,
    PracticeOffer: _practice,
    HandedOn: _handed_on,
}
