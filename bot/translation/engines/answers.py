"""What a server's answer means, whoever asked: which fault a status is, and when to come back."""

from __future__ import annotations

from collections.abc import Mapping

from bot.translation.engines.engine import EngineFailed, Fault

LARGEST = 2 * 1024 * 1024
"""Bytes of an answer; a longer one is no translation."""

CONNECT_SECONDS = 3.0

_REFUSALS = {401, 403, 456}
"""456 is DeepL's word for a used-up quota, which no retry brings back."""

_NOT_OURS = {400, 404, 405, 413, 414, 415, 422}
"""The server lives, but can't do this: an unknown language, too long a text, another address."""


def fault_of(status: int) -> Fault | None:
    """Return what is wrong with an HTTP status, None when nothing is. Redirects are never followed."""
    if 200 <= status < 300:
        return None
    if status == 429:
        return Fault.LIMITED
    if status in _REFUSALS:
        return Fault.REFUSED
    return Fault.UNSUPPORTED if status in _NOT_OURS else Fault.SERVER


def require_success(status: int, headers: Mapping[str, str]) -> None:
    """Raise EngineFailed unless the status is a success."""
    fault = fault_of(status)
    if fault is not None:
        raise EngineFailed(fault, retry_after(headers))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of a Retry-After header; None for a date or anything else, which then means a guess."""
    try:
        seconds = float(headers.get("Retry-After", ""))
    except ValueError:
        return None
    return seconds if 0 <= seconds < 1e9 else None
