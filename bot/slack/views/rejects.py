"""The private explanation of a reject: about the work and not the person, with everything needed to go on."""

from __future__ import annotations

from bot.domain.assignment import AssignmentState
from bot.domain.quality import AppealState
from bot.reports.appeals import OwnAppeal
from bot.reports.cards import RejectFacts
from bot.reports.translations import RelayFacts
from bot.slack import ids
from bot.slack.blocks import Json, actions, button, context, fields, fit, section
from bot.slack.content import Content
from bot.slack.ids import Ref
from bot.slack.issue_refs import CardRef
from bot.slack.mrkdwn import inline
from bot.slack.reader import Reader
from bot.slack.views.appeals import appeal_button, denial, say_under_way, withdraw_button
from bot.slack.views.relays import passed_on, relay_buttons
from bot.slack.views.tasks import say_last_word, say_not_lost
from bot.slack.views.work import answer_shown, escalate_button, hold_note, ids_line, links_row
from bot.slack.words import say_reason


def reject_card(
    reader: Reader, facts: RejectFacts, relay: RelayFacts | None = None, appeal: OwnAppeal | None = None
) -> Content:
    """Return the author's card of a reject: open, appealed against, answered by a new round, or found wrong.

    `relay` is the reviewer's sentence in the author's language, if they read another one. `appeal` is the newest
    one against it.
    """
    t = reader.t
    task = f"#{facts.task.task_id}"
    if facts.verdict.overturned and appeal is not None and appeal.state is AppealState.WON:
        text = t("Your appeal about task {task} was right.", task=task)
        more = t("The work is accepted as it is, and the return does not count in your figures.")
        return _closed(reader, facts, "⚖️", text, more)
    if facts.verdict.overturned:
        text = t("The return of task {task} does not count any more.", task=task)
        again = facts.state is AssignmentState.IN_REVIEW and not facts.answered
        more = (
            t("It was not right, so somebody else looks at your work anew. There is nothing to do for you.")
            if again
            else t("It was not right. It is taken out of your figures.")
        )
        return _closed(reader, facts, "↩️", text, more)
    if facts.verdict.undone:
        text = t("The return of task {task} was taken back.", task=task)
        return _closed(
            reader, facts, "↩️", text, t("It is in review as before. There is nothing to do for you.")
        )
    if facts.answered:
        text = t("You handed task {task} in again.", task=task)
        return _closed(
            reader, facts, "📮", text, t("Thank you for going over it again. It is back with the reviewers.")
        )
    if facts.state is AssignmentState.APPEALED and appeal is not None:
        return _appealed(reader, facts, relay, appeal)
    if facts.state is not AssignmentState.RETURNED:
        text = t("Task {task} is no longer with you.", task=task)
        return _closed(reader, facts, "🗂️", text, t("There is nothing left to do here."))
    text = t("Task {task}: could you take one more look?", task=task)
    if facts.last_word:
        text = t("Task {task} goes to somebody else soon.", task=task)
    return Content(text, fit(lambda size: _open(reader, facts, relay, appeal, text, size)))


def _appealed(reader: Reader, facts: RejectFacts, relay: RelayFacts | None, appeal: OwnAppeal) -> Content:
    t = reader.t
    text = t("Your appeal about task {task} is being looked at.", task=f"#{facts.task.task_id}")
    more = say_under_way(reader, appeal.stage)
    return Content(
        text,
        fit(
            lambda size: [
                section(f"⚖️ *{text}*\n{more}"),
                *_said(reader, facts, relay, size),
                *denial(reader, appeal, size),
                *actions(
                    withdraw_button(reader, appeal),
                    *relay_buttons(reader, relay),
                    escalate_button(reader, CardRef("task", facts.task.task_id)),
                ),
                ids_line(reader, facts.task, facts.guideline_version),
            ]
        ),
    )


def _said(
    reader: Reader, facts: RejectFacts, relay: RelayFacts | None, size: int, *more: tuple[str, str]
) -> list[Json]:
    """Return what the reviewer said: the reason, the section, `more` beside them, and the sentence."""
    t, verdict = reader.t, facts.verdict
    return [
        fields(
            (t("Reason"), say_reason(t, verdict.reason) if verdict.reason else "—"),
            (t("Guideline section"), inline(verdict.section or "")),
            *more,
        ),
        *passed_on(reader, t("The reviewer says"), verdict.comment or "", relay, size),
    ]


def _open(
    reader: Reader,
    facts: RejectFacts,
    relay: RelayFacts | None,
    appeal: OwnAppeal | None,
    text: str,
    size: int,
) -> list[Json]:
    t = reader.t
    again = t("Submit again")
    until = facts.rework_until if facts.held is None else None
    return [
        section(f"💬 *{text}*"),
        *hold_note(
            reader, facts.held, t("There is nothing you need to do for now, and your time stands still.")
        ),
        section(say_last_word(reader, until) if facts.last_word else say_not_lost(reader, facts.price)),
        *_said(
            reader,
            facts,
            relay,
            size,
            *([(t("Time"), reader.until(until))] if until is not None and not facts.last_word else []),
        ),
        *denial(reader, appeal, size),
        *answer_shown(reader, facts.task.type, facts.answer, size, "" if facts.last_word else again),
        *links_row(reader, facts.task),
        *actions(
            None
            if facts.last_word
            else button(again, ids.TASK_SUBMIT, Ref(facts.assignment_id, facts.ver), style="primary"),
            appeal_button(reader, facts, appeal),
            *relay_buttons(reader, relay),
            escalate_button(reader, CardRef("task", facts.task.task_id)),
        ),
        context(t("Only you can see this.")),
        ids_line(reader, facts.task, facts.guideline_version),
    ]


def _closed(reader: Reader, facts: RejectFacts, sign: str, text: str, more: str) -> Content:
    return Content(
        text, [section(f"{sign} *{text}*\n{more}"), ids_line(reader, facts.task, facts.guideline_version)]
    )
