"""What the played services say: the same again, what real ones said, or what a phrase book has."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Mishap:
    """An answer that is none: seconds before it, a status, a body of its own, dripped (seconds a byte) or cut.

    `garbled` is a success in the service's format whose translation is null.
    """

    status: int = 200
    body: str | None = None
    retry_after: str | None = None
    delay: float = 0.0
    drip: float = 0.0
    cut: bool = False
    garbled: bool = False


Answer = Callable[[str, str, str, str], str | Mishap]
"""(text, source, target, provider) -> the translation as the service would give it. DeepL's texts are XML."""

_COLUMNS = {
    "google": "google",
    "deepl": "microsoft",
    "papago": "nllb",
    "libre": "argos",
    "openai": "bergamot-base",
}


def echo(text: str, _source: str, _target: str, _provider: str) -> str:
    """Say the same again."""
    return text


def phrasebook(phrases: Mapping[str, str], otherwise: Answer = echo) -> Answer:
    """Return an answer that knows these texts word for word."""

    def answer(text: str, source: str, target: str, provider: str) -> str | Mishap:
        known = phrases.get(text)
        return known if known is not None else otherwise(text, source, target, provider)

    return answer


def replay(rows: Iterable[Mapping[str, Any]], otherwise: Answer = echo) -> Answer:
    """Return an answer that gives known sentences the stored output of a real engine.

    `rows` have `dir` ("ko-en"), `src` and `mt` by engine; each service plays the engine nearest to it.
    """
    known = {(row["dir"], row["src"].strip()): row["mt"] for row in rows}

    def answer(text: str, source: str, target: str, provider: str) -> str | Mishap:
        plain = html.unescape(text) if provider == "deepl" else text
        outputs = known.get((f"{source}-{target}", plain.strip()))
        said = outputs.get(_COLUMNS[provider]) if outputs else None
        if said is None:
            return otherwise(text, source, target, provider)
        return html.escape(str(said), quote=False) if provider == "deepl" else str(said)

    return answer
