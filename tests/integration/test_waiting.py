"""The figures of Home against what claiming really finds, on both databases."""

from __future__ import annotations

import pytest

from bot.db.models import Assignment, Membership, Project
from bot.db.unit_of_work import Transactions, UnitOfWork
from bot.domain.errors import NoWork
from bot.domain.people import Role
from bot.domain.task import TaskType
from bot.reports import waiting
from bot.reports.desk import read_desk
from bot.services.imports import import_tasks
from bot.services.leases import expire_leases
from bot.services.projects import ProjectPlan, create_project
from bot.services.reviews import claim_next_review
from bot.services.submissions import submit
from bot.services.tasks import claim_next, release
from bot.services.verdicts import hand_over, reject
from tests.conftest import MovableClock
from tests.factories import Crew, make_crew, task_rows


class _Undone(Exception):
    """Ends a transaction whose changes nobody wants."""


def _drain(transactions: Transactions, person_id: int) -> tuple[int, int]:
    """Return how many tasks and reviews the person can take in a row; changes nothing."""
    found = [0, 0]
    for n, claim in enumerate((claim_next, claim_next_review)):
        with pytest.raises((NoWork, _Undone)), transactions() as uow:
            while True:
                claim(uow, person_id=person_id)
                uow.session.flush()
                found[n] += 1
    return found[0], found[1]


def _shown(transactions: Transactions, person_id: int) -> tuple[int, int]:
    with transactions.reading() as session:
        desk = read_desk(session, person_id)
        return desk.open_tasks, desk.waiting_reviews


def _hand_in(uow: UnitOfWork, person_id: int, text: str) -> int:
    claim = claim_next(uow, person_id=person_id)
    submit(uow, person_id=person_id, assignment_id=claim.assignment_id, parts={"text": text})
    return claim.assignment_id


def _office(transactions: Transactions, clock: MovableClock) -> Crew:
    """Everything that keeps somebody from a task or a review."""
    crew = make_crew(transactions, tasks=0, max_in_hand=50)
    mina, jun, dohyun = crew["mina"], crew["jun"], crew["dohyun"]
    with transactions() as uow:
        project = uow.session.get_one(Project, crew.project_id)
        project.overlap = 2
        import_tasks(uow, project=project, source_name="a.csv", rows=task_rows(7))
        plan = ProjectPlan("FREE", "단가 없음", TaskType.TRANSCRIPTION)
        unpriced = create_project(uow, actor_id=crew["boss"], plan=plan)
        import_tasks(uow, project=unpriced, source_name="b.csv", rows=task_rows(4))
        for name, role in (("mina", Role.WORKER), ("jun", Role.WORKER), ("dohyun", Role.REVIEWER)):
            uow.session.add(
                Membership(project_id=unpriced.id, person_id=crew[name], role=role, created_at=uow.now)
            )
    with transactions() as uow:
        lost = claim_next(uow, person_id=mina)
        uow.session.get_one(Assignment, lost.assignment_id).lease_until = clock()
    with transactions() as uow:
        assert expire_leases(uow) == 1
    with transactions() as uow:
        given_back = claim_next(uow, person_id=jun)
        release(uow, person_id=jun, assignment_id=given_back.assignment_id)
    with transactions() as uow:
        first = _hand_in(uow, mina, "가")
        review = claim_next_review(uow, person_id=dohyun)
        reject(
            uow,
            person_id=dohyun,
            review_id=review.review_id,
            reason="misheard",
            section="1",
            comment="다시",
        )
        submit(uow, person_id=mina, assignment_id=first, parts={"text": "나"})
    with transactions() as uow:
        _hand_in(uow, crew["sora"], "다")
        _hand_in(uow, jun, "라")
        for _ in range(2):
            held = claim_next_review(uow, person_id=dohyun)
        hand_over(uow, person_id=dohyun, review_id=held.review_id, note="애매해요.")
        _hand_in(uow, mina, "마")
    return crew


def test_home_counts_what_a_claim_would_find(transactions: Transactions, clock: MovableClock) -> None:
    crew = _office(transactions, clock)
    shown = {name: _shown(transactions, crew[name]) for name in crew.people}
    assert shown == {name: _drain(transactions, crew[name]) for name in crew.people}
    # Enough was kept from somebody for the comparison to mean something.
    assert len(set(shown.values())) > 4, shown


def test_a_count_stops_at_its_limit(transactions: Transactions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "COUNT_LIMIT", 5)
    crew = make_crew(transactions, tasks=9)
    assert _shown(transactions, crew["mina"]) == (5, 0)
