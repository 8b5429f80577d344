"""Slots through an engine: whatever it does to them, they come back whole or not at all."""

from __future__ import annotations

import html
import re
from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.translation.engines.engine import Form
from bot.translation.masked import Masked, Slot, joined, slots_of
from bot.translation.wire import Damaged, encode, new_core, restore
from sandbox.engines.chaos import CORRUPTIONS

_WORDS = st.text(
    st.one_of(
        st.sampled_from("가나다 님을 배치 검수 abc XYZ zqxj QZXJ 0123456789 .,:!?-()[]{}<>/&;#\"'\n\t"),
        st.characters(codec="utf-8", exclude_categories=("Cc", "Cn", "Co")),
    ),
    max_size=30,
)
_FORMS = st.sampled_from(Form)
BROKEN = {"dropped", "doubled", "shortened", "renumbered", "translated"}
"""Corruptions that no reader could undo."""


@st.composite
def chunks(draw: st.DrawFn, *, slots: int = 6) -> Masked:
    parts: list[str | Slot] = []
    for number in range(draw(st.integers(0, slots))):
        parts += [draw(_WORDS), Slot(number)]
    return joined([*parts, draw(_WORDS)])


def core_of(masked: Masked) -> str:
    return new_core(part for part in masked if isinstance(part, str))


@given(chunks(), _FORMS)
def test_what_comes_back_unchanged_is_what_was_sent(masked: Masked, form: Form) -> None:
    core = core_of(masked)
    assert restore(encode(masked, form, core), masked, form, core) == masked


@given(chunks(), _FORMS, st.sampled_from(sorted(CORRUPTIONS)), st.integers(0, 99))
def test_a_corrupted_answer_has_every_slot_once_or_is_damaged(
    masked: Masked, form: Form, name: str, seed: int
) -> None:
    core = core_of(masked)
    answer = CORRUPTIONS[name](encode(masked, form, core), Random(seed))
    try:
        restored = restore(answer, masked, form, core)
    except Damaged:
        return
    assert Counter(slots_of(restored)) == Counter(slots_of(masked))
    if slots_of(masked):
        words = "\n".join(part for part in restored if isinstance(part, str))
        assert not re.search(rf"{core}\s*\d|\d\s*{core[::-1]}", words, re.IGNORECASE)


SENTENCE: Masked = ("검수 ", Slot(0), "님, ", Slot(1), "을 ", Slot(12), " 전에 확인해 주세요.")


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("name", sorted(CORRUPTIONS))
def test_every_known_corruption_of_slots_is_undone_or_seen(form: Form, name: str) -> None:
    if name in {"linked", "calling", "mentioning", "looped", "stuttered", "shortened_text", "lines_added"}:
        return  # These leave the slots alone; that is for validate to refuse.
    core = new_core(part for part in SENTENCE if isinstance(part, str))
    answer = CORRUPTIONS[name](encode(SENTENCE, form, core), Random(1))
    lost = BROKEN | {"empty", "blank", "quota", "page", "foreign"}
    if name in (lost | {"twice_escaped"} if form is Form.XML else lost):
        with pytest.raises(Damaged):
            restore(answer, SENTENCE, form, core)
    else:
        restored = restore(answer, SENTENCE, form, core)
        assert Counter(slots_of(restored)) == Counter((0, 1, 12))
        if name not in {"reordered", "padded", "spaced"}:
            assert restored == SENTENCE


def test_one_is_not_twelve() -> None:
    masked: Masked = (Slot(1), " and ", Slot(12))
    assert slots_of(restore("QZ12ZQ then QZ1ZQ", masked, Form.CODE, "QZ")) == (12, 1)
    with pytest.raises(Damaged):
        restore("QZ1ZQ then QZ1ZQ", masked, Form.CODE, "QZ")
    with pytest.raises(Damaged):
        restore("QZ1 2ZQ then QZ1ZQ", masked, Form.CODE, "QZ")


@pytest.mark.parametrize("typed", ["<x0/>", "&lt;x0/&gt;", "＜x0/＞", "use <x0/> or 【x0/】"])
@pytest.mark.parametrize("form", [Form.XML, Form.TAG])
def test_a_tag_that_somebody_typed_never_becomes_a_slot(form: Form, typed: str) -> None:
    masked: Masked = (f"{typed} ", Slot(0), " end")
    core = core_of(masked)
    sent = encode(masked, form, core)
    assert restore(sent, masked, form, core) == masked
    real = re.search(rf"<{core.lower()}0/>", sent)
    assert real
    with pytest.raises(Damaged):
        restore(sent.replace(real[0], ""), masked, form, core)


@pytest.mark.parametrize("typed", ["ZQ7QZ", "qz 7 zq", "ＱＺ７ＺＱ", "QZ XJ JX QX XQ ZX XZ JQ QJ ZJ JZ ZQ"])
def test_a_core_never_looks_like_the_text(typed: str) -> None:
    for _ in range(200):
        core = new_core([typed])
        masked: Masked = (typed, Slot(7), typed)
        assert restore(encode(masked, Form.CODE, core), masked, Form.CODE, core) == masked


def test_cores_differ_from_call_to_call() -> None:
    assert len({new_core(["text"]) for _ in range(100)}) > 5


def test_entities_are_decoded_until_there_are_as_many_as_somebody_typed() -> None:
    plain: Masked = ("남자 ", Slot(0))
    assert restore("men&#39;s &lt;b&gt; QZ0ZQ", plain, Form.CODE, "QZ") == ("men's <b> ", Slot(0))
    assert restore("R&amp;D?a=1&copy=2 QZ0ZQ", plain, Form.CODE, "QZ") == ("R&D?a=1&copy=2 ", Slot(0))
    typed: Masked = ("write &amp; here ", Slot(0))
    assert restore("men&amp;#39;s QZ0ZQ", plain, Form.CODE, "QZ") == ("men's ", Slot(0))
    assert restore("&amp;amp; 쓰기 QZ0ZQ", typed, Form.CODE, "QZ") == ("&amp; 쓰기 ", Slot(0))
    assert restore("&amp; 쓰기 QZ0ZQ", typed, Form.CODE, "QZ") == ("&amp; 쓰기 ", Slot(0))


def test_white_space_around_is_kept_and_lines_stay_one() -> None:
    masked: Masked = ("  please see ", Slot(0), " today \n")
    assert restore("오늘\n보세요 QZ0ZQ", (" see ", Slot(0), " "), Form.CODE, "QZ") == (
        " 오늘 보세요 ",
        Slot(0),
        " ",
    )
    assert restore(encode(masked, Form.CODE, "QZ"), masked, Form.CODE, "QZ") == masked


def test_words_that_an_engine_glued_to_a_slot_stand_apart_again() -> None:
    masked: Masked = ("see ", Slot(0), " for details")
    assert restore("seeQZ0ZQfor details", masked, Form.CODE, "QZ") == masked
    korean: Masked = ("please fix ", Slot(0), " now")
    assert restore("지금QZ0ZQ을 고쳐 주세요", korean, Form.CODE, "QZ") == ("지금 ", Slot(0), "을 고쳐 주세요")


def test_xml_is_escaped_and_well_formed() -> None:
    from xml.etree import ElementTree

    masked: Masked = ('a < b && c > "d" \x00\x1f', Slot(0), "<@U1> </x>")
    sent = encode(masked, Form.XML, "QZ")
    ElementTree.fromstring(f"<a>{sent}</a>")  # noqa: S314 - our own text
    assert html.unescape(sent).count("<x0/>") == 1
    with pytest.raises(Damaged):
        restore(sent + "<b>bold", masked, Form.XML, "QZ")


def test_half_an_emoji_can_be_sent() -> None:
    encode(("\ud83d ok ", Slot(0)), Form.CODE, "QZ").encode()


def test_damage_says_nothing_of_the_text() -> None:
    with pytest.raises(Damaged) as caught:
        restore("secret words", (Slot(0),), Form.CODE, "QZ")
    assert "secret" not in repr(caught.value)
