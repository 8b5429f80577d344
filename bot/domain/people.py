"""Who somebody is for the rules: roles, language, whether they want work now."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """Roles inside one project; admin is a right over the whole team and stands apart."""

    WORKER = "worker"
    REVIEWER = "reviewer"
    SUPERVISOR = "supervisor"
    PM = "pm"


class WorkStatus(StrEnum):
    """Whether somebody wants work now. Resting has no consequence: it is freelance work."""

    WORKING = "working"
    RESTING = "resting"


LANGUAGES = ("ko", "en")

NICKNAME_LIMIT = 20


@dataclass(frozen=True)
class Actor:
    """A person as the policy sees them inside one project, read in the deciding transaction."""

    person_id: int
    roles: frozenset[Role] = field(default_factory=frozenset)
    admin: bool = False
    active: bool = True


def clean_nickname(text: str) -> str | None:
    """Return the nickname with outer and doubled spaces removed, or None when it can't be one.

    A nickname has 1 to 20 characters and none that Slack would read as markup.
    """
    name = " ".join(text.split())
    if not 1 <= len(name) <= NICKNAME_LIMIT or any(c in "<>&*_~`@#|" or not c.isprintable() for c in name):
        return None
    return name
