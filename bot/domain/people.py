"""Who somebody is for the rules: roles, language, whether they want work now."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.text import INVISIBLE


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
_MARKUP = "<>&*_~`@#|"
# They choose how the character before them is drawn and show nothing themselves.
_VARIATION_SELECTOR = re.compile("[\u180b-\u180d\ufe00-\ufe0f\U000e0100-\U000e01ef]")


@dataclass(frozen=True)
class Actor:
    """A person as the policy sees them inside one project, read in the deciding transaction."""

    person_id: int
    roles: frozenset[Role] = field(default_factory=frozenset)
    admin: bool = False
    active: bool = True


def clean_nickname(text: str) -> str | None:
    """Return the nickname composed and with outer and doubled spaces removed, or None when it can't be one.

    A nickname has 1 to 20 characters, all of them visible and none that Slack would read as markup.
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not 1 <= len(name) <= NICKNAME_LIMIT or not likeness_of(name):
        return None
    if any(c in _MARKUP or c in INVISIBLE or not c.isprintable() for c in name):
        return None
    return name


def likeness_of(name: str) -> str:
    """Return what two nicknames have in common that look the same: case, width and composition don't count."""
    plain = unicodedata.normalize("NFKC", _VARIATION_SELECTOR.sub("", name)).casefold()
    return unicodedata.normalize("NFKC", plain)
