"""Long texts in pieces: nothing lost, nothing torn."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.translation.chunks import SLOT_LENGTH, split
from bot.translation.masked import Masked, Slot, joined

_PARTS = st.lists(
    st.one_of(st.text(alphabet="ab가나 .!?\n。👍\u200d\ufe0f", max_size=40), st.integers(0, 9).map(Slot)),
    max_size=12,
)


def _length(masked: Masked) -> int:
    return sum(SLOT_LENGTH if isinstance(part, Slot) else len(part) for part in masked)


@given(_PARTS, st.integers(SLOT_LENGTH, 60))
def test_the_pieces_are_the_text(parts: list[str | Slot], longest: int) -> None:
    pieces = split(tuple(parts), longest)
    assert joined([part for piece in pieces for part in piece]) == joined(parts)
    assert all(piece and 0 < _length(piece) <= longest for piece in pieces)


@given(_PARTS)
def test_a_short_text_stays_whole(parts: list[str | Slot]) -> None:
    whole = joined(parts)
    assert split(tuple(parts), 10_000) == ([whole] if whole else [])


def test_sentences_come_first_then_words() -> None:
    assert split(("One two. Three four five.",), 12) == [("One two. ",), ("Three four ",), ("five.",)]


def test_a_slot_is_never_cut_and_numbers_keep_their_point() -> None:
    assert split((Slot(0), Slot(1), Slot(2)), 1) == [(Slot(0),), (Slot(1),), (Slot(2),)]
    assert split(("See 2.4 now. Then go",), 14) == [("See 2.4 now. ",), ("Then go",)]


def test_a_joined_emoji_stays_together() -> None:
    family = "👩\u200d👩\u200d👧"
    pieces = split(("aaaaaa" + family + "bbbb",), 9)
    assert any(family in part for piece in pieces for part in piece if isinstance(part, str))
