"""The life of a task as people live it: commands, buttons and forms in Slack."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.db.models import LedgerLine, OutboxRow, Submission
from bot.db.unit_of_work import Transactions
from sandbox.client import message_text
from tests.conftest import MovableClock
from tests.factories import make_crew
from tests.integration.stage import Stage, staged


@pytest.fixture
def stage(transactions: Transactions) -> Iterator[Stage]:
    make_crew(transactions)
    with staged(transactions) as stage:
        yield stage


def test_claim_submit_reject_rework_accept(stage: Stage) -> None:
    mina, sora = stage.person("mina"), stage.person("sora")
    answer = mina.command("/work 받기")
    assert "#1" in message_text(answer["message"])
    mina.click(stage.task_card("mina"), "task:submit")
    assert mina.submit({"text": "거시기"})["errors"] == {}
    assert mina.modal() is None

    assert "#1" in message_text(sora.command("/review 받기")["message"])
    sora.click(stage.review_card("sora"), "review:reject")
    values = {"reason": "misheard", "section": "2.4", "comment": "00:12의 말이 빠졌어요."}
    assert sora.submit(values)["errors"] == {}

    answer = mina.command("/work 받기")
    mina.click(answer["message"], "task:submit")
    form = mina.wait_for_modal()
    assert "00:12의 말이 빠졌어요." in message_text(form)
    refused = mina.submit({"text": "거시기 "})
    assert set(refused["errors"]) == {"text"}, "unchanged rework is refused at the field"
    assert mina.submit({"text": "거시기혀"})["errors"] == {}

    assert stage.told("review_reserved") == 1
    sora.command("/review next")
    sora.click(stage.review_card("sora"), "review:accept")
    stage.settle()
    assert sora.ephemerals(sora.dm_channel()), "the verdict is confirmed where it was pressed"
    with stage.deps.transaction.reading() as session:
        assert [line.amount_minor for line in session.query(LedgerLine)] == [350]


def test_every_verdict_by_button(stage: Stage) -> None:
    mina, sora = stage.person("mina"), stage.person("sora")
    for _ in range(3):
        mina.command("/work next")
        mina.command("/work submit")
        mina.submit({"text": "첫 문장"})
    sora.command("/review next")
    sora.click(stage.review_card("sora", 1), "review:fix")
    assert "text" in sora.submit({"comment": "조금 고쳤어요"})["errors"], "a fix changes something"
    assert sora.submit({"text": "고친 문장", "comment": "조금 고쳤어요"})["errors"] == {}
    sora.command("/review next")
    sora.click(stage.review_card("sora", 2), "review:hand_over")
    assert sora.submit({"note": "잡음인지 애매해요."})["errors"] == {}
    assert stage.told("review_handed_over") == 1
    sora.command("/review next")
    accepted = stage.review_card("sora", 3)
    sora.click(accepted, "review:accept")
    sora.click(stage.review_card("sora", 3), "review:undo")
    stage.settle()
    with stage.deps.transaction.reading() as session:
        assert [line.amount_minor for line in session.query(LedgerLine)] == [350, 350, -350]
    bridge = stage.person("bridge")
    bridge.command("/review ㄱㄱ")
    bridge.click(stage.review_card("bridge", 2), "review:accept")
    stage.settle()
    assert stage.count(LedgerLine) == 4


def test_unusable_release_extend(stage: Stage) -> None:
    mina = stage.person("mina")
    mina.command("/work 받기")
    mina.command("/work 불가")
    assert mina.submit({"unusable": "noise", "note": "사이렌 소리뿐이에요."})["errors"] == {}
    assert stage.count(Submission) == 1
    mina.command("/work 받기")
    more = message_text(mina.command("/work 연장")["message"])
    refused = message_text(mina.command("/work extend")["message"])
    assert more != refused, "the second extension is refused in words"
    mina.command("/work 반납 2")
    assert "#2" not in message_text(mina.command("/work 목록")["message"])
    unknown = mina.command("/work submit 999")
    assert unknown["message"] is not None
    assert mina.modal() is None


def test_two_in_hand_lists_with_buttons(stage: Stage) -> None:
    mina = stage.person("mina")
    mina.command("/work next")
    mina.command("/work next")
    shown = mina.command("/work 제출")["message"]
    assert all(task in message_text(shown) for task in ("#1", "#2"))
    mina.command("/work 제출 #2")
    assert mina.submit({"text": "둘째"})["errors"] == {}
    assert "#1" in message_text(mina.command("/work")["message"]), "help also shows what is mine"


def test_late_answer_is_explained_in_the_window(stage: Stage, clock: MovableClock) -> None:
    mina = stage.person("mina")
    mina.command("/work next")
    mina.command("/work submit 1")
    clock.advance(hours=1)
    assert mina.submit({"text": "늦은 답"})["response_action"] == "update"
    assert message_text(mina.wait_for_modal())
    assert stage.count(Submission) == 1


@pytest.mark.parametrize("typed", ["받기", "next", "qkerl", "ㅜㄷㅌㅅ", "다음", "ㄱㄱ", "NEXT!"])
def test_the_same_word_in_every_typing(stage: Stage, typed: str) -> None:
    answer = stage.person("mina").command(f"/work {typed}")
    assert "#1" in message_text(answer["message"])
    assert stage.count(OutboxRow, OutboxRow.kind == "assignment_card") == 1


def test_unknown_word_offers_the_nearest(stage: Stage) -> None:
    said = message_text(stage.person("mina").command("/work 받")["message"])
    assert "받기" in said
    for lost in ("help", "도움말", "?"):
        assert "“" not in message_text(stage.person("mina").command(f"/work {lost}")["message"])
    english = message_text(stage.person("alex").command("/pm statis")["message"])
    assert "status" in english
