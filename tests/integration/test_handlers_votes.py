"""A project's rules and decisions about answers that do not agree, typed and pressed in Slack."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.db.models import AnswerSlot, Audit, Consensus, Project, Task
from bot.db.unit_of_work import Transactions
from bot.domain.task import SlotState, TaskState, TaskType
from bot.reports.adjudications import read_adjudication
from bot.reports.rules import rules_of
from bot.slack import ids
from bot.slack.views.adjudications import adjudication_card
from handlers import project_rules
from sandbox.client import list_actions, message_text
from tests.factories import Crew, make_crew
from tests.integration.delivered import deliver
from tests.integration.exported import judge, shared_task, work
from tests.integration.stage import Stage, said, staged


@pytest.fixture
def crew(transactions: Transactions) -> Crew:
    return make_crew(transactions, tasks=3)


@pytest.fixture
def stage(transactions: Transactions, crew: Crew) -> Iterator[Stage]:
    with staged(transactions) as stage:
        yield stage


def slots(transactions: Transactions, state: SlotState) -> int:
    with transactions.reading() as session:
        return session.scalar(select(func.count()).where(AnswerSlot.state == state)) or 0


def test_rules_are_shown_in_plain_lines(stage: Stage) -> None:
    shown = said(stage, "alex", "/pm rules DIAL")
    assert "`overlap=1` 1 person answers each task." in shown
    assert "`review_mode=every` Every answer is reviewed." in shown
    assert "`gate=off` Every worker of the project may work." in shown
    assert "`overlap=1` 작업마다 1명이 답해요." in said(stage, "bridge", "/pm 규칙 DIAL")
    assert "PM" in said(stage, "mina", "/pm rules DIAL")


def test_rules_are_changed_by_name_and_once(stage: Stage, crew: Crew, transactions: Transactions) -> None:
    shown = said(stage, "alex", "/pm rules DIAL overlap=3 overlap_max=5 gold_percent=5%")
    assert "`overlap=3` 3 people answer each task." in shown
    assert "up to 5" in shown
    assert "majority" not in shown, "only what has changed"
    with transactions.reading() as session:
        rules = rules_of(session, crew.project_id)
        assert (rules.overlap, rules.overlap_max, rules.gold_percent) == (3, 5, 5)
    assert slots(transactions, SlotState.OPEN) == 9, "the tasks have followed before the answer"
    stage.redeliver()
    assert stage.count(Audit, Audit.action == "project.rules") == 1
    assert "already" in said(stage, "alex", "/pm rules DIAL overlap=3")


def test_many_tasks_follow_after_the_answer(
    stage: Stage, transactions: Transactions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project_rules, "FIRST_BATCH", 2)
    assert "a little while" in said(stage, "alex", "/pm rules DIAL overlap=2")
    assert slots(transactions, SlotState.OPEN) == 5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("/pm rules DIAL overlap=0", "overlap can be 1-50"),
        ("/pm rules DIAL overlap=3 overlap_max=2", "overlap_max must be 3 or more"),
        ("/pm rules DIAL review_mode=consensus", "needs overlap=2 or more"),
        ("/pm rules DIAL colour=red", "I do not know the rule colour"),
        ("/pm rules DIAL sensitive=perhaps", "yes or no for sensitive"),
        ("/pm rules NOPE overlap=2", "There is no project NOPE"),
    ],
)
def test_rules_that_make_no_sense(stage: Stage, text: str, words: str) -> None:
    assert words in said(stage, "alex", text)


def test_only_a_pm_changes_rules(stage: Stage) -> None:
    before = stage.denied()
    assert "PM" in said(stage, "bridge", "/pm rules DIAL overlap=2")
    assert stage.denied() == before + 1


# Deciding


@pytest.fixture
def torn(transactions: Transactions) -> Crew:
    """A task with three different answers."""
    crew = shared_task(transactions, 3)
    for who, words in (("mina", "아니아니라니께"), ("jun", "아니아니라니까"), ("sora", "그게 아니여")):
        work(transactions, crew, who, {"text": words})
        judge(transactions, crew)
    return crew


@pytest.fixture
def court(transactions: Transactions, torn: Crew) -> Iterator[Stage]:
    with staged(transactions) as stage:
        yield stage


def card(stage: Stage, nickname: str = "bridge") -> dict[str, Any]:
    with stage.deps.transaction.reading() as session:
        task_id = session.scalar(select(Task.id))
        facts = read_adjudication(session, task_id or 0, stage.deps.transaction.clock())
    assert facts is not None
    return stage.post(nickname, adjudication_card(stage.reader(), facts, mine=False))


def standing(transactions: Transactions) -> Consensus:
    with transactions.reading() as session:
        return session.scalars(select(Consensus).where(Consensus.superseded_at.is_(None))).one()


def state(transactions: Transactions) -> TaskState:
    with transactions.reading() as session:
        return session.scalars(select(Task.state)).one()


def test_supervisors_are_told_and_nobody_is_named(court: Stage, torn: Crew) -> None:
    assert court.told("adjudication_card") == 1
    shown = message_text(card(court))
    assert "판정" in shown
    assert "아니아니라니께" in shown
    for name in ("mina", "jun", "sora"):
        assert name not in shown


def test_one_answer_is_chosen_in_the_window(court: Stage, transactions: Transactions) -> None:
    bridge = court.person("bridge")
    bridge.click(card(court), ids.VOTE_ADJUDICATE)
    form = bridge.wait_for_modal()
    shown = message_text(form)
    assert "2. " in shown
    assert "3명 중 1명" in shown
    for name in ("mina", "jun", "sora"):
        assert name not in shown
    first = standing(transactions).id
    with transactions.reading() as session:
        facts = read_adjudication(session, session.scalars(select(Task.id)).one(), transactions.clock())
        assert facts is not None
        chosen = facts.wordings[1]
    answer = bridge.submit({ids.ANSWER: str(chosen.submission_id), ids.NOTE: "다시 들었어요"}, view=form)
    assert not answer["errors"]
    found = standing(transactions)
    assert (found.id, found.submission_id, found.note) == (first, chosen.submission_id, "다시 들었어요")
    assert state(transactions) is TaskState.FINAL
    court.redeliver()
    assert court.count(Audit, Audit.action == "task.adjudicate") == 1


def test_own_words_need_to_be_an_answer(court: Stage, transactions: Transactions) -> None:
    bridge = court.person("bridge")
    bridge.command("/sup 판정")
    form = bridge.wait_for_modal()
    refused = bridge.submit({ids.ANSWER: "own", ids.NOTE: "아무도 아니에요"}, view=form)
    assert set(refused["errors"]) == {ids.TEXT}
    taken = bridge.submit(
        {ids.ANSWER: "own", ids.TEXT: "아녀 아녀", ids.NOTE: "아무도 아니에요"}, view=bridge.modal() or form
    )
    assert not taken["errors"]
    assert standing(transactions).words == {"text": "아녀 아녀"}


def test_a_window_that_is_late_says_so(court: Stage, transactions: Transactions) -> None:
    bridge = court.person("bridge")
    old = card(court)
    bridge.click(old, ids.VOTE_ADJUDICATE)
    form = bridge.wait_for_modal()
    chosen = {ids.ANSWER: "own", ids.TEXT: "가", ids.NOTE: "나"}
    assert not bridge.submit(chosen, view=form)["errors"]
    told = court.told("adjudication_card")
    bridge.click(old, ids.VOTE_ADJUDICATE)
    assert court.told("adjudication_card") == told + 1, "the card is drawn as things are now"
    assert bridge.modal() is None


def test_who_has_nothing_to_decide(court: Stage) -> None:
    assert "판정을 기다리는 작업이 없어요" in said(court, "dohyun", "/sup adjudicate")
    assert "There is no project" in said(court, "alex", "/sup adjudicate NOPE")


def test_it_stands_where_supervisors_look(court: Stage) -> None:
    assert "Waiting for a decision" in said(court, "alex", "/pm status DIAL")
    bridge = court.person("bridge")
    bridge.home()
    court.settle()
    home = bridge.home(reopen=False)
    assert home is not None
    assert "판정을 기다리는 작업 1건" in message_text(home)
    bridge.click(home, ids.VOTE_NEXT)
    assert bridge.wait_for_modal()["callback_id"] == ids.FORM_ADJUDICATE


def test_the_card_says_what_was_decided(court: Stage, torn: Crew) -> None:
    bridge = court.person("bridge")
    bridge.click(deliver(court, torn, "adjudication_card", "bridge"), ids.VOTE_ADJUDICATE)
    form = bridge.wait_for_modal()
    bridge.submit({ids.ANSWER: "own", ids.TEXT: "가", ids.NOTE: "느리게 들었어요"}, view=form)
    shown = deliver(court, torn, "adjudication_card", "bridge")
    assert ids.VOTE_ADJUDICATE not in list_actions(shown)
    assert "판정하셨어요" in message_text(shown)
    assert "느리게 들었어요" in message_text(shown)


def test_labels_are_decided_by_the_projects_labels(transactions: Transactions) -> None:
    crew = shared_task(transactions, 2, TaskType.MODERATION)
    for who, label in (("mina", "safe"), ("jun", "unsafe")):
        work(transactions, crew, who, {"label": label, "rationale": "까닭"})
        judge(transactions, crew)
    with transactions() as uow:
        uow.session.get_one(Project, crew.project_id).labels = ["safe", "unsafe", "unclear"]
    with staged(transactions) as stage:
        bridge = stage.person("bridge")
        bridge.command("/sup adjudicate DIAL")
        form = bridge.wait_for_modal()
        done = bridge.submit(
            {ids.ANSWER: "own", ids.LABEL: "unclear", ids.RATIONALE: "둘 다 맞아요", ids.NOTE: "함께 봤어요"},
            view=form,
        )
        assert not done["errors"]
    assert standing(transactions).words == {"label": "unclear", "rationale": "둘 다 맞아요"}
