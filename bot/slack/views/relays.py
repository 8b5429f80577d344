"""Words of one person for another who reads a different language: translated, the original one click away."""

from __future__ import annotations

from bot.domain.translation import RenditionState
from bot.reports.translations import RelayFacts
from bot.slack import ids
from bot.slack.blocks import Json, Run, button, context, quote
from bot.slack.graphemes import cut
from bot.slack.ids import Ref, RelayRef
from bot.slack.mrkdwn import showable
from bot.slack.reader import Reader


def passed_on(reader: Reader, title: str, text: str, relay: RelayFacts | None, size: int) -> list[Json]:
    """Return somebody's words as the reader should get them, with what they are under them.

    `relay` is None for whoever reads the language they were written in. Until there is a translation the
    original stands in its place and says so.
    """
    if relay is None:
        return [quote(title, [Run(cut(showable(text), size))])]
    t = reader.t
    if relay.state is RenditionState.UNNEEDED:
        return [quote(title, [Run(cut(showable(relay.original), size))])]
    if relay.state is not RenditionState.DONE or not relay.text:
        waits = relay.state is RenditionState.PENDING
        note = t("🌐 Being translated…") if waits else t("⚠️ Not translated: these are the original words.")
        return [quote(title, [Run(cut(showable(relay.original), size))]), context(note)]
    lines = [t("✏️ Corrected by a person") if relay.corrected else t("🌐 Machine translation")]
    if not relay.corrected and set(relay.flags) - {"withheld"}:
        lines.append(t("Please compare it with the original: it may be inexact."))
    if "withheld" in relay.flags:
        lines.append(t("A line with private data is not translated."))
    return [quote(title, [Run(cut(showable(relay.text), size))]), context(*lines)]


def relay_buttons(reader: Reader, relay: RelayFacts | None) -> list[Json]:
    """Return the buttons to the original and for reporting a wrong translation; none where nothing is translated."""
    if relay is None or relay.state is not RenditionState.DONE or not relay.text:
        return []
    t = reader.t
    report = button(t("Report the translation"), ids.TRANSLATION_REPORT, Ref(relay.source_id, 0))
    return [button(t("Original"), ids.RELAY_ORIGINAL, RelayRef(relay.kind, relay.ref_id)), report]
