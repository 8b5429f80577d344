"""Quizzes and suggestions: private, from the guideline and known tasks, and nothing follows by itself."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from bot.db.models import Grant, Quiz, Submission, Suggestion
from bot.db.unit_of_work import Transactions
from bot.domain.errors import Invalid, NotAllowed, NotYours, StaleAction
from bot.domain.people import Role
from bot.domain.task import TaskType
from bot.outbox.quality_messages import GrantNews, PracticeOffer, SuggestionCard
from bot.services import quizzing, suggesting
from bot.services.access import find_project
from bot.services.gold import asked_gold
from bot.services.people import deactivate, set_role
from bot.services.quizzing import QuizResult, Sheet
from bot.services.tasks import release
from bot.services.verdicts import accept as accept_review
from tests.conftest import MovableClock
from tests.factories import TEAM, make_crew
from tests.integration.fair_scene import FairScene


@pytest.fixture
def scene(transactions: Transactions, clock: MovableClock) -> FairScene:
    scene = FairScene(transactions, clock, tasks=12)
    scene.guideline()
    return scene


def begin(scene: FairScene, who: str = "mina", *, practice: bool = False) -> Sheet:
    with scene.transactions() as uow:
        return quizzing.begin(
            uow, person_id=scene.crew[who], project_id=scene.crew.project_id, practice=practice
        )


def finish(scene: FairScene, sheet: Sheet, who: str = "mina", *, right: bool = True) -> QuizResult:
    chosen = {n: ask.right if right else "?" for n, ask in enumerate(sheet.questions)}
    with scene.transactions() as uow:
        return quizzing.finish(uow, person_id=scene.crew[who], quiz_id=sheet.quiz_id, chosen=chosen)


def suggested(scene: FairScene) -> list[tuple[str, int, str | None]]:
    with scene.transactions.reading() as session:
        rows = session.execute(
            select(Suggestion.rule, Suggestion.person_id, Suggestion.outcome).order_by(Suggestion.id)
        )
        return [tuple(row) for row in rows]  # type: ignore[misc]  # a row has as many values as were selected


def test_passing_is_told_to_supervisors_who_give_the_qualification(scene: FairScene) -> None:
    scene.rules(gate="project:dial")
    sheet = begin(scene)
    assert begin(scene) == sheet, "opening it again goes on with the same questions"
    assert all(ask.right in dict(ask.choices) for ask in sheet.questions)
    result = finish(scene, sheet)
    assert (result.passed, result.right, result.read, result.again_at) == (
        True,
        len(sheet.questions),
        (),
        None,
    )
    assert suggested(scene) == [("quiz_passed", scene.crew["mina"], None)]
    assert [fact.person_id for fact in scene.told(SuggestionCard)] == [scene.crew["bridge"]]
    assert scene.closed() == [("DIAL", "qualification", "project:dial")], "nothing happens by itself"
    for who in ("alex", "mina", "sora"):
        with scene.transactions() as uow, pytest.raises(NotAllowed):
            suggesting.settle_suggestion(
                uow, person_id=scene.crew[who], suggestion_id=1, outcome=suggesting.GRANTED
            )
    with scene.transactions() as uow:
        suggesting.settle_suggestion(
            uow, person_id=scene.crew["bridge"], suggestion_id=1, outcome=suggesting.GRANTED
        )
    assert scene.closed() == []
    assert [fact.what for fact in scene.told(GrantNews)] == ["given"]
    with scene.transactions() as uow, pytest.raises(StaleAction):
        suggesting.settle_suggestion(
            uow, person_id=scene.crew["bridge"], suggestion_id=1, outcome=suggesting.SEEN
        )
    with scene.transactions.reading() as session:
        assert session.scalar(select(func.count()).select_from(Grant)) == 1


def test_failing_stays_private_and_may_be_tried_again_after_a_day(scene: FairScene) -> None:
    sheet = begin(scene)
    result = finish(scene, sheet, right=False)
    assert not result.passed
    assert result.right == 0
    assert set(result.read) <= {
        " › ".join(("전사 지침", name)) for name in ("1 사투리", "2 숫자", "3 소음", "4 개인정보")
    }
    assert result.read
    assert suggested(scene) == []
    with pytest.raises(Invalid, match="too_soon"):
        begin(scene)
    with scene.transactions() as uow, pytest.raises(StaleAction):
        quizzing.finish(uow, person_id=scene.crew["mina"], quiz_id=sheet.quiz_id, chosen={})
    with scene.transactions() as uow, pytest.raises(NotYours):
        quizzing.finish(uow, person_id=scene.crew["jun"], quiz_id=sheet.quiz_id, chosen={})
    scene.clock.advance(hours=24)
    again = begin(scene)
    assert again.quiz_id != sheet.quiz_id
    assert begin(scene, "jun").quiz_id != again.quiz_id
    with pytest.raises(NotAllowed):
        begin(scene, "dohyun")


def test_practice_counts_for_nothing_and_waits_for_nothing(scene: FairScene) -> None:
    finish(scene, begin(scene), right=False)
    for _ in range(2):
        result = finish(scene, begin(scene, practice=True))
        assert result.passed
        assert result.practice
    assert suggested(scene) == []


def test_there_must_be_something_to_ask_about(transactions: Transactions, clock: MovableClock) -> None:
    scene = FairScene(transactions, clock)
    with pytest.raises(Invalid, match="no_material"):
        begin(scene)
    with transactions.reading() as session:
        assert not quizzing.has_material(session, scene.crew.project_id)
        assert session.scalar(select(func.count()).select_from(Quiz)) == 0


def test_a_known_task_met_in_a_quiz_is_not_mixed_in(transactions: Transactions, clock: MovableClock) -> None:
    scene = FairScene.__new__(FairScene)
    scene.transactions, scene.clock = transactions, clock
    scene.crew = make_crew(transactions, tasks=20, kind=TaskType.MODERATION, max_in_hand=9)
    scene.guideline()
    for task in (18, 19, 20):
        scene.gold(task, "safe")
    scene.rules(gold_percent=50)
    sheet = begin(scene)
    assert sorted(ask.id for ask in sheet.questions if ask.kind == "gold") == ["1", "2", "3"]
    for _ in range(5):
        assert scene.assignment(scene.claim()).gold_id is None
    # Somebody else's are untouched by that, and what they had at work stands in no quiz.
    claims = [scene.assignment(scene.claim("jun")) for _ in range(5)]
    met = {one.gold_id for one in claims} - {None}
    asked = {int(ask.id) for ask in begin(scene, "jun").questions if ask.kind == "gold"}
    assert not asked & met


def judge(scene: FairScene, *, rejected: bool) -> None:
    assignment = scene.claim()
    scene.submit(assignment)
    review = scene.take("dohyun")
    if rejected:
        scene.reject(review, "dohyun")
        with scene.transactions() as uow:
            release(uow, person_id=scene.crew["mina"], assignment_id=assignment)
    else:
        with scene.transactions() as uow:
            accept_review(uow, person_id=scene.crew["dohyun"], review_id=review)


def look(scene: FairScene) -> int:
    with scene.transactions() as uow:
        return suggesting.suggest_by_rules(uow)


def test_many_rejects_are_a_thought_for_the_supervisor_once(scene: FairScene) -> None:
    for rejected in (True, True):
        judge(scene, rejected=rejected)
    assert look(scene) == 0, "two say nothing"
    judge(scene, rejected=False)
    assert look(scene) == 1
    assert look(scene) == 0
    with scene.transactions.reading() as session:
        made = session.scalars(select(Suggestion)).one()
    assert (made.rule, made.figures) == ("reject_share", {"rejects": 2, "n": 3, "days": 7})
    with scene.transactions() as uow:
        suggesting.settle_suggestion(
            uow, person_id=scene.crew["bridge"], suggestion_id=made.id, outcome=suggesting.PRACTICE
        )
    assert [fact.person_id for fact in scene.told(PracticeOffer)] == [scene.crew["mina"]]
    assert look(scene) == 0, "what was thought about does not come up again"
    scene.clock.advance(hours=1)
    for rejected in (True, True, True):
        judge(scene, rejected=rejected)
    assert look(scene) == 1
    scene.clock.advance(days=8)
    with scene.transactions() as uow:
        suggesting.settle_suggestion(
            uow, person_id=scene.crew["bridge"], suggestion_id=made.id + 1, outcome=suggesting.SEEN
        )
    assert look(scene) == 0, "a week later it is forgotten"
    assert scene.told(PracticeOffer) == scene.told(PracticeOffer)[:1]


def test_few_rejects_of_many_are_nothing(scene: FairScene) -> None:
    for rejected in (True, False, False):
        judge(scene, rejected=rejected)
    assert look(scene) == 0
    assert suggested(scene) == []


def test_missed_known_tasks_are_a_thought_too(transactions: Transactions, clock: MovableClock) -> None:
    scene = FairScene(transactions, clock, tasks=40)
    for task in range(21, 41):
        scene.gold(task, "그라고 말이여")
    scene.rules(gold_percent=50)
    tried = 0
    while tried < 8:
        assignment = scene.claim()
        scene.submit(assignment, "전혀 다른 말이에요")
        tried += scene.assignment(assignment).gold_id is not None
        assert look(scene) == (1 if tried == 8 else 0)
    with transactions.reading() as session:
        made = session.scalars(select(Suggestion)).one()
        handed_in = session.scalar(select(func.count()).select_from(Submission))
    assert (made.rule, made.figures["hits"], made.figures["n"]) == ("gold", 0, 8)
    assert handed_in
    assert handed_in > 8


def test_nobody_is_told_about_somebody_who_has_left(scene: FairScene) -> None:
    for rejected in (True, True, True):
        judge(scene, rejected=rejected)
    with scene.transactions() as uow:
        assert deactivate(uow, team=TEAM, user="UMINA")
    assert look(scene) == 0


def test_without_a_supervisor_the_admins_hear_of_it_and_can_settle_it(scene: FairScene) -> None:
    with scene.transactions() as uow:
        project = find_project(uow, team_id=scene.crew.team_id, key="DIAL")
        set_role(
            uow,
            actor_id=scene.crew["boss"],
            project=project,
            user="UBRIDGE",
            role=Role.SUPERVISOR,
            granted=False,
        )
    finish(scene, begin(scene))
    assert [fact.person_id for fact in scene.told(SuggestionCard)] == [scene.crew["boss"]]
    with scene.transactions() as uow:
        suggesting.settle_suggestion(
            uow, person_id=scene.crew["boss"], suggestion_id=1, outcome=suggesting.GRANTED
        )
    assert [fact.what for fact in scene.told(GrantNews)] == ["given"]


def test_practising_never_uses_up_the_known_tasks(transactions: Transactions, clock: MovableClock) -> None:
    scene = FairScene.__new__(FairScene)
    scene.transactions, scene.clock = transactions, clock
    scene.crew = make_crew(transactions, tasks=20, kind=TaskType.MODERATION)
    scene.guideline()
    for task in range(9, 21):
        scene.gold(task, "safe")
    for _ in range(8):
        finish(scene, begin(scene, practice=True))
    with transactions.reading() as session:
        assert len(asked_gold(session, scene.crew["mina"], scene.crew.project_id)) == 6


def test_the_opening_of_the_document_is_no_question_and_lists_stay_lists(
    transactions: Transactions, clock: MovableClock
) -> None:
    scene = FairScene(transactions, clock)
    scene.guideline(f"# 지침\n\n이 지침은 연습용으로 지어낸 것이라서 아무 데서도 쓰지 않아요.\n\n{_LISTS}")
    asked = {ask.right.rpartition(" › ")[2]: ask.text for ask in begin(scene).questions}
    assert set(asked) == {"1 사투리", "2 숫자", "3 소음"}
    assert asked["2 숫자"].splitlines() == [
        "• 숫자는 말한 대로 한글로 적어요.",
        "• 날짜와 시간도 마찬가지로 한글로 적어 주세요.",
    ]


_LISTS = """## 1 사투리
사투리는 들리는 그대로 적고 표준어로 고치지 않아요. 어미도 그대로 두세요.

## 2 숫자
- 숫자는 말한 대로 한글로 적어요.
- 날짜와 시간도 마찬가지로 한글로 적어 주세요.

## 3 소음
말이 들리지 않을 만큼 시끄러우면 작업 불가로 표시하고 이유를 골라 주세요.
"""
