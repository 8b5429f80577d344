"""Two sides that read each other: twin threads, a translation put right, an engine that fails, a notice."""

from __future__ import annotations

from sandbox.bridging import add_spanish_pm, bridge_twins, open_channel
from sandbox.client import message_text
from sandbox.crews import ADMIN, PM, PROJECTS, SPANISH_PM, SUPERVISOR, WORKERS
from sandbox.engines.phrases import NOT_KNOWN
from sandbox.shapes import Json
from sandbox.storytelling.cast import Cast
from sandbox.storytelling.hands import Hands

_PROJECT = PROJECTS[0]
_CREW, _PMS = "C0JEONNAM", "C0JEONNAMPM"
_NAMES = {_CREW: "#jeonnam", _PMS: "#jeonnam-pm"}

_ASKED = "안녕하세요! 사투리랑 표준어가 섞여 있는 음성은 둘 다 들리는 대로 적으면 될까요?"
_DOCTOR = "내일은 병원에 가야 해서 오후부터 일할 수 있어요."
_RIGHT = "I have a hospital appointment tomorrow, so I can start in the afternoon."
_LINK = "링크가 안 열려요. 다시 올려 주시면 감사하겠습니다."
_RESIDENT = "900101-1234567"
_NOTICE = "From Monday on, endings are written exactly as they sound. Please read section 3.1 once more."


def says(somebody: Hands, channel: str, words: str, thread_ts: str | None = None) -> Json:
    """Write in a channel, or below a message of it."""
    where = _NAMES[channel] + (" in the thread" if thread_ts else "")
    shown = words.replace("\n", " / ")
    somebody.teller.does(somebody.name, f"writes in {where}: {shown}")
    return somebody.person.say(channel, words, thread_ts=thread_ts)


def reads(somebody: Hands, channel: str, words: str, thread_ts: str | None = None) -> Json:
    """Wait for what the bot says in a channel with these words; tell it and return it."""

    def look() -> Json:
        for one in reversed(somebody.person.messages(channel, thread_ts=thread_ts)):
            if one["bot"] and not one["ephemeral"] and words in message_text(one):
                return one
        return {}

    found = somebody.teller.await_(f"{somebody.name} reads in {_NAMES[channel]}: {words}", look, 20)
    somebody.teller.sees(somebody.name, found, _NAMES[channel])
    return found


def twin_threads(cast: Cast) -> None:
    """A worker asks in Korean, PMs answer in English and Spanish, and nobody leaves their own channel."""
    teller, worker, other, pm, lucia = (
        cast.teller, cast["물결"], cast["감자"], cast["Alex"], cast["Lucía"],
    )  # fmt: skip
    teller.chapter("The crew and the PMs read each other, each in their own channel and language")
    add_spanish_pm(cast.box, [_PROJECT.key])
    teller.does(lucia.name, "joins, is made PM, and types /my translate es")
    crew = [member for member in WORKERS if _PROJECT.key in member.projects]
    managers = (PM, SPANISH_PM, ADMIN, SUPERVISOR)
    open_channel(cast.box, "jeonnam", "전남 작업자", (*crew, SUPERVISOR), id=_CREW)
    open_channel(cast.box, "jeonnam-pm", "PMs of JEONNAM", managers, id=_PMS, private=True)
    teller.does(cast["Sam"].name, f"types /admin bridge {_PROJECT.key} twin #jeonnam #jeonnam-pm")
    teller.sees(cast["Sam"].name, bridge_twins(cast.box, _PROJECT.key, _CREW, _PMS), "only they")

    asked = says(worker, _CREW, _ASKED)
    reads(pm, _PMS, "mixes dialect and standard Korean")
    twin = reads(lucia, _PMS, "¡Hola! Si el audio mezcla dialecto")
    teller.expect("her name is on it, and both languages", "물결" in message_text(twin), twin)
    says(
        pm,
        _PMS,
        "Yes, please write both exactly as you hear them. It is in section 3.2 of the guideline.",
        twin["ts"],
    )
    reads(worker, _CREW, "네, 둘 다 들리는 대로 적어 주세요. 가이드라인 3.2에 나와 있어요.", asked["ts"])
    says(other, _CREW, "감사합니다! 그럼 어제 반려된 것도 그렇게 고쳐서 다시 낼게요.", asked["ts"])
    back = reads(pm, _PMS, "the one that was rejected yesterday", twin["ts"])
    teller.expect("반려 is no companion", "companion" not in message_text(back), back)
    says(lucia, _PMS, "Gracias a los dos, lo están haciendo muy bien.", twin["ts"])
    reads(other, _CREW, "두 분 모두 고마워요. 아주 잘하고 계세요.", asked["ts"])

    teller.does(worker.name, "adds to the question that there is no hurry")
    worker.person.edit(asked, f"{_ASKED} 급하지는 않아요.")
    changed = reads(pm, _PMS, "There is no hurry.")
    teller.expect("the card is the same one, changed", changed["ts"] == twin["ts"], changed)
    slip = says(other, _CREW, "아이고, 그건 제가 잘못 봤네요. 방금 말은 잊어 주세요.", asked["ts"])
    card = reads(pm, _PMS, "Please forget what I just said.", twin["ts"])
    teller.does(other.name, "deletes it")
    other.person.delete(slip)
    teller.await_(
        "the translation to vanish with it",
        lambda: all(one["ts"] != card["ts"] for one in pm.person.messages(_PMS, thread_ts=twin["ts"])),
    )
    said = [one for channel in (_CREW, _PMS) for one in cast.box.messages(channel) if not one["deleted"]]
    people = {message["user"] for message in said if not message["bot"]}
    teller.expect("nobody was answered by an echo", len(people) == 4 and len(said) == 8, len(said))


def put_it_right(cast: Cast) -> None:
    """A PM doubts a translation, the supervisor corrects it, and the next time it is right at once."""
    teller, worker, pm, supervisor = cast.teller, cast["감자"], cast["Alex"], cast["다리"]
    teller.chapter("A translation is doubted, put right, and remembered")
    says(worker, _CREW, _DOCTOR)
    # Its buttons change until both languages are there.
    card = reads(pm, _PMS, "Mañana tengo que ir al médico")
    pm.presses(card, "translation:original")
    window = pm.window()
    teller.sees(pm.name, window, "window")
    teller.expect("the original is one click away", _DOCTOR in message_text(window), window)
    pm.closes()
    pm.presses(card, "translation:report")
    errors = pm.fills({"rendition": "English", "note": "A doctor, or an appointment at the hospital?"})
    teller.expect("the report is taken", not errors, errors)
    pm.closes()
    told = supervisor.gets("hospital?", action="translation:correct")
    supervisor.presses(told, "translation:correct")
    errors = supervisor.fills({"text0": _RIGHT})
    teller.expect("the correction is taken", not errors, errors)
    supervisor.closes()
    fixed = reads(pm, _PMS, _RIGHT)
    teller.expect(
        "it stands where the other one stood, and says who made it",
        fixed["ts"] == card["ts"] and "Corrected by a person" in message_text(fixed),
        fixed,
    )
    asked = len(cast.engine.requests)
    says(cast["물결"], _CREW, _DOCTOR)
    again = teller.await_(
        "the same sentence of somebody else",
        lambda: [one for one in pm.person.messages(_PMS) if _RIGHT in message_text(one)][1:],
    )[0]
    teller.sees(pm.name, again, _NAMES[_PMS])
    teller.expect("no engine was asked for it", len(cast.engine.requests) == asked)


def lose_the_engine(cast: Cast) -> None:
    """The engine fails in everybody's sight and comes back; what must not leave has not left."""
    teller, worker, pm = cast.teller, cast["노을"], cast["Alex"]
    teller.chapter("The engine fails and comes back, and private data stays")
    teller.note("from now on the engine refuses everything")
    book, cast.engine.answer = cast.engine.answer, lambda *_: NOT_KNOWN
    said = says(worker, _CREW, _LINK)
    card = reads(pm, _PMS, "번역하지 못했어요. 원문을 봐 주세요.")
    teller.expect("the words are there all the same", _LINK in message_text(card), card)
    marked = teller.await_(
        "a sign under the message", lambda: worker.person.message(_CREW, said["ts"])["reactions"]
    )
    teller.expect("its author is shown it", marked[0]["name"] == "warning", marked)
    teller.note("the engine is back")
    cast.engine.answer = book
    pm.presses(card, "translation:retry")
    reads(pm, _PMS, "The link does not open.")

    says(worker, _CREW, f"정산 서류 보내 드려요.\n주민등록번호는 {_RESIDENT} 이에요.")
    card = reads(pm, _PMS, "Here are the papers for the settlement.")
    teller.expect("the number is not in the other channel", _RESIDENT not in str(card), card)
    worker.gets("🔒")
    sent = " ".join(heard.path + heard.body for heard in cast.engine.requests)
    secrets = [word for word in (_RESIDENT, *cast.people, "U0ALEX") if word in sent]
    teller.expect("no number and no name has reached the engine", not secrets, secrets)


def give_notice(cast: Cast) -> None:
    """The PM writes in English, the supervisor answers for the Korean, and it is seen who has read it."""
    teller, pm, supervisor, worker = cast.teller, cast["Alex"], cast["다리"], cast["물결"]
    teller.chapter("A notice in both languages, and who has read it")
    pm.types(f"/pm notice {_PROJECT.key}")
    errors = pm.fills({"english": _NOTICE})
    teller.expect("the draft is taken", not errors, errors)
    pm.closes()
    draft = supervisor.gets("월요일부터 어미는", action="notice:post")
    supervisor.presses_and_reads(draft, "notice:post")
    card = reads(worker, _CREW, "월요일부터 어미는 들리는 대로 적어요.")
    teller.expect("both languages are on one card", _NOTICE in message_text(card), card)
    teller.does(worker.name, "presses [확인했어요 · I have read it]")
    worker.person.click(card, "notice:read")
    mine = teller.await_(
        "the PM's list of who has not read it",
        lambda: [
            one
            for one in pm.mail()
            if "Not read yet" in message_text(one) and "물결" not in message_text(one)
        ],
    )[0]
    teller.sees(pm.name, mine)
    teller.expect("감자 has not read it yet", "감자" in message_text(mine), mine)
