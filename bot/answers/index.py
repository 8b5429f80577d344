"""One project's guideline, ready to be searched: small chunks are compared, whole sections are found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.answers.bands import confidence_of
from bot.answers.blocks import block_of
from bot.answers.encoders import Encoder
from bot.answers.evidence import Evidence, weigh
from bot.answers.found import Found, Hit, Mode
from bot.answers.glossary import Terms
from bot.answers.keywords import Keywords
from bot.answers.matrix import Matrix, Nearness, build_matrices
from bot.answers.vectors import VectorStore
from bot.answers.wording import clean, english_words, has_hangul
from bot.guidelines.chunks import Chunk, chunks_of
from bot.guidelines.document import Section

__all__ = ["Found", "Hit", "Mode", "Progress", "ProjectIndex", "build_index"]

Progress = Callable[[int, int], None]
"""Told (done, all) while passages are embedded; not called when the store knew all of them."""

Scores = NDArray[np.float32]
KEYWORDS = {Mode.DIRECT: 0.1, Mode.GLOSSARY: 0.2, Mode.TRANSLATED: 0.1}
"""Weight of BM25 (0..1) beside the mean cosine: terms of a glossary meet words, whole sentences meet meaning."""
HEDGE = 0.15
"""Share of the Korean original in the score of a translated question: translations of dialect and typos fail."""


class ProjectIndex:
    """Sections of one guideline version; immutable once built, safe to search from several threads.

    A heading and its lead-ins are one group: ranked together, shown as the one of them that fits best.
    """

    def __init__(
        self,
        sections: Sequence[Section],
        chunks: Sequence[Chunk],
        groups: Sequence[int],
        matrices: Mapping[str, Matrix],
        glossary: Sequence[tuple[str, str]],
    ) -> None:
        self._sections = {section.order: section for section in sections}
        self._chunks = chunks
        self._groups = np.asarray(groups, dtype=np.intp)
        self._matrices = matrices
        self._terms = Terms(glossary)
        self._keywords = Keywords(_rows_of(sections, chunks, groups))

    def search(self, question: str, *, english: str | None = None, limit: int = 3) -> Found:
        """Return the nearest sections, best first; `english` is the translator's rendering of a Korean question."""
        return self.explain(question, english=english, limit=limit)[0]

    def explain(
        self, question: str, *, english: str | None = None, limit: int = 3
    ) -> tuple[Found, Evidence | None]:
        """Return what `search` returns and the evidence behind its confidence, None where nothing was compared."""
        asked = clean(question)
        rendered = clean(english or "") or (None if has_hangul(asked) else asked)
        terms = self._terms.english_of(asked) if rendered is None else ()
        mode = Mode.TRANSLATED if rendered else Mode.GLOSSARY if terms else Mode.DIRECT
        families = tuple(sorted(self._matrices))
        if not asked or not self._chunks:
            return Found((), mode, 0.0, families), None
        words = rendered or " ".join((*terms, *english_words(asked)))
        keywords = self._keywords.score(words)
        near = self._compare(rendered or asked)
        total = _mean_centred(near)
        chunks = _mean_chunks(near)
        if rendered is not None and has_hangul(asked):
            korean = self._compare(asked)
            total = (1 - HEDGE) * total + HEDGE * _mean_centred(korean)
            chunks = (1 - HEDGE) * chunks + HEDGE * _mean_chunks(korean)
        total = total + KEYWORDS[mode] * keywords
        evidence = weigh(total, near, mode)
        order = np.argsort(-total, kind="stable")[:limit]
        hits = tuple(self._hit(int(group), float(total[group]), chunks) for group in order)
        return Found(hits, mode, confidence_of(evidence, mode, families), families), evidence

    def _compare(self, text: str) -> dict[str, Nearness]:
        korean = has_hangul(text)
        return {family: matrix.compare(text, korean=korean) for family, matrix in self._matrices.items()}

    def _hit(self, group: int, score: float, cosines: Scores) -> Hit:
        inside = [int(i) for i in np.flatnonzero(self._groups == group)]
        items = [i for i in inside if self._chunks[i].kind == "item"]
        best = max(items or inside, key=lambda i: float(cosines[i]))
        section = self._sections[self._chunks[best].section]
        return Hit(section, score, block_of(section, self._chunks[best]))


def build_index(
    sections: Sequence[Section],
    encoders: Sequence[Encoder],
    store: VectorStore,
    glossary: Sequence[tuple[str, str]] = (),
    progress: Progress | None = None,
) -> ProjectIndex:
    """Embed what the store does not know yet and return the index.

    `glossary` holds (Korean, English) pairs, the project's own before the shipped ones. At least one encoder.
    """
    chunks = chunks_of(sections)
    groups = _group(sections, chunks)
    if not chunks:
        return ProjectIndex(sections, (), (), {}, glossary)
    matrices = build_matrices(chunks, groups, encoders, store, progress)
    families = [encoder.name.partition("@")[0] for encoder in encoders]
    return ProjectIndex(sections, chunks, groups, dict(zip(families, matrices, strict=True)), glossary)


def _group(sections: Sequence[Section], chunks: Sequence[Chunk]) -> list[int]:
    """Number the headings that have chunks, in order, and give each chunk its heading's number."""
    heading_of: dict[int, int] = {}
    heading = -1
    for section in sections:
        if not section.lead_in or heading < 0:
            heading = section.order
        heading_of[section.order] = heading
    numbers: dict[int, int] = {}
    return [numbers.setdefault(heading_of[chunk.section], len(numbers)) for chunk in chunks]


def _rows_of(
    sections: Sequence[Section], chunks: Sequence[Chunk], groups: Sequence[int]
) -> list[tuple[str, str]]:
    by_order = {section.order: section for section in sections}
    members: dict[int, dict[int, None]] = {}
    for chunk, group in zip(chunks, groups, strict=True):
        members.setdefault(group, {})[chunk.section] = None
    rows = []
    for group in sorted(members):
        parts = [by_order[order] for order in members[group]]
        titles = [*parts[0].path, *(part.title for part in parts[1:])]
        rows.append((" ".join(titles), "\n".join(part.text for part in parts)))
    return rows


def _mean_centred(nearness: Mapping[str, Nearness]) -> Scores:
    return np.asarray(np.mean([near.centred for near in nearness.values()], axis=0), dtype=np.float32)


def _mean_chunks(nearness: Mapping[str, Nearness]) -> Scores:
    return np.asarray(np.mean([near.chunks for near in nearness.values()], axis=0), dtype=np.float32)
