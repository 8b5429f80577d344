"""Digests at their time: each made once, with its figures, and told to those it is for."""

from __future__ import annotations

from datetime import date, timedelta
from time import monotonic

from sqlalchemy import CursorResult, and_, delete, or_, select

from bot.db.models import DigestRun, Membership, Person, Project
from bot.db.unit_of_work import UnitOfWork
from bot.domain.digests import Audience, Due, is_late, newest_due, reported_date
from bot.domain.people import Role
from bot.domain.policy import Action, Subject
from bot.domain.zones import zone_of
from bot.outbox.queue import enqueue
from bot.outbox.report_messages import DigestCard
from bot.reports.digest import Digest, dump_digest, read_digest, worker_digest
from bot.reports.digest_plans import Reading, read_readings
from bot.reports.digest_runs import is_first_of_week, unmade
from bot.reports.progress import WorkerDay, worker_days
from bot.reports.window import day_of, local_date
from bot.services.access import current_actor, require
from bot.services.handovers import repliers
from bot.services.questions import insert_once

BUDGET_SECONDS = 0.5
"""For how long one transaction begins further digests: writers wait behind it, and the next tick goes on."""

KEPT_FOR = timedelta(days=400)
SILENT_KEPT_FOR = timedelta(days=30)
_WEEKLY = (Audience.PM, Audience.SUPERVISOR)

Busy = dict[tuple[int, date], dict[int, WorkerDay]]


def send_digests(uow: UnitOfWork) -> int:
    """Make the digests that are due and not made yet, and have them told; returns how many were made.

    Several processes may do so at once, be killed in it or come back after days: the row of a (project, audience,
    local date) is unique and stands with its messages in one transaction. After a stop only the newest is made.
    """
    readings = {(one.plan.project_id, one.plan.audience_key): one for one in read_readings(uow.session)}
    due: dict[tuple[int, str], Due] = {}
    for key, reading in readings.items():
        plan = reading.plan
        newest = newest_due(plan.zone, plan.hhmm, plan.weekdays, uow.now)
        if newest is not None and newest.at > reading.since:
            due[key] = newest
    waiting = sorted(unmade(uow.session, due).items(), key=lambda item: (item[1].at, item[0]))
    busy: Busy = {}
    made, until = 0, monotonic() + BUDGET_SECONDS
    for key, one in waiting:
        made += _make(uow, readings[key], one, busy)
        if monotonic() > until:
            break
    return made


def _make(uow: UnitOfWork, reading: Reading, due: Due, busy: Busy) -> bool:
    """Make one digest; False when another process has."""
    plan = reading.plan
    reported = reported_date(due, zone=plan.zone, hhmm=plan.hhmm, project_zone=reading.project_zone)
    # The row goes first: another process that is at the same digest waits here, and reads no figures in vain.
    run_id = insert_once(
        uow,
        DigestRun,
        {
            "project_id": plan.project_id,
            "audience_key": plan.audience_key,
            "local_date": due.date,
            "reported": reported,
            "due_at": due.at,
            "made_at": uow.now,
            "late": is_late(due.at, reading.changed_at, uow.now),
            "told": False,
        },
    )
    if run_id is None:
        return False
    week = _is_weekly(uow, reading, due.date)
    digest = _figures(uow, reading, reported, week, busy)
    if digest is not None:
        run = uow.session.get_one(DigestRun, run_id)
        run.told, run.week, run.payload = True, week, dump_digest(digest)
        _tell(uow, reading, run_id)
    return True


def _is_weekly(uow: UnitOfWork, reading: Reading, day: date) -> bool:
    """Say whether it is the week's first digest of those who were there when the week began."""
    plan, monday = reading.plan, day - timedelta(days=day.weekday())
    return (
        plan.audience in _WEEKLY
        and local_date(plan.zone, reading.since) < monday
        and is_first_of_week(uow.session, plan.project_id, plan.audience_key, day)
    )


def _figures(uow: UnitOfWork, reading: Reading, reported: date, week: bool, busy: Busy) -> Digest | None:
    """Return what the reader is told, None for a worker who has done nothing and to whom nothing was done."""
    plan = reading.plan
    if plan.audience is Audience.WORKER:
        place = (plan.project_id, reported)
        if place not in busy:
            days = worker_days(uow.session, plan.project_id, day_of(reading.project_zone, reported))
            busy[place] = {day.person_id: day for day in days}
        mine = busy[place].get(reading.person_id or 0)
        # A word about rejects is kind once a week and unkind every morning, so it comes by itself.
        return worker_digest(uow.session, *place, mine, now=uow.now) if mine is not None else None
    return read_digest(
        uow.session,
        plan.project_id,
        reported,
        plan.audience,
        now=uow.now,
        person_id=reading.person_id,
        week=week,
    )


def _tell(uow: UnitOfWork, reading: Reading, run_id: int) -> None:
    plan = reading.plan
    if plan.channel is not None:
        # Whoever is asked when the channel can't be written to.
        for person_id in repliers(uow, plan.project_id)[:1]:
            _send(uow, reading.team_id, DigestCard(person_id, run_id, plan.channel))
        return
    people = (reading.person_id,) if reading.person_id is not None else _supervisors(uow, plan.project_id)
    for person_id in people:
        _send(uow, reading.team_id, DigestCard(person_id, run_id))


def _send(uow: UnitOfWork, team_id: int, card: DigestCard) -> None:
    enqueue(uow, team_id, card, dedupe=card.card)


def _supervisors(uow: UnitOfWork, project_id: int) -> tuple[int, ...]:
    people = (
        select(Person.id)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.project_id == project_id,
            Membership.role == Role.SUPERVISOR,
            Person.active.is_(True),
        )
        .order_by(Person.id)
    )
    return tuple(uow.session.scalars(people))


def send_now(
    uow: UnitOfWork, *, person_id: int, project_id: int, day: date | None = None, week: bool = False
) -> int:
    """Make a digest for somebody who asks for one, and return its id; it changes nothing about those at their time.

    `day` is the project's, None for today so far. Raises NotAllowed for others than PMs, supervisors and admins.
    """
    person = require(uow, Action.SEE_STATUS, person_id, project_id, Subject("project", project_id))
    project = uow.session.get_one(Project, project_id)
    reported = day or local_date(project.zone, uow.now)
    _person, actor = current_actor(uow, person_id, project_id)
    supervises = Role.SUPERVISOR in actor.roles and Role.PM not in actor.roles
    audience = Audience.SUPERVISOR if supervises else Audience.PM
    digest = read_digest(
        uow.session, project_id, reported, audience, now=uow.now, person_id=person_id, week=week
    )
    run = DigestRun(
        project_id=project_id,
        # To the microsecond, because everybody may ask as often as they like.
        audience_key=f"now:{person_id}:{uow.now:%H%M%S%f}",
        local_date=uow.now.astimezone(zone_of(person.zone)).date(),
        reported=reported,
        due_at=uow.now,
        made_at=uow.now,
        week=week,
        payload=dump_digest(digest),
    )
    uow.session.add(run)
    uow.session.flush()
    _send(uow, project.team_id, DigestCard(person_id, run.id))
    return run.id


def purge_digests(uow: UnitOfWork) -> int:
    """Forget old digests and return how many; those of which nobody was told go first."""
    done = uow.session.execute(
        delete(DigestRun).where(
            or_(
                DigestRun.made_at < uow.now - KEPT_FOR,
                and_(DigestRun.made_at < uow.now - SILENT_KEPT_FOR, DigestRun.told.is_(False)),
            )
        )
    )
    assert isinstance(done, CursorResult)
    return done.rowcount
