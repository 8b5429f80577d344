"""News about pay: to the person who is paid, and to those of whom one decides about a correction."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.pay import Money, Month, RequestKind, RequestState
from bot.i18n.catalogs import N_
from bot.outbox.pay_messages import PayChange
from bot.reports.pay_requests import RequestFacts
from bot.reports.statements import ShareRow
from bot.reports.translations import RelayFacts
from bot.slack import ids
from bot.slack.blocks import Json, Run, actions, ask, button, context, fields, quote, section
from bot.slack.content import Content
from bot.slack.mrkdwn import inline, one_line
from bot.slack.reader import Reader
from bot.slack.views.pay import say_amounts, say_month
from bot.slack.views.relays import passed_on, relay_buttons

_REASON = 300

_DECIDED = {
    RequestState.APPROVED: N_("Approved by {name} at {time}"),
    RequestState.DECLINED: N_("Declined by {name} at {time}"),
    RequestState.WITHDRAWN: N_("Taken back by {name} at {time}"),
}


def pay_request_card(
    reader: Reader, facts: RequestFacts, viewer_id: int, relay: RelayFacts | None = None
) -> Content:
    """Return a correction of pay as it stands now: to decide about, or for whoever asked to take back.

    Nobody decides about their own pay or their own request, so they get no button for it. `relay` is the reason
    in the reader's language, if they read another one.
    """
    t = reader.t
    key, payee = inline(facts.project_key, 20), inline(facts.payee, 40)
    if facts.kind is RequestKind.VOID:
        text = t("Taking back pay in {key} needs a second person", key=key)
    else:
        text = t("A correction of pay in {key} needs a second person", key=key)
    if facts.state is not RequestState.ASKED:
        text = t("A correction of pay in {key} is settled", key=key)
    pairs = [
        (t("For"), payee),
        (t("Amount"), reader.money(Money(facts.amount_minor, facts.currency))),
        (t("Asked by"), inline(facts.asked_by, 40)),
    ]
    if facts.task:
        pairs.append((t("Task"), inline(facts.task, 60)))
    return Content(
        text,
        [
            section(f"⚖️ *{text}*"),
            fields(*pairs),
            *passed_on(reader, t("Reason"), facts.reason, relay, _REASON),
            *actions(*relay_buttons(reader, relay)),
            *_decision(reader, facts, viewer_id),
        ],
    )


def _decision(reader: Reader, facts: RequestFacts, viewer_id: int) -> list[Json]:
    t = reader.t
    if facts.state is not RequestState.ASKED:
        said = t(
            _DECIDED[facts.state],
            name=inline(facts.decided_by or facts.asked_by, 40),
            time=reader.time(facts.decided_at or facts.asked_at),
        )
        note = quote(t("Note"), [Run(one_line(facts.note, _REASON))]) if facts.note else None
        return [context(said), *([note] if note else [])]
    if viewer_id == facts.asked_by_id:
        return [
            *actions(button(t("Take back"), ids.PAY_WITHDRAW, facts.id)),
            context(t("Somebody else has to look at it. You will be told here.")),
        ]
    if viewer_id == facts.payee_id:
        return [context(t("Somebody else has to look at it. You will be told here."))]
    sure = ask(
        t("Approve this?"),
        t("The ledger gets a new line; lines that are there are never changed."),
        t("Approve"),
        t("Not yet"),
        "primary",
    )
    return actions(
        button(t("Approve"), ids.PAY_APPROVE, facts.id, style="primary", confirm=sure),
        button(t("Decline"), ids.PAY_DECLINE, facts.id),
    )


def pay_changed(
    reader: Reader,
    what: PayChange,
    key: str,
    shares: Sequence[ShareRow] = (),
    request: RequestFacts | None = None,
    month: Month | None = None,
    relay: RelayFacts | None = None,
) -> Content:
    """Tell somebody what has changed about their own pay; `shares` are their own part of a statement.

    `relay` is the reason of a correction in the reader's language, if they read another one.
    """
    t = reader.t
    values = {"key": inline(key, 20), "month": say_month(reader, month) if month else "—"}
    amount = say_amounts(reader, (Money(share.amount_minor, share.currency) for share in shares))
    if what is PayChange.CLOSED:
        text = t("Your statement of {key} for {month}: {amount}", amount=amount, **values)
        more = t("The month is closed and the amount will be paid. Please ask if a line surprises you.")
    elif what is PayChange.PAID:
        text = t("Paid for {key}, {month}: {amount}", amount=amount, **values)
        more = t("The PM has marked it as paid. It may take a day or two to arrive.")
    else:
        changed = Money(request.amount_minor, request.currency) if request else Money(0, "KRW")
        values["amount"] = reader.money(changed)
        if what is PayChange.ADJUSTED:
            text = t("Your pay in {key} was corrected: {amount}", **values)
        else:
            text = t("Pay of one task in {key} was taken back: {amount}", **values)
        more = t("Two people have looked at it. Please ask if it surprises you.")
    blocks = [section(f"💰 *{text}*\n{more}")]
    if request is not None:
        blocks += passed_on(reader, t("Reason"), request.reason, relay, _REASON)
    return Content(
        text,
        [
            *blocks,
            *actions(button(t("My pay"), ids.PAY_SHOW, "this"), *relay_buttons(reader, relay)),
            context(t("Only you can see this.")),
        ],
    )
