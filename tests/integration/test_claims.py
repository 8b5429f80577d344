"""Many people at once, on both databases: no slot twice, no limit passed, no effect doubled."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice

import pytest
from sqlalchemy import func, select, update

from bot.db.models import (
    Assignment,
    LedgerLine,
    Membership,
    Person,
    Project,
    Review,
    Submission,
    Task,
    Verdict,
)
from bot.db.unit_of_work import DatabaseBusy, Transactions, UnitOfWork
from bot.domain.assignment import AssignmentState
from bot.domain.errors import DomainError, HandsFull, NotAllowed, NoWork, StaleAction, UndoTooLate
from bot.domain.people import Role
from bot.domain.review import ReasonCode, ReviewState
from bot.domain.task import TaskState
from bot.reports.invariants import check
from bot.services.imports import import_tasks
from bot.services.leases import expire_leases
from bot.services.people import set_role
from bot.services.reviews import REVIEWS_IN_HAND, claim_next_review, claim_review
from bot.services.submissions import submit
from bot.services.tasks import Claim, claim_next, release
from bot.services.verdicts import accept, reject, undo
from tests.conftest import MovableClock
from tests.every_state import EXPLAINED
from tests.factories import Crew, make_crew, task_rows

PATIENCE = 60.0
"""Seconds in the writers' queue: here the effects count, not the waiting."""

Step = Callable[[UnitOfWork], object]


def _together(transactions: Transactions, steps: Sequence[Step]) -> list[object]:
    """Run each step in a thread and a transaction of its own, all at once; domain errors are results."""
    barrier = threading.Barrier(len(steps))

    def run(step: Step) -> object:
        barrier.wait(30)
        try:
            return _pressed(transactions, step)
        except DomainError as error:
            return error

    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(run, steps))


def _pressed(transactions: Transactions, step: Step) -> object:
    """Do the step in a transaction; who hears "busy" presses again, as PostgreSQL may say of a lock that is held."""
    for _ in range(10):
        try:
            with transactions(patience=PATIENCE) as uow:
                return step(uow)
        except DatabaseBusy:
            continue
    raise DatabaseBusy


def _until_refused(
    transactions: Transactions, people: Sequence[int], step: Callable[[UnitOfWork, int], object]
) -> None:
    """Let everybody repeat the step in a thread of their own until a domain error ends it."""
    barrier = threading.Barrier(len(people))

    def run(person_id: int) -> None:
        barrier.wait(30)
        try:
            while True:
                _pressed(transactions, lambda uow: step(uow, person_id))
        except (NoWork, HandsFull):
            pass

    with ThreadPoolExecutor(len(people)) as pool:
        list(pool.map(run, people))


def _add_people(transactions: Transactions, crew: Crew, role: Role, count: int) -> list[int]:
    with transactions() as uow:
        people = [
            Person(
                team_id=crew.team_id,
                slack_id=f"U{role}{n}",
                nickname=f"{role}{n}",
                language="ko",
                zone="UTC",
                created_at=uow.now,
            )
            for n in range(count)
        ]
        uow.session.add_all(people)
        uow.session.flush()
        uow.session.add_all(
            Membership(project_id=crew.project_id, person_id=p.id, role=role, created_at=uow.now)
            for p in people
        )
        return [p.id for p in people]


def _import(transactions: Transactions, crew: Crew, count: int, *, overlap: int = 1) -> None:
    with transactions() as uow:
        project = uow.session.get_one(Project, crew.project_id)
        project.overlap = overlap
        import_tasks(uow, project=project, source_name="more.csv", rows=task_rows(count))


def _sound(transactions: Transactions) -> None:
    with transactions.reading() as session:
        assert check(session, now=transactions.clock()) == ()


def _claim(transactions: Transactions, person_id: int) -> int:
    with transactions() as uow:
        return claim_next(uow, person_id=person_id).assignment_id


def _submit(transactions: Transactions, person_id: int, assignment_id: int, text: str = "거시기") -> int:
    with transactions() as uow:
        submit(uow, person_id=person_id, assignment_id=assignment_id, parts={"text": text})
        uow.session.flush()
        return uow.session.scalars(
            select(Review.id).where(Review.assignment_id == assignment_id).order_by(Review.id.desc()).limit(1)
        ).one()


def _accepting(judge: int, review: int) -> Step:
    return lambda uow: accept(uow, person_id=judge, review_id=review)


def _submitting(person: int, assignment: int, text: str = "거시기") -> Step:
    return lambda uow: submit(uow, person_id=person, assignment_id=assignment, parts={"text": text})


def test_64_workers_empty_a_project_without_one_slot_twice(transactions: Transactions) -> None:
    crew = make_crew(transactions, tasks=0, max_in_hand=4)
    people = _add_people(transactions, crew, Role.WORKER, 64)
    _import(transactions, crew, 150)
    _until_refused(transactions, people, lambda uow, who: claim_next(uow, person_id=who))
    with transactions.reading() as session:
        slots = Counter(session.scalars(select(Assignment.slot_id)))
        hands = Counter(session.scalars(select(Assignment.person_id)))
    assert len(slots) == 150
    assert set(slots.values()) == {1}
    assert max(hands.values()) <= 4
    _sound(transactions)


def test_the_limit_in_hand_holds_against_one_impatient_person(transactions: Transactions) -> None:
    crew = make_crew(transactions, tasks=40)
    results = _together(transactions, [lambda uow: claim_next(uow, person_id=crew["mina"])] * 24)
    claims = [r for r in results if isinstance(r, Claim)]
    assert len(claims) == len({c.assignment_id for c in claims}) == 3
    assert all(isinstance(r, Claim | HandsFull | NoWork) for r in results)
    assert sum(isinstance(r, NoWork) for r in results) == 0, "there is work left, so a hand is full"
    _sound(transactions)


def test_nobody_answers_a_task_twice_when_it_wants_several_answers(transactions: Transactions) -> None:
    crew = make_crew(transactions, tasks=0, max_in_hand=50)
    people = _add_people(transactions, crew, Role.WORKER, 8)
    _import(transactions, crew, 12, overlap=3)
    twice = [*people, *people, *people]
    _until_refused(transactions, twice, lambda uow, who: claim_next(uow, person_id=who))
    # While another claim is under way, PostgreSQL may say "no work" a moment too early.
    for who in people:
        _until_refused(transactions, [who], lambda uow, one: claim_next(uow, person_id=one))
    with transactions.reading() as session:
        rows = session.execute(select(Assignment.task_id, Assignment.person_id)).all()
    assert len(rows) == len(set(rows)) == 36
    _sound(transactions)


def test_rework_comes_first_however_often_it_is_asked_for(transactions: Transactions) -> None:
    crew = make_crew(transactions, tasks=20)
    mina, sora = crew["mina"], crew["sora"]
    assignment = _claim(transactions, mina)
    review = _submit(transactions, mina, assignment)
    with transactions() as uow:
        claim_review(uow, person_id=sora, review_id=review)
        reject(uow, person_id=sora, review_id=review, **EXPLAINED)
    results = _together(transactions, [lambda uow: claim_next(uow, person_id=mina)] * 16)
    assert {r.assignment_id for r in results if isinstance(r, Claim) and r.rework} == {assignment}
    assert all(isinstance(r, Claim) for r in results)


def test_a_slot_that_changes_hands_all_the_time(transactions: Transactions) -> None:
    """Everybody takes it, gives it back and may not have it again, so everybody holds it at most once."""
    crew = make_crew(transactions, tasks=0)
    people = _add_people(transactions, crew, Role.WORKER, 48)
    _import(transactions, crew, 3)

    def take_and_release(uow: UnitOfWork, who: int) -> None:
        release(uow, person_id=who, assignment_id=claim_next(uow, person_id=who).assignment_id)

    for _ in range(2):
        _until_refused(transactions, people, take_and_release)
    _until_refused(transactions, [*people, *people], lambda uow, who: claim_next(uow, person_id=who))
    with transactions.reading() as session:
        rows = session.execute(select(Assignment.slot_id, Assignment.attempt).order_by(Assignment.id)).all()
    assert Counter(slot for slot, _attempt in rows).keys() == {1, 2, 3}
    for slot in (1, 2, 3):
        attempts = sorted(a for s, a in rows if s == slot)
        assert attempts == list(range(1, len(attempts) + 1))
    _sound(transactions)


def test_32_reviewers_share_the_queue(transactions: Transactions) -> None:
    crew = make_crew(transactions, tasks=0, max_in_hand=50)
    _import(transactions, crew, 40)
    for _ in range(40):
        _submit(transactions, crew["mina"], _claim(transactions, crew["mina"]))
    people = _add_people(transactions, crew, Role.REVIEWER, 32)
    _until_refused(transactions, people, lambda uow, who: claim_next_review(uow, person_id=who))
    with transactions.reading() as session:
        held = Counter(session.scalars(select(Review.reviewer_id).where(Review.state == ReviewState.CLAIMED)))
    assert sum(held.values()) == 40
    assert max(held.values()) <= REVIEWS_IN_HAND
    _sound(transactions)


def test_the_limit_of_reviews_holds_against_one_impatient_person(transactions: Transactions) -> None:
    crew = make_crew(transactions, tasks=0, max_in_hand=50)
    _import(transactions, crew, 12)
    for _ in range(12):
        _submit(transactions, crew["mina"], _claim(transactions, crew["mina"]))
    results = _together(transactions, [lambda uow: claim_next_review(uow, person_id=crew["sora"])] * 16)
    assert sum(isinstance(r, HandsFull) for r in results) == 16 - REVIEWS_IN_HAND
    _sound(transactions)


def test_one_review_pressed_by_everybody_goes_to_one(transactions: Transactions) -> None:
    crew = make_crew(transactions, tasks=1)
    people = _add_people(transactions, crew, Role.REVIEWER, 24)
    review = _submit(transactions, crew["mina"], _claim(transactions, crew["mina"]))

    def press(who: int) -> Step:
        return lambda uow: claim_review(uow, person_id=who, review_id=review)

    results = _together(transactions, [press(who) for who in people])
    assert sum(isinstance(r, StaleAction) for r in results) == 23
    _sound(transactions)


def test_a_form_sent_many_times_is_one_submission(transactions: Transactions) -> None:
    crew = make_crew(transactions, tasks=1)
    assignment = _claim(transactions, crew["mina"])

    def send(n: int) -> Step:
        return lambda uow: submit(
            uow, person_id=crew["mina"], assignment_id=assignment, parts={"text": f"말 {n % 2}"}, round=1
        )

    results = _together(transactions, [send(n) for n in range(24)])
    assert sum(isinstance(r, StaleAction) for r in results) == 23
    with transactions.reading() as session:
        assert session.scalar(select(func.count()).select_from(Submission)) == 1
    _sound(transactions)


def test_verdicts_pressed_together_are_one_verdict(transactions: Transactions) -> None:
    crew = make_crew(transactions, tasks=5)
    sora = crew["sora"]
    for _ in range(5):
        review = _submit(transactions, crew["mina"], _claim(transactions, crew["mina"]))
        with transactions() as uow:
            claim_review(uow, person_id=sora, review_id=review)

        def approve(uow: UnitOfWork, review: int = review) -> object:
            return accept(uow, person_id=sora, review_id=review)

        def refuse(uow: UnitOfWork, review: int = review) -> object:
            return reject(uow, person_id=sora, review_id=review, **EXPLAINED)

        results = _together(transactions, list(islice(cycle((approve, refuse)), 16)))
        assert sum(isinstance(r, StaleAction) for r in results) == 15
        _sound(transactions)

        def take_back(uow: UnitOfWork, review: int = review) -> object:
            return undo(uow, person_id=sora, review_id=review)

        results = _together(transactions, [take_back] * 8)
        assert sum(isinstance(r, StaleAction | UndoTooLate) for r in results) == 7
        with transactions() as uow:
            accept(uow, person_id=sora, review_id=review)
    with transactions.reading() as session:
        assert session.scalar(select(func.sum(LedgerLine.amount_minor))) == 5 * 350
        assert session.scalar(select(func.count()).where(Verdict.undone_at.is_(None))) == 5
        assert set(session.scalars(select(Task.state))) == {TaskState.FINAL}
    _sound(transactions)


def test_the_last_answers_of_a_task_accepted_together_make_it_final(transactions: Transactions) -> None:
    crew = make_crew(transactions, tasks=0, max_in_hand=50)
    people = _add_people(transactions, crew, Role.WORKER, 4)
    judges = _add_people(transactions, crew, Role.REVIEWER, 4)
    _import(transactions, crew, 6, overlap=4)
    steps: list[Step] = []
    for person, judge in zip(people, judges, strict=True):
        for _ in range(6):
            review = _submit(transactions, person, _claim(transactions, person))
            with transactions() as uow:
                claim_review(uow, person_id=judge, review_id=review)
            steps.append(_accepting(judge, review))
    results = _together(transactions, steps)
    assert not [r for r in results if isinstance(r, DomainError)]
    with transactions.reading() as session:
        assert set(session.scalars(select(Task.state))) == {TaskState.FINAL}
    _sound(transactions)


def test_work_sent_while_its_lease_ends_is_never_lost(
    transactions: Transactions, clock: MovableClock
) -> None:
    crew = make_crew(transactions, tasks=30, max_in_hand=3)
    mina, jun = crew["mina"], crew["jun"]
    for n in range(8):
        assignment = _claim(transactions, mina)
        clock.advance(hours=1)
        results = _together(
            transactions,
            [
                expire_leases,
                _submitting(mina, assignment, f"말 {n}"),
                lambda uow: claim_next(uow, person_id=jun),
                expire_leases,
            ],
        )
        assert not isinstance(results[1], DomainError), results
        _sound(transactions)
        with transactions() as uow:
            uow.session.execute(update(Project).values(max_in_hand=Project.max_in_hand + 3))
    with transactions.reading() as session:
        assert session.scalar(select(func.count()).select_from(Submission)) == 8


def test_a_role_taken_away_while_its_holder_works(transactions: Transactions) -> None:
    crew = make_crew(transactions, tasks=12, max_in_hand=4)
    mina = crew["mina"]
    held = [_claim(transactions, mina) for _ in range(3)]

    def take_role(uow: UnitOfWork) -> object:
        project = uow.session.get_one(Project, crew.project_id)
        return set_role(
            uow, actor_id=crew["boss"], project=project, user="UMINA", role=Role.WORKER, granted=False
        )

    results = _together(
        transactions,
        [
            take_role,
            *(_submitting(mina, a) for a in held),
            *[lambda uow: claim_next(uow, person_id=mina)] * 4,
            take_role,
        ],
    )
    assert all(
        not isinstance(r, DomainError) or isinstance(r, NotAllowed | NoWork | HandsFull | StaleAction)
        for r in results
    )
    with transactions.reading() as session:
        left = session.scalars(
            select(Assignment.state).where(
                Assignment.person_id == mina,
                Assignment.state.in_((AssignmentState.CLAIMED, AssignmentState.RETURNED)),
            )
        ).all()
    assert left == [], "nobody without the role holds a task"
    _sound(transactions)


def test_who_judged_a_task_never_takes_it(transactions: Transactions) -> None:
    """They know the other's answer, and could earn what they had refused somebody else."""
    crew = make_crew(transactions, tasks=1)
    with transactions() as uow:
        project = uow.session.get_one(Project, crew.project_id)
        set_role(uow, actor_id=crew["boss"], project=project, user="USORA", role=Role.WORKER, granted=True)
    taken = _claim(transactions, crew["mina"])
    review = _submit(transactions, crew["mina"], taken)
    with transactions() as uow:
        claim_review(uow, person_id=crew["sora"], review_id=review)
    with transactions() as uow:
        reject(
            uow,
            person_id=crew["sora"],
            review_id=review,
            reason=ReasonCode.MISHEARD,
            section="3.2",
            comment="끝말을 다시 들어 보면 좋겠어요",
        )
    with transactions() as uow:
        release(uow, person_id=crew["mina"], assignment_id=taken)
    with pytest.raises(NoWork), transactions() as uow:
        claim_next(uow, person_id=crew["sora"])
    assert _claim(transactions, crew["jun"])
    _sound(transactions)
