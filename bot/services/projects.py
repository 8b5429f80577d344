"""Setting a project up and saying what it pays."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import func, select

from bot.db.models import Person, Price, Project
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import Invalid
from bot.domain.pay import CURRENCIES, MAX_PRICE_MINOR, Money
from bot.domain.people import Role
from bot.domain.policy import Action, Subject
from bot.domain.task import TaskType
from bot.domain.text import is_storable
from bot.domain.zones import known_zones
from bot.services.access import require
from bot.services.call_outs import reprice

_KEY = re.compile(r"[A-Z][A-Z0-9]{1,15}")
LABEL_LIMIT = 20


@dataclass(frozen=True)
class ProjectPlan:
    """What an admin says of a new project. `labels` are the choices of a moderation project."""

    key: str
    name: str
    type: TaskType
    zone: str = "Asia/Seoul"
    currency: str = "KRW"
    confidential: bool = True
    guideline_url: str | None = None
    labels: tuple[str, ...] = ()
    max_in_hand: int = 3


def create_project(uow: UnitOfWork, *, actor_id: int, plan: ProjectPlan) -> Project:
    """Store a new project. Raises Invalid naming the first value that can't be used, NotAllowed for non-admins."""
    admin = require(uow, Action.CREATE_PROJECT, actor_id, None, Subject("project"))
    key = plan.key.strip().upper()
    _check(plan, key)
    if uow.session.scalar(select(func.count()).where(Project.team_id == admin.team_id, Project.key == key)):
        raise Invalid("key", "taken", key)
    project = Project(
        team_id=admin.team_id,
        key=key,
        name=plan.name.strip(),
        type=plan.type,
        zone=plan.zone,
        confidential=plan.confidential,
        currency=plan.currency,
        guideline_url=plan.guideline_url or None,
        labels=list(plan.labels),
        max_in_hand=plan.max_in_hand,
        created_at=uow.now,
    )
    uow.session.add(project)
    uow.session.flush()
    uow.audit(
        team_id=admin.team_id,
        actor_id=actor_id,
        action=Action.CREATE_PROJECT,
        subject=("project", project.id),
    )
    return project


def _check(plan: ProjectPlan, key: str) -> None:
    if not _KEY.fullmatch(key):
        raise Invalid("key", "malformed", plan.key)
    if not (1 <= len(plan.name.strip()) <= 80 and is_storable(plan.name)):
        raise Invalid("name", "malformed", plan.name)
    if plan.zone not in known_zones():
        raise Invalid("zone", "unknown", plan.zone)
    if plan.currency not in CURRENCIES:
        raise Invalid("currency", "unknown", plan.currency)
    if not 1 <= plan.max_in_hand <= 50:
        raise Invalid("max_in_hand", "malformed", str(plan.max_in_hand))
    if plan.guideline_url and not re.fullmatch(
        r"https?://[^\s\x00-\x1f\x7f\ud800-\udfff<>|]{4,480}", plan.guideline_url
    ):
        raise Invalid("guideline_url", "malformed", plan.guideline_url)
    if plan.type is TaskType.MODERATION:
        if not 2 <= len(plan.labels) <= LABEL_LIMIT or len(set(plan.labels)) != len(plan.labels):
            raise Invalid("labels", "malformed", str(len(plan.labels)))
        if not all(map(is_storable, plan.labels)):
            raise Invalid("labels", "malformed", str(len(plan.labels)))
        if any(not 1 <= len(label) <= 40 for label in plan.labels):
            raise Invalid("labels", "too_long", "40")


def set_price(uow: UnitOfWork, *, actor_id: int, project: Project, amount_minor: int) -> Money:
    """Set what a worker earns per accepted task from the next claim on; running tasks keep their price."""
    require(uow, Action.SET_PRICE, actor_id, project.id, Subject("project", project.id))
    if not 0 < amount_minor <= MAX_PRICE_MINOR:
        raise Invalid("price", "malformed", str(amount_minor))
    uow.session.add(
        Price(
            project_id=project.id,
            role=Role.WORKER,
            amount_minor=amount_minor,
            currency=project.currency,
            set_by_id=actor_id,
            created_at=uow.now,
        )
    )
    uow.audit(
        team_id=uow.session.get_one(Person, actor_id).team_id,
        actor_id=actor_id,
        action=Action.SET_PRICE,
        subject=("project", project.id),
        detail={"minor": amount_minor, "currency": project.currency},
    )
    uow.session.flush()
    reprice(uow, project, amount_minor)
    return Money(amount_minor, project.currency)
