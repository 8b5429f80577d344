"""Spot checks, and what they, appeals and issues say about the reviewers."""

from __future__ import annotations

import pytest

from bot.db.models import SpotCheck, Verdict
from bot.db.unit_of_work import Transactions
from bot.domain.errors import Invalid, NotAllowed, NotYours, StaleAction
from bot.domain.escalation import UndoneBy
from bot.domain.people import Role
from bot.domain.translation import TranslationMode
from bot.reports.fairness import Checked, own_fairness, own_work, read_fairness
from bot.reports.spot_checks import read_check
from bot.services import appeal_queue, appeals
from bot.services.access import find_project
from bot.services.bridges import set_mode
from bot.services.people import set_role
from bot.services.re_reviewing import re_review
from bot.services.reviews import claim_review
from bot.services.rules import set_rules
from bot.services.spot_checks import draw, record
from bot.services.verdicts import accept, fix_and_accept
from tests.conftest import MovableClock
from tests.integration.standing_still import Scene


@pytest.fixture
def scene(transactions: Transactions, clock: MovableClock) -> Scene:
    return Scene(transactions, clock, tasks=6)


def _accepted(scene: Scene, who: str = "mina", by: str = "sora") -> int:
    """Bring a task to its acceptance; return the submission."""
    assignment = scene.claim(who)
    scene.submit(assignment, who=who)
    review = scene.take(by)
    with scene.transactions() as uow:
        accept(uow, person_id=scene.crew[by], review_id=review)
    return scene.review_of(assignment).submission_id


def set_roles(scene: Scene, who: str, *roles: Role) -> None:
    with scene.transactions() as uow:
        project = find_project(uow, team_id=scene.crew.team_id, key="DIAL")
        for role in roles:
            user = f"U{who.upper()}"
            set_role(uow, actor_id=scene.crew["boss"], project=project, user=user, role=role, granted=True)


def _draw(scene: Scene, who: str = "bridge", at: float | None = None) -> int | None:
    with scene.transactions() as uow:
        return draw(uow, person_id=scene.crew[who], project_id=scene.crew.project_id, at=at)


def _record(scene: Scene, submission: int, *, agrees: bool, who: str = "bridge", comment: str = "") -> int:
    with scene.transactions() as uow:
        return record(
            uow, person_id=scene.crew[who], submission_id=submission, agrees=agrees, comment=comment
        )


def test_any_accepted_work_is_drawn_once(scene: Scene) -> None:
    assert _draw(scene) is None
    first, second = _accepted(scene), _accepted(scene, "jun")
    scene.returned()
    assert [_draw(scene, at=at) for at in (0.0, 0.4, 0.5, 0.99)] == [first, first, second, second]
    assert {_draw(scene) for _ in range(40)} == {first, second}
    made = _record(scene, first, agrees=True)
    check = scene.row(SpotCheck, made)
    assert (check.agrees, check.reviewer_id) == (True, scene.crew["sora"])
    assert [_draw(scene, at=at) for at in (0.0, 0.99)] == [second, second]
    # By a PM as well, and nothing is left then.
    assert _draw(scene, "alex", at=0.0) == second
    with pytest.raises(Invalid) as bare:
        _record(scene, second, agrees=False, who="alex")
    assert (bare.value.field, bare.value.code) == ("comment", "missing")
    _record(scene, second, agrees=False, who="alex", comment="A word is missing.")
    assert _draw(scene) is None
    with pytest.raises(StaleAction):
        _record(scene, second, agrees=True)
    assert scene.findings() == []


def test_nobody_checks_their_own(scene: Scene) -> None:
    mine = _accepted(scene, by="bridge")
    assert _draw(scene) is None
    with pytest.raises(NotYours):
        _record(scene, mine, agrees=True)
    assert _draw(scene, "alex") == mine
    for who in ("mina", "sora"):
        with pytest.raises(NotAllowed):
            _draw(scene, who)
        with pytest.raises(NotAllowed):
            _record(scene, mine, agrees=True, who=who)


def test_what_a_reviewer_corrected_is_shown_corrected(scene: Scene) -> None:
    assignment = scene.claim()
    scene.submit(assignment)
    review = scene.take()
    with scene.transactions() as uow:
        fix_and_accept(uow, person_id=scene.crew["sora"], review_id=review, parts={"text": "거시기요"})
    with scene.transactions.reading() as session:
        facts = read_check(session, scene.review_of(assignment).submission_id)
    assert facts is not None
    assert facts.fixed == {"text": "거시기요"}


def test_nobody_checks_a_task_they_have_had(scene: Scene) -> None:
    """Whichever of the project's tasks that was: bridge worked on the second of three."""
    set_roles(scene, "bridge", Role.WORKER)
    first, own, last = _accepted(scene), _accepted(scene, "bridge"), _accepted(scene, "jun")
    drawn = {_draw(scene, at=place / 10) for place in range(10)}
    assert drawn == {first, last}
    with pytest.raises(NotYours):
        _record(scene, own, agrees=True)
    _record(scene, first, agrees=True)
    _record(scene, last, agrees=True)


def test_work_nobody_reviewed_is_counted_apart(scene: Scene) -> None:
    reviewed = _accepted(scene)
    with scene.transactions() as uow:
        changes = {"review_mode": "sample", "sample_percent": 0, "newcomer_first": 0}
        set_rules(uow, actor_id=scene.crew["alex"], project_id=scene.crew.project_id, changes=changes)
    assignment = scene.claim()
    scene.submit(assignment, "머시기")
    spared = scene.review_of(assignment).submission_id
    _record(scene, reviewed, agrees=True)
    _record(scene, spared, agrees=False, comment="말이 빠졌어요.")
    with scene.transactions.reading() as session:
        found = read_fairness(session, scene.crew.project_id, scene.clock())
    assert [(row.nickname, row.verdicts, row.checks) for row in found.rows] == [("sora", 1, Checked(1, 1))]
    assert found.unreviewed == Checked(1, 0)
    assert [(one.reviewer, one.comment.text) for one in found.disagreements] == [("", "말이 빠졌어요.")]


def test_what_a_checker_says_is_read_in_both_languages(scene: Scene) -> None:
    """A PM who reads no Korean is told what a supervisor noticed."""
    with scene.transactions() as uow:
        project = find_project(uow, team_id=scene.crew.team_id, key="DIAL")
        set_mode(uow, actor_id=scene.crew["boss"], project=project, mode=TranslationMode.LOCAL)
    _record(scene, _accepted(scene), agrees=False, comment="끝소리가 하나 빠졌어요.")
    with scene.transactions.reading() as session:
        (found,) = read_fairness(session, scene.crew.project_id, scene.clock()).disagreements
    assert [relay.language for relay in found.comment.relays] == ["en"]


def test_who_was_found_wrong_how_often(scene: Scene) -> None:
    """Of sora's four rejects an appeal overturns one and an issue two, one of which is confirmed after all."""
    won = scene.returned()[1]
    with scene.transactions() as uow:
        made = appeals.appeal(uow, person_id=scene.crew["mina"], verdict_id=won, words="들리는 대로예요.")
        appeal_queue.take(uow, person_id=scene.crew["dohyun"], appeal_id=made.appeal_id)
    scene.clock.advance(minutes=4)
    with scene.transactions() as uow:
        appeals.uphold(uow, person_id=scene.crew["dohyun"], appeal_id=made.appeal_id)
    claimed = [scene.claim("jun") for _ in range(2)]
    for assignment in claimed:
        scene.submit(assignment, who="jun")
    others = [(assignment, scene.reject(scene.take())) for assignment in claimed]
    scene.returned("mina")
    with scene.transactions() as uow:
        verdicts = [verdict for _assignment, verdict in others]
        re_review(uow, person_id=scene.crew["alex"], verdict_ids=verdicts, why=UndoneBy.ISSUE)
    for (assignment, _verdict), right in zip(others, (True, False), strict=True):
        review = scene.review_of(assignment).id
        with scene.transactions() as uow:
            claim_review(uow, person_id=scene.crew["bridge"], review_id=review)
        if right:
            with scene.transactions() as uow:
                accept(uow, person_id=scene.crew["bridge"], review_id=review)
        else:
            scene.reject(review, "bridge")
    with scene.transactions.reading() as session:
        found = {
            row.nickname: row for row in read_fairness(session, scene.crew.project_id, scene.clock()).rows
        }
        own = own_fairness(session, scene.crew["sora"], scene.clock())
        mina = own_work(session, scene.crew["mina"], scene.clock())
        assert own_fairness(session, scene.crew["mina"], scene.clock()) is None
    sora = found["sora"]
    assert (sora.verdicts, sora.rejects, sora.overturned, sora.overturn_rate) == (4, 4, 2, 0.5)
    assert sora.small
    assert own == sora
    assert (found["dohyun"].verdicts, found["dohyun"].median_seconds) == (1, 240)
    assert (found["bridge"].verdicts, found["bridge"].rejects, found["bridge"].overturned) == (2, 1, 0)
    assert [(one.project_key, one.first_judged, one.first_rejected, one.accepted) for one in mina] == [
        ("DIAL", 2, 1, 1)
    ]
    assert (mina[0].appeals_won, mina[0].rounds) == (1, 1)
    assert scene.row(Verdict, won).undone_why is UndoneBy.APPEAL


def test_old_figures_fade(scene: Scene) -> None:
    _record(scene, _accepted(scene), agrees=True)
    scene.clock.advance(days=31)
    with scene.transactions.reading() as session:
        found = read_fairness(session, scene.crew.project_id, scene.clock())
        assert own_work(session, scene.crew["mina"], scene.clock()) == ()
    assert (found.rows, found.unreviewed, found.disagreements) == ((), Checked(), ())
