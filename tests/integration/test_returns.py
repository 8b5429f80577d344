"""Reviews of people who lose the right to judge come within somebody's reach at once, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from bot.db.models import Membership, OutboxRow, Project, Review
from bot.db.unit_of_work import Transactions
from bot.domain.errors import NotAllowed
from bot.domain.people import Role
from bot.domain.review import ReviewLevel, ReviewState
from bot.i18n.catalogs import load_catalogs
from bot.outbox.messages import load
from bot.reports.desk import read_desk
from bot.reports.invariants import check
from bot.services.leases import SWEEPS
from bot.services.people import deactivate, set_role
from bot.services.reviews import claim_next_review
from bot.services.submissions import submit
from bot.services.tasks import claim_next
from bot.services.verdicts import accept, hand_over, reject
from bot.slack.render import render
from tests.conftest import MovableClock
from tests.factories import TEAM, Crew, make_crew


def _set_role(transactions: Transactions, crew: Crew, who: str, role: Role, *, granted: bool) -> None:
    with transactions() as uow:
        project = uow.session.get_one(Project, crew.project_id)
        user = f"U{who.upper()}"
        set_role(uow, actor_id=crew["boss"], project=project, user=user, role=role, granted=granted)


def _hand_in(transactions: Transactions, crew: Crew, who: str = "mina") -> int:
    with transactions() as uow:
        claim = claim_next(uow, person_id=crew[who])
        submit(uow, person_id=crew[who], assignment_id=claim.assignment_id, parts={"text": "거시기"})
        return claim.assignment_id


def _take(transactions: Transactions, crew: Crew, who: str) -> int:
    with transactions() as uow:
        return claim_next_review(uow, person_id=crew[who]).review_id


def _hand_up(transactions: Transactions, crew: Crew, who: str = "sora") -> int:
    review_id = _take(transactions, crew, who)
    with transactions() as uow:
        hand_over(uow, person_id=crew[who], review_id=review_id, note="애매해요.")
    return review_id


def _clean(transactions: Transactions) -> bool:
    with transactions.reading() as session:
        return check(session, now=transactions.clock()) == ()


def _waiting(transactions: Transactions, crew: Crew, who: str) -> int:
    with transactions.reading() as session:
        return read_desk(session, crew[who]).waiting_reviews


def test_a_reviewer_without_the_role_keeps_nothing(transactions: Transactions) -> None:
    crew = make_crew(transactions, tasks=3)
    again = _hand_in(transactions, crew)
    rejected = _take(transactions, crew, "sora")
    with transactions() as uow:
        reject(
            uow, person_id=crew["sora"], review_id=rejected, reason="misheard", section="1", comment="다시"
        )
    with transactions() as uow:
        submit(uow, person_id=crew["mina"], assignment_id=again, parts={"text": "거시기혀"})
    _hand_in(transactions, crew, "jun")
    _hand_in(transactions, crew, "jun")
    with transactions() as uow:
        # The rework is reserved for sora; dohyun takes one of the two others, sora the last.
        in_hand = claim_next_review(uow, person_id=crew["dohyun"]).review_id
        assert claim_next_review(uow, person_id=crew["sora"]).review_id != in_hand
    assert _waiting(transactions, crew, "dohyun") == 1
    _set_role(transactions, crew, "sora", Role.REVIEWER, granted=False)
    assert _waiting(transactions, crew, "dohyun") == 2
    assert _clean(transactions)
    for _ in range(2):
        mine = _take(transactions, crew, "dohyun")
        with transactions() as uow:
            accept(uow, person_id=crew["dohyun"], review_id=mine)
    with pytest.raises(NotAllowed), transactions() as uow:
        accept(uow, person_id=crew["sora"], review_id=mine)
    with transactions.reading() as session:
        # What somebody else has in hand stays with them.
        assert session.get_one(Review, in_hand).state is ReviewState.CLAIMED
    assert _clean(transactions)


def test_the_card_of_a_lost_review_offers_it_no_more(transactions: Transactions, clock: MovableClock) -> None:
    crew = make_crew(transactions, tasks=1)
    _hand_in(transactions, crew)
    _take(transactions, crew, "sora")
    _set_role(transactions, crew, "sora", Role.REVIEWER, granted=False)
    with transactions.reading() as session:
        row = session.scalars(
            select(OutboxRow).where(OutboxRow.kind == "review_card").order_by(OutboxRow.id.desc()).limit(1)
        ).one()
        drawn = render(session, load(row.kind, row.payload), load_catalogs(), clock())
    assert drawn is not None
    assert drawn.person_id == crew["sora"]
    assert "거시기" not in str(drawn.content)
    assert "시간이 다 되어" not in str(drawn.content)
    assert "review:claim" not in str(drawn.content)


def test_the_last_supervisors_reviews_open_to_reviewers(transactions: Transactions) -> None:
    crew = make_crew(transactions, tasks=3)
    for _ in range(2):
        _hand_in(transactions, crew)
        _hand_up(transactions, crew)
    held = _take(transactions, crew, "bridge")
    assert _waiting(transactions, crew, "dohyun") == 0
    _set_role(transactions, crew, "bridge", Role.SUPERVISOR, granted=False)
    assert _clean(transactions)
    assert _waiting(transactions, crew, "dohyun") == 2
    assert held in {_take(transactions, crew, "dohyun"), _take(transactions, crew, "dohyun")}


def test_another_supervisor_keeps_what_was_handed_up(transactions: Transactions) -> None:
    crew = make_crew(transactions, tasks=1)
    _set_role(transactions, crew, "dohyun", Role.SUPERVISOR, granted=True)
    _hand_in(transactions, crew)
    review_id = _hand_up(transactions, crew)
    assert _take(transactions, crew, "bridge") == review_id
    _set_role(transactions, crew, "bridge", Role.SUPERVISOR, granted=False)
    with transactions.reading() as session:
        assert session.get_one(Review, review_id).level is ReviewLevel.SUPERVISOR
    assert (_waiting(transactions, crew, "sora"), _waiting(transactions, crew, "dohyun")) == (0, 1)
    assert _clean(transactions)


def test_a_supervisor_with_another_task_keeps_what_was_handed_up(transactions: Transactions) -> None:
    crew = make_crew(transactions, tasks=2)
    _set_role(transactions, crew, "mina", Role.SUPERVISOR, granted=True)
    # Mina's own work, in review as well, and Jun's, which she may judge.
    _hand_in(transactions, crew)
    _take(transactions, crew, "dohyun")
    _hand_in(transactions, crew, "jun")
    review_id = _hand_up(transactions, crew)
    _set_role(transactions, crew, "bridge", Role.SUPERVISOR, granted=False)
    with transactions.reading() as session:
        assert session.get_one(Review, review_id).level is ReviewLevel.SUPERVISOR
    assert _waiting(transactions, crew, "mina") == 1
    assert _clean(transactions)


def test_a_role_that_is_left_keeps_what_it_covers(transactions: Transactions) -> None:
    crew = make_crew(transactions, tasks=2)
    _set_role(transactions, crew, "bridge", Role.REVIEWER, granted=True)
    _hand_in(transactions, crew)
    above = _hand_up(transactions, crew)
    _hand_in(transactions, crew)
    assert _take(transactions, crew, "bridge") == above
    below = _take(transactions, crew, "bridge")
    _set_role(transactions, crew, "bridge", Role.REVIEWER, granted=False)
    with transactions.reading() as session:
        # A supervisor may judge everything.
        assert {session.get_one(Review, n).reviewer_id for n in (above, below)} == {crew["bridge"]}
    _set_role(transactions, crew, "bridge", Role.REVIEWER, granted=True)
    _set_role(transactions, crew, "bridge", Role.SUPERVISOR, granted=False)
    with transactions.reading() as session:
        assert session.get_one(Review, above).reviewer_id is None
        assert session.get_one(Review, below).reviewer_id == crew["bridge"]
    assert _clean(transactions)


def test_a_supervisor_who_leaves_strands_nothing(transactions: Transactions) -> None:
    crew = make_crew(transactions, tasks=1)
    _hand_in(transactions, crew)
    review_id = _hand_up(transactions, crew)
    with transactions() as uow:
        assert deactivate(uow, team=TEAM, user="UBRIDGE") is not None
    assert _clean(transactions)
    assert _take(transactions, crew, "dohyun") == review_id


def test_a_sweep_finds_what_got_out_of_reach_otherwise(transactions: Transactions) -> None:
    crew = make_crew(transactions, tasks=1)
    _hand_in(transactions, crew)
    review_id = _hand_up(transactions, crew)
    with transactions() as uow:
        uow.session.execute(delete(Membership).where(Membership.person_id == crew["bridge"]))
    assert not _clean(transactions)
    for sweep in SWEEPS:
        with transactions() as uow:
            sweep(uow)
    assert _clean(transactions)
    assert _take(transactions, crew, "dohyun") == review_id
