"""Task content in public: one issue, one warning, and what its author, others and time make of it."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import select

from bot.db.models import Issue, IssueStep, IssueTask, Leak, OutboxRow
from bot.db.unit_of_work import Transactions
from bot.domain.errors import NotFound
from bot.domain.escalation import IssueSource, IssueState, Severity, Step
from bot.outbox.cards import remember_card
from bot.services import leaked_pictures, leaks
from bot.services.content_prints import Copied
from bot.services.tasks import claim_next
from tests.conftest import MovableClock
from tests.factories import Crew
from tests.integration.issue_scene import at_once
from tests.integration.leaked import make_secret_crew, task_ids


@pytest.fixture
def crew(transactions: Transactions) -> Crew:
    return make_secret_crew(transactions)


def _leak(
    transactions: Transactions,
    crew: Crew,
    ts: str,
    *,
    tasks: tuple[int, ...] = (0,),
    who: str | None = "mina",
    channel: str = "C0CREW",
) -> int | None:
    ids = task_ids(transactions)
    with transactions() as uow:
        return leaks.message_leaked(
            uow,
            team_id=crew.team_id,
            author_id=crew[who] if who else None,
            channel=channel,
            ts=ts,
            thread_ts=None,
            copied=Copied(crew.project_id, tuple(ids[n] for n in tasks)),
        )


def _gone(transactions: Transactions, crew: Crew, ts: str, channel: str = "C0CREW") -> bool:
    with transactions() as uow:
        return leaks.message_gone(uow, team_id=crew.team_id, channel=channel, ts=ts)


def _warned(transactions: Transactions) -> list[tuple[int, int]]:
    """Return whom a warning was sent of which leak, in order."""
    with transactions.reading() as session:
        rows = session.scalars(
            select(OutboxRow.payload).where(OutboxRow.kind == "leak_warning").order_by(OutboxRow.id)
        )
        return [(row["person_id"], row["leak_id"]) for row in rows]


def _issues(transactions: Transactions) -> list[Issue]:
    with transactions.reading() as session:
        return list(session.scalars(select(Issue).order_by(Issue.id)))


def _steps(transactions: Transactions) -> list[Step]:
    with transactions.reading() as session:
        return list(session.scalars(select(IssueStep.step).order_by(IssueStep.id)))


def _row(transactions: Transactions, leak_id: int) -> Leak:
    with transactions.reading() as session:
        return session.get_one(Leak, leak_id)


def test_a_leak_warns_its_author_and_raises_an_issue(transactions: Transactions, crew: Crew) -> None:
    leak_id = _leak(transactions, crew, "1.1", tasks=(0, 1))
    assert leak_id is not None
    assert _warned(transactions) == [(crew["mina"], leak_id)]
    (issue,) = _issues(transactions)
    assert (issue.severity, issue.source, issue.state) == (Severity.S1, IssueSource.LEAK, IssueState.OPEN)
    assert (issue.opener_id, issue.channel, issue.thread_ts, issue.request) == (None, None, None, "")
    with transactions.reading() as session:
        linked = set(session.scalars(select(IssueTask.task_id)))
        assert linked == set(task_ids(transactions)[:2])
        assert leaks.is_leak(session, team_id=crew.team_id, channel="C0CREW", ts="1.1")
        assert not leaks.is_leak(session, team_id=crew.team_id, channel="C0CREW", ts="1.2")
    assert _leak(transactions, crew, "1.1", tasks=(0, 1)) is None, "the same message once more"
    assert len(_warned(transactions)) == 1


def test_an_hour_of_one_author_is_one_issue(
    transactions: Transactions, crew: Crew, clock: MovableClock
) -> None:
    first = _leak(transactions, crew, "1.1")
    again = _leak(transactions, crew, "1.2")
    assert again is not None
    assert _warned(transactions) == [(crew["mina"], first)], "the same once more in the same channel"
    other = _leak(transactions, crew, "1.3", tasks=(1,))
    elsewhere = _leak(transactions, crew, "1.4", channel="C0PM")
    assert _warned(transactions)[1:] == [(crew["mina"], other), (crew["mina"], elsewhere)]
    assert len(_issues(transactions)) == 1
    jun = _leak(transactions, crew, "1.5", who="jun")
    assert jun is not None
    assert len(_issues(transactions)) == 2
    clock.advance(minutes=61)
    _leak(transactions, crew, "1.6")
    assert len(_issues(transactions)) == 3


def test_a_deleted_message_is_noted_once(transactions: Transactions, crew: Crew) -> None:
    leak_id = _leak(transactions, crew, "1.1")
    assert leak_id is not None
    assert not _gone(transactions, crew, "9.9")
    assert _gone(transactions, crew, "1.1")
    assert not _gone(transactions, crew, "1.1")
    assert _row(transactions, leak_id).deleted_at is not None
    assert _steps(transactions).count(Step.MESSAGE_DELETED) == 1
    assert _warned(transactions) == [(crew["mina"], leak_id)] * 2, "the warning becomes thanks"
    # Put in public once more it is a leak once more.
    assert _leak(transactions, crew, "1.2") is not None
    assert len(_warned(transactions)) == 3
    # And an edit may bring back what an edit took away.
    assert _leak(transactions, crew, "1.1") == leak_id
    assert _row(transactions, leak_id).deleted_at is None


def test_others_are_asked_to_delete_it_once(transactions: Transactions, crew: Crew) -> None:
    leak_id = _leak(transactions, crew, "1.1")
    assert leak_id is not None
    with transactions() as uow, pytest.raises(NotFound):
        leaks.ask_deletion(uow, person_id=crew["jun"], leak_id=leak_id)
    for _twice in range(2):
        with transactions() as uow:
            leaks.ask_deletion(uow, person_id=crew["mina"], leak_id=leak_id)
    asked = [person for person, _leak_id in _warned(transactions) if person != crew["mina"]]
    assert sorted(asked) == sorted([crew["boss"], crew["bridge"]])
    with transactions() as uow:
        remember_card(uow.session, f"leak:{leak_id}:{crew['bridge']}", "D1", "1.0", "", uow.now)
    before = len(_warned(transactions))
    _gone(transactions, crew, "1.1")
    told = [person for person, _leak_id in _warned(transactions)[before:]]
    assert sorted(told) == sorted([crew["mina"], crew["bridge"]]), "those whose cards stand somewhere"


def test_a_strangers_message_that_is_heard_twice_at_once_is_one_issue(
    transactions: Transactions, crew: Crew, clock: MovableClock
) -> None:
    ones = [Transactions(transactions.database, clock=clock) for _ in range(4)]
    came = at_once(*[partial(_leak, one, crew, "1.1", who=None) for one in ones])
    assert sorted(came, key=str) == [1, None, None, None]
    assert len(_issues(transactions)) == 1


def test_a_strangers_message_goes_to_supervisors(transactions: Transactions, crew: Crew) -> None:
    leak_id = _leak(transactions, crew, "1.1", who=None)
    assert leak_id is not None
    assert sorted(person for person, _id in _warned(transactions)) == sorted([crew["boss"], crew["bridge"]])
    assert _leak(transactions, crew, "1.2", who=None) is not None
    assert len(_issues(transactions)) == 1


def _picture(transactions: Transactions, crew: Crew, ts: str, who: str = "mina") -> int | None:
    with transactions() as uow:
        return leaked_pictures.picture_seen(
            uow, person_id=crew[who], team_id=crew.team_id, channel="C0CREW", ts=ts, thread_ts=None
        )


def test_a_picture_is_asked_about_only_near_work(
    transactions: Transactions, crew: Crew, clock: MovableClock
) -> None:
    assert _picture(transactions, crew, "1.1") is None
    with transactions() as uow:
        claim_next(uow, person_id=crew["mina"])
    leak_id = _picture(transactions, crew, "1.2")
    assert leak_id is not None
    assert _picture(transactions, crew, "1.3") is None, "once an hour"
    with transactions.reading() as session:
        assert not leaks.is_leak(session, team_id=crew.team_id, channel="C0CREW", ts="1.2")
    with transactions() as uow:
        leaked_pictures.picture_is_harmless(uow, person_id=crew["mina"], leak_id=leak_id)
        # A second press of the other button changes nothing any more.
        leaked_pictures.picture_is_work(uow, person_id=crew["mina"], leak_id=leak_id)
    assert _issues(transactions) == []
    assert {person for person, _id in _warned(transactions)} == {crew["mina"]}
    clock.advance(minutes=61)
    asked = _picture(transactions, crew, "1.4")
    assert asked is not None
    with transactions() as uow:
        leaked_pictures.picture_is_work(uow, person_id=crew["mina"], leak_id=asked)
    (issue,) = _issues(transactions)
    assert (issue.severity, issue.source, issue.opener_id) == (Severity.S1, IssueSource.LEAK, None)
    with transactions.reading() as session:
        assert len(session.scalars(select(IssueTask.id)).all()) == 1
    assert _gone(transactions, crew, "1.4")
    assert Step.MESSAGE_DELETED in _steps(transactions)


def test_pictures_of_open_projects_are_nobodys_business(transactions: Transactions) -> None:
    crew = make_secret_crew(transactions, confidential=False)
    with transactions() as uow:
        claim_next(uow, person_id=crew["mina"])
    assert _picture(transactions, crew, "1.1") is None
