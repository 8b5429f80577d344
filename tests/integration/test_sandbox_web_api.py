"""The Web API through the real slack_sdk: answers, refusals, files, history, faults."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import ConnectionErrorRetryHandler

from sandbox.client import Sandbox
from tests.integration.sandbox_bolt import CREW, GENERAL, make_client, running_sandbox


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with running_sandbox() as box:
        yield box


@pytest.fixture
def box(running: Sandbox) -> Sandbox:
    running.control("reset")
    return running


@pytest.fixture
def client(box: Sandbox) -> WebClient:
    return make_client(box.url)


def refused(call: Callable[..., Any], **arguments: Any) -> str:
    """Return the error code a call is refused with."""
    with pytest.raises(SlackApiError) as error:
        call(**arguments)
    return str(error.value.response["error"])


def test_identity_and_tokens(box: Sandbox, client: WebClient) -> None:
    me = client.auth_test()
    assert (me["user_id"], me["bot_id"], me["team_id"]) == ("U0GAGYOBOT", "B0SANDBOX", "T0SANDBOX")
    assert refused(make_client(box.url, token="xoxb-wrong").auth_test) == "invalid_auth"
    assert refused(WebClient(base_url=f"{box.url}/api/").api_call, api_method="auth.test") == "not_authed"
    assert refused(client.apps_connections_open, app_token="xoxb-sandbox") == "not_allowed_token_type"
    assert refused(client.api_call, api_method="chat.teleport") == "unknown_method"
    assert client.users_info(user="U0HANEUL", include_locale=True)["user"]["locale"] == "ko-KR"
    assert client.users_info(user="U0HANEUL")["user"].get("locale") is None
    assert client.users_info(user="U0HANEUL")["user"]["tz_offset"] == 32_400
    assert refused(client.users_info, user="U0NOBODY") == "user_not_found"


def test_lists_come_in_pages(box: Sandbox, client: WebClient) -> None:
    found = [person["id"] for page in client.users_list(limit=2) for person in page["members"]]
    assert len(found) == 6
    members = [
        one for page in client.conversations_members(channel=GENERAL, limit=2) for one in page["members"]
    ]
    assert members == ["U0HANEUL", "U0BADA", "U0GARAM", "U0MINA", "U0ADMIN", "U0GAGYOBOT"]


def test_where_the_bot_may_post(box: Sandbox, client: WebClient) -> None:
    post = client.chat_postMessage
    outside = box.add_channel("outside", members=[], bot=False)
    hidden = box.add_channel("hidden", members=[], bot=False, private=True)
    closed = box.add_channel("closed", members=["U0HANEUL"], archived=True)
    assert refused(post, channel="C0NOWHERE", text="x") == "channel_not_found"
    assert refused(post, channel=outside, text="x") == "not_in_channel"
    assert refused(post, channel=hidden, text="x") == "channel_not_found"
    assert refused(post, channel=closed, text="x") == "is_archived"
    assert refused(client.api_call, api_method="chat.postMessage", data={"channel": CREW}) == "no_text"
    client.conversations_join(channel=outside)
    assert post(channel=outside, text="x")["ok"]
    assert post(channel="#crew", text="x")["channel"] == CREW
    direct = post(channel="U0HANEUL", text="안녕하세요")["channel"]
    assert direct == client.conversations_open(users="U0HANEUL")["channel"]["id"]
    assert box.person("U0HANEUL").dm()[-1]["text"] == "안녕하세요"
    box.add_people({"id": "U0BADA", "deleted": True})
    assert refused(client.conversations_open, users="U0BADA") == "user_disabled"
    assert refused(client.chat_postEphemeral, channel=CREW, user="U0MINA", text="x") == "user_not_in_channel"


def test_messages_change_only_by_their_author(box: Sandbox, client: WebClient) -> None:
    theirs = box.person("U0HANEUL").say(CREW, "내 글")
    mine = client.chat_postMessage(channel=CREW, text="글 & <b>", blocks=[{"type": "divider"}])
    assert mine["message"]["text"] == "글 &amp; &lt;b&gt;"
    assert refused(client.chat_update, channel=CREW, ts=theirs["ts"], text="x") == "cant_update_message"
    assert refused(client.chat_delete, channel=CREW, ts=theirs["ts"]) == "cant_delete_message"
    assert refused(client.chat_update, channel=CREW, ts="1.000001", text="x") == "message_not_found"
    client.chat_update(channel=CREW, ts=mine["ts"], text="바뀐 글")
    kept = box.person("U0HANEUL").message(CREW, mine["ts"])
    assert (kept["text"], kept["blocks"][0]["type"]) == ("바뀐 글", "divider")
    assert kept["edited"]["user"] == "U0GAGYOBOT"
    client.chat_delete(channel=CREW, ts=mine["ts"])
    assert refused(client.chat_delete, channel=CREW, ts=mine["ts"]) == "message_not_found"


def test_history_threads_and_metadata(box: Sandbox, client: WebClient) -> None:
    stamps = []
    for number in range(5):
        metadata = {"event_type": "outbox", "event_payload": {"key": f"k{number}"}}
        stamps.append(client.chat_postMessage(channel=CREW, text=str(number), metadata=metadata)["ts"])
    for number in range(3):
        client.chat_postMessage(channel=CREW, text=f"r{number}", thread_ts=stamps[0])

    found = client.conversations_history(channel=CREW, include_all_metadata=True)["messages"]
    assert [message["text"] for message in found] == ["4", "3", "2", "1", "0"]
    assert found[0]["metadata"]["event_payload"] == {"key": "k4"}
    assert "metadata" not in client.conversations_history(channel=CREW)["messages"][0]
    pages = [
        [message["text"] for message in page["messages"]]
        for page in client.conversations_history(channel=CREW, limit=2)
    ]
    assert pages == [["4", "3"], ["2", "1"], ["0"]]
    window = client.conversations_history(channel=CREW, oldest=stamps[1], latest=stamps[3])["messages"]
    assert [message["text"] for message in window] == ["2"]
    window = client.conversations_history(channel=CREW, oldest=stamps[1], latest=stamps[3], inclusive=True)
    assert [message["text"] for message in window["messages"]] == ["3", "2", "1"]

    thread = client.conversations_replies(channel=CREW, ts=stamps[0])["messages"]
    assert [message["text"] for message in thread] == ["0", "r0", "r1", "r2"]
    assert (thread[0]["reply_count"], thread[0]["latest_reply"]) == (3, thread[3]["ts"])
    assert refused(client.conversations_replies, channel=CREW, ts="1.000000") == "thread_not_found"
    client.chat_delete(channel=CREW, ts=stamps[0])
    assert client.conversations_replies(channel=CREW, ts=stamps[0])["messages"][0]["subtype"] == "tombstone"
    assert refused(
        client.chat_postMessage, channel=CREW, text="x", metadata={"event_type": "x", "event_payload": "y"}
    ) == ("invalid_metadata_schema")


def test_reactions_and_permalinks(box: Sandbox, client: WebClient) -> None:
    message = box.person("U0HANEUL").say(CREW, "x")
    client.reactions_add(channel=CREW, timestamp=message["ts"], name="eyes")
    assert (
        refused(client.reactions_add, channel=CREW, timestamp=message["ts"], name="eyes") == "already_reacted"
    )
    shown = client.reactions_get(channel=CREW, timestamp=message["ts"])["message"]["reactions"]
    assert shown == [{"name": "eyes", "users": ["U0GAGYOBOT"], "count": 1}]
    client.reactions_remove(channel=CREW, timestamp=message["ts"], name="eyes")
    assert (
        refused(client.reactions_remove, channel=CREW, timestamp=message["ts"], name="eyes") == "no_reaction"
    )
    link = client.chat_getPermalink(channel=CREW, message_ts=message["ts"])["permalink"]
    assert link == f"{box.url}/archives/{CREW}/p{message['ts'].replace('.', '')}"


def test_file_upload_and_download(box: Sandbox, client: WebClient) -> None:
    data = "id,상태\n1,승인".encode()
    done = client.files_upload_v2(
        channel=CREW, filename="보고.csv", content=data.decode(), title="보고", initial_comment="첨부해요"
    )
    file = client.files_info(file=done["file"]["id"])["file"]
    assert (file["name"], file["size"], file["filetype"]) == ("보고.csv", len(data), "csv")
    haneul = box.person("U0HANEUL")
    shown = haneul.messages(CREW)[-1]
    assert (shown["text"], shown["files"][0]["id"]) == ("첨부해요", file["id"])
    assert haneul.download(shown["files"][0]) == data
    path = urlsplit(file["url_private"]).path
    assert box.request("GET", path, headers={"Authorization": "Bearer xoxb-sandbox"}) == data
    assert box.request("GET", path) == b"not authorised"

    sent = haneul.upload("질문.png", b"png")
    message = haneul.say(CREW, "", files=[sent["id"]])
    history = client.conversations_history(channel=CREW, limit=1)["messages"][0]
    assert (history["ts"], history["files"][0]["mimetype"]) == (message["ts"], "image/png")


def test_scheduled_messages_and_their_metadata_bug(box: Sandbox, client: WebClient) -> None:
    soon = int(time.time()) + 1
    client.chat_scheduleMessage(channel=CREW, text="곧", post_at=soon)
    metadata = {"event_type": "x", "event_payload": {}}
    client.chat_scheduleMessage(channel=CREW, text="영영", post_at=soon, metadata=metadata)
    later = client.chat_scheduleMessage(channel=CREW, text="취소", post_at=soon + 60)
    client.chat_deleteScheduledMessage(channel=CREW, scheduled_message_id=later["scheduled_message_id"])
    assert refused(client.chat_scheduleMessage, channel=CREW, text="x", post_at=1) == "time_in_past"
    box.person("U0HANEUL").wait_for_message(CREW, "곧")
    box.wait_for(lambda: not client.chat_scheduledMessages_list()["scheduled_messages"])
    assert [message["text"] for message in box.messages(CREW)] == ["곧"]


def test_rate_limit_on_request(box: Sandbox, client: WebClient) -> None:
    box.faults(rate_limit={"per_second": 1, "burst": 2})
    client.chat_postMessage(channel=CREW, text="1")
    client.chat_postMessage(channel=CREW, text="2")
    with pytest.raises(SlackApiError) as error:
        client.chat_postMessage(channel=CREW, text="3")
    assert error.value.response.status_code == 429
    assert error.value.response.headers["Retry-After"] == "1"
    client.chat_postMessage(channel=GENERAL, text="other channels go on")
    assert [call["status"] for call in box.calls("chat.postMessage")] == [200, 200, 429, 200]


@pytest.mark.parametrize(
    ("kind", "stored"),
    [
        ("429", 0),
        ("500", 0),
        ("502", 0),
        ("500_after", 1),
        ("reset_before", 0),
        ("reset_after", 1),
        ("error", 0),
    ],
)
def test_faults_before_and_after_storing(box: Sandbox, client: WebClient, kind: str, stored: int) -> None:
    box.faults(rules=[{"method": "chat.postMessage", "kind": kind, "times": 1, "channel": CREW}])
    client.chat_postMessage(channel=GENERAL, text="elsewhere")
    with pytest.raises((SlackApiError, OSError)):
        client.chat_postMessage(channel=CREW, text="x")
    assert len(box.messages(CREW)) == stored
    client.chat_postMessage(channel=CREW, text="y")
    assert len(box.messages(CREW)) == stored + 1
    assert [call["fault"] for call in box.calls("chat.postMessage")] == [None, kind, None]


def test_default_sdk_client_posts_twice_after_a_reset(box: Sandbox) -> None:
    """The reason why the gateway must not use the SDK's default retry handlers."""
    client = WebClient(
        token="xoxb-sandbox", base_url=f"{box.url}/api/", retry_handlers=[ConnectionErrorRetryHandler()]
    )
    box.faults(rules=[{"method": "chat.postMessage", "kind": "reset_after", "times": 1}])
    client.chat_postMessage(channel=CREW, text="x")
    assert len(box.messages(CREW)) == 2


def test_delays_and_hangs(box: Sandbox) -> None:
    quick = WebClient(token="xoxb-sandbox", base_url=f"{box.url}/api/", retry_handlers=[], timeout=1)
    box.faults(rules=[{"method": "chat.postMessage", "kind": "delay", "seconds": 0.2, "times": 1}])
    started = time.monotonic()
    quick.chat_postMessage(channel=CREW, text="x")
    assert time.monotonic() - started >= 0.2
    box.faults(rules=[{"method": "chat.postMessage", "kind": "hang", "times": 1}])
    with pytest.raises(TimeoutError):
        quick.chat_postMessage(channel=CREW, text="y")
    assert len(box.messages(CREW)) == 1


def test_probability_is_reproducible(box: Sandbox, client: WebClient) -> None:
    outcomes = []
    for _ in range(2):
        box.faults(
            rules=[{"method": "*", "kind": "error", "error": "internal_error", "probability": 0.5, "seed": 7}]
        )
        outcomes.append([_try(client) for _ in range(20)])
    assert outcomes[0] == outcomes[1]
    assert set(outcomes[0]) == {True, False}


def _try(client: WebClient) -> bool:
    try:
        client.api_test()
    except SlackApiError:
        return False
    return True


def test_call_log_keeps_no_token(box: Sandbox, client: WebClient) -> None:
    client.chat_postMessage(channel=CREW, text="x")
    client.api_call("chat.postMessage", data={"token": "xoxb-sandbox", "channel": CREW, "text": "y"})
    assert "xoxb" not in str(box.calls())
