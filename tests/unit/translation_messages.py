"""Chat messages for tests of translation: hand-made ones, kept outside of the project."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

_PLACE = Path(__file__).parents[3] / "shared" / "data" / "translation" / "messages-dev.jsonl"


def dev_messages() -> list[Any]:
    """Return a parameter a message, or one that is skipped because the messages are not on this machine."""
    if not _PLACE.exists():
        return [pytest.param({}, marks=pytest.mark.skip(reason="messages-dev.jsonl is not on this machine"))]
    messages = [json.loads(line) for line in _PLACE.read_text(encoding="utf-8").splitlines()]
    return [pytest.param(message, id=message["id"]) for message in messages]
