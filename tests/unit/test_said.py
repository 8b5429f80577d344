"""What counts as people's words: theirs, changed or taken back; never a bot's, never Slack's own."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.flags import FLAGS
from handlers.said import Change, read_said

SAID: dict[str, Any] = {
    "type": "message",
    "user": "U1",
    "channel": "C1",
    "channel_type": "channel",
    "ts": "10.1",
    "event_ts": "10.1",
    "text": "눈이 와요",
    "blocks": [{"type": "rich_text"}],
}


def changed(message: dict[str, Any], previous: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "message",
        "subtype": "message_changed",
        "channel": "C1",
        "channel_type": "channel",
        "ts": "11.0",
        "event_ts": "11.0",
        "message": message,
        "previous_message": previous or SAID,
    }


def test_a_message() -> None:
    said = read_said(SAID)
    assert said is not None
    assert (said.change, said.user, said.channel, said.ts, said.thread_ts) == (
        Change.NEW,
        "U1",
        "C1",
        "10.1",
        None,
    )
    assert (said.text, said.blocks, said.files, said.in_channel) == (
        "눈이 와요",
        ({"type": "rich_text"},),
        0,
        True,
    )


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast", "me_message"])
def test_peoples_kinds_of_messages(subtype: str) -> None:
    said = read_said(SAID | {"subtype": subtype, "thread_ts": "9.0", "files": [{}, {}]})
    assert said is not None
    assert (said.change, said.thread_ts, said.files) == (Change.NEW, "9.0", 2)


@pytest.mark.parametrize(
    "event",
    [
        SAID | {"bot_id": "B1"},
        SAID | {"subtype": "bot_message"},
        SAID | {"subtype": "channel_join"},
        SAID | {"user": None},
        SAID | {"type": "app_mention"},
        {"type": "message"},
        changed(SAID),
        changed(SAID | {"attachments": [{"title": "a preview"}]}),
        changed(SAID | {"text": "x", "bot_id": "B1"}),
        changed(SAID | {"text": "x", "user": None}),
        {"type": "message", "subtype": "message_deleted", "channel": "C1"},
        {"type": "message", "subtype": "message_deleted", "channel": "C1", "previous_message": "?"},
        {
            "type": "message",
            "subtype": "message_deleted",
            "channel": "C1",
            "previous_message": SAID | {"bot_id": "B1"},
        },
    ],
)
def test_what_nobody_said(event: dict[str, Any]) -> None:
    assert read_said(event) is None


def test_an_edit() -> None:
    said = read_said(changed(SAID | {"text": "비가 와요", "thread_ts": "10.1"}))
    assert said is not None
    assert (said.change, said.text, said.ts, said.thread_ts, said.when) == (
        Change.EDITED,
        "비가 와요",
        "10.1",
        None,
        "11.0",
    )


@pytest.mark.parametrize(
    "event",
    [
        {
            "type": "message",
            "subtype": "message_deleted",
            "channel": "G1",
            "deleted_ts": "10.1",
            "ts": "11.0",
            "previous_message": SAID,
        },
        changed({"subtype": "tombstone", "user": "USLACKBOT", "ts": "10.1"}),
    ],
)
def test_a_deletion_has_no_words(event: dict[str, Any]) -> None:
    said = read_said(event)
    assert said is not None
    assert (said.change, said.user, said.ts, said.when) == (Change.DELETED, "U1", "10.1", "11.0")
    assert (said.text, said.blocks, said.in_channel) == ("", (), True)


def test_direct_messages_are_no_channels() -> None:
    said = read_said(SAID | {"channel_type": "im", "channel": "D1"})
    assert said is not None
    assert not said.in_channel


def test_flags() -> None:
    assert FLAGS["kr"] == FLAGS["flag-kr"] == "ko"
    assert FLAGS["us"] == FLAGS["flag-gb"] == "en"
    assert FLAGS["flag-mx"] == "es"
    assert "it" not in FLAGS
    assert "+1" not in FLAGS
