"""What waits for a person in a project today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from bot.db.models import (
    Appeal,
    Handover,
    Issue,
    Membership,
    Notice,
    NoticeReceipt,
    Person,
    Review,
)
from bot.domain.escalation import IssueSource, IssueState
from bot.domain.people import Role
from bot.domain.questions import HandoverState
from bot.domain.review import ReviewLevel, ReviewState
from bot.domain.translation import NoticeState
from bot.reports.adjudications import waiting_decisions
from bot.reports.appeals import stands_still, waits
from bot.reports.expressions import fixed, is_held
from bot.reports.notices import SHOWN_FOR
from bot.reports.translations import count_reported

AGEING = timedelta(hours=24)
"""A review that waits longer than this is ageing."""


@dataclass(frozen=True)
class Needs:
    """Counts of what only people can move on; nobody needs to judge what is on hold.

    `questions` wait for a reply, the oldest since `oldest_question`; `handed_up` reviews for a supervisor;
    `ageing_reviews` have waited for over 24 hours; `unread_notices` of the last two weeks have not been read by
    somebody, `unread_people` in all. `untaken` issues have been acknowledged by nobody, the oldest open since
    `oldest_issue`; `adjudications` are tasks whose answers do not agree, for a supervisor to decide;
    `appeals` wait for somebody who looks at the work anew.
    """

    questions: int
    oldest_question: datetime | None
    handed_up: int
    ageing_reviews: int
    reported_translations: int
    unread_notices: int
    unread_people: int
    untaken: int = 0
    oldest_issue: datetime | None = None
    adjudications: int = 0
    appeals: int = 0

    @property
    def total(self) -> int:
        """How many things wait; a review that was handed up and is ageing is two reasons to look."""
        waiting = self.untaken + self.questions + self.handed_up + self.ageing_reviews
        waiting += self.adjudications + self.appeals
        return waiting + self.reported_translations + self.unread_notices


def read_needs(session: Session, project_id: int, *, now: datetime, nameless: bool = False) -> Needs:
    """Return what waits in the project at `now`; what was reported namelessly only for those who may see it."""
    questions, oldest = session.execute(
        select(func.count(), func.min(Handover.opened_at)).where(
            Handover.project_id == project_id, Handover.state == fixed(Handover.state, HandoverState.OPEN)
        )
    ).one()
    waiting = (Review.project_id == project_id, Review.state == fixed(Review.state, ReviewState.WAITING))
    handed_up = session.scalar(
        select(func.count()).where(*waiting, Review.level == ReviewLevel.SUPERVISOR, ~is_held())
    )
    ageing = session.scalar(
        select(func.count()).where(*waiting, Review.created_at < now - AGEING, ~is_held())
    )
    notices, people = _unread(session, project_id, now)
    untaken, oldest_issue = session.execute(
        select(func.count(), func.min(Issue.opened_at)).where(
            Issue.project_id == project_id,
            Issue.state == IssueState.OPEN,
            *(() if nameless else (Issue.source != IssueSource.NAMELESS,)),
        )
    ).one()
    return Needs(
        questions,
        oldest,
        handed_up or 0,
        ageing or 0,
        count_reported(session, (project_id,)),
        notices,
        people,
        untaken,
        oldest_issue,
        waiting_decisions(session, project_id),
        _appeals(session, project_id),
    )


def _appeals(session: Session, project_id: int) -> int:
    """Return how many appeals nobody looks at yet."""
    query = select(func.count()).where(Appeal.project_id == project_id, waits(), ~stands_still())
    return session.scalar(query) or 0


def _unread(session: Session, project_id: int, now: datetime) -> tuple[int, int]:
    """Return how many recent notices somebody has not read, and how many people that is."""
    read = select(NoticeReceipt.id).where(
        NoticeReceipt.notice_id == Notice.id, NoticeReceipt.person_id == Person.id
    )
    notices, people = session.execute(
        select(func.count(Notice.id.distinct()), func.count(Person.id.distinct()))
        .select_from(Notice)
        .join(Membership, Membership.project_id == Notice.project_id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Notice.project_id == project_id,
            Notice.state == NoticeState.POSTED,
            Notice.posted_at >= now - SHOWN_FOR,
            # As in `notices.audience`: PMs need not read what is posted in the crew's channel.
            Membership.role != Role.PM,
            Person.active.is_(True),
            Person.id != Notice.author_id,
            or_(Notice.approved_by_id.is_(None), Person.id != Notice.approved_by_id),
            ~read.exists(),
        )
    ).one()
    return notices, people
