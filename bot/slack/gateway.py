"""Every call to Slack goes through here: which client, which timeout, and what a failure means."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry import ConnectionErrorRetryHandler, FixedValueRetryIntervalCalculator
from slack_sdk.http_retry.builtin_handlers import ServerErrorRetryHandler
from slack_sdk.web import SlackResponse
from slack_sdk.webhook import WebhookClient

from bot.slack.content import Content
from bot.slack.downloads import fetch
from bot.slack.failures import (
    THREAD_GONE,
    TRANSPORT_ERRORS,
    Final,
    RateLimited,
    Transient,
    Uncertain,
    classify_answer,
    classify_error,
)
from bot.slack.uploads import send

SLACK_API = "https://slack.com/api/"
METADATA_EVENT = "gagyo_outbox"
CLOCK_SKEW = timedelta(minutes=5)
"""How far our clock and Slack's may be apart; with more, no signed request would be accepted either."""

GLANCE = 0.7
"""Seconds that an answer may take which is wanted before a form is opened: both must fit into a trigger's three."""

UPLOAD_SECONDS = 60
"""How long Slack may be silent while it takes a file; nobody waits for the answer."""

_PAGE = 200
_PAGES = 50
_READ_PAUSE = 0.2

# The SDK writes pieces of unreadable answers to its log; what went wrong is told by the failures instead.
_SILENT = logging.getLogger("bot.slack.sdk")
_SILENT.setLevel(logging.CRITICAL + 1)


@dataclass(frozen=True)
class Posted:
    """Where a message stands."""

    channel: str
    ts: str


@dataclass(frozen=True)
class OpenView:
    """A view as Slack shows it; `hash` guards an update against a newer one."""

    id: str
    hash: str


@dataclass(frozen=True)
class UserProfile:
    """What is asked about a user: no name and no address. `zone` is an IANA name, `locale` like "ko-KR"."""

    locale: str
    zone: str
    is_bot: bool
    deleted: bool


class Gateway:
    """Speaks to Slack; every method raises a SlackFailure when it can't.

    Safe to use from several threads. Calls that may be repeated are, once, at once. None sleeps for a rate
    limit: RateLimited is raised, and until its time has passed the same call is refused here without asking
    Slack.
    """

    def __init__(
        self,
        token: str,
        base_url: str = SLACK_API,
        *,
        timeout: int = 10,
        handler_timeout: int = 2,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        def client(seconds: float, *, repeat: bool) -> WebClient:
            pause = FixedValueRetryIntervalCalculator(fixed_internal=_READ_PAUSE)
            repeating = [ConnectionErrorRetryHandler(1, pause), ServerErrorRetryHandler(1, pause)]
            # The SDK's default would send a post again whose connection was cut, and it would stand twice.
            handlers = repeating if repeat else []
            return WebClient(
                token,
                base_url,
                timeout=seconds,  # type: ignore[arg-type]  # urllib, which gets it, takes parts of a second
                retry_handlers=handlers,
                logger=_SILENT,
            )

        self.timeout = timeout
        self._token = token
        self._base_url = base_url
        self._clock = clock
        self._writing = client(timeout, repeat=False)
        self._reading = client(timeout, repeat=True)
        # A listener has 3 seconds in all, and a trigger can be used once only.
        self._showing = client(handler_timeout, repeat=False)
        # Asked while a form waits to be opened, by people who can do without the answer.
        self._glancing = client(GLANCE, repeat=False)
        self._held: dict[tuple[str, str | None], float] = {}
        self._written_at: float | None = None

    def open_dm(self, user: str) -> str:
        """Return the id of the direct conversation with a user, opening it when there is none."""
        answer = self._call("conversations.open", lambda: self._reading.conversations_open(users=user), user)
        return str(answer["channel"]["id"])

    def post(
        self, channel: str, content: Content, metadata_id: int, *, thread_ts: str | None = None
    ) -> Posted:
        """Post a message that carries the id of its outbox row, by which `find_posted` knows it."""
        answer = self._call(
            "chat.postMessage",
            lambda: self._writing.chat_postMessage(
                channel=channel,
                text=content.text,
                blocks=content.blocks,
                thread_ts=thread_ts,
                metadata={"event_type": METADATA_EVENT, "event_payload": {"id": str(metadata_id)}},
                unfurl_links=False,
                unfurl_media=False,
                link_names=False,
            ),
            channel,
        )
        self._written_at = self._clock()
        return Posted(str(answer["channel"]), str(answer["ts"]))

    def respond(self, response_url: str, content: Content) -> None:
        """Say something that only one person sees, at the address Slack sent with what they pressed.

        Never repeated, and given up as soon as a form is: a slow address must not hold up other answers.
        """
        client = WebhookClient(response_url, timeout=self._showing.timeout, retry_handlers=[], logger=_SILENT)
        try:
            answer = client.send(
                text=content.text,
                blocks=content.blocks,
                response_type="ephemeral",
                replace_original=False,
            )
        except TRANSPORT_ERRORS as error:
            raise classify_error(error) from None
        if answer.status_code != 200:
            raise classify_answer(answer.status_code, None, answer.headers.get("Retry-After"))

    def update(self, channel: str, ts: str, content: Content) -> None:
        """Replace a message's text and blocks; its metadata stays."""
        self._call(
            "chat.update",
            lambda: self._writing.chat_update(
                channel=channel, ts=ts, text=content.text, blocks=content.blocks, link_names=False
            ),
            channel,
        )
        self._written_at = self._clock()

    def delete(self, channel: str, ts: str) -> None:
        """Take one of our own messages away; one that is gone already raises Final `message_not_found`."""
        self._call("chat.delete", lambda: self._writing.chat_delete(channel=channel, ts=ts), channel)
        self._written_at = self._clock()

    def post_ephemeral(
        self, channel: str, user: str, content: Content, *, thread_ts: str | None = None
    ) -> None:
        """Show something to one member of a channel only; never repeated, and never found again."""
        self._call(
            "chat.postEphemeral",
            lambda: self._writing.chat_postEphemeral(
                channel=channel,
                user=user,
                text=content.text,
                blocks=content.blocks,
                thread_ts=thread_ts,
                link_names=False,
            ),
            channel,
        )

    def react(self, channel: str, ts: str, name: str) -> None:
        """Put an emoji under a message, as a sign that it was seen."""
        self._call(
            "reactions.add",
            lambda: self._showing.reactions_add(channel=channel, timestamp=ts, name=name),
            channel,
        )

    def unreact(self, channel: str, ts: str, name: str) -> None:
        """Take our own emoji away from under a message; it may be gone already, or the message with it."""
        try:
            self._call(
                "reactions.remove",
                lambda: self._showing.reactions_remove(channel=channel, timestamp=ts, name=name),
                channel,
            )
        except (Final, Transient) as failure:
            if failure.code not in ("no_reaction", "message_not_found"):
                raise

    def read_message(self, channel: str, ts: str, thread_ts: str | None = None) -> dict[str, Any] | None:
        """Return a message as Slack stores it, None when it is gone.

        Events that only name a message (a reaction, a shortcut) don't say in which thread it stands; without
        `thread_ts` that is found out, at the price of a second call for some.
        """
        around = self._read_thread(channel, thread_ts or ts, ts)
        found = next((message for message in around if message["ts"] == ts), None)
        parent = next((str(message["thread_ts"]) for message in around if message.get("thread_ts")), "")
        if found is None and thread_ts is None and parent not in ("", ts):
            around = self._read_thread(channel, parent, ts)
            found = next((message for message in around if message["ts"] == ts), None)
        return found

    def _read_thread(self, channel: str, parent: str, ts: str) -> list[dict[str, Any]]:
        """Return the parent of a thread and the one reply with this ts, as far as they exist."""
        query = {"channel": channel, "ts": parent, "oldest": ts, "latest": ts, "inclusive": True}
        try:
            answer = self._call(
                "conversations.replies",
                lambda: self._reading.api_call("conversations.replies", params=query),
            )
        except Final as failure:
            if failure.code in (THREAD_GONE, "message_not_found"):
                return []
            raise
        return list(answer["messages"])

    def find_posted(
        self, channel: str, since: datetime, outbox_id: int, *, thread_ts: str | None = None
    ) -> str | None:
        """Return the ts of the message that `post` sent for this outbox row, None when there is none.

        `since` is our clock's time of the first try; Slack's clock may differ by five minutes.
        """
        method = "conversations.replies" if thread_ts else "conversations.history"
        query: dict[str, Any] = {
            "channel": channel,
            "oldest": f"{(since - CLOCK_SKEW).timestamp():.6f}",
            "include_all_metadata": True,
            "limit": _PAGE,
        }
        if thread_ts:
            query["ts"] = thread_ts
        for _ in range(_PAGES):
            answer = self._call(method, lambda: self._reading.api_call(method, params=query))
            for message in answer["messages"]:
                metadata = message.get("metadata") or {}
                payload = metadata.get("event_payload") or {}
                if metadata.get("event_type") == METADATA_EVENT and payload.get("id") == str(outbox_id):
                    return str(message["ts"])
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not answer.get("has_more") or not cursor:
                return None
            query["cursor"] = cursor
        raise Transient("history_too_long")

    def user_profile(self, user: str) -> UserProfile:
        """Return a user's language and zone; they are empty where Slack doesn't say.

        Meant for a moment in which somebody waits: given up after `GLANCE` seconds and never repeated.
        """
        answer = self._call("users.info", lambda: self._glancing.users_info(user=user, include_locale=True))
        found = answer["user"]
        return UserProfile(
            str(found.get("locale") or ""),
            str(found.get("tz") or ""),
            bool(found.get("is_bot")),
            bool(found.get("deleted")),
        )

    def display_name(self, user: str) -> str:
        """Return the name a user has chosen to be shown by, else their handle; never a real name."""
        answer = self._call("users.info", lambda: self._reading.users_info(user=user))
        found = answer["user"]
        chosen = (found.get("profile") or {}).get("display_name")
        return str(chosen or found.get("name") or user)

    def open_view(self, trigger_id: str, view: dict[str, Any]) -> OpenView:
        """Open a modal; the trigger lives 3 seconds and works once."""
        return self._show("views.open", trigger_id=trigger_id, view=view)

    def update_view(self, view_id: str, view: dict[str, Any], *, view_hash: str | None = None) -> OpenView:
        """Replace an open view; with `view_hash` only that version of it, else Final `hash_conflict`."""
        guard = {"hash": view_hash} if view_hash else {}
        return self._show("views.update", view_id=view_id, view=view, **guard)

    def publish_home(self, user: str, view: dict[str, Any]) -> OpenView:
        """Replace what a user sees in the app's Home tab."""
        return self._show("views.publish", user_id=user, view=view)

    def download_file(self, url: str, limit: int, *, size: int | None = None) -> bytes:
        """Return the bytes of a file somebody uploaded, by its url_private and the size Slack gave for it.

        The token goes to Slack's file host only. Raises Final `foreign_host`, `file_too_large` (more than
        `limit` bytes) or `file_not_readable`.
        """
        own = None if self._base_url.startswith(SLACK_API) else self._base_url
        return fetch(url, self._token, limit=limit, timeout=self.timeout, own=own, size=size)

    def upload_file(
        self, channel: str, path: Path, name: str, *, words: str, thread_ts: str | None = None
    ) -> None:
        """Share a file from disk in a conversation under `name`, with a sentence above it in plain mrkdwn.

        Never repeated: until its last step nobody sees it, so only after an Uncertain one it may stand there.
        """
        try:
            asked = self._call(
                "files.getUploadURLExternal",
                lambda: self._writing.files_getUploadURLExternal(filename=name, length=path.stat().st_size),
            )
        except Uncertain as failure:
            raise Transient(failure.code) from None
        own = None if self._base_url.startswith(SLACK_API) else self._base_url
        send(str(asked["upload_url"]), path, timeout=UPLOAD_SECONDS, own=own)
        self._call(
            "files.completeUploadExternal",
            lambda: self._writing.files_completeUploadExternal(
                files=[{"id": str(asked["file_id"]), "title": name}],
                channel_id=channel,
                initial_comment=words,
                thread_ts=thread_ts,
            ),
            channel,
        )

    def check_token(self) -> None:
        """Return when Slack accepts the token, raise AuthLost when it does not."""
        self._call("auth.test", self._reading.auth_test)

    def wrote_within(self, seconds: float) -> bool:
        """Whether a message could be posted or changed lately; then Slack as a whole is well."""
        return self._written_at is not None and self._clock() - self._written_at <= seconds

    def _show(self, method: str, **arguments: Any) -> OpenView:
        answer = self._call(method, lambda: self._showing.api_call(method, json=arguments))["view"]
        return OpenView(str(answer["id"]), str(answer.get("hash", "")))

    def _call(
        self, method: str, send: Callable[[], SlackResponse], recipient: str | None = None
    ) -> dict[str, Any]:
        # Slack counts posts per conversation and everything else per method.
        key = (method, recipient if method == "chat.postMessage" else None)
        self._refuse_while_held(key)
        try:
            data = send().data
        except SlackApiError as error:
            answer = error.response
            body = answer.data if isinstance(answer.data, dict) else {}
            failure = classify_answer(
                answer.status_code, body.get("error"), answer.headers.get("Retry-After")
            )
            if isinstance(failure, RateLimited):
                self._held[key] = self._clock() + failure.retry_after
            if failure.code == "account_inactive" and recipient is not None:
                # The code is given for a deactivated recipient and for a dead token alike; ask which it is.
                self.check_token()
                raise Final(failure.code) from None
            raise failure from None
        except TRANSPORT_ERRORS as error:
            raise classify_error(error) from None
        if not isinstance(data, dict):
            raise classify_answer(200, None, None)
        return data

    def _refuse_while_held(self, key: tuple[str, str | None]) -> None:
        until = self._held.get(key)
        if until is None:
            return
        if (left := until - self._clock()) > 0:
            raise RateLimited(left)
        self._held.pop(key, None)
