"""Messages and terms that are kept beside the project, for tests that measure against them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def messages() -> list[dict[str, Any]]:
    """Return the development messages; the test is skipped where they are not at hand."""
    path = _DATA / "translation" / "messages-dev.jsonl"
    if not path.exists():
        pytest.skip("the development messages are not on this machine")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def terms() -> list[tuple[str, str]]:
    """Return the agreed terms (Korean, English); the test is skipped where they are not at hand."""
    path = _DATA / "glossary.tsv"
    if not path.exists():
        pytest.skip("the agreed terms are not on this machine")
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    return [(row[0], row[1]) for row in rows]
