"""The gate on raw bytes that stands in front of Bolt on the HTTP edge.

Bolt 1.30 parses a body before it verifies it, so unsigned junk raises inside it, and it logs whole bodies
whose signature is wrong. Nothing gets past this gate unless Slack signed it and it has a shape Slack sends.
No part of a body is ever logged here or put into an exception; a refusal is a code from a fixed list.
"""

from __future__ import annotations

import hmac
import json
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qsl

Kind = Literal["event", "command", "interactive", "check"]
Reason = Literal[
    "too_large",
    "bad_timestamp",
    "stale_timestamp",
    "bad_signature",
    "replayed",
    "not_utf8",
    "bad_type",
    "bad_form",
    "too_deep",
    "bad_json",
    "bad_shape",
]

# Slack's deepest payloads (rich text inside attachments inside a message action) stay under 25 levels.
MAX_DEPTH = 100
MAX_FORM_FIELDS = 100
# A signature is accepted while its timestamp lies within the window on either side, so for 600 s in all.
MEMORY_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Passed:
    """A request Slack signed; `content` is its only parse, so that Bolt cannot read it differently."""

    kind: Kind
    digest: bytes = field(repr=False)
    text: str = field(repr=False)
    content: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Refused:
    """What to answer instead of dispatching: an HTTP status and a code fit for a log or a metric label."""

    status: int
    reason: Reason


class Gate:
    """Decides from headers and raw bytes alone; thread-safe, never raises for any input."""

    def __init__(
        self,
        signing_secret: str,
        *,
        max_bytes: int = 1024 * 1024,
        window_seconds: float = 300.0,
        clock: Callable[[], float] = time.time,
        max_remembered: int = 100_000,
    ) -> None:
        """`clock` gives Unix seconds. Raises ValueError for a blank secret, with which anybody could sign."""
        if not signing_secret.strip():
            raise ValueError("the signing secret must not be blank")
        self.max_bytes = max_bytes
        self._secret = signing_secret.encode()
        self._window = window_seconds
        self._clock = clock
        self._max_remembered = max_remembered
        self._answered: OrderedDict[bytes, float] = OrderedDict()
        self._lock = threading.Lock()

    def check_head(self, headers: Mapping[str, str]) -> Refused | None:
        """Refuse what the (lower-cased) headers already condemn, so that its body need not be read."""
        length = headers.get("content-length", "")
        if _is_digits(length) and (len(length) > 12 or int(length) > self.max_bytes):
            return Refused(413, "too_large")
        stamp = headers.get("x-slack-request-timestamp", "")
        if not _is_digits(stamp) or len(stamp) > 12:
            return Refused(401, "bad_timestamp")
        if abs(self._clock() - int(stamp)) > self._window:
            return Refused(401, "stale_timestamp")
        # compare_digest raises TypeError for non-ASCII text, so the alphabet is settled first.
        if not _SIGNATURE.fullmatch(headers.get("x-slack-signature", "")):
            return Refused(401, "bad_signature")
        return None

    def check(self, headers: Mapping[str, str], body: bytes) -> Passed | Refused:
        """Judge a whole request: size (413), time and signature (401), replay (409), then shape (400)."""
        if len(body) > self.max_bytes:
            return Refused(413, "too_large")
        refused = self.check_head(headers)
        if refused is not None:
            return refused
        signed = b"v0:%s:%s" % (headers["x-slack-request-timestamp"].encode("ascii"), body)
        digest = hmac.digest(self._secret, signed, "sha256")
        if not hmac.compare_digest(f"v0={digest.hex()}", headers["x-slack-signature"]):
            return Refused(401, "bad_signature")
        if self._is_answered(digest):
            return Refused(409, "replayed")
        return _read(headers.get("content-type", ""), body, digest)

    def answered_ok(self, passed: Passed) -> None:
        """Remember a request that was answered with success: from now on the same bytes are a replay.

        A failed delivery is not remembered, because Slack may repeat it with the same second and signature.
        """
        now = self._clock()
        with self._lock:
            self._answered[passed.digest] = now
            self._answered.move_to_end(passed.digest)
            while self._answered:
                oldest = next(iter(self._answered.values()))
                if len(self._answered) <= self._max_remembered and now - oldest <= MEMORY_SECONDS:
                    break
                self._answered.popitem(last=False)

    def _is_answered(self, digest: bytes) -> bool:
        with self._lock:
            return digest in self._answered


_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")
# Possessive quantifiers keep this linear on hostile text; an unfinished string swallows the rest.
_BRACKETS = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _read(content_type: str, body: bytes, digest: bytes) -> Passed | Refused:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return Refused(400, "not_utf8")
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type == "application/json":
        content = _parse_object(text)
        if isinstance(content, Refused):
            return content
        return _passed_if(_is_event(content), _kind_of_event(content), digest, text, content)
    if media_type != "application/x-www-form-urlencoded":
        return Refused(400, "bad_type")
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MAX_FORM_FIELDS)
    except ValueError:
        return Refused(400, "bad_form")
    fields = dict(pairs)
    if "payload" in fields:
        content = _parse_object(fields["payload"])
        if isinstance(content, Refused):
            return content
        return _passed_if(_is_interactive(content), "interactive", digest, text, content)
    if fields.get("ssl_check") == "1":
        return Passed("check", digest, text, {**fields})
    complete = all(fields.get(name) for name in ("command", "user_id", "team_id")) and _fits({**fields})
    return _passed_if(complete, "command", digest, text, {**fields})


def _passed_if(fits: bool, kind: Kind, digest: bytes, text: str, content: dict[str, Any]) -> Passed | Refused:
    return Passed(kind, digest, text, content) if fits else Refused(400, "bad_shape")


def _parse_object(text: str) -> dict[str, Any] | Refused:
    if _nests_deeper(text, MAX_DEPTH):
        return Refused(400, "too_deep")
    try:
        parsed = json.loads(text)
    except ValueError:  # Also a number of more digits than Python converts, which is no JSONDecodeError.
        return Refused(400, "bad_json")
    return parsed if isinstance(parsed, dict) else Refused(400, "bad_json")


def _nests_deeper(text: str, limit: int) -> bool:
    if text.count("[") + text.count("{") <= limit:
        return False
    depth = 0
    for token in _BRACKETS.finditer(text):
        sign = text[token.start()]
        if sign in "[{":
            depth += 1
            if depth > limit:
                return True
        elif sign in "]}":
            depth -= 1
    return False


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


def _is_named(value: object) -> bool:
    """An object such as {"id": "U1"}, or the bare id: events write users and channels both ways."""
    return isinstance(value, str) or (isinstance(value, dict) and isinstance(value.get("id", ""), str | None))


def _is_list_of_objects(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


# What Bolt's extractors read, on the payload and inside the objects they descend into; null is fine.
_TEXTS = (
    *("type", "subtype", "ts", "thread_ts", "channel_type", "tab", "command", "event_id", "trigger_id"),
    *("team_id", "user_id", "channel_id", "enterprise_id", "user_team", "bot_id", "response_url"),
    *("callback_id", "action_id", "block_id", "function_execution_id", "bot_access_token"),
    *("context_team_id", "context_enterprise_id", "app_installed_team_id"),
)
_DESCEND = (
    *("event", "view", "user", "message", "previous_message", "item"),
    *("assistant_thread", "function_data", "function"),
)
_DESCEND_LISTS = ("authorizations", "actions", "response_urls")
_FIELDS: Mapping[str, Callable[[object], bool]] = {
    **dict.fromkeys(_TEXTS, _is_text),
    **dict.fromkeys((*_DESCEND, "inputs", "workflow_step"), _is_object),
    **dict.fromkeys(_DESCEND_LISTS, _is_list_of_objects),
    **dict.fromkeys(("user", "channel", "team", "enterprise"), _is_named),
}


def _fits(content: dict[str, Any]) -> bool:
    for name in _FIELDS.keys() & content.keys():
        if content[name] is not None and not _FIELDS[name](content[name]):
            return False
    nested = [content[name] for name in _DESCEND if isinstance(content.get(name), dict)]
    nested += [item for name in _DESCEND_LISTS for item in content.get(name) or ()]
    # The depth limit on the text bounds this recursion.
    return all(_fits(item) for item in nested)


def _fits_at_top(content: dict[str, Any]) -> bool:
    # Here Bolt takes a key's presence for an object's; and only inside events is a team a bare id.
    return (
        _is_text(content.get("type"))
        and "command" not in content
        and not isinstance(content.get("team"), str)
        and all(content.get(name, {}) is not None for name in ("event", "view", "response_urls"))
        and _fits(content)
    )


def _kind_of_event(content: dict[str, Any]) -> Kind:
    return "check" if content.get("type") == "url_verification" else "event"


def _is_event(content: dict[str, Any]) -> bool:
    if not _fits_at_top(content):
        return False
    if content["type"] == "url_verification":
        return _is_text(content.get("challenge"))
    if content["type"] == "event_callback":
        return _is_text(content.get("event", {}).get("type"))
    return "event" not in content


def _is_interactive(content: dict[str, Any]) -> bool:
    user = content.get("user")
    if (
        not (_fits_at_top(content) and isinstance(user, dict) and _is_text(user.get("id")))
        or "event" in content
    ):
        return False
    kind = content["type"]
    if kind in ("block_actions", "interactive_message"):
        named = "action_id" if kind == "block_actions" else "type"
        actions = content.get("actions")
        return bool(actions) and all(_is_text(action.get(named)) for action in actions or ())
    if kind in ("view_submission", "view_closed"):
        view = content.get("view", {})
        return _is_text(view.get("callback_id")) and _is_text(view.get("type"))
    if kind in ("shortcut", "message_action"):
        return _is_text(content.get("callback_id"))
    if kind == "block_suggestion":
        return _is_text(content.get("action_id"))
    return kind != "workflow_step_edit" or _is_object(content.get("workflow_step"))
