"""What every translation engine promises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.domain.translation import Trust


class Form(StrEnum):
    """How a slot travels: as a code of letters and digits, as an empty XML tag, or as a tag an LLM is told about."""

    CODE = "code"
    XML = "xml"
    TAG = "tag"


class Fault(StrEnum):
    """Why an engine gave nothing, in the words the log and the metrics may have."""

    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    LIMITED = "limited"
    REFUSED = "refused"
    SERVER = "server"
    NONSENSE = "nonsense"
    UNSUPPORTED = "unsupported"


class EngineFailed(Exception):
    """An engine gave no translation. It never carries the text, a key or an address, only `fault`."""

    def __init__(self, fault: Fault, retry_after: float | None = None) -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.retry_after = retry_after


@dataclass(frozen=True)
class Traits:
    """What the chain must know of an engine; `longest` is in characters of one text, `rate` in calls a second."""

    name: str
    trust: Trust
    form: Form
    longest: int = 1200
    rate: float = 5.0
    batch: int = 1


class Engine(Protocol):
    """Translates texts; safe to call from several threads."""

    @property
    def traits(self) -> Traits:
        """Its name, trust and limits."""
        ...

    @property
    def parameters(self) -> str:
        """What besides text and languages decides its answers (model, politeness), for the cache's key."""
        ...

    def translate(self, texts: Sequence[str], *, source: str, target: str, timeout: float) -> list[str]:
        """Return one translation a text, raw as the engine gave it; languages are ISO 639-1 ("ko", "en", "es").

        Gives up after `timeout` seconds in all. Raises EngineFailed and nothing else.
        """
        ...
