"""A word in private to a worker most of whose rejects have one or two reasons: seldom, and never in their night."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from bot.db.models import CoachNote, Person, Project, Review, Verdict
from bot.db.unit_of_work import UnitOfWork
from bot.domain.digests import is_night
from bot.domain.review import UNDO_WINDOW, Decision
from bot.outbox.queue import enqueue
from bot.outbox.report_messages import CoachCard
from bot.reports.coach_notes import dump_coach
from bot.reports.expressions import of_review
from bot.reports.progress import Coach, coach

NOT_AGAIN_FOR = timedelta(days=7)
"""How long a worker hears nothing more about the same reasons."""

APART = timedelta(days=2)
"""How long they hear nothing more about any reasons."""

_RECENT = timedelta(hours=12)
"""Whose rejects are looked at: longer than a night, so that those of an evening are spoken of in the morning."""

_SHARES = 60


def send_coaching(uow: UnitOfWork) -> int:
    """Send a note to those who may be helped by one; returns how many. To be called each minute.

    Each minute has its share of the people, so that everybody is looked at once an hour and no transaction is long.
    """
    sent = 0
    for person_id in _candidates(uow, uow.now.minute):
        sent += send_note(uow, person_id=person_id)
    return sent


def send_note(uow: UnitOfWork, *, person_id: int) -> bool:
    """Send the person a note if there is something to say, it is day for them, and it was not said lately."""
    person = uow.session.get_one(Person, person_id)
    if is_night(person.zone, uow.now) or not person.active:
        return False
    # A verdict that may still be taken back says nothing yet.
    found = coach(uow.session, person_id, uow.now - UNDO_WINDOW)
    if found is None:
        return False
    # Two processes at once must see each other's note.
    uow.lock(Person, person_id)
    reasons = reasons_key(found)
    notes = uow.session.scalars(
        select(CoachNote).where(CoachNote.person_id == person_id, CoachNote.sent_at > uow.now - NOT_AGAIN_FOR)
    ).all()
    if any(note.reasons == reasons or note.sent_at > uow.now - APART for note in notes):
        return False
    note = CoachNote(person_id=person_id, reasons=reasons, sent_at=uow.now, payload=dump_coach(found))
    uow.session.add(note)
    uow.session.flush()
    enqueue(uow, person.team_id, CoachCard(person_id, note.id))
    return True


def reasons_key(found: Coach) -> str:
    """Return the same words for the same pair of reasons, whichever of them is the more frequent."""
    return "|".join(sorted(f"{one.project_key}:{one.reason}" for one in found.reasons))


def _candidates(uow: UnitOfWork, share: int) -> tuple[int, ...]:
    """Return whose work was rejected lately, of one share of all people."""
    projects = select(Project.id).where(Project.active.is_(True))
    rejected = uow.session.scalars(
        select(of_review(Review.author_id))
        .where(
            Verdict.project_id.in_(projects),
            Verdict.decided_at > uow.now - _RECENT,
            Verdict.decision == Decision.REJECT,
            Verdict.undone_at.is_(None),
        )
        .distinct()
    )
    return tuple(sorted(person_id for person_id in rejected if person_id % _SHARES == share))
