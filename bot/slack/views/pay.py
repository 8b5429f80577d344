"""A person's own pay: what is on its way and how far it has come. For their own eyes only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from bot.domain.pay import LedgerKind, Money, Month, PayState
from bot.i18n import formats
from bot.i18n.catalogs import N_, Catalog
from bot.reports.pay import Pay, ProjectPay
from bot.reports.pay_sums import PayLine
from bot.slack import ids
from bot.slack.blocks import Json, actions, button, context, fields, fit, section
from bot.slack.content import Content
from bot.slack.mrkdwn import inline
from bot.slack.reader import Reader

_MOST_PROJECTS = 12
_MOST_LINES = 30
_TASK = 60

_STATES = {
    PayState.PENDING: N_("being reviewed"),
    PayState.EARNED: N_("earned"),
    PayState.PAYABLE: N_("in a statement"),
    PayState.PAID: N_("paid"),
}
_LINES = {
    LedgerKind.EARNED: N_("accepted"),
    LedgerKind.VOID: N_("taken back"),
    LedgerKind.ADJUSTMENT: N_("adjustment"),
}


def say_month(reader: Reader, month: Month) -> str:
    """Return a month by name: "2026년 11월", "November 2026"."""
    return formats.calendar_month(date(month.year, month.month, 1), reader.language)


def say_amounts(reader: Reader, amounts: Iterable[Money]) -> str:
    """Return amounts of several currencies beside each other, "—" for none."""
    return " · ".join(reader.money(amount) for amount in amounts) or formats.NOTHING


def pay_shown(reader: Reader, pay: Pay, month: Month | None = None) -> Content:
    """Return somebody's own pay by project, of a month or of all the time."""
    t = reader.t
    text = t("Your pay in {month}", month=say_month(reader, month)) if month else t("Your pay so far")
    if not pay.projects:
        empty = t("Nothing is earned here yet. Accepted work appears at once.")
        return Content(text, [section(f"💰 *{text}*\n{empty}"), *_periods(t, month)])
    blocks: list[Json] = [section(f"💰 *{text}*")]
    for project in pay.projects[:_MOST_PROJECTS]:
        blocks += _project(reader, project)
    if (left := len(pay.projects) - _MOST_PROJECTS) > 0:
        blocks.append(context(t.plural("And {n} more project.", "And {n} more projects.", left)))
    blocks += [*_periods(t, month), context(*_notes(t, pay))]
    return Content(text, blocks)


def _project(reader: Reader, pay: ProjectPay) -> list[Json]:
    t = reader.t
    title = inline(pay.project_key, 20)
    total = reader.money(pay.total)
    accepted = t.plural("{n} accepted answer", "{n} accepted answers", pay.accepted)
    said = [f"*{title}* · *{total}* ({accepted})"]
    if pay.hourly is not None and pay.minutes is not None:
        rate = t(
            "About {amount} an hour: {minutes} minutes for an answer, rework included (median)",
            amount=reader.money(pay.hourly),
            minutes=reader.decimal(pay.minutes),
        )
        said.append(f"⏱️ {rate}")
    if pay.adjusted.minor:
        said.append(t("Adjustments in it: {amount}", amount=reader.money(pay.adjusted)))
    if pay.withheld is not None:
        said.append(t("Of it 3.3 % may be withheld, about {amount}.", amount=reader.money(pay.withheld)))
    return [
        section("\n".join(said), button(t("Line by line"), ids.PAY_LINES, pay.project_id)),
        fields(
            (t("Being reviewed (estimate)"), reader.money(pay.pending)),
            (t("Earned"), reader.money(pay.earned)),
            (t("To be paid"), reader.money(pay.payable)),
            (t("Paid"), reader.money(pay.paid)),
        ),
    ]


def _periods(t: Catalog, month: Month | None) -> list[Json]:
    return actions(
        button(t("This month"), ids.PAY_SHOW, "this"),
        button(t("Last month"), ids.PAY_SHOW_LAST, "last"),
        button(t("All of it"), ids.PAY_SHOW_ALL, "all") if month else None,
    )


def _notes(t: Catalog, pay: Pay) -> list[str]:
    notes = [t("Only you can see this. The price of a task is fixed when you take it.")]
    if any(project.withheld is not None for project in pay.projects):
        notes.append(t("What is withheld is an estimate, not a tax statement."))
    if any(project.hourly is None for project in pay.projects):
        notes.append(t("An hourly figure appears from five accepted answers on."))
    return notes


def pay_lines(reader: Reader, key: str, lines: Sequence[PayLine]) -> Content:
    """Return the newest lines of somebody's own ledger in one project."""
    t = reader.t
    text = t("Your pay in {key}, line by line", key=inline(key, 20))
    if not lines:
        empty = t("There is no line yet.")
        return Content(text, [section(f"🧾 *{text}*\n{empty}")])

    def build(size: int) -> list[Json]:
        shown = [_line(reader, line) for line in lines[: max(5, _MOST_LINES * size // 3000)]]
        more = len(lines) - len(shown)
        left = t.plural("And {n} older line.", "And {n} older lines.", more) if more else ""
        return [
            section(f"🧾 *{text}*"),
            *(section("\n".join(shown[at : at + 10])) for at in range(0, len(shown), 10)),
            *([context(left)] if left else []),
            context(t("Only you can see this.")),
        ]

    return Content(text, fit(build))


def _line(reader: Reader, line: PayLine) -> str:
    t = reader.t
    amount = reader.money(Money(line.amount_minor, line.currency))
    about = [inline(line.task, _TASK)] if line.task else []
    if line.reason:
        about.append(inline(line.reason, _TASK))
    said = " · ".join([reader.time(line.at), *about, t(_LINES[line.kind]), t(_STATES[line.state])])
    return f"*{amount}* · {said}"
