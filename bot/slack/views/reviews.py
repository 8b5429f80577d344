"""A reviewer's card in each of its states, the list of reviews, and the replies to verdicts."""

from __future__ import annotations

from datetime import datetime

from bot.domain.review import Decision, ReviewLevel, ReviewState
from bot.reports.cards import ReviewFacts
from bot.reports.desk import LIST_LIMIT, HeldReview
from bot.reports.translations import RelayFacts
from bot.slack import ids
from bot.slack.blocks import Json, Run, actions, button, context, fields, fit, quote, section
from bot.slack.content import Content
from bot.slack.graphemes import cut
from bot.slack.ids import Ref
from bot.slack.issue_refs import CardRef
from bot.slack.mrkdwn import inline, one_line, showable
from bot.slack.reader import Reader
from bot.slack.views.relays import passed_on, relay_buttons
from bot.slack.views.work import (
    answer_shown,
    changes,
    escalate_button,
    hold_note,
    ids_line,
    links_row,
    material,
    project_name,
)
from bot.slack.words import say_reason, say_type, symbol


def review_card(
    reader: Reader,
    facts: ReviewFacts,
    person_id: int | None = None,
    *,
    may_take: bool = True,
    note: RelayFacts | None = None,
) -> Content:
    """Return the card of a review as it stands.

    `person_id` is whose card it is; somebody who no longer has the review sees where it went and no content.
    None stands for whoever has it. Without `may_take` a review that waits is not offered to them. `note` is
    what the reviewer asks in the reader's language, if they read another one.
    """
    mine = person_id in (None, facts.reviewer_id)
    if mine and facts.state is ReviewState.CLAIMED:
        headline = _headline(reader, facts)
        blocks = fit(lambda size: _claimed(reader, facts, note, headline, size))
        until = f" · {reader.until(facts.lease_until)}" if facts.lease_until else ""
        if facts.held is not None:
            on_hold = reader.t("on hold")
            until = f" · {on_hold}"
        return Content(f"{headline} · #{facts.task.task_id}{until}", blocks)
    if mine and facts.verdict:
        sign, headline, more, row = _decided(reader, facts)
    else:
        sign, headline, more, row = _moved_on(reader, facts, person_id, may_take=may_take)
    blocks = [
        section(f"{sign} *{headline}*\n{more}"),
        *actions(*row),
        _foot(reader, facts),
    ]
    return Content(f"{headline} · #{facts.task.task_id}", blocks)


def _foot(reader: Reader, facts: ReviewFacts) -> Json:
    return ids_line(reader, facts.task, facts.guideline_version)


def _headline(reader: Reader, facts: ReviewFacts) -> str:
    t = reader.t
    kind = say_type(t, facts.task.type)
    if facts.round > 1:
        return t("{type}: review of round {round}", type=kind, round=facts.round)
    return t("{type}: review", type=kind)


def _claimed(
    reader: Reader, facts: ReviewFacts, note: RelayFacts | None, headline: str, size: int
) -> list[Json]:
    t = reader.t
    open_form = t("Fix and accept")
    facts_shown = [
        (t("Project"), project_name(facts.task)),
        (t("Handed in"), reader.time(facts.submitted_at)),
    ]
    if facts.lease_until is not None and facts.held is None:
        facts_shown.insert(0, (t("Time"), reader.until(facts.lease_until)))
    return [
        section(f"{symbol(facts.task.type)} *{headline}*"),
        *hold_note(
            reader, facts.held, t("It stays with you and can be judged once that is over. No clock runs.")
        ),
        fields(*facts_shown, (t("Type"), say_type(t, facts.task.type))),
        *_handed_over_note(reader, facts, note, size),
        *material(reader, facts.task, size, open_form),
        *answer_shown(reader, facts.task.type, facts.answer, size, open_form),
        *_last_round(reader, facts, size),
        *links_row(reader, facts.task),
        *actions(*_verdict_buttons(reader, facts)),
        _foot(reader, facts),
    ]


def _handed_over_note(reader: Reader, facts: ReviewFacts, note: RelayFacts | None, size: int) -> list[Json]:
    if not facts.handed_over_note:
        return []
    asked = passed_on(reader, reader.t("The reviewer asks"), facts.handed_over_note, note, size)
    return [*asked, *actions(*relay_buttons(reader, note))]


def _last_round(reader: Reader, facts: ReviewFacts, size: int) -> list[Json]:
    """Return what was asked for in the round before, and what the worker changed since."""
    t = reader.t
    shown: list[Json] = []
    asked = facts.previous_verdict
    if asked is not None and asked.reason is not None:
        parts = [t("Asked for last time"), say_reason(t, asked.reason), one_line(asked.section or "")]
        title = " · ".join(part for part in parts if part)
        shown.append(quote(title, [Run(cut(showable(asked.comment or ""), size))]))
    if facts.previous_answer is not None:
        shown += changes(
            reader, facts.task.type, facts.previous_answer, facts.answer, size, t("Changed since then")
        )
    return shown


def _verdict_buttons(reader: Reader, facts: ReviewFacts) -> list[Json | None]:
    t = reader.t
    ref = Ref(facts.review_id, facts.ver)
    up = button(t("To a supervisor"), ids.REVIEW_HAND_OVER, ref)
    if facts.held is not None:
        return [escalate_button(reader, CardRef("task", facts.task.task_id))]
    return [
        button(t("Accept"), ids.REVIEW_ACCEPT, ref, style="primary"),
        button(t("Fix and accept"), ids.REVIEW_FIX, ref),
        button(t("Return"), ids.REVIEW_REJECT, ref, style="danger"),
        up if facts.level is ReviewLevel.REVIEWER else None,
        escalate_button(reader, CardRef("task", facts.task.task_id)),
    ]


def next_button(reader: Reader) -> Json:
    """Return the button that offers the next review."""
    return button(reader.t("Next review"), ids.REVIEW_NEXT, style="primary")


def _undo_button(reader: Reader, ref: Ref) -> Json:
    return button(reader.t("Take it back"), ids.REVIEW_UNDO, ref)


def say_decision(reader: Reader, decision: Decision) -> str:
    """Return what a verdict was, as a sentence."""
    t = reader.t
    return {
        Decision.ACCEPT: t("You accepted this work"),
        Decision.FIX_ACCEPT: t("You accepted this work with your correction"),
        Decision.REJECT: t("You returned this work with an explanation"),
    }[decision]


_Moved = tuple[str, str, str, list[Json | None]]


def _decided(reader: Reader, facts: ReviewFacts) -> _Moved:
    t = reader.t
    assert facts.verdict is not None
    sign = _VERDICT_SIGNS[facts.verdict.decision]
    headline = say_decision(reader, facts.verdict.decision)
    if reader.now >= facts.verdict.undo_until:
        return sign, headline, t("Thank you for the review."), [next_button(reader)]
    more = t("You can take it back until {time} ({left} left).", **reader.deadline(facts.verdict.undo_until))
    undo = _undo_button(reader, Ref(facts.review_id, facts.ver))
    return sign, headline, more, [next_button(reader), undo]


def _moved_on(reader: Reader, facts: ReviewFacts, person_id: int | None, *, may_take: bool) -> _Moved:
    """Return the card of somebody who no longer has the review: no content, and a way on."""
    t = reader.t
    if facts.state is ReviewState.WAITING and person_id and person_id == facts.handed_over_by_id:
        return (
            "🤝",
            t("You handed this review to the supervisors"),
            t("One of them takes it from here. Thank you for looking at it carefully."),
            [next_button(reader)],
        )
    if facts.state is ReviewState.WAITING and may_take:
        again = button(t("Take it again"), ids.REVIEW_CLAIM, Ref(facts.review_id, facts.ver))
        return (
            "⌛",
            t("The time ran out, so this review is free again"),
            t("No harm done. You can take it again as long as it is free."),
            [next_button(reader), again],
        )
    return (
        "🗂️",
        t("Somebody else looks after this review"),
        t("There is nothing left to do here."),
        [next_button(reader)],
    )


def review_claim_reply(reader: Reader, facts: ReviewFacts) -> Content:
    """Return the answer to asking for a review; the card itself follows in the direct messages."""
    t = reader.t
    text = t(
        "The review of task {task} is yours until {time} ({left} left). Its card is in our direct messages.",
        task=f"#{facts.task.task_id}",
        **reader.deadline(facts.lease_until or reader.now),
    )
    return Content(text, [section(f"🔍 {text}")])


def review_list(reader: Reader, reviews: tuple[HeldReview, ...], more: list[Json] | None = None) -> Content:
    """Return the reviews in hand and those reserved for the person; `more` rows are second looks, and come first."""
    t = reader.t
    if not reviews and more:
        text = t("A second look is wanted.")
        return Content(text, [section(f"*{text}*"), *more])
    if not reviews:
        text = t("You have no review in hand.")
        return Content(text, [section(text), *actions(next_button(reader))])
    text = t.plural("You have {n} review in hand.", "You have {n} reviews in hand.", len(reviews))
    blocks = [section(f"*{text}*"), *(more or ()), *(review_row(reader, review) for review in reviews)]
    if len(reviews) == LIST_LIMIT:
        blocks.append(context(t("Only the first {n} are listed.", n=LIST_LIMIT)))
    return Content(text, blocks)


def review_row(reader: Reader, review: HeldReview) -> Json:
    """One line of a list of reviews; rework that waits for the person has a button to take it."""
    t = reader.t
    line = f"{symbol(review.type)} *#{review.task_id}* · {inline(review.project_key)}"
    if review.level is ReviewLevel.SUPERVISOR:
        level = t("for a supervisor")
        line += f" · {level}"
    since = reader.time(review.since)
    if not review.reserved:
        where = t("Yours since {time}; its card is in our direct messages.", time=since)
        return section(f"{line}\n{where}")
    take = button(t("Review it"), ids.REVIEW_CLAIM, Ref(review.review_id, review.ver), style="primary")
    came = t("Came back {time} with changes", time=since)
    return section(f"{line}\n{came}", take)


_VERDICT_SIGNS = {Decision.ACCEPT: "✅", Decision.FIX_ACCEPT: "✅", Decision.REJECT: "💬"}


def verdict_reply(reader: Reader, decision: Decision | None, undo_until: datetime | None) -> Content:
    """Confirm a verdict; None as decision stands for a review that was handed to the supervisors."""
    t = reader.t
    headline = say_decision(reader, decision) if decision else t("You handed this review to the supervisors")
    text = f"{headline}."
    if undo_until is not None:
        text += " " + t("You can take it back until {time} ({left} left).", **reader.deadline(undo_until))
    sign = _VERDICT_SIGNS[decision] if decision else "🤝"
    return Content(text, [section(f"{sign} {text}"), *actions(next_button(reader))])


def undo_reply(reader: Reader) -> Content:
    """Confirm that a verdict was taken back."""
    text = reader.t("Your verdict is taken back. The review is in your hands again.")
    return Content(text, [section(f"↩️ {text}")])


def reserved_notice(reader: Reader, facts: ReviewFacts) -> Content:
    """Tell the reviewer that work they returned came back changed."""
    t = reader.t
    text = t("Task {task}, which you had returned, came back with changes.", task=f"#{facts.task.task_id}")
    more = ""
    if facts.lease_until and facts.lease_until > reader.now:
        more = t("It is kept for you until {time} ({left} left).", **reader.deadline(facts.lease_until))
    return _notice(reader, facts, f"🔁 *{text}*\n{more}".rstrip(), text)


def handed_over_notice(reader: Reader, facts: ReviewFacts) -> Content:
    """Ask a supervisor to judge; the reviewer's question is shown once they take the review."""
    t = reader.t
    text = t("A reviewer would like a supervisor to judge task {task}.", task=f"#{facts.task.task_id}")
    return _notice(reader, facts, f"🙋 *{text}*", text)


def _notice(reader: Reader, facts: ReviewFacts, said: str, text: str) -> Content:
    t = reader.t
    take = button(t("Review it"), ids.REVIEW_CLAIM, Ref(facts.review_id, facts.ver), style="primary")
    return Content(text, [section(said), *actions(take), _foot(reader, facts)])
