"""The gate passes what Slack signs and sends, and refuses everything else without ever raising."""

from __future__ import annotations

import hashlib
import hmac
import json
import random
import threading
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.gate import MEMORY_SECONDS, Gate, Passed, Refused

SECRET = "e3b0c44298fc1c149afbf4c8996fb924"
NOW = 1_790_000_000.0
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
EVENT = {
    "type": "event_callback",
    "team_id": "T1",
    "event_id": "Ev1",
    "authorizations": [{"team_id": "T1", "user_id": "U9", "is_bot": True}],
    "event": {
        "type": "message",
        "user": "U1",
        "team": "T1",
        "channel": "C1",
        "ts": "1.2",
        "text": "안녕하세요",
    },
}
PERSON = {"type": "block_actions", "user": {"id": "U1", "team_id": "T1"}, "team": {"id": "T1", "domain": "d"}}
CLICK = PERSON | {"actions": [{"action_id": "task:take", "block_id": "b", "type": "button", "value": "17"}]}
SUBMIT = PERSON | {
    "type": "view_submission",
    "view": {"id": "V1", "type": "modal", "callback_id": "task:submit", "state": {"values": {}}},
}
COMMAND = {"command": "/task", "text": "next", "user_id": "U1", "team_id": "T1"}


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


def signed(body: bytes, content_type: str = JSON, at: float = NOW, secret: str = SECRET) -> dict[str, str]:
    stamp = str(int(at))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {
        "content-type": content_type,
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": f"v0={digest}",
    }


def event_body(content: object) -> tuple[dict[str, str], bytes]:
    body = json.dumps(content).encode()
    return signed(body), body


def form_body(fields: dict[str, str]) -> tuple[dict[str, str], bytes]:
    body = urlencode(fields).encode()
    return signed(body, FORM), body


def payload_body(content: object) -> tuple[dict[str, str], bytes]:
    return form_body({"payload": json.dumps(content)})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gate(clock: Clock) -> Gate:
    return Gate(SECRET, clock=clock)


@pytest.mark.parametrize(
    ("request_", "kind"),
    [
        (event_body(EVENT), "event"),
        (event_body({"type": "app_rate_limited", "team_id": "T1", "minute_rate_limited": 1}), "event"),
        (event_body({"type": "url_verification", "challenge": "c", "token": "t"}), "check"),
        (
            event_body(EVENT | {"event": {"type": "user_change", "user": {"id": "U1", "profile": {}}}}),
            "event",
        ),
        (event_body(EVENT | {"event": {"type": "channel_created", "channel": {"id": "C1"}}}), "event"),
        (event_body(EVENT | {"team_id": None, "enterprise_id": None}), "event"),
        (payload_body(CLICK), "interactive"),
        (payload_body(CLICK | {"team": None}), "interactive"),
        (payload_body(SUBMIT), "interactive"),
        (payload_body(SUBMIT | {"type": "view_closed"}), "interactive"),
        (payload_body(PERSON | {"type": "shortcut", "callback_id": "x"}), "interactive"),
        (payload_body(PERSON | {"type": "message_action", "callback_id": "x", "message": {}}), "interactive"),
        (payload_body(PERSON | {"type": "block_suggestion", "action_id": "x", "value": ""}), "interactive"),
        (form_body(COMMAND), "command"),
        (form_body(COMMAND | {"text": "what is a payload"}), "command"),
        (form_body({"ssl_check": "1", "token": "t"}), "check"),
    ],
)
def test_passes_what_slack_sends(gate: Gate, request_: tuple[dict[str, str], bytes], kind: str) -> None:
    verdict = gate.check(*request_)
    assert isinstance(verdict, Passed)
    assert verdict.kind == kind


def test_accepts_a_content_type_with_a_charset_and_any_case(gate: Gate) -> None:
    headers, body = event_body(EVENT)
    assert isinstance(gate.check(headers | {"content-type": "Application/JSON; charset=utf-8"}, body), Passed)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"x-slack-request-timestamp": ""}, "bad_timestamp"),
        ({"x-slack-request-timestamp": "abc"}, "bad_timestamp"),
        ({"x-slack-request-timestamp": "nan"}, "bad_timestamp"),
        ({"x-slack-request-timestamp": "-5"}, "bad_timestamp"),
        ({"x-slack-request-timestamp": "1" * 5000}, "bad_timestamp"),
        ({"x-slack-request-timestamp": "١٧٩٠٠٠٠٠٠٠"}, "bad_timestamp"),
        ({"x-slack-request-timestamp": str(int(NOW) - 302)}, "stale_timestamp"),
        ({"x-slack-request-timestamp": str(int(NOW) + 302)}, "stale_timestamp"),
        ({"x-slack-request-timestamp": str(int(NOW) + 1)}, "bad_signature"),
        ({"x-slack-signature": ""}, "bad_signature"),
        ({"x-slack-signature": "v0=é" + "0" * 63}, "bad_signature"),
        ({"x-slack-signature": "v0=" + "0" * 64}, "bad_signature"),
    ],
)
def test_refuses_unsigned_requests_with_401(gate: Gate, change: dict[str, str], reason: str) -> None:
    headers, body = event_body(EVENT)
    assert gate.check(headers | change, body) == Refused(401, reason)  # type: ignore[arg-type]  # plain str


def test_refuses_another_secret_and_a_changed_body(gate: Gate) -> None:
    headers, body = event_body(EVENT)
    assert gate.check(signed(body, secret="another"), body) == Refused(401, "bad_signature")
    assert gate.check(headers, body + b" ") == Refused(401, "bad_signature")


def test_refuses_by_size_before_anything_else() -> None:
    gate = Gate(SECRET, max_bytes=100, clock=Clock())
    assert gate.check({}, b"x" * 101) == Refused(413, "too_large")
    assert gate.check_head({"content-length": "101"}) == Refused(413, "too_large")
    assert gate.check_head({"content-length": "9" * 5000}) == Refused(413, "too_large")
    assert gate.check_head({"content-length": "100"}) == Refused(401, "bad_timestamp")


def test_a_blank_secret_is_refused_without_being_quoted() -> None:
    with pytest.raises(ValueError, match="must not be blank"):
        Gate("  ")


@pytest.mark.parametrize(
    "content",
    [
        EVENT | {"event": None},
        EVENT | {"event": "x"},
        EVENT | {"event": {}},
        EVENT | {"event": {"type": None}},
        EVENT | {"team": "x"},
        EVENT | {"team_id": {"a": 1}},
        EVENT | {"authorizations": ["x"]},
        EVENT | {"authorizations": {"0": {}}},
        EVENT | {"authorizations": [{"team_id": 5}]},
        EVENT | {"event": EVENT["event"] | {"user": ["U1"]}},  # type: ignore[operator]  # a JSON literal
        EVENT | {"command": "/task"},
        EVENT | {"view": None},
        EVENT | {"type": None},
        {"type": "url_verification"},
        {"event": {"type": "message"}},
        {},
    ],
)
def test_refuses_events_of_a_wrong_shape(gate: Gate, content: object) -> None:
    assert gate.check(*event_body(content)) == Refused(400, "bad_shape")


@pytest.mark.parametrize(
    "content",
    [
        CLICK | {"actions": []},
        CLICK | {"actions": None},
        CLICK | {"actions": ["x"]},
        CLICK | {"actions": [{"action_id": 5}]},
        CLICK | {"user": "U1"},
        CLICK | {"user": None},
        CLICK | {"user": {"id": 5}},
        CLICK | {"team": "T1"},
        CLICK | {"event": {"type": "message"}},
        SUBMIT | {"view": "x"},
        SUBMIT | {"view": {"type": "modal"}},
        SUBMIT | {"view": {"callback_id": "x"}},
        PERSON | {"type": "shortcut"},
        PERSON | {"type": "block_suggestion"},
        PERSON | {"type": "workflow_step_edit", "callback_id": "x"},
        PERSON | {"type": 5},
        SUBMIT | {"response_urls": ["x"]},
    ],
)
def test_refuses_interactions_of_a_wrong_shape(gate: Gate, content: object) -> None:
    assert gate.check(*payload_body(content)) == Refused(400, "bad_shape")


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (b"{", JSON, "bad_json"),
        (b"", JSON, "bad_json"),
        (b"[]", JSON, "bad_json"),
        (b'"x"', JSON, "bad_json"),
        (b'{"a": ' + b"9" * 5000 + b"}", JSON, "bad_json"),
        (b"[" * 200_000, JSON, "too_deep"),
        (b'{"a":' * 200_000, JSON, "too_deep"),
        (b"\xff\xfe", JSON, "not_utf8"),
        (b"{}", "text/plain", "bad_type"),
        (b"{}", "", "bad_type"),
        (b"payload=%5B%5D", FORM, "bad_json"),
        (b"payload=", FORM, "bad_json"),
        (b"payload=" + b"%5B" * 50_000, FORM, "too_deep"),
        (b"command=%ff&user_id=U1&team_id=T1", FORM, "bad_form"),
        (b"a=1&" * 1000, FORM, "bad_form"),
        (b"", FORM, "bad_shape"),
        (b"command=/task&user_id=U1", FORM, "bad_shape"),
        (b"command=&user_id=U1&team_id=T1", FORM, "bad_shape"),
        (b"command=/task&user_id=U1&team_id=T1&event=x", FORM, "bad_shape"),
        (b'{"type":"event_callback"}', FORM, "bad_shape"),
    ],
)
def test_refuses_signed_bodies_nobody_could_read(
    gate: Gate, body: bytes, content_type: str, reason: str
) -> None:
    assert gate.check(signed(body, content_type), body) == Refused(400, reason)  # type: ignore[arg-type]  # str


def test_brackets_inside_strings_are_not_nesting(gate: Gate) -> None:
    text = '[{"\\' * 500
    verdict = gate.check(*event_body(EVENT | {"event": {"type": "message", "text": text}}))
    assert isinstance(verdict, Passed)
    assert verdict.content["event"]["text"] == text


def test_a_replay_is_refused_only_after_the_first_was_answered_well(gate: Gate, clock: Clock) -> None:
    request = event_body(EVENT)
    first = gate.check(*request)
    assert isinstance(first, Passed)
    # The delivery failed: the same second's retry carries the same signature and must pass.
    assert isinstance(gate.check(*request), Passed)
    gate.answered_ok(first)
    assert gate.check(*request) == Refused(409, "replayed")
    clock.now += 299
    assert gate.check(*request) == Refused(409, "replayed")
    clock.now += 2
    assert gate.check(*request) == Refused(401, "stale_timestamp")
    # Slack's own retry a minute later is signed anew.
    body = request[1]
    assert isinstance(gate.check(signed(body, at=clock.now), body), Passed)


def test_a_timestamp_from_the_future_is_remembered_as_long_as_it_is_valid(gate: Gate, clock: Clock) -> None:
    body = json.dumps(EVENT).encode()
    headers = signed(body, at=NOW + 299)
    first = gate.check(headers, body)
    assert isinstance(first, Passed)
    gate.answered_ok(first)
    clock.now += MEMORY_SECONDS - 5
    other = gate.check(*form_body_at(COMMAND, clock.now))
    assert isinstance(other, Passed)
    gate.answered_ok(other)
    assert gate.check(headers, body) == Refused(409, "replayed")


def form_body_at(fields: dict[str, str], at: float) -> tuple[dict[str, str], bytes]:
    body = urlencode(fields).encode()
    return signed(body, FORM, at), body


def test_the_memory_is_bounded_in_size_and_age(clock: Clock) -> None:
    gate = Gate(SECRET, clock=clock, max_remembered=10)
    requests = [form_body(COMMAND | {"text": str(number)}) for number in range(25)]
    for request in requests:
        passed = gate.check(*request)
        assert isinstance(passed, Passed)
        gate.answered_ok(passed)
    verdicts = [gate.check(*request) for request in requests]
    assert [isinstance(verdict, Refused) for verdict in verdicts] == [False] * 15 + [True] * 10
    clock.now += MEMORY_SECONDS + 1
    passed = gate.check(*form_body_at(COMMAND, clock.now))
    assert isinstance(passed, Passed)
    gate.answered_ok(passed)
    assert len(gate._answered) == 1


def test_the_memory_survives_many_threads(gate: Gate) -> None:
    passed = [gate.check(*form_body(COMMAND | {"text": str(number)})) for number in range(400)]

    def answer(mine: list[Passed | Refused]) -> None:
        for verdict in mine:
            assert isinstance(verdict, Passed)
            gate.answered_ok(verdict)

    threads = [threading.Thread(target=answer, args=(passed[start::8],)) for start in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in range(400):
        assert gate.check(*form_body(COMMAND | {"text": str(number)})) == Refused(409, "replayed")


def test_a_passed_request_never_prints_its_body(gate: Gate) -> None:
    verdict = gate.check(*event_body(EVENT))
    assert "안녕" not in repr(verdict)
    assert "U1" not in repr(verdict)


JUNK_STAMPS = ["", "0", "abc", "nan", "-1", "1e9", "9" * 13, "9" * 5000, "١٢٣", " 1790000000", str(int(NOW))]
JUNK_SIGNATURES = [
    "",
    "v0=",
    "v1=" + "0" * 64,
    "v0=" + "é" * 64,
    "v0=" + "g" * 64,
    "v0=" + "a" * 64,
    "\x00",
    "🙂",
]
JUNK_BODIES = [
    b"",
    b"{",
    b"[]",
    b"[" * 5000,
    b"\xff",
    b"payload=",
    b"payload={",
    b"ssl_check=1",
    b"a=b",
    b"\x00",
]


def test_twenty_thousand_pieces_of_junk_are_all_refused_as_unsigned(gate: Gate) -> None:
    rng = random.Random(7)
    for _ in range(20_000):
        headers = {
            "content-type": rng.choice([JSON, FORM, "", "text/html", "é", ";;"]),
            "x-slack-request-timestamp": rng.choice([*JUNK_STAMPS, _scribble(rng)]),
            "x-slack-signature": rng.choice([*JUNK_SIGNATURES, _scribble(rng)]),
            "content-length": rng.choice(["", "0", "-1", "x", "9" * 30, "١", "10"]),
        }
        for name in rng.sample(list(headers), rng.randrange(3)):
            del headers[name]
        body = rng.choice([*JUNK_BODIES, rng.randbytes(rng.randrange(80))])
        verdict = gate.check(headers, body)
        assert isinstance(verdict, Refused)
        assert verdict.status in (401, 413)


def _scribble(rng: random.Random) -> str:
    return "".join(
        chr(rng.choice([rng.randrange(32, 127), rng.randrange(0x110000)])) for _ in range(rng.randrange(90))
    )


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["type", "event", "team", "user", "view", "actions", "id", "authorizations", "item"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=500, deadline=None)
@given(content=JSON_VALUES, as_form=st.booleans())
def test_any_signed_json_gets_a_verdict(content: object, as_form: bool) -> None:
    verdict = Gate(SECRET, clock=Clock()).check(*(payload_body if as_form else event_body)(content))
    assert isinstance(verdict, Passed) or verdict.status == 400


@settings(max_examples=500, deadline=None)
@given(body=st.binary(max_size=200), content_type=st.sampled_from([JSON, FORM]))
def test_any_signed_bytes_get_a_verdict(body: bytes, content_type: str) -> None:
    verdict = Gate(SECRET, clock=Clock()).check(signed(body, content_type), body)
    assert isinstance(verdict, Passed) or verdict.status == 400
