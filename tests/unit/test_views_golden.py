"""Every view in every language, compared with a file that a person has read.

`GOLDEN=write pytest tests/unit/test_views_golden.py` draws the files anew; a person reads the difference.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.i18n.catalogs import LANGUAGES, Catalogs, load_catalogs
from bot.slack.content import Content
from sandbox.blockkit import check_blocks, check_view
from sandbox.blockkit.blocks import count_characters
from tests.golden.cases import CASES
from tests.golden.facts import reader_of

_DATE = re.compile(r"<!date\^[^>]*>")
"""Slack's own token for a moment, whose braces are none of ours."""

FOLDER = Path(__file__).parents[1] / "golden"


CATALOGS: Catalogs = load_catalogs(strict=True)


@cache
def _view(name: str, language: str) -> Content | dict[str, Any]:
    """Return the view, made once for everything that is asked of it."""
    return CASES[name](reader_of(CATALOGS, language))


def _drawn(name: str, language: str) -> dict[str, Any]:
    view = _view(name, language)
    return view.as_reply() if isinstance(view, Content) else view


def _words(value: Any) -> Iterator[str]:
    """Everything in a view that is read by a person."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "text" and isinstance(item, str):
                yield item
            yield from _words(item)
    elif isinstance(value, list):
        for item in value:
            yield from _words(item)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CASES)
def test_view_is_as_it_was_read(name: str, language: str) -> None:
    drawn = _drawn(name, language)
    path = FOLDER / f"{name}.{language}.json"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(json.dumps(drawn, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert json.loads(path.read_text(encoding="utf-8")) == drawn


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CASES)
def test_view_keeps_slacks_limits(name: str, language: str) -> None:
    view = _view(name, language)
    if isinstance(view, Content):
        assert check_blocks(view.blocks, "message") == []
        assert count_characters(view.blocks) < 13_000
        assert 0 < len(view.text) <= 300
        assert "\n" not in view.text
    else:
        assert check_view(view, ("modal", "home")) == []
        assert "…" not in (view.get("title") or {}).get("text", ""), "the title is cut"


@pytest.mark.parametrize("name", CASES)
def test_korean_views_are_korean_and_english_ones_english(name: str) -> None:
    korean = list(_words(_drawn(name, "ko")))
    assert any("가" <= char <= "힣" for text in korean for char in text)
    assert not any(set(_DATE.sub("", text)) & {"{", "}"} for text in korean)
    english = list(_words(_drawn(name, "en")))
    assert any(char.isascii() and char.isalpha() for text in english for char in text)


def test_there_is_no_golden_file_without_a_case() -> None:
    expected = {f"{name}.{language}.json" for name in CASES for language in LANGUAGES}
    assert {path.name for path in FOLDER.glob("*.json")} == expected
