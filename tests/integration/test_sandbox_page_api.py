"""The page and person API: state, privacy of ephemerals, live pushes, many clients at once."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from slack_sdk import WebClient
from websockets.sync.client import ClientConnection, connect

from sandbox.client import ActFailed, Sandbox, message_text
from sandbox.seeds import DEMO
from tests.integration.sandbox_bolt import (
    CREW,
    GENERAL,
    button,
    in_socket_mode,
    make_app,
    make_client,
    running_sandbox,
)

MANIFEST = {
    "display_information": {"name": "Gagyo"},
    "features": {
        "bot_user": {"display_name": "가교"},
        "slash_commands": [{"command": "/work", "description": "작업", "usage_hint": "next"}],
        "shortcuts": [{"type": "message", "callback_id": "esc", "name": "에스컬레이션", "description": "x"}],
    },
    "settings": {"event_subscriptions": {"bot_events": ["message.im"]}},
}


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with running_sandbox() as box:
        yield box


@pytest.fixture
def box(running: Sandbox) -> Sandbox:
    running.control("seed", **_demo())
    return running


@pytest.fixture
def client(box: Sandbox) -> WebClient:
    return make_client(box.url)


def _demo() -> dict[str, Any]:
    return DEMO | {"manifest": MANIFEST}


@contextmanager
def look(box: Sandbox, person: str) -> Iterator[ClientConnection]:
    """Open a person's live socket."""
    with connect(f"{box.url.replace('http', 'ws')}/_page/live?as={person}", compression=None) as socket:
        assert json.loads(socket.recv(timeout=5)) == {"type": "hello"}
        yield socket


def drain(socket: ClientConnection, until: str) -> list[dict[str, Any]]:
    """Read frames up to the first of this type."""
    frames: list[dict[str, Any]] = []
    while not frames or frames[-1]["type"] != until:
        frames.append(json.loads(socket.recv(timeout=5)))
    return frames


def test_state_names_everything_a_page_needs(box: Sandbox) -> None:
    state = box.person("U0HANEUL").state()
    assert (state["me"]["display_name"], state["me"]["locale"], state["me"]["tz_offset"]) == (
        "하늘",
        "ko-KR",
        32_400,
    )
    assert state["app"]["name"] == "가교"
    assert state["commands"] == [{"command": "/work", "description": "작업", "usage_hint": "next"}]
    assert state["shortcuts"][0]["callback_id"] == "esc"
    assert {one["name"]: (one["kind"], one["joined"]) for one in state["conversations"]} == {
        "general": ("channel", True),
        "crew": ("channel", True),
    }
    assert (state["views"], state["home"]) == ([], None)
    assert box.get("/_page/state", **{"as": "U0NOBODY"})["error"] == "unknown_person"


def test_unknown_commands_and_shortcuts_are_refused_with_a_manifest(box: Sandbox) -> None:
    haneul = box.person("U0HANEUL")
    message = haneul.say(CREW, "x")
    with pytest.raises(ActFailed, match="command_not_found"):
        haneul.command("/nothing", channel=CREW)
    with pytest.raises(ActFailed, match="shortcut_not_found"):
        haneul.message_shortcut("other", message)
    with pytest.raises(ActFailed, match="not_in_channel"):
        box.person("U0MINA").say(CREW, "x")
    with pytest.raises(ActFailed, match="element_not_found"):
        haneul.do("action", source={"channel": CREW, "ts": message["ts"]}, action_id="x")


def test_ephemerals_stay_private_and_out_of_history(box: Sandbox, client: WebClient) -> None:
    haneul, bada = box.person("U0HANEUL"), box.person("U0BADA")
    root = haneul.say(CREW, "뿌리")
    client.chat_postEphemeral(channel=CREW, user="U0HANEUL", text="너만")
    client.chat_postEphemeral(channel=CREW, user="U0HANEUL", text="답글로", thread_ts=root["ts"])
    assert [message["text"] for message in haneul.messages(CREW)] == ["뿌리", "너만"]
    assert [message["text"] for message in haneul.messages(CREW, thread_ts=root["ts"])] == ["뿌리", "답글로"]
    assert [message["text"] for message in bada.messages(CREW)] == ["뿌리"]
    assert len(client.conversations_history(channel=CREW)["messages"]) == 1
    haneul.delete(haneul.ephemerals(CREW)[0])
    assert haneul.ephemerals(CREW) == []


def test_live_pushes_what_changes(box: Sandbox, client: WebClient) -> None:
    with look(box, "U0HANEUL") as haneul_sees, look(box, "U0BADA") as bada_sees:
        posted = client.chat_postMessage(
            channel=CREW, text="카드", blocks=[{"type": "actions", "elements": [button("go", "Go")]}]
        )
        frames = drain(haneul_sees, "unread")
        assert [frame["type"] for frame in frames] == ["message", "unread"]
        assert frames[0]["message"]["ts"] == posted["ts"]
        assert frames[1]["unread"] == 1

        client.chat_update(channel=CREW, ts=posted["ts"], text="바뀜", blocks=[])
        assert drain(haneul_sees, "message_changed")[-1]["message"]["text"] == "바뀜"
        box.person("U0BADA").react({"channel": CREW, "ts": posted["ts"]}, "eyes")
        assert drain(haneul_sees, "reaction")[-1]["reactions"][0]["users"] == ["U0BADA"]
        client.chat_postEphemeral(channel=CREW, user="U0HANEUL", text="너만")
        assert drain(haneul_sees, "ephemeral")[-1]["message"]["ephemeral"] is True
        client.chat_delete(channel=CREW, ts=posted["ts"])
        assert drain(haneul_sees, "message_deleted")[-1]["ts"] == posted["ts"]
        client.views_publish(user_id="U0HANEUL", view={"type": "home", "blocks": []})
        assert drain(haneul_sees, "home")[-1]["view"]["type"] == "home"
        channel = box.add_channel("new", members=["U0HANEUL"])
        assert drain(haneul_sees, "conversation")[-1]["conversation"]["id"] == channel
        assert "ephemeral" not in [frame["type"] for frame in drain(bada_sees, "conversation")]
        box.person("U0HANEUL").act("command", channel=CREW, text="/work")
        error = drain(haneul_sees, "error")[-1]
        assert (error["error"], error["text"]) == ("dispatch_failed", "/work: 앱에 연결하지 못했어요.")


def test_unread_and_reading(box: Sandbox) -> None:
    haneul, bada = box.person("U0HANEUL"), box.person("U0BADA")
    haneul.say(GENERAL, "하나")
    haneul.say(GENERAL, "둘")

    def unread() -> int:
        return next(int(one["unread"]) for one in bada.state()["conversations"] if one["id"] == GENERAL)

    assert unread() == 2
    bada.do("read", channel=GENERAL)
    assert unread() == 0


def test_pages_of_messages(box: Sandbox) -> None:
    haneul = box.person("U0HANEUL")
    for number in range(7):
        haneul.say(CREW, str(number))
    page = box.get("/_page/messages", **{"as": "U0HANEUL", "channel": CREW, "limit": 3})
    assert ([one["text"] for one in page["messages"]], page["has_more"]) == (["4", "5", "6"], True)
    first = page["messages"][0]["ts"]
    page = box.get("/_page/messages", **{"as": "U0HANEUL", "channel": CREW, "limit": 10, "before": first})
    assert ([one["text"] for one in page["messages"]], page["has_more"]) == (["0", "1", "2", "3"], False)
    assert box.get("/_page/messages", **{"as": "U0HANEUL", "channel": "C0PM"})["error"] == "channel_not_found"


def test_message_text_reads_what_a_person_sees(box: Sandbox, client: WebClient) -> None:
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": "오늘"}},
        {
            "type": "section",
            "fields": [{"type": "mrkdwn", "text": "*전사* 3"}, {"type": "mrkdwn", "text": "a &lt; b"}],
        },
        {
            "type": "table",
            "rows": [[{"type": "raw_text", "text": "이름"}, {"type": "raw_text", "text": "수"}]],
        },
        {"type": "actions", "elements": [button("x", "승인")]},
    ]
    ts = client.chat_postMessage(channel=CREW, text="숨은 글", blocks=blocks)["ts"]
    read = message_text(box.person("U0HANEUL").message(CREW, str(ts)))
    assert read == "오늘\n*전사* 3\na < b\n이름\n수\n승인"
    typed = box.person("U0HANEUL").say(CREW, "안녕 @gagyo <3")
    assert message_text(typed) == "안녕 <@U0GAGYOBOT> <3"


def test_64_people_at_once(box: Sandbox) -> None:
    app = make_app(box.url)

    @app.command("/work")
    def work(ack: Any, command: Any) -> None:
        ack(command["text"])

    failures: list[str] = []

    def use(number: int) -> None:
        person = box.person("U0HANEUL")
        for turn in range(5):
            said = person.command(f"/work {number}-{turn}", channel=CREW)["message"]["text"]
            if said != f"{number}-{turn}":
                failures.append(said)

    with in_socket_mode(app, box):
        threads = [threading.Thread(target=use, args=(number,)) for number in range(64)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert failures == []
    assert len(box.person("U0HANEUL").ephemerals(CREW)) == 320


def test_permalink_leads_to_the_page(box: Sandbox, client: WebClient) -> None:
    ts = str(client.chat_postMessage(channel=CREW, text="x")["ts"])
    link = str(client.chat_getPermalink(channel=CREW, message_ts=ts)["permalink"])
    connection = http.client.HTTPConnection(urlsplit(link).netloc)
    connection.request("GET", urlsplit(link).path)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert answer.getheader("location") == f"/?channel={CREW}&ts={ts}"
