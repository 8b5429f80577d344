"""A project's rules: how many answers a task wants, what is reviewed, and what is asked of whoever takes a task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import select

from bot.db.models import Project, ProjectRules
from bot.db.unit_of_work import UnitOfWork
from bot.domain.policy import Action, Subject
from bot.domain.rules import Rules, check_rules
from bot.reports.rules import KEPT
from bot.reports.rules import rules_of as rules_of
from bot.services.access import require


def set_rules(
    uow: UnitOfWork, *, actor_id: int, project_id: int, changes: Mapping[str, Any]
) -> tuple[Rules, Rules]:
    """Change some of a project's rules, by name, and return those before and after.

    A new overlap without a new maximum keeps as many extra answers as before. The unfinished tasks follow with
    `bot.services.voting.follow_overlap`. Raises what `check_rules` raises; nothing was changed then.
    """
    require(uow, Action.SET_RULES, actor_id, project_id, Subject("project", project_id))
    project = uow.lock(Project, project_id)
    assert project is not None
    before = rules_of(uow.session, project_id)
    wanted = dict(changes)
    if "overlap" in wanted and "overlap_max" not in wanted:
        wanted["overlap_max"] = wanted["overlap"] + before.overlap_max - before.overlap
    after = check_rules(replace(before, **wanted))
    row = uow.session.scalar(select(ProjectRules).where(ProjectRules.project_id == project_id))
    if row is None:
        row = ProjectRules(project_id=project_id)
        uow.session.add(row)
    for name in KEPT:
        setattr(row, name, getattr(after, name))
    row.set_by_id, row.changed_at = actor_id, uow.now
    project.overlap, project.gated = after.overlap, after.gated
    changed = {name: value for name, value in asdict(after).items() if value != getattr(before, name)}
    uow.audit(
        team_id=project.team_id,
        actor_id=actor_id,
        action=Action.SET_RULES,
        subject=("project", project_id),
        detail=changed,
    )
    uow.session.flush()
    return before, after
