"""Documents of strangers are read in a process of their own that may use only so much."""

from __future__ import annotations

import sys
import time

import pytest

from bot.guidelines.limits import MAX_BYTES
from bot.guidelines.read import BadGuideline, GuidelineProblem, read_guideline, read_guideline_safely
from bot.guidelines.safely import environment
from tests.unit.guideline_files import make_pdf

LIMITED = pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps memory limits")


def refusal(data: bytes, name: str, *, seconds: int = 20, megabytes: int = 512) -> BadGuideline:
    with pytest.raises(BadGuideline) as caught:
        read_guideline_safely(data, name, seconds=seconds, megabytes=megabytes)
    return caught.value


def test_the_same_guideline_comes_out() -> None:
    data = "# 규칙\n- **트럭**: 짐차예요.\n".encode()
    assert read_guideline_safely(data, "규칙.md") == read_guideline(data, "규칙.md")
    page = make_pdf([[(72, 72, 16, True, "Rules"), (72, 100, 10, False, "Read them.")]])
    assert read_guideline_safely(page, "a.pdf") == read_guideline(page, "a.pdf")


def test_refusals_arrive_with_their_facts() -> None:
    assert refusal(b"text", "a.exe").code is GuidelineProblem.UNKNOWN_FORMAT
    assert refusal(b"x" * (MAX_BYTES + 1), "a.md").facts == {"megabytes": "10"}
    many = refusal(b"# a\n\nb\n\n" * 6000, "a.md")
    assert (many.code, many.facts) == (GuidelineProblem.TOO_LARGE, {"sections": "5000"})


def test_a_document_that_takes_too_long_is_given_up() -> None:
    started = time.monotonic()
    # Emphasis marks that never close cost the square of their number.
    slow = refusal(b"*a_ " * 90_000, "a.md", seconds=1)
    assert (slow.code, slow.facts) == (GuidelineProblem.TOO_SLOW, {"seconds": "1"})
    assert time.monotonic() - started < 4


@LIMITED
def test_a_document_that_needs_too_much_memory_is_given_up() -> None:
    rows = b"|a|b|\n|-|-|\n" + b"|x|y|\n" * 60_000
    assert refusal(rows, "a.md", megabytes=128).facts == {"part": "memory"}


@LIMITED
def test_a_child_that_cannot_even_start_to_read_is_a_refusal() -> None:
    assert refusal(b"# a\nb", "a.md", megabytes=1).code in {
        GuidelineProblem.TOO_LARGE,
        GuidelineProblem.BROKEN,
    }


def test_the_child_knows_no_secrets_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_SLACK__BOT_TOKEN", "not-for-parsers")
    monkeypatch.setenv("PATH", "/usr/bin")
    assert "not-for-parsers" not in environment().values()
    assert environment()["PATH"] == "/usr/bin"
