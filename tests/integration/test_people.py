"""Joining, settings and roles, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from bot.db.models import Audit, Membership, OutboxRow, Project, Team
from bot.db.unit_of_work import Transactions
from bot.domain.errors import Invalid, NotAllowed, NotFound, NotYours, NoWork
from bot.domain.people import Role, WorkStatus
from bot.domain.task import TaskType
from bot.reports.desk import read_desk
from bot.reports.invariants import check
from bot.services.access import find_person, find_project, record_denied
from bot.services.people import (
    deactivate,
    grant_admin,
    join,
    language_of,
    set_language,
    set_nickname,
    set_role,
    set_status,
)
from bot.services.projects import ProjectPlan, create_project, set_price
from bot.services.reviews import claim_next_review
from bot.services.submissions import submit
from bot.services.tasks import claim_next, release
from bot.services.verdicts import accept
from tests.factories import TEAM, make_crew


def _join(
    transactions: Transactions, user: str, nickname: str, *, team: str = TEAM, zone: str = "Asia/Seoul"
) -> int:
    with transactions() as uow:
        return join(uow, team=team, user=user, nickname=nickname, language="ko", zone=zone).person_id


def _outbox(transactions: Transactions, kind: str) -> list[OutboxRow]:
    with transactions.reading() as session:
        return list(session.scalars(select(OutboxRow).where(OutboxRow.kind == kind).order_by(OutboxRow.id)))


def _trail(transactions: Transactions, person_id: int) -> list[tuple[str, str | None, str | None]]:
    with transactions.reading() as session:
        rows = session.scalars(
            select(Audit)
            .where(Audit.subject_type == "person", Audit.subject_id == person_id)
            .order_by(Audit.id)
        )
        return [(a.action, a.from_state, a.to_state) for a in rows]


def test_joining_is_one_person_however_often(transactions: Transactions) -> None:
    first = _join(transactions, "U1", " 달빛  고양이 ")
    assert _join(transactions, "U1", "다른 이름") == first
    with transactions() as uow:
        known = find_person(uow, team=TEAM, user="U1")
        assert known is not None
        assert (known.person_id, known.nickname, known.zone) == (first, "달빛 고양이", "Asia/Seoul")
        assert find_person(uow, team=TEAM, user="U2") is None
        assert find_person(uow, team="T0OTHER", user="U1") is None
    assert _trail(transactions, first) == [("person.join", None, None)]


def test_the_same_slack_id_in_two_teams_is_two_people(transactions: Transactions) -> None:
    assert _join(transactions, "U1", "mina") != _join(transactions, "U1", "mina", team="T0OTHER")
    with transactions.reading() as session:
        assert session.scalar(select(func.count()).select_from(Team)) == 2


@pytest.mark.parametrize(
    ("nickname", "code"), [("Mina", "taken"), ("mina ", "taken"), ("@all", "malformed"), ("", "malformed")]
)
def test_nicknames_are_plain_and_ones_own(transactions: Transactions, nickname: str, code: str) -> None:
    mina, jun = _join(transactions, "U1", "mina"), _join(transactions, "U2", "jun")
    with pytest.raises(Invalid) as refused:
        _join(transactions, "U3", nickname)
    assert (refused.value.field, refused.value.code) == ("nickname", code)
    with pytest.raises(Invalid), transactions() as uow:
        set_nickname(uow, person_id=jun, nickname=nickname)
    if code == "taken":
        with transactions() as uow:
            assert set_nickname(uow, person_id=mina, nickname=nickname).nickname == nickname.strip()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("미나", "\u1106\u1175\u1102\u1161"),
        ("Émile", "e\u0301MILE"),
        ("Straße", "STRASSE"),
        ("mina", "ＭＩＮＡ"),
    ],
)
def test_nobody_can_take_a_name_that_looks_the_same(
    transactions: Transactions, first: str, second: str
) -> None:
    _join(transactions, "U1", first)
    other = _join(transactions, "U1", first, team="T0OTHER")
    with pytest.raises(Invalid) as refused:
        _join(transactions, "U2", second)
    assert refused.value.code == "taken"
    # One's own name may be written anew.
    with transactions() as uow:
        set_nickname(uow, person_id=other, nickname=second)


def test_unknown_zones_and_languages_fall_back(transactions: Transactions) -> None:
    with transactions() as uow:
        profile = join(uow, team=TEAM, user="U1", nickname="n", language="fr", zone="Mars/Olympus")
    assert (profile.zone, profile.language, profile.status) == ("Asia/Seoul", "en", WorkStatus.WORKING)
    assert [language_of(locale) for locale in ("ko-KR", "KO", "en-GB", "fr-FR", "")] == [
        "ko",
        "ko",
        "en",
        "en",
        "en",
    ]


def test_admins_hear_of_a_newcomer(transactions: Transactions) -> None:
    boss, stranger = _join(transactions, "U1", "boss"), _join(transactions, "U9", "boss", team="T0OTHER")
    with transactions() as uow:
        grant_admin(uow, person_id=boss)
        grant_admin(uow, person_id=boss)
        grant_admin(uow, person_id=stranger)
    newcomer = _join(transactions, "U2", "mina")
    told = _outbox(transactions, "join_requested")
    assert [(row.lane, row.payload) for row in told] == [
        (f"person:{boss}", {"person_id": boss, "newcomer_id": newcomer})
    ]
    assert [action for action, _from, _to in _trail(transactions, boss)] == ["person.join", "person.admin"]
    with pytest.raises(NotFound), transactions() as uow:
        grant_admin(uow, person_id=99)


def test_settings_are_kept_and_audited_without_peoples_words(transactions: Transactions) -> None:
    mina = _join(transactions, "U1", "mina")
    with transactions() as uow:
        assert set_language(uow, person_id=mina, language="en").language == "en"
        assert set_status(uow, person_id=mina, status=WorkStatus.RESTING).status is WorkStatus.RESTING
        assert set_nickname(uow, person_id=mina, nickname="달빛").nickname == "달빛"
    with transactions() as uow:
        # Choosing what already is leaves no trace.
        set_language(uow, person_id=mina, language="en")
        set_status(uow, person_id=mina, status=WorkStatus.RESTING)
        set_nickname(uow, person_id=mina, nickname="달빛")
    assert _trail(transactions, mina) == [
        ("person.join", None, None),
        ("person.language", "ko", "en"),
        ("person.status", "working", "resting"),
        ("person.nickname", None, None),
    ]
    for person_id, language in ((mina, "fr"), (99, "ko")):
        with pytest.raises((Invalid, NotFound)), transactions() as uow:
            set_language(uow, person_id=person_id, language=language)


def test_resting_stops_new_work_and_nothing_else(transactions: Transactions) -> None:
    crew = make_crew(transactions)
    with transactions() as uow:
        claim = claim_next(uow, person_id=crew["mina"])
        set_status(uow, person_id=crew["mina"], status=WorkStatus.RESTING)
    with pytest.raises(NoWork) as refused, transactions() as uow:
        claim_next(uow, person_id=crew["mina"])
    assert refused.value.reason == "resting"
    with transactions() as uow:
        submit(uow, person_id=crew["mina"], assignment_id=claim.assignment_id, parts={"text": "가"})
        set_status(uow, person_id=crew["mina"], status=WorkStatus.WORKING)
    with transactions() as uow:
        claim_next(uow, person_id=crew["mina"])


def _set_role(
    transactions: Transactions, actor_id: int, project_id: int, user: str, role: Role, *, granted: bool
) -> tuple[bool, int]:
    with transactions() as uow:
        project = uow.session.get_one(Project, project_id)
        done = set_role(uow, actor_id=actor_id, project=project, user=user, role=role, granted=granted)
        return done.changed, done.released


def test_roles_are_given_and_taken_once(transactions: Transactions) -> None:
    crew = make_crew(transactions)
    before = len(_outbox(transactions, "role_changed"))
    args = (transactions, crew["boss"], crew.project_id, "UMINA", Role.REVIEWER)
    assert [_set_role(*args, granted=True), _set_role(*args, granted=True)] == [(True, 0), (False, 0)]
    assert [_set_role(*args, granted=False), _set_role(*args, granted=False)] == [(True, 0), (False, 0)]
    told = _outbox(transactions, "role_changed")[before:]
    assert [row.payload["granted"] for row in told] == [True, False]
    assert {row.lane for row in told} == {f"person:{crew['mina']}"}
    with transactions.reading() as session:
        roles = session.scalars(select(Membership.role).where(Membership.person_id == crew["mina"])).all()
    assert roles == [Role.WORKER]
    with pytest.raises(NotFound):
        _set_role(transactions, crew["boss"], crew.project_id, "UNOBODY", Role.WORKER, granted=True)
    with pytest.raises(NotAllowed):
        _set_role(transactions, crew["alex"], crew.project_id, "UALEX", Role.PM, granted=False)


def test_taking_the_worker_role_gives_the_tasks_back(transactions: Transactions) -> None:
    crew = make_crew(transactions, tasks=4)
    mina = crew["mina"]
    with transactions() as uow:
        sent = claim_next(uow, person_id=mina)
        submit(uow, person_id=mina, assignment_id=sent.assignment_id, parts={"text": "가"})
    for _ in range(2):
        with transactions() as uow:
            held = claim_next(uow, person_id=mina)
    assert _set_role(transactions, crew["boss"], crew.project_id, "UMINA", Role.WORKER, granted=False) == (
        True,
        2,
    )
    with pytest.raises(NotAllowed), transactions() as uow:
        release(uow, person_id=mina, assignment_id=held.assignment_id)
    with transactions() as uow:
        # What was handed in is judged and paid all the same.
        review = claim_next_review(uow, person_id=crew["sora"])
        accept(uow, person_id=crew["sora"], review_id=review.review_id)
    with transactions.reading() as session:
        assert check(session, now=transactions.clock()) == ()


def test_who_leaves_takes_no_work_along_and_can_come_back(transactions: Transactions) -> None:
    crew = make_crew(transactions, tasks=3)
    sora = crew["sora"]
    with transactions() as uow:
        sent = claim_next(uow, person_id=crew["mina"])
        submit(uow, person_id=crew["mina"], assignment_id=sent.assignment_id, parts={"text": "가"})
    with transactions() as uow:
        review = claim_next_review(uow, person_id=sora)
        claim_next(uow, person_id=sora)
    with transactions() as uow:
        gone = deactivate(uow, team=TEAM, user="USORA")
        assert gone is not None
        assert (gone.person_id, gone.released, gone.reviews) == (sora, 1, 1)
        assert deactivate(uow, team=TEAM, user="USORA") is None
        assert deactivate(uow, team=TEAM, user="UNOBODY") is None
        assert find_person(uow, team=TEAM, user="USORA") is None
    for step in (
        lambda uow: claim_next(uow, person_id=sora),
        lambda uow: accept(uow, person_id=sora, review_id=review.review_id),
    ):
        with pytest.raises(NotAllowed), transactions() as uow:
            step(uow)
    with transactions() as uow:
        taken_over = claim_next_review(uow, person_id=crew["dohyun"])
        assert taken_over.review_id == review.review_id
        back = join(uow, team=TEAM, user="USORA", nickname="ignored", language="en", zone="UTC")
        assert (back.person_id, back.nickname) == (sora, "sora")
    with transactions() as uow:
        claim_next(uow, person_id=sora)
    with transactions.reading() as session:
        assert check(session, now=transactions.clock()) == ()


def test_refused_tries_are_written_down_without_changing_anything(transactions: Transactions) -> None:
    crew = make_crew(transactions)
    for error, rows in (
        (NotAllowed("admin.price", "project", 1), 1),
        (NotYours("task.release", "assignment", 1), 2),
        (NotFound("project", "X"), 2),
    ):
        with transactions() as uow:
            record_denied(uow, team_id=crew.team_id, actor_id=crew["mina"], error=error)
        with transactions.reading() as session:
            denied = session.scalars(select(Audit).where(Audit.outcome == "denied").order_by(Audit.id)).all()
        assert len(denied) == rows
    assert [(a.action, a.detail, a.from_state, a.to_state) for a in denied] == [
        ("admin.price", {"why": "NotAllowed"}, None, None),
        ("task.release", {"why": "NotYours"}, None, None),
    ]


PLAN = ProjectPlan("new1", "새 일", TaskType.MODERATION, labels=("safe", "unsafe"))


def test_a_project_is_found_by_its_key_in_its_team_only(transactions: Transactions) -> None:
    crew = make_crew(transactions)
    _join(transactions, "U9", "other", team="T0OTHER")
    with transactions() as uow:
        made = create_project(uow, actor_id=crew["boss"], plan=PLAN)
        assert made.key == "NEW1"
        assert find_project(uow, team_id=crew.team_id, key=" new1 ").id == made.id
    for team_id, key in ((crew.team_id, "NONE"), (crew.team_id + 1, "NEW1")):
        with pytest.raises(NotFound) as refused, transactions() as uow:
            find_project(uow, team_id=team_id, key=key)
        assert refused.value.name == key


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("key", {"key": "1X"}),
        ("key", {"key": "DIAL"}),
        ("key", {"key": "X" * 17}),
        ("name", {"name": "  "}),
        ("name", {"name": "x" * 81}),
        ("name", {"name": "a\x00b"}),
        ("zone", {"zone": "Seoul"}),
        ("currency", {"currency": "XXX"}),
        ("max_in_hand", {"max_in_hand": 0}),
        ("max_in_hand", {"max_in_hand": 51}),
        ("guideline_url", {"guideline_url": "javascript:alert(1)"}),
        ("guideline_url", {"guideline_url": "https://a.example/<b>"}),
        ("guideline_url", {"guideline_url": "https://a.example/\x00"}),
        ("labels", {"labels": ("one",)}),
        ("labels", {"labels": ("one", "one")}),
        ("labels", {"labels": ("one", "x" * 41)}),
        ("labels", {"labels": ("one", "\ud83e")}),
        ("labels", {"labels": tuple(str(n) for n in range(21))}),
    ],
)
def test_a_plan_with_a_fault_is_refused_by_its_field(
    transactions: Transactions, field: str, changes: dict[str, object]
) -> None:
    crew = make_crew(transactions, tasks=0)
    plan = ProjectPlan(**(vars(PLAN) | changes))
    with pytest.raises(Invalid) as refused, transactions() as uow:
        create_project(uow, actor_id=crew["boss"], plan=plan)
    assert refused.value.field == field
    with transactions.reading() as session:
        assert session.scalar(select(func.count()).select_from(Project)) == 1


def test_a_price_counts_from_the_next_claim_on(transactions: Transactions) -> None:
    crew = make_crew(transactions, tasks=4, price=350)
    with transactions() as uow:
        old = claim_next(uow, person_id=crew["mina"])
    with transactions() as uow:
        project = uow.session.get_one(Project, crew.project_id)
        assert set_price(uow, actor_id=crew["boss"], project=project, amount_minor=400).minor == 400
    with transactions() as uow:
        new = claim_next(uow, person_id=crew["mina"])
        for claim in (old, new):
            submit(uow, person_id=crew["mina"], assignment_id=claim.assignment_id, parts={"text": "가"})
    for _ in (old, new):
        with transactions() as uow:
            review = claim_next_review(uow, person_id=crew["dohyun"])
            accept(uow, person_id=crew["dohyun"], review_id=review.review_id)
    with transactions.reading() as session:
        assert check(session, now=transactions.clock()) == ()
        assert [money.minor for money in read_desk(session, crew["mina"]).earned] == [750]
    for minor in (0, -1, 100_000_001):
        with pytest.raises(Invalid), transactions() as uow:
            project = uow.session.get_one(Project, crew.project_id)
            set_price(uow, actor_id=crew["boss"], project=project, amount_minor=minor)
    with transactions() as uow:
        free = create_project(uow, actor_id=crew["boss"], plan=PLAN)
        assert free.id
        uow.session.add(
            Membership(project_id=free.id, person_id=crew["jun"], role=Role.WORKER, created_at=uow.now)
        )
    with pytest.raises(NoWork), transactions() as uow:
        # Nobody should do a task without knowing what it pays.
        claim_next(uow, person_id=crew["jun"], project_key="NEW1")


def test_an_admin_rules_their_own_team_only(transactions: Transactions) -> None:
    crew = make_crew(transactions)
    stranger = _join(transactions, "U9", "other", team="T0OTHER")
    with transactions() as uow:
        grant_admin(uow, person_id=stranger)
    with pytest.raises(NotAllowed):
        _set_role(transactions, stranger, crew.project_id, "UMINA", Role.PM, granted=True)
    with pytest.raises(NotAllowed), transactions() as uow:
        project = uow.session.get_one(Project, crew.project_id)
        set_price(uow, actor_id=stranger, project=project, amount_minor=1)
    with transactions() as uow:
        # A project of one's own may have a key that another team uses.
        own = ProjectPlan("DIAL", "우리 일", TaskType.TRANSLATION)
        assert create_project(uow, actor_id=stranger, plan=own).team_id != crew.team_id
