"""Homes: each role sees its own and nobody else's, and a change is drawn into those that were opened."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.exc import NoResultFound

from bot.db.models import PostedCard, Project
from bot.db.unit_of_work import Transactions, UnitOfWork
from bot.domain.review import ReasonCode
from bot.domain.surface import DEFAULT_COMMANDS
from bot.homes import Homes, draw_home, remember_opened
from bot.i18n.catalogs import load_catalogs
from bot.services.reviews import claim_next_review
from bot.services.submissions import submit
from bot.services.tasks import claim_next
from bot.services.verdicts import accept, reject
from bot.slack.gateway import Gateway
from sandbox.blockkit import check_view
from sandbox.client import Sandbox
from tests.conftest import MovableClock
from tests.factories import ROLES, Crew, make_crew
from tests.integration.sender_scene import TOKEN, Scene

CATALOGS = load_catalogs(strict=True)
PUBLISH = "views.publish"


@pytest.fixture
def crew(transactions: Transactions) -> Crew:
    return make_crew(transactions, tasks=4)


def _home(transactions: Transactions, person_id: int) -> dict[str, Any]:
    with transactions.reading() as session:
        uow = UnitOfWork(session, transactions.clock(), reading=True)
        return draw_home(uow, person_id, catalogs=CATALOGS, commands=DEFAULT_COMMANDS)


def _said(view: dict[str, Any]) -> str:
    return json.dumps(view, ensure_ascii=False)


def _work(transactions: Transactions, crew: Crew) -> None:
    """Mina has one task accepted and one returned; jun has handed one in and holds none."""
    for who in ("mina", "mina", "jun"):
        with transactions() as uow:
            claim = claim_next(uow, person_id=crew[who])
            submit(uow, person_id=crew[who], assignment_id=claim.assignment_id, parts={"text": f"{who} 가"})
    judge = crew["dohyun"]
    with transactions() as uow:
        accept(uow, person_id=judge, review_id=claim_next_review(uow, person_id=judge).review_id)
    with transactions() as uow:
        reject(
            uow,
            person_id=judge,
            review_id=claim_next_review(uow, person_id=judge).review_id,
            reason=ReasonCode.MISHEARD,
            section="3.2",
            comment="한 번 더 들어 봐 주세요.",
        )


def test_each_role_sees_what_is_theirs(transactions: Transactions, crew: Crew) -> None:
    _work(transactions, crew)
    for name in ROLES:
        assert check_view(_home(transactions, crew[name]), ("home",)) == []
    mina, jun = (_said(_home(transactions, crew[name])) for name in ("mina", "jun"))
    assert "맡고 계신 작업" in mina
    assert "350원" in mina
    # Nothing of somebody else's: no name, no amount, no place among others.
    for view, others in ((mina, ("jun", "dohyun", "sora")), (jun, ("mina", "dohyun", "sora"))):
        assert not any(re.search(rf"\b{other}\b", view) for other in others)
    assert "맡고 계신 작업" not in jun
    assert "DIAL: 1건" in _said(_home(transactions, crew["dohyun"]))
    board = _said(_home(transactions, crew["bridge"]))
    assert "아직 완료되지 않은 작업 3개" in board
    assert "mina" not in board


def test_a_pm_needs_no_korean(transactions: Transactions, crew: Crew) -> None:
    _work(transactions, crew)
    view = _said(_home(transactions, crew["alex"]))
    assert not re.search("[ㄱ-ㆎ가-힣]", view)
    assert "1 of 4 tasks final" in view
    assert "Today so far: 1 final" in view


def test_a_korean_project_name_stays_with_those_who_read_it(transactions: Transactions, crew: Crew) -> None:
    with transactions() as uow:
        uow.session.get_one(Project, crew.project_id).name = "Jeonnam 사투리"
    assert "*DIAL* Jeonnam" in _said(_home(transactions, crew["alex"]))
    assert "*DIAL* Jeonnam 사투리" in _said(_home(transactions, crew["bridge"]))


def test_an_unknown_person_has_no_home(transactions: Transactions, crew: Crew) -> None:
    with pytest.raises(NoResultFound):
        _home(transactions, 10**6)


@pytest.fixture
def homes(transactions: Transactions, box: Sandbox, crew: Crew) -> Iterator[Homes]:
    box.add_people(*({"id": f"U{name.upper()}", "name": name, "display_name": name} for name in ROLES))
    gateway = Gateway(TOKEN, f"{box.url}/api/", timeout=2)
    homes = Homes(transactions, gateway, CATALOGS, DEFAULT_COMMANDS, settling=0.1, pause=0.05)
    homes.start()
    yield homes
    assert homes.stop()


def test_a_burst_of_changes_is_drawn_once_and_only_for_those_who_look(
    homes: Homes, transactions: Transactions, crew: Crew, box: Sandbox
) -> None:
    since = box.get("/_control/calls")["total"]
    remember_opened(transactions, crew["mina"], "UMINA", "V1")
    for _ in range(20):
        homes.changed(crew["mina"])
        homes.changed(crew["jun"])
    box.wait_for(lambda: len(box.calls(PUBLISH, since=since)) == 1)
    for person_id in (10**6, crew["jun"], crew["mina"]):
        homes.changed(person_id)
    # They are taken in turn, so the others have been passed over by now.
    box.wait_for(lambda: len(box.calls(PUBLISH, since=since)) == 2)
    shown = box.person("UMINA").home(reopen=False)
    assert shown is not None
    assert "mina" in _said(shown)


def test_a_rate_limit_puts_off_and_a_refusal_is_let_go(
    homes: Homes, transactions: Transactions, crew: Crew, box: Sandbox
) -> None:
    since = box.get("/_control/calls")["total"]
    for name in ("mina", "jun"):
        remember_opened(transactions, crew[name], f"U{name.upper()}", "V1")
    box.faults(
        rules=[
            {"method": PUBLISH, "kind": "429", "retry_after": 1, "times": 1},
            {"method": PUBLISH, "kind": "error", "error": "invalid_arguments", "times": 1},
        ]
    )
    homes.changed(crew["mina"])
    box.wait_for(lambda: len(box.calls(PUBLISH, since=since)) == 2)
    homes.changed(crew["jun"])
    box.wait_for(lambda: len(box.calls(PUBLISH, since=since)) == 3)


def test_a_home_is_remembered_once(transactions: Transactions, crew: Crew, clock: MovableClock) -> None:
    remember_opened(transactions, crew["mina"], "UMINA", "V1")
    remember_opened(transactions, crew["mina"], "UMINA", "V2")
    with transactions.reading() as session:
        card = session.get(PostedCard, f"home:{crew['mina']}")
        assert card is not None
        assert (card.channel, card.ts) == ("UMINA", "V1")


def test_the_sender_says_whose_desk_has_changed(scene: Scene) -> None:
    mina = scene.add_person()
    heard: list[str] = []
    with scene.sending(on_delivered=lambda claimed: heard.append(claimed.lane)):
        scene.tell(mina, 1)
        scene.wait_until_done()
        scene.box.wait_for(lambda: heard == [f"person:{mina}"])
