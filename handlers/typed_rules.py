"""Reading what is typed about a project's rules: `KEY name=value …`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.domain.errors import Invalid
from bot.domain.rules import ReviewMode
from bot.services.qualifying import clean_key

_YES = frozenset({"yes", "y", "on", "true", "1", "예", "네", "켜기"})
_NO = frozenset({"no", "n", "off", "false", "0", "none", "아니요", "아니오", "끄기", "없음"})


@dataclass(frozen=True)
class RulesOrder:
    """The project, "" for the only one there is, and the rules to change by name; none to see them."""

    key: str
    changes: dict[str, Any] = field(default_factory=dict)


def read_rules(text: str) -> RulesOrder:
    """Read `[KEY] [name=value …]`, spaces around "=" allowed. Raises Invalid for the first part it can't read."""
    key, changes = "", {}
    for word in text.replace(" =", "=").replace("= ", "=").split():
        name, equals, value = word.partition("=")
        if equals:
            rule = name.strip().lower().replace("-", "_")
            if rule not in _RULES:
                raise Invalid("rule", "unknown", name[:40])
            changes[rule] = _RULES[rule](rule, value)
        elif key:
            raise Invalid("rule", "unknown", word[:40])
        else:
            key = word
    return RulesOrder(key, changes)


def _number(rule: str, value: str) -> int:
    digits = value.removesuffix("%")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 6):
        raise Invalid(rule, "malformed", value[:20])
    return int(digits)


def _limit(rule: str, value: str) -> int | None:
    return None if value.lower() in _NO - {"0"} else _number(rule, value)


def _whether(rule: str, value: str) -> bool:
    if value.lower() not in _YES | _NO:
        raise Invalid(rule, "not_yes_or_no", value[:20])
    return value.lower() in _YES


def _qualification(rule: str, value: str) -> str | None:
    if value.lower() in _NO:
        return None
    try:
        return clean_key(value)
    except Invalid as error:
        raise Invalid(rule, "no_qualification", value[:40]) from error


def _mode(rule: str, value: str) -> ReviewMode:
    if value.lower() not in set(ReviewMode):
        raise Invalid(rule, "unknown", value[:20])
    return ReviewMode(value.lower())


_RULES: dict[str, Callable[[str, str], object]] = {
    "overlap": _number,
    "overlap_max": _number,
    "majority": _number,
    "ignore_spaces": _whether,
    "ignore_punctuation": _whether,
    "weight_by": _qualification,
    "dialect": _qualification,
    "review_mode": _mode,
    "sample_percent": _number,
    "newcomer_first": _number,
    "rework_limit": _number,
    "gold_percent": _number,
    "gate": _qualification,
    "review_gate": _qualification,
    "day_cap": _limit,
    "sensitive": _whether,
    "row_limit": _number,
    "by_call_out": _whether,
}
RULE_NAMES = tuple(_RULES)
"""What can be set, as it is typed."""
