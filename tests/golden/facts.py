"""Made-up facts for views: ordinary ones, and ones at every limit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.answers import Answer
from bot.domain.assignment import AssignmentState
from bot.domain.pay import Money
from bot.domain.people import Role, WorkStatus
from bot.domain.review import Decision, ReasonCode, ReviewLevel, ReviewState
from bot.domain.task import TaskType
from bot.i18n.catalogs import Catalogs
from bot.reports.cards import AssignmentFacts, RejectFacts, ReviewFacts, TaskFacts, VerdictFacts
from bot.reports.desk import Desk, HeldReview, HeldTask
from bot.reports.status import ProjectStatus
from bot.slack.reader import Reader

NOW = datetime(2026, 11, 23, 4, 53, tzinfo=UTC)
"""13:53 in Seoul."""

PRICE = Money(350, "KRW")


def reader_of(catalogs: Catalogs, language: str) -> Reader:
    """A reader in Seoul."""
    return Reader(catalogs[language], language, "Asia/Seoul", NOW)


PAYLOADS: dict[TaskType, dict[str, str]] = {
    TaskType.TRANSCRIPTION: {"audio": "https://media.example/clip-001.wav", "note": "화자 두 명"},
    TaskType.MODERATION: {"text": "그 말은 좀 심하지 않나요?", "link": "https://media.example/post/7"},
    TaskType.TRANSLATION: {"source": "Please hold the line.", "source_language": "en"},
}
ANSWERS: dict[TaskType, Answer] = {
    TaskType.TRANSCRIPTION: {"text": "아니 아니라니께, 그래서 갔제."},
    TaskType.MODERATION: {"label": "unsafe", "rationale": "특정인을 겨냥한 표현이에요."},
    TaskType.TRANSLATION: {"text": "끊지 말고 기다려 주세요."},
}
CHANGED: dict[TaskType, Answer] = {
    TaskType.TRANSCRIPTION: {"text": "아니, 아니라니께. 그래서 내가 갔제."},
    TaskType.MODERATION: {"label": "safe", "rationale": "특정인을 겨냥한 표현은 아니에요."},
    TaskType.TRANSLATION: {"text": "끊지 마시고 잠시만 기다려 주세요."},
}


def task(kind: TaskType = TaskType.TRANSCRIPTION, *, confidential: bool = False) -> TaskFacts:
    return TaskFacts(
        12,
        "clip-001",
        PAYLOADS[kind],
        "DIAL1",
        "전남 사투리",
        kind,
        ("safe", "unsafe", "unclear") if kind is TaskType.MODERATION else (),
        confidential,
        "https://guide.example/dialect",
    )


def rejected(round: int = 1, *, undone: bool = False) -> VerdictFacts:
    return VerdictFacts(
        31,
        Decision.REJECT,
        round,
        ReasonCode.DIALECT_CHANGED,
        "3.2 사투리 표기",
        "“아니라니까”가 아니라 “아니라니께”로 들려요. 들리는 대로 적어 주시면 돼요.",
        None,
        NOW - timedelta(minutes=3),
        undone,
    )


def accepted(fixed: Answer | None = None, minutes_ago: int = 3) -> VerdictFacts:
    decision = Decision.FIX_ACCEPT if fixed else Decision.ACCEPT
    comment = "쉼표만 더했어요." if fixed else None
    when = NOW - timedelta(minutes=minutes_ago)
    return VerdictFacts(32, decision, 1, None, None, comment, fixed, when, False)


def assignment(
    state: AssignmentState = AssignmentState.CLAIMED, kind: TaskType = TaskType.TRANSCRIPTION
) -> AssignmentFacts:
    """An assignment in a state, with what belongs to it."""
    fresh = state in (AssignmentState.CLAIMED, AssignmentState.RELEASED, AssignmentState.EXPIRED)
    verdicts = {AssignmentState.RETURNED: rejected(), AssignmentState.ACCEPTED: accepted()}
    return AssignmentFacts(
        21,
        4,
        7,
        state,
        task(kind),
        PRICE,
        "2",
        NOW - timedelta(minutes=18),
        NOW + timedelta(minutes=42),
        False,
        1 if fresh else 2,
        None if fresh else ANSWERS[kind],
        verdicts.get(state),
    )


def review(
    state: ReviewState = ReviewState.CLAIMED, kind: TaskType = TaskType.TRANSCRIPTION, *, round: int = 1
) -> ReviewFacts:
    """A review in a state; from the second round on with what was before."""
    again = round > 1
    return ReviewFacts(
        41,
        2,
        state,
        ReviewLevel.REVIEWER,
        None if state is ReviewState.WAITING else 9,
        7,
        task(kind),
        "2",
        round,
        CHANGED[kind] if again else ANSWERS[kind],
        NOW - timedelta(minutes=50),
        NOW + timedelta(hours=1, minutes=30) if state is not ReviewState.DECIDED else None,
        ANSWERS[kind] if again else None,
        rejected() if again else None,
        accepted() if state is ReviewState.DECIDED else None,
        None,
        None,
    )


def reject(*, answered: bool = False, undone: bool = False) -> RejectFacts:
    return RejectFacts(
        21,
        5,
        AssignmentState.IN_REVIEW if answered or undone else AssignmentState.RETURNED,
        task(),
        "2",
        PRICE,
        rejected(undone=undone),
        ANSWERS[TaskType.TRANSCRIPTION],
        answered,
    )


def held_task(number: int = 12, state: AssignmentState = AssignmentState.CLAIMED) -> HeldTask:
    until = NOW + timedelta(minutes=42)
    return HeldTask(number + 9, 1, state, "DIAL1", TaskType.TRANSCRIPTION, number, PRICE, until, False)


def held_review(number: int = 12, *, reserved: bool = False) -> HeldReview:
    since = NOW - timedelta(minutes=20)
    return HeldReview(
        number + 29, 2, "DIAL1", TaskType.TRANSCRIPTION, number, ReviewLevel.REVIEWER, reserved, since
    )


def desk(tasks: int = 2, reviews: int = 2, projects: int = 1) -> Desk:
    returned = AssignmentState.RETURNED
    return Desk(
        7,
        "하늘",
        "ko",
        "Asia/Seoul",
        WorkStatus.WORKING,
        False,
        {f"DIAL{n}": (Role.WORKER, Role.REVIEWER) for n in range(1, projects + 1)},
        tuple(held_task(n + 10, returned if n == 0 else AssignmentState.CLAIMED) for n in range(tasks)),
        3,
        1000,
        tuple(held_review(n + 50, reserved=n == 0) for n in range(reviews)),
        5,
        (Money(123_450, "KRW"), Money(1250, "USD")),
    )


def status(key: str = "DIAL1", *, price: Money | None = PRICE) -> ProjectStatus:
    people = {Role.WORKER: 12, Role.REVIEWER: 3, Role.SUPERVISOR: 1, Role.PM: 1}
    return ProjectStatus(
        key, "전남 사투리", TaskType.TRANSCRIPTION, 1200, 480, 600, 40, 60, 20, 15, people, price
    )


NASTY = "<!channel> <@U0BADA> <#C0CREW> <https://evil.example|here> <!subteam^S1> *b* _i_ `c` & > q @here"
"""Everything in one line that would have an effect if it were sent as it is."""


def huge(text: str, length: int) -> str:
    """The text again and again, exactly `length` characters."""
    return (text * (length // len(text) + 1))[:length]


def extreme_task(kind: TaskType, text: str) -> TaskFacts:
    """A task with every field as long as an import lets it be, filled with `text`."""
    columns = {
        TaskType.TRANSCRIPTION: ("audio", "link", "note"),
        TaskType.MODERATION: ("text", "image", "link", "note"),
        TaskType.TRANSLATION: ("source", "link", "note"),
    }[kind]
    payload = {column: huge(text, 20_000) for column in columns}
    payload["link"] = "https://media.example/" + "a" * 2900
    if kind is TaskType.TRANSLATION:
        payload["source_language"] = huge(text, 20_000)
    labels = tuple(f"{n:02}{huge(text, 38)}" for n in range(20)) if kind is TaskType.MODERATION else ()
    return TaskFacts(
        10**12,
        huge(text, 200),
        payload,
        "A" * 16,
        huge(text, 80),
        kind,
        labels,
        True,
        "https://guide.example/" + "b" * 470,
    )


def extreme_answer(kind: TaskType, text: str) -> Answer:
    answer = {part: huge(text, 3000) for part in ANSWERS[kind]}
    if kind is TaskType.MODERATION:
        answer["label"] = f"00{huge(text, 38)}"
    return answer | {"note": huge(text, 3000)}


def extreme_verdict(kind: TaskType, text: str, *, fixed: bool) -> VerdictFacts:
    base = accepted(extreme_answer(kind, text[::-1])) if fixed else rejected()
    return replace(base, section=huge(text, 80), comment=huge(text, 1000))


def extreme_assignment(state: AssignmentState, kind: TaskType, text: str) -> AssignmentFacts:
    """An assignment whose every text is as long as it can be."""
    return replace(
        assignment(state, kind),
        task=extreme_task(kind, text),
        price=Money(100_000_000, "USD"),
        guideline_version=huge(text, 40),
        last_answer=extreme_answer(kind, text),
        verdict=extreme_verdict(kind, text, fixed=state is AssignmentState.ACCEPTED),
        round=9,
    )


def extreme_review(state: ReviewState, kind: TaskType, text: str) -> ReviewFacts:
    """A review whose every text is as long as it can be."""
    return replace(
        review(state, kind, round=2),
        task=extreme_task(kind, text),
        guideline_version=huge(text, 40),
        answer=extreme_answer(kind, text),
        previous_answer=extreme_answer(kind, text[::-1]),
        previous_verdict=extreme_verdict(kind, text, fixed=False),
        handed_over_note=huge(text, 1000),
        level=ReviewLevel.SUPERVISOR,
    )


def extreme_reject(kind: TaskType, text: str) -> RejectFacts:
    """A reject whose every text is as long as it can be."""
    return replace(
        reject(),
        task=extreme_task(kind, text),
        verdict=extreme_verdict(kind, text, fixed=False),
        answer=extreme_answer(kind, text),
        guideline_version=huge(text, 40),
    )
