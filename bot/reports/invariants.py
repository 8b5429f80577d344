"""What must always be true of the stored work: one statement per invariant, each naming every broken row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from bot.db.unit_of_work import utc_now
from bot.reports import (
    broken_appeals,
    broken_guidelines,
    broken_holds,
    broken_issues,
    broken_pay,
    broken_trail,
    broken_translations,
    broken_verdicts,
    broken_work,
)

LEASE_SLACK = timedelta(seconds=20)
"""Two sweeps of the scheduler: how long after its end a lease may still stand."""

SENDING_SLACK = timedelta(minutes=10)
"""How long a dead sender's row may stay untouched; a live sender takes it over within seconds."""

MOST_FINDINGS = 1000
"""Rows named per invariant; a damage larger than that is not repaired row by row."""


@dataclass(frozen=True)
class Finding:
    """One broken row: which invariant, where, and the ids and states that show it; never content.

    `row_id` is None when a whole table is out of balance.
    """

    invariant: str
    table: str
    row_id: int | None
    detail: str


INVARIANTS: dict[str, tuple[str, Callable[[], Select[*tuple[Any, ...]]]]] = {
    "slot_two_live": ("assignment", broken_work.find_second_holders),
    "slot_state": ("answer_slot", broken_work.find_slots_off),
    "task_state": ("task", broken_work.find_tasks_off),
    "assignment_submission": ("assignment", broken_work.find_unanswered),
    "submission_owner": ("submission", broken_work.find_misplaced_submissions),
    "submission_review": ("submission", broken_work.find_unreviewed),
    "review_owner": ("review", broken_work.find_misplaced_reviews),
    "lease_overdue": ("assignment", broken_work.find_overdue_leases),
    "review_lease_overdue": ("review", broken_work.find_overdue_reviews),
    "hold_task": ("task", broken_holds.find_tasks_off),
    "hold_slot": ("answer_slot", broken_holds.find_slots_off),
    "hold_work": ("assignment", broken_holds.find_work_off),
    "rework_overdue": ("assignment", broken_holds.find_overdue_rework),
    "verdict_undone": ("verdict", broken_holds.find_unexplained_undoing),
    "review_verdict": ("review", broken_verdicts.find_undecided),
    "assignment_accepted": ("assignment", broken_verdicts.find_unaccepted),
    "returned_without_reason": ("assignment", broken_verdicts.find_unexplained),
    "verdict_self": ("verdict", broken_verdicts.find_own_verdicts),
    "assignment_judge": ("assignment", broken_verdicts.find_judges_at_work),
    "review_out_of_reach": ("review", broken_verdicts.find_stranded_reviews),
    "review_self": ("review", broken_verdicts.find_own_reviews),
    "ledger_assignment": ("assignment", broken_verdicts.find_wrong_pay),
    "ledger_total": ("ledger_line", broken_verdicts.find_wrong_total),
    "ledger_person": ("person", broken_pay.find_wrong_sums),
    "pay_request_line": ("pay_request", broken_pay.find_wrong_requests),
    "pay_request_alone": ("pay_request", broken_pay.find_lone_decisions),
    "statement_sum": ("statement", broken_pay.find_wrong_shares),
    "statement_line": ("ledger_line", broken_pay.find_misplaced_lines),
    "statement_twice": ("assignment", broken_pay.find_double_pay),
    "statement_state": ("statement", broken_pay.find_unclosed_payments),
    "statement_empty": ("statement", broken_pay.find_empty_statements),
    "audit_statement": ("statement", broken_trail.find_untraced_statements),
    "audit_pay_request": ("pay_request", broken_trail.find_untraced_requests),
    "audit_assignment": ("assignment", broken_trail.find_untraced_assignments),
    "audit_review": ("review", broken_trail.find_untraced_reviews),
    "audit_task": ("task", broken_trail.find_untraced_tasks),
    "audit_gap": ("audit", broken_trail.find_gaps),
    "guideline_pinned": ("guideline_version", broken_guidelines.find_unpinned),
    "guideline_dates": ("guideline_version", broken_guidelines.find_misdated),
    "guideline_unread": ("assignment", broken_guidelines.find_unread),
    "audit_guideline": ("guideline_version", broken_trail.find_untraced_guidelines),
    "rendition_state": ("rendition", broken_translations.find_unsettled),
    "rendition_version": ("rendition", broken_translations.find_outdated),
    "rendition_forgotten": ("rendition", broken_translations.find_forgotten),
    "source_place": ("source_text", broken_translations.find_misplaced),
    "bridge_team": ("bridged_channel", broken_translations.find_strange_bridges),
    "notice_approved": ("notice", broken_translations.find_unapproved),
    "issue_timer_stray": ("issue_timer", broken_issues.find_stray_timers),
    "issue_timer_lost": ("issue", broken_issues.find_lost_timers),
    "issue_timer_overdue": ("issue_timer", broken_issues.find_overdue_timers),
    "issue_timer_end": ("issue_timer", broken_issues.find_unended_timers),
    "issue_untold": ("issue_alert", broken_issues.find_untold),
    "issue_owner": ("issue", broken_issues.find_misowned),
    "issue_dates": ("issue", broken_issues.find_misdated),
    "issue_history": ("issue", broken_issues.find_unwritten),
    "issue_history_gap": ("issue_step", broken_issues.find_gaps),
    "issue_nameless": ("issue", broken_issues.find_named),
    "appeal_work": ("assignment", broken_appeals.find_appealed_off),
    "appeal_judge": ("appeal", broken_appeals.find_partial_judges),
    "appeal_state": ("appeal", broken_appeals.find_undecided),
    "appeal_verdict": ("verdict", broken_appeals.find_unasked_overturns),
    "appeal_overdue": ("appeal", broken_appeals.find_overdue_appeals),
    "verdict_unreviewed": ("verdict", broken_appeals.find_unreviewed_off),
    "audit_appeal": ("appeal", broken_trail.find_untraced_appeals),
    "audit_issue": ("issue", broken_trail.find_untraced_issues),
    "outbox_twice": ("outbox", broken_trail.find_told_twice),
    "outbox_stuck": ("outbox", broken_trail.find_stuck_messages),
}
"""Every invariant by its code: the table whose rows it names, and the statement that finds broken ones."""


def check(session: Session, *, now: datetime | None = None) -> tuple[Finding, ...]:
    """Return every broken row, in the order of the invariants; empty when all is well.

    `now` is the instant leases are compared with, by default the present one. Reads whole tables once per
    invariant, so it belongs on a command line and in tests, not in a request.
    """
    moment = now or utc_now()
    cutoffs = {"lease_cutoff": moment - LEASE_SLACK, "sending_cutoff": moment - SENDING_SLACK}
    return tuple(
        Finding(code, table, row["row_id"], ", ".join(f"{k}={v}" for k, v in row.items() if k != "row_id"))
        for code, (table, find) in INVARIANTS.items()
        for row in session.execute(find().limit(MOST_FINDINGS), cutoffs).mappings()
    )
