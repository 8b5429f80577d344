"""Home for those who take tasks: what is in their hands, what is theirs to read, and their own pay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from bot.domain.assignment import AssignmentState
from bot.domain.pay import Money
from bot.reports.desk import HeldTask
from bot.reports.notices import NoticeFacts
from bot.reports.pay_sums import ProjectPay
from bot.slack import ids
from bot.slack.blocks import Json, actions, button, context, divider, fields, section
from bot.slack.ids import Ref
from bot.slack.reader import Reader
from bot.slack.views import notices as notice_views
from bot.slack.views import tasks as task_views
from bot.slack.views.pay import say_amounts

_MOST_TASKS = 12
_MOST_NOTICES = 3


def unread_section(reader: Reader, notices: Sequence[NoticeFacts]) -> list[Json]:
    """Return the notices somebody has yet to read."""
    if not notices:
        return []
    title = reader.t("Notices to read")
    rows = [notice_views.unread_row(reader, notice) for notice in notices[:_MOST_NOTICES]]
    return [divider(), section(f"*{title}*"), *rows]


def tasks_section(reader: Reader, tasks: Sequence[HeldTask]) -> list[Json]:
    """Return what somebody has in hand, with the time left; what came back stands first."""
    if not tasks:
        return []
    t = reader.t
    title = t("In your hands")
    shown = [divider(), section(f"*{title}*")]
    for task in tasks[:_MOST_TASKS]:
        ref = Ref(task.assignment_id, task.ver)
        again = task.state is AssignmentState.RETURNED
        shown.append(task_views.task_row(reader, task, with_button=False))
        if task.last_word:
            continue
        shown += actions(
            button(t("Submit again") if again else t("Submit"), ids.TASK_SUBMIT, ref, style="primary"),
            None if again or task.extended else button(t("More time"), ids.TASK_EXTEND, ref),
            button(t("Cannot be worked on"), ids.TASK_UNUSABLE, ref),
            task_views.release_button(reader, ref),
        )
    if (left := len(tasks) - _MOST_TASKS) > 0:
        shown.append(context(t.plural("And {n} more.", "And {n} more.", left)))
    return shown


def pay_section(reader: Reader, pay: Sequence[ProjectPay]) -> list[Json]:
    """Return somebody's own pay in four sums, and the way to each project's."""
    if not pay:
        return []
    t = reader.t
    title = t("Your pay")
    return [
        divider(),
        section(f"*{title}*", button(t("Details"), ids.PAY_SHOW, "this")),
        fields(
            (t("Being reviewed (estimate)"), _sum(reader, ((p.currency, p.pending) for p in pay))),
            (t("Earned"), _sum(reader, ((p.currency, p.earned) for p in pay))),
            (t("To be paid"), _sum(reader, ((p.currency, p.payable) for p in pay))),
            (t("Paid"), _sum(reader, ((p.currency, p.paid) for p in pay))),
        ),
    ]


def _sum(reader: Reader, amounts: Iterable[tuple[str, int]]) -> str:
    total: Counter[str] = Counter()
    for currency, minor in amounts:
        total[currency] += minor
    return say_amounts(reader, (Money(total[currency], currency) for currency in sorted(total)))
