"""A second look at returned work: the card of whoever takes it, its forms, and what its author is told."""

from __future__ import annotations

from bot.domain.pay import Money
from bot.domain.quality import APPEAL_LIMIT, APPEAL_WINDOW, AppealStage, AppealState
from bot.domain.review import COMMENT_LIMIT
from bot.reports.appeals import AppealFacts, OwnAppeal, WaitingAppeal
from bot.reports.cards import RejectFacts
from bot.reports.translations import RelayFacts
from bot.slack import ids
from bot.slack.blocks import (
    Json,
    Run,
    actions,
    ask,
    button,
    context,
    fields,
    fit,
    quote,
    section,
)
from bot.slack.content import Content
from bot.slack.graphemes import cut
from bot.slack.ids import FormRef, Ref
from bot.slack.inputs import modal, text_input
from bot.slack.issue_refs import CardRef
from bot.slack.mrkdwn import inline, one_line, showable
from bot.slack.reader import Reader
from bot.slack.views.relays import passed_on, relay_buttons
from bot.slack.views.reviews import next_button
from bot.slack.views.work import (
    answer_shown,
    escalate_button,
    hold_note,
    ids_line,
    links_row,
    material,
    project_name,
)
from bot.slack.words import say_reason, say_type, symbol


def appeal_card(
    reader: Reader,
    facts: AppealFacts,
    person_id: int,
    *,
    may_take: bool,
    words: RelayFacts | None = None,
) -> Content:
    """Return the card of an appeal for somebody who judges it, could, or has.

    A second reviewer is told nothing of the first verdict, not even that there was one: they judge the work alone.
    `words` are the author's in the reader's language, if they read another one.
    """
    t = reader.t
    task = f"#{facts.reject.task.task_id}"
    mine = facts.reviewer_id == person_id
    if mine and facts.state is AppealState.CLAIMED:
        headline = _headline(reader, facts)
        until = f" · {reader.until(facts.lease_until)}" if facts.lease_until else ""
        return Content(
            f"{headline} · {task}{until}", fit(lambda size: _claimed(reader, facts, words, headline, size))
        )
    row: list[Json | None] = [next_button(reader)]
    if mine and facts.state is AppealState.WON:
        sign, text, more = "✅", t("You found this work right"), t("Thank you for the review.")
    elif mine and facts.state is AppealState.DENIED:
        sign, text = "💬", t("You explained what this work still needs")
        more = t("Thank you for the review.")
    elif facts.state is AppealState.WAITING and may_take:
        take = button(t("Look at it"), ids.APPEAL_TAKE, Ref(facts.appeal_id, facts.ver), style="primary")
        row = [take]
        sign, text = "🙋", t("Could you look at task {task}?", task=task)
        more = (
            t("Its author asks for a supervisor. You see everything once you take it.")
            if facts.stage is AppealStage.SUPERVISOR
            else t("The time ran out, so anybody may take it now. You may, too.")
        )
    else:
        sign, text = "🗂️", t("Somebody else looks after this review")
        more = t("There is nothing left to do here.")
    said = text if task in text else f"{text} · {task}"
    return Content(said, [section(f"{sign} *{text}*\n{more}"), *actions(*row), _foot(reader, facts)])


def _foot(reader: Reader, facts: AppealFacts) -> Json:
    return ids_line(reader, facts.reject.task, facts.reject.guideline_version)


def _headline(reader: Reader, facts: AppealFacts) -> str:
    t = reader.t
    kind = say_type(t, facts.reject.task.type)
    if facts.stage is AppealStage.SUPERVISOR:
        return t("{type}: an appeal for you to decide", type=kind)
    return t("{type}: a second look", type=kind)


def _claimed(
    reader: Reader, facts: AppealFacts, words: RelayFacts | None, headline: str, size: int
) -> list[Json]:
    t = reader.t
    reject = facts.reject
    above = facts.stage is AppealStage.SUPERVISOR
    until = [(t("Time"), reader.until(facts.lease_until))] if facts.lease_until and not reject.held else []
    deny = t("The return stands") if above else t("Needs another round")
    ref = Ref(facts.appeal_id, facts.ver)
    judged = (
        []
        if reject.held
        else [
            button(t("The work is right"), ids.APPEAL_UPHOLD, ref, style="primary"),
            button(deny, ids.APPEAL_DENY, ref, style="danger"),
        ]
    )
    return [
        section(f"{symbol(reject.task.type)} *{headline}*"),
        *hold_note(
            reader, reject.held, t("It stays with you and can be judged once that is over. No clock runs.")
        ),
        fields(*until, (t("Project"), project_name(reject.task)), (t("Type"), say_type(t, reject.task.type))),
        *material(reader, reject.task, size, deny),
        *answer_shown(reader, reject.task.type, reject.answer, size, deny),
        *(_history(reader, facts, words, size) if above else []),
        *links_row(reader, reject.task),
        *actions(*judged, escalate_button(reader, CardRef("task", reject.task.task_id))),
        *(
            []
            if above
            else [context(t("Please judge it by the guideline alone: what others say of it is not shown."))]
        ),
        _foot(reader, facts),
    ]


def _history(reader: Reader, facts: AppealFacts, words: RelayFacts | None, size: int) -> list[Json]:
    """Return what was said so far, for a supervisor: by the first reviewer, the author and the second reviewer."""
    t = reader.t
    verdict = facts.reject.verdict
    parts = [
        t("{name} returned it", name=one_line(facts.first_reviewer)),
        say_reason(t, verdict.reason) if verdict.reason else "",
        one_line(verdict.section or ""),
    ]
    shown = [
        quote(" · ".join(part for part in parts if part), [Run(cut(showable(verdict.comment or ""), size))]),
        *passed_on(reader, t("{name} says", name=one_line(facts.author)), facts.words, words, size),
        *actions(*relay_buttons(reader, words)),
    ]
    if facts.second_reason:
        title = t("{name} looked at it again", name=one_line(facts.second_reviewer))
        shown.append(quote(title, [Run(cut(showable(facts.second_reason), size))]))
    return shown


def appeal_form(reader: Reader, facts: RejectFacts, stage: AppealStage) -> Json:
    """Return the form in which an author says why the work is right."""
    t = reader.t
    who = (
        t("Somebody who does not know the first verdict looks at your work anew.")
        if stage is AppealStage.SECOND
        else t("A supervisor looks at your work and at everything that was said about it.")
    )
    blocks = [
        section(who + " " + t("Your time stands still meanwhile, and asking is never held against you.")),
        text_input(
            t("Why is it right as it is?"),
            ids.WORDS,
            limit=APPEAL_LIMIT,
            hint=t("A sentence is enough. Naming the guideline's section helps."),
        ),
        ids_line(reader, facts.task, facts.guideline_version),
    ]
    ref = FormRef(facts.verdict.verdict_id, 0)
    return modal(t, ids.FORM_APPEAL, t("Appeal"), t("Send"), blocks, metadata=ref.dump())


def further_form(reader: Reader, facts: AppealFacts) -> Json:
    """Return the form in which an author takes a denied appeal to a supervisor."""
    t = reader.t
    blocks = [
        section(
            t(
                "A supervisor sees your work, both looks at it and what you wrote, and decides. "
                "Your time stands still meanwhile."
            )
        ),
        text_input(
            t("Is there anything to add?"),
            ids.WORDS,
            optional=True,
            limit=APPEAL_LIMIT,
            hint=t("If you leave this empty, what you wrote before is passed on."),
        ),
        _foot(reader, facts),
    ]
    ref = FormRef(facts.appeal_id, facts.ver)
    return modal(t, ids.FORM_APPEAL_FURTHER, t("Ask a supervisor"), t("Send"), blocks, metadata=ref.dump())


def deny_form(reader: Reader, facts: AppealFacts) -> Json:
    """Return the form in which a judge says what the work still needs."""
    t = reader.t
    reject = facts.reject
    above = facts.stage is AppealStage.SUPERVISOR
    blocks = [
        *material(reader, reject.task, None),
        *answer_shown(reader, reject.task.type, reject.answer, None),
        *links_row(reader, reject.task),
        text_input(
            t("Why does the return stand?") if above else t("What does it still need, and by which section?"),
            ids.REASON,
            limit=COMMENT_LIMIT,
            hint=t(
                "The author reads this. Please write about the work, as you would like to read it yourself."
            ),
        ),
        _foot(reader, facts),
    ]
    ref = FormRef(facts.appeal_id, facts.ver)
    title = t("The return stands") if above else t("Needs another round")
    return modal(t, ids.FORM_APPEAL_DENY, title, t("Send"), blocks, metadata=ref.dump())


def taken_reply(reader: Reader, facts: AppealFacts) -> Content:
    """Return the answer to taking an appeal; the card itself follows in the direct messages."""
    t = reader.t
    text = t(
        "The review of task {task} is yours until {time} ({left} left). Its card is in our direct messages.",
        task=f"#{facts.reject.task.task_id}",
        **reader.deadline(facts.lease_until or reader.now),
    )
    return Content(text, [section(f"🔍 {text}")])


def upheld_reply(reader: Reader) -> Content:
    """Confirm that the work was found right."""
    text = reader.t("Noted: the work is right. Its author is told.")
    return Content(text, [section(f"✅ {text}"), *actions(next_button(reader))])


def withdrawn_reply(reader: Reader) -> Content:
    """Confirm that an appeal was taken back."""
    text = reader.t("Your appeal is taken back. The task is with you again, with the time that was left.")
    return Content(text, [section(f"↩️ {text}")])


def nobody_reply(reader: Reader, task_id: int) -> Content:
    """Say honestly that nobody could judge an appeal, and offer what there is instead."""
    t = reader.t
    text = t(
        "Everybody who could judge this has seen it already, so a fair second look is not possible here. "
        "You can raise it as an issue instead: then a PM looks at it."
    )
    return Content(text, [section(f"⚖️ {text}"), *actions(escalate_button(reader, CardRef("task", task_id)))])


def say_under_way(reader: Reader, stage: AppealStage) -> str:
    """Return what its author should know while an appeal is looked at."""
    t = reader.t
    who = (
        t("Somebody who does not know the first verdict looks at your work anew.")
        if stage is AppealStage.SECOND
        else t("A supervisor looks at your work and at everything that was said about it.")
    )
    return who + " " + t("Your time stands still meanwhile.")


def withdraw_button(reader: Reader, own: OwnAppeal) -> Json:
    """Return the button that takes an appeal back, with the question before it."""
    t = reader.t
    sure = ask(
        t("Take the appeal back?"),
        t(
            "The task comes back to you with the time that was left. You cannot appeal against "
            "this return again."
        ),
        t("Take the appeal back"),
        t("Leave it as it is"),
    )
    return button(t("Take the appeal back"), ids.APPEAL_WITHDRAW, Ref(own.appeal_id, own.ver), confirm=sure)


def appeal_button(reader: Reader, facts: RejectFacts, own: OwnAppeal | None) -> Json | None:
    """Return the button to object to a reject, or to take a denied appeal further; None when there is none."""
    t = reader.t
    if facts.held is not None:
        return None
    if own is None:
        if reader.now > facts.verdict.decided_at + APPEAL_WINDOW:
            return None
        return button(t("Appeal"), ids.APPEAL_OPEN, Ref(facts.verdict.verdict_id, 0))
    if own.further_until is None or reader.now > own.further_until:
        return None
    return button(t("Ask a supervisor"), ids.APPEAL_FURTHER, Ref(own.appeal_id, own.ver))


def denial(reader: Reader, own: OwnAppeal | None, size: int) -> list[Json]:
    """Return why an appeal was denied, for its author; nothing when none was."""
    if own is None or own.state is not AppealState.DENIED:
        return []
    t = reader.t
    title = (
        t("A second reviewer, who did not know the verdict, says")
        if own.stage is AppealStage.SECOND
        else t("The supervisor says")
    )
    return passed_on(reader, title, own.reason, own.relay, size)


def appeal_news(reader: Reader, facts: RejectFacts, own: OwnAppeal) -> Content | None:
    """Tell an author how their appeal ended; None when it has not."""
    t = reader.t
    task = f"#{facts.task.task_id}"
    if own.state is AppealState.WON:
        text = t(
            "Your appeal about task {task} was right: {price} is yours.",
            task=task,
            price=_price(reader, facts.price),
        )
        more = t("The work is accepted as it is, and the return does not count in your figures.")
        return Content(text, [section(f"⚖️ *{text}*\n{more}"), _line(reader, facts)])
    if own.state is not AppealState.DENIED:
        return None
    text = (
        t("A second reviewer looked at task {task} anew and would change something, too.", task=task)
        if own.stage is AppealStage.SECOND
        else t("A supervisor looked at task {task}, and the return stands.", task=task)
    )
    more = t(
        "Thank you for asking; it is not held against you. {price} stays reserved, and "
        "your time goes on with what was left of it.",
        price=_price(reader, facts.price),
    )
    if facts.last_word:
        more = t("Thank you for asking; it is not held against you. The task goes to somebody else soon.")
    again = (
        None
        if facts.last_word
        else button(t("Submit again"), ids.TASK_SUBMIT, Ref(facts.assignment_id, facts.ver), style="primary")
    )
    return Content(
        text,
        fit(
            lambda size: [
                section(f"⚖️ *{text}*\n{more}"),
                *denial(reader, own, size),
                *actions(again, appeal_button(reader, facts, own)),
                _line(reader, facts),
            ]
        ),
    )


def _price(reader: Reader, price: Money) -> str:
    return reader.money(price)


def _line(reader: Reader, facts: RejectFacts) -> Json:
    return ids_line(reader, facts.task, facts.guideline_version)


def appeal_row(reader: Reader, appeal: WaitingAppeal) -> Json:
    """One line of a list of reviews: a second look that waits, or that the person has in hand."""
    t = reader.t
    what = t("appeal") if appeal.stage is AppealStage.SUPERVISOR else t("second look")
    line = f"{symbol(appeal.type)} *#{appeal.task_id}* · {inline(appeal.project_key)} · {what}"
    since = reader.time(appeal.since)
    if appeal.mine:
        where = t("Yours since {time}; its card is in our direct messages.", time=since)
        return section(f"{line}\n{where}")
    waits = t("Waits since {time}", time=since)
    take = button(t("Look at it"), ids.APPEAL_TAKE, Ref(appeal.appeal_id, appeal.ver), style="primary")
    return section(f"{line}\n{waits}", take)
