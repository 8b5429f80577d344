"""What the two sides have said to each other before anybody opens the demo, in their own languages."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sandbox.bridging import add_spanish_pm, bridge_shared, bridge_twins, open_channel
from sandbox.client import PersonClient, Sandbox, list_actions, message_text
from sandbox.crews import ADMIN, PM, REVIEWERS, SPANISH_PM, SUPERVISOR, WORKERS
from sandbox.open_issue import raise_issue
from sandbox.shapes import Json

TWINS, SHARED = "JEONNAM", "SENTENCES"
"""The project whose crew and PMs have a channel each, and the one in which all talk in one channel."""

_PATIENCE = 20.0


@dataclass(frozen=True)
class Channels:
    """Ids of the bridged channels, and the thread of the open issue in two of them."""

    crew: str
    pms: str
    shared: str
    issue: str = ""
    issue_twin: str = ""


def talk(box: Sandbox) -> Channels:
    """Bridge the channels and let people talk in them; the office is open already.

    Raises TimeoutError when a translation does not come.
    """
    lucia = add_spanish_pm(box, (TWINS, SHARED))
    channels = _bridge(box)
    _talk_in_twins(box, channels, lucia)
    _talk_together(box, channels.shared, lucia)
    _give_notice(box, channels.crew)
    issue, twin = raise_issue(box, TWINS, channels.crew, channels.pms)
    return replace(channels, issue=issue, issue_twin=twin)


def _bridge(box: Sandbox) -> Channels:
    crew = [member for member in WORKERS if TWINS in member.projects]
    everybody = [member for member in WORKERS if SHARED in member.projects]
    managers = (PM, SPANISH_PM, ADMIN)
    channels = Channels(
        open_channel(
            box,
            "jeonnam",
            "전남 작업자 · 가교가 #jeonnam-pm에 영어와 스페인어로 옮겨요",
            (*crew, *REVIEWERS, SUPERVISOR),
            id="C0JEONNAM",
        ),
        open_channel(
            box,
            "jeonnam-pm",
            "PMs of JEONNAM · twin of #jeonnam, where the crew reads Korean",
            (*managers, SUPERVISOR),
            private=True,
            id="C0JEONNAMPM",
        ),
        open_channel(
            box,
            "sentences",
            "모두 · everybody · todos",
            (*everybody, *REVIEWERS, SUPERVISOR, *managers),
            id="C0SENTENCES",
        ),
    )
    bridge_twins(box, TWINS, channels.crew, channels.pms)
    bridge_shared(box, SHARED, channels.shared)
    return channels


def _talk_in_twins(box: Sandbox, channels: Channels, lucia: PersonClient) -> None:
    asker, other, alex, dari = (box.person(m.id) for m in (WORKERS[0], WORKERS[1], PM, SUPERVISOR))

    def seen(channel: str, thread_ts: str | None, many: int) -> Json:
        return _cards(dari, channel, thread_ts, many)[-1]

    question = "안녕하세요! 사투리랑 표준어가 섞여 있는 음성은 둘 다 들리는 대로 적으면 될까요?"
    asked = asker.say(channels.crew, question)
    twin = seen(channels.pms, None, 1)
    alex.say(
        channels.pms,
        "Yes, please write both exactly as you hear them. It is in section 3.2 of the guideline.",
        thread_ts=twin["ts"],
    )
    seen(channels.crew, asked["ts"], 1)
    other.say(
        channels.crew,
        "감사합니다! 그럼 어제 반려된 것도 그렇게 고쳐서 다시 낼게요.",
        thread_ts=asked["ts"],
    )
    seen(channels.pms, twin["ts"], 1)
    lucia.say(channels.pms, "Gracias a los dos, lo están haciendo muy bien.", thread_ts=twin["ts"])
    seen(channels.crew, asked["ts"], 2)
    wish = alex.say(
        channels.pms,
        "Good morning! The client asks whether we can finish 200 more clips by Friday. Is that realistic?",
    )
    back = seen(channels.crew, None, 1)
    dari.say(
        channels.crew,
        "네, 할 수 있어요. 다만 목요일에는 검수하실 분이 한 분 더 계시면 좋겠어요.",
        thread_ts=back["ts"],
    )
    seen(channels.pms, wish["ts"], 1)


def _talk_together(box: Sandbox, channel: str, lucia: PersonClient) -> None:
    noeul, dubu, alex = (box.person(member.id) for member in (WORKERS[2], WORKERS[3], PM))
    asked = noeul.say(channel, "@Alex 사람 이름은 옮기지 말고 원문 그대로 두면 될까요?")
    _cards(noeul, channel, asked["ts"], 1)
    lucia.say(channel, "Sí, los nombres se quedan como están. Gracias por preguntar.", thread_ts=asked["ts"])
    said = dubu.say(channel, "내일은 병원에 가야 해서 오후부터 일할 수 있어요.")
    # Its buttons change until both languages are there.
    card = alex.wait_for_message(
        channel,
        lambda one: "Español" in message_text(one) and "translation:report" in list_actions(one),
        _PATIENCE,
        thread_ts=said["ts"],
    )
    alex.click(card, "translation:report")
    form = alex.wait_for_modal()
    alex.submit({"rendition": "English", "note": "A doctor, or an appointment at the hospital?"}, view=form)
    alex.close_modal(all=True)


def _give_notice(box: Sandbox, channel: str) -> None:
    alex, dari, worker = (box.person(member.id) for member in (PM, SUPERVISOR, WORKERS[1]))
    alex.command(f"/pm notice {TWINS}")
    alex.submit(
        {
            "english": "From Monday on, endings are written exactly as they sound. "
            "Please read section 3.1 once more."
        }
    )
    alex.close_modal(all=True)
    draft = dari.wait_for_dm(lambda one: "notice:post" in list_actions(one), _PATIENCE)
    dari.click(draft, "notice:post")
    card = worker.wait_for_message(channel, lambda one: "notice:read" in list_actions(one), _PATIENCE)
    worker.click(card, "notice:read")


def _cards(viewer: PersonClient, channel: str, thread_ts: str | None, many: int) -> list[Json]:
    """Wait until the bot has said so many things in a channel or below a message, and return them."""

    def look() -> list[Json]:
        seen = viewer.messages(channel, thread_ts=thread_ts)
        said = [one for one in seen if one["bot"] and not one["ephemeral"] and one["ts"] != thread_ts]
        return said if len(said) >= many else []

    return viewer.wait_for(look, _PATIENCE)
