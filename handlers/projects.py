"""Which project a typed command is about, and the month that stands beside its key."""

from __future__ import annotations

from bot.db.models import Project
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import Invalid, NotAllowed
from bot.domain.pay import Month
from bot.domain.policy import Action, Subject
from bot.services.access import allowed_projects, find_project, require
from handlers.heard import Heard


def named_project(uow: UnitOfWork, heard: Heard, action: Action, key: str) -> Project:
    """Return the named project, or the only one the person may do this in.

    Raises NotAllowed, NotFound, and Invalid for the project when several could be meant.
    """
    me = heard.me
    if not key:
        allowed = allowed_projects(uow, action, person_id=me.person_id, team_id=me.team_id)
        if not allowed:
            raise NotAllowed(action, "project")
        if len(allowed) > 1:
            raise Invalid("project", "missing")
        key = allowed[0][1]
    project = find_project(uow, team_id=me.team_id, key=key)
    require(uow, action, me.person_id, project.id, Subject("project", project.id))
    return project


def key_and_month(text: str) -> tuple[str, Month | None]:
    """Read `[KEY] [2026-10]` in any order; raises Invalid for a second word that is no month."""
    words = text.split()
    months = [word for word in words if word[:1].isdigit()]
    keys = [word for word in words if not word[:1].isdigit()]
    if len(keys) > 1 or len(months) > 1:
        raise Invalid("month", "malformed", (months or keys)[-1][:20])
    return keys[0] if keys else "", Month.parse(months[0]) if months else None
