"""What a call to Slack can end in besides an answer, told apart by what the caller may do next."""

from __future__ import annotations

import re
import socket
import ssl
from http.client import HTTPException
from urllib.error import URLError

FINAL = frozenset({
    "as_user_not_supported", "attachment_payload_limit_exceeded", "cannot_dm_bot", "cannot_reply_to_message",
    "channel_not_found", "is_archived", "invalid_blocks", "invalid_blocks_format", "markdown_text_conflict",
    "messages_tab_disabled", "metadata_too_large", "msg_blocks_too_long", "msg_too_long", "no_text",
    "not_in_channel", "restricted_action", "restricted_action_non_threadable_channel",
    "restricted_action_read_only_channel", "restricted_action_thread_locked",
    "restricted_action_thread_only_channel", "slack_connect_blocked_file_type",
    "slack_connect_canvas_sharing_blocked", "thread_not_found", "too_many_attachments", "user_disabled",
    "user_not_found", "user_not_visible", "users_not_found",
    "exchanged_trigger_id", "expired_trigger_id", "hash_conflict", "invalid_arguments", "invalid_trigger_id",
    "not_found", "push_limit_reached", "view_too_large",
    "access_denied", "no_permission",
})  # fmt: skip
"""Codes that the same call would get again."""

UNREACHABLE_RECIPIENT = frozenset({
    "account_inactive", "cannot_dm_bot", "channel_not_found", "is_archived", "messages_tab_disabled",
    "not_in_channel", "user_disabled", "user_not_found", "user_not_visible", "users_not_found",
})  # fmt: skip
"""Final codes that any other message to the same person or conversation would get too."""

MESSAGE_GONE = frozenset({
    "cant_update_message", "channel_not_found", "edit_window_closed", "is_inactive", "message_not_found",
})  # fmt: skip
"""Codes of chat.update for a message that can't be changed any more; a new one may still arrive."""

BLOCKS_REFUSED = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})
"""Final codes that the same message with plainer blocks may not get."""

THREAD_GONE = "thread_not_found"
"""The code for a reply to a message that was deleted before anybody had replied to it."""

AUTH = frozenset({
    "account_inactive", "app_not_installed", "ekm_access_denied", "enterprise_is_restricted", "invalid_auth",
    "not_allowed_token_type", "not_authed", "org_login_required", "team_access_not_granted", "token_expired",
    "token_revoked",
})  # fmt: skip
"""Codes that every call with this token would get. A scope is missing for some calls only and may be granted
any minute, so `missing_scope` is one message's own trouble and is tried again."""

# Slack's reference says of these two that some aspect of the operation may have succeeded.
_MAYBE_DONE = frozenset({"fatal_error", "internal_error"})
_CODE = re.compile(r"[a-z0-9_]{1,60}")
_DEFAULT_RETRY_AFTER = 30.0


class SlackFailure(Exception):
    """A call that brought no answer to work with: `code` is Slack's code or a short word, never content."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class RateLimited(SlackFailure):
    """Not done; Slack wants no such call for `retry_after` seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__("ratelimited")
        self.retry_after = retry_after


class Uncertain(SlackFailure):
    """Nobody knows whether it was done: a 5xx, a cut connection or no answer in time."""


class Final(SlackFailure):
    """Not done, and the same call would fail again."""


class Transient(SlackFailure):
    """Not done, for a reason that may pass or that this code does not know."""


class Unreachable(Transient):
    """Not done: no connection to Slack could be made at all."""


class AuthLost(SlackFailure):
    """Not done: Slack does not accept the token, whatever it is used for."""


def classify_answer(status: int, error: object, retry_after: str | None) -> SlackFailure:
    """Return what an HTTP answer other than a plain success means.

    `error` is the value of the JSON body's field, if there was one; anything that doesn't look like a code is
    dropped, since the SDK puts pieces of unreadable bodies there.
    """
    code = error if isinstance(error, str) and _CODE.fullmatch(error) else None
    if status == 429 or code in ("ratelimited", "rate_limited"):
        return RateLimited(_seconds(retry_after))
    if status >= 500:
        return Uncertain(f"http_{status}")
    if code is None:
        # A proxy may have answered in Slack's place after Slack had done its part.
        return Uncertain("unreadable_answer") if status == 200 else Transient(f"http_{status}")
    if code in _MAYBE_DONE:
        return Uncertain(code)
    if code in AUTH:
        return AuthLost(code)
    return Final(code) if code in FINAL or code in MESSAGE_GONE else Transient(code)


TRANSPORT_ERRORS = (OSError, HTTPException, UnicodeDecodeError)
"""What urllib raises when there is no readable answer; URLError, timeouts and TLS errors are OSErrors."""


def classify_error(error: Exception) -> SlackFailure:
    """Return what an exception of the transport means."""
    cause = error.reason if isinstance(error, URLError) else error
    if isinstance(cause, ConnectionRefusedError | socket.gaierror | ssl.SSLCertVerificationError):
        return Unreachable("unreachable")
    return Uncertain("timeout" if isinstance(cause, TimeoutError) else "connection_lost")


def _seconds(retry_after: str | None) -> float:
    try:
        return min(3600.0, max(0.0, float(retry_after or "")))
    except ValueError:
        return _DEFAULT_RETRY_AFTER
