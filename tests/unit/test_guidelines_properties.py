"""Whatever arrives: a refusal or a guideline; no word lost, no id twice, no id changed by its neighbours."""

from __future__ import annotations

import contextlib
import re
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.guidelines.document import Guideline
from bot.guidelines.read import BadGuideline, read_guideline
from tests.unit.guideline_files import make_docx, make_pdf

SUFFIXES = st.sampled_from([".md", ".html", ".docx", ".pdf", ".txt", ""])
PDF = make_pdf(
    [[(72, 72, 16, True, "Heading"), (72, 100, 10, False, "• Some text."), (72, 120, 10, False, "More.")]]
)
DOCX = make_docx([("heading 1", "Heading"), ("", "Some **bold** text.")])
PIECES = """# |## |- |  - |1. |**|*|`|```|> |<b>|</b>|<details>|<summary>|</details>|<table><tr>|<td>|</p>|<!--
-->|<li>|---|===|[|](|)|~~|&amp;|&#0;|word|다음|: |<br>|<h2>|<ul>|<script>"""
MARKUP = st.lists(
    st.sampled_from(
        [*PIECES.replace("\n", "|").split("|"), "|", "\\", "\t", "\n", "\n\n", "\0", "\u200b", "\ud800"]
    ),
    max_size=40,
).map(lambda parts: "".join(parts).encode("utf-8", "surrogatepass"))

WORD = st.text(alphabet="abcdefghijklmnoprstuvxyz", min_size=2, max_size=8)
WORDS = st.lists(WORD, min_size=1, max_size=6).map(" ".join)
FORMS = """%s;- %s;- **%s**: and;1. %s;  - %s;> %s;**%s**;**%s:** so;`%s`;<noise> %s;*%s*;<b>%s</b>
[%s](http://localhost)"""
LINE = st.builds(
    str.__mod__,
    st.sampled_from(
        [*FORMS.replace("\n", ";").split(";"), "\t- %s", "```\n%s\n```", "| %s | b |\n|---|---|\n| cc | dd |"]
    ),
    WORDS,
)
BODY = st.lists(LINE, min_size=1, max_size=5).map("\n\n".join)


@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=400) | MARKUP, suffix=SUFFIXES)
def test_arbitrary_bytes_are_read_or_refused(data: bytes, suffix: str) -> None:
    with contextlib.suppress(BadGuideline):
        read_guideline(data, f"a{suffix}")


@settings(max_examples=100, deadline=None)
@given(
    document=st.sampled_from([PDF, DOCX]),
    at=st.integers(0, 5000),
    junk=st.binary(max_size=12),
    cut=st.booleans(),
)
def test_damaged_files_are_read_or_refused(document: bytes, at: int, junk: bytes, cut: bool) -> None:
    at %= len(document)
    damaged = document[:at] + junk + (b"" if cut else document[at + len(junk) :])
    with contextlib.suppress(BadGuideline):
        read_guideline(damaged, "a.pdf" if document is PDF else "a.docx")


def assemble(bodies: list[str]) -> Guideline:
    text = "".join(f"## Topic {number}\n\n{body}\n\n" for number, body in enumerate(bodies))
    return read_guideline(f"# Title\n\nIntro.\n\n{text}".encode(), "a.md")


@settings(max_examples=60, deadline=None)
@given(bodies=st.lists(BODY, min_size=1, max_size=4))
def test_every_word_stands_in_exactly_one_section(bodies: list[str]) -> None:
    guideline = assemble(bodies)
    source = re.sub(r"\]\(http://localhost\)|</?b>", "", "\n".join(["Intro.", *bodies]))
    expected = Counter(re.findall(r"\w+", source))
    # The numbers of real lists are markup.
    expected["1"] = 0
    found = Counter(word for section in guideline.sections for word in re.findall(r"\w+", section.text))
    assert +found == +expected


@settings(max_examples=60, deadline=None)
@given(bodies=st.lists(BODY, min_size=2, max_size=4), new=BODY, at=st.integers(0, 3))
def test_ids_are_unique_and_do_not_depend_on_other_sections(bodies: list[str], new: str, at: int) -> None:
    at %= len(bodies)
    before, after = assemble(bodies), assemble([*bodies[:at], new, *bodies[at + 1 :]])
    for guideline in (before, after):
        assert len({section.id for section in guideline.sections}) == len(guideline.sections)
        assert len({section.anchor for section in guideline.sections}) == len(guideline.sections)

    def others(guideline: Guideline) -> list[str]:
        return [section.id for section in guideline.sections if f"Topic {at}" not in section.path]

    assert others(before) == others(after)
