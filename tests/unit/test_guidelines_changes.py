"""Two versions are compared section by section, and sections are cut into what is embedded."""

from __future__ import annotations

import hashlib

from bot.guidelines.changes import ChangeKind, changes
from bot.guidelines.chunks import ITEM_WORDS, PASSAGE_WORDS, chunks_of
from bot.guidelines.codec import dump, load
from bot.guidelines.document import Guideline
from bot.guidelines.read import read_guideline


def read(text: str) -> Guideline:
    return read_guideline(text.encode(), "a.md")


OLD = "# Rules\nIntro.\n## Cars\nOld text.\n## Bikes\nSame.\n## Signs\nGone.\n## Twin\nx\n## Twin\nx\n"
NEW = "# Rules\nIntro.\n## Twin\nx\n## Twin\nx\n## New\nFresh.\n## Cycles\nSame.\n## Cars\nNew text.\n"


def test_each_kind_of_change_is_told_apart() -> None:
    old, new = read(OLD), read(NEW)
    found = [(change.kind, change.path[-1]) for change in changes(old, new)]
    assert found == [
        (ChangeKind.ADDED, "New"),
        (ChangeKind.MOVED, "Cycles"),
        (ChangeKind.CHANGED, "Cars"),
        (ChangeKind.REMOVED, "Signs"),
    ]
    ids = {change.path[-1]: (change.old_id, change.new_id) for change in changes(old, new)}
    assert ids["New"][0] is None
    assert ids["Signs"][1] is None
    assert ids["Cars"] == (old.sections[1].id, new.sections[5].id)


def test_a_guideline_does_not_differ_from_itself() -> None:
    assert changes(read(OLD), read(OLD).sections) == ()


def test_the_first_version_is_all_new() -> None:
    assert {change.kind for change in changes((), read(OLD))} == {ChangeKind.ADDED}


def test_items_stand_under_their_heading_and_passages_under_their_path() -> None:
    guideline = read("# A\n## Labels\n- Any car.\n- **Truck**: Hauls.\n  - Not a van.\n")
    assert [(chunk.section, chunk.kind, chunk.text) for chunk in chunks_of(guideline.sections)] == [
        (1, "item", "Labels: Any car."),
        (1, "passage", "A > Labels: Any car."),
        (2, "item", "Labels: Truck: Hauls."),
        (2, "item", "Labels: Truck: Not a van."),
        (2, "passage", "A > Labels > Truck: Truck: Hauls. Not a van."),
    ]
    chunk = chunks_of(guideline.sections)[0]
    assert chunk.hash == hashlib.sha256(b"Labels: Any car.").hexdigest()


def test_long_texts_are_cut_between_sentences_and_lose_nothing() -> None:
    sentences = [" ".join(f"word{number}x{index}" for index in range(17)) + "." for number in range(12)]
    endless = " ".join(f"w{index}" for index in range(200))
    guideline = read(f"# A\n{' '.join(sentences)}\n\n{endless}\n")
    words = guideline.sections[0].text.split()
    for kind, most in (("item", ITEM_WORDS), ("passage", PASSAGE_WORDS)):
        texts = [
            chunk.text.removeprefix("A: ") for chunk in chunks_of(guideline.sections) if chunk.kind == kind
        ]
        assert [word for text in texts for word in text.split()] == words
        assert max(len(text.split()) for text in texts) <= most


def test_a_guideline_survives_its_json() -> None:
    guideline = read("# 규칙\n- **트럭**: 짐차예요.\n\n| a | b |\n|---|---|\n| c | d |\n")
    assert load(dump(guideline)) == guideline
