"""Channels whose messages are translated, the pairs among them that are twins, and how far words may travel."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.db.models import BridgedChannel, Membership, Person, Project
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import Invalid
from bot.domain.people import Role
from bot.domain.policy import Action, Subject
from bot.domain.translation import Side, TranslationMode, effective_mode, wanted_language
from bot.services.access import require

SIDES: dict[Side, tuple[Role, ...]] = {
    Side.CREW: (Role.WORKER, Role.REVIEWER, Role.SUPERVISOR),
    Side.PM: (Role.PM,),
}
"""Who stands on which side."""

_OPEN_MODES = (TranslationMode.CLOUD, TranslationMode.OPEN)

Bridges = tuple[tuple[str, Side], ...]


@dataclass(frozen=True)
class Bridge:
    """A bridged channel; `other` is its twin, None for a mixed one or while the pair is not whole.

    `mode` is how far the project's words may really travel.
    """

    project_id: int
    project_key: str
    channel: str
    side: Side
    other: str | None
    mode: TranslationMode


def set_bridge(
    uow: UnitOfWork, *, actor_id: int, project: Project, channel: str | None, side: Side = Side.MIXED
) -> Bridges:
    """Bridge a channel for the project and return all its bridges; None ends every one of them.

    A project has any number of mixed channels, one crew channel and one PM channel. A channel has one
    project, so that another's bridge ends.
    """
    require(uow, Action.SET_BRIDGE, actor_id, project.id, Subject("project", project.id))
    _set(uow, actor_id, project, channel, side)
    return _told(uow, actor_id, project)


def set_twins(uow: UnitOfWork, *, actor_id: int, project: Project, crew: str, pm: str) -> Bridges:
    """Make two channels twins. Raises Invalid when they are one and the same."""
    require(uow, Action.SET_BRIDGE, actor_id, project.id, Subject("project", project.id))
    if crew == pm:
        raise Invalid("channel", "same", crew)
    _set(uow, actor_id, project, crew, Side.CREW)
    _set(uow, actor_id, project, pm, Side.PM)
    return _told(uow, actor_id, project)


def _set(uow: UnitOfWork, actor_id: int, project: Project, channel: str | None, side: Side) -> None:
    # Two admins at once must see each other's choice, since a project has one pair.
    uow.lock(Project, project.id)
    ended = delete(BridgedChannel).where(BridgedChannel.team_id == project.team_id)
    if channel is None:
        uow.session.execute(ended.where(BridgedChannel.project_id == project.id))
        return
    uow.session.execute(ended.where(BridgedChannel.channel == channel))
    if side is not Side.MIXED:
        uow.session.execute(ended.where(BridgedChannel.project_id == project.id, BridgedChannel.side == side))
    uow.session.add(
        BridgedChannel(
            team_id=project.team_id,
            channel=channel,
            project_id=project.id,
            side=side,
            set_by_id=actor_id,
            created_at=uow.now,
        )
    )
    uow.session.flush()


def _told(uow: UnitOfWork, actor_id: int, project: Project) -> Bridges:
    bridges = bridges_of(uow, project_id=project.id)
    uow.audit(
        team_id=project.team_id,
        actor_id=actor_id,
        action=Action.SET_BRIDGE,
        subject=("project", project.id),
        detail={"channels": [[channel, side.value] for channel, side in bridges]},
    )
    return bridges


def bridges_of(uow: UnitOfWork, *, project_id: int) -> Bridges:
    """Return the project's bridged channels with their sides, in the order they were set."""
    rows = uow.session.execute(
        select(BridgedChannel.channel, BridgedChannel.side)
        .where(BridgedChannel.project_id == project_id)
        .order_by(BridgedChannel.id)
    )
    return tuple((channel, side) for channel, side in rows)


def bridge_of(uow: UnitOfWork, *, team_id: int, channel: str) -> Bridge | None:
    """Return the bridge a channel is, None for every other channel and for a project that is over."""
    row = uow.session.execute(
        select(BridgedChannel, Project)
        .join(Project, Project.id == BridgedChannel.project_id)
        .where(
            BridgedChannel.team_id == team_id,
            BridgedChannel.channel == channel,
            Project.active.is_(True),
        )
    ).one_or_none()
    if row is None:
        return None
    bridged, project = row
    mode = effective_mode(project.translation, confidential=project.confidential)
    other = _twin(uow, bridged)
    return Bridge(project.id, project.key, channel, bridged.side, other, mode)


def _twin(uow: UnitOfWork, bridged: BridgedChannel) -> str | None:
    if bridged.side is Side.MIXED:
        return None
    other = Side.PM if bridged.side is Side.CREW else Side.CREW
    return uow.session.scalar(
        select(BridgedChannel.channel).where(
            BridgedChannel.project_id == bridged.project_id, BridgedChannel.side == other
        )
    )


def set_mode(uow: UnitOfWork, *, actor_id: int, project: Project, mode: TranslationMode) -> TranslationMode:
    """Say how far the project's words may travel and return how far they really may.

    Raises Invalid for a mode that would let those of a confidential project out of the house.
    """
    require(uow, Action.SET_TRANSLATION, actor_id, project.id, Subject("project", project.id))
    if project.confidential and mode in _OPEN_MODES:
        raise Invalid("mode", "confidential", mode)
    locked = uow.lock(Project, project.id)
    assert locked is not None
    before, locked.translation = locked.translation, mode
    uow.audit(
        team_id=project.team_id,
        actor_id=actor_id,
        action=Action.SET_TRANSLATION,
        subject=("project", project.id),
        states=(before, mode),
    )
    return effective_mode(mode, confidential=locked.confidential)


def target_languages(session: Session, project_id: int, side: Side) -> tuple[str, ...]:
    """Return the languages that people of this side (CREW or PM) want to read, those of most people first."""
    rows = session.execute(
        select(Person.id, Person.language, Person.reads)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.project_id == project_id,
            Membership.role.in_(SIDES[side]),
            Person.active.is_(True),
        )
        .distinct()
    )
    counts: dict[str, int] = {}
    for _person, language, reads in rows:
        if (wanted := wanted_language(language, reads)) is not None:
            counts[wanted] = counts.get(wanted, 0) + 1
    return tuple(sorted(counts, key=lambda language: (-counts[language], language)))
