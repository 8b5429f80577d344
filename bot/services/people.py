"""Joining, one's own settings, and roles in projects."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select

from bot.db.models import Assignment, Membership, Person, Project, Team
from bot.db.unit_of_work import UnitOfWork
from bot.domain.assignment import AssignmentState, Event
from bot.domain.errors import Invalid, NotFound
from bot.domain.people import LANGUAGES, Role, WorkStatus, clean_nickname, likeness_of
from bot.domain.policy import Action, Subject
from bot.domain.review import ReviewLevel
from bot.domain.translation import BOTH, OFF, READABLE
from bot.domain.zones import known_zones
from bot.outbox.messages import JoinRequested, RoleChanged
from bot.outbox.queue import enqueue
from bot.reports.members import admins_of
from bot.services.access import require
from bot.services.returns import lower_reviews, return_reviews
from bot.services.tasks import free_slot, move

_FALLBACK_ZONE = "Asia/Seoul"


@dataclass(frozen=True)
class Profile:
    """A person's own settings. `reads` is what they said they want translations in, None while nothing."""

    person_id: int
    nickname: str
    language: str
    zone: str
    status: WorkStatus
    reads: str | None = None


@dataclass(frozen=True)
class RoleSet:
    """A role given or taken; `changed` is False when it already was so, `released` counts tasks given back."""

    person_id: int
    nickname: str
    project_key: str
    role: Role
    granted: bool
    changed: bool
    released: int


def language_of(locale: str) -> str:
    """Return the catalog language for a Slack locale such as `ko-KR`; English for everything unknown."""
    language = locale.partition("-")[0].lower()
    return language if language in LANGUAGES else "en"


def find_or_add_team(uow: UnitOfWork, slack_id: str) -> Team:
    """Return the team, storing it the first time."""
    team = uow.session.scalar(select(Team).where(Team.slack_id == slack_id))
    if team is None:
        team = Team(slack_id=slack_id, created_at=uow.now)
        uow.session.add(team)
        uow.session.flush()
    return team


def join(uow: UnitOfWork, *, team: str, user: str, nickname: str, language: str, zone: str) -> Profile:
    """Register a Slack user under a nickname and tell the admins; joining twice changes nothing.

    Somebody whose account was gone and is back is active again, under the nickname they had.

    Raises Invalid for a nickname that is malformed or taken. An unknown zone becomes Seoul's.
    """
    row = find_or_add_team(uow, team)
    person = uow.session.scalar(select(Person).where(Person.team_id == row.id, Person.slack_id == user))
    if person is None:
        person = Person(
            team_id=row.id,
            slack_id=user,
            nickname=_free_nickname(uow, row.id, nickname),
            language=language if language in LANGUAGES else "en",
            zone=zone if zone in known_zones() else _FALLBACK_ZONE,
            status=WorkStatus.WORKING,
            created_at=uow.now,
        )
        uow.session.add(person)
    elif person.active:
        return _profile(person)
    person.active = True
    uow.session.flush()
    uow.audit(team_id=row.id, actor_id=person.id, action="person.join", subject=("person", person.id))
    for admin_id in admins_of(uow.session, row.id):
        if admin_id != person.id:
            enqueue(uow, row.id, JoinRequested(admin_id, person.id))
    return _profile(person)


def grant_admin(uow: UnitOfWork, *, person_id: int) -> None:
    """Make a person an admin of their team; only the command line does this, for want of an earlier admin."""
    person = _own(uow, person_id)
    if not person.admin:
        person.admin = True
        uow.audit(team_id=person.team_id, actor_id=None, action="person.admin", subject=("person", person.id))


def _free_nickname(uow: UnitOfWork, team_id: int, wanted: str, own_id: int = 0) -> str:
    """Return the name as it will be shown; nobody else in the team has one that looks the same."""
    name = clean_nickname(wanted)
    if name is None:
        raise Invalid("nickname", "malformed", wanted)
    # Two people who choose at the same moment must see each other's choice.
    uow.lock(Team, team_id)
    # SQLite's lower() knows ASCII only, and names are chosen rarely: they are compared here.
    others = uow.session.scalars(
        select(Person.nickname).where(Person.team_id == team_id, Person.id != own_id)
    )
    if likeness_of(name) in map(likeness_of, others):
        raise Invalid("nickname", "taken", name)
    return name


def _profile(person: Person) -> Profile:
    return Profile(person.id, person.nickname, person.language, person.zone, person.status, person.reads)


def _own(uow: UnitOfWork, person_id: int) -> Person:
    person = uow.lock(Person, person_id)
    if person is None:
        raise NotFound("person")
    return person


def _changed(uow: UnitOfWork, person: Person, action: str, before: str, after: str) -> Profile:
    if before != after:
        uow.audit(
            team_id=person.team_id,
            actor_id=person.id,
            action=action,
            subject=("person", person.id),
            # A nickname is a person's own word, so only the fact of its change is kept.
            states=(None, None) if action == "person.nickname" else (before, after),
        )
    return _profile(person)


def set_language(uow: UnitOfWork, *, person_id: int, language: str) -> Profile:
    """Choose the language the bot speaks to this person; raises Invalid for one it does not have."""
    person = _own(uow, person_id)
    if language not in LANGUAGES:
        raise Invalid("language", "unknown", language)
    before, person.language = person.language, language
    return _changed(uow, person, "person.language", before, language)


def set_reads(uow: UnitOfWork, *, person_id: int, reads: str | None) -> Profile:
    """Choose what to read translations in: a language, "both" or "off"; None follows the language of the bot.

    Raises Invalid for anything else.
    """
    person = _own(uow, person_id)
    if reads not in (None, BOTH, OFF, *READABLE):
        raise Invalid("reads", "unknown", reads or "")
    before, person.reads = person.reads, reads
    return _changed(uow, person, "person.reads", before or "", reads or "")


def set_nickname(uow: UnitOfWork, *, person_id: int, nickname: str) -> Profile:
    """Choose the name everybody sees; raises Invalid when it is malformed or taken."""
    person = _own(uow, person_id)
    before, person.nickname = (
        person.nickname,
        _free_nickname(uow, person.team_id, nickname, person.id),
    )
    return _changed(uow, person, "person.nickname", before, person.nickname)


def set_status(uow: UnitOfWork, *, person_id: int, status: WorkStatus) -> Profile:
    """Say whether one wants work now; resting has no consequence and can end at any time."""
    person = _own(uow, person_id)
    before, person.status = person.status, status
    return _changed(uow, person, "person.status", before, status)


def set_role(
    uow: UnitOfWork, *, actor_id: int, project: Project, user: str, role: Role, granted: bool
) -> RoleSet:
    """Give or take a role in a project; the person is told. Raises NotFound for somebody who has not joined.

    Taking the worker role gives the tasks in hand back, and taking a judging role the reviews that the roles
    left do not cover, so that others can go on.
    """
    require(uow, Action.SET_ROLE, actor_id, project.id, Subject("project", project.id))
    person = uow.session.scalar(
        select(Person).where(Person.team_id == project.team_id, Person.slack_id == user)
    )
    if person is None:
        raise NotFound("person", user)
    # Nothing may be taken on the strength of a role while it is being taken away.
    uow.lock(Person, person.id)
    existing = uow.session.scalar(
        select(Membership).where(
            Membership.project_id == project.id,
            Membership.person_id == person.id,
            Membership.role == role,
        )
    )
    changed = (existing is None) == granted
    released = 0
    if changed and granted:
        uow.session.add(Membership(project_id=project.id, person_id=person.id, role=role, created_at=uow.now))
    elif changed:
        uow.session.execute(
            delete(Membership).where(
                Membership.project_id == project.id,
                Membership.person_id == person.id,
                Membership.role == role,
            )
        )
        if role is Role.WORKER:
            released = _give_back(uow, person, project, actor_id)
        elif role in (Role.REVIEWER, Role.SUPERVISOR):
            _return_uncovered(uow, person, project, actor_id)
    if changed:
        uow.audit(
            team_id=project.team_id,
            actor_id=actor_id,
            action=Action.SET_ROLE,
            subject=("person", person.id),
            detail={"project": project.id, "role": role.value, "granted": granted},
        )
        enqueue(uow, project.team_id, RoleChanged(person.id, project.id, role.value, granted))
    return RoleSet(person.id, person.nickname, project.key, role, granted, changed, released)


def _return_uncovered(uow: UnitOfWork, person: Person, project: Project, actor_id: int) -> None:
    """Return the reviews which the person's roles in the project, as they are now, do not let them judge."""
    roles = set(
        uow.session.scalars(
            select(Membership.role).where(
                Membership.project_id == project.id, Membership.person_id == person.id
            )
        )
    )
    if Role.SUPERVISOR not in roles:
        level = ReviewLevel.SUPERVISOR if Role.REVIEWER in roles else None
        return_reviews(uow, person, project_id=project.id, level=level, actor_id=actor_id)
    lower_reviews(uow)


def _give_back(uow: UnitOfWork, person: Person, project: Project | None, actor_id: int | None) -> int:
    """Release what the person holds in the project, or in all of them."""
    query = select(Assignment).where(
        Assignment.person_id == person.id,
        Assignment.state.in_((AssignmentState.CLAIMED, AssignmentState.RETURNED)),
    )
    if project is not None:
        query = query.where(Assignment.project_id == project.id)
    held = uow.session.scalars(query.with_for_update()).all()
    for assignment in held:
        move(uow, assignment, Event.RELEASE, Action.RELEASE, actor_id)
        free_slot(uow, assignment)
    return len(held)


@dataclass(frozen=True)
class Deactivated:
    """Somebody whose Slack account is gone, and how much of what they held is free for others again."""

    person_id: int
    released: int
    reviews: int


def deactivate(uow: UnitOfWork, *, team: str, user: str) -> Deactivated | None:
    """Take a person out of work: tasks go back, reviews return to the queue, pay that is owed stays.

    None when they never joined or had left already. Joining again makes them active with the roles they had.
    """
    found = uow.session.scalar(
        select(Person.id)
        .join(Team)
        .where(Team.slack_id == team, Person.slack_id == user, Person.active.is_(True))
    )
    person = uow.lock(Person, found) if found is not None else None
    if person is None or not person.active:
        return None
    person.active = False
    uow.audit(
        team_id=person.team_id, actor_id=None, action="person.deactivate", subject=("person", person.id)
    )
    released, reviews = _give_back(uow, person, None, None), return_reviews(uow, person)
    lower_reviews(uow)
    return Deactivated(person.id, released, reviews)


def read_profile(uow: UnitOfWork, *, person_id: int) -> Profile:
    """Return a person's own settings. Raises NotFound."""
    person = uow.session.get(Person, person_id)
    if person is None:
        raise NotFound("person")
    return _profile(person)
