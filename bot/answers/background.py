"""What every question and every passage has in common, so that it can be taken away.

Two languages lie in two corners of a multilingual space, and e5 puts all passages into one narrow cone. The mean
of generic worker questions (per language) and of generic guideline sentences is that shared part; without it the
rest is what a question is about (design: .30 -> .47 R@1 for e5). The sentences belong to no project.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from bot.answers.encoders import Encoder
from bot.answers.texts import read_lines
from bot.answers.vectors import VectorStore

Rows = NDArray[np.float32]

_ONE_AT_A_TIME = Lock()


@dataclass(frozen=True)
class Background:
    """Mean vectors of one encoder; shape (d,) each."""

    korean_question: Rows
    english_question: Rows
    passage: Rows


def background_of(encoder: Encoder, store: VectorStore) -> Background:
    """Return an encoder's means; the sentences are embedded once and then come from the store."""
    ask, tell = encoder.embed_queries, encoder.embed_passages
    # Four guidelines published at once would each embed the same sentences, for seconds.
    with _ONE_AT_A_TIME:
        return Background(
            korean_question=_mean(encoder, store, ask, "question", read_lines("background_questions_ko.txt")),
            english_question=_mean(
                encoder, store, ask, "question", read_lines("background_questions_en.txt")
            ),
            passage=_mean(encoder, store, tell, "passage", read_lines("background_passages_en.txt")),
        )


def _mean(
    encoder: Encoder,
    store: VectorStore,
    embed: Callable[[Sequence[str]], Rows],
    role: str,
    lines: tuple[str, ...],
) -> Rows:
    # One vector for all lines: their mean is all that is needed, and a changed file has another hash.
    key = hashlib.sha256(f"mean of {role}\n{chr(10).join(lines)}".encode()).hexdigest()
    known = store.load(encoder.name, [key])
    if key not in known:
        known = {key: np.asarray(embed(lines).mean(axis=0), dtype=np.float32)}
        store.save(encoder.name, known)
    return known[key]
