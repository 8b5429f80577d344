"""One project in which work stands in every state there is, reached through the services."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypedDict

import pytest
from sqlalchemy import select

from bot.db.engine import Database
from bot.db.models import Review
from bot.db.unit_of_work import Transactions, UnitOfWork
from bot.services.appeals import appeal
from bot.services.leases import expire_leases
from bot.services.reviews import claim_review
from bot.services.submissions import submit
from bot.services.tasks import claim_next, release
from bot.services.verdicts import accept, fix_and_accept, hand_over, reject, undo
from sandbox.postgres import fresh_database
from tests.conftest import _TEMPLATE, MovableClock, copy_sqlite, open_quickly
from tests.factories import Crew, make_crew


class Explained(TypedDict):
    """What a reject needs."""

    reason: str
    section: str
    comment: str


EXPLAINED: Explained = {"reason": "misheard", "section": "2.4", "comment": "00:12의 말이 빠졌어요."}


@dataclass(frozen=True)
class EveryState:
    """Ids by the name of the state; a review `sup_x` was handed to a supervisor on its way to x.

    Everything was written by mina and judged by sora, what was handed over by bridge. The slot of `expired`
    is free, that of `lost` is `retaken` by jun. `under_x` is the assignment of the review x.
    """

    database: Database
    transactions: Transactions
    clock: MovableClock
    crew: Crew
    assignments: dict[str, int] = field(default_factory=dict)
    reviews: dict[str, int] = field(default_factory=dict)


@contextmanager
def every_state(
    kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EveryState]:
    """Open an own database of the kind ("sqlite" or "postgres") for a whole module."""
    if kind == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('states') / 'gagyo.db'}"
        copy_sqlite(request.getfixturevalue("sqlite_template"), url)
        with _filled(url) as states:
            yield states
    else:
        server = request.getfixturevalue("postgres_server")
        with fresh_database(server, template=_TEMPLATE) as url, _filled(url) as states:
            yield states


@contextmanager
def _filled(url: str) -> Iterator[EveryState]:
    database = open_quickly(url)
    clock = MovableClock()
    transactions = Transactions(database, clock=clock)
    states = EveryState(database, transactions, clock, make_crew(transactions, tasks=20, max_in_hand=20))
    try:
        _fill(states)
        yield states
    finally:
        database.dispose()


def _fill(states: EveryState) -> None:
    crew, assignments, reviews = states.crew, states.assignments, states.reviews
    mina = crew["mina"]
    for name in ("lost", "expired"):
        with states.transactions() as uow:
            assignments[name] = claim_next(uow, person_id=mina).assignment_id
    # A lease is 30 minutes, so that the next ones outlive the first two.
    states.clock.advance(minutes=20)
    for name in ("claimed", "released"):
        with states.transactions() as uow:
            assignments[name] = claim_next(uow, person_id=mina).assignment_id
    with states.transactions() as uow:
        release(uow, person_id=mina, assignment_id=assignments["released"])
    kinds = ("waiting", "claimed", "accepted", "rejected")
    names = (*kinds, "fixed", "undone", "appealed", *(f"sup_{kind}" for kind in kinds))
    for name in names:
        with states.transactions() as uow:
            held = assignments[f"under_{name}"] = claim_next(uow, person_id=mina).assignment_id
            submit(uow, person_id=mina, assignment_id=held, parts={"text": "거시기"})
            uow.session.flush()
            reviews[name] = _review_of(uow, held)
    states.clock.advance(minutes=15)
    with states.transactions() as uow:
        expire_leases(uow)
    with states.transactions() as uow:
        assignments["retaken"] = claim_next(uow, person_id=crew["jun"]).assignment_id
    with states.transactions() as uow:
        submit(uow, person_id=mina, assignment_id=assignments["lost"], parts={"text": "늦은 말"})
    for name in names:
        with states.transactions() as uow:
            _judge(uow, states.crew, name, reviews[name])


def _judge(uow: UnitOfWork, crew: Crew, name: str, review_id: int) -> None:
    judge = crew["sora"]
    if name != "waiting":
        claim_review(uow, person_id=judge, review_id=review_id)
    if name.startswith("sup_"):
        hand_over(uow, person_id=judge, review_id=review_id, note="애매해요.")
        judge = crew["bridge"]
        if name != "sup_waiting":
            claim_review(uow, person_id=judge, review_id=review_id)
    if name.endswith(("accepted", "undone")):
        accept(uow, person_id=judge, review_id=review_id)
    if name == "fixed":
        fix_and_accept(uow, person_id=judge, review_id=review_id, parts={"text": "거시기혀"})
    if name.endswith("rejected"):
        reject(uow, person_id=judge, review_id=review_id, **EXPLAINED)
    if name == "appealed":
        verdict = reject(uow, person_id=judge, review_id=review_id, **EXPLAINED).verdict_id
        assert verdict is not None
        appeal(uow, person_id=crew["mina"], verdict_id=verdict, words="들리는 대로 적었어요.")
    if name == "undone":
        undo(uow, person_id=judge, review_id=review_id)


def _review_of(uow: UnitOfWork, assignment_id: int) -> int:
    return uow.session.scalars(select(Review.id).where(Review.assignment_id == assignment_id)).one()
