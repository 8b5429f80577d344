"""Messages that arrive exactly as they were given, and events that arrive a second time."""

from __future__ import annotations

import pytest

from sandbox.client import ActFailed
from tests.integration.sandbox_bolt import CREW, running_sandbox
from tests.integration.test_sandbox_delivery import Listener

TEXT = "*a* &lt;@U1&gt; <!here> <https://x.example/가 나|라벨> `x`\n&gt; 인용"


def test_a_text_in_wire_form_stays_as_it_is() -> None:
    listener = Listener()
    block = {"type": "rich_text", "block_id": "b", "elements": []}
    with running_sandbox() as box, listener.serve() as url:
        box.control("app", events_url=f"{url}/events")
        bare = box.control("say", **{"as": "U0HANEUL"}, channel=CREW, text=TEXT)
        whole = box.control("say", **{"as": "U0HANEUL"}, channel=CREW, text=TEXT, blocks=[block])
        box.wait_until_quiet()
        events = [body["event"] for _, body in listener.requests]
        assert [event["text"] for event in events] == [TEXT, TEXT]
        assert [event.get("blocks") for event in events] == [None, [block]]
        assert [event["ts"] for event in events] == [bare["ts"], whole["ts"]]
        with pytest.raises(ActFailed):
            box.control("say", **{"as": "U0MINA"}, channel="C0NOWHERE", text="x")


def test_an_event_arrives_again_as_a_retry() -> None:
    listener = Listener()
    with running_sandbox() as box, listener.serve() as url:
        box.control("app", events_url=f"{url}/events")
        said = box.person("U0HANEUL").say(CREW, "한 번", wait=True)
        box.person("U0HANEUL").say(CREW, "두 번", wait=True)
        message = {"channel": CREW, "ts": said["ts"]}
        assert box.control("redeliver", messages=[message])["events"] == 1
        box.wait_until_quiet()
        assert box.control("redeliver", messages=[{**message, "ts": "1.2"}])["events"] == 0
    (_, first), _, (headers, again) = listener.requests
    assert again == first
    assert headers["x-slack-retry-num"] == "1"
    assert headers["x-slack-retry-reason"] == "http_timeout"
