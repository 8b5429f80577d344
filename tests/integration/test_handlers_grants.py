"""Qualifications, quizzes, suggestions, known tasks and care, as people type and press them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import delete, select

from bot.db.models import (
    Acknowledgement,
    Assignment,
    Consent,
    Gold,
    Grant,
    Qualification,
    Question,
    Quiz,
    Suggestion,
)
from bot.db.unit_of_work import Transactions, UnitOfWork
from bot.domain.assignment import AssignmentState
from bot.homes import draw_home
from bot.reports.suggestions import read_suggestion
from bot.services.handovers import hand_over
from bot.services.verdicts import accept as accept_review
from bot.slack.views.suggestions import practice_offer, suggestion_card
from sandbox.client import list_actions, message_text
from tests.conftest import MovableClock
from tests.integration.fair_scene import FairScene
from tests.integration.stage import Stage, said, staged


@pytest.fixture
def scene(transactions: Transactions, clock: MovableClock) -> FairScene:
    return FairScene(transactions, clock, tasks=6)


@pytest.fixture
def stage(transactions: Transactions, scene: FairScene) -> Iterator[Stage]:
    assert scene.crew.project_id
    with staged(transactions) as stage:
        yield stage


def test_a_qualification_typed_shown_and_taken_back(stage: Stage, scene: FairScene) -> None:
    scene.rules(gate="aide:2")
    assert "aide:2" in said(stage, "bridge", "/sup 자격 설명 aide:2 연습 과제 열 개를 해 보세요.")
    for command in ("/work 받기", "/work 목록"):
        refused = said(stage, "mina", command)
        assert "aide:2" in refused
        assert "연습 과제 열 개를 해 보세요." in refused
    assert "연습 과제 열 개를 해 보세요." in said(stage, "mina", "/my 자격")
    with stage.deps.transaction.reading() as session:
        uow = UnitOfWork(session, stage.deps.transaction.clock(), reading=True)
        home = draw_home(uow, scene.crew["mina"], catalogs=stage.catalogs, commands=stage.deps.commands)
    assert "aide:2" in message_text(home)
    given = said(stage, "bridge", "/sup wkrur <@UMINA> aide:2 until 2027-01-31 스무 개를 모두 잘했어요")
    stage.redeliver()
    assert "mina" in given
    with stage.deps.transaction.reading() as session:
        grant = session.scalars(select(Grant)).one()
        assert (grant.evidence, grant.expires_at is not None) == ("스무 개를 모두 잘했어요", True)
        assert session.scalars(select(Qualification.how)).one()
    assert stage.told("grant_news") == 1
    assert "aide:2" in said(stage, "mina", "/my qualifications")
    assert "스무 개를 모두 잘했어요" in said(stage, "bridge", "/sup grant list <@UMINA>")
    assert "#1" in said(stage, "mina", "/work 받기")
    assert "listening" in said(
        stage, "bridge", "/sup 자격 <@UJUN> listening 3 2027-01-31까지 받아쓰기를 봤어요"
    )
    assert "3" in said(stage, "boss", "/sup 자격 목록")
    assert "aide:2" in said(stage, "bridge", "/sup 자격 회수 <@UMINA> aide:2")
    assert stage.count(Grant, Grant.revoked_at.is_(None)) == 1
    assert "DIAL" in said(stage, "mina", "/work next")


def test_reviewing_says_what_it_asks_for(stage: Stage, scene: FairScene) -> None:
    scene.rules(review_gate="aide:1")
    scene.submit(scene.claim())
    assert "aide:1" in said(stage, "dohyun", "/review 받기")
    assert "#1" in said(stage, "bridge", "/review 받기")


@pytest.mark.parametrize(
    "words",
    [
        "<@UMINA>",
        "<@UMINA> aide:2",
        "aide:2 봤어요",
        "<@UMINA> aide:1 봤어요",
        "<@UMINA> a:b:c 봤어요",
        "<@UMINA> aide:2 until tomorrow 봤어요",
        "<@UMINA> aide:2 until 2020-01-31 봤어요",
        "<@UMINA> skill 9999 봤어요",
        "<@UBRIDGE> aide:2 봤어요",
        "<@UNOBODY> aide:2 봤어요",
        "revoke <@UMINA> aide:2",
    ],
)
def test_what_is_missing_is_said(stage: Stage, words: str) -> None:
    assert said(stage, "bridge", f"/sup grant {words}")
    assert stage.count(Grant) == 0


def test_only_supervisors_give_and_list(stage: Stage) -> None:
    for who in ("mina", "alex"):
        assert said(stage, who, "/sup 자격 <@UJUN> aide:2 봤어요")
        assert said(stage, who, "/sup 자격 목록")
    assert stage.count(Grant) == 0
    assert stage.denied() == 4


def answered(stage: Stage, right: bool) -> dict[str, str]:
    with stage.deps.transaction.reading() as session:
        quiz = session.scalars(select(Quiz).order_by(Quiz.id.desc()).limit(1)).one()
        return {
            f"q{n}": ask[4] if right else next(value for value, _shown in ask[3] if value != ask[4])
            for n, ask in enumerate(quiz.questions)
        }


def test_a_quiz_from_the_card_to_the_qualification(stage: Stage, scene: FairScene) -> None:
    scene.guideline()
    scene.rules(gate="project:dial")
    mina, bridge = stage.person("mina"), stage.person("bridge")
    mina.click(mina.command("/my 자격")["message"], "quiz:open")
    form = mina.wait_for_modal()
    assert "지침" in message_text(form) or form["blocks"]
    assert mina.submit(answered(stage, right=True))["response_action"] == "update"
    assert "DIAL" in message_text(mina.wait_for_modal())
    assert stage.told("suggestion_card") == 1
    card = suggestion(stage, 1)
    assert "suggestion:grant" in list_actions(card)
    bridge.click(card, "suggestion:grant")
    stage.settle()
    assert stage.count(Grant) == 1
    bridge.click(card, "suggestion:seen")
    stage.settle()
    assert stage.count(Suggestion, Suggestion.outcome == "granted") == 1
    assert "#1" in message_text(mina.command("/work 받기")["message"])


def suggestion(stage: Stage, id: int, who: str = "bridge") -> dict[str, Any]:
    with stage.deps.transaction.reading() as session:
        facts = read_suggestion(session, id)
    assert facts is not None
    return stage.post(who, suggestion_card(stage.reader(), facts))


def test_failing_says_what_to_read_and_practice_is_always_possible(stage: Stage, scene: FairScene) -> None:
    scene.guideline()
    mina = stage.person("mina")
    shown = mina.command("/my 자격")["message"]
    mina.click(shown, "quiz:open")
    mina.wait_for_modal()
    assert mina.submit(answered(stage, right=False))["response_action"] == "update"
    assert "사투리" in message_text(mina.wait_for_modal()) or "숫자" in message_text(mina.wait_for_modal())
    assert stage.count(Suggestion) == 0
    mina.click(mina.command("/my 자격")["message"], "quiz:open")
    stage.settle()
    assert stage.count(Quiz) == 1, "another one counts after a day"
    offer = stage.post("mina", practice_offer(stage.reader(), 1, "DIAL"))
    mina.click(offer, "quiz:practise")
    mina.wait_for_modal()
    assert mina.submit(answered(stage, right=True))["response_action"] == "update"
    assert stage.count(Quiz, Quiz.practice.is_(True)) == 1
    assert stage.count(Suggestion) == 0


def test_a_suggestion_is_settled_by_hand(stage: Stage, scene: FairScene) -> None:
    scene.grant("mina", "aide:2")
    for _ in range(3):
        with stage.deps.transaction() as uow:
            uow.session.add(
                Suggestion(
                    project_id=scene.crew.project_id,
                    person_id=scene.crew["mina"],
                    rule="reject_share",
                    figures={"rejects": 3, "n": 4, "days": 7},
                    made_at=uow.now,
                )
            )
    bridge, sora = stage.person("bridge"), stage.person("sora")
    sora.click(suggestion(stage, 1, "sora"), "suggestion:seen")
    stage.settle()
    assert stage.denied() == 1
    bridge.click(suggestion(stage, 1), "suggestion:seen")
    bridge.click(suggestion(stage, 2), "suggestion:practice")
    stage.settle()
    assert stage.told("practice_offer") == 0, "there is nothing to practise with"
    scene.guideline()
    bridge.click(suggestion(stage, 2), "suggestion:practice")
    stage.settle()
    assert stage.told("practice_offer") == 1
    bridge.click(suggestion(stage, 3), "suggestion:adjust")
    bridge.wait_for_modal()
    wrong = {"qualification": "aide:2", "change": "change", "value": "셋"}
    assert set(bridge.submit(wrong)["errors"]) == {"value"}
    right = {
        "qualification": "aide:2",
        "change": "change",
        "until": "2027-01-31",
        "evidence": "다시 봤어요",
        "value": "2",
    }
    assert bridge.submit(right)["errors"] == {}
    with stage.deps.transaction.reading() as session:
        outcomes = session.scalars(select(Suggestion.outcome).order_by(Suggestion.id)).all()
        standing = session.scalars(select(Grant).where(Grant.revoked_at.is_(None))).one()
    assert outcomes == ["seen", "practice", "adjusted"]
    assert (standing.value, standing.evidence) == (2, "다시 봤어요")


def test_known_tasks_are_for_those_who_steer(stage: Stage) -> None:
    assert "#3" in said(stage, "alex", "/pm gold DIAL 3 거시기 허요")
    assert "거시기 허요" in said(stage, "bridge", "/pm 정답 목록")
    assert "#3" in said(stage, "alex", "/pm gold retire #3")
    assert stage.count(Gold, Gold.retired_at.is_(None)) == 0
    for words in ("DIAL 4", "DIAL 99 없어요", "DIAL retire 4", "DIAL retire", "NOPE list"):
        assert said(stage, "alex", f"/pm gold {words}")
    for who in ("mina", "sora"):
        assert "거시기" not in said(stage, who, "/pm gold list")
        said(stage, who, "/pm gold DIAL 3 몰래")
    assert stage.count(Gold) == 1


def test_sensitive_work_begins_with_a_choice_and_ends_with_a_tap(stage: Stage, scene: FairScene) -> None:
    scene.rules(sensitive=True)
    mina = stage.person("mina")
    refused = mina.command("/work 받기")["message"]
    mina.click(refused, "consent:open")
    mina.wait_for_modal()
    assert mina.submit({})["response_action"] == "update"
    assert stage.count(Consent, Consent.ended_at.is_(None)) == 1
    assert stage.count(Assignment) == 1, "and the task that was asked for is there"
    card = stage.task_card("mina")
    assert "consent:stop" in list_actions(card)
    mina.click(card, "consent:stop")
    stage.settle()
    assert stage.count(Consent, Consent.ended_at.is_(None)) == 0
    assert stage.count(Assignment, Assignment.state == AssignmentState.RELEASED) == 1
    assert "consent:open" in list_actions(mina.command("/work 받기")["message"])


def test_a_guideline_nobody_sent_yet_is_sent_with_the_consent(stage: Stage, scene: FairScene) -> None:
    scene.guideline()
    scene.rules(sensitive=True)
    with stage.deps.transaction() as uow:
        uow.session.execute(delete(Acknowledgement))
    mina, sent = stage.person("mina"), stage.told("guideline_card")
    mina.click(mina.command("/work 받기")["message"], "consent:open")
    mina.wait_for_modal()
    assert mina.submit({})["response_action"] == "update"
    assert "가이드라인" in message_text(mina.wait_for_modal())
    assert stage.told("guideline_card") == sent + 1


def test_sensitive_work_can_be_stopped_after_it_was_handed_in(stage: Stage, scene: FairScene) -> None:
    scene.rules(sensitive=True)
    mina = stage.person("mina")
    mina.click(mina.command("/work 받기")["message"], "consent:open")
    mina.wait_for_modal()
    mina.submit({})
    with stage.deps.transaction.reading() as session:
        held = session.scalars(select(Assignment.id)).one()
    scene.submit(held)
    waiting = stage.task_card("mina")
    mina.click(waiting, "consent:stop", times=2)
    stage.settle()
    assert stage.count(Consent, Consent.ended_at.is_(None)) == 0
    assert stage.count(Assignment, Assignment.state == AssignmentState.IN_REVIEW) == 1
    review = scene.take()
    with stage.deps.transaction() as uow:
        accept_review(uow, person_id=scene.crew["sora"], review_id=review)
    assert "consent:stop" in list_actions(stage.task_card("mina"))


def test_a_question_from_the_card_stops_the_clock_once_a_person_is_asked(stage: Stage) -> None:
    mina = stage.person("mina")
    mina.command("/work 받기")
    card = stage.task_card("mina")
    mina.click(card, "card:ask")
    mina.wait_for_modal()
    assert mina.submit({"question": "웃음소리도 적나요?"})["response_action"] == "update"
    stage.settle()
    with stage.deps.transaction.reading() as session:
        question = session.scalars(select(Question)).one()
        assert question.assignment_id == 1
    with stage.deps.transaction() as uow:
        hand_over(uow, person_id=question.asker_id, question_id=question.id)
    asked = stage.task_card("mina")
    assert "멈춰요" in message_text(asked)
    assert "task:submit" in list_actions(asked)
