"""Windows around translations: the original, a report of a wrong one, and its correction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from bot.domain.translation import RenditionState
from bot.reports.translations import RelayFacts, TranslationFacts
from bot.slack import ids
from bot.slack.blocks import Json, context, full_quote
from bot.slack.graphemes import split_pieces
from bot.slack.ids import FormRef
from bot.slack.inputs import choice, modal, text_input
from bot.slack.mrkdwn import inline
from bot.slack.reader import Reader
from bot.slack.views.translations import say_language
from bot.slack.views.trouble import NOTICE
from bot.translation.mrkdwn_text import to_mrkdwn
from bot.translation.present import present
from bot.translation.redact import redacted

NOTE_LIMIT = 300
FIX_LIMIT = 3000
"""Characters Slack lets a text field have."""

_PIECE = 2000
"""Characters of a translation in one field, so that there is room to write."""

_MOST_BLOCKS = 90


def original_modal(reader: Reader, facts: TranslationFacts) -> Json:
    """Return the window with what was written, except for lines that stay in their own channel."""
    t = reader.t
    when = f" · {reader.time(_moment(facts.ts))}" if facts.ts else ""
    who = context(f"*{inline(facts.author)}*{when}")
    return modal(t, NOTICE, t("Original"), "", [who, *_original(facts)])


def _moment(ts: str) -> datetime:
    return datetime.fromtimestamp(int(ts.partition(".")[0]), UTC)


def relayed_original(reader: Reader, relay: RelayFacts) -> Json:
    """Return the window with the words that the bot passed on in another language."""
    t = reader.t
    return modal(t, NOTICE, t("Original"), "", full_quote("", relay.original))


def _original(facts: TranslationFacts) -> list[Json]:
    parts = present(redacted(facts.document), facts.names)
    return [block for part in parts for block in part.blocks][:_MOST_BLOCKS]


def report_form(reader: Reader, facts: TranslationFacts) -> Json:
    """Ask what is wrong with a translation, and which one is meant when there are several."""
    t = reader.t
    done = [one for one in facts.renditions if one.state is RenditionState.DONE]
    options = [(str(one.rendition_id), say_language(one.language)) for one in done]
    which = [choice(t("Which translation?"), ids.RENDITION, options, chosen=options[0][0])]
    blocks = [
        *(which if len(options) > 1 else []),
        text_input(
            t("What is wrong? (a word is enough)"),
            ids.NOTE,
            limit=NOTE_LIMIT,
            optional=True,
            hint=t("It goes to those who can correct it. The original stays as it is."),
        ),
    ]
    ref = FormRef(facts.source_id, done[0].rendition_id if len(done) == 1 else 0)
    return modal(
        t, ids.FORM_TRANSLATION_REPORT, t("Report a translation"), t("Send"), blocks, metadata=ref.dump()
    )


def fix_form(reader: Reader, facts: TranslationFacts, rendition_id: int) -> Json:
    """Return the window in which a translation is corrected, with the original on top.

    A long one comes in several fields, `text0`, `text1` and so on; `read_fixed` puts them together again.
    Raises StopIteration when the message has no such translation.
    """
    t = reader.t
    rendition = next(one for one in facts.renditions if one.rendition_id == rendition_id)
    # A line that stayed at home is in the rendition as its author wrote it.
    text = to_mrkdwn(redacted(rendition.document)) if rendition.document is not None else ""
    pieces, cuts = _cut(text)
    label = t("Translation into {language}", language=say_language(rendition.language))
    hint = t("Leave mentions and links such as <@U1> as they are.")
    last = len(pieces) - 1
    fields = [
        text_input(
            label if last == 0 else f"{label} ({number + 1}/{last + 1})",
            f"{ids.TEXT}{number}",
            value=piece,
            limit=FIX_LIMIT,
            optional=last > 0,
            hint=hint if number == last and "<" in text else "",
        )
        for number, piece in enumerate(pieces)
    ]
    ref = FormRef(rendition.rendition_id, rendition.ver, cuts)
    shown = [*_original(facts)[: _MOST_BLOCKS - len(fields)], *fields]
    return modal(t, ids.FORM_TRANSLATION_FIX, t("Fix translation"), t("Save"), shown, metadata=ref.dump())


def read_fixed(values: Mapping[str, str | None], cuts: int) -> str:
    """Return the corrected mrkdwn from the fields of `fix_form` and the `round` of its reference.

    Fields are lines of their own, except where a bit of `cuts` says that a line goes on in the next one.
    """
    text, number = values.get(f"{ids.TEXT}0") or "", 0
    while f"{ids.TEXT}{number + 1}" in values:
        joint = "" if cuts >> number & 1 else "\n"
        number += 1
        text += joint + (values[f"{ids.TEXT}{number}"] or "")
    return text.strip("\n")


def _cut(text: str) -> tuple[list[str], int]:
    """Return pieces for the fields and, bit by bit, after which of them a line goes on in the next."""
    pieces: list[str] = []
    cuts = 0
    for piece in split_pieces(text, _PIECE):
        pieces.append(piece.removesuffix("\n"))
        if not piece.endswith("\n"):
            cuts |= 1 << (len(pieces) - 1)
    return pieces or [""], cuts & ~(1 << (len(pieces) - 1)) if pieces else 0
