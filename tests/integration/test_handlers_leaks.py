"""Task content in public channels, from the message to the issue: nothing of it gets any further."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from bot.db.models import (
    Audit,
    Base,
    Issue,
    IssueStep,
    Leak,
    Membership,
    OutboxRow,
    Question,
    RequestKey,
    SourceText,
    Submission,
    Task,
)
from bot.db.unit_of_work import Transactions
from bot.domain.escalation import IssueSource, IssueState, Severity, Step
from bot.domain.people import Role
from bot.domain.policy import Action
from bot.services.tasks import claim_next
from sandbox.client import list_actions, message_text
from sandbox.shapes import Json
from tests.factories import Crew
from tests.integration.leaked import SECRETS, make_secret_crew, sweep
from tests.integration.stage import STRANGER
from tests.integration.two_sides import CREW, SNOW, TwoSides, two_sides

COPY = f"이 문장은 어떻게 적어야 하나요? {SECRETS[0]}"
WARNED = "작업 내용이 공개 채널에"
_ITS_OWN = {Task.__tablename__, Submission.__tablename__}


@pytest.fixture
def crew(transactions: Transactions) -> Crew:
    return make_secret_crew(transactions)


@pytest.fixture
def scene(transactions: Transactions, crew: Crew) -> Iterator[TwoSides]:
    with two_sides(transactions, crew) as scene:
        sweep(transactions, scene.stage.deps.prints)
        scene.share()
        scene.person("boss").command("/admin questions DIAL here", CREW)
        yield scene


def _issues(scene: TwoSides) -> list[Issue]:
    with scene.stage.deps.transaction.reading() as session:
        return list(session.scalars(select(Issue).order_by(Issue.id)))


def _leaks(scene: TwoSides) -> list[Leak]:
    with scene.stage.deps.transaction.reading() as session:
        return list(session.scalars(select(Leak).order_by(Leak.id)))


def _everything(scene: TwoSides) -> str:
    """Return all that is stored, but for the work itself."""
    with scene.stage.deps.transaction.reading() as session:
        tables = [t for name, t in Base.metadata.tables.items() if name not in _ITS_OWN]
        rows = [tuple(row) for table in tables for row in session.execute(select(table))]
    return json.dumps(rows, default=str, ensure_ascii=False)


def _warning(scene: TwoSides, who: str = "mina", words: str = WARNED) -> Json:
    scene.settle()
    return scene.person(who).wait_for_dm(words)


def test_a_leak_goes_nowhere(scene: TwoSides, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    mina = scene.person("mina")
    said = mina.say(CREW, COPY, wait=True)
    card = _warning(scene)
    assert {"link:message", "leak:deleted", "leak:ask"} <= set(list_actions(card))
    assert scene.engine.texts() == []
    assert scene.stage.count(SourceText) == scene.stage.count(Question) == 0
    assert scene.bots(CREW) == scene.bots(CREW, said["ts"]) == []
    (issue,) = _issues(scene)
    assert (issue.severity, issue.source, issue.opener_id) == (Severity.S1, IssueSource.LEAK, None)
    assert "장독대" not in _everything(scene)
    assert "장독대" not in caplog.text
    for who in ("mina", "bridge", "alex", "boss"):
        assert "장독대" not in json.dumps(scene.person(who).dm(), ensure_ascii=False)
    scene.stage.redeliver()
    scene.settle()
    assert len(_leaks(scene)) == 1


def test_a_mention_and_a_call_are_kept_back_too(scene: TwoSides) -> None:
    mina = scene.person("mina")
    mina.say(CREW, f"<@U0GAGYOBOT> {COPY}", wait=True)
    mina.say(CREW, f"<@U0GAGYOBOT> 에스컬 S2 {SECRETS[1]}", wait=True)
    scene.settle()
    assert scene.stage.count(Question) == 0
    assert [issue.source for issue in _issues(scene)] == [IssueSource.LEAK]
    assert len(_leaks(scene)) == 2
    assert "장독대" not in _everything(scene)
    assert "저수지" not in _everything(scene)


def test_private_channels_are_not_guarded(scene: TwoSides) -> None:
    room = scene.stage.box.add_channel("room", members=["UMINA", "UALEX"], private=True, bot=True)
    mina = scene.person("mina")
    mina.say(room, f"<@U0GAGYOBOT> {COPY}", wait=True)
    scene.settle()
    mina.say(mina.dm_channel(), COPY, wait=True)
    scene.settle()
    assert scene.stage.count(Question) == 2, "asked and answered as ever"
    assert _leaks(scene) == []


def test_snippets_quotes_and_forwarded_cards_are_read(scene: TwoSides) -> None:
    mina = scene.person("mina")
    for words in (f"```{SECRETS[0]}```", f"> {SECRETS[1]}\n> 이거요", f"*{SECRETS[2]}*"):
        mina.say(CREW, words, wait=True)
    scene.settle()
    assert len(_leaks(scene)) == 3
    assert scene.stage.count(SourceText) == 0


def test_other_peoples_tools_get_nothing_of_it(scene: TwoSides) -> None:
    said = scene.person("mina").say(CREW, COPY, wait=True)
    scene.settle()
    jun = scene.person("jun")
    jun.react(said, "flag-us", wait=True)
    jun.message_shortcut("ask:message", said)
    jun.message_shortcut("translation:for_me", said)
    jun.react(said, "rotating_light", wait=True)
    scene.settle()
    assert scene.engine.texts() == []
    assert scene.stage.count(Question) == 0
    assert "장독대" not in _everything(scene)


def test_deleting_it_is_noticed_and_thanked_for(scene: TwoSides) -> None:
    mina = scene.person("mina")
    said = mina.say(CREW, COPY, wait=True)
    _warning(scene)
    mina.delete(said, wait=True)
    thanks = _warning(scene, words="고마워요")
    assert list_actions(thanks) == []
    with scene.stage.deps.transaction.reading() as session:
        assert Step.MESSAGE_DELETED in session.scalars(select(IssueStep.step)).all()


def test_an_edit_that_takes_it_out_counts_and_goes_on(scene: TwoSides) -> None:
    mina = scene.person("mina")
    said = mina.say(CREW, COPY, wait=True)
    _warning(scene)
    mina.edit(said, f"{SECRETS[0]} 흠", wait=True)
    scene.settle()
    assert _leaks(scene)[0].deleted_at is None
    mina.edit(said, SNOW, wait=True)
    _warning(scene, words="고마워요")
    assert scene.stage.count(SourceText) == 1, "what is left is for the others"
    scene.person("alex").wait_for_message(CREW, "It will snow", thread_ts=said["ts"])


def test_an_edit_that_puts_it_in_takes_the_translation_back(scene: TwoSides) -> None:
    mina = scene.person("mina")
    said = mina.say(CREW, SNOW, wait=True)
    scene.settle()
    mina.edit(said, COPY, wait=True)
    _warning(scene)
    assert [m for m in scene.bots(CREW, said["ts"]) if "snow" in message_text(m)] == []
    assert len(scene.engine.texts()) == 1
    assert "장독대" not in _everything(scene)


def test_buttons_ask_and_look(scene: TwoSides) -> None:
    mina = scene.person("mina")
    said = mina.say(CREW, COPY, wait=True)
    card = _warning(scene)
    mina.click(card, "leak:deleted")
    scene.settle()
    assert "아직 보여요" in json.dumps(mina.dm(), ensure_ascii=False)
    mina.click(card, "leak:ask", times=2)
    for who in ("bridge", "boss"):
        asked = _warning(scene, who, "지워 달라고")
        assert "mina" in message_text(asked)
    assert "leak:ask" not in list_actions(_warning(scene, words="부탁했어요"))
    # The event of a deletion may get lost.
    with scene.stage.deps.transaction() as uow:
        leak = uow.session.scalars(select(Leak)).one()
        leak.ts = "1.000001"
    mina.click(_warning(scene, words="부탁했어요"), "leak:deleted")
    _warning(scene, words="고마워요")
    assert said["ts"] != "1.000001"


def test_strangers_are_heard_as_well(scene: TwoSides) -> None:
    stranger = scene.stage.box.person(STRANGER)
    stranger.say(CREW, SNOW, wait=True)
    said = stranger.say(CREW, COPY, wait=True)
    _warning(scene, "bridge", "가입하지 않은 사람")
    stranger.delete(said, wait=True)
    _warning(scene, "bridge", "지워졌어요")
    assert "장독대" not in _everything(scene)


def test_a_picture_is_asked_about_and_not_looked_at(scene: TwoSides, crew: Crew) -> None:
    mina = scene.person("mina")
    picture = mina.upload("screen.png", b"not looked at")["id"]
    mina.say(CREW, "이거 보세요", files=[picture], wait=True)
    scene.settle()
    assert _leaks(scene) == [], "no work, no question"
    with scene.stage.deps.transaction() as uow:
        claim_next(uow, person_id=crew["mina"])
    document = mina.upload("notes.pdf", b"not looked at")["id"]
    mina.say(CREW, SNOW, files=[document], wait=True)
    scene.settle()
    assert _leaks(scene) == []
    mina.say(CREW, SNOW, files=[mina.upload("screen2.png", b"not looked at")["id"]], wait=True)
    card = _warning(scene, words="작업 화면인가요?")
    assert _issues(scene) == []
    mina.click(card, "leak:yes")
    _warning(scene)
    assert [issue.severity for issue in _issues(scene)] == [Severity.S1]
    fetched = [call for call in scene.stage.box.calls() if "files" in str(call.get("method"))]
    assert fetched == []


def _home(scene: TwoSides, who: str = "mina") -> Json:
    person = scene.person(who)
    person.home()
    scene.settle()
    home = person.home(reopen=False)
    assert home is not None
    return home


def test_a_report_without_a_name_names_nobody(scene: TwoSides, crew: Crew) -> None:
    mina = scene.person("mina")
    home = _home(scene)
    before = {row.key for row in _rows(scene, RequestKey)}
    traces = scene.stage.count(Audit, Audit.actor_id == crew["mina"])
    mina.click(home, "issue:nameless")
    words = "검수자 한 분이 채널에서 작업자에게 반말을 해요."
    assert mina.submit({"request": ""})["errors"]
    assert mina.submit({"request": words})["errors"] == {}
    scene.stage.redeliver()
    scene.settle()
    (issue,) = _issues(scene)
    assert (issue.source, issue.opener_id, issue.state) == (IssueSource.NAMELESS, None, IssueState.OPEN)
    person = crew["mina"]
    with scene.stage.deps.transaction.reading() as session:
        since = session.scalars(select(Audit).where(Audit.subject_type == "issue")).all()
        assert since
        assert all(row.actor_id is None for row in since)
        assert all(step.actor_id is None for step in session.scalars(select(IssueStep)))
        told = session.scalars(select(OutboxRow).where(OutboxRow.kind.like("issue%"))).all()
        assert all(row.payload.get("person_id") != person for row in told)
    assert scene.stage.count(Audit, Audit.actor_id == crew["mina"]) == traces
    new = [row for row in _rows(scene, RequestKey) if row.key not in before]
    ours = [row for row in new if row.key.startswith("nameless:")]
    assert [row.answer for row in ours] == [{}]
    assert all("UMINA" not in f"{row.key} {row.delivery} {row.answer}" for row in new)
    assert not any(row.key.startswith("T0TEST:form:") for row in new)
    assert words not in json.dumps(scene.person("alex").dm(), ensure_ascii=False)
    assert scene.engine.texts() == []


def test_who_may_not_report_leaves_no_trace_either(scene: TwoSides, crew: Crew) -> None:
    mina, jun = scene.person("mina"), scene.person("jun")
    mina.click(_home(scene), "issue:nameless")
    old = _home(scene, "jun")
    with scene.stage.deps.transaction() as uow:
        workers = Membership.person_id.in_((crew["mina"], crew["jun"]))
        for row in uow.session.scalars(select(Membership).where(workers)).all():
            assert row.role is Role.WORKER
            uow.session.delete(row)
    denied = scene.stage.denied()
    assert mina.submit({"request": "무슨 일이 있었어요."})["errors"]
    jun.click(old, "issue:nameless")
    assert "프로젝트가 없어요" in message_text(jun.wait_for_modal())
    scene.settle()
    assert scene.stage.denied() == denied
    assert scene.stage.count(Audit, Audit.action == Action.REPORT_NAMELESSLY) == 0
    assert _issues(scene) == []


def _rows(scene: TwoSides, model: type[RequestKey]) -> list[RequestKey]:
    with scene.stage.deps.transaction.reading() as session:
        return list(session.scalars(select(model)))
