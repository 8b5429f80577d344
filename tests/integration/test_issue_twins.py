"""One issue for two sides: its card and what is said about it in the thread, in the thread's twin and in private."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.db.engine import Database
from bot.db.models import Issue, Rendition, SourceText, TranslationUse
from bot.db.unit_of_work import Transactions
from bot.domain.escalation import IssueSource, Severity
from bot.domain.translation import RenditionState, SourceKind, TranslationMode
from bot.reports.invariants import check
from bot.reports.issue_threads import find_issue_at
from bot.services.access import find_project
from bot.services.bridges import set_mode
from bot.services.issue_talk import say
from bot.services.issue_timers import tell_people
from bot.services.issues import acknowledge, open_issue
from bot.services.people import set_reads
from sandbox.client import list_actions, message_text
from sandbox.shapes import Json
from tests.factories import Crew, make_crew
from tests.integration.sender_scene import set_fault
from tests.integration.two_sides import (
    BUS,
    CREW,
    PM,
    RAIN,
    SNOW,
    TRAIN,
    UMBRELLA,
    TwoSides,
    refuse,
    two_sides,
)

SNOW_EN, RAIN_EN, UMBRELLA_EN = (
    "It will snow a lot tomorrow.",
    "It will rain the day",
    "Please bring an umbrella",
)
BUS_KO, TRAIN_KO = "버스는 정오에 출발해요.", "기차는 정오에 출발해요."


@pytest.fixture
def crew(transactions: Transactions) -> Crew:
    return make_crew(transactions)


@pytest.fixture
def scene(transactions: Transactions, crew: Crew) -> Iterator[TwoSides]:
    with two_sides(transactions, crew) as scene:
        yield scene
        scene.settle()
        with transactions.reading() as session:
            assert check(session, now=transactions.clock()) == ()


def raise_issue(
    scene: TwoSides,
    request: str = RAIN,
    *,
    by: str = "mina",
    channel: str | None = CREW,
    thread: str | None = None,
    source: IssueSource = IssueSource.THREAD,
    settle: bool = True,
) -> int:
    with scene.stage.deps.transaction() as uow:
        opened = open_issue(
            uow,
            person_id=scene.crew[by],
            project_id=scene.crew.project_id,
            severity=Severity.S1,
            request=request,
            source=source,
            channel=channel,
            thread_ts=thread,
        )
        tell_people(uow)
    if settle:
        scene.settle()
    return opened.issue_id


def say_there(scene: TwoSides, issue_id: int, who: str, words: str) -> None:
    with scene.stage.deps.transaction() as uow:
        say(uow, person_id=scene.crew[who], issue_id=issue_id, words=words)
    scene.settle()


def issue_of(scene: TwoSides, issue_id: int) -> Issue:
    with scene.stage.deps.transaction.reading() as session:
        return session.get_one(Issue, issue_id)


def found(scene: TwoSides, channel: str, ts: str) -> int | None:
    with scene.stage.deps.transaction.reading() as session:
        issue = find_issue_at(session, scene.crew.team_id, channel, ts)
        return issue.id if issue is not None else None


def card(scene: TwoSides, channel: str, words: str) -> Json:
    """Return the one thing the bot says in a channel with these words."""
    (message,) = [message for message in everything(scene, channel) if words in message_text(message)]
    return message


def everything(scene: TwoSides, channel: str) -> list[Json]:
    """Return what the bot says in a channel, in threads too."""
    said = scene.stage.box.messages(channel)
    bot = scene.stage.box.bot_user_id
    return [m for m in said if m["user"] == bot and not m["deleted"] and not m.get("ephemeral")]


def thread(message: Json) -> str | None:
    return message.get("thread_ts")


def test_an_issue_stands_in_its_thread_and_in_the_twin_of_that(scene: TwoSides) -> None:
    scene.twin()
    root = scene.person("mina").say(CREW, SNOW, wait=True)["ts"]
    scene.settle()
    twin_root = card(scene, PM, SNOW_EN)["ts"]
    number = raise_issue(scene, thread=root)
    crew_card, pm_card = card(scene, CREW, RAIN), card(scene, PM, RAIN_EN)
    assert thread(crew_card) == root
    assert thread(pm_card) == twin_root
    assert f"이슈 #{number}" in message_text(crew_card)
    assert "이슈" not in message_text(pm_card)
    assert "issue:ack" in list_actions(crew_card)
    assert "issue:ack" in list_actions(pm_card)
    assert found(scene, CREW, root) == found(scene, PM, twin_root) == number
    with scene.stage.deps.transaction() as uow:
        acknowledge(uow, person_id=scene.crew["bridge"], issue_id=number)
    scene.settle()
    for channel, words in ((CREW, RAIN), (PM, RAIN_EN)):
        assert "issue:ack" not in list_actions(card(scene, channel, words))
    scene.person("alex").say(PM, BUS, thread_ts=twin_root, wait=True)
    scene.settle()
    assert thread(card(scene, CREW, BUS_KO)) == root
    assert issue_of(scene, number).twin_ts is None


def test_its_card_waits_for_a_root_that_is_being_translated(transactions: Transactions, crew: Crew) -> None:
    with two_sides(transactions, crew, running=False) as scene:
        scene.twin()
        root = scene.person("mina").say(CREW, SNOW, wait=True)["ts"]
        number = raise_issue(scene, thread=root, settle=False)
        say_id = raise_said(scene, number)
        scene.sent()
        assert everything(scene, PM) == []
        assert len(everything(scene, CREW)) == 2
        scene.interpreter.start()
        scene.settle()
        twin_root = card(scene, PM, SNOW_EN)["ts"]
        assert thread(card(scene, PM, RAIN_EN)) == thread(card(scene, PM, UMBRELLA_EN)) == twin_root
        assert say_id


def raise_said(scene: TwoSides, number: int) -> int:
    with scene.stage.deps.transaction() as uow:
        return say(uow, person_id=scene.crew["bridge"], issue_id=number, words=UMBRELLA)


def test_a_root_taken_back_while_its_issue_waits_leaves_the_issue_seen(
    transactions: Transactions, crew: Crew
) -> None:
    with two_sides(transactions, crew, running=False) as scene:
        scene.twin()
        mina = scene.person("mina")
        root = mina.say(CREW, SNOW, wait=True)
        number = raise_issue(scene, thread=root["ts"], settle=False)
        scene.sent()
        assert everything(scene, PM) == []
        mina.delete(root, wait=True)
        scene.interpreter.start()
        scene.settle()
        (pm_card,) = everything(scene, PM)
        assert RAIN_EN in message_text(pm_card)
        assert issue_of(scene, number).twin_ts == pm_card["ts"]


def test_a_thread_older_than_the_bridge_gets_its_twin_from_the_issue(scene: TwoSides) -> None:
    mina, alex = scene.person("mina"), scene.person("alex")
    root = mina.say(CREW, SNOW, wait=True)["ts"]
    scene.twin()
    number = raise_issue(scene, thread=root)
    pm_card = card(scene, PM, RAIN_EN)
    twin = pm_card["ts"]
    assert thread(pm_card) in (None, twin)
    assert (issue_of(scene, number).twin_channel, issue_of(scene, number).twin_ts) == (PM, twin)
    assert found(scene, CREW, root) == found(scene, PM, twin) == number
    alex.say(PM, BUS, thread_ts=twin, wait=True)
    alex.say(PM, TRAIN, thread_ts=twin, wait=True)
    heard = mina.say(CREW, UMBRELLA, thread_ts=root, wait=True)
    scene.settle()
    assert thread(card(scene, CREW, BUS_KO)) == thread(card(scene, CREW, TRAIN_KO)) == root
    carried = card(scene, PM, UMBRELLA_EN)
    assert thread(carried) == twin
    mina.edit(heard, SNOW, wait=True)
    mina.say(CREW, RAIN, thread_ts=root, wait=True)
    scene.settle()
    assert SNOW_EN in message_text(card(scene, PM, "snow"))
    assert len([m for m in everything(scene, PM) if thread(m) == twin and m["ts"] != twin]) == 2
    mina.delete(heard, wait=True)
    scene.settle()
    assert not [m for m in everything(scene, PM) if "snow" in message_text(m)]
    with scene.stage.deps.transaction.reading() as session:
        lanes = {row.lane for row in session.query(Rendition) if row.lane.startswith("C")}
    assert len(lanes) == 1, "both sides of the thread keep one order"


def test_a_thread_whose_replies_are_known_keeps_the_twin_it_has(scene: TwoSides) -> None:
    mina = scene.person("mina")
    root = mina.say(CREW, SNOW, wait=True)["ts"]
    scene.twin()
    mina.say(CREW, UMBRELLA, thread_ts=root, wait=True)
    scene.settle()
    first = card(scene, PM, UMBRELLA_EN)["ts"]
    number = raise_issue(scene, thread=root)
    assert thread(card(scene, PM, RAIN_EN)) == first
    assert issue_of(scene, number).twin_ts is None
    scene.person("alex").say(PM, BUS, thread_ts=first, wait=True)
    scene.settle()
    assert thread(card(scene, CREW, BUS_KO)) == root


def test_an_issue_raised_in_a_channel_begins_both_threads(scene: TwoSides) -> None:
    scene.twin()
    number = raise_issue(scene)
    home, twin = card(scene, CREW, RAIN)["ts"], card(scene, PM, RAIN_EN)["ts"]
    issue = issue_of(scene, number)
    assert (issue.thread_ts, issue.twin_ts, issue.ver) == (home, twin, 1)
    assert found(scene, CREW, home) == found(scene, PM, twin) == number
    scene.person("mina").say(CREW, UMBRELLA, thread_ts=home, wait=True)
    scene.person("alex").say(PM, BUS, thread_ts=twin, wait=True)
    scene.settle()
    assert thread(card(scene, PM, UMBRELLA_EN)) == twin
    assert thread(card(scene, CREW, BUS_KO)) == home


def test_the_mirror_image_for_an_issue_of_a_pm(scene: TwoSides) -> None:
    scene.twin()
    root = scene.person("alex").say(PM, BUS, wait=True)["ts"]
    scene.settle()
    number = raise_issue(scene, TRAIN, by="alex", channel=PM, thread=root)
    crew_root = card(scene, CREW, BUS_KO)["ts"]
    assert thread(card(scene, CREW, TRAIN_KO)) == crew_root
    assert thread(card(scene, PM, TRAIN)) == root
    assert found(scene, CREW, crew_root) == number
    scene.person("mina").say(CREW, UMBRELLA, thread_ts=crew_root, wait=True)
    scene.settle()
    assert thread(card(scene, PM, UMBRELLA_EN)) == root


def test_an_issue_in_the_thread_of_a_carried_message_goes_home(scene: TwoSides) -> None:
    """A crew raises it under what the PM wrote, as it stands in the crew's channel."""
    scene.twin()
    root = scene.person("alex").say(PM, BUS, wait=True)["ts"]
    scene.settle()
    carried = card(scene, CREW, BUS_KO)["ts"]
    number = raise_issue(scene, thread=carried)
    assert thread(card(scene, CREW, RAIN)) == carried
    assert thread(card(scene, PM, RAIN_EN)) == root
    assert found(scene, PM, root) == number


def test_what_is_said_from_a_card_stands_on_both_sides_once(scene: TwoSides) -> None:
    scene.twin()
    root = scene.person("mina").say(CREW, SNOW, wait=True)["ts"]
    scene.settle()
    twin = card(scene, PM, SNOW_EN)["ts"]
    number = raise_issue(scene, thread=root)
    say_there(scene, number, "alex", "<!channel> <@UMINA> " + BUS)
    said = card(scene, CREW, BUS_KO)
    assert thread(said) == root
    assert "alex" in message_text(said)
    assert "PM" in message_text(said)
    own = card(scene, PM, BUS)
    assert thread(own) == twin
    for message in (said, own):
        assert not {"user", "broadcast", "usergroup"} & {one.get("type") for one in _walk(message["blocks"])}
        assert "<!channel>" not in message["text"]
    say_there(scene, number, "bridge", UMBRELLA)
    there = card(scene, PM, UMBRELLA_EN)
    assert "supervisor" in message_text(there)
    assert thread(there) == twin
    assert thread(card(scene, CREW, UMBRELLA)) == root
    assert {"relay:original", "translation:report"} <= set(list_actions(there))
    scene.person("alex").click(there, "relay:original")
    assert UMBRELLA in message_text(scene.person("alex").wait_for_modal())
    with scene.stage.deps.transaction.reading() as session:
        assert session.query(SourceText).filter_by(kind=SourceKind.MESSAGE).count() == 1


def _walk(value: object) -> Iterator[Json]:
    """Yield everything in a message's blocks that has a type."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _walk(item)


def test_one_channel_for_both_sides_shows_both_languages(scene: TwoSides) -> None:
    scene.share()
    root = scene.person("mina").say(CREW, SNOW, wait=True)["ts"]
    scene.settle()
    number = raise_issue(scene, thread=root)
    state = message_text(card(scene, CREW, RAIN))
    assert RAIN_EN in state
    say_there(scene, number, "alex", BUS)
    said = card(scene, CREW, BUS)
    assert thread(said) == root
    assert BUS_KO in message_text(said)
    assert everything(scene, PM) == []


def test_a_private_issue_is_said_to_its_people_only(scene: TwoSides) -> None:
    scene.twin()
    number = raise_issue(scene, channel=None, source=IssueSource.CARD)
    with scene.stage.deps.transaction() as uow:
        acknowledge(uow, person_id=scene.crew["alex"], issue_id=number)
    scene.settle()
    say_there(scene, number, "mina", UMBRELLA)
    seen = scene.person("alex").wait_for_dm(UMBRELLA_EN)
    assert "issue:say" in list_actions(seen)
    scene.person("bridge").wait_for_dm(UMBRELLA)
    mina = scene.person("mina")
    assert not [m for m in mina.dm() if UMBRELLA in message_text(m)]
    say_there(scene, number, "alex", BUS)
    mina.wait_for_dm(BUS_KO)
    assert everything(scene, CREW) == everything(scene, PM) == []


def test_a_nameless_report_is_translated_for_nobody_in_particular(scene: TwoSides, crew: Crew) -> None:
    with scene.stage.deps.transaction() as uow:
        set_reads(uow, person_id=crew["bridge"], reads="en")
    scene.twin()
    number = raise_issue(scene, SNOW, channel=None, source=IssueSource.NAMELESS)
    scene.person("bridge").wait_for_dm(SNOW_EN)
    with scene.stage.deps.transaction.reading() as session:
        (source,) = session.query(SourceText).filter_by(kind=SourceKind.ISSUE, ref_id=number)
        assert source.author_id is None
        (rendition,) = session.query(Rendition).filter_by(source_id=source.id)
        assert rendition.state is RenditionState.DONE
        assert all(fact["payload"]["person_id"] == crew["bridge"] for fact in rendition.then)
        assert session.query(TranslationUse).count() == 0, "nobody's day has grown by it"


def test_words_that_cannot_be_translated_stand_as_they_are(scene: TwoSides) -> None:
    scene.twin()
    root = scene.person("mina").say(CREW, SNOW, wait=True)["ts"]
    scene.settle()
    twin = card(scene, PM, SNOW_EN)["ts"]
    scene.engine.answer = refuse
    number = raise_issue(scene, thread=root)
    say_there(scene, number, "bridge", UMBRELLA)
    state, said = card(scene, PM, RAIN), card(scene, PM, UMBRELLA)
    assert thread(state) == thread(said) == twin
    for message in (state, said):
        assert "Not translated" in message_text(message)


def test_numbers_of_a_person_stay_out_of_both_threads(scene: TwoSides) -> None:
    scene.twin()
    number = raise_issue(scene, SNOW + "\n900101-1234567")
    say_there(scene, number, "bridge", UMBRELLA + "\n900101-1234567")
    for channel in (CREW, PM):
        assert "900101" not in str(everything(scene, channel))
        assert len(everything(scene, channel)) == 2


def test_without_translation_both_sides_still_have_the_issue(scene: TwoSides) -> None:
    scene.twin()
    with scene.stage.deps.transaction() as uow:
        project = find_project(uow, team_id=scene.crew.team_id, key="DIAL")
        set_mode(uow, actor_id=scene.crew["boss"], project=project, mode=TranslationMode.OFF)
    number = raise_issue(scene)
    say_there(scene, number, "alex", BUS)
    assert thread(card(scene, PM, BUS)) == card(scene, PM, RAIN)["ts"]
    assert thread(card(scene, CREW, BUS)) == card(scene, CREW, RAIN)["ts"]
    assert scene.engine.texts() == []


def test_a_card_posted_in_uncertainty_still_begins_its_thread(database: Database) -> None:
    # The sender's quarantine passes on a clock that goes by itself.
    transactions = Transactions(database)
    with two_sides(transactions, make_crew(transactions)) as scene:
        scene.twin()
        set_fault(scene.stage.box, "500_after", times=1, channel=PM)
        issue = issue_of(scene, raise_issue(scene))
        assert (issue.thread_ts, issue.twin_ts) == tuple(
            card(scene, channel, words)["ts"] for channel, words in ((CREW, RAIN), (PM, RAIN_EN))
        )


def test_a_beginning_that_somebody_deletes_begins_anew(scene: TwoSides) -> None:
    scene.twin()
    number = raise_issue(scene)
    for channel in (CREW, PM):
        (gone,) = everything(scene, channel)
        scene.stage.app.client.chat_delete(channel=channel, ts=gone["ts"])
    with scene.stage.deps.transaction() as uow:
        acknowledge(uow, person_id=scene.crew["bridge"], issue_id=number)
    scene.settle()
    issue = issue_of(scene, number)
    assert issue.thread_ts == card(scene, CREW, RAIN)["ts"]
    assert issue.twin_ts == card(scene, PM, RAIN_EN)["ts"]
