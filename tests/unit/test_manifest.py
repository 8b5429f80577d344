"""The Slack app manifest says what the listeners hear, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.domain.surface import BOT_EVENTS, COMMANDS, DEFAULT_COMMANDS, DESCRIPTIONS, ROOTS
from bot.manifest import build_manifest
from handlers.factory import FEATURES


class Ears:
    """Notes what the features register for, in place of an App."""

    def __init__(self) -> None:
        self.commands: set[str] = set()
        self.events: set[str] = set()

    def command(self, name: str) -> Callable[..., Any]:
        self.commands.add(name)
        return lambda listener: listener

    def event(self, what: Any) -> Callable[..., Any]:
        self.events.add(what if isinstance(what, str) else what["type"])
        return lambda listener: listener

    def __getattr__(self, _kind: str) -> Callable[..., Any]:
        return lambda *_what: lambda listener: listener


class Deps:
    commands = DEFAULT_COMMANDS


def test_the_file_is_what_the_command_would_write() -> None:
    file = Path(__file__).parents[2] / "manifest.json"
    assert json.loads(file.read_text("utf-8")) == build_manifest(DEFAULT_COMMANDS)


def test_every_command_and_event_of_the_manifest_has_a_listener_and_the_other_way_round() -> None:
    ears = Ears()
    for feature in FEATURES:
        feature.register(ears, Deps())
    assert ears.commands == set(DEFAULT_COMMANDS.values())
    assert ears.events == {name.partition(".")[0] for name in BOT_EVENTS}


def test_limits_of_slack() -> None:
    manifest = build_manifest({root: f"/{root}-test" for root in ROOTS}, request_url="https://h/slack/events")
    commands = manifest["features"]["slash_commands"]
    assert [c["command"] for c in commands] == [f"/{root}-test" for root in ROOTS]
    assert all(len(c["description"]) <= 100 and len(c["usage_hint"]) <= 100 for c in commands)
    assert manifest["settings"]["socket_mode_enabled"] is False
    assert set(DESCRIPTIONS) == set(COMMANDS)
