"""What projects ask for before they give a task: said with the reason, kept to at the claim, also in a race."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import event, func, select

from bot.db.engine import Database
from bot.db.models import Assignment, Audit
from bot.db.unit_of_work import Transactions
from bot.domain.errors import Invalid, NotAllowed, NoWork, ProjectClosed
from bot.domain.people import Role
from bot.outbox.quality_messages import GrantNews
from bot.reports.qualifications import asked_of, own_grants
from bot.services import qualifying
from bot.services.consenting import consent
from bot.services.gates import BREATHER
from bot.services.reviews import claim_review
from bot.services.tasks import claim_next, release
from tests.conftest import MovableClock
from tests.integration.fair_scene import FairScene


@pytest.fixture
def scene(transactions: Transactions, clock: MovableClock) -> FairScene:
    return FairScene(transactions, clock, tasks=8)


def _reason(scene: FairScene, who: str = "mina", key: str | None = None) -> tuple[str, str]:
    with scene.transactions() as uow, pytest.raises(ProjectClosed) as refused:
        claim_next(uow, person_id=scene.crew[who], project_key=key)
    first = refused.value.closed[0]
    return first.reason, first.value


def test_a_qualification_opens_the_project(scene: FairScene) -> None:
    scene.rules(gate="aide:2")
    with scene.transactions() as uow:
        qualifying.describe(
            uow,
            actor_id=scene.crew["bridge"],
            team_id=scene.crew.team_id,
            key="aide:2",
            how="연습 과제 열 개를 해 보세요.",
        )
    assert scene.closed() == [("DIAL", "qualification", "aide:2")]
    with scene.transactions() as uow, pytest.raises(ProjectClosed) as refused:
        claim_next(uow, person_id=scene.crew["mina"])
    assert refused.value.closed[0].how == "연습 과제 열 개를 해 보세요."
    with scene.transactions.reading() as session:
        (asked,) = asked_of(session, scene.crew["mina"], scene.clock())
        assert (asked.key, asked.role, asked.has) == ("aide:2", Role.WORKER, False)
    scene.grant("mina", "aide:2")
    assert scene.closed() == []
    assert scene.claim()
    assert _reason(scene, "jun") == ("qualification", "aide:2")
    scene.grant("jun", "aide:2")
    scene.grant("jun", "aide:1")
    with scene.transactions() as uow:
        qualifying.revoke(uow, actor_id=scene.crew["bridge"], person_id=scene.crew["jun"], key="aide:2")
    assert scene.claim("jun"), "the higher rung holds the lower one"
    assert scene.findings() == []


def test_an_open_project_gives_work_although_another_is_closed(scene: FairScene) -> None:
    scene.rules(gate="dialect:전남")
    assert _reason(scene) == ("qualification", "dialect:전남")
    other = scene.other_project(tasks=2)
    claimed = [scene.assignment(scene.claim()) for _ in range(2)]
    assert {one.project_id for one in claimed} == {other}
    assert _reason(scene) == ("qualification", "dialect:전남")
    assert _reason(scene, key="dial") == ("qualification", "dialect:전남")
    with scene.transactions() as uow, pytest.raises(NoWork):
        claim_next(uow, person_id=scene.crew["mina"], project_key="OPEN")


def test_a_qualification_is_told_before_it_ends_and_when_it_has(scene: FairScene) -> None:
    scene.rules(gate="project:dial")
    end = scene.clock() + timedelta(days=10)
    scene.grant("mina", "project:DIAL", until=end)
    for days, whats in (
        (0, []),
        (4, ["ending"]),
        (1, ["ending"]),
        (6, ["ending", "ended"]),
        (30, ["ending", "ended"]),
    ):
        scene.clock.advance(days=days)
        with scene.transactions() as uow:
            qualifying.tell_expiries(uow)
        assert [fact.what for fact in scene.told(GrantNews) if fact.what != "given"] == whats
    assert scene.closed() == [("DIAL", "qualification", "project:dial")]
    with scene.transactions.reading() as session:
        assert own_grants(session, scene.crew["mina"], scene.clock()) == ()


def test_nobody_is_woken_by_the_end_of_a_qualification(scene: FairScene) -> None:
    end = scene.clock() + timedelta(days=1, hours=14)
    scene.grant("mina", "project:DIAL", until=end)
    scene.clock.advance(days=1, hours=14)
    with scene.transactions() as uow:
        assert qualifying.tell_expiries(uow) == 0, "it is midnight in Seoul"
    scene.clock.advance(hours=10)
    with scene.transactions() as uow:
        assert qualifying.tell_expiries(uow) == 1
    assert [fact.what for fact in scene.told(GrantNews)] == ["given", "ended"]


def test_who_gives_what_to_whom(scene: FairScene) -> None:
    def give(by: str, to: str, key: str = "aide:2", evidence: str = "봤어요") -> None:
        with scene.transactions() as uow:
            qualifying.grant(
                uow, actor_id=scene.crew[by], person_id=scene.crew[to], key=key, evidence=evidence
            )

    for by, to, key, evidence, error in (
        ("mina", "jun", "aide:2", "봤어요", NotAllowed),
        ("alex", "jun", "aide:2", "봤어요", NotAllowed),
        ("bridge", "bridge", "aide:2", "봤어요", Invalid),
        ("bridge", "jun", "aide:2", " ", Invalid),
        ("bridge", "jun", "aide:1", "봤어요", Invalid),
        ("bridge", "jun", "no:such:key", "봤어요", Invalid),
    ):
        with pytest.raises(error):
            give(by, to, key, evidence)
    give("bridge", "jun")
    give("boss", "jun", "aide:1")
    with scene.transactions.reading() as session:
        assert [one.key for one in own_grants(session, scene.crew["jun"], scene.clock())] == [
            "aide:1",
            "aide:2",
        ]
        audited = session.scalar(select(func.count()).where(Audit.action == "qualification.grant"))
    assert audited == 2


def test_the_cap_of_a_day_holds_and_ends_at_the_projects_midnight(scene: FairScene) -> None:
    scene.rules(day_cap=2)
    first = scene.claim()
    scene.submit(first)
    scene.submit(scene.claim())
    assert _reason(scene) == ("day_cap", "2")
    assert scene.claim("jun")
    scene.clock.advance(days=1)
    assert scene.claim()


def test_what_was_given_back_does_not_count_for_the_day(scene: FairScene) -> None:
    scene.rules(day_cap=1)
    with scene.transactions() as uow:
        taken = claim_next(uow, person_id=scene.crew["mina"]).assignment_id
    assert _reason(scene) == ("day_cap", "1")

    with scene.transactions() as uow:
        release(uow, person_id=scene.crew["mina"], assignment_id=taken)
    assert scene.claim()


def test_a_race_of_one_person_keeps_the_cap(scene: FairScene) -> None:
    scene.rules(day_cap=2)
    barrier = Barrier(6)

    def press(_n: int) -> str:
        barrier.wait(30)
        try:
            with scene.transactions(patience=60) as uow:
                claim_next(uow, person_id=scene.crew["mina"])
        except ProjectClosed as error:
            return error.closed[0].reason
        return "taken"

    with ThreadPoolExecutor(6) as pool:
        outcomes = sorted(pool.map(press, range(6)))
    assert outcomes == ["day_cap"] * 4 + ["taken"] * 2
    assert scene.findings() == []


def test_sensitive_work_is_a_choice_and_has_breathers(scene: FairScene) -> None:
    scene.rules(sensitive=True, row_limit=2)
    assert _reason(scene) == ("consent", "")
    with scene.transactions() as uow:
        consent(uow, person_id=scene.crew["mina"], project_id=scene.crew.project_id)
        consent(uow, person_id=scene.crew["mina"], project_id=scene.crew.project_id)
    for _ in range(2):
        scene.clock.advance(minutes=5)
        scene.submit(scene.claim())
    assert _reason(scene) == ("row_limit", "2")
    scene.clock.advance(seconds=BREATHER.total_seconds() - 1)
    assert _reason(scene) == ("row_limit", "2")
    scene.clock.advance(seconds=1)
    scene.submit(scene.claim())


def test_another_project_is_a_breather_too(scene: FairScene) -> None:
    scene.rules(sensitive=True, row_limit=1)
    with scene.transactions() as uow:
        consent(uow, person_id=scene.crew["mina"], project_id=scene.crew.project_id)
    scene.submit(scene.claim())
    assert _reason(scene) == ("row_limit", "1")
    scene.other_project(tasks=1)
    scene.submit(scene.claim())
    assert scene.closed() == []


def test_reviewing_asks_for_its_own_qualification(scene: FairScene) -> None:
    scene.rules(review_gate="aide:1")
    scene.submit(scene.claim())
    with pytest.raises(ProjectClosed) as refused:
        scene.take("dohyun")
    assert refused.value.closed[0].value == "aide:1"
    review = scene.review_of(1)
    with scene.transactions() as uow, pytest.raises(ProjectClosed):
        claim_review(uow, person_id=scene.crew["dohyun"], review_id=review.id)
    scene.grant("dohyun", "aide:2")
    scene.grant("dohyun", "aide:1")
    assert scene.take("dohyun") == review.id
    scene.submit(scene.claim("jun"), who="jun")
    assert scene.take("bridge"), "supervisors are not asked"


def test_who_meets_no_gate_runs_the_same_statements_as_ever(database: Database, scene: FairScene) -> None:
    said: list[str] = []
    event.listen(database.writer, "before_cursor_execute", lambda *args: said.append(args[2]))

    def statements() -> int:
        said.clear()
        scene.claim()
        return len(said)

    before = statements()
    scene.other_project()
    with scene.transactions() as uow:
        taken = uow.session.scalars(select(Assignment.project_id)).all()
    assert set(taken) == {scene.crew.project_id}
    scene.rules(day_cap=50)
    gated = statements()
    scene.rules(day_cap=None)
    assert statements() == before < gated
