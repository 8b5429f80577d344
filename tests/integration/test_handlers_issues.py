"""The buttons and forms of issues: taking, steering, holding, ruling, settling, opening again; in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from bot.db.models import (
    FaqEntry,
    GuidelineNote,
    Hold,
    Issue,
    IssueStep,
    Ruling,
)
from bot.db.unit_of_work import Transactions
from bot.domain.escalation import IssueState, NoteState, RulingState, Severity, Step
from bot.reports.issue_parts import read_note, read_ruling
from bot.reports.issues import read_issue
from bot.services.issues import open_issue
from bot.slack import ids
from bot.slack.views.guideline_notes import note_card
from bot.slack.views.issues import issue_card, thread_card
from bot.slack.views.rulings import ruling_card
from sandbox.client import list_actions, message_text
from sandbox.shapes import Json
from tests.conftest import MovableClock
from tests.factories import Crew, make_crew
from tests.integration.stage import Stage, staged

CREW = "C0CREW"


@pytest.fixture
def crew(transactions: Transactions) -> Crew:
    return make_crew(transactions)


@pytest.fixture
def stage(transactions: Transactions, crew: Crew) -> Iterator[Stage]:
    with staged(transactions) as stage:
        stage.person("boss").command(f"/admin bridge DIAL <#{CREW}>")
        yield stage


class Scene:
    """An issue in a thread, and its card as it would be drawn now."""

    def __init__(self, stage: Stage, crew: Crew, tasks: int = 2) -> None:
        self.stage, self.crew = stage, crew
        self.root = stage.person("mina").say(CREW, "seg-0001, seg-0002", wait=True)
        with stage.deps.transaction() as uow:
            self.id = open_issue(
                uow,
                person_id=crew["mina"],
                project_id=crew.project_id,
                severity=Severity.S2,
                request="기준이 서로 달라요",
                channel=CREW,
                thread_ts=self.root["ts"],
                task_ids=range(1, tasks + 1),
            ).issue_id

    def card(self, nickname: str) -> Json:
        """Post the issue's card as it is now in somebody's direct messages."""
        language = "en" if nickname == "alex" else "ko"
        with self.stage.deps.transaction.reading() as session:
            facts = read_issue(session, self.id, self.stage.deps.transaction.clock())
        assert facts is not None
        steers = nickname in ("bridge", "alex", "boss")
        reader = self.stage.reader(language)
        return self.stage.post(nickname, issue_card(reader, facts, self.crew[nickname], steers=steers))

    def public(self) -> Json:
        """Post the card of the thread in the channel."""
        with self.stage.deps.transaction.reading() as session:
            facts = read_issue(session, self.id, self.stage.deps.transaction.clock())
        assert facts is not None
        content = thread_card([self.stage.reader("ko"), self.stage.reader("en")], facts)
        posted = self.stage.deps.gateway.post(CREW, content, 1, thread_ts=self.root["ts"])
        return self.stage.person("boss").message(posted.channel, posted.ts)

    def press(self, nickname: str, action: str) -> None:
        self.stage.person(nickname).click(self.card(nickname), action)
        self.settle()

    def steer(self, nickname: str, action: str) -> None:
        """Open the menu on the card and press a button in it."""
        person = self.stage.person(nickname)
        person.click(self.card(nickname), ids.ISSUE_STEER)
        menu = person.wait_for_modal(lambda view: action in list_actions(view))
        person.click(menu, action)
        self.settle()

    def settle(self) -> None:
        self.stage.box.wait_until_quiet()
        self.stage.settle()

    @property
    def issue(self) -> Issue:
        with self.stage.deps.transaction.reading() as session:
            return session.get_one(Issue, self.id)

    def is_in(self, state: IssueState) -> bool:
        return self.issue.state is state

    def steps(self) -> list[Step]:
        query = select(IssueStep.step).where(IssueStep.issue_id == self.id).order_by(IssueStep.id)
        with self.stage.deps.transaction.reading() as session:
            return list(session.scalars(query))


@pytest.fixture
def scene(stage: Stage, crew: Crew) -> Scene:
    return Scene(stage, crew)


def test_the_first_takes_it_and_the_second_learns_who_did(scene: Scene, crew: Crew) -> None:
    public = scene.public()
    late = scene.card("alex")
    scene.stage.person("bridge").click(public, ids.ISSUE_ACK, times=2)
    scene.settle()
    assert (scene.issue.state, scene.issue.owner_id) == (IssueState.ACKED, crew["bridge"])
    assert scene.steps() == [Step.OPENED, Step.ACKED]
    alex = scene.stage.person("alex")
    alex.click(late, ids.ISSUE_ACK)
    scene.settle()
    assert "bridge" in message_text(alex.dm()[-1])
    assert scene.issue.owner_id == crew["bridge"]
    seen = scene.stage.person("bridge").messages(CREW, thread_ts=scene.root["ts"])
    assert [m for m in seen if m["ephemeral"]], "only who pressed is told, the thread stays quiet"
    assert not [
        m for m in scene.stage.person("jun").messages(CREW, thread_ts=scene.root["ts"]) if m["ephemeral"]
    ]


def test_workers_may_read_and_reply_but_not_steer(scene: Scene) -> None:
    jun = scene.stage.person("jun")
    for action in (ids.ISSUE_ACK, ids.ISSUE_RESOLVE, ids.ISSUE_STEER):
        jun.click(scene.public(), action)
        scene.settle()
    assert jun.modal() is None
    assert scene.stage.denied() == 3
    assert scene.issue.state is IssueState.OPEN
    jun.click(scene.public(), ids.ISSUE_HISTORY)
    assert "mina" in message_text(jun.wait_for_modal())
    jun.close_modal(all=True)
    jun.click(scene.card("jun"), ids.ISSUE_SAY)
    assert jun.submit({"words": "저도 궁금해요"})["errors"] == {}
    assert scene.steps()[-1] is Step.SAID


def test_the_menu_changes_in_its_place(scene: Scene, crew: Crew) -> None:
    bridge = scene.stage.person("bridge")
    scene.steer("bridge", ids.ISSUE_SEVERITY)
    assert bridge.submit({"severity": "S1"})["errors"] == {}
    assert bridge.modal() is None
    assert scene.issue.severity is Severity.S1
    scene.steer("bridge", ids.ISSUE_WAIT_PM)
    assert "#1" in message_text(bridge.wait_for_modal(lambda v: ids.ISSUE_WAIT_PM not in list_actions(v)))
    bridge.close_modal(all=True)
    assert (scene.issue.state, scene.issue.owner_id) == (IssueState.WAITING_PM, crew["bridge"])
    scene.press("alex", ids.ISSUE_RESUME)
    assert scene.is_in(IssueState.ACKED)
    scene.steer("alex", ids.ISSUE_REASSIGN)
    alex = scene.stage.person("alex")
    assert alex.submit({"person": str(crew["alex"])})["errors"] == {}
    assert scene.issue.owner_id == crew["alex"]
    scene.steer("alex", ids.ISSUE_WAIT_WORKER)
    assert scene.is_in(IssueState.WAITING_WORKER)
    alex.close_modal(all=True)
    # What the worker writes in the thread is the answer that was waited for.
    scene.stage.person("jun").say(CREW, "저는 아니에요", thread_ts=scene.root["ts"], wait=True)
    assert scene.is_in(IssueState.WAITING_WORKER)
    scene.stage.person("mina").say(CREW, "두 번째 것이요", thread_ts=scene.root["ts"], wait=True)
    assert scene.is_in(IssueState.ACKED)
    scene.steer("alex", ids.ISSUE_LEVEL_UP)
    assert scene.is_in(IssueState.OPEN)
    assert scene.issue.owner_id is None


def test_an_old_menu_is_answered_in_its_window(scene: Scene) -> None:
    bridge = scene.stage.person("bridge")
    bridge.click(scene.card("bridge"), ids.ISSUE_STEER)
    menu = bridge.wait_for_modal()
    scene.press("alex", ids.ISSUE_ACK)
    told = scene.stage.told("issue_card")
    bridge.click(menu, ids.ISSUE_WAIT_PM)
    scene.settle()
    assert ids.ISSUE_WAIT_PM not in list_actions(bridge.wait_for_modal(lambda v: v["id"] == menu["id"]))
    assert scene.issue.state is IssueState.ACKED
    assert scene.stage.told("issue_card") > told, "the cards are drawn anew"
    bridge.close_modal(all=True)
    bridge.click(scene.card("bridge"), ids.ISSUE_STEER)
    bridge.wait_for_modal()
    bridge.close_modal(all=True)


def test_holding_ruling_and_disagreeing(scene: Scene) -> None:
    bridge, alex = scene.stage.person("bridge"), scene.stage.person("alex")
    scene.steer("bridge", ids.ISSUE_HOLD)
    assert bridge.submit({"text": "nope-1"})["errors"].keys() == {"text"}
    assert bridge.submit({"text": "seg-0003"})["response_action"] == "update"
    bridge.close_modal(all=True)
    assert scene.stage.count(Hold, Hold.released_at.is_(None)) == 3
    scene.steer("bridge", ids.ISSUE_RULE)
    assert bridge.submit({"words": "들리는 대로 적어 주세요"})["errors"] == {}
    assert scene.stage.count(Hold, Hold.released_at.is_(None)) == 0
    with scene.stage.deps.transaction.reading() as session:
        facts = read_ruling(session, session.scalars(select(Ruling.id)).one())
    assert facts is not None
    card = scene.stage.post("alex", ruling_card(scene.stage.reader("en"), facts, decides=True))
    alex.click(card, ids.RULING_DECLINE)
    assert alex.submit({"reason": "Please use the standard spelling."})["errors"] == {}
    assert scene.stage.count(Hold, Hold.released_at.is_(None)) == 3
    assert scene.stage.count(Ruling, Ruling.state == RulingState.DECLINED) == 1
    alex.click(card, ids.RULING_AGREE)
    scene.settle()
    assert scene.stage.count(Ruling, Ruling.state == RulingState.DECLINED) == 1
    scene.steer("bridge", ids.ISSUE_RELEASE)
    assert scene.stage.count(Hold, Hold.released_at.is_(None)) == 0


def test_resolving_with_everything_and_opening_again(scene: Scene, clock: MovableClock, crew: Crew) -> None:
    bridge, alex = scene.stage.person("bridge"), scene.stage.person("alex")
    scene.steer("bridge", ids.ISSUE_HOLD)
    bridge.submit({})
    bridge.close_modal(all=True)
    scene.press("bridge", ids.ISSUE_RESOLVE)
    form = bridge.wait_for_modal()
    assert {"cause", "remedy", "section"} <= set(bridge.submit({"cause": "", "remedy": ""})["errors"])
    filled = {
        "cause": "4.2절이 모호했어요",
        "remedy": "PM과 기준을 정했어요",
        "section": "-",
        "guideline_note": "숫자는 한글로 적어요",
        "question": "숫자는 어떻게 적나요?",
    }
    assert bridge.submit(filled)["errors"].keys() == {"answer_ko"}
    assert scene.issue.state is IssueState.OPEN
    assert bridge.submit({"answer_ko": "한글로 적어요"})["errors"] == {}
    assert form
    assert (scene.issue.state, scene.issue.remedy) == (IssueState.RESOLVED, "PM과 기준을 정했어요")
    assert scene.stage.count(Hold, Hold.released_at.is_(None)) == 0
    assert scene.stage.count(FaqEntry) == 1
    with scene.stage.deps.transaction.reading() as session:
        note = read_note(session, session.scalars(select(GuidelineNote.id)).one())
    assert note is not None
    alex.click(
        scene.stage.post("alex", note_card(scene.stage.reader("en"), note, decides=True)), ids.NOTE_TAKE
    )
    scene.settle()
    assert scene.stage.count(GuidelineNote, GuidelineNote.state == NoteState.TAKEN) == 1
    # Whoever raises it once more is shown it with the way to open it again.
    mina = scene.stage.person("mina")
    mina.react(scene.root, "rotating_light", wait=True)
    scene.settle()
    seen = mina.messages(CREW, thread_ts=scene.root["ts"])
    card = next(m for m in seen if m["ephemeral"] and ids.ISSUE_REOPEN in list_actions(m))
    mina.click(card, ids.ISSUE_REOPEN)
    scene.settle()
    assert (scene.issue.state, scene.issue.owner_id) == (IssueState.OPEN, None)
    assert scene.issue.opener_id == crew["mina"]


def test_taking_it_back(scene: Scene) -> None:
    scene.press("mina", ids.ISSUE_WITHDRAW)
    assert scene.issue.state is IssueState.CLOSED
    mina = scene.stage.person("mina")
    mina.react(scene.root, "rotating_light", wait=True)
    scene.settle()
    assert scene.stage.count(Issue) == 2, "its thread is free again"


def test_an_issue_of_the_list_opens_in_a_window(scene: Scene) -> None:
    alex = scene.stage.person("alex")
    listed = alex.command("/esc list")["message"]
    alex.click(listed, ids.ISSUE_SHOW)
    window = alex.wait_for_modal()
    assert {ids.ISSUE_ACK, ids.ISSUE_RESOLVE, ids.ISSUE_STEER} <= set(list_actions(window))
    alex.click(window, ids.ISSUE_ACK)
    scene.settle()
    assert scene.issue.state is IssueState.ACKED
    assert ids.ISSUE_ACK not in list_actions(
        alex.wait_for_modal(lambda v: ids.ISSUE_ACK not in list_actions(v))
    )


def test_buttons_from_another_time(scene: Scene) -> None:
    bridge = scene.stage.person("bridge")
    with scene.stage.deps.transaction.reading() as session:
        facts = read_issue(session, scene.id, scene.stage.deps.transaction.clock())
    assert facts is not None
    content = issue_card(scene.stage.reader(), facts, scene.crew["bridge"], steers=True)
    for value in ("x", "999.1"):
        for block in content.blocks:
            for element in block.get("elements", []):
                if element.get("type") == "button":
                    element["value"] = value
        bridge.click(scene.stage.post("bridge", content), ids.ISSUE_ACK)
        scene.settle()
    assert scene.issue.state is IssueState.OPEN
    assert len([m for m in bridge.dm() if m["ephemeral"]]) == 2
