"""Events on their way to the app: signatures, retries, duplicates, order, and sockets that break."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from slack_bolt import App
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from sandbox.client import ActFailed, Sandbox
from tests.integration.sandbox_bolt import (
    CREW,
    in_socket_mode,
    make_app,
    running_sandbox,
    serving_asgi,
    serving_http,
)


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with running_sandbox() as running:
        yield running


class Listener:
    """A bare events endpoint that answers as the test wants and keeps what it received."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], Any]] = []
        self.answers: list[Response] = []

    async def __call__(self, request: Request) -> Response:
        body = json.loads(await request.body())
        if body["type"] == "url_verification":
            return JSONResponse({"challenge": body["challenge"]})
        self.requests.append((dict(request.headers), body))
        return self.answers.pop(0) if self.answers else PlainTextResponse("")

    def serve(self) -> Any:
        return serving_asgi(Starlette(routes=[Route("/events", self.__call__, methods=["POST"])]))


def test_message_events_look_like_slacks(box: Sandbox) -> None:
    listener = Listener()
    with listener.serve() as url:
        box.control("app", events_url=f"{url}/events")
        haneul = box.person("U0HANEUL")
        root = haneul.say(CREW, "@gagyo 이거 <뭐>예요? https://example.com/a :tada:", wait=True)
        haneul.say(CREW, "답글", thread_ts=root["ts"], wait=True)
        haneul.edit(root, "고쳤어요", wait=True)
        haneul.react(root, "rotating_light", wait=True)
        haneul.delete(root, wait=True)
        box.control("app", events_url=None)

    events = [body["event"] for _, body in listener.requests]
    message = events[0]
    assert message["text"] == "<@U0GAGYOBOT> 이거 &lt;뭐&gt;예요? <https://example.com/a> :tada:"
    assert (message["channel_type"], message["channel"], message["user"]) == ("channel", CREW, "U0HANEUL")
    pieces = message["blocks"][0]["elements"][0]["elements"]
    assert [piece["type"] for piece in pieces] == ["user", "text", "link", "text", "emoji"]
    assert pieces[1]["text"] == " 이거 <뭐>예요? "
    kinds = sorted((event["type"], event.get("subtype") or "") for event in events)
    assert kinds == [
        ("app_mention", ""),
        ("message", ""),
        ("message", ""),
        ("message", "message_changed"),
        ("message", "message_deleted"),
        ("reaction_added", ""),
    ]
    reply = next(
        event for event in events if event.get("thread_ts") == root["ts"] and "parent_user_id" in event
    )
    assert reply["parent_user_id"] == "U0HANEUL"
    envelope = listener.requests[0][1]
    assert envelope["authorizations"][0]["user_id"] == "U0GAGYOBOT"
    assert envelope["event_id"].startswith("Ev")
    assert {"x-slack-signature", "x-slack-request-timestamp"} <= set(listener.requests[0][0])
    assert "x-slack-retry-num" not in listener.requests[0][0]


def test_bot_hears_only_where_it_is_and_what_it_subscribed_to(box: Sandbox) -> None:
    listener = Listener()
    with listener.serve() as url:
        box.control("app", events_url=f"{url}/events")
        haneul, bada = box.person("U0HANEUL"), box.person("U0BADA")
        secret = box.add_channel("secret", members=["U0HANEUL"], private=True, bot=False)
        haneul.say(secret, "비밀", wait=True)
        haneul.say(haneul.dm_channel("U0BADA"), "둘만", wait=True)
        assert bada.messages(bada.dm_channel("U0HANEUL"))[-1]["text"] == "둘만"
        assert listener.requests == []
        box.control("app", manifest={"settings": {"event_subscriptions": {"bot_events": ["message.im"]}}})
        haneul.say(CREW, "안 들려요", wait=True)
        haneul.say(haneul.dm_channel(), "들려요", wait=True)
        box.control("app", events_url=None)
    assert [body["event"]["text"] for _, body in listener.requests] == ["들려요"]
    assert listener.requests[0][1]["event"]["channel_type"] == "im"


def test_failed_events_are_retried_three_times_with_headers(box: Sandbox) -> None:
    listener = Listener()
    listener.answers = [PlainTextResponse("no", 500) for _ in range(4)]
    with listener.serve() as url:
        box.control("app", events_url=f"{url}/events", retry_scale=0.0005)
        box.person("U0HANEUL").say(CREW, "x", wait=True)
        box.wait_until_quiet()
        box.control("app", events_url=None)
    tries = [
        (headers.get("x-slack-retry-num"), headers.get("x-slack-retry-reason"))
        for headers, _ in listener.requests
    ]
    assert tries == [(None, None), ("1", "http_error"), ("2", "http_error"), ("3", "http_error")]
    assert len({body["event_id"] for _, body in listener.requests}) == 1


def test_no_retry_header_stops_retries(box: Sandbox) -> None:
    listener = Listener()
    listener.answers = [PlainTextResponse("no", 500, {"x-slack-no-retry": "1"})]
    with listener.serve() as url:
        box.control("app", events_url=f"{url}/events", retry_scale=0.0)
        box.person("U0HANEUL").say(CREW, "x", wait=True)
        box.control("app", events_url=None)
    assert len(listener.requests) == 1


def test_duplicates_reordering_and_lost_attempts(box: Sandbox) -> None:
    app, seen = make_app(box.url), list[tuple[str, str]]()

    @app.event("message")
    def message(event: Any, request: Any) -> None:
        seen.append((event["text"], request.headers.get("x-slack-retry-num", ["0"])[0]))

    with in_socket_mode(app, box):
        haneul = box.person("U0HANEUL")
        box.faults(delivery={"duplicate": 2})
        haneul.say(CREW, "셋", wait=True)
        assert sorted(seen) == [("셋", "0"), ("셋", "1"), ("셋", "2")]

        seen.clear()
        box.faults(delivery={"reorder": 0.2, "seed": 3})
        for number in range(8):
            haneul.say(CREW, str(number))
        box.wait_until_quiet()
        texts = [text for text, _ in seen]
        assert sorted(texts) == list("01234567")
        assert texts != list("01234567")

        seen.clear()
        box.control("app", retry_scale=0.0)
        box.faults(delivery={"drop": 1})
        haneul.say(CREW, "늦게", wait=True)
        assert seen == [("늦게", "1")]

        seen.clear()
        box.faults(delivery={"drop_ack": 1})
        haneul.say(CREW, "두 번", wait=True)
        assert seen == [("두 번", "0"), ("두 번", "1")]


def test_lost_ack_of_a_command_shows_a_timeout(box: Sandbox) -> None:
    app, count = make_app(box.url), [0]

    @app.command("/work")
    def work(ack: Any) -> None:
        count[0] += 1
        ack("x")

    with in_socket_mode(app, box):
        box.faults(delivery={"drop_ack": 1})
        with pytest.raises(ActFailed, match="operation_timeout"):
            box.person("U0HANEUL").command("/work", channel=CREW)
        assert count == [1]


@pytest.mark.parametrize("how", ["refresh", "warning", "close", "reset"])
def test_socket_comes_back(box: Sandbox, how: str) -> None:
    app: App = make_app(box.url)

    @app.command("/work")
    def work(ack: Any) -> None:
        ack("여기 있어요")

    with in_socket_mode(app, box):
        haneul = box.person("U0HANEUL")
        opened = len(box.calls("apps.connections.open"))
        box.faults(socket=how)
        box.wait_for(lambda: len(box.calls("apps.connections.open")) > opened)

        def works() -> bool:
            return bool(haneul.act("command", channel=CREW, text="/work")["ok"])

        box.wait_for(works, timeout=8)
        assert haneul.command("/work", channel=CREW)["message"]["text"] == "여기 있어요"


def test_without_any_connection_a_command_fails_and_an_event_waits(box: Sandbox) -> None:
    haneul = box.person("U0HANEUL")
    assert haneul.act("command", channel=CREW, text="/work")["error"] == "dispatch_failed"
    box.control("app", retry_scale=0.01)
    haneul.say(CREW, "기다려요")
    app, seen = make_app(box.url), list[str]()

    @app.event("message")
    def message(event: Any) -> None:
        seen.append(event["text"])

    with in_socket_mode(app, box):
        box.wait_for(lambda: seen == ["기다려요"])


def test_several_connections_share_the_envelopes(box: Sandbox) -> None:
    counts = [0, 0]
    apps = [make_app(box.url), make_app(box.url)]

    def register(index: int) -> None:
        @apps[index].command("/work")
        def work(ack: Any) -> None:
            counts[index] += 1
            ack()

    register(0)
    register(1)
    with in_socket_mode(apps[0], box), in_socket_mode(apps[1], box):
        box.wait_for(lambda: box.get("/_control/sockets")["connections"] == 2)
        for _ in range(10):
            box.person("U0HANEUL").command("/work", channel=CREW)
    assert counts == [5, 5]


def test_wrong_signing_secret_is_noticed_by_bolt(box: Sandbox) -> None:
    app = App(client=make_app(box.url).client, signing_secret="another", process_before_response=True)
    with serving_http(app) as url, pytest.raises(ActFailed, match="url_not_verified"):
        box.control("app", events_url=url)


def test_home_opened_publishes_a_home(box: Sandbox) -> None:
    app = make_app(box.url)

    @app.event("app_home_opened")
    def opened(event: Any, client: Any) -> None:
        blocks = [{"type": "header", "text": {"type": "plain_text", "text": "내 작업"}}]
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    with in_socket_mode(app, box):
        home = box.person("U0HANEUL").home()
        assert home is not None
        assert home["blocks"][0]["text"]["text"] == "내 작업"
        assert box.person("U0BADA").home(reopen=False) is None


def test_people_and_memberships_are_announced(box: Sandbox) -> None:
    app, seen = make_app(box.url), list[dict[str, Any]]()
    for kind in ("team_join", "user_change", "member_joined_channel", "member_left_channel"):

        @app.event(kind)
        def heard(event: Any) -> None:
            seen.append(event)

    with in_socket_mode(app, box):
        newcomer = box.add_people({"name": "noeul", "display_name": "노을", "locale": "ko-KR"})[0]
        box.add_people({"id": newcomer.id, "locale": "en-US", "tz": "Europe/Berlin"})
        newcomer.join(CREW)
        newcomer.leave(CREW)
        box.wait_for(lambda: len(seen) == 4)
    by_kind = {event["type"]: event for event in seen}
    assert by_kind["user_change"]["user"]["locale"] == "en-US"
    assert by_kind["member_joined_channel"]["user"] == newcomer.id


def test_acts_are_quick(box: Sandbox) -> None:
    app = make_app(box.url)

    @app.command("/work")
    def work(ack: Any) -> None:
        ack("x")

    with in_socket_mode(app, box):
        haneul = box.person("U0HANEUL")
        haneul.command("/work", channel=CREW)
        started = time.perf_counter()
        for _ in range(50):
            haneul.command("/work", channel=CREW)
        assert (time.perf_counter() - started) / 50 < 0.05


def test_slow_events_are_retried_as_timeouts(box: Sandbox) -> None:
    app, seen = make_app(box.url), list[str]()

    @app.event("message")
    def message(request: Any) -> None:
        seen.append(request.headers.get("x-slack-retry-reason", ["first"])[0])
        time.sleep(0.3 if len(seen) == 1 else 0)

    with serving_http(app) as url:
        box.control("app", events_url=url, ack_seconds=0.15, retry_scale=0.0)
        box.person("U0HANEUL").say(CREW, "x", wait=True)
        box.wait_for(lambda: len(seen) == 2)
        box.wait_until_quiet()
        box.control("app", events_url=None)
    assert seen == ["first", "http_timeout"]
    outcomes = [one["outcome"] for one in box.deliveries("events_api")]
    assert outcomes == ["timeout", "ok"]
