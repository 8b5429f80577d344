"""Two Korean workers, an English and a Spanish PM and a supervisor who read each other, whatever goes wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.client import list_actions, message_text
from sandbox.crews import PM, SPANISH_PM, WORKERS
from sandbox.engines.modes import Mishap
from sandbox.shapes import Json
from tests.scenario.office import KEY
from tests.scenario.two_languages import PATIENCE, TwoLanguages, two_languages

pytestmark = pytest.mark.slow

MIXED_SOUND = "안녕하세요! 사투리랑 표준어가 섞여 있는 음성은 둘 다 들리는 대로 적으면 될까요?"
NO_HURRY = f"{MIXED_SOUND} 급하지는 않아요."
AS_HEARD = "Yes, please write both exactly as you hear them. It is in section 3.2 of the guideline."
AS_HEARD_KO = "네, 둘 다 들리는 대로 적어 주세요. 가이드라인 3.2에 나와 있어요."
FIXED_TOO = "감사합니다! 그럼 어제 반려된 것도 그렇게 고쳐서 다시 낼게요."
FORGET_IT = "아이고, 그건 제가 잘못 봤네요. 방금 말은 잊어 주세요."
NAMES = "사람 이름은 옮기지 말고 원문 그대로 두면 될까요?"
DOCTOR = "내일은 병원에 가야 해서 오후부터 일할 수 있어요."
LOOK = "오늘 낸 것들 한번 봐 주실 수 있을까요?"
LINK = "링크가 안 열려요. 다시 올려 주시면 감사하겠습니다."
PAPERS = "정산 서류 보내 드려요."
RESIDENT = "900101-1234567"
HEADPHONES = "헤드폰은 어떤 제품을 사면 좋아요?"
WIRED = "Any wired earphones will do. Please do not buy new ones for this."
POLITE = "A lovely sentence. Please keep the polite ending in the second half as well."
POLITE_KO = "문장이 참 좋아요. 뒷부분에도 높임말을 살려 주세요."
NOTICE = "From Monday on, endings are written exactly as they sound. Please read section 3.1 once more."


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    return tmp_path / "office"


def test_two_sides_read_each_other(fresh: Path) -> None:
    with two_languages(fresh) as scene:
        root = twins_talk(scene)
        words_are_changed_and_taken_back(scene, root)
        everybody_in_one_channel(scene)
        a_wrong_translation_is_put_right(scene)
        the_engine_fails_and_comes_back(scene)
        private_numbers_stay(scene)
        translations_for_one_person(scene)
        what_the_bot_passes_on(scene)
        a_notice_is_read(scene)
        nothing_got_out(scene)


def mentions(message: Json) -> list[str]:
    """Return the people a message would ping: user elements of its blocks and live tokens of its text."""
    found: list[str] = []

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if value.get("type") in ("user", "broadcast", "usergroup"):
                found.append(str(value.get("user_id") or value.get("range")))
            value = list(value.values())
        if isinstance(value, list):
            for one in value:
                walk(one)

    walk(message["blocks"])
    return found + [
        person.id for person in (*WORKERS, PM, SPANISH_PM) if f"<@{person.id}>" in message["text"]
    ]


def twins_talk(scene: TwoLanguages) -> Json:
    """Each side writes in its own channel and language; the threads are one conversation."""
    asked = scene.mulgyeol.say(scene.crew, f"@Alex {MIXED_SOUND}")
    twin = scene.card(scene.pms, "Hello! When audio mixes dialect and standard Korean")
    twin = scene.card(scene.pms, "¡Hola! Si el audio mezcla dialecto")
    assert message_text(twin).startswith("*물결* · 작업자/worker"), (
        "a nickname, once, and both languages below it"
    )
    assert set(mentions(twin)) == {PM.id}, "who is meant is pinged here, and could not have been there"
    answer = scene.alex.say(scene.pms, AS_HEARD, thread_ts=twin["ts"])
    back = scene.card(scene.crew, AS_HEARD_KO, asked["ts"])
    assert message_text(back).startswith("*Alex* · PM\n")
    assert scene.cards(scene.pms, twin["ts"]) == [], "Lucía is not told in the channel where it was said"
    thanks = scene.gamja.say(scene.crew, FIXED_TOO, thread_ts=back["ts"])
    scene.card(scene.pms, "the one that was rejected yesterday", twin["ts"])
    scene.card(scene.pms, "fue rechazado ayer", twin["ts"])
    scene.lucia.say(scene.pms, "Gracias a los dos, lo están haciendo muy bien.", thread_ts=twin["ts"])
    scene.card(scene.crew, "두 분 모두 고마워요. 아주 잘하고 계세요.", asked["ts"])
    scene.alex.say(scene.pms, "lgtm", thread_ts=twin["ts"])
    scene.until(lambda: len(scene.cards(scene.crew, asked["ts"])) == 3)
    # The same deliveries once more, as after a reset connection.
    before = len(scene.cards(scene.pms)) + len(scene.cards(scene.crew))
    said = [{"channel": one["channel"], "ts": one["ts"]} for one in (asked, answer, thanks)]
    scene.office.box.control("redeliver", messages=said)
    scene.settle()
    assert len(scene.cards(scene.pms)) + len(scene.cards(scene.crew)) == before == 1, "no echo of an echo"
    return asked


def words_are_changed_and_taken_back(scene: TwoLanguages, root: Json) -> None:
    """Cards follow their messages, and stay where they stand."""
    twin = scene.card(scene.pms, "Hello!")
    scene.mulgyeol.edit(root, f"@Alex {NO_HURRY}")
    changed = scene.card(scene.pms, "There is no hurry.")
    assert changed["ts"] == twin["ts"]
    scene.card(scene.pms, "No hay prisa.")
    said = scene.gamja.say(scene.crew, FORGET_IT, thread_ts=root["ts"])
    scene.card(scene.pms, "Please forget what I just said.", twin["ts"])
    scene.gamja.delete(said)
    scene.until(lambda: "forget" not in str(scene.cards(scene.pms, twin["ts"])))


def everybody_in_one_channel(scene: TwoLanguages) -> None:
    """In a shared channel the translation is one reply, pings nobody, and keeps code and links."""
    said = scene.mulgyeol.say(scene.shared, f"@Alex {NAMES} `jn-07` https://example.com/guide?a=1&b=2 :pray:")
    scene.card(scene.shared, "Should names of people be left", said["ts"])
    card = scene.card(scene.shared, "¿Dejamos los nombres", said["ts"])
    assert len(scene.cards(scene.shared, said["ts"])) == 1
    assert mentions(card) == [], "the original has pinged already"
    words = json.dumps(card["blocks"], ensure_ascii=False)
    assert (
        words.count("@Alex") == words.count("jn-07") == words.count("https://example.com/guide?a=1&b=2") == 2
    )
    scene.alex.click(card, "translation:original")
    assert NAMES in message_text(scene.alex.wait_for_modal())
    scene.alex.close_modal(all=True)
    answered = scene.lucia.say(
        scene.shared, "Sí, los nombres se quedan como están. Gracias por preguntar.", thread_ts=said["ts"]
    )
    scene.card(scene.shared, "물어봐 주셔서 고맙습니다.", said["ts"])
    assert answered["thread_ts"] == said["ts"]


def a_wrong_translation_is_put_right(scene: TwoLanguages) -> None:
    """A report reaches the supervisor, the correction stands wherever the words stood, and is remembered."""
    said = scene.gamja.say(scene.shared, DOCTOR)
    scene.card(scene.shared, "I have to see a doctor tomorrow", said["ts"])
    card = scene.card(scene.shared, "Mañana tengo que ir al médico", said["ts"])
    scene.alex.click(card, "translation:report")
    form = scene.alex.wait_for_modal()
    assert not scene.alex.submit({"rendition": "English", "note": "hospital?"}, view=form)["errors"]
    scene.alex.close_modal(all=True)
    told = scene.dari.wait_for_dm(
        lambda one: "hospital?" in message_text(one) and "translation:correct" in list_actions(one), PATIENCE
    )
    scene.dari.home()
    scene.until(lambda: "hospital?" in message_text(scene.dari.home(reopen=False)))
    scene.dari.click(told, "translation:correct")
    right = "I have a hospital appointment tomorrow, so I can start in the afternoon."
    assert not scene.dari.submit({"text0": right})["errors"]
    scene.dari.close_modal(all=True)
    fixed = scene.card(scene.shared, right, said["ts"])
    assert "Corrected by a person" in message_text(fixed)
    assert "Mañana tengo que ir al médico" in message_text(fixed), "the other language stays"
    asked = len(scene.engine.requests)
    again = scene.mulgyeol.say(scene.crew, DOCTOR)
    scene.card(scene.pms, right)
    scene.until(lambda: "Mañana" in message_text(scene.card(scene.pms, right)))
    assert len(scene.engine.requests) == asked, "what is known is not asked again"
    scene.mulgyeol.delete(again)


def the_engine_fails_and_comes_back(scene: TwoLanguages) -> None:
    """An hourglass while it is slow; a warning and one line when it fails; then it is made up for."""
    book, scene.engine.delay = scene.engine.answer, 3.6
    slow = scene.gamja.say(scene.shared, LOOK)
    scene.until(lambda: "hourglass_flowing_sand" in scene.reactions(slow))
    scene.card(scene.shared, "Could you have a look", slow["ts"])
    scene.until(lambda: scene.reactions(slow) == [])
    scene.engine.delay = 0.0

    scene.engine.answer = lambda *_: Mishap(status=400)
    failed = scene.gamja.say(scene.shared, LINK)
    line = scene.card(scene.shared, "번역하지 못했어요. 원문을 봐 주세요. · Not translated.", failed["ts"])
    second = scene.mulgyeol.say(scene.shared, MIXED_SOUND + " 급하지는 않아요!")
    scene.until(lambda: "warning" in scene.reactions(second) and "warning" in scene.reactions(failed))
    scene.settle()
    assert scene.cards(scene.shared, second["ts"]) == [], "one line speaks for the channel"
    scene.engine.answer = book
    scene.alex.click(line, "translation:retry")
    scene.card(scene.shared, "The link does not open.", failed["ts"])
    scene.card(scene.shared, "There is no hurry.", second["ts"])
    scene.until(lambda: scene.reactions(second) == scene.reactions(failed) == [])
    assert len(scene.cards(scene.shared, failed["ts"])) == 1, "the line has become the translation"

    scene.engine.answer = lambda *_: Mishap(status=400)
    last = scene.alex.say(scene.pms, "I posted it again just now. Sorry for the trouble!")
    scene.card(scene.crew, "번역하지 못했어요.")
    scene.card(scene.crew, "I posted it again just now."), "what nobody else shows them is shown as it is"
    scene.engine.answer = book
    assert scene.let_time_pass() == 1
    scene.card(scene.crew, "방금 다시 올렸어요. 번거롭게 해 드려 죄송해요!")
    scene.until(lambda: scene.reactions(last) == [])
    assert "번역하지 못했어요" not in str(scene.cards(scene.crew))


def private_numbers_stay(scene: TwoLanguages) -> None:
    """A line with a resident number goes nowhere, and only its author is told."""
    said = scene.gamja.say(scene.crew, f"{PAPERS}\n주민등록번호는 {RESIDENT} 이에요.")
    card = scene.card(scene.pms, "Here are the papers for the settlement.")
    assert RESIDENT not in json.dumps(card)
    scene.gamja.wait_for_dm("🔒", PATIENCE)
    assert said["text"] in message_text(scene.gamja.message(scene.crew, said["ts"]))


def translations_for_one_person(scene: TwoLanguages) -> None:
    """A flag and the shortcut are answered to whoever asked."""
    plain = scene.office.channel
    for person in (scene.mulgyeol, scene.alex):
        person.join(plain)
    said = scene.mulgyeol.say(plain, DOCTOR)
    scene.alex.react(said, "flag-us")
    scene.alex.wait_for_message(
        plain, lambda one: one["ephemeral"] and "hospital" in message_text(one), PATIENCE
    )
    scene.lucia.join(plain)
    scene.lucia.message_shortcut("translation:for_me", said)
    scene.until(lambda: "médico" in str(scene.lucia.ephemerals(plain)))
    # Below this one stands a card, but who flags it looks at the channel.
    carried = next(one for one in scene.alex.messages(scene.shared) if DOCTOR in message_text(one))
    scene.alex.react(carried, "flag-us")
    scene.until(lambda: "hospital" in str(scene.alex.ephemerals(scene.shared)))
    assert scene.mulgyeol.ephemerals(plain) == scene.mulgyeol.ephemerals(scene.shared) == []
    assert [one for one in scene.mulgyeol.messages(plain) if one["bot"]] == []


def what_the_bot_passes_on(scene: TwoLanguages) -> None:
    """A reviewer's English comes in Korean, a worker's question in English, the originals a click away."""
    tell_role = f"/admin role @{PM.handle} reviewer {KEY}"
    assert message_text(scene.sam.command(tell_role)["message"])
    scene.office.bring([("one", "The meeting is postponed.")])
    card = scene.mulgyeol.command(f"/work next {KEY}")["message"]
    scene.mulgyeol.click(card, "task:submit")
    assert not scene.mulgyeol.submit({"text": "회의가 미뤄졌어요. 다시 알려 줄게."})["errors"]
    scene.alex.command(f"/review next {KEY}")
    review = scene.alex.wait_for_dm(lambda one: "review:reject" in list_actions(one), PATIENCE)
    scene.alex.click(review, "review:reject")
    returned = {"reason": "tone", "section": "1.2", "comment": POLITE}
    assert not scene.alex.submit(returned)["errors"]
    seen = scene.mulgyeol.wait_for_dm(
        lambda one: POLITE_KO in message_text(one) and "task:submit" in list_actions(one), PATIENCE
    )
    scene.mulgyeol.click(seen, "relay:original")
    assert POLITE in message_text(scene.mulgyeol.wait_for_modal())
    scene.mulgyeol.close_modal(all=True)

    # Questions go to supervisors first; this one reads English.
    assert message_text(scene.sam.command(f"/admin role @{PM.handle} supervisor {KEY}")["message"])
    scene.gamja.command(f"/ask {KEY} {HEADPHONES}")
    desk = scene.gamja.dm_channel()
    unknown = scene.gamja.wait_for_message(desk, lambda one: "ask:human" in list_actions(one), 60)
    scene.gamja.click(unknown, "ask:human")
    asked = scene.alex.wait_for_dm(
        lambda one: (
            "Which headphones should I buy?" in message_text(one) and "reply:open" in list_actions(one)
        ),
        PATIENCE,
    )
    scene.dari.wait_for_dm(lambda one: HEADPHONES in message_text(one), PATIENCE)
    scene.alex.click(asked, "relay:original")
    assert HEADPHONES in message_text(scene.alex.wait_for_modal())
    scene.alex.close_modal(all=True)
    scene.alex.click(asked, "reply:open")
    assert not scene.alex.submit({"reply": WIRED})["errors"]
    answered = scene.gamja.wait_for_dm("유선 이어폰이면 무엇이든 괜찮아요.", PATIENCE)
    assert "relay:original" in list_actions(answered)
    assert message_text(scene.sam.command(f"/admin role @{PM.handle} supervisor {KEY} remove")["message"])


def a_notice_is_read(scene: TwoLanguages) -> None:
    """Written in English, checked in Korean, read by one and not by the other."""
    scene.alex.command(f"/pm notice {KEY}")
    assert not scene.alex.submit({"english": NOTICE})["errors"]
    scene.alex.close_modal(all=True)
    draft = scene.dari.wait_for_dm(
        lambda one: "notice:post" in list_actions(one) and "월요일부터 어미는" in message_text(one), PATIENCE
    )
    scene.dari.click(draft, "notice:post")
    card = scene.card(scene.crew, "월요일부터 어미는 들리는 대로 적어요.")
    assert NOTICE in message_text(card), "both languages on one card"
    scene.mulgyeol.click(card, "notice:read")
    mine = scene.alex.wait_for_dm(
        lambda one: "Not read yet" in message_text(one) and "물결" not in message_text(one), PATIENCE
    )
    assert "감자" in message_text(mine)


def nothing_got_out(scene: TwoLanguages) -> None:
    """The engine never saw a name, an id or a private number; everything holds and the log is quiet."""
    scene.settle()
    sent = " ".join(heard.path + heard.body for heard in scene.engine.requests)
    for secret in (RESIDENT, RESIDENT[:6], "Alex", "U0ALEX", "물결", "example.com", "jn-07"):
        assert secret not in sent, secret
    log = scene.office.bot.read_log(100_000)
    assert MIXED_SOUND not in log
    assert RESIDENT not in log
    assert [line for line in log.splitlines() if " ERROR " in line or "Traceback" in line] == []
    assert scene.office.bot.run("doctor") == "All invariants hold."
