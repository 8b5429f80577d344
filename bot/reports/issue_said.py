"""What somebody wrote to an issue from a card, as the others see it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.db.models import Issue, IssueStep, Person, Project
from bot.domain.escalation import IssueSource, IssueState
from bot.domain.people import Role
from bot.domain.translation import SourceKind
from bot.reports.issue_words import Words, read_words
from bot.reports.translations import NAMELESS, role_in


@dataclass(frozen=True)
class SaidFacts:
    """A line that was written to an issue. `role` is the writer's in the project, None for who has none there.

    `author` is "" for whoever raised an issue in private: its cards don't name them either.
    """

    step_id: int
    issue_id: int
    ver: int
    state: IssueState
    project_key: str
    author: str
    role: Role | None
    words: Words


def read_said(session: Session, step_id: int) -> SaidFacts | None:
    """Return what somebody wrote to an issue with a step, None where nothing was written."""
    step = session.get(IssueStep, step_id)
    if step is None or not step.note:
        return None
    issue = session.get_one(Issue, step.issue_id)
    author = session.get(Person, step.actor_id) if step.actor_id is not None else None
    return SaidFacts(
        step.id,
        issue.id,
        issue.ver,
        issue.state,
        session.get_one(Project, issue.project_id).key,
        _written_by(issue, author),
        role_in(session, issue.project_id, step.actor_id),
        read_words(session, SourceKind.ISSUE_STEP, step.id, step.note),
    )


def _written_by(issue: Issue, author: Person | None) -> str:
    if author is None:
        return NAMELESS
    in_private = issue.source is not IssueSource.THREAD
    return "" if in_private and author.id == issue.opener_id else author.nickname
