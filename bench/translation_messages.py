"""The messages of a translation bench: rows of a JSONL file, and sentences whose real engine output is known."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.domain.translation import READABLE

CREW = "ko"
"""The language of the crew; everything else is written by the other side."""

_FENCE = re.compile(r"```(.*?)```", re.DOTALL)
_PREFIX = re.compile(r"[ \t]*(?:(?:&gt;|[•◦▪▫‣*-])[ \t]+|&gt;|\d{1,3}[.)][ \t]+)*")


@dataclass(frozen=True)
class Row:
    """One message in Slack's wire form, and what must be true of its translation.

    `kept` are strings that survive, `glossary` maps a term of the text to what must stand for it, `private` may
    never leave. `action` is translate, skip or translate_or_skip. `known` is the engine output that a replay
    answers with, where there is any.
    """

    id: str
    language: str
    text: str
    kept: tuple[str, ...] = ()
    glossary: dict[str, str] = field(default_factory=dict)
    private: tuple[str, ...] = ()
    action: str = "translate"
    known: str = ""

    @property
    def writer(self) -> str:
        """The language its author usually writes; what has none that a person may read is the crew's."""
        language = self.language.split("-")[0].lower()
        return language if language in READABLE else CREW

    @property
    def target(self) -> str:
        """The language of the side that has to read it."""
        return "en" if self.writer == CREW else CREW


@dataclass(frozen=True)
class Shape:
    """A text without what is in its fences: its lines, their prefixes, and the fences apart."""

    lines: tuple[str, ...]
    prefixes: tuple[str, ...]
    fences: tuple[str, ...]


def load_messages(file: Path) -> tuple[Row, ...]:
    """Return the rows of a file, in their order."""
    with file.open(encoding="utf-8") as lines:
        return tuple(_row(json.loads(line)) for line in lines if line.strip())


def _row(json: dict[str, Any]) -> Row:
    return Row(
        str(json["id"]),
        str(json.get("lang") or "none"),
        str(json["text"]),
        tuple(json.get("must_survive") or ()),
        dict(json.get("glossary") or {}),
        tuple(json.get("pii") or ()),
        str(json.get("action") or "translate"),
    )


def load_known(file: Path, provider: str, count: int, seed: int) -> tuple[Row, ...]:
    """Return `count` sentences of a replay file as messages, chosen by `seed`, half of them in each direction."""
    by_direction: dict[str, list[Row]] = {"ko-en": [], "en-ko": []}
    for row in _replay_rows(file):
        known = row["mt"].get(provider)
        if known and row["dir"] in by_direction and len(row["src"]) < 400:
            source = str(row["dir"]).split("-")[0]
            wire = row["src"].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            by_direction[row["dir"]].append(Row(str(row["id"]), source, wire, known=str(known)))
    chance = random.Random(seed)
    return tuple(
        row for rows in by_direction.values() for row in chance.sample(rows, min(count // 2, len(rows)))
    )


def _replay_rows(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def unescape(text: str) -> str:
    """Turn `&lt; &gt; &amp;` into what a person reads."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def escape(text: str) -> str:
    """Turn what a person reads into Slack's wire form."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shape_of(wire: str) -> Shape:
    """Return the lines and prefixes of a text in wire form, its fences taken out.

    Slack shows a fence as a block of its own wherever it stands, without the newlines at its edges.
    """
    fences: list[str] = []

    def take(found: re.Match[str]) -> str:
        fences.append(unescape(found[1]).removeprefix("\n").removesuffix("\n"))
        return f"\n\0{len(fences)}\n"

    lines = re.sub(r"\n?(\n\0\d+\n)\n?", r"\1", _FENCE.sub(take, wire)).strip("\n").split("\n")
    prefixes = tuple(_normal_prefix(line) for line in lines)
    return Shape(tuple(lines), prefixes, tuple(fences))


def _normal_prefix(line: str) -> str:
    """Return the marks before a line's words: q for a quote, - for any bullet, the number of a numbered one."""
    found = _PREFIX.match(line)
    marks = found[0] if found else ""
    return re.sub(r"[•◦▪▫‣*-]", "-", marks.replace("&gt;", "q")).replace(" ", "").replace("\t", "")
