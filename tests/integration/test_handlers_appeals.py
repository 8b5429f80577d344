"""Appeals, spot checks and quality as people press them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from bot.db.models import Appeal, LedgerLine, SpotCheck
from bot.db.unit_of_work import Transactions
from bot.domain.people import Role
from bot.domain.quality import AppealStage, AppealState
from bot.reports.needs import read_needs
from bot.services.access import find_project
from bot.services.people import set_role
from bot.services.rules import set_rules
from sandbox.client import list_actions, message_text
from sandbox.shapes import Json
from tests.factories import Crew, make_crew
from tests.integration.two_sides import TwoSides, two_sides

WORDS = "3.2절에 들리는 대로 적으라고 되어 있어요."
COMMENT = "00:12의 말이 빠졌어요."


@pytest.fixture
def crew(transactions: Transactions) -> Crew:
    return make_crew(transactions)


@pytest.fixture
def scene(transactions: Transactions, crew: Crew) -> Iterator[TwoSides]:
    with two_sides(transactions, crew) as scene:
        yield scene


def card(scene: TwoSides, who: str, action: str) -> Json:
    """Return the newest message of the bot to somebody that has the button."""
    scene.settle()
    return scene.person(who).wait_for_dm(lambda m: action in list_actions(m))


def returned(scene: TwoSides) -> Json:
    """Bring a task of mina's as far as its reject by sora; return mina's card of that."""
    mina, sora = scene.person("mina"), scene.person("sora")
    mina.command("/work 받기")
    mina.command("/work 제출")
    assert mina.submit({"text": "거시기"})["errors"] == {}
    sora.command("/review 받기")
    sora.click(card(scene, "sora", "review:reject"), "review:reject")
    sora.submit({"reason": "misheard", "section": "2.4", "comment": COMMENT})
    return card(scene, "mina", "appeal:open")


def appeal(scene: TwoSides) -> None:
    mina = scene.person("mina")
    mina.click(returned(scene), "appeal:open")
    form = mina.wait_for_modal()
    assert "불이익은 없어요" in message_text(form)
    assert "words" in mina.submit({})["errors"]
    assert mina.submit({"words": WORDS})["errors"] == {}
    scene.settle()


def state(scene: TwoSides) -> list[tuple[AppealStage, AppealState]]:
    with scene.stage.deps.transaction.reading() as session:
        return [(row.stage, row.state) for row in session.scalars(select(Appeal).order_by(Appeal.id))]


def unseen(scene: TwoSides) -> int:
    """Return how many appeals Home and the digest say that nobody looks at yet."""
    with scene.stage.deps.transaction.reading() as session:
        return read_needs(session, scene.crew.project_id, now=scene.stage.deps.transaction.clock()).appeals


def role(scene: TwoSides, who: str, what: Role, *, granted: bool) -> None:
    with scene.stage.deps.transaction() as uow:
        project = find_project(uow, team_id=scene.crew.team_id, key="DIAL")
        user = f"U{who.upper()}"
        set_role(uow, actor_id=scene.crew["boss"], project=project, user=user, role=what, granted=granted)


def test_a_blind_second_look(scene: TwoSides) -> None:
    appeal(scene)
    assert "appeal:withdraw" in list_actions(card(scene, "mina", "appeal:withdraw"))
    dohyun = scene.person("dohyun")
    assert "appeal:take" in list_actions(dohyun.command("/review 목록")["message"])
    answer = dohyun.command("/review 받기")
    assert "#1" in message_text(answer["message"])
    shown = card(scene, "dohyun", "appeal:uphold")
    said = str(shown)
    for hidden in (COMMENT, WORDS, "2.4", "이의신청", "반려", "mina", "sora"):
        assert hidden not in said, hidden
    dohyun.click(shown, "appeal:deny")
    form = dohyun.wait_for_modal()
    for hidden in (COMMENT, WORDS, "sora", "mina"):
        assert hidden not in str(form), hidden
    assert "reason" in dohyun.submit({"reason": " "})["errors"]
    assert dohyun.submit({"reason": "2.4초쯤 끝소리를 한 번 더 들어 주세요."})["errors"] == {}
    assert state(scene) == [(AppealStage.SECOND, AppealState.DENIED)]
    # Then the supervisor, who sees everything.
    mina, bridge = scene.person("mina"), scene.person("bridge")
    news = card(scene, "mina", "appeal:further")
    assert "2.4초쯤 끝소리" in message_text(news)
    mina.click(news, "appeal:further")
    assert mina.submit({})["errors"] == {}
    offer = card(scene, "bridge", "appeal:take")
    bridge.click(offer, "appeal:take", times=2)
    shown = card(scene, "bridge", "appeal:uphold")
    for open_now in (COMMENT, WORDS, "2.4초쯤", "sora", "mina", "dohyun"):
        assert open_now in str(shown), open_now
    bridge.click(shown, "appeal:uphold", times=2)
    scene.settle()
    assert state(scene)[-1] == (AppealStage.SUPERVISOR, AppealState.WON)
    won = mina.wait_for_dm(lambda m: "받아들여졌어요" in message_text(m) and "350원" in message_text(m))
    assert "통계에서 뺐어요" in message_text(won)
    with scene.stage.deps.transaction.reading() as session:
        assert [line.amount_minor for line in session.scalars(select(LedgerLine))] == [350]
    figures = message_text(mina.command("/my 통계")["message"])
    assert "받아들여진 이의신청: 1" in figures
    assert "뒤집힌 반려: 100%" in message_text(bridge.command("/sup 품질")["message"])
    assert "Overturned rejects: 100%" in message_text(scene.person("alex").command("/pm quality")["message"])
    own = message_text(scene.person("sora").command("/my 통계")["message"])
    assert "뒤집힌 반려: 100%" in own
    assert "검수: 1" in own, "a verdict that was overturned was given all the same"
    assert "뒤집힌 반려" not in message_text(scene.person("jun").command("/my 통계")["message"])
    assert "sora" not in message_text(mina.command("/sup 품질")["message"])


def test_taking_an_appeal_back(scene: TwoSides) -> None:
    appeal(scene)
    mina = scene.person("mina")
    waiting = card(scene, "mina", "appeal:withdraw")
    assert COMMENT in message_text(waiting), "what was said stays to be read"
    assert unseen(scene) == 1
    mina.click(waiting, "appeal:withdraw", times=2)
    scene.settle()
    assert unseen(scene) == 0
    assert state(scene) == [(AppealStage.SECOND, AppealState.WITHDRAWN)]
    open_again = card(scene, "mina", "task:submit")
    assert "appeal:open" not in list_actions(open_again)


def test_where_nobody_could_judge_it_says_so(scene: TwoSides) -> None:
    role(scene, "dohyun", Role.REVIEWER, granted=False)
    role(scene, "bridge", Role.SUPERVISOR, granted=False)
    mina = scene.person("mina")
    mina.click(returned(scene), "appeal:open")
    scene.settle()
    said = mina.ephemerals(mina.dm_channel())[-1]
    assert "공정하게 다시 살펴봐 드리기가 어려워요" in message_text(said)
    assert "issue:open" in list_actions(said)
    assert state(scene) == []


def test_spot_checks(scene: TwoSides) -> None:
    bridge, alex = scene.person("bridge"), scene.person("alex")
    assert "검사하실 작업이 없어요" in message_text(bridge.command("/sup 표본검사")["message"])
    with scene.stage.deps.transaction() as uow:
        changes = {"review_mode": "sample", "sample_percent": 0, "newcomer_first": 0}
        set_rules(uow, actor_id=scene.crew["alex"], project_id=scene.crew.project_id, changes=changes)
    mina = scene.person("mina")
    for text in ("거시기", "머시기"):
        mina.command("/work 받기")
        mina.command("/work 제출")
        assert mina.submit({"text": text})["errors"] == {}
    scene.settle()
    done = mina.wait_for_dm(lambda m: "따로 검수하지 않고 승인했어요" in message_text(m))
    assert "350원" in message_text(done)
    bridge.command("/sup 감사 DIAL")
    form = bridge.wait_for_modal()
    assert "mina" not in str(form)
    assert "comment" in bridge.submit({"agrees": "no"})["errors"]
    assert bridge.submit({"agrees": "no", "comment": "끝소리가 빠졌어요."})["errors"] == {}
    noted = bridge.wait_for_modal(lambda v: "check:next" in list_actions(v))
    assert "고마워요" in message_text(noted)
    bridge.click(noted, "check:next")
    assert bridge.wait_for_modal(lambda v: "agrees" in str(v))
    alex.command("/pm audit")
    assert "Would you have accepted it?" in str(alex.wait_for_modal())
    assert alex.submit({"agrees": "yes"})["errors"] == {}
    with scene.stage.deps.transaction.reading() as session:
        assert sorted(row.agrees or False for row in session.scalars(select(SpotCheck))) == [False, True]
    shown = message_text(bridge.command("/sup quality DIAL")["message"])
    assert "표본검사 일치율: 50% (n = 2, 표본이 적어요)" in shown
    assert "끝소리가 빠졌어요." in shown
    assert "수퍼바이저, PM, 관리자만" in message_text(mina.command("/sup 감사 DIAL")["message"])
