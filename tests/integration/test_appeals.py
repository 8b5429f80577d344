"""Appeals: a blind second look, then a supervisor; time stands still, and a won one puts everything right."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import ANY

import pytest
from sqlalchemy import func, select

from bot.db.models import Appeal, LedgerLine, Rendition, Review, SourceText, Task, Verdict
from bot.db.unit_of_work import Transactions
from bot.domain.alerts import AlertKind
from bot.domain.assignment import AssignmentState
from bot.domain.errors import Invalid, NotAllowed, NotYours, NoWork, OnHold, StaleAction, UndoTooLate
from bot.domain.escalation import UndoneBy
from bot.domain.people import Role
from bot.domain.quality import AppealStage, AppealState
from bot.domain.review import Decision
from bot.domain.task import TaskState
from bot.domain.translation import SourceKind, TranslationMode
from bot.outbox.messages import RejectCard
from bot.outbox.quality_messages import AppealCard, AppealNews
from bot.reports.alerts import open_incidents
from bot.reports.appeals import own_appeal, read_appeal, waiting_appeals
from bot.reports.desk import read_desk
from bot.reports.rejections import read_rejections
from bot.reports.window import day_of
from bot.reports.workload import reviewers
from bot.services import appeal_queue, appeals
from bot.services.access import find_project
from bot.services.alerts import watch_project
from bot.services.bridges import set_mode
from bot.services.people import deactivate, set_language, set_role
from bot.services.re_reviewing import re_review
from bot.services.submissions import submit
from bot.services.verdicts import undo
from tests.conftest import MovableClock
from tests.factories import TEAM
from tests.integration.standing_still import Scene

WORDS = "3.2절에 사투리는 들리는 대로 적으라고 되어 있어요."


@pytest.fixture
def scene(transactions: Transactions, clock: MovableClock) -> Scene:
    return Scene(transactions, clock)


def _appeal(scene: Scene, verdict: int, who: str = "mina", words: str = WORDS) -> appeals.Appealed:
    with scene.transactions() as uow:
        return appeals.appeal(uow, person_id=scene.crew[who], verdict_id=verdict, words=words)


def _next(scene: Scene, who: str = "dohyun") -> int | None:
    with scene.transactions() as uow:
        taken = appeal_queue.take_next(uow, person_id=scene.crew[who])
        return taken.appeal_id if taken else None


def _take(scene: Scene, appeal: int, who: str) -> int:
    with scene.transactions() as uow:
        return appeal_queue.take(uow, person_id=scene.crew[who], appeal_id=appeal).appeal_id


def _uphold(scene: Scene, appeal: int, who: str = "dohyun", ver: int | None = None) -> None:
    with scene.transactions() as uow:
        appeals.uphold(uow, person_id=scene.crew[who], appeal_id=appeal, ver=ver)


def _deny(scene: Scene, appeal: int, who: str = "dohyun", reason: str = "3.2절을 다시 봐 주세요.") -> None:
    with scene.transactions() as uow:
        appeals.deny(uow, person_id=scene.crew[who], appeal_id=appeal, reason=reason)


def _further(scene: Scene, appeal: int, words: str = "") -> appeals.Appealed:
    with scene.transactions() as uow:
        return appeals.take_further(uow, person_id=scene.crew["mina"], appeal_id=appeal, words=words)


def _withdraw(scene: Scene, appeal: int, who: str = "mina") -> None:
    with scene.transactions() as uow:
        appeals.withdraw(uow, person_id=scene.crew[who], appeal_id=appeal)


def _role(scene: Scene, who: str, role: Role, *, granted: bool) -> None:
    with scene.transactions() as uow:
        project = find_project(uow, team_id=scene.crew.team_id, key="DIAL")
        user = f"U{who.upper()}"
        set_role(uow, actor_id=scene.crew["boss"], project=project, user=user, role=role, granted=granted)


def _earned(scene: Scene) -> int:
    with scene.transactions.reading() as session:
        return int(session.scalar(select(func.coalesce(func.sum(LedgerLine.amount_minor), 0))) or 0)


def test_a_won_appeal_puts_everything_right(scene: Scene) -> None:
    assignment, verdict = scene.returned()
    made = _appeal(scene, verdict)
    assert made.stage is AppealStage.SECOND
    assert scene.assignment(assignment).state is AssignmentState.APPEALED
    assert scene.findings() == []
    scene.clock.advance(minutes=30)
    assert _next(scene) == made.appeal_id
    scene.clock.advance(minutes=5)
    _uphold(scene, made.appeal_id)
    gone = scene.row(Verdict, verdict)
    assert (gone.undone_why, gone.undone_by_id) == (UndoneBy.APPEAL, scene.crew["dohyun"])
    standing = scene.row(Verdict, scene.standing(assignment)[0])
    assert (standing.decision, standing.reviewer_id) == (Decision.ACCEPT, scene.crew["dohyun"])
    done = scene.assignment(assignment)
    assert (done.state, done.rework_until, done.ended_at) == (AssignmentState.ACCEPTED, None, scene.clock())
    assert scene.row(Task, done.task_id).state is TaskState.FINAL
    assert _earned(scene) == 350
    with scene.transactions.reading() as session:
        window = day_of("Asia/Seoul", scene.clock().date())
        found = read_rejections(session, scene.crew.project_id, window)
        loads = {one.nickname: one for one in reviewers(session, scene.crew.project_id, window)}
    assert (found.first_judged, found.first_rejected, found.verdicts, found.rejects) == (1, 0, 1, 0)
    assert (loads["sora"].overturned, loads["sora"].verdicts) == (1, 0)
    # The time of the second look is the second reviewer's own, not the wait before it.
    assert loads["dohyun"].median_seconds == 300
    assert scene.told(AppealNews) == [AppealNews(scene.crew["mina"], made.appeal_id)]
    assert scene.told(RejectCard)[-1] == RejectCard(scene.crew["mina"], verdict)
    assert scene.findings() == []


def test_a_denied_appeal_gives_the_rest_of_the_time_back(scene: Scene) -> None:
    """Returned at 10 in Seoul with 24 waking hours; appealed at 12, denied next day at 15: 22 hours are left."""
    assignment, verdict = scene.returned()
    scene.clock.advance(hours=2)
    made = _appeal(scene, verdict)
    scene.clock.advance(hours=27)
    scene.sweep()
    assert scene.assignment(assignment).state is AssignmentState.APPEALED
    assert _next(scene) == made.appeal_id
    _deny(scene, made.appeal_id)
    back = scene.assignment(assignment)
    assert back.state is AssignmentState.RETURNED
    assert back.rework_until == datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
    assert scene.standing(assignment) == [verdict]
    assert scene.told(AppealNews) == [AppealNews(scene.crew["mina"], made.appeal_id)]
    with scene.transactions.reading() as session:
        own = own_appeal(session, verdict)
    assert own is not None
    assert own.reason == "3.2절을 다시 봐 주세요."
    assert own.further_until == scene.clock() + timedelta(hours=72)
    assert scene.findings() == []
    assert not scene.submit(assignment, "머시기")
    scene.take()


def test_a_denial_leaves_time_to_go_on(scene: Scene) -> None:
    """Appealed against in the last minute: there are three waking hours all the same, to think and to act."""
    assignment, verdict = scene.returned()
    until = scene.assignment(assignment).rework_until
    assert until is not None
    scene.clock.now = until - timedelta(minutes=1)
    made = _appeal(scene, verdict)
    assert _next(scene) == made.appeal_id
    _deny(scene, made.appeal_id)
    assert scene.assignment(assignment).rework_until == scene.clock() + timedelta(hours=3)
    scene.clock.advance(hours=2)
    scene.sweep()
    assert _further(scene, made.appeal_id).stage is AppealStage.SUPERVISOR
    _withdraw(scene, made.appeal_id + 1)
    assert scene.assignment(assignment).rework_until == scene.clock() + timedelta(hours=1), "and no more"


def test_then_a_supervisor_sees_everything(scene: Scene) -> None:
    assignment, verdict = scene.returned()
    first = _appeal(scene, verdict).appeal_id
    _next(scene)
    _deny(scene, first)
    made = _further(scene, first)
    assert made.stage is AppealStage.SUPERVISOR
    assert scene.told(AppealCard)[-1] == AppealCard(scene.crew["bridge"], made.appeal_id)
    # Neither reviewer has any part in it now.
    for who in ("sora", "dohyun"):
        assert _next(scene, who) is None
        with scene.transactions() as uow, pytest.raises(NotAllowed):
            appeal_queue.take(uow, person_id=scene.crew[who], appeal_id=made.appeal_id)
    assert _next(scene, "bridge") == made.appeal_id
    with scene.transactions.reading() as session:
        facts = read_appeal(session, made.appeal_id)
    assert facts is not None
    assert (facts.author, facts.first_reviewer, facts.second_reviewer) == ("mina", "sora", "dohyun")
    assert (facts.words, facts.second_reason) == (WORDS, "3.2절을 다시 봐 주세요.")
    _uphold(scene, made.appeal_id, "bridge")
    assert scene.assignment(assignment).state is AssignmentState.ACCEPTED
    assert _earned(scene) == 350
    assert scene.findings() == []


def test_the_supervisor_has_the_last_word(scene: Scene) -> None:
    _assignment, verdict = scene.returned()
    first = _appeal(scene, verdict).appeal_id
    _next(scene)
    _deny(scene, first)
    last = _further(scene, first, "한 번 더 봐 주세요.").appeal_id
    _next(scene, "bridge")
    _deny(scene, last, "bridge")
    for again in (first, last):
        with scene.transactions() as uow, pytest.raises(StaleAction):
            appeals.take_further(uow, person_id=scene.crew["mina"], appeal_id=again)
    with pytest.raises(StaleAction):
        _appeal(scene, verdict)
    assert scene.findings() == []


def test_once_per_verdict_and_in_time(scene: Scene) -> None:
    assignment, verdict = scene.returned()
    with pytest.raises(Invalid) as bare:
        _appeal(scene, verdict, words="  ")
    assert (bare.value.field, bare.value.code) == ("words", "missing")
    with pytest.raises(NotYours):
        _appeal(scene, verdict, "jun")
    made = _appeal(scene, verdict).appeal_id
    with pytest.raises(StaleAction):
        _appeal(scene, verdict)
    with scene.transactions() as uow, pytest.raises(StaleAction):
        parts = {"text": "머시기"}
        submit(uow, person_id=scene.crew["mina"], assignment_id=assignment, parts=parts)
    _withdraw(scene, made)
    assert scene.assignment(assignment).state is AssignmentState.RETURNED
    with pytest.raises(StaleAction):
        _appeal(scene, verdict)
    with pytest.raises(StaleAction):
        _withdraw(scene, made)
    # Another reject is another matter.
    scene.submit(assignment, "머시기")
    again = scene.reject(scene.take())
    with pytest.raises(StaleAction):
        _appeal(scene, verdict)
    _appeal(scene, again)
    assert scene.findings() == []


def test_too_late(scene: Scene) -> None:
    _assignment, verdict = scene.returned()
    with scene.transactions() as uow:
        # Somebody who sleeps most of the day could have such a long time for the rework.
        uow.session.get_one(Verdict, verdict).decided_at -= timedelta(hours=73)
    with pytest.raises(Invalid) as late:
        _appeal(scene, verdict)
    assert (late.value.field, late.value.code, late.value.value) == ("words", "too_late", "72")


def test_who_never_judges(scene: Scene) -> None:
    _assignment, verdict = scene.returned()
    made = _appeal(scene, verdict).appeal_id
    # The first reviewer.
    assert _next(scene, "sora") is None
    with scene.transactions() as uow, pytest.raises(NotYours):
        appeal_queue.take(uow, person_id=scene.crew["sora"], appeal_id=made)
    with scene.transactions.reading() as session:
        assert waiting_appeals(session, scene.crew["sora"]) == ()
        assert [one.appeal_id for one in waiting_appeals(session, scene.crew["dohyun"])] == [made]
        desks = {
            who: read_desk(session, scene.crew[who]).second_looks
            for who in ("sora", "dohyun", "bridge", "jun")
        }
        assert desks == {"sora": 0, "dohyun": 1, "bridge": 1, "jun": 0}
    # The author, as a reviewer they have become.
    _role(scene, "mina", Role.REVIEWER, granted=True)
    assert _next(scene, "mina") is None
    with scene.transactions() as uow, pytest.raises(NotYours):
        appeal_queue.take(uow, person_id=scene.crew["mina"], appeal_id=made)
    # Strangers.
    for who in ("jun", "alex"):
        assert _next(scene, who) is None
        with scene.transactions() as uow, pytest.raises(NotAllowed):
            appeal_queue.take(uow, person_id=scene.crew[who], appeal_id=made)
    assert _next(scene) == made
    for who, wrong in (("bridge", NotYours), ("sora", NotYours)):
        with pytest.raises(wrong):
            _uphold(scene, made, who)
    with pytest.raises(StaleAction):
        _uphold(scene, made, ver=1)
    assert scene.findings() == []


def test_whoever_judged_it_never_gets_the_task(scene: Scene) -> None:
    assignment, verdict = scene.returned()
    made = _appeal(scene, verdict).appeal_id
    _next(scene)
    _deny(scene, made)
    _role(scene, "dohyun", Role.WORKER, granted=True)
    scene.clock.advance(days=4)
    scene.sweep()
    assert scene.assignment(assignment).state is AssignmentState.EXPIRED
    got = [scene.task_of(scene.claim("dohyun")) for _ in range(2)]
    assert scene.task_of(assignment) not in got
    with pytest.raises(NoWork):
        scene.claim("dohyun")
    assert scene.findings() == []


def test_without_a_second_reviewer_a_supervisor_looks_at_once(scene: Scene) -> None:
    _role(scene, "dohyun", Role.REVIEWER, granted=False)
    _role(scene, "bridge", Role.REVIEWER, granted=True)
    _assignment, verdict = scene.returned()
    # A supervisor can be the second reviewer too, as long as they know nothing of the first.
    assert _appeal(scene, verdict).stage is AppealStage.SECOND
    _role(scene, "bridge", Role.REVIEWER, granted=False)
    _role(scene, "bridge", Role.SUPERVISOR, granted=False)
    _other, second = scene.returned("jun")
    with pytest.raises(Invalid) as nobody:
        _appeal(scene, second, "jun")
    assert (nobody.value.field, nobody.value.code) == ("words", "nobody")
    assert scene.findings() == []


def test_a_late_one_is_passed_up(scene: Scene) -> None:
    _assignment, verdict = scene.returned()
    made = _appeal(scene, verdict).appeal_id
    scene.clock.advance(hours=47)
    scene.sweep()
    assert scene.row(Appeal, made).stage is AppealStage.SECOND
    scene.clock.advance(hours=1)
    scene.sweep()
    assert scene.row(Appeal, made).stage is AppealStage.SUPERVISOR
    assert scene.told(AppealCard) == [AppealCard(scene.crew["bridge"], made)]
    assert _next(scene) is None
    assert _next(scene, "bridge") == made
    _deny(scene, made, "bridge")
    with scene.transactions() as uow, pytest.raises(StaleAction):
        appeals.take_further(uow, person_id=scene.crew["mina"], appeal_id=made)
    assert scene.findings() == []


def test_a_judge_who_is_away_holds_nothing_up(scene: Scene) -> None:
    _assignment, verdict = scene.returned()
    made = _appeal(scene, verdict).appeal_id
    _next(scene)
    scene.clock.advance(hours=2)
    scene.sweep()
    assert (scene.row(Appeal, made).state, scene.row(Appeal, made).reviewer_id) == (AppealState.WAITING, None)
    with pytest.raises(NotYours):
        _uphold(scene, made)
    _next(scene)
    with scene.transactions() as uow:
        deactivate(uow, team=TEAM, user="UDOHYUN")
    assert scene.row(Appeal, made).state is AppealState.WAITING
    assert _next(scene, "bridge") == made
    _role(scene, "bridge", Role.SUPERVISOR, granted=False)
    assert scene.row(Appeal, made).state is AppealState.WAITING
    assert scene.findings() == []


def test_on_hold_nothing_is_judged(scene: Scene) -> None:
    assignment, verdict = scene.returned()
    task = scene.task_of(assignment)
    until = scene.assignment(assignment).rework_until
    scene.hold(task)
    with pytest.raises(OnHold):
        _appeal(scene, verdict)
    scene.release(task)
    made = _appeal(scene, verdict).appeal_id
    scene.hold(task)
    assert _next(scene) is None
    with scene.transactions() as uow, pytest.raises(OnHold):
        appeal_queue.take(uow, person_id=scene.crew["dohyun"], appeal_id=made)
    with pytest.raises(OnHold):
        _withdraw(scene, made)
    scene.clock.advance(hours=24 * 4)
    scene.sweep()
    assert scene.row(Appeal, made).stage is AppealStage.SECOND
    assert scene.findings() == []
    scene.release(task)
    _next(scene)
    _deny(scene, made)
    # Neither the hold nor the appeal took anything of the 24 hours.
    assert until is not None
    assert scene.assignment(assignment).rework_until == until + timedelta(days=4)
    assert scene.findings() == []


def test_a_ruling_is_quicker(scene: Scene) -> None:
    assignment, verdict = scene.returned()
    made = _appeal(scene, verdict).appeal_id
    _next(scene)
    with scene.transactions() as uow:
        re_review(uow, person_id=scene.crew["bridge"], verdict_ids=[verdict], why=UndoneBy.ISSUE)
    assert scene.assignment(assignment).state is AssignmentState.IN_REVIEW
    assert scene.row(Appeal, made).state is AppealState.WITHDRAWN
    with pytest.raises(StaleAction):
        _uphold(scene, made)
    assert scene.findings() == []


def test_the_first_reviewer_cannot_take_it_back_now(scene: Scene) -> None:
    assignment, verdict = scene.returned()
    _appeal(scene, verdict)
    with scene.transactions() as uow, pytest.raises(UndoTooLate):
        undo(uow, person_id=scene.crew["sora"], review_id=scene.review_of(assignment).id)


def test_the_second_reviewer_may_reconsider(scene: Scene) -> None:
    """Their acceptance is a verdict like any other: it can be taken back for ten minutes."""
    assignment, verdict = scene.returned()
    made = _appeal(scene, verdict).appeal_id
    _next(scene)
    _uphold(scene, made)
    with scene.transactions() as uow:
        undo(uow, person_id=scene.crew["dohyun"], review_id=scene.review_of(assignment).id)
    assert scene.assignment(assignment).state is AssignmentState.IN_REVIEW
    assert _earned(scene) == 0
    assert scene.row(Review, scene.review_of(assignment).id).reviewer_id == scene.crew["dohyun"]
    assert scene.findings() == []


def test_one_of_many_judges_gets_it(scene: Scene) -> None:
    _assignment, verdict = scene.returned()
    made = _appeal(scene, verdict).appeal_id
    with ThreadPoolExecutor(4) as pool:
        got = list(pool.map(lambda who: _next(scene, who), ("dohyun", "bridge", "dohyun", "bridge")))
    assert sorted(got, key=str) == [made, None, None, None]
    judge = "dohyun" if scene.row(Appeal, made).reviewer_id == scene.crew["dohyun"] else "bridge"

    def decide(right: bool) -> bool:
        try:
            if right:
                _uphold(scene, made, judge)
            else:
                _deny(scene, made, judge)
        except StaleAction:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(decide, (True, False, True, False))) == 1
    assert scene.findings() == []
    assert _earned(scene) == (350 if scene.row(Appeal, made).state is AppealState.WON else 0)


def test_words_reach_their_readers_in_their_language(scene: Scene) -> None:
    """A supervisor who reads English gets the author's words translated, the author's own reviewer gets none."""
    with scene.transactions() as uow:
        project = find_project(uow, team_id=scene.crew.team_id, key="DIAL")
        set_mode(uow, actor_id=scene.crew["boss"], project=project, mode=TranslationMode.LOCAL)
        set_language(uow, person_id=scene.crew["bridge"], language="en")
    _assignment, verdict = scene.returned()
    first = _appeal(scene, verdict).appeal_id
    _next(scene)
    _deny(scene, first)
    assert _passed_on(scene) == []
    _further(scene, first)
    assert _passed_on(scene) == [(SourceKind.APPEAL, "en")]


def _passed_on(scene: Scene) -> list[tuple[SourceKind, str]]:
    with scene.transactions.reading() as session:
        query = select(SourceText.kind, Rendition.language).join(
            Rendition, Rendition.source_id == SourceText.id
        )
        kinds = (SourceKind.APPEAL, SourceKind.APPEAL_REASON)
        return [(row.kind, row.language) for row in session.execute(query.where(SourceText.kind.in_(kinds)))]


def test_pms_hear_of_an_appeal_that_nobody_looks_at(scene: Scene) -> None:
    """Also of one that nobody could judge any more: its author waits without an end otherwise."""
    _assignment, verdict = scene.returned()
    made = _appeal(scene, verdict)
    scene.clock.advance(hours=47)
    assert _alerts(scene) == {}
    scene.clock.advance(hours=1)
    assert _alerts(scene) == {AlertKind.APPEALS: {"waiting": 1, "oldest": ANY, "hours": 48}}
    assert _next(scene) == made.appeal_id
    assert _alerts(scene) == {}


def _alerts(scene: Scene) -> dict[AlertKind, dict[str, Any]]:
    """Look at the project and return what is told of it, beside that nobody takes its tasks."""
    with scene.transactions() as uow:
        watch_project(uow, project_id=scene.crew.project_id)
    with scene.transactions.reading() as session:
        found = open_incidents(session, scene.crew.project_id)
    return {one.kind: one.figures for one in found if one.kind is not AlertKind.NO_CLAIMS}
