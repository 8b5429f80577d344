"""From a message to its rendition in another language: words go to an engine, everything else stays at home."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from time import monotonic

from bot.domain.translation import TranslationMode, keeps_numbers_home
from bot.translation.chain import Chain, ChainFailed
from bot.translation.detect import Detected, detect
from bot.translation.document import Document, Line, Span, SpanKind
from bot.translation.glossary import Glossary
from bot.translation.masked import Masked
from bot.translation.masking import Hold, ScannedLine, mask_line, scan_line, scan_lines
from bot.translation.memory import Memory, NoMemory, recall
from bot.translation.passage import Passage, Piece, passage_of
from bot.translation.polish import dialect
from bot.translation.slang import normalise


class TranslationFailed(Exception):
    """No rendition could be had; `reason` is a word for people's messages and for the log, never content."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Policy:
    """What may happen to the words of a project: `mode` is the effective one, `scope` the project's id.

    `terms` are its approved (Korean, English) pairs, `names` the nicknames of its people, which never leave.
    """

    mode: TranslationMode
    scope: int
    confidential: bool = False
    terms: tuple[tuple[str, str], ...] = ()
    names: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Rendered:
    """A rendition. `engine` is "" when nothing was sent; `characters` is what was sent.

    `flags` warn: dialect, numbers, casual, withheld (a line with a number that stays at home is as written).
    """

    document: Document
    source: str | None
    target: str
    engine: str = ""
    flags: frozenset[str] = frozenset()
    characters: int = 0

    @property
    def needed(self) -> bool:
        """Whether it says anything that the original does not."""
        return self.source is not None and self.source != self.target

    @property
    def withheld(self) -> bool:
        """Whether a line stayed at home and is as its author wrote it."""
        return "withheld" in self.flags


@dataclass
class _Outcome:
    engine: str = ""
    flags: set[str] = field(default_factory=set)
    characters: int = 0


@lru_cache(maxsize=64)
def glossary_of(terms: tuple[tuple[str, str], ...]) -> Glossary:
    """Return the shipped glossary with a project's own terms before it; built once."""
    return Glossary(terms)


class Translator:
    """Renders messages in other languages; safe to use from several threads.

    Only words leave, without the names, numbers and addresses of people, and only to engines that the policy
    trusts. Structure, mentions, links, code and emoji come back exactly as they were.
    """

    def __init__(self, chain: Chain, memory: Memory | None = None) -> None:
        self._chain = chain
        self._memory: Memory = memory if memory is not None else NoMemory()

    def language_of(self, document: Document, prior: str | None = None) -> Detected:
        """Return the language of a message; `prior` is what its author usually writes."""
        if document.is_wordless:
            return Detected(None, confident=True)
        return detect(document.plain(), prior)

    def translate(
        self,
        document: Document,
        *,
        target: str,
        policy: Policy,
        prior: str | None = None,
        deadline: float | None = None,
    ) -> Rendered:
        """Return the message in the target language within the chain's deadline, or within `deadline` seconds.

        Raises TranslationFailed; nothing half-translated is ever returned.
        """
        source = self.language_of(document, prior).language
        if source is None or source == target:
            return Rendered(document, source, target)
        scanned = scan_lines(document.lines, names=policy.names)
        known = recall(self._memory, scanned, scope=policy.scope, source=source, target=target)
        lines = list(known.document.lines)
        flags: set[str] = {"dialect"} if source == "ko" and dialect(document.plain()) else set()
        passages: dict[int, Passage] = {}
        for index, line in enumerate(scanned):
            if index in known.remembered:
                continue
            passage = self._passage(line, source, target, policy, flags)
            if passage is not None:
                passages[index] = passage
        outcome = self._send(tuple(passages.values()), target, policy, deadline)
        flags |= outcome.flags
        for index, passage in passages.items():
            lines[index] = Line(passage.spans(target, flags), document.lines[index].prefix)
        engine = outcome.engine or ("memory" if known.remembered else "")
        return Rendered(Document(tuple(lines)), source, target, engine, frozenset(flags), outcome.characters)

    def _passage(
        self, scanned: ScannedLine, message_language: str, target: str, policy: Policy, flags: set[str]
    ) -> Passage | None:
        """Return what has to become of a line, None when it stays as it is."""
        line = scanned.line
        if line.fence:
            return None
        if scanned.grave and keeps_numbers_home(policy.mode):
            # Also of a bare number, of which no engine would be told: its author is to know.
            flags.add("withheld")
            return None
        if not any(span.has_words for span in line.spans):
            return None
        source = _language_of(line, message_language)
        if source == target:
            return None
        glossary = glossary_of(policy.terms)
        masked = mask_line(scanned, glossary=glossary, source=source, target=target)
        passage = passage_of(masked, source, target)
        for number, held in enumerate(masked.held):
            span = held.span
            if span.kind is not SpanKind.LINK or not span.has_words:
                continue
            words = scan_line(Line((Span(SpanKind.TEXT, span.label),)), names=policy.names)
            label = mask_line(words, glossary=glossary, source=source, target=target)
            # A label with anything of a person in it stays as it is.
            if all(inner.why in (Hold.TERM, Hold.FIXED) for inner in label.held):
                passage.labels[number] = passage_of(label, source, target)
        return passage

    def _send(
        self, passages: Sequence[Passage], target: str, policy: Policy, deadline: float | None
    ) -> _Outcome:
        outcome = _Outcome()
        # Lines in several languages are several requests, which share the time of one.
        until = monotonic() + (self._chain.deadline if deadline is None else deadline)
        waiting: dict[str, list[Piece]] = {}
        for passage in passages:
            waiting.setdefault(passage.source, []).extend(passage.unanswered())
        for source, pieces in waiting.items():
            if not pieces:
                continue
            try:
                result = self._chain.translate(
                    [_for_engine(piece.core, source) for piece in pieces],
                    source=source,
                    target=target,
                    mode=policy.mode,
                    scope=policy.scope if policy.confidential else None,
                    glossary_version=glossary_of(policy.terms).version,
                    deadline=max(0.0, until - monotonic()),
                )
            except ChainFailed as error:
                raise TranslationFailed(error.reason) from None
            for piece, answer in zip(pieces, result.chunks, strict=True):
                piece.answer = answer
            outcome.engine = outcome.engine or result.engine
            outcome.flags |= result.flags
            outcome.characters += result.characters_sent
        return outcome


def _language_of(line: Line, message_language: str) -> str:
    """Return the language of one line: what is quoted or pasted may be in another than its message."""
    found = detect(Document((line,)).plain(), message_language)
    return found.language if found.language is not None and found.confident else message_language


def _for_engine(core: Masked, source: str) -> Masked:
    if source != "ko":
        return core
    return tuple(normalise(part) if isinstance(part, str) else part for part in core)
