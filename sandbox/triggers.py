"""Trigger ids and response addresses: short-lived permissions that an interaction hands to the app."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from time import monotonic

from sandbox.messages import Message
from sandbox.shapes import SlackError


@dataclass
class Trigger:
    """Who acted, in which view, and when."""

    person: str
    view_id: str | None
    born: float = field(default_factory=monotonic)
    used: bool = False


class Triggers:
    """Single-use trigger ids; `seconds` is how long one lives."""

    def __init__(self, seconds: float = 3.0) -> None:
        self.seconds = seconds
        self._known: dict[str, Trigger] = {}

    def issue(self, person: str, view_id: str | None = None) -> str:
        """Return a new trigger id."""
        trigger_id = f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._known[trigger_id] = Trigger(person, view_id)
        if len(self._known) > 5000:
            for stale in list(self._known)[:1000]:
                del self._known[stale]
        return trigger_id

    def look_up(self, trigger_id: str | None) -> Trigger:
        """Return a trigger that may still be exchanged, or refuse as Slack does."""
        trigger = self._known.get(trigger_id or "")
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if monotonic() - trigger.born > self.seconds:
            raise SlackError("expired_trigger_id")
        return trigger


@dataclass
class ResponseUrl:
    """Where a response goes: the conversation, the person who acted and the message they acted on."""

    person: str
    channel: str
    message: Message | None
    thread_ts: str | None
    born: float = field(default_factory=monotonic)
    uses: int = 0


class ResponseUrls:
    """Five uses within thirty minutes."""

    MOST_USES = 5

    def __init__(self, seconds: float = 1800.0) -> None:
        self.seconds = seconds
        self._known: dict[str, ResponseUrl] = {}

    def issue(
        self, person: str, channel: str, message: Message | None = None, thread_ts: str | None = None
    ) -> str:
        """Return the last part of a new response address."""
        key = secrets.token_urlsafe(18)
        self._known[key] = ResponseUrl(person, channel, message, thread_ts)
        return key

    def use(self, key: str) -> ResponseUrl:
        """Count one use, or refuse: unknown, too old, used up."""
        found = self._known.get(key)
        if found is None:
            raise SlackError("invalid_url")
        if monotonic() - found.born > self.seconds:
            raise SlackError("expired_url")
        if found.uses >= self.MOST_USES:
            raise SlackError("used_url")
        found.uses += 1
        return found
