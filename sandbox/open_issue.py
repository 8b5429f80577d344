"""An issue that stands open when somebody opens the demo: in the crew's thread, in its English twin, on desks."""

from __future__ import annotations

from sandbox.client import PersonClient, Sandbox, list_actions, message_text
from sandbox.crews import PM, SUPERVISOR, WORKERS
from sandbox.opening import tell
from sandbox.shapes import Json

DRAWN_OUT = "jn-04, jn-05, jn-06은 말끝이 길게 늘어져요. 늘어진 소리도 들리는 대로 적을까요?"
SAME_HERE = "저도 같은 게 궁금했어요."
_HANDOVER = "오늘은 말끝 표기 질문이 많아요."

_PATIENCE = 20.0


def raise_issue(box: Sandbox, key: str, crew: str, pms: str) -> tuple[str, str]:
    """Let a worker raise an alarm about three tasks in the crew's channel; return its thread and the twin of it.

    Raises TimeoutError when the card, or its twin in the PMs' channel, does not come.
    """
    asker, other, dari = (box.person(member.id) for member in (WORKERS[2], WORKERS[1], SUPERVISOR))
    for member in (SUPERVISOR, PM):
        # Whoever opens the demo at night should see people being told all the same.
        tell(box.person(member.id), "/my hours 00:00-24:00")
    tell(dari, f"/sup 당직 켜기 {key} {_HANDOVER}")
    asked = asker.say(crew, DRAWN_OUT)
    twin = _wait(dari, pms, "the endings are drawn out")
    other.say(crew, SAME_HERE, thread_ts=asked["ts"])
    _wait(dari, pms, "about the same thing", twin["ts"])
    asker.react(asked, "rotating_light")
    _wait(dari, pms, "Issue #", twin["ts"])
    _wait(asker, crew, "이슈 #", asked["ts"])
    dari.wait_for_dm(lambda one: "issue:ack" in list_actions(one), _PATIENCE)
    return asked["ts"], twin["ts"]


def _wait(viewer: PersonClient, channel: str, words: str, thread_ts: str | None = None) -> Json:
    return viewer.wait_for_message(
        channel,
        lambda one: one["bot"] and not one["ephemeral"] and words in message_text(one),
        _PATIENCE,
        thread_ts=thread_ts,
    )
