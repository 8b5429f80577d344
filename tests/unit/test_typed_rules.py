"""A project's rules as people type them, and what makes no sense together."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from bot.domain.errors import Invalid
from bot.domain.rules import ReviewMode, Rules
from bot.slack.views.rules import _SAID
from handlers.typed_rules import RULE_NAMES, RulesOrder, read_rules


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("", RulesOrder("")),
        ("DIAL", RulesOrder("DIAL")),
        ("DIAL overlap=10", RulesOrder("DIAL", {"overlap": 10})),
        ("overlap = 3 DIAL majority=60%", RulesOrder("DIAL", {"overlap": 3, "majority": 60})),
        (
            "DIAL Ignore-Spaces=예 sensitive=no",
            RulesOrder("DIAL", {"ignore_spaces": True, "sensitive": False}),
        ),
        ("DIAL gate=AIDE:2 review_gate=off", RulesOrder("DIAL", {"gate": "aide:2", "review_gate": None})),
        ("DIAL dialect=dialect:전남", RulesOrder("DIAL", {"dialect": "dialect:전남"})),
        ("DIAL review_mode=Sample", RulesOrder("DIAL", {"review_mode": ReviewMode.SAMPLE})),
        ("DIAL day_cap=off gold_percent=5%", RulesOrder("DIAL", {"day_cap": None, "gold_percent": 5})),
    ],
)
def test_rules_as_they_are_typed(text: str, order: RulesOrder) -> None:
    assert read_rules(text) == order


@pytest.mark.parametrize(
    ("text", "field", "code"),
    [
        ("DIAL overlapp=3", "rule", "unknown"),
        ("DIAL more overlap=3", "rule", "unknown"),
        ("DIAL overlap=three", "overlap", "malformed"),
        ("DIAL overlap=-3", "overlap", "malformed"),
        ("DIAL overlap=", "overlap", "malformed"),
        ("DIAL sensitive=maybe", "sensitive", "not_yes_or_no"),
        ("DIAL gate=a:b:c", "gate", "no_qualification"),
        ("DIAL review_mode=none", "review_mode", "unknown"),
        ("DIAL day_cap=many", "day_cap", "malformed"),
    ],
)
def test_what_cannot_be_read(text: str, field: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_rules(text)
    assert (refused.value.field, refused.value.code) == (field, code)


def test_every_rule_can_be_typed_and_is_said() -> None:
    names: Any = {field.name for field in fields(Rules)}
    assert set(RULE_NAMES) == names
    assert set(_SAID) == names
