"""Issues in every state, for everybody they concern; rulings, notes, holds and duty."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

from bot.domain.escalation import (
    DELAYS,
    Asked,
    IssueSource,
    IssueState,
    Level,
    NoteState,
    RulingState,
    Severity,
    Step,
    TimerKind,
)
from bot.domain.people import Role
from bot.domain.review import ReasonCode
from bot.i18n.catalogs import Catalogs, load_catalogs
from bot.reports.holds import HoldNewsFacts
from bot.reports.issue_parts import Called, LeakFacts, LinkedTask, NextStep, RulingFacts
from bot.reports.issue_targets import Targets
from bot.reports.issues import IssueFacts, StepFacts
from bot.services.re_reviewing import RejectRow
from bot.slack.content import Content
from bot.slack.issue_refs import Raised
from bot.slack.reader import Reader
from bot.slack.views import (
    duty,
    guideline_notes,
    holds,
    issue_forms,
    issue_lists,
    issue_resolving,
    issues,
    rulings,
)
from bot.slack.views.issue_calls import issue_call
from bot.slack.views.issue_lines import PublicReader
from tests.golden import facts
from tests.golden.facts import NOW
from tests.golden.issue_desks import DUTY, NOTE, RULING, TAKEN, URGENT, listed, words

Case = Callable[[Reader], Content | dict[str, Any]]

OPENER, OWNER, PM, ADMIN = 7, 9, 4, 2
REQUEST = words(
    "3.2절과 4.1절이 ‘-니께’를 다르게 말해요. 어느 쪽인가요?",
    "Sections 3.2 and 4.1 say different things about “-니께”. Which one is it?",
)
TASKS = (
    LinkedTask(12, "clip-001", True, True),
    LinkedTask(13, "clip-002", True, True),
    LinkedTask(14, "clip-003", False, False),
)
_HOUR = timedelta(hours=1)
SETTLED = words(
    "두 절이 서로 다른 날에 쓰였어요.\n\n4.1절을 따르고, 반려한 것은 다시 봐요.",
    "The two sections were written on different days.\n\nFollow 4.1; the returns are looked at again.",
)


def issue(state: IssueState = IssueState.OPEN, **changes: Any) -> IssueFacts:
    """An issue that was raised in a thread 25 minutes ago, as it is in a state."""
    opened = NOW - timedelta(minutes=25)
    taken = state is not IssueState.OPEN
    waits = state in (IssueState.WAITING_PM, IssueState.WAITING_WORKER)
    ended = state in (IssueState.RESOLVED, IssueState.CLOSED)
    following = {
        IssueState.OPEN: NextStep(TimerKind.LEVEL, NOW + timedelta(minutes=5), Level.PM),
        IssueState.ACKED: NextStep(TimerKind.DECAY, NOW + 4 * _HOUR),
        IssueState.WAITING_PM: NextStep(TimerKind.DECAY, NOW + 48 * _HOUR),
        IssueState.WAITING_WORKER: NextStep(TimerKind.DECAY, NOW + 48 * _HOUR),
        IssueState.RESOLVED: NextStep(TimerKind.CLOSE, NOW + timedelta(days=7)),
        IssueState.CLOSED: None,
    }
    usual = IssueFacts(
        issue_id=12, ver=3, project_id=1, project_key="DIAL1", project_name="전남 사투리",
        confidential=False, severity=Severity.S2, state=state, source=IssueSource.THREAD,
        asked=Asked.SUPERVISOR, level=Level.SUPERVISORS, opener_id=OPENER, opener="하늘",
        owner_id=OWNER if taken else None, owner="바다" if taken else "",
        owner_since=NOW - timedelta(minutes=10) if taken else None, channel="C0CREW",
        thread_ts="1764000000.000100", request=REQUEST, tasks=TASKS, opened_at=opened,
        acked_at=NOW - timedelta(minutes=10) if taken else None,
        resolved_at=NOW - timedelta(minutes=2) if ended else None, closed_at=NOW if ended else None,
        waiting_since=NOW - timedelta(minutes=6) if waits else None, waited_seconds=0,
        targets=Targets(opened, NOW + timedelta(minutes=5), NOW + 24 * _HOUR),
        next=following[state],
        called=(
            Called(8, "파도", Level.DUTY, opened, opened),
            Called(OWNER, "바다", Level.SUPERVISORS, opened, opened + timedelta(minutes=10)),
            Called(11, "노을", Level.SUPERVISORS, NOW + 19 * _HOUR, None),
        ),
        exhausted=False, ruling=None, notes=(), leak=None,
        cause="두 절이 서로 다른 날에 쓰였어요." if ended else "",
        remedy="4.1절을 따르고, 반려한 것은 다시 봐요." if ended else "",
        section="4.1 어미" if ended else None,
    )  # fmt: skip
    return replace(usual, **changes)


NAMELESS: dict[str, Any] = {
    "source": IssueSource.NAMELESS, "opener_id": None, "opener": "", "channel": None,
    "thread_ts": None, "tasks": (), "level": Level.DUTY,
    "next": NextStep(TimerKind.LEVEL, NOW + timedelta(minutes=5), Level.SUPERVISORS),
}  # fmt: skip
ON_CARD: dict[str, Any] = {"source": IssueSource.CARD, "channel": None, "thread_ts": None}
LEAK = LeakFacts(
    3, 1, 12, 1, "DIAL1", OPENER, "하늘", "C0CREW", "1764000000.000200", None, False, NOW, NOW, None, None
)
LEAKED: dict[str, Any] = {
    "source": IssueSource.LEAK, "severity": Severity.S1, "channel": None, "thread_ts": None,
    "request": words(""), "tasks": (), "leak": LEAK,
}  # fmt: skip


def ruling(state: RulingState = RulingState.STANDING) -> RulingFacts:
    """A ruling, as it is once the PM has said what they think."""
    settled = state is not RulingState.STANDING
    return replace(
        RULING,
        state=state,
        decided_by="Morgan" if settled else "",
        decided_at=NOW if settled else None,
        reason="Please keep the dialect ending." if state is RulingState.DECLINED else "",
    )


@cache
def _catalogs() -> Catalogs:
    return load_catalogs(strict=True)


def in_thread(*languages: str) -> list[Reader]:
    """Return those who read in a channel."""
    return [PublicReader(_catalogs()[code], code, "Asia/Seoul", NOW) for code in languages]


def _dm(facts_of: IssueFacts, person_id: int = OWNER, *, steers: bool = True) -> Case:
    resolution = SETTLED if facts_of.cause else None
    channel = facts_of.channel or (facts_of.leak.channel if facts_of.leak else "")
    where = issues.Where(channel, "https://slack.com/app_redirect?team=T0GAGYO") if channel else None
    return lambda r: issues.issue_card(
        r, facts_of, person_id, steers=steers, wanted=r.language, resolution=resolution, where=where
    )


def _thread(facts_of: IssueFacts) -> Case:
    resolution = SETTLED if facts_of.cause else None
    return lambda r: issues.thread_card(in_thread(r.language), facts_of, resolution=resolution)


def _mixed(facts_of: IssueFacts) -> Case:
    resolution = SETTLED if facts_of.cause else None
    return lambda _r: issues.thread_card(in_thread("ko", "en"), facts_of, resolution=resolution)


def _news(what: str) -> Case:
    def draw(reader: Reader) -> Content:
        shown = holds.hold_news(reader, what, NEWS, wanted=reader.language)
        assert shown is not None
        return shown

    return draw


def step(number: int, what: Step, actor_id: int | None = OWNER, **changes: Any) -> StepFacts:
    """A line of a history."""
    names = {OPENER: "하늘", OWNER: "바다", PM: "Morgan", None: ""}
    usual = StepFacts(
        number, 12, NOW - timedelta(minutes=30 - number), actor_id, names[actor_id], what, None,
        IssueState.ACKED, None, {},
    )  # fmt: skip
    return replace(usual, **changes)


HISTORY = (
    step(1, Step.OPENED, OPENER),
    step(2, Step.LEVELLED, None, detail={"from": "duty", "level": "supervisors"}),
    step(3, Step.ACKED),
    step(4, Step.SEVERITY, detail={"from": "S3", "severity": "S2"}),
    step(5, Step.HELD, detail={"tasks": [12, 13]}),
    step(6, Step.REMINDED, None),
    step(7, Step.REASSIGNED, PM, detail={"to": OWNER}),
    step(8, Step.SAID, words=words("둘 다 맞는 것 같아서요.", "Both look right to me.")),
    step(9, Step.RULED, words=words("우선 4.1절을 따라요.", "Follow 4.1 for now.")),
    step(10, Step.WAIT_PM),
    step(11, Step.RULING_AGREED, PM),
    step(
        12,
        Step.RESOLVED,
        detail={"cause": "…", "section": "4.1"},
        words=words("4.1절을 따라요.", "Follow 4.1."),
    ),
)
REJECTS = (
    RejectRow(31, 12, "clip-001", 21, 7, "하늘", 5, 1, ReasonCode.DIALECT_CHANGED, "3.2 사투리 표기", NOW),
    RejectRow(32, 13, "clip-002", 22, 8, "파도", 5, 1, ReasonCode.MISHEARD, "", NOW),
)
SECTIONS = (("3/3.2", "3 표기 › 3.2 사투리 표기"), ("4/4.1", "4 어미 › 4.1 어미"))
NEWS = HoldNewsFacts("DIAL1", ((12, "clip-001"), (13, "clip-002")), 12, ruling())
RAISED = Raised(IssueSource.THREAD, 1, "C0CREW", "1764000000.000100")
PROJECTS = ((1, "DIAL1"), (2, "SAFE2"))

CASES: dict[str, Case] = {
    **{f"issue_dm_{state}": _dm(issue(state)) for state in IssueState},
    **{f"issue_thread_{state}": _thread(issue(state)) for state in IssueState},
    **{f"issue_opener_{state}": _dm(issue(state), OPENER, steers=False) for state in IssueState},
    "issue_mixed_open": _mixed(issue()),
    "issue_mixed_acked": _mixed(issue(IssueState.ACKED, ruling=ruling())),
    "issue_mixed_resolved": _mixed(issue(IssueState.RESOLVED, ruling=ruling(RulingState.DECLINED))),
    "issue_dm_exhausted": _dm(issue(level=Level.ADMIN, next=None, exhausted=True, called=())),
    "issue_dm_ruled": _dm(issue(IssueState.ACKED, ruling=ruling(RulingState.AGREED))),
    "issue_dm_card": _dm(issue(**ON_CARD)),
    "issue_dm_nameless": _dm(issue(**NAMELESS)),
    "issue_dm_leak": _dm(issue(**LEAKED)),
    "issue_dm_leak_deleted": _dm(issue(**(LEAKED | {"leak": replace(LEAK, deleted_at=NOW)}))),
    "issue_dm_leak_harmless": _dm(issue(**(LEAKED | {"leak": replace(LEAK, harmless_at=NOW)}))),
    "issue_dm_leak_new": _dm(issue(**(LEAKED | {"leak": replace(LEAK, asked_at=None)}))),
    "issue_shown": lambda r: issues.issue_modal(r, issue(IssueState.ACKED), OWNER, steers=True),
    "issue_taken": lambda r: issues.thread_taken(r, issue(IssueState.ACKED)),
    "issue_taken_resolved": lambda r: issues.thread_taken(r, issue(IssueState.RESOLVED)),
    "issue_opened": lambda r: issues.opened_reply(r, 12),
    "issue_opened_private": lambda r: issues.opened_reply(r, 12, private=True),
    "issue_nameless_sent": issues.nameless_sent,
    "issue_moved": lambda r: issues.moved_reply(r, issue(IssueState.WAITING_PM)),
    "issue_passed_on": lambda r: issues.said_reply(r, 12),
    "issue_call_level": lambda r: issue_call(r, issue(severity=Severity.S1), "level"),
    "issue_call_reminder": lambda r: issue_call(r, issue(IssueState.ACKED), "reminder"),
    "issue_call_reminder_pm": lambda r: issue_call(r, issue(IssueState.WAITING_PM), "reminder"),
    "issue_call_reminder_worker": lambda r: issue_call(r, issue(IssueState.WAITING_WORKER), "reminder"),
    "issue_call_decayed": lambda r: issue_call(r, issue(), "decayed"),
    "issue_call_reassigned": lambda r: issue_call(r, issue(IssueState.ACKED), "reassigned"),
    "issue_call_waiting_pm": lambda r: issue_call(r, issue(IssueState.WAITING_PM), "waiting"),
    "issue_call_waiting_worker": lambda r: issue_call(r, issue(IssueState.WAITING_WORKER), "waiting"),
    "issue_call_no_answer": lambda r: issue_call(r, issue(IssueState.ACKED), "no_answer"),
    "issue_call_no_answer_worker": lambda r: issue_call(r, issue(IssueState.ACKED), "no_answer_worker"),
    "issue_call_reopened": lambda r: issue_call(r, issue(), "reopened"),
    "form_issue_open": lambda r: issue_forms.open_form(
        r, RAISED, tasks=((12, "#12 clip-001"), (13, "#13 clip-002")), chosen=(12,)
    ),
    "form_issue_open_card": lambda r: issue_forms.open_form(r, Raised(IssueSource.CARD), projects=PROJECTS),
    "form_issue_severity": lambda r: issue_forms.severity_form(r, issue()),
    "form_issue_reassign": lambda r: issue_forms.reassign_form(
        r, issue(), ((11, "노을", Role.SUPERVISOR), (PM, "Morgan", Role.PM), (ADMIN, "Kim", None))
    ),
    "form_issue_reassign_nobody": lambda r: issue_forms.reassign_form(r, issue(), ()),
    "form_issue_say": lambda r: issue_forms.say_form(r, issue()),
    "form_issue_say_card": lambda r: issue_forms.say_form(r, issue(**ON_CARD)),
    "form_issue_hold": lambda r: issue_forms.hold_form(r, issue()),
    "form_issue_hold_none": lambda r: issue_forms.hold_form(r, issue(tasks=())),
    "form_issue_rule": lambda r: issue_forms.rule_form(r, issue()),
    "form_issue_resolve": lambda r: issue_resolving.resolve_form(
        r, issue(IssueState.ACKED), sections=SECTIONS, rejects=REJECTS
    ),
    "form_issue_resolve_plain": lambda r: issue_resolving.resolve_form(r, issue(tasks=())),
    "form_issue_nameless": lambda r: issue_forms.nameless_form(r, PROJECTS),
    "form_issue_nameless_one": lambda r: issue_forms.nameless_form(r, PROJECTS[:1]),
    "form_ruling_decline": lambda r: issue_forms.decline_ruling_form(r, RULING),
    "issue_steer": lambda r: issue_forms.steer_modal(r, issue(), person_id=OPENER, supervisor=True),
    "issue_steer_pm": lambda r: issue_forms.steer_modal(
        r, issue(IssueState.WAITING_PM, level=Level.ADMIN, tasks=()), person_id=PM, supervisor=False
    ),
    "issue_steer_nameless": lambda r: issue_forms.steer_modal(
        r, issue(IssueState.ACKED, **NAMELESS), person_id=OWNER, supervisor=True
    ),
    "issue_history": lambda r: issue_lists.history_modal(
        r, issue(IssueState.RESOLVED), HISTORY, wanted=r.language
    ),
    "issue_history_nameless": lambda r: issue_lists.history_modal(
        r, issue(**NAMELESS), (step(1, Step.OPENED, None),)
    ),
    "issue_history_card": lambda r: issue_lists.history_modal(r, issue(**ON_CARD), HISTORY[:3]),
    "issue_list": lambda r: issue_lists.issue_list(
        r, (URGENT, listed(), TAKEN), "DIAL1", wanted=r.language
    ),
    "issue_list_none": lambda r: issue_lists.issue_list(r, ()),
    "ruling_standing": lambda r: rulings.ruling_card(r, ruling(), decides=False, wanted=r.language),
    "ruling_to_decide": lambda r: rulings.ruling_card(r, ruling(), decides=True, wanted=r.language),
    "ruling_agreed": lambda r: rulings.ruling_card(r, ruling(RulingState.AGREED), decides=True),
    "ruling_declined": lambda r: rulings.ruling_card(r, ruling(RulingState.DECLINED), decides=False),
    "ruled_reply": lambda r: rulings.ruled_reply(r, 12),
    "ruling_decided_agreed": lambda r: rulings.ruling_decided(r, True),
    "ruling_decided_declined": lambda r: rulings.ruling_decided(r, False),
    "guideline_note_proposed": lambda r: guideline_notes.note_card(r, NOTE, decides=True, wanted=r.language),
    "guideline_note_taken": lambda r: guideline_notes.note_card(
        r, replace(NOTE, state=NoteState.TAKEN), decides=True
    ),
    "guideline_note_declined": lambda r: guideline_notes.note_card(
        r, replace(NOTE, state=NoteState.DECLINED, section=None), decides=False
    ),
    "guideline_note_decided_taken": lambda r: guideline_notes.note_decided(r, True),
    "guideline_note_decided_declined": lambda r: guideline_notes.note_decided(r, False),
    **{
        f"hold_news_{what}": _news(what)
        for what in ("held", "released", "ruled", "ruling_off", "re_review", "to_review")
    },
    "rework_gone": lambda r: holds.rework_gone(r, facts.assignment()),
    "held_reply": lambda r: holds.held_reply(r, 6, 2),
    "held_reply_none": lambda r: holds.held_reply(r, 0, 0),
    "hold_released_reply": lambda r: holds.released_reply(r, 6),
    "hold_released_reply_partly": lambda r: holds.released_reply(r, 4, 2),
    "hold_released_reply_none": lambda r: holds.released_reply(r, 0),
    "duty_changed_mine": lambda r: duty.duty_changed(r, replace(DUTY, note="3.2절 질문이 많아요."), 9),
    "duty_changed_theirs": lambda r: duty.duty_changed(r, replace(DUTY, open=0), 8),
    "duty_changed_over": lambda r: duty.duty_changed(r, replace(DUTY, until=NOW), 9),
    "duty_changed_nobody": lambda r: duty.duty_changed(r, replace(DUTY, until=NOW), 8),
    "duty_on": lambda r: duty.duty_on(r, "DIAL1"),
    "duty_off": lambda r: duty.duty_off(r, "DIAL1"),
    "duty_who": lambda r: duty.on_duty(
        r,
        (
            duty.DutyRow("DIAL1", "바다", NOW - 3 * _HOUR, "3.2절 질문이 많아요."),
            duty.DutyRow("SAFE2", None),
        ),
    ),
    "hours_set": lambda r: duty.hours_set(r, 600, 1140, 0b11111),
    "hours_usual": lambda r: duty.hours_set(r, None, None, None),
    "escalation_plans": lambda r: duty.plan_list(r, "DIAL1", DELAYS, frozenset({Severity.S2})),
}  # fmt: skip


def extreme_threads(text: str) -> Iterator[Content]:
    """Cards in threads, in both languages at once, with `text` everywhere and as long as it may be."""
    name, long = facts.huge(text, 20), facts.huge(text, 1000)
    spoken = words(long, long)
    many = tuple(LinkedTask(10**9 + n, facts.huge(text, 200), n % 2 == 0, n % 4 == 0) for n in range(150))
    called = tuple(Called(n, name, Level.SUPERVISORS, NOW, None if n % 2 else NOW) for n in range(40))
    ruled = replace(ruling(), words=spoken, made_by=name)
    for state in IssueState:
        wild = issue(
            state, issue_id=10**12, project_key="A" * 16, opener=name, owner=name, request=spoken, tasks=many,
            called=called, ruling=ruled, cause=long, remedy=long,
        )  # fmt: skip
        yield issues.thread_card(in_thread("ko", "en"), wild, resolution=spoken)


def extreme_views(reader: Reader, text: str) -> Iterator[Content | dict[str, Any]]:
    """Every view of issues that shows somebody's text, with `text` everywhere and as long as it may be."""
    name, section, long = facts.huge(text, 20), facts.huge(text, 80), facts.huge(text, 1000)
    spoken = words(long, long)
    many = tuple(LinkedTask(10**9 + n, facts.huge(text, 200), n % 2 == 0, n % 4 == 0) for n in range(150))
    called = tuple(Called(n, name, Level.SUPERVISORS, NOW, None if n % 2 else NOW) for n in range(40))
    ruled = replace(ruling(), words=spoken, made_by=name)
    people = tuple((n, name, Role.PM) for n in range(150))
    wild_news = HoldNewsFacts("A" * 16, tuple((task.task_id, task.external_id) for task in many), 12, ruled)
    for state in IssueState:
        wild = issue(
            state, issue_id=10**12, project_key="A" * 16, opener=name, owner=name, request=spoken, tasks=many,
            called=called, ruling=ruled, cause=long, remedy=long, section=section,
        )  # fmt: skip
        for wanted in (None, "en"):
            yield issues.issue_card(reader, wild, OWNER, steers=True, wanted=wanted, resolution=spoken)
        yield issues.issue_modal(reader, wild, OWNER, steers=True, resolution=spoken)
        yield issues.thread_taken(reader, wild)
        yield issue_forms.steer_modal(reader, wild, person_id=OPENER, supervisor=True)
        for form in (issue_forms.severity_form, issue_forms.say_form, issue_forms.hold_form):
            yield form(reader, wild)
        yield issue_forms.reassign_form(reader, wild, people)
        yield issue_resolving.resolve_form(
            reader,
            wild,
            sections=tuple((f"{n}", facts.huge(text, 300)) for n in range(400)),
            rejects=tuple(
                replace(REJECTS[0], verdict_id=n, external_id=section, section=section) for n in range(150)
            ),
        )
        steps = tuple(step(n, what, words=spoken, actor=name) for n in range(5) for what in Step)
        yield issue_lists.history_modal(reader, wild, steps)
    row = listed(10**12, project_key="A" * 16, owner=name, request=spoken, held=10**6, late=True)
    yield issue_lists.issue_list(reader, (row,) * 50, "A" * 16)
    yield issue_forms.open_form(
        reader,
        RAISED,
        projects=tuple((n, "A" * 16) for n in range(90)),
        tasks=tuple((n, section) for n in range(150)),
        chosen=tuple(range(150)),
        request=long,
    )
    yield rulings.ruling_card(reader, ruled, decides=True, wanted="en")
    declined = replace(ruled, state=RulingState.DECLINED, reason=facts.huge(text, 300))
    yield rulings.ruling_card(reader, declined, decides=True)
    yield issue_forms.decline_ruling_form(reader, ruled)
    note = replace(NOTE, words=spoken, section=section, made_by=name)
    yield guideline_notes.note_card(reader, note, decides=True, wanted="en")
    for what in ("held", "ruled"):
        if (news := holds.hold_news(reader, what, wild_news)) is not None:
            yield news
    yield duty.duty_changed(reader, replace(DUTY, nickname=name, note=long), 9)
    yield duty.on_duty(reader, tuple(duty.DutyRow("A" * 16, name, NOW, long) for _ in range(12)))
