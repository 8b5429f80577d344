"""The Slack app manifest, made from the configured command names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.surface import (
    BOT_EVENTS,
    BOT_SCOPES,
    COMMANDS,
    DESCRIPTIONS,
    MESSAGE_SHORTCUTS,
    QUESTION_HINT,
)

_ROOM = 100
"""The characters Slack shows beside a command."""


def build_manifest(commands: Mapping[str, str], *, request_url: str | None = None) -> dict[str, Any]:
    """Return the manifest as JSON values: Socket Mode without a request URL, HTTP with one.

    `commands` maps each root of `bot.domain.surface` to the name it has in Slack.
    """
    http = {"request_url": request_url} if request_url else {}
    return {
        "_metadata": {"major_version": 1},
        "display_information": {
            "name": "Gagyo",
            "description": "가교: 작업을 받고, 제출하고, 검수해요. Tasks, reviews and pay for crews.",
            "background_color": "#1f3a5f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "가교", "always_online": True},
            "shortcuts": [
                {"name": name, "type": "message", "callback_id": callback, "description": description}
                for callback, name, description in MESSAGE_SHORTCUTS
            ],
            "slash_commands": [
                {
                    "command": commands[root],
                    "description": DESCRIPTIONS[root],
                    "usage_hint": _fitting(_hint(root)),
                    # Escaping turns typed @names into ids, which is the only way to know who is meant.
                    "should_escape": True,
                    **({"url": request_url} if request_url else {}),
                }
                for root in COMMANDS
            ],
        },
        "oauth_config": {"scopes": {"bot": list(BOT_SCOPES)}},
        "settings": {
            "event_subscriptions": {**http, "bot_events": list(BOT_EVENTS)},
            "interactivity": {"is_enabled": True, **http},
            "org_deploy_enabled": False,
            "socket_mode_enabled": request_url is None,
            "token_rotation_enabled": False,
        },
    }


def _fitting(words: list[str]) -> str:
    """Join the words, the last of them left out where Slack has no room for all; the help names every one."""
    hint = " | ".join(words)
    while len(hint) > _ROOM:
        words = words[:-1]
        hint = " | ".join([*words, "…"])
    return hint


def _hint(root: str) -> list[str]:
    """Return the sub-commands as Slack's hint shows them: in Korean for what Koreans type all day."""
    if not COMMANDS[root]:
        return [QUESTION_HINT]
    english = root in ("pm", "admin")
    return [sub.name if english or not sub.korean else sub.korean[0] for sub in COMMANDS[root]]
