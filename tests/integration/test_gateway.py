"""The gateway over real sockets: what each fault of Slack comes out as, and where the token goes."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bot.slack.content import Content
from bot.slack.failures import (
    AuthLost,
    Final,
    RateLimited,
    SlackFailure,
    Transient,
    Uncertain,
    Unreachable,
    classify_answer,
)
from bot.slack.gateway import Gateway
from sandbox.client import Sandbox
from sandbox.server import serve_in_thread

TOKEN = "xoxb-sandbox"
SAY = Content("hello", [{"type": "section", "text": {"type": "mrkdwn", "text": "hello"}}])


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serve_in_thread() as running:
        yield running.url


@pytest.fixture
def box(url: str) -> Iterator[Sandbox]:
    box = Sandbox(url)
    yield box
    box.control("reset")
    box.close()


@pytest.fixture
def gateway(box: Sandbox) -> Gateway:
    return Gateway(TOKEN, f"{box.url}/api/", timeout=1, handler_timeout=1)


def _fault(box: Sandbox, kind: str, method: str = "chat.postMessage", **more: object) -> None:
    box.faults(rules=[{"method": method, "kind": kind, **more}])


def test_a_post_carries_its_row_and_is_found_by_it(gateway: Gateway, box: Sandbox) -> None:
    before = datetime.now(UTC)
    channel = gateway.open_dm("U0HANEUL")
    posted = [gateway.post(channel, SAY, n) for n in range(1, 6)]
    assert gateway.find_posted(channel, before, 3) == posted[2].ts
    assert gateway.find_posted(channel, before, 99) is None
    assert box.messages(channel)[0]["metadata"] == {
        "event_type": "gagyo_outbox",
        "event_payload": {"id": "1"},
    }


def test_a_reply_is_found_in_its_thread_and_not_in_the_history(gateway: Gateway) -> None:
    before = datetime.now(UTC)
    root = gateway.post("C0GENERAL", SAY, 1)
    reply = gateway.post("C0GENERAL", SAY, 2, thread_ts=root.ts)
    assert gateway.find_posted("C0GENERAL", before, 2, thread_ts=root.ts) == reply.ts
    assert gateway.find_posted("C0GENERAL", before, 2) is None


def test_the_search_turns_pages(gateway: Gateway, box: Sandbox) -> None:
    before = datetime.now(UTC)
    first = gateway.post("C0GENERAL", SAY, 1)
    for n in range(250):
        box.person("U0HANEUL").say("C0GENERAL", f"chat {n}")
    assert gateway.find_posted("C0GENERAL", before, 1) == first.ts


def test_an_update_keeps_the_metadata(gateway: Gateway) -> None:
    before = datetime.now(UTC)
    channel = gateway.open_dm("U0HANEUL")
    posted = gateway.post(channel, SAY, 7)
    gateway.update(channel, posted.ts, Content("new", []))
    assert gateway.find_posted(channel, before, 7) == posted.ts


@pytest.mark.parametrize(
    ("fault", "expected", "code", "stored"),
    [
        ("500", Uncertain, "http_500", 0),
        ("503", Uncertain, "http_503", 0),
        ("500_after", Uncertain, "http_500", 1),
        ("reset_before", Uncertain, "connection_lost", 0),
        ("reset_after", Uncertain, "connection_lost", 1),
        ("hang", Uncertain, "timeout", 0),
    ],
)
def test_a_post_without_a_clear_answer_is_uncertain_and_sent_once(
    gateway: Gateway, box: Sandbox, fault: str, expected: type[SlackFailure], code: str, stored: int
) -> None:
    _fault(box, fault)
    with pytest.raises(expected, match=f"^{code}$"):
        gateway.post("C0GENERAL", SAY, 1)
    assert len(box.calls("chat.postMessage")) == 1
    assert len(box.messages("C0GENERAL")) == stored


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("internal_error", Uncertain),
        ("fatal_error", Uncertain),
        ("is_archived", Final),
        ("msg_too_long", Final),
        ("no_permission", Final),
        ("access_denied", Final),
        ("brand_new_error", Transient),
        ("missing_scope", Transient),
        ("invalid_auth", AuthLost),
        ("token_revoked", AuthLost),
    ],
)
def test_codes_of_slack(gateway: Gateway, box: Sandbox, code: str, expected: type[SlackFailure]) -> None:
    _fault(box, "error", error=code)
    with pytest.raises(expected, match=f"^{code}$"):
        gateway.post("C0GENERAL", SAY, 1)


def test_an_inactive_account_is_the_recipients_while_the_token_works(gateway: Gateway, box: Sandbox) -> None:
    _fault(box, "error", error="account_inactive")
    with pytest.raises(Final, match="account_inactive"):
        gateway.post("C0GENERAL", SAY, 1)
    _fault(box, "error", "*", error="account_inactive")
    with pytest.raises(AuthLost, match="account_inactive"):
        gateway.post("C0GENERAL", SAY, 1)


def test_a_rate_limit_holds_back_that_conversation_only(box: Sandbox) -> None:
    now = [0.0]
    gateway = Gateway(TOKEN, f"{box.url}/api/", timeout=1, clock=lambda: now[0])
    _fault(box, "429", channel="C0GENERAL", retry_after=7, times=1)
    with pytest.raises(RateLimited) as first:
        gateway.post("C0GENERAL", SAY, 1)
    assert first.value.retry_after == 7
    now[0] = 5.0
    with pytest.raises(RateLimited) as held:
        gateway.post("C0GENERAL", SAY, 1)
    assert held.value.retry_after == pytest.approx(2)
    gateway.post("C0CREW", SAY, 2)
    assert len(box.calls("chat.postMessage")) == 2
    now[0] = 7.0
    gateway.post("C0GENERAL", SAY, 1)


def test_reads_are_repeated_once_and_never_slept_on(gateway: Gateway, box: Sandbox) -> None:
    _fault(box, "503", "conversations.open", times=1)
    assert gateway.open_dm("U0HANEUL").startswith("D")
    _fault(box, "429", "conversations.open", retry_after=30, times=1)
    with pytest.raises(RateLimited):
        gateway.open_dm("U0HANEUL")


def test_a_glance_at_a_profile_is_short_and_single(gateway: Gateway, box: Sandbox) -> None:
    assert gateway.user_profile("U0HANEUL").locale == "ko-KR"
    _fault(box, "hang", "users.info", seconds=3)
    began = time.monotonic()
    with pytest.raises(Uncertain, match="timeout"):
        gateway.user_profile("U0HANEUL")
    assert time.monotonic() - began < 1.5
    assert len(box.calls("users.info")) == 2


def test_nobody_listening_is_certain_not_to_have_posted() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nowhere = Gateway(TOKEN, f"http://127.0.0.1:{taken.getsockname()[1]}/api/", timeout=1)
        with pytest.raises(Unreachable, match=r"^unreachable$"):
            nowhere.post("C0GENERAL", SAY, 1)


def test_a_silent_response_address_is_given_up_soon_and_not_asked_twice(gateway: Gateway) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/response/1"
        began = time.monotonic()
        with pytest.raises(Uncertain, match="timeout"):
            gateway.respond(address, SAY)
        assert time.monotonic() - began < 3
        silent.accept()[0].close()
        silent.setblocking(False)
        with pytest.raises(BlockingIOError):
            silent.accept()


def test_a_used_up_response_address_is_a_failure(gateway: Gateway, box: Sandbox) -> None:
    with pytest.raises(SlackFailure, match="http_404"):
        gateway.respond(f"{box.url}/response/unknown", SAY)


def test_views_open_update_and_publish(gateway: Gateway, box: Sandbox) -> None:
    home = {"type": "home", "blocks": SAY.blocks}
    assert gateway.publish_home("U0HANEUL", home).id
    with pytest.raises(Final, match=r"invalid_trigger_id|expired_trigger_id"):
        gateway.open_view(
            "1.2.abc", {"type": "modal", "title": {"type": "plain_text", "text": "t"}, "blocks": []}
        )


def test_a_download_brings_the_bytes_up_to_a_limit(gateway: Gateway, box: Sandbox) -> None:
    hands = box.person("U0HANEUL")
    uploaded = hands.upload("tasks.csv", b"a,b\n1,2\n")
    hands.say("C0GENERAL", "here", files=[uploaded["id"]])
    url = uploaded["url_private"]
    assert gateway.download_file(url, 100) == b"a,b\n1,2\n"
    with pytest.raises(Final, match="file_too_large"):
        gateway.download_file(url, 4)
    with pytest.raises(Final, match="file_not_readable"):
        gateway.download_file(url.replace("tasks.csv", "x").replace("/files/", "/files/nope"), 100)


def test_an_html_file_is_told_from_a_sign_in_page_by_its_size(gateway: Gateway, box: Sandbox) -> None:
    hands = box.person("U0HANEUL")
    uploaded = hands.upload("guide.html", b"<h1>Guide</h1>")
    hands.say("C0GENERAL", "here", files=[uploaded["id"]])
    url = uploaded["url_private"]
    assert gateway.download_file(url, 100, size=uploaded["size"]) == b"<h1>Guide</h1>"
    with pytest.raises(Final, match="file_not_readable"):
        gateway.download_file(url, 100, size=uploaded["size"] + 1)


@pytest.mark.parametrize(
    "url",
    [
        "http://files.slack.com/a",
        "https://files.slack.com.evil.example/a",
        "https://files.slack.com:8443/a",
        "https://evil.example/files.slack.com/a",
        "https://files.slack.com@evil.example/a",
        "file:///etc/passwd",
        "http://127.0.0.1:1/a",
        "https://[broken",
        "",
    ],
)
def test_the_token_goes_to_slacks_file_host_only(url: str) -> None:
    with pytest.raises(Final, match="foreign_host"):
        Gateway(TOKEN).download_file(url, 100)


def test_an_answer_that_is_no_code_leaves_no_trace() -> None:
    assert classify_answer(200, "Received a response in a non-JSON format: <b>secret</b>", None).code == (
        "unreadable_answer"
    )
    assert isinstance(classify_answer(403, None, None), Transient)
    limited = classify_answer(429, None, "soon")
    assert isinstance(limited, RateLimited)
    assert limited.retry_after == 30


def test_a_message_is_read_wherever_it_stands(gateway: Gateway, box: Sandbox) -> None:
    hands = box.person("U0HANEUL")
    root = hands.say("C0GENERAL", "root")
    lonely = hands.say("C0GENERAL", "lonely")
    reply = hands.say("C0GENERAL", "reply", thread_ts=root["ts"])
    for ts, thread, text in (
        (root["ts"], None, "root"),
        (lonely["ts"], lonely["ts"], "lonely"),
        (reply["ts"], root["ts"], "reply"),
        (reply["ts"], None, "reply"),
    ):
        found = gateway.read_message("C0GENERAL", ts, thread)
        assert found is not None
        assert (found["text"], found["ts"]) == (text, ts)
    hands.delete(reply)
    assert gateway.read_message("C0GENERAL", reply["ts"], root["ts"]) is None
    assert gateway.read_message("C0GENERAL", "1700000000.000100") is None


def test_a_message_and_a_reaction_are_taken_away(gateway: Gateway, box: Sandbox) -> None:
    posted = gateway.post("C0GENERAL", SAY, 1)
    gateway.react("C0GENERAL", posted.ts, "eyes")
    gateway.unreact("C0GENERAL", posted.ts, "eyes")
    gateway.unreact("C0GENERAL", posted.ts, "eyes")
    assert box.calls("reactions.remove")[-1]["error"] == "no_reaction"
    gateway.delete("C0GENERAL", posted.ts)
    assert gateway.read_message("C0GENERAL", posted.ts) is None
    with pytest.raises(Final, match="message_not_found"):
        gateway.delete("C0GENERAL", posted.ts)
    gateway.unreact("C0GENERAL", posted.ts, "eyes")


def test_an_ephemeral_message_is_seen_by_one_person(gateway: Gateway, box: Sandbox) -> None:
    root = box.person("U0HANEUL").say("C0GENERAL", "root")
    gateway.post_ephemeral("C0GENERAL", "U0HANEUL", SAY, thread_ts=root["ts"])
    said = [message["text"] for message in box.messages("C0GENERAL") if message["viewer"] == "U0HANEUL"]
    assert said == ["hello"]
    with pytest.raises(SlackFailure, match="user_not_in_channel"):
        gateway.post_ephemeral("C0GENERAL", "U0NOBODY", SAY)


def test_a_name_is_the_chosen_one_or_the_handle(gateway: Gateway, box: Sandbox) -> None:
    box.add_people(
        {"id": "U0CHOSEN", "name": "kim.minji", "real_name": "김민지", "display_name": "민지쓰"},
        {"id": "U0HANDLE", "name": "minji2", "real_name": "김민지", "display_name": ""},
    )
    assert gateway.display_name("U0CHOSEN") == "민지쓰"
    assert gateway.display_name("U0HANDLE") == "minji2"
