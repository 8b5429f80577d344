"""The edge over real sockets: uvicorn, the gate and a real Bolt App that verifies signatures as well."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import http.client
import io
import json
import logging
import random
import re
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
import uvicorn
from slack_bolt import Ack, App, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.log import configure_logging
from bot.metrics import Metrics
from handlers.edge import Dispatch, build_edge, dispatch_through
from handlers.gate import Gate, Passed, Refused
from handlers.pool import Pool, TooBusyError
from handlers.probes import Health

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
FORM = "application/x-www-form-urlencoded"
PERSON = {"user": {"id": "U1", "team_id": "T1"}, "team": {"id": "T1", "domain": "d"}}
CLICK = PERSON | {
    "type": "block_actions",
    "actions": [{"action_id": "task:take", "block_id": "b", "value": "1"}],
}
SUBMIT = PERSON | {
    "type": "view_submission",
    "view": {"id": "V1", "type": "modal", "callback_id": "task:submit"},
}
SUGGEST = PERSON | {"type": "block_suggestion", "action_id": "person", "block_id": "b", "value": "김"}
SHORTCUT = PERSON | {"type": "shortcut", "callback_id": "task:new", "trigger_id": "1.2"}
COMMAND = {"command": "/task", "text": "next", "user_id": "U1", "team_id": "T1"}
MESSAGE = {"type": "message", "user": "U1", "channel": "C1", "ts": "1.2", "text": "hello"}
JOINED = {"type": "member_joined_channel", "user": "U1", "channel": "C1"}
ERRORS = {"response_action": "errors", "errors": {"b": "너무 짧아요"}}


def event(inner: object, **more: object) -> dict[str, Any]:
    return {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": inner} | more


@dataclass
class Seen:
    """What the App's listeners were called with, in order."""

    heard: list[str]
    hold: threading.Event


def build_app(seen: Seen) -> App:
    """Build an App with one listener of every kind the bot has; it makes no network call."""
    app = App(
        client=WebClient(base_url="http://127.0.0.1:9/"),
        signing_secret=SECRET,
        token_verification_enabled=False,
        process_before_response=True,
        # Without it Bolt would ask Slack who we are.
        authorize=lambda: AuthorizeResult(
            enterprise_id=None, team_id="T1", bot_token="xoxb-x", bot_id="B1", bot_user_id="UB"
        ),
    )

    @app.command("/task")
    def on_command(ack: Ack, body: dict[str, Any]) -> None:
        text = body.get("text", "")
        seen.heard.append(text)
        if text == "wait":
            seen.hold.wait(10)
        ack(text=f"받았어요: {text}", response_type="ephemeral")

    @app.command("/plain")
    def on_plain(ack: Ack) -> None:
        ack("네 \ud83d")

    @app.action(re.compile("^task:"))
    def on_action(ack: Ack, action: dict[str, Any]) -> None:
        seen.heard.append(action["action_id"])
        ack()

    @app.view("task:submit")
    def on_view(ack: Ack) -> None:
        seen.heard.append("view")
        ack(ERRORS)

    @app.options("person")
    def on_options(ack: Ack) -> None:
        ack(options=[{"text": {"type": "plain_text", "text": "김"}, "value": "U1"}])

    @app.shortcut(re.compile("^task:"))
    def on_shortcut(ack: Ack) -> None:
        seen.heard.append("shortcut")
        ack()

    @app.event({"type": "message", "subtype": (None, "file_share")})
    def on_message(body: dict[str, Any]) -> None:
        seen.heard.append(body["event"].get("text", ""))
        if body["event"].get("text") == "broken":
            raise LookupError("CANARY")

    @app.event("reaction_added")
    def on_reaction() -> None:
        seen.heard.append("reaction")

    @app.error
    def on_error(error: Exception) -> BoltResponse:
        return BoltResponse(status=500)

    return app


class Server:
    """A uvicorn on a free loopback port, in a thread."""

    def __init__(self, asgi: Any) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._server = uvicorn.Server(uvicorn.Config(asgi, log_config=None, lifespan="on", ws="none"))
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]})

    def __enter__(self) -> Server:
        self._thread.start()
        while not self._server.started:
            assert self._thread.is_alive(), "the server did not start"
            time.sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(15)
        self._socket.close()

    def send(
        self, body: bytes, headers: dict[str, str], *, method: str = "POST", path: str = "/slack/events"
    ) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        try:
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def get(self, path: str) -> tuple[int, dict[str, str], bytes]:
        return self.send(b"", {}, method="GET", path=path)

    def post(self, request: tuple[dict[str, str], bytes]) -> tuple[int, dict[str, str], bytes]:
        return self.send(request[1], request[0])


def sign(body: bytes, content_type: str, *, at: float | None = None, secret: str = SECRET) -> dict[str, str]:
    stamp = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {
        "content-type": content_type,
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": f"v0={digest}",
    }


def as_event(content: object) -> tuple[dict[str, str], bytes]:
    body = json.dumps(content).encode()
    return sign(body, "application/json"), body


def as_form(fields: dict[str, str]) -> tuple[dict[str, str], bytes]:
    body = urlencode(fields).encode()
    return sign(body, FORM), body


def as_payload(content: object) -> tuple[dict[str, str], bytes]:
    return as_form({"payload": json.dumps(content)})


@dataclass
class Edge:
    server: Server
    seen: Seen
    metrics: Metrics
    health: list[Health | Exception]
    log: io.StringIO
    hooks: list[str]

    def value(self, name: str, **labels: str) -> float:
        return self.metrics.registry.get_sample_value(name, labels) or 0.0


def serve(wrap: Callable[[Dispatch], Dispatch] = lambda dispatch: dispatch, **limits: Any) -> Iterator[Edge]:
    before = (logging.root.level, list(logging.root.handlers), sys.excepthook, threading.excepthook)
    stream = io.StringIO()
    configure_logging("DEBUG", secrets=[SECRET], stream=stream)
    seen, metrics, hooks = Seen([], threading.Event()), Metrics(), list[str]()
    health: list[Health | Exception] = [Health(database=True)]

    def tell_health() -> Health:
        if isinstance(health[0], Exception):
            raise health[0]
        return health[0]

    asgi = build_edge(
        dispatch=wrap(dispatch_through(build_app(seen))),
        gate=Gate(SECRET),
        health=tell_health,
        metrics=metrics,
        start=lambda: hooks.append("start"),
        stop=lambda: hooks.append("stop"),
        **limits,
    )
    try:
        with Server(asgi) as server:
            yield Edge(server, seen, metrics, health, stream, hooks)
            seen.hold.set()
        assert hooks == ["start", "stop"]
    finally:
        logging.root.setLevel(before[0])
        logging.root.handlers[:] = before[1]
        sys.excepthook, threading.excepthook = before[2], before[3]


@pytest.fixture
def edge() -> Iterator[Edge]:
    yield from serve()


def test_every_kind_of_request_reaches_its_listener_and_comes_back_exactly(edge: Edge) -> None:
    status, headers, body = edge.server.post(as_form(COMMAND))
    assert (status, headers["content-type"]) == (200, "application/json;charset=utf-8")
    assert json.loads(body) == {"text": "받았어요: next", "response_type": "ephemeral"}
    status, headers, body = edge.server.post(as_payload(SUBMIT))
    assert (status, headers["content-type"], json.loads(body)) == (
        200,
        "application/json;charset=utf-8",
        ERRORS,
    )
    assert edge.server.post(as_payload(CLICK))[::2] == (200, b"")
    assert json.loads(edge.server.post(as_payload(SUGGEST))[2])["options"][0]["value"] == "U1"
    assert edge.server.post(as_payload(SHORTCUT))[0] == 200
    assert edge.server.post(as_event(event(MESSAGE)))[::2] == (200, b"")
    assert edge.seen.heard == ["next", "view", "task:take", "shortcut", "hello"]
    assert edge.value("gagyo_ack_seconds_count", kind="interactive", outcome="ok") == 4


def test_handshakes_are_answered(edge: Edge) -> None:
    status, _, body = edge.server.post(
        as_event({"type": "url_verification", "challenge": "abc", "token": "t"})
    )
    assert (status, json.loads(body)) == (200, {"challenge": "abc"})
    assert edge.server.post(as_form({"ssl_check": "1", "token": "t"}))[0] == 200
    assert edge.value("gagyo_ack_seconds_count", kind="check", outcome="ok") == 2


def test_a_command_about_a_payload_is_not_lost_in_bolts_parser(edge: Edge) -> None:
    status, _, body = edge.server.post(as_form(COMMAND | {"text": "what is a payload?"}))
    assert (status, json.loads(body)["text"]) == (200, "받았어요: what is a payload?")


def test_half_an_emoji_in_an_answer_does_not_fail(edge: Edge) -> None:
    assert edge.server.post(as_form(COMMAND | {"command": "/plain"}))[::2] == (200, "네 ?".encode())


def test_only_unmatched_events_count_as_success(edge: Edge) -> None:
    assert edge.server.post(as_event(event({"type": "never_heard_of"})))[::2] == (200, b"")
    assert edge.server.post(as_form(COMMAND | {"command": "/nobody"}))[0] == 404
    assert edge.server.post(as_payload(CLICK | {"actions": [{"action_id": "other"}]}))[0] == 404
    assert edge.value("gagyo_ack_seconds_count", kind="event", outcome="unmatched") == 1
    assert edge.value("gagyo_ack_seconds_count", kind="command", outcome="unmatched") == 1


def test_a_replay_is_refused_and_a_failed_delivery_may_come_again(edge: Edge) -> None:
    request = as_event(event(MESSAGE))
    assert edge.server.post(request)[0] == 200
    status, headers, _ = edge.server.post(request)
    assert (status, headers["x-slack-no-retry"]) == (409, "1")
    assert edge.seen.heard == ["hello"]
    broken = as_event(event(MESSAGE | {"text": "broken"}))
    assert edge.server.post(broken)[0] == 500
    again = {"x-slack-retry-num": "1", "x-slack-retry-reason": "http_error"}
    assert edge.server.post((broken[0] | again, broken[1]))[0] == 500
    assert edge.seen.heard == ["hello", "broken", "broken"]
    assert edge.value("gagyo_requests_redelivered_total") == 1


def test_a_bad_signature_is_refused_and_nothing_of_it_is_logged(edge: Edge) -> None:
    headers, body = as_event(event(MESSAGE | {"text": "CANARY body"}))
    forged = sign(body, "application/json", secret="another secret")
    status, _, answer = edge.server.post((forged, body))
    assert status == 401
    assert edge.seen.heard == []
    written = edge.log.getvalue() + answer.decode()
    assert "bad_signature" in written
    for piece in (
        "CANARY",
        "T1",
        "U1",
        forged["x-slack-signature"][3:],
        headers["x-slack-signature"][3:],
        SECRET,
    ):
        assert piece not in written
    assert edge.value("gagyo_requests_refused_total", reason="bad_signature") == 1


def test_bolt_itself_still_verifies_and_its_complaint_is_silenced() -> None:
    def tamper(dispatch: Dispatch) -> Dispatch:
        return lambda passed, headers: dispatch(passed, {**headers, "x-slack-signature": "v0=" + "0" * 64})

    for edge in serve(tamper):
        assert edge.server.post(as_form(COMMAND | {"text": "CANARY"}))[0] == 401
        assert edge.seen.heard == []
        assert "CANARY" not in edge.log.getvalue()
        assert edge.value("gagyo_ack_seconds_count", kind="command", outcome="refused") == 1


def test_an_exception_out_of_dispatch_gives_500_and_only_its_type_in_the_log() -> None:
    def explode(_: Dispatch) -> Dispatch:
        def dispatch(passed: Passed, headers: object) -> BoltResponse:
            raise LookupError(f"CANARY {passed.text}")

        return dispatch

    for edge in serve(explode):
        request = as_form(COMMAND)
        assert edge.server.post(request)[::2] == (500, b"")
        assert edge.server.post(request)[::2] == (500, b"")
        assert re.search(
            r"kind command raised LookupError at test_edge\.py:\d+ dispatch", edge.log.getvalue()
        )
        assert "CANARY" not in edge.log.getvalue()
        assert "user_id" not in edge.log.getvalue()
        assert edge.value("gagyo_ack_seconds_count", kind="command", outcome="failed") == 2


def test_headers_that_steer_bolt_are_not_forwarded(edge: Edge) -> None:
    headers, body = as_form(COMMAND)
    steering = {"x-slack-bolt-lazy-only": "1", "x-slack-bolt-lazy-function-name": "x"}
    assert edge.server.post((headers | steering, body))[0] == 200
    assert edge.seen.heard == ["next"]


def test_cookies_and_other_headers_of_an_answer_come_through() -> None:
    def answer(_: Dispatch) -> Dispatch:
        headers = {"set-cookie": ["a=1; Path=/", "b=2"], "x-more": "y", "content-type": "text/csv"}
        return lambda passed, _: BoltResponse(status=201, body="a,b", headers=headers)

    for edge in serve(answer):
        connection = http.client.HTTPConnection("127.0.0.1", edge.server.port, timeout=5)
        headers, body = as_form(COMMAND)
        connection.request("POST", "/slack/events", body=body, headers=headers)
        response = connection.getresponse()
        pairs = [(name.lower(), value) for name, value in response.getheaders()]
        assert response.read() == b"a,b"
        connection.close()
        assert response.status == 201
        assert [value for name, value in pairs if name == "set-cookie"] == ["a=1; Path=/", "b=2"]
        assert ("x-more", "y") in pairs
        assert [value for name, value in pairs if name in ("content-type", "content-length")].count("3") == 1


def raw(port: int, *pieces: bytes, pause: float = 0.0) -> bytes:
    """Send pieces over one socket and read until the server closes it."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(pause)
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
        return answer


def head(headers: dict[str, str]) -> bytes:
    lines = [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(["POST /slack/events HTTP/1.1", "host: x", *lines, "", ""]).encode()


def test_a_declared_giant_is_refused_before_its_body_is_read(edge: Edge) -> None:
    headers = sign(b"", FORM) | {"content-length": str(2 * 1024 * 1024)}
    assert raw(edge.server.port, head(headers)).startswith(b"HTTP/1.1 413 ")
    assert edge.value("gagyo_requests_refused_total", reason="too_large") == 1


def test_an_undeclared_giant_is_cut_off_while_it_streams(edge: Edge) -> None:
    headers = sign(b"", FORM) | {"transfer-encoding": "chunked"}
    chunk = b"%x\r\n" % (512 * 1024) + b"x" * (512 * 1024) + b"\r\n"
    answer = raw(edge.server.port, head(headers), chunk, chunk, b"10\r\n" + b"x" * 16 + b"\r\n")
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert edge.seen.heard == []


def test_an_unsigned_body_is_not_waited_for(edge: Edge) -> None:
    answer = raw(edge.server.port, head({"content-length": "1000", "content-type": FORM}))
    assert answer.startswith(b"HTTP/1.1 401 ")
    assert b"connection: close" in answer


def test_a_body_that_trickles_is_given_up() -> None:
    for edge in serve(body_seconds=0.2):
        answer = raw(edge.server.port, head(sign(b"", FORM) | {"content-length": "10"}), b"a")
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert edge.value("gagyo_requests_refused_total", reason="slow_body") == 1


def test_a_sender_that_hangs_up_leaves_no_trace_but_a_count(edge: Edge) -> None:
    with socket.create_connection(("127.0.0.1", edge.server.port), timeout=5) as connection:
        connection.sendall(head(sign(b"", FORM) | {"content-length": "10"}) + b"a")
        time.sleep(0.1)
    deadline = time.monotonic() + 5
    while (
        not edge.value("gagyo_requests_refused_total", reason="disconnected") and time.monotonic() < deadline
    ):
        time.sleep(0.02)
    assert edge.value("gagyo_requests_refused_total", reason="disconnected") == 1
    assert "Traceback" not in edge.log.getvalue()


def test_health_tells_what_is_known(edge: Edge) -> None:
    def ask() -> tuple[int, dict[str, Any]]:
        status, _, body = edge.server.get("/healthz")
        return status, json.loads(body)

    nothing = {"sender_lag_seconds": None, "last_event_seconds": None}
    assert ask() == (200, {"status": "ok", "database": True, **nothing})
    edge.health[0] = Health(database=True, sender_lag_seconds=90.5, last_event_seconds=2.0)
    known = {"sender_lag_seconds": 90.5, "last_event_seconds": 2.0}
    assert ask() == (200, {"status": "degraded", "database": True, **known})
    edge.health[0] = Health(database=False)
    assert ask() == (503, {"status": "down", "database": False, **nothing})
    edge.health[0] = RuntimeError("password=CANARY")
    assert ask() == (503, {"status": "down", "database": False, **nothing})
    assert "CANARY" not in edge.log.getvalue()


def test_metrics_are_shown_and_a_broken_callback_hides_only_itself(edge: Edge) -> None:
    def fail() -> float:
        raise OSError("database")

    edge.metrics.watch_outbox(pending=lambda: 7.0, lag_seconds=fail)
    edge.server.post(as_form(COMMAND))
    status, headers, body = edge.server.get("/metrics")
    assert status == 200
    assert headers["content-type"].startswith("text/plain; version=")
    text = body.decode()
    assert "gagyo_outbox_pending 7.0" in text
    assert "gagyo_outbox_lag_seconds NaN" in text
    assert 'gagyo_ack_seconds_count{kind="command",outcome="ok"} 1.0' in text
    assert "U1" not in text
    assert "T1" not in text


def test_other_methods_and_paths_are_not_served(edge: Edge) -> None:
    assert edge.server.get("/slack/events")[0] == 405
    assert edge.server.get("/")[0] == 404
    assert edge.server.send(b"", {}, path="/healthz")[0] == 405


def test_a_full_pool_answers_503_in_time_and_never_begins_that_work() -> None:
    for edge in serve(pool_size=2, patience_seconds=0.6):
        with ThreadPoolExecutor(6) as clients:
            held = [
                clients.submit(edge.server.post, as_form(COMMAND | {"text": "wait", "n": str(n)}))
                for n in (1, 2)
            ]
            while len(edge.seen.heard) < 2:
                time.sleep(0.01)
            began = time.monotonic()
            late = [
                clients.submit(edge.server.post, as_form(COMMAND | {"text": f"late {n}"})) for n in range(4)
            ]
            assert [one.result()[0] for one in late] == [503] * 4
            assert 0.5 < time.monotonic() - began < 2
            edge.seen.hold.set()
            assert [one.result()[0] for one in held] == [200, 200]
        # The pool is free again, and what was turned away may be sent again at once with the same signature.
        assert edge.server.post(as_form(COMMAND | {"text": "late 0"}))[0] == 200
        assert edge.seen.heard == ["wait", "wait", "late 0"]
        assert edge.value("gagyo_ack_seconds_count", kind="command", outcome="busy") == 4
        assert edge.value("gagyo_dispatch_waiting") == 0


def test_a_long_stuck_queue_turns_newcomers_away_at_once() -> None:
    hold = threading.Event()

    async def crowd() -> tuple[list[bool | BaseException], float]:
        pool = Pool(1, max_waiting=5, patience_seconds=1.0)
        running = [asyncio.create_task(pool.run(lambda: hold.wait(10)))]
        waiting = [asyncio.create_task(pool.run(lambda: True)) for _ in range(6)]
        await asyncio.sleep(0.6)
        began = time.monotonic()
        with pytest.raises(TooBusyError):
            await pool.run(lambda: True)
        took = time.monotonic() - began
        hold.set()
        results = await asyncio.gather(*running, *waiting, return_exceptions=True)
        pool.close()
        return results, took

    results, took = asyncio.run(crowd())
    assert results == [True] * 7
    assert took < 0.1


# Values that replace something in a payload, and the seeds they are put into.
ODDITIES: list[Any] = [
    None,
    True,
    0,
    -1,
    1e308,
    "",
    "x",
    "\ud800",
    "\x00",
    [],
    {},
    [None],
    [[]],
    {"id": None},
    {"id": {}},
]
SEEDS: list[tuple[str, dict[str, Any]]] = [
    ("event", event(MESSAGE, authorizations=[{"team_id": "T1", "user_id": "U1", "enterprise_id": None}])),
    ("event", event(JOINED)),
    (
        "event",
        event(
            {"type": "reaction_added", "user": "U1", "item": {"type": "message", "channel": "C1", "ts": "1"}}
        ),
    ),
    ("event", event({"type": "user_change", "user": {"id": "U1", "team_id": "T1", "profile": {}}})),
    (
        "event",
        event(MESSAGE | {"subtype": "message_changed", "message": {"user": "U1"}, "channel_type": "im"}),
    ),
    ("event", event(MESSAGE, is_ext_shared_channel=True, context_team_id="T1")),
    ("event", {"type": "url_verification", "challenge": "c"}),
    *(("payload", seed) for seed in (CLICK, SUBMIT, SUGGEST, SHORTCUT)),
    (
        "payload",
        CLICK | {"response_url": "https://x.test/", "channel": {"id": "C1"}, "message": {"thread_ts": "1"}},
    ),
    (
        "payload",
        SUBMIT | {"response_urls": [{"response_url": "https://x.test/"}], "enterprise": {"id": "E1"}},
    ),
    (
        "payload",
        PERSON | {"type": "interactive_message", "callback_id": "c", "actions": [{"name": "n", "type": "b"}]},
    ),
    ("payload", PERSON | {"type": "message_action", "callback_id": "task:x", "message": {"ts": "1"}}),
    ("form", dict(COMMAND)),
]


def mutate(rng: random.Random, value: Any, names: list[str], *, top: bool = False) -> Any:
    """Change one spot: replace it, drop a key, or put an oddity under a name Bolt knows."""
    if isinstance(value, dict) and value and (top or rng.random() < 0.75):
        copy = dict(value)
        name = rng.choice(list(copy))
        change = rng.random()
        if change < 0.15:
            del copy[name]
        elif change < 0.35:
            copy[rng.choice(names)] = rng.choice(ODDITIES)
        else:
            copy[name] = mutate(rng, copy[name], names)
        return copy
    if isinstance(value, list) and value and rng.random() < 0.6:
        return [mutate(rng, value[0], names), *value[1:]]
    return rng.choice(ODDITIES)


def mutated(rng: random.Random) -> tuple[dict[str, str], bytes]:
    form, seed = rng.choice(SEEDS)
    names = [
        "type",
        "event",
        "team",
        "user",
        "view",
        "actions",
        "channel",
        "item",
        "command",
        "subtype",
        "message",
    ]
    names += [
        "authorizations",
        "team_id",
        "enterprise",
        "is_ext_shared_channel",
        "response_urls",
        "function_data",
    ]
    content: Any = seed
    for _ in range(rng.randrange(1, 3)):
        content = mutate(rng, content, names, top=True)
    if form == "event":
        return as_event(content)
    if form == "payload":
        return as_payload(content)
    return as_form({name: str(value).encode("utf-8", "replace").decode() for name, value in content.items()})


def test_mutated_signed_payloads_never_escape_from_bolt() -> None:
    gate = Gate(SECRET)
    dispatch = dispatch_through(build_app(Seen([], threading.Event())))
    rng = random.Random(11)
    counts = {"refused": 0, "answered": 0}
    for _ in range(5_000):
        headers, body = mutated(rng)
        verdict = gate.check(headers, body)
        if isinstance(verdict, Refused):
            assert verdict.status == 400
            counts["refused"] += 1
            continue
        answer = dispatch(verdict, headers)
        assert answer.status in (200, 404), (answer.status, body)
        counts["answered"] += 1
    assert min(counts.values()) > 500, counts


def test_junk_over_real_sockets_is_refused_without_dispatch(edge: Edge) -> None:
    rng = random.Random(13)
    for _ in range(300):
        headers, body = mutated(rng)
        spoiled = rng.choice(["x-slack-signature", "x-slack-request-timestamp"])
        headers[spoiled] = rng.choice(["", "abc", "v0=" + "0" * 64, "9" * 4000, "\xe9", "1"])
        status = edge.server.send(body, headers)[0]
        assert 400 <= status < 500
    assert edge.seen.heard == []
    assert "Traceback" not in edge.log.getvalue()


def test_mutated_signed_payloads_over_real_sockets_always_get_an_answer(edge: Edge) -> None:
    rng = random.Random(17)
    statuses = {edge.server.post(mutated(rng))[0] for _ in range(400)}
    # 409 is a mutation drawn twice within one second.
    assert statuses <= {200, 400, 404, 409}
    assert "Traceback" not in edge.log.getvalue()
