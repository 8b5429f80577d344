"""Guideline versions: a draft is uploaded, published, takes effect, and is acknowledged by every worker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select

from bot.db.models import (
    Acknowledgement,
    GuidelineSection,
    GuidelineVersion,
    Person,
    Project,
)
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import Invalid, NotFound, StaleAction
from bot.domain.guideline import GuidelineState
from bot.domain.policy import Action, Subject
from bot.domain.text import keep_storable
from bot.guidelines.document import Guideline, Section
from bot.outbox.messages import GuidelineCard
from bot.outbox.queue import enqueue
from bot.services.access import require
from bot.services.guideline_turns import SUBJECT, begin, lock_version, move_version, overtake, workers_of

LONGEST_NOTICE = timedelta(days=90)
"""How far ahead a version may be published."""


@dataclass(frozen=True)
class Uploaded:
    """A version after an upload. `again` is set when this very file was there already, so nothing changed."""

    version_id: int
    ver: int
    number: int
    state: GuidelineState
    sections: int
    again: bool = False


@dataclass(frozen=True)
class Published:
    """A version that is published, and how many workers are told."""

    version_id: int
    number: int
    state: GuidelineState
    effective_at: datetime
    told: int


@dataclass(frozen=True)
class Acknowledged:
    """A version somebody has read. `again` is set when they had said so before."""

    version_id: int
    project_id: int
    project_key: str
    number: int
    again: bool


def upload(
    uow: UnitOfWork,
    *,
    actor_id: int | None,
    project: Project,
    name: str,
    sha256: str,
    guideline: Guideline,
) -> Uploaded:
    """Store a file as the project's draft, in the place of the draft before it.

    The same file as the newest version's is left alone. `actor_id` is None on the command line, where whoever
    runs it has the database anyway. Raises NotAllowed, and Invalid for a guideline without sections.
    """
    if actor_id is not None:
        require(uow, Action.UPLOAD_GUIDELINE, actor_id, project.id, Subject("project", project.id))
    if not guideline.sections:
        raise Invalid("file", "no_sections")
    # Two uploads at once would give both of them the same number.
    uow.lock(Project, project.id)
    newest = uow.session.scalar(
        select(GuidelineVersion)
        .where(GuidelineVersion.project_id == project.id)
        .order_by(GuidelineVersion.number.desc())
        .limit(1)
    )
    if newest is not None and newest.sha256 == sha256 and newest.state is not GuidelineState.PAST:
        return _uploaded(newest, len(guideline.sections), again=True)
    if newest is not None and newest.state is GuidelineState.DRAFT:
        version, before = newest, GuidelineState.DRAFT
        version.ver += 1
        uow.session.execute(delete(GuidelineSection).where(GuidelineSection.version_id == version.id))
    else:
        version, before = GuidelineVersion(project_id=project.id, ver=1), None
        version.number = newest.number + 1 if newest else 1
        version.state = GuidelineState.DRAFT
        uow.session.add(version)
    version.title = keep_storable(guideline.title)[:200]
    version.source_name = keep_storable(name)[:200]
    version.sha256 = sha256
    version.words = guideline.words
    version.uploaded_by_id = actor_id
    version.uploaded_at = uow.now
    uow.session.flush()
    uow.session.execute(
        insert(GuidelineSection), [_row(version.id, section) for section in guideline.sections]
    )
    uow.audit(
        team_id=project.team_id,
        actor_id=actor_id,
        action=Action.UPLOAD_GUIDELINE,
        subject=(SUBJECT, version.id),
        states=(before, GuidelineState.DRAFT),
        detail={"number": version.number, "sections": len(guideline.sections)},
    )
    return _uploaded(version, len(guideline.sections))


def _uploaded(version: GuidelineVersion, sections: int, *, again: bool = False) -> Uploaded:
    return Uploaded(version.id, version.ver, version.number, version.state, sections, again)


def _row(version_id: int, section: Section) -> dict[str, object]:
    return {
        "version_id": version_id,
        "position": section.order,
        "key": keep_storable(section.id)[:255],
        "path": [keep_storable(title) for title in section.path],
        "anchor": keep_storable(section.anchor),
        "level": section.level,
        "blocks": [
            {"kind": block.kind, "text": keep_storable(block.text), "depth": block.depth}
            for block in section.blocks
        ],
        "line": section.line,
        "page": section.page,
        "lead_in": section.lead_in,
    }


def publish(
    uow: UnitOfWork,
    *,
    actor_id: int | None,
    version: int,
    effective_at: datetime | None = None,
    ver: int | None = None,
) -> Published:
    """Publish the draft with the id `version`, at once or at a time to come, and tell the workers.

    `ver` refuses a button drawn for another draft (StaleAction). Raises NotFound, NotAllowed, and Invalid for
    a time that has passed or is more than 90 days away.
    """
    row = lock_version(uow, version)
    if row is None:
        raise NotFound("guideline", str(version))
    if actor_id is not None:
        subject = Subject(SUBJECT, row.id, row.state)
        require(uow, Action.PUBLISH_GUIDELINE, actor_id, row.project_id, subject)
    if row.state is not GuidelineState.DRAFT or ver not in (None, row.ver):
        raise StaleAction(Action.PUBLISH_GUIDELINE, SUBJECT, row.id, row.state)
    if effective_at is not None and not uow.now < effective_at <= uow.now + LONGEST_NOTICE:
        raise Invalid("when", "past" if effective_at <= uow.now else "too_far")
    row.published_by_id = actor_id
    row.published_at = uow.now
    row.effective_at = effective_at or uow.now
    project = uow.session.get_one(Project, row.project_id)
    if effective_at is None:
        begin(uow, row, Action.PUBLISH_GUIDELINE, actor_id)
    else:
        move_version(uow, row, GuidelineState.SCHEDULED, Action.PUBLISH_GUIDELINE, actor_id)
    overtake(uow, row)
    workers = workers_of(uow, project.id)
    for person_id in workers:
        enqueue(uow, project.team_id, GuidelineCard(person_id, row.id))
    return Published(row.id, row.number, row.state, row.effective_at, len(workers))


def acknowledge(uow: UnitOfWork, *, person_id: int, version_id: int) -> Acknowledged:
    """Note that a worker has read a version that is published; doing it again changes nothing.

    Raises NotFound, NotAllowed, and StaleAction for a version that is over or not published yet.
    """
    version = uow.session.get(GuidelineVersion, version_id)
    if version is None:
        raise NotFound("guideline", str(version_id))
    project = uow.session.get_one(Project, version.project_id)
    # Two presses at once wait for each other here.
    uow.lock(Person, person_id)
    known = uow.session.scalar(
        select(func.count()).where(
            Acknowledgement.version_id == version_id, Acknowledgement.person_id == person_id
        )
    )
    done = Acknowledged(version.id, project.id, project.key, version.number, again=bool(known))
    subject = Subject(SUBJECT, version.id, version.state)
    person = require(uow, Action.ACKNOWLEDGE, person_id, version.project_id, subject)
    if known:
        return done
    uow.session.add(Acknowledgement(version_id=version_id, person_id=person_id, acknowledged_at=uow.now))
    uow.audit(
        team_id=person.team_id,
        actor_id=person_id,
        action=Action.ACKNOWLEDGE,
        subject=(SUBJECT, version.id),
        detail={"number": version.number},
    )
    enqueue(uow, person.team_id, GuidelineCard(person_id, version.id))
    return done


def remind(uow: UnitOfWork, *, person_id: int, version_id: int) -> None:
    """Have the person's card of a version drawn, or sent if they have never had it."""
    person = uow.session.get_one(Person, person_id)
    enqueue(uow, person.team_id, GuidelineCard(person_id, version_id))
