"""The .po files on disk: no dates, tool versions or line numbers, so that a diff shows only words."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog as Po
from babel.messages.pofile import read_po, write_po

_HEADER = """msgid ""
msgstr ""
"Project-Id-Version: gagyo\\n"
"Language: {language}\\n"
"Plural-Forms: {plural_forms}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"""


def read_catalog(path: Path, language: str) -> Po:
    """Return the messages in `path`; none when there is no file yet. Raises PoFileError on bad syntax."""
    if not path.exists():
        return Po(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def write_catalog(path: Path, language: str, po: Po) -> None:
    """Replace `path` in one step, sorted by msgid."""
    body = BytesIO()
    write_po(body, po, width=0, no_location=True, omit_header=True, sort_output=True)
    header = _HEADER.format(language=language, plural_forms=po.plural_forms)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".po.new")
    draft.write_text(header + "\n" + body.getvalue().decode("utf-8").strip() + "\n", encoding="utf-8")
    draft.replace(path)
