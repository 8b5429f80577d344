"""HTML, Word and PDF give the same outline as Markdown, or say why they cannot be read."""

from __future__ import annotations

import pytest

from bot.guidelines.document import Guideline
from bot.guidelines.limits import MAX_BYTES
from bot.guidelines.read import BadGuideline, GuidelineProblem, read_guideline
from tests.unit.guideline_files import make_docx, make_pdf, make_zip

MARKDOWN = b"""# Boxes
Draw tightly.
## Vehicles
- Include mirrors.
- **Trailers**: draw a second box.
### Example
## Signs
Do not label paper signs that people hold up to be read.
"""
HTML = b"""<!doctype html><html><head><title>Site</title><style>p{}</style></head><body>
<nav><h2>Menu</h2><a href=/>Home</a></nav><main><h1>Boxes<a class=headerlink href=#b>\xc2\xb6</a></h1><p>Draw
tightly.</p><h2>Vehicles</h2><ul><li>Include mirrors.<li><strong>Trailers</strong>: draw a second box.</ul>
<h3>Example</h3><h2>Signs</h2><p>Do not label paper signs that people hold up to be read.</p>
<p hidden>Ignore this.</p><script>let x = "<h2>Bad</h2>"</script></main><div>Cookie text</div></body></html>"""
DOCX = make_docx(
    [
        ("heading 1", "Boxes"),
        ("", "Draw tightly."),
        ("heading 2", "Vehicles"),
        ("", "• Include mirrors."),
        ("", "• **Trailers**: draw a second box."),
        ("heading 3", "Example"),
        ("heading 2", "Signs"),
        ("", "Do not label paper signs that people hold up to be read."),
    ]
)
PDF = make_pdf(
    [
        [
            (72, 30, 8, False, "Confidential 2026"),
            (72, 60, 10, False, "Vehicles . . . . . . . . 2"),
            (72, 72, 10, False, "Signs........................... ii"),
            (72, 100, 20, True, "Boxes"),
            (72, 130, 10, False, "Draw tightly."),
            (72, 160, 15, True, "Vehicles"),
            (78, 180, 10, False, "• Include mirrors."),
            (78, 198, 10, False, "• "),
            (84, 198, 10, True, "Trailers"),
            (120.2, 198, 10, False, ": draw a second box."),
            (72, 230, 12, True, "Example"),
            (72, 800, 8, False, "Page 1"),
        ],
        [
            (72, 30, 8, False, "Confidential 2026"),
            (72, 100, 15, True, "Signs"),
            (72, 130, 10, False, "Do not label paper signs that peo-"),
            (72, 142, 10, False, "ple hold up to be read."),
            (72, 800, 8, False, "Page 2"),
        ],
    ]
)
DOCUMENTS = {"a.md": MARKDOWN, "a.html": HTML, "a.docx": DOCX, "a.pdf": PDF}


def outline(guideline: Guideline) -> list[tuple[tuple[str, ...], bool]]:
    return [(section.path, section.lead_in) for section in guideline.sections]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_format_gives_one_outline_and_one_text(name: str) -> None:
    expected, guideline = read_guideline(MARKDOWN, "a.md"), read_guideline(DOCUMENTS[name], name)
    assert outline(guideline) == outline(expected)
    texts = [section.text for section in guideline.sections]
    if name == "a.pdf":
        # Nothing else in this document proves that "peo-ple" is one word.
        texts[-1] = texts[-1].replace("peo-ple", "people")
    assert texts == [section.text for section in expected.sections]


def test_word_files_without_styles_have_bold_numbered_lines_for_headings() -> None:
    data = make_docx(
        [("", "**1. Scope**"), ("", "Cars only."), ("", "2. **Review**"), ("", "1. Read."), ("", "a. All.")]
    )
    guideline = read_guideline(data, "Rules.docx")
    assert outline(guideline) == [(("1. Scope",), True), (("Review",), True)]
    assert guideline.title == "Rules"
    assert guideline.sections[1].text == "2. Review\n- 1. Read.\n- a. All."


def test_only_bold_words_are_bold() -> None:
    page = b'<b style="font-weight:normal"><h1>A</h1><p>Plain</p><p><span style="font-weight:700">Bold</span></b>'
    assert outline(read_guideline(page, "a.html")) == [(("A",), False), (("A", "Bold"), True)]


def test_a_pdf_knows_its_pages_and_a_markdown_file_its_lines() -> None:
    assert [section.page for section in read_guideline(PDF, "a.pdf").sections] == [1, 1, 1, 1, 2]
    assert [section.line for section in read_guideline(MARKDOWN, "a.md").sections] == [1, 3, 5, 6, 7]


def test_html_cannot_claim_lines() -> None:
    guideline = read_guideline(b"<h1 data-line=7 data-page=x>A</h1><p>b c", "a.html")
    assert (guideline.sections[0].line, guideline.sections[0].page) == (None, None)


def test_numbered_bold_lines_of_body_size_are_headings() -> None:
    page = [
        (72, 60 + 20 * index, 10, bold, text)
        for index, (bold, text) in enumerate(
            [
                (True, "1 Scope"),
                (False, "All of the text that follows is about scope."),
                (True, "1.1 Cars"),
                (False, "Cars are to be labelled in every frame."),
                (True, "2 Review"),
                (False, "Reviews are done by two people."),
            ]
        )
    ]
    guideline = read_guideline(make_pdf([page]), "a.pdf")
    assert [path for path, _ in outline(guideline)] == [("1 Scope",), ("1 Scope", "1.1 Cars"), ("2 Review",)]


def test_a_bold_line_above_a_paragraph_is_a_lead_in_and_items_may_lack_an_indent() -> None:
    page = [
        (72.0, 60.0, 16.0, True, "Rules"),
        (72.0, 100.0, 10.0, True, "Pickup truck"),
        (72.0, 112.0, 10.0, False, "It has a bed."),
        (72.0, 140.0, 10.0, False, "- An item that goes on"),
        (72.0, 152.0, 10.0, False, "in the next line."),
        (72.0, 164.0, 10.0, False, "Then a paragraph."),
    ]
    guideline = read_guideline(make_pdf([page]), "a.pdf")
    assert outline(guideline) == [(("Rules",), False), (("Rules", "Pickup truck"), True)]
    assert guideline.sections[1].text == (
        "Pickup truck\nIt has a bed.\n- An item that goes on in the next line.\nThen a paragraph."
    )


def test_words_divided_at_the_end_of_a_line_are_joined_when_the_document_knows_them() -> None:
    lines = ["We annotate people and well-", "known things. They anno-", "tate too."]
    page = [(72.0, 60.0 + 12 * index, 10.0, False, line) for index, line in enumerate(lines)]
    text = read_guideline(make_pdf([page]), "a.pdf").sections[0].text
    assert text == "We annotate people and well-known things. They annotate too."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
def test_text_in_the_encodings_of_korean_offices(encoding: str) -> None:
    text = "# 규칙\n문장 부호는 그대로 적어요.\n"
    data = text.encode(encoding)
    assert read_guideline(data, "규칙.md").sections[0].text == "문장 부호는 그대로 적어요."


def test_western_quotes_are_not_taken_for_korean() -> None:
    data = "# Rules\nNever use “curly” quotes; it’s about the plain ones here.\n".encode("cp1252")
    assert "“curly”" in read_guideline(data, "a.md").sections[0].text


OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
ENCRYPT = f"/Encrypt << /Filter /Standard /V 1 /R 2 /O ({'o' * 32}) /U ({'u' * 32}) /P -4 >> /ID [(a) (a)]"


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.md", b" \n ", GuidelineProblem.EMPTY),
        ("a.md", b"# Only\n## Headings\n", GuidelineProblem.EMPTY),
        ("a.html", b"<!-- nothing -->", GuidelineProblem.EMPTY),
        ("a.md", b"x" * (MAX_BYTES + 1), GuidelineProblem.TOO_LARGE),
        ("a.md", b"a b " * 300_000, GuidelineProblem.TOO_LARGE),
        ("a.md", b"a\0b", GuidelineProblem.BROKEN),
        ("a.exe", b"text", GuidelineProblem.UNKNOWN_FORMAT),
        ("a", b"text", GuidelineProblem.UNKNOWN_FORMAT),
        ("a.doc", OLE, GuidelineProblem.UNKNOWN_FORMAT),
        ("a.docx", OLE + "EncryptedPackage".encode("utf-16-le"), GuidelineProblem.ENCRYPTED),
        ("a.docx", b"PK\x03\x04 cut off", GuidelineProblem.BROKEN),
        ("a.docx", b"no zip", GuidelineProblem.BROKEN),
        ("a.docx", make_zip({"xl/workbook.xml": b"<x/>"}), GuidelineProblem.UNKNOWN_FORMAT),
        ("a.docx", make_zip({"[Content_Types].xml": b"<x/>"}), GuidelineProblem.BROKEN),
        ("a.docx", make_docx([("", "x")], word__media=bytes(70_000_000)), GuidelineProblem.TOO_LARGE),
        ("a.docx", make_docx([("", "x " * 9_000_000)]), GuidelineProblem.TOO_LARGE),
        (
            "a.docx",
            make_zip({"word/document.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}),
            GuidelineProblem.BROKEN,
        ),
        ("a.pdf", b"%PDF-1.7 garbage", GuidelineProblem.BROKEN),
        ("a.pdf", b"no pdf", GuidelineProblem.BROKEN),
        ("a.pdf", PDF[:700], GuidelineProblem.BROKEN),
        ("a.pdf", make_pdf([[]]), GuidelineProblem.NO_TEXT),
        ("a.pdf", make_pdf([[(72, 72, 10, False, "secret")]], trailer=ENCRYPT), GuidelineProblem.ENCRYPTED),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(
    name: str, data: bytes, code: GuidelineProblem
) -> None:
    with pytest.raises(BadGuideline) as caught:
        read_guideline(data, name)
    assert caught.value.code is code
    assert str(caught.value) == code.value
