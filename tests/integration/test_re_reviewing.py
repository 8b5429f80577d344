"""Rejects found wrong: the work is judged anew by somebody else, and figures and pay are put right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from sqlalchemy import func, select, text

from bot.db.models import Assignment, Issue, LedgerLine, Membership, Task, Verdict
from bot.db.unit_of_work import Transactions, UnitOfWork
from bot.domain.assignment import AssignmentState
from bot.domain.errors import Invalid, NotAllowed, NotFound, NotYours, NoWork, StaleAction, UndoTooLate
from bot.domain.escalation import UndoneBy
from bot.domain.people import Role
from bot.domain.review import Decision, ReviewLevel, ReviewState
from bot.domain.task import TaskState
from bot.outbox.issue_messages import HoldNews
from bot.outbox.messages import RejectCard
from bot.reports.cards import read_reject
from bot.reports.rejections import read_rejections
from bot.reports.window import day_of
from bot.reports.workload import reviewers
from bot.services.holding import release_tasks
from bot.services.re_reviewing import ReReviewed, re_review, rejects_of
from bot.services.resolving import resolve
from bot.services.reviews import claim_review
from bot.services.tasks import release
from bot.services.verdicts import accept, undo
from tests.conftest import MovableClock
from tests.integration.issue_scene import at_once
from tests.integration.standing_still import Scene


@pytest.fixture
def scene(transactions: Transactions, clock: MovableClock) -> Scene:
    return Scene(transactions, clock)


def _again(scene: Scene, *verdicts: int, who: str = "alex") -> ReReviewed:
    with scene.transactions() as uow:
        return re_review(uow, person_id=scene.crew[who], verdict_ids=verdicts, why=UndoneBy.ISSUE)


def _figures(scene: Scene) -> tuple[int, int, int, int]:
    """Return tasks first judged, first rejected, verdicts, and how many of sora's were overturned."""
    with scene.transactions.reading() as session:
        window = day_of("Asia/Seoul", scene.clock().date())
        found = read_rejections(session, scene.crew.project_id, window)
        loads = {load.nickname: load for load in reviewers(session, scene.crew.project_id, window)}
    overturned = loads["sora"].overturned if "sora" in loads else 0
    return found.first_judged, found.first_rejected, found.verdicts, overturned


def _earned(scene: Scene) -> int:
    with scene.transactions.reading() as session:
        return int(session.scalar(select(func.coalesce(func.sum(LedgerLine.amount_minor), 0))) or 0)


def test_returned_work_is_judged_anew_by_somebody_else(scene: Scene) -> None:
    assignment, verdict = scene.returned()
    assert _figures(scene) == (1, 1, 1, 0)
    assert _again(scene, verdict) == ReReviewed((verdict,), (verdict,))
    review, gone = scene.review_of(assignment), scene.row(Verdict, verdict)
    assert (review.state, review.level, review.reviewer_id) == (
        ReviewState.WAITING, ReviewLevel.SUPERVISOR, None,
    )  # fmt: skip
    assert (gone.undone_by_id, gone.undone_why) == (scene.crew["alex"], UndoneBy.ISSUE)
    back = scene.assignment(assignment)
    assert (back.state, back.rework_until) == (AssignmentState.IN_REVIEW, None)
    assert scene.told(HoldNews) == [
        HoldNews(scene.crew["bridge"], "to_review", [assignment]),
        HoldNews(scene.crew["mina"], "re_review", [assignment]),
    ]
    assert scene.told(RejectCard)[-1] == RejectCard(scene.crew["mina"], verdict)
    with scene.transactions.reading() as session:
        card = read_reject(session, verdict)
    assert card is not None
    assert card.verdict.overturned
    assert _figures(scene) == (0, 0, 0, 0), "nothing is known before the second look"
    assert scene.findings() == []
    taken = scene.take("bridge")
    with scene.transactions() as uow:
        accept(uow, person_id=scene.crew["bridge"], review_id=taken)
    assert _figures(scene) == (1, 0, 1, 1)
    assert _earned(scene) == 350
    assert scene.row(Task, 1).state is TaskState.FINAL
    assert scene.findings() == []


def test_a_second_reject_stands(scene: Scene) -> None:
    assignment, verdict = scene.returned()
    _again(scene, verdict)
    second = scene.reject(scene.take("bridge"), "bridge")
    assert scene.assignment(assignment).state is AssignmentState.RETURNED
    assert scene.assignment(assignment).rework_until is not None
    assert (scene.standing(assignment), _figures(scene)) == ([second], (1, 1, 1, 0))
    assert scene.findings() == []


def test_the_first_reviewer_keeps_out_of_it(scene: Scene) -> None:
    assignment, verdict = scene.returned()
    _again(scene, verdict)
    review = scene.review_of(assignment).id
    sora = scene.crew["sora"]
    with scene.transactions() as uow:
        uow.session.add(
            Membership(
                person_id=sora, project_id=scene.crew.project_id, role=Role.SUPERVISOR, created_at=uow.now
            )
        )
    with pytest.raises(NoWork):
        scene.take("sora")
    with pytest.raises(NotYours), scene.transactions() as uow:
        claim_review(uow, person_id=sora, review_id=review)
    with pytest.raises(NotYours), scene.transactions() as uow:
        undo(uow, person_id=sora, review_id=review)
    # Nor do they get the task itself, when it comes free.
    scene.reject(scene.take("bridge"), "bridge")
    with scene.transactions() as uow:
        release(uow, person_id=scene.crew["mina"], assignment_id=assignment)
    assert {scene.task_of(scene.claim("sora")) for _ in range(2)} == {2, 3}
    with pytest.raises(NoWork):
        scene.claim("sora")
    assert scene.findings() == []


def test_only_the_one_wrong_supervisor_is_no_supervisor_for_it(scene: Scene) -> None:
    """Where nobody above may look again it comes down to the reviewers, at the next sweep."""
    assignment, verdict = scene.returned(by="bridge")
    _again(scene, verdict)
    scene.sweep()
    assert scene.review_of(assignment).level is ReviewLevel.REVIEWER
    with pytest.raises(NoWork):
        scene.take("bridge")
    assert scene.take("dohyun") == scene.review_of(assignment).id
    assert scene.findings() == []


def test_a_newer_round_goes_on(scene: Scene) -> None:
    assignment, verdict = scene.returned()
    scene.submit(assignment, "거시기혀")
    assert _again(scene, verdict) == ReReviewed((verdict,), ())
    assert scene.assignment(assignment).state is AssignmentState.IN_REVIEW
    assert scene.told(HoldNews) == [HoldNews(scene.crew["mina"], "overturned", [assignment])]
    assert _figures(scene) == (0, 0, 0, 1)
    with pytest.raises(UndoTooLate), scene.transactions() as uow:
        first = uow.session.get_one(Verdict, verdict).review_id
        undo(uow, person_id=scene.crew["sora"], review_id=first)
    assert scene.findings() == []


def test_both_rejects_of_one_answer(scene: Scene) -> None:
    assignment, first = scene.returned()
    scene.submit(assignment, "거시기혀")
    second = scene.reject(scene.take())
    assert _again(scene, first, second) == ReReviewed((first, second), (second,))
    assert scene.standing(assignment) == []
    assert scene.assignment(assignment).state is AssignmentState.IN_REVIEW
    assert scene.findings() == []


@pytest.mark.parametrize("gone", ["released", "expired"])
@pytest.mark.parametrize("retaken", [False, True])
def test_work_that_was_given_up(scene: Scene, gone: str, *, retaken: bool) -> None:
    assignment, verdict = scene.returned()
    if gone == "released":
        with scene.transactions() as uow:
            release(uow, person_id=scene.crew["mina"], assignment_id=assignment)
    else:
        scene.clock.advance(days=3)
        scene.sweep()
    if retaken:
        scene.claim("jun")
    assert _again(scene, verdict).again == (() if retaken else (verdict,))
    state = scene.assignment(assignment).state
    assert state == (gone if retaken else AssignmentState.IN_REVIEW)
    assert scene.findings() == []


def test_on_hold_it_waits_for_that_too(scene: Scene) -> None:
    assignment, verdict = scene.returned()
    scene.hold(1)
    _again(scene, verdict)
    assert scene.findings() == []
    with pytest.raises(NoWork):
        scene.take("bridge")
    scene.release(1)
    assert scene.take("bridge") == scene.review_of(assignment).id


def test_only_standing_rejects_and_only_by_those_who_may(scene: Scene) -> None:
    assignment, verdict = scene.returned()
    for who in ("mina", "sora"):
        with pytest.raises(NotAllowed):
            _again(scene, verdict, who=who)
    with pytest.raises(NotFound):
        _again(scene, 99)
    with scene.transactions.reading() as session:
        (row,) = rejects_of(session, [1, 2])
    assert (row.verdict_id, row.task_id, row.author, row.round) == (verdict, 1, "mina", 1)
    _again(scene, verdict)
    assert _again(scene, verdict) == ReReviewed((), ())
    with scene.transactions.reading() as session:
        assert rejects_of(session, [1, 2]) == ()
    taken = scene.take("bridge")
    with scene.transactions() as uow:
        done = accept(uow, person_id=scene.crew["bridge"], review_id=taken)
    assert done.decision is Decision.ACCEPT
    assert done.verdict_id is not None
    assert _again(scene, done.verdict_id) == ReReviewed((), ())
    assert scene.row(Assignment, assignment).state is AssignmentState.ACCEPTED


def test_a_reviewers_own_undo_is_no_mistake_found_by_others(scene: Scene) -> None:
    assignment, verdict = scene.returned()
    sora = scene.crew["sora"]
    with scene.transactions() as uow:
        undo(uow, person_id=sora, review_id=scene.review_of(assignment).id)
    with scene.transactions() as uow:
        accept(uow, person_id=sora, review_id=scene.review_of(assignment).id)
    undone = scene.row(Verdict, verdict)
    assert (undone.undone_by_id, undone.undone_why) == (sora, UndoneBy.REVIEWER)
    assert _figures(scene) == (1, 0, 1, 0)
    assert scene.findings() == []


def _supervise(scene: Scene, who: str) -> None:
    with scene.transactions() as uow:
        uow.session.add(
            Membership(
                person_id=scene.crew[who],
                project_id=scene.crew.project_id,
                role=Role.SUPERVISOR,
                created_at=uow.now,
            )
        )


def test_the_other_supervisors_are_told_once_how_much_waits(scene: Scene) -> None:
    for who in ("dohyun", "jun"):
        _supervise(scene, who)
    first, by_sora = scene.returned("mina")
    second, by_bridge = scene.returned("sora", by="bridge")
    _third, by_dohyun = scene.returned("jun", by="dohyun")
    _again(scene, by_sora, by_bridge, by_dohyun, who="bridge")
    told = [news for news in scene.told(HoldNews) if news.what == "to_review"]
    # Nobody judges their own work or looks twice; whoever has decided about it knows.
    assert told == [HoldNews(scene.crew[who], "to_review", [first, second]) for who in ("jun", "dohyun")]


@contextmanager
def _patiently(transactions: Transactions) -> Iterator[UnitOfWork]:
    """Wait for locks as long as a busy machine needs: PostgreSQL ends a deadlock after one second by itself."""
    with transactions(patience=20) as uow:
        if not transactions.database.is_sqlite:
            uow.session.execute(text("SET LOCAL lock_timeout = '20s'"))
        yield uow


def test_taking_back_and_resolving_at_once_wait_for_nobody(scene: Scene) -> None:
    """What is held, what is overturned and what its reviewer takes back may all be one and the same work."""
    for _ in range(3):
        assignment, verdict = scene.returned()
        review, task = scene.review_of(assignment).id, scene.task_of(assignment)
        issue = scene.issue()
        scene.hold(task, issue=issue)

        def take_back(own: Transactions, review: int = review) -> object:
            with _patiently(own) as uow:
                return undo(uow, person_id=scene.crew["sora"], review_id=review)

        def settle(own: Transactions, issue: int = issue, verdict: int = verdict) -> object:
            with _patiently(own) as uow:
                return resolve(
                    uow, person_id=scene.crew["bridge"], issue_id=issue,
                    ver=uow.session.get_one(Issue, issue).ver, cause="a", remedy="b", section=None,
                    release=True, re_review=[verdict],
                )  # fmt: skip

        def go_on(own: Transactions, task: int = task) -> object:
            with _patiently(own) as uow:
                return release_tasks(uow, person_id=scene.crew["alex"], task_ids=[task])

        owns = [Transactions(scene.transactions.database, clock=scene.clock) for _ in range(3)]
        acts: list[Callable[[Transactions], object]] = [take_back, settle, go_on]
        came = at_once(*(partial(act, own) for act, own in zip(acts, owns, strict=True)))
        # The verdict is taken away once; nothing else may have failed.
        assert None not in came
        refusals = [one for one in came if isinstance(one, Exception)]
        assert all(isinstance(one, UndoTooLate | NotAllowed | Invalid | StaleAction) for one in refusals), (
            refusals
        )
        assert scene.standing(assignment) == []
        assert scene.assignment(assignment).held_at is None
        state = scene.review_of(assignment).state
        if state is ReviewState.WAITING:
            scene.take("bridge")
            with scene.transactions() as uow:
                accept(uow, person_id=scene.crew["bridge"], review_id=review)
        else:
            with scene.transactions() as uow:
                accept(uow, person_id=scene.crew["sora"], review_id=review)
    assert scene.findings() == []
