"""The office side of pay: closing months, marking them paid, and asking for corrections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.domain.pay import REASON_LIMIT, Money, Month, RequestState, StatementState
from bot.i18n.catalogs import N_
from bot.reports.pay_requests import RequestFacts
from bot.reports.statements import Closable, StatementFacts, StatementRow
from bot.slack import ids
from bot.slack.blocks import Json, context, section
from bot.slack.content import Content
from bot.slack.inputs import choice, modal, text_input
from bot.slack.mrkdwn import inline, one_line
from bot.slack.reader import Reader
from bot.slack.views.pay import say_amounts, say_month
from bot.slack.views.trouble import say

_MOST_SHARES = 40

_STATES = {StatementState.CLOSED: N_("closed, not paid yet"), StatementState.PAID: N_("paid")}


def statement_list(reader: Reader, key: str, rows: Sequence[StatementRow], waiting: int) -> Content:
    """Return a project's statements, the newest first, and how many corrections wait for a second person."""
    t = reader.t
    text = t("Statements of {key}", key=inline(key, 20))
    lines = [
        " · ".join(
            [
                f"*{say_month(reader, row.month)}*",
                say_amounts(reader, row.totals),
                t.plural("{n} person", "{n} people", row.people),
                t(_STATES[row.state]),
            ]
        )
        for row in rows
    ] or [t("No month is closed yet.")]
    blocks = [section("\n".join([f"🧾 *{text}*", *lines]))]
    if waiting:
        blocks.append(
            context(
                t.plural(
                    "{n} correction waits for a second person.",
                    "{n} corrections wait for a second person.",
                    waiting,
                )
            )
        )
    return Content(text, blocks)


class ClosedFacts(Protocol):
    """A month that was closed."""

    @property
    def month(self) -> Month:
        """Which one."""
        ...

    @property
    def people(self) -> int:
        """How many get something."""
        ...

    @property
    def lines(self) -> int:
        """Ledger lines in it."""
        ...

    @property
    def totals(self) -> tuple[Money, ...]:
        """Sums by currency."""
        ...

    @property
    def carried(self) -> int:
        """People whose lines wait, because they come to less than nothing."""
        ...


class PaidFacts(Protocol):
    """A statement that was marked as paid."""

    @property
    def month(self) -> Month:
        """Of which month."""
        ...

    @property
    def people(self) -> int:
        """How many were told."""
        ...

    @property
    def totals(self) -> tuple[Money, ...]:
        """Sums by currency."""
        ...


def pay_closed(reader: Reader, key: str, closed: ClosedFacts) -> Content:
    """Confirm that a month is closed, with what is in it."""
    t = reader.t
    text = t(
        "{month} of {key} is closed: {amount}",
        month=say_month(reader, closed.month),
        key=inline(key, 20),
        amount=say_amounts(reader, closed.totals),
    )
    lines = _contents(reader, closed.people, closed.lines, closed.carried)
    note = context(
        t("Everybody in it is told their own amount. Mark it as paid once the money is on its way.")
    )
    return Content(text, [section("\n".join([f"✅ *{text}*", *lines])), note])


def _contents(reader: Reader, people: int, lines: int, carried: int) -> list[str]:
    t = reader.t
    said = [
        t(
            "{people} people, {lines} ledger lines",
            people=reader.number(people),
            lines=reader.number(lines),
        )
    ]
    if carried:
        said.append(
            t.plural(
                "{n} person's lines come to less than nothing and wait for a later month.",
                "{n} people's lines come to less than nothing and wait for a later month.",
                carried,
            )
        )
    return said


def pay_paid(reader: Reader, key: str, paid: PaidFacts) -> Content:
    """Confirm that a statement is marked as paid."""
    t = reader.t
    text = t(
        "{month} of {key} is marked as paid: {amount}",
        month=say_month(reader, paid.month),
        key=inline(key, 20),
        amount=say_amounts(reader, paid.totals),
    )
    return Content(text, [section(f"✅ *{text}*"), context(t("Everybody in it is being told."))])


def pay_asked(reader: Reader, approvers: int) -> Content:
    """Confirm that a correction waits for a second person."""
    return say(
        "⚖️ "
        + reader.t.plural(
            "{n} other person can approve it and has been asked. Nothing changes before that.",
            "{n} other people can approve it and have been asked. Nothing changes before one does.",
            approvers,
        )
    )


_SETTLED = {
    RequestState.ASKED: N_("It waits for a second person."),
    RequestState.APPROVED: N_("Approved. The ledger has a new line and the person is told."),
    RequestState.DECLINED: N_("Declined. The ledger stays as it is."),
    RequestState.WITHDRAWN: N_("Taken back. The ledger stays as it is."),
}


def pay_decided(reader: Reader, state: RequestState) -> Content:
    """Confirm what was decided about a correction."""
    return say("⚖️ " + reader.t(_SETTLED[state]))


def close_form(reader: Reader, project_id: int, key: str, month: Month, closable: Closable) -> Json:
    """Return the question whether to close a month, with what that would take in."""
    t = reader.t
    head = t(
        "{month} of {key}: {amount}",
        month=say_month(reader, month),
        key=inline(key, 20),
        amount=say_amounts(reader, closable.totals),
    )
    lines = _contents(reader, closable.people, closable.lines, closable.carried)
    note = context(t("A closed month is not opened again; corrections go into a later one."))
    return modal(
        t,
        ids.FORM_PAY_CLOSE,
        t("Close a month"),
        t("Close the month"),
        [section("\n".join([f"*{head}*", *lines])), note],
        metadata=f"{project_id}.{month}",
    )


def paid_form(reader: Reader, facts: StatementFacts) -> Json:
    """Return the question whether a statement has been paid, with everybody's share."""
    t = reader.t
    head = t(
        "{month} of {key}: {amount}",
        month=say_month(reader, facts.month),
        key=inline(facts.project_key, 20),
        amount=say_amounts(reader, facts.totals),
    )
    lines = [
        f"{inline(share.nickname, 40)}: {reader.money(Money(share.amount_minor, share.currency))}"
        for share in facts.shares[:_MOST_SHARES]
    ]
    if left := len(facts.shares) - len(lines):
        lines.append(t.plural("And {n} more.", "And {n} more.", left))
    shares = [section("\n".join(lines[at : at + 15])) for at in range(0, len(lines), 15)]
    note = context(t("Everybody in it is told that the money is on its way."))
    return modal(
        t,
        ids.FORM_PAY_PAID,
        t("Mark as paid"),
        t("Mark as paid"),
        [section(f"*{head}*"), *shares, note],
        metadata=str(facts.id),
    )


def adjust_form(
    reader: Reader, project_id: int, key: str, currency: str, people: Sequence[tuple[int, str]]
) -> Json:
    """Return the form of a correction; `people` are (id, nickname) of those who can be paid."""
    t = reader.t
    blocks = [
        section(t("A correction of pay in {key}. A second person has to approve it.", key=inline(key, 20))),
        choice(t("For whom?"), ids.PERSON, [(str(id), one_line(name, 40)) for id, name in people]),
        text_input(
            t("Amount in {currency}", currency=currency),
            ids.AMOUNT,
            multiline=False,
            limit=20,
            placeholder="5000",
            hint=t("With a minus sign in front it is taken off."),
        ),
        _reason(reader),
    ]
    return modal(t, ids.FORM_PAY_ADJUST, t("Correct pay"), t("Ask"), blocks, metadata=str(project_id))


def _reason(reader: Reader) -> Json:
    t = reader.t
    return text_input(
        t("Reason"), ids.REASON, limit=REASON_LIMIT, hint=t("The person who is paid reads it too.")
    )


def void_form(reader: Reader, project_id: int, key: str) -> Json:
    """Return the form that takes back the pay of one accepted assignment."""
    t = reader.t
    blocks = [
        section(
            t(
                "Takes back what one accepted task of {key} has earned. A second person has to approve it.",
                key=inline(key, 20),
            )
        ),
        text_input(
            t("Number of the assignment"),
            ids.ASSIGNMENT,
            multiline=False,
            limit=18,
            hint=t("It stands in the export of pay, in the column assignment_id."),
        ),
        _reason(reader),
    ]
    return modal(t, ids.FORM_PAY_VOID, t("Take pay back"), t("Ask"), blocks, metadata=str(project_id))


def decline_form(reader: Reader, facts: RequestFacts) -> Json:
    """Return the form in which somebody says why a correction is not approved."""
    t = reader.t
    blocks = [text_input(t("A word to who asked"), ids.NOTE, limit=REASON_LIMIT, optional=True)]
    return modal(t, ids.FORM_PAY_DECLINE, t("Decline"), t("Decline"), blocks, metadata=str(facts.id))
