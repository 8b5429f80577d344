"""Two sides who read each other: bridged channels, twins, edits, deletions, corrections and wishes of one's own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.db.models import Question, Rendition, SourceText
from bot.db.unit_of_work import Transactions
from bot.domain.translation import Limits, RenditionState
from sandbox.client import list_actions, message_text
from tests.factories import Crew, make_crew
from tests.integration.stage import STRANGER
from tests.integration.two_sides import (
    BUS,
    CREW,
    PM,
    RAIN,
    SNOW,
    TRAIN,
    UMBRELLA,
    TwoSides,
    two_sides,
)


@pytest.fixture
def crew(transactions: Transactions) -> Crew:
    return make_crew(transactions)


@pytest.fixture
def scene(transactions: Transactions, crew: Crew) -> Iterator[TwoSides]:
    with two_sides(transactions, crew, limits=Limits(long_paste=100)) as scene:
        yield scene


def test_both_sides_read_each_other_in_one_channel(scene: TwoSides) -> None:
    scene.share()
    mina, alex = scene.person("mina"), scene.person("alex")
    korean = mina.say(CREW, SNOW, wait=True)
    english = alex.say(CREW, BUS, wait=True)
    scene.stage.redeliver()
    scene.settle()
    card = alex.wait_for_message(CREW, "It will snow a lot tomorrow.", thread_ts=korean["ts"])
    assert {"translation:original", "translation:report"} <= set(list_actions(card))
    mina.wait_for_message(CREW, "버스는 정오에 출발해요.", thread_ts=english["ts"])
    assert len(scene.bots(CREW, korean["ts"])) == len(scene.bots(CREW, english["ts"])) == 1
    assert scene.stage.count(SourceText) == 2, "what the bot says is not heard by the bot"
    alex.click(card, "translation:original")
    assert SNOW in message_text(alex.wait_for_modal())


def test_only_people_of_a_bridged_channel_are_heard(scene: TwoSides) -> None:
    mina = scene.person("mina")
    mina.say(CREW, SNOW, wait=True)
    scene.share()
    scene.stage.box.person(STRANGER).say(CREW, SNOW, wait=True)
    mina.say(PM, SNOW, wait=True)
    mina.say(mina.dm_channel(), SNOW, wait=True)
    mina.command("/my 상태 일하기", CREW)
    mina.say(CREW, "<@U0GAGYOBOT> 내일은 눈이 오나요?", wait=True)
    scene.settle()
    assert scene.stage.count(SourceText) == 0
    assert scene.engine.texts() == []


def test_agreement_needs_no_engine(scene: TwoSides) -> None:
    scene.share()
    said = scene.person("mina").say(CREW, "네!", wait=True)
    scene.settle()
    assert len(scene.bots(CREW, said["ts"])) == 1
    assert scene.engine.texts() == []


def test_edits_and_deletions_are_followed(scene: TwoSides) -> None:
    scene.share()
    mina = scene.person("mina")
    said = mina.say(CREW, SNOW, wait=True)
    scene.settle()
    scene.person("alex").wait_for_message(CREW, "It will snow", thread_ts=said["ts"])
    mina.edit(said, RAIN, wait=True)
    scene.settle()
    cards = scene.bots(CREW, said["ts"])
    assert ["It will rain" in message_text(card) for card in cards] == [True]
    late = scene.stage.deliveries[-1]
    mina.delete(said, wait=True)
    scene.settle()
    scene.stage.redeliver(late)
    scene.settle()
    assert [m for m in scene.person("boss").messages(CREW) if m["bot"]] == []
    with scene.stage.deps.transaction.reading() as session:
        assert all(row.deleted for row in session.query(SourceText))
        assert SNOW not in str([row.document for row in session.query(SourceText)])


def test_replies_are_translated_in_their_thread_and_ask_nothing(scene: TwoSides) -> None:
    scene.share()
    boss, mina, alex = map(scene.person, ("boss", "mina", "alex"))
    boss.command("/admin questions DIAL here", CREW)
    root = mina.say(CREW, SNOW, wait=True)
    mina.say(CREW, "우산을 가져올까요?", thread_ts=root["ts"], wait=True)
    alex.say(CREW, BUS, thread_ts=root["ts"], wait=True)
    scene.settle()
    said = " ".join(message_text(card) for card in scene.bots(CREW, root["ts"]))
    assert "umbrella" in said
    assert "버스는" in said
    assert scene.stage.count(Question) == 0


def test_each_reader_gets_their_own_language(scene: TwoSides) -> None:
    lucia = scene.add_spanish_pm()
    scene.share()
    korean = scene.person("mina").say(CREW, SNOW, wait=True)
    spanish = lucia.say(CREW, "El autobús sale a las doce, por favor sean puntuales.", wait=True)
    scene.settle()
    said = " ".join(message_text(card) for card in scene.bots(CREW, korean["ts"]))
    assert "It will snow" in said
    assert "Mañana va a nevar" in said
    assert "버스는 정오에 떠나요." in message_text(scene.bots(CREW, spanish["ts"])[0])
    assert message_text(scene.person("mina").command("/my 번역 한국어")["message"])
    assert message_text(lucia.command("/my translate off")["message"])
    before = len(scene.engine.requests)
    other = scene.person("mina").say(CREW, RAIN, wait=True)
    scene.settle()
    assert [row.language for row in scene.renditions()][-1:] == ["en"]
    assert len(scene.bots(CREW, other["ts"])) == 1
    assert len(scene.engine.requests) == before + 1
    assert message_text(lucia.command("/my translate klingon")["message"])


def test_twin_threads(scene: TwoSides) -> None:
    scene.twin()
    mina, alex = scene.person("mina"), scene.person("alex")
    root = mina.say(CREW, SNOW, wait=True)
    scene.settle()
    twin = alex.wait_for_message(PM, "It will snow a lot tomorrow.")
    assert "mina" in message_text(twin)
    reply = alex.say(PM, BUS, thread_ts=twin["ts"], wait=True)
    scene.settle()
    back = mina.wait_for_message(CREW, "버스는 정오에 출발해요.", thread_ts=root["ts"])
    assert "alex" in message_text(back)
    mina.say(CREW, UMBRELLA, thread_ts=root["ts"], wait=True)
    scene.settle()
    alex.wait_for_message(PM, "umbrella", thread_ts=twin["ts"])
    alex.edit(reply, TRAIN, wait=True)
    scene.settle()
    mina.wait_for_message(CREW, "기차는", thread_ts=root["ts"])
    alex.delete(reply, wait=True)
    scene.settle()
    said = " ".join(message_text(card) for card in scene.bots(CREW, root["ts"]))
    assert "기차는" not in said
    assert scene.stage.count(SourceText) == 3, "no echo of an echo"


def test_a_flag_and_the_shortcut_translate_for_one_person(scene: TwoSides) -> None:
    scene.share()
    mina, alex = scene.person("mina"), scene.person("alex")
    said = mina.say(PM, SNOW, wait=True)
    alex.react(said, "flag-us", wait=True)
    alex.react(said, "tada", wait=True)
    scene.settle()
    shown = alex.wait_for_message(PM, lambda m: m["ephemeral"] and "It will snow" in message_text(m))
    assert shown
    assert scene.bots(PM) == []
    assert mina.ephemerals(PM) == []
    alex.message_shortcut("translation:for_me", said)
    scene.settle()
    assert len([m for m in alex.ephemerals(PM) if "It will snow" in message_text(m)]) == 2
    assert len(scene.engine.requests) == 1, "asked for once, kept, and shown again"
    mina.message_shortcut("translation:for_me", said)
    scene.settle()
    mina.wait_for_message(PM, lambda m: m["ephemeral"])
    assert len(scene.engine.requests) == 1, "in her own language already"
    scene.stage.box.person(STRANGER).react(said, "flag-us", wait=True)
    scene.settle()
    assert scene.stage.box.person(STRANGER).ephemerals(PM) == []


def test_a_wish_under_a_twin_shows_no_number_of_the_other_side(scene: TwoSides) -> None:
    scene.twin()
    scene.person("mina").say(CREW, f"{SNOW}\n주민번호는 900101-2345678 이에요.", wait=True)
    scene.settle()
    alex = scene.person("alex")
    twin = alex.wait_for_message(PM, "It will snow")
    assert "900101" not in message_text(twin)
    for flag in ("flag-kr", "flag-us"):
        alex.react(twin, flag, wait=True)
        scene.settle()
    shown = [message_text(one) for one in alex.ephemerals(PM)]
    assert len(shown) == 2
    assert not any("900101" in one for one in shown)


def test_a_translation_that_stands_is_shown_again_with_its_corrections(scene: TwoSides) -> None:
    scene.share()
    mina, alex = scene.person("mina"), scene.person("alex")
    said = mina.say(CREW, SNOW, wait=True)
    scene.settle()
    alex.message_shortcut("translation:for_me", said)
    scene.settle()
    alex.wait_for_message(CREW, lambda m: m["ephemeral"] and "It will snow" in message_text(m))
    assert len(scene.engine.requests) == 1


def test_a_wrong_translation_is_reported_corrected_and_remembered(scene: TwoSides) -> None:
    scene.share()
    mina, alex, bridge = map(scene.person, ("mina", "alex", "bridge"))
    said = mina.say(CREW, SNOW, wait=True)
    scene.settle()
    card = alex.wait_for_message(CREW, "It will snow", thread_ts=said["ts"])
    alex.click(card, "translation:report")
    assert alex.submit({"note": "a lot?"})["errors"] == {}
    scene.settle()
    told = bridge.wait_for_dm("a lot?")
    bridge.home()
    scene.settle()
    assert "a lot?" in message_text(bridge.home(reopen=False) or {})
    refused = message_text(mina.message_shortcut("translation:fix", said).get("message") or {})
    scene.settle()
    assert mina.modal() is None, refused
    bridge.click(told, "translation:correct")
    assert bridge.submit({"text0": " "})["errors"]
    assert bridge.submit({"text0": "Heavy snow is expected tomorrow."})["errors"] == {}
    scene.settle()
    cards = scene.bots(CREW, said["ts"])
    assert ["Heavy snow is expected" in message_text(one) for one in cards] == [True]
    asked = len(scene.engine.requests)
    again = mina.say(CREW, SNOW, wait=True)
    scene.settle()
    alex.wait_for_message(CREW, "Heavy snow is expected", thread_ts=again["ts"])
    assert len(scene.engine.requests) == asked
    bridge.message_shortcut("translation:fix", again)
    assert bridge.submit({"text0": "Much snow tomorrow."})["errors"] == {}
    scene.settle()
    alex.wait_for_message(CREW, "Much snow tomorrow.", thread_ts=again["ts"])
    bridge.close_modal(all=True)
    bridge.message_shortcut("translation:fix", told)
    scene.settle()
    assert bridge.modal() is None
    assert scene.stage.count(Rendition, Rendition.corrected_by_id.is_not(None)) == 2


def test_a_report_can_be_closed(scene: TwoSides) -> None:
    scene.share()
    said = scene.person("mina").say(CREW, SNOW, wait=True)
    scene.settle()
    alex, bridge = scene.person("alex"), scene.person("bridge")
    alex.click(alex.wait_for_message(CREW, "It will snow", thread_ts=said["ts"]), "translation:report")
    alex.submit({})
    scene.settle()
    told = bridge.wait_for_dm(lambda m: "translation:dismiss" in list_actions(m))
    bridge.click(told, "translation:dismiss", times=2)
    scene.settle()
    assert scene.stage.count(Rendition, Rendition.reported_at.is_not(None)) == 0


def test_a_long_paste_asks_first(scene: TwoSides) -> None:
    scene.share()
    said = scene.person("mina").say(CREW, " ".join([SNOW, RAIN, UMBRELLA] * 4), wait=True)
    scene.settle()
    assert scene.engine.texts() == []
    alex = scene.person("alex")
    card = alex.wait_for_message(
        CREW, lambda m: "translation:go_ahead" in list_actions(m), thread_ts=said["ts"]
    )
    alex.click(card, "translation:go_ahead", times=2)
    scene.settle()
    alex.wait_for_message(CREW, "It will snow", thread_ts=said["ts"])
    assert len(scene.bots(CREW, said["ts"])) == 1


def test_admins_say_how_far_words_travel(scene: TwoSides) -> None:
    boss, mina = scene.person("boss"), scene.person("mina")
    scene.share()
    for typed in (
        "/admin translate",
        "/admin translate DIAL",
        "/admin translate DIAL everywhere",
        "/admin translate DIAL open",
        "/admin translate NOPE off",
        "/admin bridge",
        "/admin bridge DIAL",
        "/admin bridge DIAL there",
        f"/admin bridge DIAL twin <#{CREW}>",
        f"/admin bridge DIAL twin <#{CREW}> <#{CREW}>",
        f"/admin bridge NOPE <#{CREW}>",
        "/my translate x",
    ):
        rows = scene.stage.all_rows()
        assert message_text(boss.command(typed)["message"]), typed
        assert scene.stage.all_rows() == rows, typed
    assert message_text(mina.command("/admin translate DIAL off")["message"])
    assert scene.stage.denied() == 1
    assert message_text(boss.command("/admin 번역 DIAL 끄기")["message"])
    said = mina.say(CREW, SNOW, wait=True)
    scene.settle()
    assert scene.bots(CREW, said["ts"]) == []
    assert message_text(boss.command("/admin 번역 DIAL local")["message"])
    assert message_text(boss.command("/admin 연결 DIAL 여기", CREW)["message"])
    assert message_text(boss.command("/admin 연결 DIAL 해제", CREW)["message"])
    mina.say(CREW, RAIN, wait=True)
    scene.settle()
    assert scene.engine.texts() == []
    assert all(row.state is not RenditionState.DONE for row in scene.renditions())
