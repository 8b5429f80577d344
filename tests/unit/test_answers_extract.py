from __future__ import annotations

from bot.answers.extract import MOST, extract
from bot.answers.found import Hit
from bot.guidelines.document import Block, Section


def _section(*blocks: Block) -> Section:
    return Section("id~0", ("Guide", "Numbers"), "numbers", 2, blocks, 0)


FAR_OFF = "This rule has nothing to do with what was asked, and limits nothing at all."


def _item(text: str, depth: int = 0) -> Block:
    return Block("item", text, depth)


def test_the_best_block_is_quoted_word_for_word_with_the_limit_beside_it() -> None:
    rule = _item("Spell out numbers from zero to ten.")
    more = [_item("Use commas in long numbers."), _item("Do NOT spell out phone numbers.")]
    section = _section(rule, *more, *[_item(FAR_OFF)] * 10)
    taken = extract(Hit(section, 1.0, rule), "how are numbers written")
    assert taken.quote == rule.text
    assert taken.exceptions == ("Do NOT spell out phone numbers.",)
    assert taken.section is section


def test_an_item_brings_the_rule_it_stands_under_and_the_ones_under_it() -> None:
    head = _item("Never label these:")
    deep = _item("mirrors", 1)
    below = [_item("unless the mirror is a wall", 2)]
    between = [_item(FAR_OFF, 1)] * 10
    section = _section(head, _item("pictures", 1), _item("windows", 1), *between, deep, *below)
    taken = extract(Hit(section, 1.0, deep), "mirrors")
    assert taken.quote == "Never label these:\nmirrors"
    assert taken.exceptions == ("unless the mirror is a wall",)


def test_a_short_section_is_quoted_whole() -> None:
    rule = _item("Write names.")
    section = _section(Block("paragraph", "Names of places:"), rule, _item("Write numbers."))
    taken = extract(Hit(section, 1.0, rule), "how are names written")
    assert taken.quote == section.text
    assert taken.exceptions == ()


def test_a_long_block_is_cut_to_whole_sentences_around_the_best_one() -> None:
    filler = "This sentence says something general about the work of the crew. "
    text = filler * 30 + "Write laughter as a tag. Unless it is very short. " + filler * 30
    section = _section(Block("paragraph", text))
    taken = extract(Hit(section, 1.0, section.blocks[0]), "laughter tag")
    assert "Write laughter as a tag." in taken.quote
    assert taken.quote in text
    assert all(said in text for said in taken.exceptions)
    assert len(taken.quote) + sum(map(len, taken.exceptions)) <= MOST


def test_an_exception_in_the_same_long_block_is_not_lost() -> None:
    filler = "This sentence says something general about the work of the crew. "
    text = "Write laughter as a tag. " + filler * 40 + "Do not use it for smiles."
    section = _section(Block("paragraph", text))
    assert extract(Hit(section, 1.0, section.blocks[0]), "laughter tag").exceptions == (
        "Do not use it for smiles.",
    )


def test_many_limits_never_pass_what_slack_takes() -> None:
    rule = _item("Label cars.")
    section = _section(rule, *[_item(f"Do not label thing {n} " + "very " * 100, 1) for n in range(20)])
    taken = extract(Hit(section, 1.0, rule), "cars")
    assert len(taken.quote) + sum(map(len, taken.exceptions)) <= MOST
    assert taken.exceptions


def test_a_section_without_text_is_quoted_by_its_heading() -> None:
    assert extract(Hit(_section(), 0.1, None), "anything").quote == "Numbers"
