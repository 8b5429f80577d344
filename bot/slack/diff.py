"""What changed between two answers, word by word and, inside changed words, syllable by syllable.

Korean readers need both: particles and endings change inside a word, and a missing word space is an error of
its own, so that changed spaces are drawn as "␣".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby

from bot.slack.blocks import Run
from bot.slack.graphemes import cut, split_clusters
from bot.slack.mrkdwn import showable

_WORDS = re.compile(r"[ \t]+|\n|[^\W\d_]+|\d+|[^\w\s]|_|\s")
_MOST_EDITS = 250
_SAME_ENOUGH = 0.4
_CONTEXT = 24
_MOST_RUNS = 60


class Change(StrEnum):
    """What became of a stretch of text."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True)
class Piece:
    """A stretch of text and what became of it."""

    change: Change
    text: str


def compare(before: str, after: str) -> tuple[Piece, ...]:
    """Return the stretches that lead from one text to the other.

    SAME and GONE joined are `before`, SAME and NEW joined are `after`. The work is bounded: texts that differ
    in more than 250 words come back as one GONE and one NEW.
    """
    found = _tidy(_edit(_WORDS.findall(before), _WORDS.findall(after)), refine=True)
    runs = groupby(found, lambda piece: piece.change)
    return tuple(Piece(change, "".join(piece.text for piece in run)) for change, run in runs)


def _edit(before: Sequence[str], after: Sequence[str]) -> list[Piece]:
    """Myers' greedy difference (An O(ND) Difference Algorithm, 1986) after the common ends are set aside."""
    head = 0
    while head < min(len(before), len(after)) and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < min(len(before), len(after)) - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    middle = _shortest(before[head : len(before) - tail], after[head : len(after) - tail])
    same = [Piece(Change.SAME, token) for token in before[:head]]
    end = [Piece(Change.SAME, token) for token in before[len(before) - tail :]]
    return same + middle + end


def _shortest(before: Sequence[str], after: Sequence[str]) -> list[Piece]:
    n, m = len(before), len(after)
    if not n or not m:
        return _replaced(before, after)
    furthest = {1: 0}
    steps: list[dict[int, int]] = []
    for edits in range(min(n + m, _MOST_EDITS) + 1):
        steps.append(dict(furthest))
        for k in range(-edits, edits + 1, 2):
            down = k == -edits or (k != edits and furthest[k - 1] < furthest[k + 1])
            x = furthest[k + 1] if down else furthest[k - 1] + 1
            while x < n and x - k < m and before[x] == after[x - k]:
                x += 1
            furthest[k] = x
            if x >= n and x - k >= m:
                return _walk_back(before, after, steps)
    return _replaced(before, after)


def _walk_back(before: Sequence[str], after: Sequence[str], steps: list[dict[int, int]]) -> list[Piece]:
    x, y = len(before), len(after)
    pieces: list[Piece] = []
    for edits in range(len(steps) - 1, -1, -1):
        furthest, k = steps[edits], x - y
        down = k == -edits or (k != edits and furthest[k - 1] < furthest[k + 1])
        earlier = k + 1 if down else k - 1
        start_x = furthest[earlier]
        start_y = start_x - earlier
        while x > max(start_x, 0) and y > max(start_y, 0) and x > start_x + (not down):
            x, y = x - 1, y - 1
            pieces.append(Piece(Change.SAME, before[x]))
        if edits:
            pieces.append(Piece(Change.NEW, after[start_y]) if down else Piece(Change.GONE, before[start_x]))
        x, y = start_x, start_y
    return pieces[::-1]


def _replaced(before: Iterable[str], after: Iterable[str]) -> list[Piece]:
    pairs = ((Change.GONE, "".join(before)), (Change.NEW, "".join(after)))
    return [Piece(change, text) for change, text in pairs if text]


def _tidy(pieces: Iterable[Piece], *, refine: bool) -> Iterable[Piece]:
    """Join neighbours, put what is gone before what is new, and look inside replaced words."""
    for same, group in groupby(_absorb(list(pieces)), lambda piece: piece.change is Change.SAME):
        stretch = list(group)
        if same:
            yield Piece(Change.SAME, "".join(piece.text for piece in stretch))
            continue
        gone = "".join(piece.text for piece in stretch if piece.change is Change.GONE)
        new = "".join(piece.text for piece in stretch if piece.change is Change.NEW)
        inside = _look_inside(gone, new) if refine and gone and new else None
        yield from inside if inside is not None else _replaced([gone], [new])


def _absorb(pieces: list[Piece]) -> Iterable[Piece]:
    """Turn a lone space between two replaced words into part of the replacement, which reads more calmly."""
    for index, piece in enumerate(pieces):
        lonely = (
            piece.change is Change.SAME
            and piece.text == " "
            and 0 < index < len(pieces) - 1
            and pieces[index - 1].change is not Change.SAME
            and pieces[index + 1].change is not Change.SAME
        )
        if lonely:
            yield replace(piece, change=Change.GONE)
            yield replace(piece, change=Change.NEW)
        else:
            yield piece


def _look_inside(gone: str, new: str) -> list[Piece] | None:
    """Return the syllables that changed, or None when so much did that whole words are easier to read."""
    inside = _edit(split_clusters(gone), split_clusters(new))
    same = sum(len(piece.text) for piece in inside if piece.change is Change.SAME)
    if same < _SAME_ENOUGH * max(len(gone), len(new)):
        return None
    return list(_tidy(inside, refine=False))


def draw(before: str, after: str, limit: int) -> tuple[list[Run], bool]:
    """Return the change as rich text of about `limit` characters, and whether all of every change is shown.

    What is gone is struck out, what is new is bold. Long unchanged stretches are shortened first.
    """
    pieces = compare(showable(before), showable(after))
    if len(pieces) > _MOST_RUNS:
        pieces = tuple(_replaced([showable(before)], [showable(after)]))
    if sum(len(piece.text) for piece in pieces) > limit:
        pieces = tuple(_shorten(piece, index, len(pieces)) for index, piece in enumerate(pieces))
    runs: list[Run] = []
    room, whole = limit, True
    for number, piece in enumerate(pieces):
        # A replacement too long for the room still shows the beginning of both its sides.
        share = max(room // 2, room - len(pieces[-1].text)) if number == len(pieces) - 2 else room
        text = cut(piece.text, share)
        whole = whole and (text == piece.text or piece.change is Change.SAME)
        if text:
            runs.append(_run(piece.change, text))
        room -= len(text)
        if room <= 0:
            return runs, whole and number == len(pieces) - 1
    return runs, whole


def _run(change: Change, text: str) -> Run:
    if change is Change.SAME:
        return Run(text)
    shown = text.replace(" ", "␣").replace("\n", "↵\n") if not text.strip() else text
    return Run(shown, "strike" if change is Change.GONE else "bold")


def _shorten(piece: Piece, index: int, count: int) -> Piece:
    if piece.change is not Change.SAME or len(piece.text) <= 2 * _CONTEXT + 3:
        return piece
    clusters = split_clusters(piece.text)
    front = "".join(clusters[:_CONTEXT]) + " …" if index else "…"
    back = " " + "".join(clusters[-_CONTEXT:]) if index < count - 1 else ""
    return replace(piece, text=f"{front}{back}")
