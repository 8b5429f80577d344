"""Who is to have which digests when: what was set, and what is usual where nothing was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.db.models import BridgedChannel, DigestPlan, Membership, Person, Project
from bot.domain.digests import EVERY_DAY, WORK_DAYS, Audience, audience_key
from bot.domain.people import Role
from bot.domain.translation import Side
from bot.domain.zones import known_zones

SUPERVISOR_ZONE = "Asia/Seoul"
USUAL = {
    Audience.PM: ("09:00", WORK_DAYS),
    Audience.SUPERVISOR: ("09:00", EVERY_DAY),
    Audience.CREW: ("09:30", EVERY_DAY),
    Audience.WORKER: ("09:30", EVERY_DAY),
}
"""The time of day and the weekdays of those who have set nothing."""

_PERSONAL = {Role.PM: Audience.PM, Role.WORKER: Audience.WORKER}


@dataclass(frozen=True)
class PlanFacts:
    """When an audience of a project has its digests. `own` says that this is one person's setting.

    `zone` is whose clock `hhmm` is read on, `weekdays` a set with Monday as bit 0; the crew's `channel` is None
    where there is none to post in.
    """

    project_id: int
    project_key: str
    audience: Audience
    audience_key: str
    hhmm: str
    zone: str
    weekdays: int
    enabled: bool
    channel: str | None = None
    own: bool = False


@dataclass(frozen=True)
class Reading:
    """One reader, or one group of them, with a plan that is switched on.

    Nothing that was due at `since` or before is sent; `changed_at` is when the time of day was set.
    """

    team_id: int
    project_zone: str
    plan: PlanFacts
    person_id: int | None
    since: datetime
    changed_at: datetime


class Plans:
    """What has been set in some projects, to be asked for a reader's plan."""

    def __init__(self, rows: Iterable[DigestPlan]) -> None:
        self._by_key: dict[tuple[int, str], DigestPlan] = {}
        self._newest_own: dict[str, DigestPlan] = {}
        for row in rows:
            self._by_key[row.project_id, row.audience_key] = row
            newest = self._newest_own.get(row.audience_key)
            if ":" in row.audience_key and (newest is None or newest.changed_at < row.changed_at):
                self._newest_own[row.audience_key] = row

    def row(self, project_id: int, audience: Audience, person_id: int | None) -> DigestPlan | None:
        """Return what counts: the person's own choice, else what was set for all of the audience.

        A worker's choice holds in the projects they have joined since, too: it is about their mornings.
        """
        key = audience_key(audience, person_id)
        own = self._by_key.get((project_id, key))
        if own is None and audience is Audience.WORKER:
            own = self._newest_own.get(key)
        return own or self._by_key.get((project_id, audience))

    def facts(
        self,
        project: Project,
        audience: Audience,
        person_id: int | None,
        zone: str,
        channel: str | None = None,
    ) -> PlanFacts:
        """Return a reader's plan; `zone` and `channel` are those they have unless another was set."""
        row = self.row(project.id, audience, person_id)
        hhmm, weekdays = (row.hhmm, row.weekdays) if row else USUAL[audience]
        zone = (row and row.zone) or zone
        return PlanFacts(
            project.id,
            project.key,
            audience,
            audience_key(audience, person_id),
            hhmm,
            # Zones leave the data base now and then; a digest by another clock is better than none for anybody.
            zone if zone in known_zones() else "UTC",
            weekdays,
            row.enabled if row else True,
            ((row and row.channel) or channel) if audience is Audience.CREW else None,
            row is not None and ":" in row.audience_key,
        )


def read_plans(session: Session, project_id: int, person_id: int) -> tuple[PlanFacts, ...]:
    """Return the plan of each audience, as it is for this person where it is personal.

    Raises NoResultFound for an unknown project or person.
    """
    project, person = session.get_one(Project, project_id), session.get_one(Person, person_id)
    plans = read_set(session, person_id=person_id, project_id=project_id)
    return tuple(
        plans.facts(
            project,
            audience,
            person_id if audience in _PERSONAL.values() else None,
            usual_zone(audience, project, person),
            crew_channels(session, (project_id,)).get(project_id, (None, None))[0],
        )
        for audience in Audience
    )


def usual_zone(audience: Audience, project: Project, person: Person) -> str:
    """Return on whose clock an audience reads the time of its digests unless another was set."""
    zones = {Audience.SUPERVISOR: SUPERVISOR_ZONE, Audience.CREW: project.zone}
    return zones.get(audience, person.zone)


def read_set(session: Session, *, person_id: int, project_id: int) -> Plans:
    """Return what was set for this project and by this person."""
    own = [audience_key(audience, person_id) for audience in Audience]
    query = select(DigestPlan).where((DigestPlan.project_id == project_id) | DigestPlan.audience_key.in_(own))
    return Plans(session.scalars(query))


def crew_channels(
    session: Session, project_ids: Iterable[int]
) -> dict[int, tuple[str | None, datetime | None]]:
    """Return each project's bridged crew channel, and since when it is that."""
    rows = session.execute(
        select(BridgedChannel.project_id, BridgedChannel.channel, BridgedChannel.created_at).where(
            BridgedChannel.project_id.in_(list(project_ids)), BridgedChannel.side == Side.CREW
        )
    )
    return {project: (channel, since) for project, channel, since in rows}


def read_readings(session: Session) -> tuple[Reading, ...]:
    """Return everybody who is to have digests of an active project."""
    projects = {row.id: row for row in session.scalars(select(Project).where(Project.active.is_(True)))}
    plans = Plans(session.scalars(select(DigestPlan)))
    found = [*_personal(session, projects, plans), *_supervisors(session, projects, plans)]
    channels = crew_channels(session, projects)
    for project in projects.values():
        channel, since = channels.get(project.id, (None, None))
        plan = plans.facts(project, Audience.CREW, None, project.zone, channel)
        if plan.channel is not None:
            found.append(_reading(plans, project, plan, None, since or project.created_at))
    return tuple(reading for reading in found if reading.plan.enabled)


def _personal(session: Session, projects: dict[int, Project], plans: Plans) -> Iterable[Reading]:
    members = session.execute(
        select(Membership.project_id, Membership.role, Membership.created_at, Person.id, Person.zone)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.role.in_(tuple(_PERSONAL)), Person.active.is_(True))
    )
    for project_id, role, joined_at, person_id, zone in members:
        if (project := projects.get(project_id)) is not None:
            plan = plans.facts(project, _PERSONAL[role], person_id, zone)
            yield _reading(plans, project, plan, person_id, joined_at)


def _supervisors(session: Session, projects: dict[int, Project], plans: Plans) -> Iterable[Reading]:
    first = session.execute(
        select(Membership.project_id, func.min(Membership.created_at))
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.role == Role.SUPERVISOR, Person.active.is_(True))
        .group_by(Membership.project_id)
    )
    for project_id, since in first:
        if (project := projects.get(project_id)) is not None:
            plan = plans.facts(project, Audience.SUPERVISOR, None, SUPERVISOR_ZONE)
            yield _reading(plans, project, plan, None, since)


def _reading(
    plans: Plans, project: Project, plan: PlanFacts, person_id: int | None, since: datetime
) -> Reading:
    row = plans.row(project.id, plan.audience, person_id)
    since = max(since, row.since) if row else since
    changed_at = row.changed_at if row else since
    return Reading(project.team_id, project.zone, plan, person_id, since, changed_at)
