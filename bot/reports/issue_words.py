"""Words that people wrote to an issue, with all renditions of them that there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import Rendition, SourceText
from bot.domain.translation import RenditionState, SourceKind
from bot.reports.translations import NO_ENGINE, RelayFacts, relay_of
from bot.translation.plain_text import from_plain, to_plain
from bot.translation.redact import redacted


@dataclass(frozen=True)
class Words:
    """Somebody's own words, and `relays`, one for each language into which they are or will be translated."""

    text: str
    relays: tuple[RelayFacts, ...] = ()

    def relay_for(self, language: str | None) -> RelayFacts | None:
        """Return the rendition for readers of a language, None where the words themselves are to be shown.

        `language` is what `wanted_language` returns for a person, or that of one side of a channel.
        """
        return next((relay for relay in self.relays if relay.language == language), None)


def read_words(session: Session, kind: SourceKind, ref_id: int, text: str) -> Words:
    """Return what was passed on under this reference with its renditions, as `read_relay` finds one of them."""
    return read_all_words(session, kind, {ref_id: text})[ref_id]


def read_all_words(session: Session, kind: SourceKind, texts: Mapping[int, str]) -> dict[int, Words]:
    """Return the words of many references of one kind, by reference."""
    rows = session.execute(
        select(SourceText, Rendition)
        .join(Rendition, Rendition.source_id == SourceText.id)
        .where(SourceText.kind == kind, SourceText.ref_id.in_(list(texts)))
        .order_by(SourceText.ref_id, Rendition.language)
    )
    relays: dict[int, list[RelayFacts]] = {ref_id: [] for ref_id in texts}
    for source, row in rows:
        needed = row.state is not RenditionState.UNNEEDED and row.error != NO_ENGINE
        if needed and source.ref_id is not None:
            relays[source.ref_id].append(relay_of(source, row))
    return {ref_id: Words(text, tuple(relays[ref_id])) for ref_id, text in texts.items()}


def crossed_out(words: Words) -> Words:
    """Return words as a channel may show them, with a person's own numbers crossed out, as carried messages have."""
    return Words(
        _redacted(words.text),
        tuple(
            replace(relay, original=_redacted(relay.original), text=_redacted(relay.text))
            for relay in words.relays
        ),
    )


def _redacted(text: str) -> str:
    return to_plain(redacted(from_plain(text)))


def resolution_of(cause: str | None, remedy: str | None) -> str:
    """Return how an issue was settled as one text, as it is passed on: the cause, then what was done about it."""
    return "\n\n".join(words for words in (cause, remedy) if words)


def read_resolution(session: Session, issue_id: int, cause: str | None, remedy: str | None) -> Words | None:
    """Return how an issue was settled, in one text with its renditions; None while it is not."""
    text = resolution_of(cause, remedy)
    return read_words(session, SourceKind.RESOLUTION, issue_id, text) if text else None
