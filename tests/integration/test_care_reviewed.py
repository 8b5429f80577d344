"""Breathers and stopping, where they are easiest to slip past."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest
from sqlalchemy import select, update

from bot.db.models import Gold, Project
from bot.db.unit_of_work import Transactions
from bot.domain.assignment import AssignmentState
from bot.domain.errors import Invalid, ProjectClosed
from bot.domain.people import Role
from bot.services.access import find_project
from bot.services.consenting import consent, stop
from bot.services.gates import BREATHER
from bot.services.people import set_role
from bot.services.qualifying import clean_key, is_qualified
from bot.services.quizzing import begin
from bot.services.rules import set_rules
from bot.services.tasks import claim_next
from tests.conftest import MovableClock
from tests.integration.fair_scene import FairScene


@pytest.fixture
def scene(transactions: Transactions, clock: MovableClock) -> FairScene:
    return FairScene(transactions, clock, tasks=8)


def agree(scene: FairScene, project: int | None = None, who: str = "mina") -> None:
    with scene.transactions() as uow:
        consent(uow, person_id=scene.crew[who], project_id=project or scene.crew.project_id)


def reason(scene: FairScene, who: str = "mina") -> str:
    with scene.transactions() as uow, pytest.raises(ProjectClosed) as refused:
        claim_next(uow, person_id=scene.crew[who])
    return refused.value.closed[0].reason


def test_a_long_task_is_no_breather(scene: FairScene) -> None:
    """Whoever sits at the last of a row for half an hour has not rested from it."""
    scene.rules(sensitive=True, row_limit=2)
    agree(scene)
    scene.submit(scene.claim())
    long = scene.claim()
    scene.clock.advance(minutes=40)
    assert reason(scene) == "row_limit"
    scene.submit(long)
    assert reason(scene) == "row_limit"
    scene.clock.advance(seconds=BREATHER.total_seconds())
    assert scene.claim()


def test_sensitive_work_in_turn_in_two_projects_is_one_row(scene: FairScene) -> None:
    scene.rules(sensitive=True, row_limit=2)
    other = scene.other_project(tasks=4)
    with scene.transactions() as uow:
        set_rules(
            uow, actor_id=scene.crew["boss"], project_id=other, changes={"sensitive": True, "row_limit": 2}
        )
    agree(scene)
    agree(scene, other)
    for key in ("DIAL", "OPEN"):
        with scene.transactions() as uow:
            taken = claim_next(uow, person_id=scene.crew["mina"], project_key=key).assignment_id
        scene.submit(taken)
    assert reason(scene) == "row_limit"
    assert len(scene.closed()) == 2


def test_what_was_given_back_was_seen_all_the_same(scene: FairScene) -> None:
    scene.rules(sensitive=True, row_limit=2)
    agree(scene)
    scene.submit(scene.claim())
    with scene.transactions() as uow:
        taken = claim_next(uow, person_id=scene.crew["mina"]).assignment_id
    with scene.transactions() as uow:
        assert stop(uow, person_id=scene.crew["mina"], project_id=scene.crew.project_id) == 1
    assert scene.assignment(taken).state is AssignmentState.RELEASED
    agree(scene)
    assert reason(scene) == "row_limit"


@pytest.mark.parametrize("standing", ["held", "asked", "returned", "last_word"])
def test_one_tap_gives_back_whatever_state_it_is_in(scene: FairScene, standing: str) -> None:
    scene.rules(sensitive=True, rework_limit=1 if standing == "last_word" else 3)
    agree(scene)
    if standing in ("returned", "last_word"):
        assignment, _verdict = scene.returned()
    else:
        assignment = scene.claim()
    if standing == "held":
        scene.hold(scene.task_of(assignment))
    with scene.transactions() as uow:
        assert stop(uow, person_id=scene.crew["mina"], project_id=scene.crew.project_id) == 1
    assert scene.assignment(assignment).state is AssignmentState.RELEASED
    assert reason(scene) == "consent"
    assert scene.findings() == []


def test_a_task_that_is_being_taken_is_given_back_too(scene: FairScene) -> None:
    """The tap waits for a claim that is under way, or the claim for the tap."""
    scene.rules(sensitive=True)
    agree(scene)

    def tap() -> int:
        with scene.transactions(patience=20) as uow:
            return stop(uow, person_id=scene.crew["mina"], project_id=scene.crew.project_id)

    with ThreadPoolExecutor(1) as pool:
        with scene.transactions() as uow:
            taken = claim_next(uow, person_id=scene.crew["mina"]).assignment_id
            tapped = pool.submit(tap)
            sleep(0.3)
        assert tapped.result(30) == 1
    assert scene.assignment(taken).state is AssignmentState.RELEASED


def test_who_works_there_no_more_can_still_take_it_back(scene: FairScene) -> None:
    scene.rules(sensitive=True)
    agree(scene)
    with scene.transactions() as uow:
        project = find_project(uow, team_id=scene.crew.team_id, key="DIAL")
        set_role(
            uow, actor_id=scene.crew["boss"], project=project, user="UMINA", role=Role.WORKER, granted=False
        )
    with scene.transactions() as uow:
        assert stop(uow, person_id=scene.crew["mina"], project_id=scene.crew.project_id) == 0
    with scene.transactions() as uow:
        project = find_project(uow, team_id=scene.crew.team_id, key="DIAL")
        set_role(
            uow, actor_id=scene.crew["boss"], project=project, user="UMINA", role=Role.WORKER, granted=True
        )
    assert reason(scene) == "consent"


def test_a_quiz_shows_nothing_that_nobody_agreed_to_see(scene: FairScene) -> None:
    scene.guideline()
    scene.rules(sensitive=True, gate="project:dial")
    with scene.transactions() as uow:
        uow.session.execute(update(Project).values(labels=["safe", "unsafe"]))
    for task in (1, 2, 3):
        scene.gold(task, "거시기")
    with scene.transactions() as uow:
        for known in uow.session.scalars(select(Gold)):
            known.answer = {"label": "safe"}
    with scene.transactions() as uow:
        sheet = begin(uow, person_id=scene.crew["mina"], project_id=scene.crew.project_id)
    assert {ask.kind for ask in sheet.questions} == {"section"}


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Aide:2", "aide:2"),
        ("aide:02", "aide:2"),
        ("dialect:전남", "dialect:전남"),
        ("dialect：전남", "dialect:전남"),
    ],
)
def test_a_key_has_one_spelling(typed: str, key: str) -> None:
    assert clean_key(typed) == key


def test_nobody_is_kept_waiting_by_a_rung_without_end(scene: FairScene) -> None:
    for typed in ("aide:999999999999", "aide:100", "aide:0"):
        with pytest.raises(Invalid):
            clean_key(typed)
    scene.grant("mina", "aide:02")
    with scene.transactions.reading() as session:
        assert is_qualified(session, scene.crew["mina"], "aide:2", scene.clock())
