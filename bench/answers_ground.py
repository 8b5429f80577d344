"""What the answers bench stands on: corpora as projects, questions with their gold sections, and the asking."""

from __future__ import annotations

import hashlib
import json
import sys
import time
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.answers.encoders import Encoder
from bot.answers.evidence import Evidence
from bot.answers.found import Found
from bot.answers.glossary import domain_glossary
from bot.answers.index import ProjectIndex, build_index
from bot.answers.topics import topic_of
from bot.answers.vectors import MemoryVectors, Vector
from bot.guidelines.document import Section
from bot.guidelines.read import read_guideline

DEPTH = 10
"""Hits looked at for MRR; /ask shows three."""


@dataclass(frozen=True)
class Question:
    """A question of one project; `gold` holds heading lines, `english` a human rendering, `kind` why none answers."""

    name: str
    corpus: str
    text: str
    language: str
    answerable: bool
    kind: str
    gold: frozenset[int]
    english: str


@dataclass(frozen=True)
class Ground:
    """Guidelines by corpus, the heading lines listed for each, and the questions."""

    guidelines: Mapping[str, tuple[Section, ...]]
    lines: Mapping[str, Sequence[int]]
    questions: Sequence[Question]

    @property
    def sections(self) -> int:
        """How many sections all guidelines have."""
        return sum(map(len, self.guidelines.values()))

    def listed(self, corpus: str, section: Section) -> int:
        """Return the listed heading line a section stands under (its own, or the last before it)."""
        lines = self.lines[corpus]
        return lines[max(bisect_right(lines, section.line or 0) - 1, 0)]


@dataclass(frozen=True)
class Asked:
    """A question and what came of it; `found` is None where the topic router kept it from retrieval."""

    question: Question
    found: Found | None
    evidence: Evidence | None
    ranks: tuple[int, ...]
    seconds: float

    @property
    def rank(self) -> int | None:
        """The place of the first right hit, from 0; None where none of the first ten is right."""
        return self.ranks[0] if self.ranks else None

    @property
    def confidence(self) -> float:
        """How sure the search is; 0 for what was not searched."""
        return self.found.confidence if self.found is not None else 0.0


def read_ground(corpora: Path, sections: Path, questions: Path) -> Ground:
    """Read the three inputs; corpora are those named in the sections file."""
    listed = {row["id"]: row for row in _rows(sections)}
    lines: dict[str, list[int]] = {}
    for row in listed.values():
        lines.setdefault(row["corpus"], []).append(row["heading_line"])
    guidelines = {
        corpus: read_guideline((corpora / f"{corpus}.md").read_bytes(), f"{corpus}.md").sections
        for corpus in lines
    }
    asked = [
        Question(
            name=row["id"],
            corpus=row["corpus"],
            text=row["question"],
            language=row["lang"],
            answerable=row["answerable"],
            kind=row.get("kind", ""),
            gold=frozenset(listed[name]["heading_line"] for name in row["gold_section_ids"]),
            english=row.get("question_en_oracle", ""),
        )
        for row in _rows(questions)
    ]
    return Ground(guidelines, {corpus: sorted(found) for corpus, found in lines.items()}, asked)


def build_indexes(
    ground: Ground, encoders: Sequence[Encoder], *, glossary: bool, kept_in: Path | None
) -> dict[str, ProjectIndex]:
    """Index every corpus, telling progress on stderr."""
    store = MemoryVectors() if kept_in is None else FileVectors(kept_in)
    pairs = domain_glossary() if glossary else ()
    indexes = {}
    for corpus, sections in ground.guidelines.items():

        def tell(done: int, total: int, corpus: str = corpus) -> None:
            print(f"\rindexing {corpus}: {done}/{total} ", end="", file=sys.stderr, flush=True)

        indexes[corpus] = build_index(sections, encoders, store, pairs, tell)
    print(file=sys.stderr)
    return indexes


def ask_all(ground: Ground, indexes: Mapping[str, ProjectIndex], *, translated: bool) -> list[Asked]:
    """Ask every question as /ask does: the router first, then the search with or without a rendering."""
    asked = []
    for question in ground.questions:
        if topic_of(question.text) is not None:
            asked.append(Asked(question, None, None, (), 0.0))
            continue
        index = indexes[question.corpus]
        english = question.english if translated and question.language == "ko" else None
        began = time.perf_counter()
        index.search(question.text, english=english)
        seconds = time.perf_counter() - began
        found, evidence = index.explain(question.text, english=english, limit=DEPTH)
        ranks = tuple(
            place
            for place, hit in enumerate(found.hits)
            if ground.listed(question.corpus, hit.section) in question.gold
        )
        asked.append(Asked(question, found, evidence, ranks, seconds))
    return asked


class FileVectors(MemoryVectors):
    """Vectors in files of a folder, for runs after the first; the figures of a warm run are not index times."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self._kept: dict[str, dict[str, Vector]] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def load(self, model: str, hashes: Iterable[str]) -> dict[str, Vector]:
        """Return the known vectors of `hashes`."""
        if model not in self._kept:
            self._kept[model] = {}
            if self._file(model).exists():
                with np.load(self._file(model)) as file:
                    self._kept[model] = dict(file)
        return {h: self._kept[model][h] for h in hashes if h in self._kept[model]}

    def save(self, model: str, vectors: Mapping[str, Vector]) -> None:
        """Keep vectors and write all of their model anew."""
        self._kept.setdefault(model, {}).update(vectors)
        np.savez(self._file(model), allow_pickle=False, **self._kept[model])

    def _file(self, model: str) -> Path:
        return self._folder / f"{hashlib.sha256(model.encode()).hexdigest()[:16]}.npz"


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
