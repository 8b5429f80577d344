"""Digests, alerts, pay and the Homes of the roles, drawn from ordinary facts and from ones at every limit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from bot.domain.alerts import AlertKind
from bot.domain.digests import EVERY_DAY, WORK_DAYS, Audience
from bot.domain.escalation import Severity
from bot.domain.exports import What
from bot.domain.pay import LedgerKind, Money, Month, PayState, RequestKind, RequestState, StatementState
from bot.domain.people import Role
from bot.domain.review import ReasonCode
from bot.domain.task import TaskType
from bot.i18n.catalogs import Catalogs, load_catalogs
from bot.outbox.pay_messages import PayChange
from bot.reports.agreement import Agreement
from bot.reports.alerts import IncidentFacts
from bot.reports.digest import Change, Digest
from bot.reports.digest_plans import PlanFacts
from bot.reports.home import Board, Queue
from bot.reports.issue_times import SeverityTimes
from bot.reports.needs import Needs
from bot.reports.pay import Pay, ProjectPay
from bot.reports.pay_requests import RequestFacts
from bot.reports.pay_sums import PayLine
from bot.reports.pay_sums import ProjectPay as PaySums
from bot.reports.progress import Coach, CoachReason, WorkerDay
from bot.reports.questions import Gap
from bot.reports.rejections import Rejections, TopReason
from bot.reports.statements import Closable, ShareRow, StatementFacts, StatementRow
from bot.reports.throughput import DayFigures, Throughput
from bot.reports.window import days_until
from bot.reports.workload import Backlog, Eta, ReviewerLoad
from bot.slack.content import Content
from bot.slack.reader import Reader
from bot.slack.views import (
    alerts,
    digest_modals,
    digest_plans,
    digests,
    exports,
    home,
    pay,
    pay_news,
    pay_office,
)
from bot.slack.views.coach import coach_card
from tests.golden import facts, issue_desks
from tests.golden.facts import NOW

Case = Callable[[Reader], Content | dict[str, Any]]

DAY = date(2026, 11, 22)
MADE_AT = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
OCTOBER = Month(2026, 10)

REASONS = (
    TopReason(ReasonCode.DIALECT_CHANGED, "3.2 사투리 표기", 5, 5 / 11),
    TopReason(ReasonCode.TIMING, "4.1 Time stamps", 3, 3 / 11),
    TopReason(ReasonCode.MISHEARD, "들리지 않는 소리", 2, 2 / 11),
    TopReason(ReasonCode.FORMAT, "5", 1, 1 / 11),
)
COACH = Coach(
    9,
    (
        CoachReason("DIAL1", ReasonCode.DIALECT_CHANGED, "3.2 사투리 표기", 4, 4 / 9),
        CoachReason("DIAL1", ReasonCode.TIMING, "4.1 시간 표시", 2, 2 / 9),
    ),
    6 / 9,
    (Money(2100, "KRW"),),
)
NEEDS = Needs(2, MADE_AT - timedelta(hours=5), 1, 3, 1, 1, 4, 2, MADE_AT - timedelta(minutes=50), 3, 2)
ISSUES = (
    SeverityTimes(Severity.S1, 1, 1, 240, 1, 5400, 0, 0),
    SeverityTimes(Severity.S3, 4, 3, 3900, 2, 93_600, 5, 2),
    SeverityTimes(Severity.S4, 0, 0, None, 0, None, 1, 0),
)
BACKLOG = Backlog(
    1158, 1090, 14, 40, 8, 21, 1, MADE_AT - timedelta(days=6, hours=2), MADE_AT - timedelta(hours=26)
)


def days(small: bool = False) -> tuple[DayFigures, ...]:
    """Seven days, the oldest first: one without work, one with few verdicts."""
    counts = ((38, 40, 6), (44, 47, 9), (0, 0, 0), (41, 43, 7), (12, 9, 3), (45, 50, 11), (42, 42, 8))
    return tuple(
        DayFigures(DAY - timedelta(days=6 - at), *(n // 6 if small else n for n in row))
        for at, row in enumerate(counts)
    )


def digest(audience: Audience = Audience.PM, *, week: bool = False, small: bool = False) -> Digest:
    """A day of a project, or a week; `small` is a day with few verdicts."""
    own = audience is Audience.WORKER
    head = Digest(
        1, "DIAL1", "전남 사투리", TaskType.TRANSCRIPTION, "Asia/Seoul", False, audience,
        7 if own else None, days_until("Asia/Seoul", DAY, 7 if week else 1), MADE_AT, week,
    )  # fmt: skip
    if own:
        mine = WorkerDay(7, 12, 2, 9, 1, (Money(3150, "KRW"),))
        return replace(head, mine=mine, coach=None if small else COACH)
    if small:
        done = Throughput(7, 8, 1, 8, 7)
        judged = Rejections(7, 1, 8, 1, 0, 7, 0, 0, 1.0)
    else:
        done = Throughput(42, 44, 9, 48, 42)
        judged = Rejections(42, 8, 53, 11, 3, 44, 2, 8, 1.0)
    team = replace(
        head,
        throughput=done,
        rejections=judged,
        reasons=() if small else REASONS,
        days=days(small),
        final_change=Change(42.0, 41.0, 6, False) if not small else Change(7.0, 6.0, 2, True),
        reject_change=Change(8 / 42, 36 / 189, 6, False) if not small else Change(1 / 7, 0.2, 5, True),
    )
    if audience is Audience.CREW:
        return team
    return replace(
        team,
        backlog=BACKLOG,
        eta=Eta(28, 1158, 41.5, 7) if not small else Eta(None, 1158, None, 0),
        needs=NEEDS if not small else Needs(0, None, 0, 0, 0, 0, 0),
        agreement=Agreement(64, 192, 192, 0.9, 0.8, 0.971, 0.74, 2) if not small else None,
        reviewers=(ReviewerLoad(9, "바다", 31, 8, 1, 95), ReviewerLoad(10, "Sori", 22, 3, 0, None)),
        issues=() if small else ISSUES,
        gaps=(Gap(4, "웃음소리는 어떻게 적나요?"), Gap(1, "Do I tag music?")) if week else (),
    )


def empty(audience: Audience = Audience.PM) -> Digest:
    """A day on which nothing happened."""
    quiet = tuple(DayFigures(DAY - timedelta(days=6 - at), 0, 0, 0) for at in range(7))
    return replace(
        digest(audience),
        throughput=Throughput(0, 0, 0, 0, 0),
        rejections=Rejections(0, 0, 0, 0, 0, 0, 0, 0, None),
        reasons=(),
        days=quiet,
        issues=(),
    )


@cache
def _catalogs() -> Catalogs:
    return load_catalogs(strict=True)


def other(reader: Reader) -> Reader:
    """The same reader in the other language."""
    language = "en" if reader.language == "ko" else "ko"
    return Reader(_catalogs()[language], language, reader.zone, reader.now)


def incident(kind: AlertKind, *, over: bool = False) -> IncidentFacts:
    """An incident of a kind."""
    figures: dict[AlertKind, dict[str, Any]] = {
        AlertKind.REJECTS: {
            "rejected": 18, "n": 40, "rate": 0.45, "base_rejected": 60, "base_n": 400, "base_rate": 0.15,
            "days": 14, "p": 0.00003, "date": "2026-11-23",
        },
        AlertKind.NO_CLAIMS: {"open": 120, "since": (NOW - timedelta(hours=5)).isoformat(), "hours": 4},
        AlertKind.REVIEWS: {"waiting": 6, "oldest": (NOW - timedelta(hours=31)).isoformat(), "hours": 24},
        AlertKind.DEADLINE: {"deadline": "2026-12-01", "remaining": 900, "days": 22, "late_by": 14},
        AlertKind.CREW_TOO_SMALL: {"tasks": 12, "crew": 4, "missing": 2},
        AlertKind.APPEALS: {"waiting": 2, "oldest": (NOW - timedelta(hours=52)).isoformat(), "hours": 48},
    }  # fmt: skip
    closed = NOW - timedelta(minutes=20) if over else None
    return IncidentFacts(3, 1, "DIAL1", "Asia/Seoul", kind, NOW - timedelta(hours=2), closed, figures[kind])


def _alert(kind: AlertKind) -> Case:
    return lambda r: alerts.alert_card(r, incident(kind))


def project_pay(key: str = "DIAL1", currency: str = "KRW", *, few: bool = False) -> ProjectPay:
    """Somebody's pay in one project."""

    def amount(minor: int) -> Money:
        return Money(minor, currency)

    return ProjectPay(
        1, key, amount(1400), amount(23_450), amount(58_100), amount(123_900), amount(0 if few else -350),
        3 if few else 587, None if few else amount(13_200), None if few else 1.6,
        None if few else amount(6780),
    )  # fmt: skip


def request(
    state: RequestState = RequestState.ASKED, kind: RequestKind = RequestKind.ADJUSTMENT
) -> RequestFacts:
    """A correction of pay."""
    settled = state is not RequestState.ASKED
    return RequestFacts(
        5, kind, 1, "DIAL1", 7, "하늘", -350 if kind is RequestKind.VOID else 5000, "KRW",
        "Clip 17 was counted twice.", "clip-017" if kind is RequestKind.VOID else None,
        21 if kind is RequestKind.VOID else None, 3, "Morgan", NOW - timedelta(hours=3), state,
        "Kim" if settled else None, NOW - timedelta(minutes=10) if settled else None,
        "Please name the clip." if state is RequestState.DECLINED else None,
    )  # fmt: skip


SHARES = (ShareRow(7, "하늘", 58_100, "KRW", 166),)
TOTALS = (Money(1_245_300, "KRW"),)
CLOSABLE = Closable(12, 3560, TOTALS, 1)
STATEMENT = StatementFacts(
    4, 1, "DIAL1", "Asia/Seoul", OCTOBER, StatementState.CLOSED,
    (*SHARES, ShareRow(8, "바다", 44_100, "KRW", 126)), TOTALS, "Morgan", NOW - timedelta(days=2), None, None,
)  # fmt: skip
LINES = (
    PayLine(9, LedgerKind.EARNED, 350, "KRW", NOW - timedelta(hours=1), PayState.EARNED, "clip-031", None),
    PayLine(8, LedgerKind.ADJUSTMENT, 5000, "KRW", NOW - timedelta(days=1), PayState.PAYABLE, None, "Bonus"),
    PayLine(7, LedgerKind.VOID, -350, "KRW", NOW - timedelta(days=9), PayState.PAID, "clip-017", "Twice"),
)


def board(key: str = "DIAL1", *, quiet: bool = False) -> Board:
    """A project as those who steer it see it."""
    return Board(
        1, key, "전남 사투리 Jeonnam", TaskType.TRANSCRIPTION, 1638, BACKLOG,
        Needs(0, None, 0, 0, 0, 0, 0) if quiet else NEEDS, days(quiet)[-2:],
        Eta(28, 1158, 41.5, 7), 0 if quiet else 2,
    )  # fmt: skip


PAY_SUMS = (PaySums(1, "DIAL1", "KRW", 1400, 23_450, 58_100, 123_900, 587, -350),)
QUEUES = (Queue("DIAL1", 21, 3, NOW - timedelta(hours=26)), Queue("SAFE2", 2, 0, NOW - timedelta(minutes=12)))


def _home(role: Role, **sections: Any) -> Case:
    desk = replace(
        facts.desk(2 if role is Role.WORKER else 0, 2 if role is Role.REVIEWER else 0),
        roles={"DIAL1": (role,)},
        open_tasks=1000 if role is Role.WORKER else 0,
        in_review=3 if role is Role.WORKER else 0,
        earned=(Money(205_450, "KRW"),) if role is Role.WORKER else (),
        second_looks=2 if role is Role.REVIEWER else 0,
        nickname="Morgan" if role is Role.PM else "하늘",
    )
    return lambda r: home.home_view(r, replace(desk, language=r.language), **sections)


def _rung(audience: Audience, at: int, **how: Any) -> Case:
    return lambda r: digests.digest_ladder(r, digest(audience, **how), run_id=12)[at]


def plan(audience: Audience, **changes: Any) -> PlanFacts:
    """When one audience's digest comes."""
    usual = PlanFacts(1, "DIAL1", audience, audience.value, "09:00", "Europe/Berlin", WORK_DAYS, True)
    return replace(usual, **changes)


PLANS = (
    plan(Audience.PM, own=True),
    plan(Audience.SUPERVISOR, zone="Asia/Seoul", weekdays=EVERY_DAY),
    plan(Audience.CREW, hhmm="09:30", zone="Asia/Seoul", weekdays=0b101, channel="C0CREW"),
    plan(Audience.WORKER, hhmm="09:30", enabled=False),
)

CASES: dict[str, Case] = {
    "digest_pm": _rung(Audience.PM, 0),
    "digest_pm_table": _rung(Audience.PM, 1),
    "digest_pm_text": _rung(Audience.PM, 2),
    "digest_pm_small": _rung(Audience.PM, 0, small=True),
    "digest_pm_week": _rung(Audience.PM, 0, week=True),
    "digest_pm_late": lambda r: digests.digest_ladder(r, digest(), run_id=12, late=True)[0],
    "digest_pm_so_far": lambda r: digests.digest_ladder(
        r, replace(digest(), made_at=MADE_AT - timedelta(hours=15)), run_id=12
    )[0],
    "digest_supervisor": lambda r: digests.digest_ladder(
        r, digest(Audience.SUPERVISOR), run_id=12, also=other(r)
    )[0],
    "digest_crew": _rung(Audience.CREW, 0),
    "digest_worker": _rung(Audience.WORKER, 0),
    "digest_worker_plain": _rung(Audience.WORKER, 0, small=True),
    "digest_empty": lambda r: digests.digest_ladder(r, empty())[0],
    "digest_details": lambda r: digest_modals.digest_details(r, digest()),
    "digest_details_small": lambda r: digest_modals.digest_details(r, digest(small=True)),
    "digest_reasons": lambda r: digest_modals.digest_reasons(r, digest()),
    "digest_reasons_none": lambda r: digest_modals.digest_reasons(r, digest(small=True)),
    "digest_definitions": lambda r: digest_modals.definitions(r, Audience.PM),
    "digest_definitions_worker": lambda r: digest_modals.definitions(r, Audience.WORKER),
    "digest_ask": lambda r: digest_modals.digest_ask_form(r, 12, "DIAL1"),
    "digest_asked": lambda r: digests.digest_asked(r, "DIAL1"),
    "digest_on_its_way": lambda r: digests.digest_on_its_way(r, "DIAL1"),
    "digest_plans": lambda r: digest_plans.plan_list(r, "DIAL1", PLANS),
    "digest_plan_set": lambda r: digest_plans.plan_set(r, PLANS[0]),
    "digest_plan_no_channel": lambda r: digest_plans.plan_set(r, plan(Audience.CREW)),
    "digest_on": lambda r: digest_plans.digest_switched(r, True),
    "digest_off": lambda r: digest_plans.digest_switched(r, False),
    **{f"alert_{kind}": _alert(kind) for kind in AlertKind},
    "alert_over": lambda r: alerts.alert_card(r, incident(AlertKind.REVIEWS, over=True)),
    "coach": lambda r: coach_card(r, COACH),
    "coach_one": lambda r: coach_card(r, replace(COACH, reasons=COACH.reasons[:1], effect=())),
    "pay": lambda r: pay.pay_shown(r, Pay(7, None, (project_pay(), project_pay("SAFE2", "USD", few=True)))),
    "pay_month": lambda r: pay.pay_shown(r, Pay(7, OCTOBER, (project_pay(),)), OCTOBER),
    "pay_none": lambda r: pay.pay_shown(r, Pay(7, OCTOBER, ()), OCTOBER),
    "pay_lines": lambda r: pay.pay_lines(r, "DIAL1", LINES),
    "pay_lines_none": lambda r: pay.pay_lines(r, "DIAL1", ()),
    "pay_request": lambda r: pay_news.pay_request_card(r, request(), 4),
    "pay_request_void": lambda r: pay_news.pay_request_card(r, request(kind=RequestKind.VOID), 4),
    "pay_request_own": lambda r: pay_news.pay_request_card(r, request(), 3),
    "pay_request_approved": lambda r: pay_news.pay_request_card(r, request(RequestState.APPROVED), 4),
    "pay_request_declined": lambda r: pay_news.pay_request_card(r, request(RequestState.DECLINED), 3),
    "pay_request_withdrawn": lambda r: pay_news.pay_request_card(r, request(RequestState.WITHDRAWN), 4),
    "pay_changed_closed": lambda r: pay_news.pay_changed(
        r, PayChange.CLOSED, "DIAL1", SHARES, month=OCTOBER
    ),
    "pay_changed_paid": lambda r: pay_news.pay_changed(r, PayChange.PAID, "DIAL1", SHARES, month=OCTOBER),
    "pay_changed_adjusted": lambda r: pay_news.pay_changed(
        r, PayChange.ADJUSTED, "DIAL1", request=request(RequestState.APPROVED)
    ),
    "pay_changed_voided": lambda r: pay_news.pay_changed(
        r, PayChange.VOIDED, "DIAL1", request=request(RequestState.APPROVED, RequestKind.VOID)
    ),
    "pay_statements": lambda r: pay_office.statement_list(
        r, "DIAL1",
        (StatementRow(4, OCTOBER, StatementState.CLOSED, 12, TOTALS, NOW, None),
         StatementRow(3, OCTOBER.previous(), StatementState.PAID, 11, TOTALS, NOW, NOW)), 2,
    ),
    "pay_statements_none": lambda r: pay_office.statement_list(r, "DIAL1", (), 0),
    "pay_closed": lambda r: pay_office.pay_closed(r, "DIAL1", _Closed()),
    "pay_paid": lambda r: pay_office.pay_paid(r, "DIAL1", _Closed()),
    "pay_asked": lambda r: pay_office.pay_asked(r, 2),
    "pay_decided": lambda r: pay_office.pay_decided(r, RequestState.APPROVED),
    "pay_decided_declined": lambda r: pay_office.pay_decided(r, RequestState.DECLINED),
    "pay_decided_withdrawn": lambda r: pay_office.pay_decided(r, RequestState.WITHDRAWN),
    "form_pay_close": lambda r: pay_office.close_form(r, 1, "DIAL1", OCTOBER, CLOSABLE),
    "form_pay_paid": lambda r: pay_office.paid_form(r, STATEMENT),
    "form_pay_adjust": lambda r: pay_office.adjust_form(r, 1, "DIAL1", "KRW", ((7, "하늘"), (8, "바다"))),
    "form_pay_void": lambda r: pay_office.void_form(r, 1, "DIAL1"),
    "form_pay_decline": lambda r: pay_office.decline_form(r, request()),
    "export_under_way": lambda r: exports.export_under_way(r, "DIAL1", What.RESULTS),
    "export_ready": lambda r: exports.export_ready(r, "DIAL1", What.ANSWERS, 12_000),
    "export_ready_pay": lambda r: exports.export_ready(r, "DIAL1", What.PAY, 1),
    "export_failed": lambda r: exports.export_failed(r, "DIAL1"),
    "export_ready_issues": lambda r: exports.export_ready(r, "DIAL1", What.ISSUES, 12),
    "home_worker": _home(Role.WORKER, pay=PAY_SUMS),
    "home_issues_worker": _home(Role.WORKER, issues=issue_desks.WORKER),
    "home_issues_supervisor": _home(Role.SUPERVISOR, issues=issue_desks.SUPERVISOR),
    "home_issues_quiet": _home(Role.SUPERVISOR, issues=issue_desks.QUIET),
    "home_issues_pm": _home(Role.PM, issues=issue_desks.PM),
    "home_reviewer": _home(Role.REVIEWER, queues=QUEUES),
    "home_supervisor": _home(Role.SUPERVISOR, supervised=(board(),), queues=QUEUES),
    "home_pm": _home(Role.PM, managed=(board(), board("SAFE2", quiet=True))),
}  # fmt: skip


class _Closed:
    """A month that was closed, as the service says it."""

    month = OCTOBER
    people = 12
    lines = 3560
    totals = TOTALS
    carried = 1


def extreme_views(reader: Reader, text: str) -> Iterator[Content | dict[str, Any]]:
    """Every view of reports that shows somebody's text, with `text` everywhere and as long as it may be."""
    name, section = facts.huge(text, 20), facts.huge(text, 80)
    count = 10**12
    for audience in Audience:
        for week in (False, True):
            shown = replace(
                digest(audience, week=week),
                project_key="A" * 16,
                project_name=section,
                reasons=tuple(replace(top, section=section, count=count) for top in REASONS) * 2,
                gaps=tuple(Gap(count, facts.huge(text, 3000)) for _ in range(10)),
                coach=replace(COACH, reasons=tuple(replace(r, section=section) for r in COACH.reasons)),
            )
            yield from digests.digest_ladder(reader, shown, run_id=count, late=True, also=reader)
            yield digest_modals.digest_details(
                reader,
                replace(shown, reviewers=tuple(ReviewerLoad(n, name, count, count, 0, n) for n in range(99))),
            )
            yield digest_modals.digest_reasons(reader, shown)
    wild = replace(
        request(), payee=name, asked_by=name, reason=facts.huge(text, 300), task=facts.huge(text, 200)
    )
    yield pay_news.pay_request_card(reader, wild, 4)
    yield pay_news.pay_request_card(
        reader, replace(wild, state=RequestState.DECLINED, decided_by=name, note=facts.huge(text, 300)), 4
    )
    yield pay_news.pay_changed(reader, PayChange.ADJUSTED, "A" * 16, request=wild)
    yield pay_office.adjust_form(reader, 1, "A" * 16, "KRW", tuple((n, name) for n in range(500)))
    yield pay_office.paid_form(
        reader, replace(STATEMENT, shares=tuple(ShareRow(n, name, count, "USD", n) for n in range(500)))
    )
    yield pay.pay_shown(reader, Pay(7, None, tuple(project_pay("A" * 16) for _ in range(40))))
    line = replace(LINES[0], task=facts.huge(text, 200), reason=facts.huge(text, 300))
    yield pay.pay_lines(reader, "A" * 16, (line,) * 50)
    many = tuple(replace(board("A" * 16), name=section) for _ in range(5))
    queues = tuple(replace(QUEUES[0], key="A" * 16) for _ in range(60))
    yield home.home_view(
        reader,
        replace(facts.desk(20, 20, 60), nickname=name),
        pay=PAY_SUMS,
        queues=queues,
        supervised=many,
        managed=many,
        issues=issue_desks.extreme_desk(text),
    )
