"""Answers kept by what was asked: known by a keyed hash, so that a lookup list tells nobody what was said."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Collection, Mapping
from typing import Protocol

from cachetools import TTLCache

from bot.translation.masked import Masked, Slot, canonical

_VERSION = "1"
"""Changes when what is stored, or what counts as the same question, does."""


class Store(Protocol):
    """Where answers outlive the process; safe to call from several threads."""

    def load(self, keys: Collection[str]) -> dict[str, str]:
        """Return the kept texts of those keys (64 hexadecimal digits) that are there and not expired."""
        ...

    def save(self, entries: Mapping[str, str], *, scope: int | None, engine: str) -> None:
        """Keep the texts; `scope` is the project they belong to, None when they belong to nobody."""
        ...


class MemoryStore:
    """Keeps answers while the process lives."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._lock = threading.Lock()

    def load(self, keys: Collection[str]) -> dict[str, str]:
        with self._lock:
            return {key: self._texts[key] for key in keys if key in self._texts}

    def save(self, entries: Mapping[str, str], *, scope: int | None, engine: str) -> None:  # noqa: ARG002 - the Protocol's
        with self._lock:
            self._texts.update(entries)


class Cache:
    """A store with the most recent answers in memory in front of it."""

    def __init__(
        self,
        store: Store,
        secret: bytes,
        *,
        size: int = 10_000,
        seconds: float = 3600.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._secret = secret
        self._recent: TTLCache[str, str] = TTLCache(size, seconds, timer=clock)
        self._lock = threading.Lock()

    def key(self, masked: Masked, *questions: str, scope: int | None) -> str:
        """Return the key of a text asked with these parameters; a scope keeps projects apart."""
        asked = [_VERSION, canonical(masked), *questions, "" if scope is None else str(scope)]
        return hmac.new(
            self._secret, json.dumps(asked, ensure_ascii=True).encode(), hashlib.sha256
        ).hexdigest()

    def find(self, keys: Collection[str]) -> dict[str, Masked]:
        """Return the answers that are kept; unreadable ones count as none."""
        found = self.find_recent(keys)
        stored = self._store.load([key for key in keys if key not in found]) if len(found) < len(keys) else {}
        with self._lock:
            self._recent.update(stored)
        return found | _read_all(stored)

    def find_recent(self, keys: Collection[str]) -> dict[str, Masked]:
        """Return the answers that are still in this process's memory."""
        with self._lock:
            texts = {key: self._recent[key] for key in keys if key in self._recent}
        return _read_all(texts)

    def keep(self, answers: Mapping[str, Masked], *, scope: int | None, engine: str) -> None:
        """Keep answers; only their words and the places of their slots are stored."""
        texts = {key: _write(masked) for key, masked in answers.items()}
        if not texts:
            return
        with self._lock:
            self._recent.update(texts)
        self._store.save(texts, scope=scope, engine=engine)


def _write(masked: Masked) -> str:
    return json.dumps(
        [part.number if isinstance(part, Slot) else part for part in masked], ensure_ascii=False
    )


def _read_all(texts: Mapping[str, str]) -> dict[str, Masked]:
    found = {key: _read(text) for key, text in texts.items()}
    return {key: masked for key, masked in found.items() if masked is not None}


def _read(text: str) -> Masked | None:
    try:
        parts = json.loads(text)
    except ValueError:
        return None
    if not isinstance(parts, list) or not all(type(part) in {str, int} for part in parts):
        return None
    return tuple(Slot(part) if isinstance(part, int) else part for part in parts)
