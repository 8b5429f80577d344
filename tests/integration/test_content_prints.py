"""Prints of task content: made in small turns, found again in messages, dropped when nobody needs them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from bot.db.models import ContentPrint, PrintProgress, Project
from bot.db.unit_of_work import Transactions
from bot.scheduler import Rhythm, Scheduler
from bot.services import content_prints
from bot.services.content_prints import Copied, Prints
from bot.services.submissions import submit
from bot.services.tasks import claim_next
from tests.conftest import MovableClock
from tests.factories import Crew
from tests.integration.leaked import CHATTER, SECRETS, SHORT, bring, make_secret_crew, sweep, task_ids

RATIONALE = "이 글은 이웃집 할아버지의 실명과 사는 곳을 그대로 밝히고 있어서 지워야 해요."


@pytest.fixture
def crew(transactions: Transactions) -> Crew:
    return make_secret_crew(transactions)


@pytest.fixture
def prints() -> Prints:
    return Prints(b"secret")


def _find(
    transactions: Transactions, prints: Prints, crew: Crew, words: str, *, by: str | None = None
) -> Copied | None:
    with transactions.reading() as session:
        return prints.lookup(
            session, team_id=crew.team_id, words=words, person_id=crew[by] if by is not None else None
        )


def _count(transactions: Transactions) -> int:
    with transactions.reading() as session:
        return session.scalar(select(func.count()).select_from(ContentPrint)) or 0


def test_copies_are_found_and_chatter_is_not(transactions: Transactions, crew: Crew, prints: Prints) -> None:
    ids = task_ids(transactions)
    assert _find(transactions, prints, crew, SECRETS[0]) is None, "nothing is known yet"
    sweep(transactions, prints)
    for task_id, secret in zip(ids[:3], SECRETS, strict=False):
        found = _find(transactions, prints, crew, f"이거 좀 봐 주세요: {secret} 어떻게 하죠?")
        assert found == Copied(crew.project_id, (task_id,))
    both = _find(transactions, prints, crew, " / ".join(SECRETS[:2]))
    assert both == Copied(crew.project_id, tuple(ids[:2]))
    assert [_find(transactions, prints, crew, words, by="mina") for words in CHATTER] == [None] * len(CHATTER)
    assert _find(transactions, prints, crew, "메모는 내용이 아니에요, 모두가 아는 이야기랍니다.") is None
    with transactions.reading() as session:
        assert prints.lookup(session, team_id=crew.team_id + 1, words=SECRETS[0]) is None
        kept = str(session.execute(select(ContentPrint.mark)).all())
    assert "장독대" not in kept


def test_short_content_counts_for_people_of_the_project_only(
    transactions: Transactions, crew: Crew, prints: Prints
) -> None:
    sweep(transactions, prints)
    assert _find(transactions, prints, crew, SHORT) is None
    found = _find(transactions, prints, crew, f"“{SHORT}” 이렇게 적나요?", by="mina")
    assert found == Copied(crew.project_id, (task_ids(transactions)[3],))


def test_what_was_submitted_is_guarded_too(
    transactions: Transactions, crew: Crew, prints: Prints, clock: MovableClock
) -> None:
    sweep(transactions, prints)
    with transactions() as uow:
        claimed = claim_next(uow, person_id=crew["mina"])
        answer = {
            "label": "unsafe",
            "rationale": RATIONALE,
            "note": "검수자님, 이 부분만 다시 봐 주시면 고맙겠습니다.",
        }
        submit(uow, person_id=crew["mina"], assignment_id=claimed.assignment_id, parts=answer)
    before = _count(transactions)
    sweep(transactions, prints)
    found = _find(transactions, prints, crew, RATIONALE[4:])
    assert found is not None
    assert len(found.task_ids) == 1
    assert _find(transactions, prints, crew, answer["note"], by="mina") is None
    after = _count(transactions)
    assert after > before
    # Looked at again while it is new, and kept once.
    clock.advance(minutes=5)
    sweep(transactions, prints)
    sweep(transactions, prints)
    assert _count(transactions) == after


def test_imports_are_taken_up_bit_by_bit(
    transactions: Transactions, crew: Crew, prints: Prints, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(content_prints, "TASKS_AT_ONCE", 2)
    more = tuple(
        f"{n}번째 글은 다른 어디에서도 찾아볼 수 없는 아주 긴 이야기라서 {n}{n}{n} 이렇게 끝나요"
        for n in range(5)
    )
    bring(transactions, crew, *more, start=10)
    assert sweep(transactions, prints) >= 5
    with transactions.reading() as session:
        rows = session.scalars(select(PrintProgress).where(PrintProgress.batch_id.is_not(None))).all()
        assert all(row.ended for row in rows)
    assert sweep(transactions, prints) == 0
    assert _find(transactions, prints, crew, SECRETS[1]) is not None


def test_stock_phrases_belong_to_nobody(transactions: Transactions, crew: Crew, prints: Prints) -> None:
    stock = "이 영상은 시청자 여러분의 소중한 의견으로 만들어졌습니다 감사합니다"
    own = "그란디 외삼촌이 논두렁에서 자빠져 가지고 사흘을 앓아누웠당께"
    bring(transactions, crew, *(f"{stock} {n}" for n in range(30)), f"{stock} {own}", start=20)
    sweep(transactions, prints)
    assert _find(transactions, prints, crew, stock, by="mina") is None
    found = _find(transactions, prints, crew, own)
    assert found is not None
    assert found.task_ids == (task_ids(transactions)[-1],)
    with transactions.reading() as session:
        most = session.scalar(
            select(func.count())
            .select_from(ContentPrint)
            .group_by(ContentPrint.mark)
            .order_by(func.count().desc())
        )
    assert most == 6, "no more rows than tell that it is one"


def test_inactive_projects_are_forgotten_and_come_back(
    transactions: Transactions, crew: Crew, prints: Prints
) -> None:
    sweep(transactions, prints)
    active = update(Project).where(Project.id == crew.project_id)
    with transactions() as uow:
        uow.session.execute(active.values(active=False))
    assert _find(transactions, prints, crew, SECRETS[0]) is None
    sweep(transactions, prints)
    assert _count(transactions) == 0
    with transactions() as uow:
        uow.session.execute(active.values(active=True))
    sweep(transactions, prints)
    assert _find(transactions, prints, crew, SECRETS[0]) is not None


def test_another_key_begins_anew(transactions: Transactions, crew: Crew, prints: Prints) -> None:
    sweep(transactions, prints)
    before, other = _count(transactions), Prints(b"another")
    assert _find(transactions, other, crew, SECRETS[0]) is None
    sweep(transactions, other)
    assert _count(transactions) == before
    assert _find(transactions, other, crew, SECRETS[0]) is not None
    assert _find(transactions, prints, crew, SECRETS[0]) is None


def test_two_processes_sweep_at_once(transactions: Transactions, crew: Crew, prints: Prints) -> None:
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _n: sweep(transactions, prints), range(3)))
    with transactions.reading() as session:
        rows = session.execute(select(ContentPrint.mark, ContentPrint.task_id)).all()
    assert len(rows) == len(set(rows)) > 0


def test_a_tick_takes_many_turns(
    transactions: Transactions, crew: Crew, prints: Prints, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(content_prints, "TASKS_AT_ONCE", 1)
    tick = timedelta(seconds=10)
    scheduler = Scheduler(transactions, tick=tick, rhythms=[Rhythm(prints.sweep, tick, turns=2)])
    scheduler.run_due()
    with transactions.reading() as session:
        assert session.scalar(select(PrintProgress.reached)) == task_ids(transactions)[1], (
            "two turns of one task"
        )
    once = Scheduler(transactions, tick=tick, rhythms=[Rhythm(prints.sweep, tick, turns=100)])
    once.run_due()
    assert sweep(transactions, prints) == 0
    assert _find(transactions, prints, crew, SECRETS[2]) is not None
