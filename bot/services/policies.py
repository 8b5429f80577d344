"""Under which rules words are translated: those of a project, or those of the place where somebody wishes for it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import BridgedChannel, QuestionChannel
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import NotAllowed
from bot.domain.policy import Action, Subject
from bot.domain.translation import TranslationMode
from bot.services.access import allowed_projects, require
from bot.services.renditions import PolicyValues, read_policy
from bot.translation.pipeline import Policy

_STRICTNESS = (TranslationMode.OFF, TranslationMode.LOCAL, TranslationMode.CLOUD, TranslationMode.OPEN)


def as_policy(values: PolicyValues) -> Policy:
    """Return a project's rules as the pipeline wants them."""
    return Policy(values.mode, values.scope, values.confidential, values.terms, frozenset(values.names))


def policy_of(session: Session, project_id: int) -> Policy:
    """Return the rules of a project as they are now."""
    return as_policy(read_policy(session, project_id))


def policy_here(
    uow: UnitOfWork, *, person_id: int, team_id: int, channel: str, project_id: int | None = None
) -> Policy:
    """Return the rules under which somebody may have a message of this channel translated for themselves.

    They are those of the message's project where that is known, else those of the projects the channel belongs
    to, of one that is over as well. Elsewhere nobody knows whose words those are, so the strictest of the person's
    projects decides. Raises NotAllowed for somebody who is in none, or not in the project.
    """
    owners = [project_id] if project_id is not None else _owners(uow, team_id, channel)
    for owner in owners:
        require(uow, Action.TRANSLATE, person_id, owner, Subject("project", owner))
    if not owners:
        allowed = allowed_projects(uow, Action.TRANSLATE, person_id=person_id, team_id=team_id)
        owners = [allowed_id for allowed_id, _key in allowed]
    if not owners:
        raise NotAllowed(Action.TRANSLATE, "project")
    policies = (policy_of(uow.session, owner) for owner in owners)
    return min(policies, key=lambda policy: (_STRICTNESS.index(policy.mode), not policy.confidential))


def _owners(uow: UnitOfWork, team_id: int, channel: str) -> list[int]:
    """Return the projects that have this channel, for their bridge or for their questions."""
    found = (
        select(kind.project_id).where(kind.team_id == team_id, kind.channel == channel)
        for kind in (BridgedChannel, QuestionChannel)
    )
    return sorted({owner for query in found for owner in uow.session.scalars(query)})
