"""Under which rules words are translated: those of a project, or those of the place where somebody wishes for it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import NotAllowed
from bot.domain.policy import Action, Subject
from bot.domain.translation import TranslationMode
from bot.services.access import allowed_projects, require
from bot.services.bridges import bridge_of
from bot.services.renditions import PolicyValues, read_policy
from bot.translation.pipeline import Policy

_STRICTNESS = (TranslationMode.OFF, TranslationMode.LOCAL, TranslationMode.CLOUD, TranslationMode.OPEN)


def as_policy(values: PolicyValues) -> Policy:
    """Return a project's rules as the pipeline wants them."""
    return Policy(values.mode, values.scope, values.confidential, values.terms, frozenset(values.names))


def policy_of(session: Session, project_id: int) -> Policy:
    """Return the rules of a project as they are now."""
    return as_policy(read_policy(session, project_id))


def policy_here(uow: UnitOfWork, *, person_id: int, team_id: int, channel: str) -> Policy:
    """Return the rules under which somebody may have a message of this channel translated for themselves.

    In a bridged channel they are its project's. Elsewhere nobody knows whose words those are, so the strictest
    of the person's projects decides. Raises NotAllowed for somebody who is in none.
    """
    bridge = bridge_of(uow, team_id=team_id, channel=channel)
    if bridge is not None:
        subject = Subject("project", bridge.project_id)
        require(uow, Action.TRANSLATE, person_id, bridge.project_id, subject)
        return policy_of(uow.session, bridge.project_id)
    projects = allowed_projects(uow, Action.TRANSLATE, person_id=person_id, team_id=team_id)
    if not projects:
        raise NotAllowed(Action.TRANSLATE, "project")
    policies = (policy_of(uow.session, project_id) for project_id, _key in projects)
    return min(policies, key=lambda policy: (_STRICTNESS.index(policy.mode), not policy.confidential))
