"""Says in the reader's language why a guideline file was refused and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.guidelines.problems import GuidelineProblem
from bot.i18n.catalogs import N_, Catalog
from bot.slack.blocks import section
from bot.slack.content import Content
from bot.slack.mrkdwn import inline
from bot.slack.reader import Reader

INTERRUPTED = "interrupted"
"""The code of an upload that broke off for a reason of ours."""

_SENTENCES: dict[str, str] = {
    GuidelineProblem.UNKNOWN_FORMAT: N_(
        "I cannot read files of this kind. Please upload Markdown, HTML, .docx or PDF."
    ),
    GuidelineProblem.EMPTY: N_("There is no text in the file. Please choose another file."),
    GuidelineProblem.NO_TEXT: N_(
        "The pages are pictures without text, as a scan has. Please upload a PDF with text."
    ),
    GuidelineProblem.TOO_LARGE: N_(
        "The file is too large to be read. Please split it or leave large pictures out."
    ),
    GuidelineProblem.ENCRYPTED: N_("The file is protected with a password. Please save it without one."),
    GuidelineProblem.BROKEN: N_("The file is damaged. Please save it again and upload that."),
    GuidelineProblem.TOO_SLOW: N_(
        "Reading the file took too long. Please save it again in a simpler form, such as Markdown."
    ),
    INTERRUPTED: N_("Reading stopped before the end, so nothing was stored. Please upload the file again."),
}
# Where a limit is known, it is named; the key is the fact's name.
_LIMITS = {
    "megabytes": N_("The file is larger than {n} MB. Please split it or leave large pictures out."),
    "words": N_("There are more than {n} words in the file. Please split it."),
    "sections": N_("There are more than {n} sections in the file. Please split it."),
    "pages": N_("There are more than {n} pages in the file. Please split it."),
}


def word_guideline_problem(t: Catalog, code: str, facts: Mapping[str, str]) -> str:
    """Return what is wrong with a file, and what to do about it; `facts` are those of BadGuideline."""
    if code == GuidelineProblem.TOO_LARGE:
        for name, sentence in _LIMITS.items():
            if (limit := facts.get(name, "")).isdecimal():
                return t(sentence, n=f"{int(limit):,}")
    return t(_SENTENCES.get(code, _SENTENCES[GuidelineProblem.BROKEN]))


def guideline_refused(reader: Reader, key: str, code: str, facts: Mapping[str, str]) -> Content:
    """Say why a guideline was not taken."""
    t = reader.t
    text = t("The guideline for {key} was not stored.", key=inline(key, 20))
    return Content(text, [section(f"📄 *{text}*\n{word_guideline_problem(t, code, facts)}")])
