"""Call-outs over time: people leave, rest and wake up, prices change, and no press is lost on the counter."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import event, func, select, update

from bot.db.engine import Database
from bot.db.models import CallOut, CallOutEntry, OutboxRow, OutboxState, Person, PostedCard, Project
from bot.db.unit_of_work import Transactions
from bot.domain.errors import StaleAction
from bot.domain.people import Role, WorkStatus
from bot.domain.quality import DRAW_AFTER, CallOutMode, CallOutState, EntryState
from bot.outbox import cards
from bot.outbox.quality_messages import CallOutCard, CallOutInvite, CallOutNews
from bot.reports.call_outs import read_call_out
from bot.services.access import find_project
from bot.services.call_out_places import join, leave
from bot.services.call_out_sweeps import draw_and_close, tend_call_outs
from bot.services.call_outs import call_out, close
from bot.services.people import deactivate, set_role
from bot.services.projects import set_price
from bot.services.qualifying import revoke
from bot.services.rules import set_rules
from bot.services.submissions import submit
from bot.services.tasks import claim_next
from tests.conftest import MovableClock
from tests.factories import TEAM, Crew, make_crew
from tests.integration.fair_scene import FairScene
from tests.integration.test_call_outs import CHANNEL, _call, _join, _leave, _states, _told, more_workers


@pytest.fixture
def crew(transactions: Transactions) -> Crew:
    return make_crew(transactions)


def tend(transactions: Transactions) -> int:
    with transactions() as uow:
        return tend_call_outs(uow)


def rest(transactions: Transactions, person: int, status: WorkStatus = WorkStatus.RESTING) -> None:
    with transactions() as uow:
        uow.session.get_one(Person, person).status = status


def fire(transactions: Transactions, crew: Crew, user: str) -> None:
    with transactions() as uow:
        project = find_project(uow, team_id=crew.team_id, key="DIAL")
        set_role(uow, actor_id=crew["boss"], project=project, user=user, role=Role.WORKER, granted=False)


def waiting_cards(transactions: Transactions, kind: str = CallOutCard.kind) -> int:
    with transactions.reading() as session:
        where = (OutboxRow.kind == kind, OutboxRow.state == OutboxState.NEW)
        return session.scalar(select(func.count(OutboxRow.id)).where(*where)) or 0


def send_all(transactions: Transactions) -> None:
    with transactions() as uow:
        uow.session.execute(update(OutboxRow).values(state=OutboxState.SENT, finished_at=uow.now))


def test_a_press_whose_second_has_gone_out_already_is_drawn_in_the_next(
    transactions: Transactions, crew: Crew
) -> None:
    """Of many who press at once, the last gets the lock after the card of its second was sent."""
    people = more_workers(transactions, crew, 3)
    id = _call(transactions, crew, 3)
    _join(transactions, people[0], id)
    send_all(transactions)
    _join(transactions, people[1], id)
    assert waiting_cards(transactions) == 1
    _join(transactions, people[2], id)
    assert waiting_cards(transactions) == 1
    with transactions.reading() as session:
        due = session.scalars(select(OutboxRow.due_at).where(OutboxRow.state == OutboxState.NEW)).all()
    assert max(due) - transactions.clock() <= timedelta(seconds=2)


def test_whoever_works_there_no_more_makes_room(transactions: Transactions, crew: Crew) -> None:
    first, second, third, fourth = more_workers(transactions, crew, 4)
    id = _call(transactions, crew, 2)
    for person in (first, second, third, fourth):
        _join(transactions, person, id)
    fire(transactions, crew, "UMORE0")
    fire(transactions, crew, "UMORE2")
    with transactions() as uow:
        deactivate(uow, team=TEAM, user="UMORE1")
    tend(transactions)
    assert _states(transactions, id) == {fourth: (EntryState.IN, None)}
    assert [row["person_id"] for row in _told(transactions, CallOutNews.kind)] == [fourth]
    with transactions.reading() as session:
        assert session.scalars(select(CallOut.state)).one() is CallOutState.OPEN
    assert tend(transactions) == 0


def test_a_place_goes_to_nobody_who_left_while_they_waited(transactions: Transactions, crew: Crew) -> None:
    first, second, third = more_workers(transactions, crew, 3)
    id = _call(transactions, crew, 1)
    for person in (first, second, third):
        _join(transactions, person, id)
    fire(transactions, crew, "UMORE1")
    _leave(transactions, first, id)
    assert _states(transactions, id)[third] == (EntryState.IN, None)


def test_who_rests_is_passed_over_and_keeps_their_number(transactions: Transactions, crew: Crew) -> None:
    first, second, third = more_workers(transactions, crew, 3)
    id = _call(transactions, crew, 1)
    for person in (first, second, third):
        _join(transactions, person, id)
    rest(transactions, second)
    _leave(transactions, first, id)
    assert _states(transactions, id) == {second: (EntryState.WAITING, 1), third: (EntryState.IN, None)}
    rest(transactions, third)
    _leave(transactions, third, id)
    assert _states(transactions, id) == {second: (EntryState.WAITING, 1)}
    tend(transactions)
    assert [row["person_id"] for row in _told(transactions, CallOutNews.kind)] == [third]
    rest(transactions, second, WorkStatus.WORKING)
    tend(transactions)
    assert _states(transactions, id) == {second: (EntryState.IN, None)}


def test_nobody_without_the_qualification_wins_the_draw(
    transactions: Transactions, clock: MovableClock
) -> None:
    scene = FairScene(transactions, clock, tasks=2)
    scene.rules(gate="aide:2")
    for who in ("mina", "jun"):
        scene.grant(who, "aide:2")
    id = _call(transactions, scene.crew, 2, CallOutMode.LOTTERY)
    for who in ("mina", "jun"):
        _join(transactions, scene.crew[who], id)
    with transactions() as uow:
        revoke(uow, actor_id=scene.crew["bridge"], person_id=scene.crew["jun"], key="aide:2")
    clock.advance(seconds=DRAW_AFTER.total_seconds())
    with transactions() as uow:
        draw_and_close(uow)
    assert _states(transactions, id) == {scene.crew["mina"]: (EntryState.IN, None)}


def test_nothing_at_all_is_kept_of_who_left(transactions: Transactions, crew: Crew) -> None:
    (person,) = more_workers(transactions, crew, 1)
    id = _call(transactions, crew, 1)
    _join(transactions, person, id)
    _leave(transactions, person, id)
    assert _states(transactions, id) == {}


def test_the_end_is_drawn_on_the_cards_of_those_who_never_pressed(
    transactions: Transactions, clock: MovableClock, crew: Crew
) -> None:
    silent, slow = more_workers(transactions, crew, 2)
    id = _call(transactions, crew, 1)
    with transactions() as uow:
        cards.remember_card(uow.session, CallOutInvite(silent, id).card, "D1", "1.1", cards.UNKNOWN, clock())
    send_all(transactions)
    clock.advance(hours=2)
    with transactions() as uow:
        draw_and_close(uow)
    with transactions.reading() as session:
        redrawn = session.scalars(
            select(OutboxRow.payload).where(
                OutboxRow.kind == CallOutInvite.kind, OutboxRow.state == OutboxState.NEW
            )
        ).all()
        assert session.scalar(select(func.count(PostedCard.key))) == 1
    assert [row["person_id"] for row in redrawn] == [silent]
    assert slow not in [row["person_id"] for row in redrawn]


def test_who_wakes_up_or_ends_a_rest_is_asked_once_while_there_is_room(
    transactions: Transactions, clock: MovableClock, crew: Crew
) -> None:
    resting, early = more_workers(transactions, crew, 2)
    rest(transactions, resting)
    with transactions() as uow:
        late = uow.session.get_one(Person, early)
        # It is ten in the morning in Seoul.
        late.hours_from, late.hours_until = 12 * 60, 20 * 60
    id = _call(transactions, crew, 1, hours=8)
    asked = {row["person_id"] for row in _told(transactions, CallOutInvite.kind)}
    assert not asked & {resting, early}
    assert tend(transactions) == 0
    clock.advance(hours=2)
    rest(transactions, resting, WorkStatus.WORKING)
    assert tend(transactions) == 2
    assert tend(transactions) == 0
    assert {row["person_id"] for row in _told(transactions, CallOutInvite.kind)} == asked | {resting, early}
    _join(transactions, resting, id)
    (another,) = [one for one in asked if one == crew["mina"]]
    rest(transactions, crew["mina"])
    with transactions() as uow:
        uow.session.execute(update(OutboxRow).values(dedupe_key=OutboxRow.dedupe_key + ":x"))
    assert tend(transactions) == 0, f"{another} is not asked where all places are taken"


def test_a_draw_of_many_takes_few_statements(
    database: Database, transactions: Transactions, clock: MovableClock, crew: Crew
) -> None:
    said: list[str] = []
    event.listen(database.writer, "before_cursor_execute", lambda *args: said.append(args[2]))

    def drawn(people: list[int]) -> int:
        id = _call(transactions, crew, 2, CallOutMode.LOTTERY)
        for person in people:
            _join(transactions, person, id)
        clock.advance(seconds=DRAW_AFTER.total_seconds())
        said.clear()
        with transactions() as uow:
            draw_and_close(uow)
        return len(said)

    people = more_workers(transactions, crew, 12)
    # Ten more people are ten more rows to write, and nothing more to read.
    assert drawn(people) - drawn(people[:2]) <= 20


def test_no_hourly_figure_is_promised_on_one_task(transactions: Transactions, clock: MovableClock) -> None:
    crew = make_crew(transactions, tasks=12)
    with transactions() as uow:
        uow.session.get_one(Project, crew.project_id).median_seconds = 5
        uow.session.get_one(Project, crew.project_id).max_in_hand = 50

    def hourly(done: int) -> bool:
        for _ in range(done):
            with transactions() as uow:
                claim = claim_next(uow, person_id=crew["mina"])
                submit(
                    uow, person_id=crew["mina"], assignment_id=claim.assignment_id, parts={"text": "거시기"}
                )
        id = _call(transactions, crew, 1)
        with transactions.reading() as session:
            facts = read_call_out(session, id)
        assert facts is not None
        return facts.hourly is not None

    assert not hourly(1)
    assert hourly(9)


def test_a_new_price_is_what_the_running_card_says(transactions: Transactions, crew: Crew) -> None:
    id = _call(transactions, crew, 1)
    send_all(transactions)
    with transactions() as uow:
        project = find_project(uow, team_id=crew.team_id, key="DIAL")
        set_price(uow, actor_id=crew["boss"], project=project, amount_minor=300)
    with transactions.reading() as session:
        facts = read_call_out(session, id)
    assert facts is not None
    assert facts.price.minor == 300
    assert waiting_cards(transactions) == 1


def test_by_call_out_only_who_has_a_place_is_given_tasks(
    transactions: Transactions, clock: MovableClock
) -> None:
    crew = make_crew(transactions)
    with transactions() as uow:
        set_rules(uow, actor_id=crew["alex"], project_id=crew.project_id, changes={"by_call_out": True})
        id = call_out(
            uow,
            actor_id=crew["bridge"],
            project_id=crew.project_id,
            headcount=1,
            mode=CallOutMode.FIRST,
            deadline=uow.now + timedelta(hours=1),
            channel=CHANNEL,
        )
    _join(transactions, crew["mina"], id)
    with transactions() as uow:
        assert claim_next(uow, person_id=crew["mina"]).assignment_id
    with transactions.reading() as session:
        assert session.scalar(select(func.count(CallOutEntry.id))) == 1


def test_joining_leaving_tending_and_the_end_at_once(transactions: Transactions, crew: Crew) -> None:
    people = more_workers(transactions, crew, 12)
    id = _call(transactions, crew, 3)
    for person in people[:9]:
        _join(transactions, person, id)
    barrier = Barrier(14)

    def step(number: int) -> None:
        barrier.wait(30)
        with suppress(StaleAction), transactions(patience=60) as uow:
            if number < 6:
                leave(uow, person_id=people[number], call_out_id=id)
            elif number < 12:
                join(uow, person_id=people[number], call_out_id=id)
            elif number == 12:
                tend_call_outs(uow)
            else:
                draw_and_close(uow)

    with ThreadPoolExecutor(14) as pool:
        list(pool.map(step, range(14)))
    found = _states(transactions, id)
    assert set(found) == set(people[6:])
    assert sum(state is EntryState.IN for state, _place in found.values()) == 3
    moved = [row["person_id"] for row in _told(transactions, CallOutNews.kind)]
    assert len(moved) == len(set(moved)), "nobody is told twice"
    with transactions() as uow:
        close(uow, actor_id=crew["bridge"], call_out_id=id)
    with pytest.raises(StaleAction):
        _join(transactions, people[0], id)
    assert sum(state is EntryState.IN for state, _place in _states(transactions, id).values()) == 3
