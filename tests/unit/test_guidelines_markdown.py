"""Markdown as people write it becomes sections with lines, blocks and lead-ins."""

from __future__ import annotations

import pytest

from bot.guidelines.document import Block, Guideline
from bot.guidelines.read import read_guideline


def read(text: str, name: str = "guide.md") -> Guideline:
    return read_guideline(text.encode(), name)


def paths(guideline: Guideline) -> list[str]:
    return [" > ".join(section.path) for section in guideline.sections]


def test_headings_of_both_kinds_know_their_path_and_line() -> None:
    guideline = read(
        "---\nowner: qa\n---\nLabels\n======\n\nOne.\n\nCars\n----\nTwo.\n\n#### Deep ####\n\n# Next\nx y\n"
    )
    assert guideline.title == "Labels"
    assert [(section.path, section.line, section.level) for section in guideline.sections] == [
        (("Labels",), 4, 1),
        (("Labels", "Cars"), 9, 2),
        (("Labels", "Cars", "Deep"), 13, 4),
        (("Next",), 15, 1),
    ]
    assert guideline.sections[1].text == "Two."
    assert guideline.words == 4


def test_text_before_the_first_heading_belongs_to_the_document() -> None:
    guideline = read("Read me first.\n\n## Cars\nText.\n", "규칙 2판.md")
    assert paths(guideline) == ["규칙 2판", "Cars"]
    assert guideline.sections[0].line is None


def test_inline_markup_goes_and_words_stay() -> None:
    guideline = read(
        "# A\nUse `<unk>`, [a link](https://example.org) and **bold _both_**; H<sub>2</sub>O, 10<sup>6</sup>.\n"
        "Write <noise> and <s> as they are, ~~never~~ &lt;b&gt; <br> ![a red car](x.png)\n"
    )
    assert guideline.sections[0].text == (
        "Use <unk>, a link and bold both; H2O, 10^6. Write <noise> and <s> as they are, ~~never~~ <b> a red car"
    )


def test_lists_keep_their_depth_also_when_indented_with_tabs() -> None:
    guideline = read("# A\nTips:\n\n\t- one\n\t\t- two\n\n\t- three\n\n\t  more on three\n")
    assert guideline.sections[0].blocks == (
        Block("paragraph", "Tips:"),
        Block("item", "one"),
        Block("item", "two", 1),
        Block("item", "three"),
        Block("paragraph", "more on three"),
    )
    assert guideline.sections[0].text.splitlines()[:2] == ["Tips:", "- one"]


def test_quotes_and_code_are_told_apart() -> None:
    guideline = read("# A\n> said\n\n```\n  a  b\n\nc\n```\n")
    assert guideline.sections[0].blocks == (Block("quote", "said"), Block("code", "  a  b\n\nc"))


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("- **Pickup truck**: has a bed.", "Pickup truck"),
        ("- **Pickup truck** - has a bed.", "Pickup truck"),
        ("- **No bots.** A person decides.", "No bots"),
        ("1. **Extremities** :\n    - Include limbs.", "Extremities"),
        ("**Send it correctly.** As noted above.", "Send it correctly"),
        ("**Pickup truck**\n- has a bed", "Pickup truck"),
    ],
)
def test_bold_lead_ins_are_sections(source: str, title: str) -> None:
    guideline = read(f"# Rules\nFirst.\n\n{source}\n\n# After\nLast.\n")
    lead = guideline.sections[1]
    assert (lead.title, lead.lead_in, lead.path[0], lead.line) == (title, True, "Rules", 4)
    # The words of the lead-in stay in the text: "do not" must never be cut from what it forbids.
    assert title in lead.text
    assert guideline.sections[2].path == ("After",)


@pytest.mark.parametrize(
    "source",
    [
        "- **Do not** apply two boxes.",
        "- **If** it has arms, **then** include them.",
        "- **Exception**: no mirrors.",
        "- **Save your work often!**",
        "**Cuboids must be very tight.**",
        "**Note:** see above.",
        "A **bold**: word later.",
    ],
)
def test_emphasis_is_no_lead_in(source: str) -> None:
    assert paths(read(f"# Rules\n{source}\n")) == ["Rules"]


def test_lead_ins_nest_and_end_where_their_item_or_list_ends() -> None:
    guideline = read(
        "# Labels\n**Choose one:**\n\n1. **Truck**: Hauls.\n    - **Pickup**: Has a bed.\n2. **Bus**: Carries.\n\n"
        "---\nAfter.\n\n**Details:** these:\n- one\n- two\n\nPlain.\n"
    )
    assert paths(guideline) == [
        "Labels",
        "Labels > Choose one",
        "Labels > Choose one > Truck",
        "Labels > Choose one > Truck > Pickup",
        "Labels > Choose one > Bus",
        "Labels > Details",
    ]
    assert guideline.sections[0].text == "After.\nPlain."
    assert guideline.sections[5].text == "Details: these:\n- one\n- two"


def test_rows_about_one_class_are_sections_and_other_rows_are_not() -> None:
    head = "# A\n\n| Id | Label | Meaning |\n|---|---|---|\n"
    guideline = read(
        f"{head}| 0 | `noise` | Any return without an object |\n| 24 | `road` | A surface for cars to use |\n"
    )
    assert paths(guideline) == ["A", "A > noise", "A > road"]
    assert guideline.sections[2].text == "24 | road | A surface for cars to use"
    assert guideline.sections[2].line == 6
    assert guideline.sections[0].text == "Id | Label | Meaning"
    examples = read("# A\n\n| Before | After |\n|---|---|\n| a-b | a--b |\n| c-d | c--d |\n")
    assert paths(examples) == ["A"]
    assert examples.sections[0].text == "Before | After\na-b | a--b\nc-d | c--d"


def test_html_inside_markdown_is_read() -> None:
    guideline = read(
        "# FAQ\n\n<details>\n<summary>May I <b>blur</b>?</summary>\n\nYes, **always**.\n\n</details>\n\nOutside.\n\n"
        "<h2 id=x>Raw</h2>\n<p>Inside <noise> here</p>\n<script>alert('no')</script>\n"
    )
    assert paths(guideline) == ["FAQ", "FAQ > May I blur?", "FAQ > Raw"]
    assert [section.text for section in guideline.sections] == [
        "Outside.",
        "Yes, always.",
        "Inside <noise> here",
    ]
    assert [section.line for section in guideline.sections] == [1, 4, 12]


def test_typed_letters_inside_an_item_become_items() -> None:
    guideline = read("# A\n1. Annotate:\n  a. “lung”\n  b. **For example**: “chest”\n2. Next\n")
    assert guideline.sections[0].blocks == (
        Block("item", "Annotate:"),
        Block("item", "a. “lung”", 1),
        Block("item", "b. For example: “chest”", 1),
        Block("item", "Next"),
    )


def test_ids_and_anchors_are_unique_where_headings_repeat() -> None:
    guideline = read("# A\nText.\n## Example\n## Example\n## Example 1\n# B\n## Example\n")
    assert len({section.id for section in guideline.sections}) == 6
    assert [section.anchor for section in guideline.sections] == [
        "a",
        "example",
        "example-1",
        "example-1-1",
        "b",
        "example-2",
    ]
