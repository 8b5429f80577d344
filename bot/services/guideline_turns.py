"""How guideline versions begin and end: one after the other, with unread cards redrawn and old answers marked."""

from __future__ import annotations

from sqlalchemy import select

from bot.db.models import Acknowledgement, GuidelineVersion, Membership, Person, Project
from bot.db.unit_of_work import UnitOfWork
from bot.domain.guideline import GuidelineState
from bot.domain.people import Role
from bot.guidelines.changes import changes
from bot.outbox.messages import GuidelineCard
from bot.outbox.queue import enqueue
from bot.reports.guidelines import read_sections
from bot.services.faq import mark_stale

SUBJECT = "guideline"
"""The audit's word for a version."""


def lock_version(uow: UnitOfWork, version_id: int) -> GuidelineVersion | None:
    """Lock the project and then the version, in the order of everybody who changes versions."""
    project_id = uow.session.scalar(
        select(GuidelineVersion.project_id).where(GuidelineVersion.id == version_id)
    )
    if project_id is None:
        return None
    uow.lock(Project, project_id)
    return uow.lock(GuidelineVersion, version_id)


def move_version(
    uow: UnitOfWork, version: GuidelineVersion, state: GuidelineState, action: str, actor_id: int | None
) -> None:
    """Advance a version, write that down and audit it."""
    before, version.state = version.state, state
    version.ver += 1
    uow.audit(
        team_id=uow.session.get_one(Project, version.project_id).team_id,
        actor_id=actor_id,
        action=action,
        subject=(SUBJECT, version.id),
        states=(before, state),
        detail={"number": version.number},
    )
    # One current version a project: the one that ends has to be written before the one that begins.
    uow.session.flush()


def begin(uow: UnitOfWork, version: GuidelineVersion, action: str, actor_id: int | None) -> None:
    """Put a version in effect: claims are pinned to it and ask for its acknowledgement from now on."""
    # Claims read project and version in one statement, so they see either both as before or both as after.
    project = uow.session.get_one(Project, version.project_id)
    ending = uow.session.scalar(
        select(GuidelineVersion).where(
            GuidelineVersion.project_id == project.id, GuidelineVersion.state == GuidelineState.CURRENT
        )
    )
    if ending is not None:
        ending.ended_at = uow.now
        move_version(uow, ending, GuidelineState.PAST, "guideline.end", actor_id)
        _redraw_unread(uow, project, ending)
    version.began_at = uow.now
    move_version(uow, version, GuidelineState.CURRENT, action, actor_id)
    project.guideline_version = str(version.number)
    if ending is not None:
        mark_stale(uow, project.id, _touched(uow, ending.id, version.id))


def _touched(uow: UnitOfWork, old: int, new: int) -> set[str]:
    """Return the ids of sections that are no longer as they were, and of those that are new."""
    found = changes(read_sections(uow.session, old), read_sections(uow.session, new))
    return {id for change in found if (id := change.old_id or change.new_id)}


def overtake(uow: UnitOfWork, version: GuidelineVersion) -> None:
    """Drop older versions that were to begin only after this one does."""
    overtaken = uow.session.scalars(
        select(GuidelineVersion).where(
            GuidelineVersion.project_id == version.project_id,
            GuidelineVersion.state == GuidelineState.SCHEDULED,
            GuidelineVersion.number < version.number,
            GuidelineVersion.effective_at >= version.effective_at,
        )
    ).all()
    project = uow.session.get_one(Project, version.project_id)
    for old in overtaken:
        move_version(uow, old, GuidelineState.PAST, "guideline.overtake", None)
        _redraw_unread(uow, project, old)


def _redraw_unread(uow: UnitOfWork, project: Project, version: GuidelineVersion) -> None:
    """Have the cards of those who have not acknowledged a version drawn anew, without their button."""
    read = set(
        uow.session.scalars(select(Acknowledgement.person_id).where(Acknowledgement.version_id == version.id))
    )
    for person_id in workers_of(uow, project.id):
        if person_id not in read:
            enqueue(uow, project.team_id, GuidelineCard(person_id, version.id))


def workers_of(uow: UnitOfWork, project_id: int) -> tuple[int, ...]:
    """Return the ids of the project's active workers."""
    people = (
        select(Person.id)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.project_id == project_id, Membership.role == Role.WORKER, Person.active.is_(True))
        .order_by(Person.id)
    )
    return tuple(uow.session.scalars(people))


def begin_scheduled(uow: UnitOfWork) -> int:
    """Put every version whose time has come in effect, the oldest first; returns how many."""
    due = uow.session.scalars(
        select(GuidelineVersion.id)
        .where(GuidelineVersion.state == GuidelineState.SCHEDULED, GuidelineVersion.effective_at <= uow.now)
        .order_by(GuidelineVersion.effective_at, GuidelineVersion.number)
    ).all()
    begun = 0
    for version_id in due:
        version = lock_version(uow, version_id)
        # Another process may have been quicker.
        if version is None or version.state is not GuidelineState.SCHEDULED:
            continue
        begin(uow, version, "guideline.begin", None)
        _redraw_unread(uow, uow.session.get_one(Project, version.project_id), version)
        begun += 1
    return begun
