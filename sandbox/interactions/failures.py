"""Tells a person that something they did failed, in the words of a chat client."""

from __future__ import annotations

from sandbox.engine import Engine
from sandbox.people import Person
from sandbox.shapes import Json

WORDS = {
    "operation_timeout": ("{what} did not answer in time.", "{what}: 앱이 제시간에 응답하지 않았어요."),
    "dispatch_failed": ("{what} failed: the app could not be reached.", "{what}: 앱에 연결하지 못했어요."),
    "invalid_command_response": (
        "{what} gave an answer that cannot be shown.",
        "{what}: 보여 줄 수 없는 응답이에요.",
    ),
    "invalid_ack": (
        "{what}: the app's answer does not fit this form.",
        "{what}: 양식에 맞지 않는 응답이에요.",
    ),
}


def report_failure(engine: Engine, person: Person, code: str, *, kind: str, what: str, **extra: str) -> Json:
    """Push the error to the person's pages and return the answer of the act."""
    words = WORDS.get(code, ("{what} failed ({code}).", "{what}: 실패했어요 ({code})."))
    text = words[1 if person.locale.startswith("ko") else 0].format(what=what, code=code)
    frame = {"type": "error", "error": code, "text": text, "source": {"kind": kind, "what": what}}
    engine.live.push(person.id, frame)
    return {"ok": False, "error": code, "text": text, **extra}
