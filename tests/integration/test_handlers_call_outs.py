"""Call-outs and wishes for work as people press them: places, names that stay private, and being told."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_bolt import BoltRequest
from slack_sdk.signature import SignatureVerifier
from sqlalchemy import select, update

from bot.db.models import AnswerSlot, Batch, CallOut, CallOutEntry, WorkWish
from bot.db.unit_of_work import Transactions
from bot.domain.quality import DRAW_AFTER, CallOutMode, CallOutState, EntryState
from bot.domain.task import SlotState
from bot.services.access import find_project
from bot.services.call_out_sweeps import draw_and_close
from bot.services.call_outs import call_out
from bot.services.imports import import_tasks
from bot.services.rules import set_rules
from bot.services.wishing import tell_of_work
from sandbox.client import list_actions, message_text
from sandbox.shapes import Json
from tests.conftest import MovableClock
from tests.factories import TEAM, Crew, make_crew, task_rows
from tests.integration.stage import SECRET, staged
from tests.integration.test_call_outs import more_workers
from tests.integration.two_sides import BUS, CREW, TwoSides, two_sides


@pytest.fixture
def crew(transactions: Transactions) -> Crew:
    return make_crew(transactions)


@pytest.fixture
def scene(transactions: Transactions, crew: Crew) -> Iterator[TwoSides]:
    with two_sides(transactions, crew) as scene:
        scene.share()
        yield scene


def call(scene: TwoSides, command: str = "/sup 호출", who: str = "bridge", **fields: str) -> Json:
    """Call people out through the form and return the window that follows."""
    person = scene.person(who)
    person.command(command)
    said = person.submit({"headcount": "1", "mode": "first", "deadline": "3h", **fields})
    assert said["errors"] == {}, said
    return person.wait_for_modal(lambda v: "callout:close" in list_actions(v))


def settle(scene: TwoSides) -> None:
    """Let what was pressed be done, a second or two pass, and what is due then be sent."""
    scene.stage.box.wait_until_quiet()
    scene.stage.settle()
    clock = scene.stage.deps.transaction.clock
    assert isinstance(clock, MovableClock)
    clock.advance(seconds=2)
    scene.sender.wake()
    scene.settle()


def card(scene: TwoSides, *words: str) -> Json:
    return scene.person("mina").wait_for_message(
        CREW, lambda m: m["bot"] and all(word in message_text(m) for word in ("DIAL", *words))
    )


def test_a_call_out_from_the_form_to_the_last_place(scene: TwoSides, transactions: Transactions) -> None:
    window = call(scene, headcount="1명", note=BUS)
    assert "아직 없어요" in message_text(window)
    settle(scene)
    mina, jun, bridge = map(scene.person, ("mina", "jun", "bridge"))
    shown = card(scene, "버스는 정오에 출발해요", BUS)
    assert "350원" in message_text(shown)
    assert "₩350" in message_text(shown)
    invite = mina.wait_for_dm(lambda m: "callout:join" in list_actions(m))
    mina.click(invite, "callout:join", times=2)
    settle(scene)
    jun.click(jun.message(CREW, shown["ts"]), "callout:join")
    settle(scene)
    full = card(scene, "1")
    assert "mina" not in message_text(full)
    assert "mina" not in str(full["blocks"])
    jun.wait_for_dm(lambda m: "대기 1번" in message_text(m))
    mine = mina.wait_for_dm(lambda m: "callout:leave" in list_actions(m))
    mina.click(mine, "callout:leave")
    settle(scene)
    jun.wait_for_dm(lambda m: "자리가 생겼어요" in message_text(m))
    bridge.home()
    settle(scene)
    home = bridge.home(reopen=False)
    assert home is not None
    bridge.close_modal(all=True)
    bridge.click(home, "callout:who")
    names = bridge.wait_for_modal(lambda v: "callout:close" in list_actions(v))
    assert "jun" in message_text(names)
    assert "mina" not in message_text(names)
    bridge.click(names, "callout:close")
    settle(scene)
    with transactions.reading() as session:
        assert session.scalars(select(CallOut.state)).one() is CallOutState.CLOSED
        assert session.scalars(select(CallOutEntry.state)).all() == [EntryState.IN]
    over = card(scene, "마감")
    assert list_actions(over) == []


def test_a_draw_tells_everybody_and_the_old_card_refuses_kindly(
    scene: TwoSides, clock: MovableClock, transactions: Transactions
) -> None:
    call(scene, "/pm callout DIAL", "alex", mode="lottery")
    settle(scene)
    mina, jun = scene.person("mina"), scene.person("jun")
    for person in (mina, jun):
        person.click(person.wait_for_dm(lambda m: "callout:join" in list_actions(m)), "callout:join")
    settle(scene)
    mina.wait_for_dm(lambda m: "추첨" in message_text(m) and "callout:leave" in list_actions(m))
    clock.now += DRAW_AFTER
    with transactions() as uow:
        assert draw_and_close(uow) == 1
    settle(scene)
    told = [any("자리를 받으셨어요" in message_text(m) for m in person.dm()) for person in (mina, jun)]
    assert sorted(told) == [False, True]
    old = mina.wait_for_message(CREW, lambda m: "callout:join" in list_actions(m))
    clock.now += timedelta(hours=4)
    with transactions() as uow:
        draw_and_close(uow)
    mina.click(old, "callout:join")
    scene.stage.settle()
    assert "마감" in message_text(mina.ephemerals(CREW)[-1])


def test_who_lacks_the_qualification_hears_how_to_get_it(
    scene: TwoSides, transactions: Transactions, crew: Crew
) -> None:
    with transactions() as uow:
        set_rules(uow, actor_id=crew["alex"], project_id=crew.project_id, changes={"gate": "aide:2"})
    call(scene)
    settle(scene)
    mina = scene.person("mina")
    mina.click(card(scene, "aide:2"), "callout:join")
    scene.stage.settle()
    assert "aide:2" in message_text(mina.ephemerals(CREW)[-1])
    assert scene.stage.count(CallOutEntry) == 0


def test_a_worker_can_neither_call_out_nor_end_or_see_who_came(scene: TwoSides) -> None:
    mina = scene.person("mina")
    assert "수퍼바이저" in str(mina.command("/sup callout")["ack"])
    call(scene)
    settle(scene)
    before = scene.stage.denied()
    mina.click(card(scene), "callout:close")
    scene.stage.settle()
    assert scene.stage.denied() == before + 1


def test_the_wish_for_work_and_being_told(
    scene: TwoSides, clock: MovableClock, transactions: Transactions, crew: Crew
) -> None:
    with transactions() as uow:
        uow.session.execute(update(AnswerSlot).values(state=SlotState.ACCEPTED))
        uow.session.execute(update(Batch).values(created_at=clock() - timedelta(days=4)))
    mina = scene.person("mina")
    refused = mina.command("/work 받기")["message"]
    assert "일이 적" in message_text(refused)
    mina.click(refused, "wish:tell", times=2)
    settle(scene)
    assert scene.stage.count(WorkWish, WorkWish.ended_at.is_(None)) == 1
    again = mina.command("/work 받기")["message"]
    assert "wish:forget" in list_actions(again)
    mina.home()
    settle(scene)
    home = mina.home(reopen=False)
    assert home is not None
    mina.click(home, "wish:forget")
    settle(scene)
    assert scene.stage.count(WorkWish, WorkWish.ended_at.is_(None)) == 0
    mina.click(mina.command("/work next")["message"], "wish:tell")
    settle(scene)
    with transactions() as uow:
        project = find_project(uow, team_id=crew.team_id, key="DIAL")
        import_tasks(uow, project=project, source_name="more.csv", rows=task_rows(1, 100))
    with transactions() as uow:
        assert tell_of_work(uow) == 1
        assert tell_of_work(uow) == 0
    settle(scene)
    told = mina.wait_for_dm(lambda m: "task:next" in list_actions(m) and "wish:tell" in list_actions(m))
    mina.click(told, "task:next")
    settle(scene)
    mina.wait_for_dm(lambda m: "task:submit" in list_actions(m))


def test_many_press_at_once_and_each_hears_where_they_stand(transactions: Transactions, crew: Crew) -> None:
    people = more_workers(transactions, crew, 12)
    with transactions() as uow:
        id = call_out(
            uow,
            actor_id=crew["bridge"],
            project_id=crew.project_id,
            headcount=4,
            mode=CallOutMode.FIRST,
            deadline=uow.now + timedelta(hours=1),
            channel=CREW,
        )
    with staged(transactions) as stage:
        hands = stage.box.add_people(*({"id": f"UMORE{n}", "name": f"more{n}"} for n in range(len(people))))
        barrier = Barrier(len(people))

        def press(user: str) -> int:
            body, headers = _press(user, id)
            barrier.wait()
            return stage.app.dispatch(BoltRequest(body=body, headers=headers)).status

        with ThreadPoolExecutor(len(people)) as pool:
            assert set(pool.map(press, [one.id for one in hands])) == {200}
        stage.settle()
        told = [message_text(one.dm()[-1]) for one in hands]
    with transactions.reading() as session:
        rows = session.execute(
            select(CallOutEntry.state, CallOutEntry.place)
            .where(CallOutEntry.call_out_id == id)
            .order_by(CallOutEntry.id)
        ).all()
    assert [state for state, _place in rows] == [EntryState.IN] * 4 + [EntryState.WAITING] * 8
    assert [place for _state, place in rows[4:]] == list(range(1, 9))
    assert sum("자리를 받으셨어요" in words for words in told) == 4
    assert all(sum(f"대기 {number}번" in words for words in told) == 1 for number in range(1, 9))


def _press(user: str, call_out_id: int) -> tuple[str, dict[str, Any]]:
    """Return a press on [참여할게요] as Slack signs it, without an address to answer to."""
    payload = {
        "type": "block_actions",
        "team": {"id": TEAM},
        "user": {"id": user, "team_id": TEAM},
        "trigger_id": f"1.{user}",
        "container": {"type": "message", "channel_id": CREW, "message_ts": "1.1"},
        "channel": {"id": CREW},
        "actions": [
            {"type": "button", "action_id": "callout:join", "action_ts": "1", "value": f"{call_out_id}.0"}
        ],
    }
    body = urlencode({"payload": json.dumps(payload)})
    stamp = str(int(time.time()))
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body)
    return body, {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature,
    }
