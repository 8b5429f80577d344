"""A worker's card in each of its states, and the short replies around it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.domain.answers import Answer
from bot.domain.assignment import AssignmentState
from bot.domain.pay import Money
from bot.domain.quality import Closed
from bot.domain.review import Decision
from bot.reports.cards import AssignmentFacts
from bot.reports.desk import LIST_LIMIT, HeldTask
from bot.slack import ids
from bot.slack.blocks import Json, actions, ask, button, context, fields, fit, section
from bot.slack.content import Content
from bot.slack.ids import Ref
from bot.slack.issue_refs import CardRef
from bot.slack.mrkdwn import inline
from bot.slack.reader import Reader
from bot.slack.views import care
from bot.slack.views.gates import closed_section
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


def assignment_card(reader: Reader, facts: AssignmentFacts) -> Content:
    """Return the card of an assignment as it stands: only what can still be done has a button."""
    title, draw = _STATES[facts.state]
    headline = title(reader, facts)
    blocks = fit(lambda size: [*_head(facts, headline), *draw(reader, facts, size), _foot(reader, facts)])
    return Content(_line(reader, facts, headline), blocks)


def _head(facts: AssignmentFacts, headline: str) -> list[Json]:
    sign = _SIGNS.get(facts.state) or symbol(facts.task.type)
    return [section(f"{sign} *{headline}*")]


def _foot(reader: Reader, facts: AssignmentFacts) -> Json:
    return ids_line(reader, facts.task, facts.guideline_version)


def _line(reader: Reader, facts: AssignmentFacts, headline: str) -> str:
    line = f"{headline} · #{facts.task.task_id} · {reader.money(facts.price)}"
    if facts.held is not None:
        on_hold = reader.t("on hold")
        line += f" · {on_hold}"
    elif facts.asked:
        waiting = reader.t("waiting for a reply")
        line += f" · {waiting}"
    elif facts.state is AssignmentState.CLAIMED:
        line += f" · {reader.until(facts.lease_until)}"
    return line


def _stands_still(reader: Reader, facts: AssignmentFacts) -> list[Json]:
    more = reader.t(
        "There is nothing you need to do for now, and your time stands still. "
        "What you hand in all the same is kept and reviewed afterwards."
    )
    return hold_note(reader, facts.held, more)


def _deadline(reader: Reader, facts: AssignmentFacts) -> tuple[str, str] | None:
    """Return until when the next step is wanted; nothing while no clock runs."""
    until = facts.rework_until if facts.state is AssignmentState.RETURNED else facts.lease_until
    stands = facts.held is not None or facts.asked
    return None if stands or until is None else (reader.t("Time"), reader.until(until))


def _claimed_title(reader: Reader, facts: AssignmentFacts) -> str:
    t = reader.t
    return t("{type}: this task is yours", type=say_type(t, facts.task.type))


def _claimed(reader: Reader, facts: AssignmentFacts, size: int) -> list[Json]:
    t = reader.t
    ref = Ref(facts.assignment_id, facts.ver)
    deadline = _deadline(reader, facts)
    return [
        *_stands_still(reader, facts),
        *care.asked_note(reader, facts),
        fields(
            (t("Unit price"), reader.money(facts.price)),
            *([deadline] if deadline is not None else []),
            (t("Type"), say_type(t, facts.task.type)),
            (t("Project"), project_name(facts.task)),
        ),
        *material(reader, facts.task, size, t("Submit")),
        *links_row(reader, facts.task),
        *actions(
            button(t("Submit"), ids.TASK_SUBMIT, ref, style="primary"),
            None if facts.extended else button(t("More time"), ids.TASK_EXTEND, ref),
            button(t("Cannot be worked on"), ids.TASK_UNUSABLE, ref),
            release_button(reader, ref),
            escalate_button(reader, CardRef("task", facts.task.task_id)),
        ),
        *actions(care.ask_button(reader, ref), care.stop_button(reader, facts)),
    ]


def release_button(reader: Reader, ref: Ref) -> Json:
    """Return the button that gives a task back, with the question before it."""
    t = reader.t
    sure = ask(
        t("Give this task back?"),
        t("Somebody else will go on with it. Nothing is held against you."),
        t("Give back"),
        t("Keep it"),
    )
    return button(t("Give back"), ids.TASK_RELEASE, ref, style="danger", confirm=sure)


def next_button(reader: Reader) -> Json:
    """Return the button that offers the next task."""
    return button(reader.t("Next task"), ids.TASK_NEXT, style="primary")


def _in_review_title(reader: Reader, facts: AssignmentFacts) -> str:
    t = reader.t
    return t("Handed in again: waiting for review") if facts.round > 2 else t("Handed in: waiting for review")


def _in_review(reader: Reader, facts: AssignmentFacts, size: int) -> list[Json]:
    t = reader.t
    shown = section(
        t("You will see the result here. Once accepted, {price} is yours.", price=reader.money(facts.price))
    )
    wait = t("It is reviewed as soon as that is over. There is nothing you need to do.")
    return [
        *hold_note(reader, facts.held, wait),
        shown,
        *_own_answer(reader, facts, size),
        *links_row(reader, facts.task),
        *actions(next_button(reader), care.stop_button(reader, facts)),
    ]


def _own_answer(reader: Reader, facts: AssignmentFacts, size: int) -> list[Json]:
    if facts.last_answer is None:
        return []
    return answer_shown(reader, facts.task.type, facts.last_answer, min(size, 600))


def say_not_lost(reader: Reader, price: Money) -> str:
    """Return what matters first when work comes back: how to go on, and that the pay is still there."""
    return reader.t(
        "Your work is not lost: have a look at the point below and hand it in again. "
        "{price} stays reserved for you.",
        price=reader.money(price),
    )


def say_last_word(reader: Reader, until: datetime | None) -> str:
    """Return what the author of work can do after its last reject; `until` is None while no clock runs."""
    if until is None:
        return reader.t(
            "After several rounds somebody else goes on with this task. Nothing is held "
            "against you. If the verdict looks wrong to you, you can appeal."
        )
    return reader.t(
        "After several rounds somebody else goes on with this task soon. Nothing is held "
        "against you. If the verdict looks wrong to you, you can appeal until {time} "
        "({left} left).",
        **reader.deadline(until),
    )


def _returned_title(reader: Reader, facts: AssignmentFacts) -> str:
    if facts.last_word:
        return reader.t("Goes to somebody else soon")
    return reader.t("Could you take one more look?")


def _returned(reader: Reader, facts: AssignmentFacts, size: int) -> list[Json]:
    t = reader.t
    ref = Ref(facts.assignment_id, facts.ver)
    first = say_not_lost(reader, facts.price)
    if facts.last_word:
        first = say_last_word(reader, None if facts.held is not None else facts.rework_until)
    shown = [*_stands_still(reader, facts), section(first)]
    verdict, deadline = facts.verdict, None if facts.last_word else _deadline(reader, facts)
    if verdict is not None and verdict.reason is not None:
        shown.append(
            fields(
                (t("Reason"), say_reason(t, verdict.reason)),
                (t("Guideline section"), inline(verdict.section or "")),
                *([deadline] if deadline is not None else []),
            )
        )
        shown += passed_on(reader, t("The reviewer says"), verdict.comment or "", verdict.relay, size)
    originals = relay_buttons(reader, verdict.relay if verdict is not None else None)
    escalate = escalate_button(reader, CardRef("task", facts.task.task_id))
    if facts.last_word:
        last = actions(next_button(reader), release_button(reader, ref), *originals, escalate)
        return [*shown, *_own_answer(reader, facts, size), *links_row(reader, facts.task), *last]
    return [
        *shown,
        *material(reader, facts.task, size, t("Submit again")),
        *links_row(reader, facts.task),
        *actions(
            button(t("Submit again"), ids.TASK_SUBMIT, ref, style="primary"),
            button(t("Cannot be worked on"), ids.TASK_UNUSABLE, ref),
            release_button(reader, ref),
            None if originals else escalate,
        ),
        # Five buttons are the most that stand well in a row.
        *(actions(*originals, escalate) if originals else []),
        *actions(care.stop_button(reader, facts)),
    ]


def _appealed_title(reader: Reader, _facts: AssignmentFacts) -> str:
    return reader.t("Your appeal is being looked at")


def _appealed(reader: Reader, facts: AssignmentFacts, size: int) -> list[Json]:
    t = reader.t
    more = t(
        "Your time stands still meanwhile, and {price} stays reserved for you. I will tell you how it ends.",
        price=reader.money(facts.price),
    )
    return [section(more), *_own_answer(reader, facts, size), *actions(next_button(reader))]


def _accepted_title(reader: Reader, facts: AssignmentFacts) -> str:
    t = reader.t
    price = reader.money(facts.price)
    if facts.verdict is not None and facts.verdict.decision is Decision.FIX_ACCEPT:
        return t("Accepted with a small correction: {price} earned", price=price)
    return t("Accepted: {price} earned", price=price)


def _accepted(reader: Reader, facts: AssignmentFacts, size: int) -> list[Json]:
    t = reader.t
    verdict = facts.verdict
    before: Answer | None = facts.last_answer
    if verdict is not None and verdict.unreviewed:
        return [
            section(
                t(
                    "This one was accepted without a review, as the rules of this project say. "
                    "Somebody may look at it again later; that takes nothing from your pay."
                )
            ),
            *actions(next_button(reader), care.stop_button(reader, facts)),
        ]
    if verdict is None or verdict.fixed_answer is None or before is None:
        thanks = section(t("Thank you for your work."))
        return [thanks, *actions(next_button(reader), care.stop_button(reader, facts))]
    shown = [section(t("The reviewer polished it a little; your pay is the full amount."))]
    shown += changes(reader, facts.task.type, before, verdict.fixed_answer, size, t("What was changed"))
    if verdict.comment:
        shown += passed_on(reader, t("The reviewer says"), verdict.comment, verdict.relay, size)
    return [*shown, *links_row(reader, facts.task), *actions(next_button(reader))]


def _released_title(reader: Reader, _facts: AssignmentFacts) -> str:
    return reader.t("This task was given back")


def _released(reader: Reader, _facts: AssignmentFacts, _size: int) -> list[Json]:
    t = reader.t
    return [
        section(t("Nothing is held against you. The next one is there when you like.")),
        *actions(next_button(reader)),
    ]


def _expired_title(reader: Reader, _facts: AssignmentFacts) -> str:
    return reader.t("The time ran out, so the task went back")


def _expired(reader: Reader, facts: AssignmentFacts, _size: int) -> list[Json]:
    t = reader.t
    ref = Ref(facts.assignment_id, facts.ver)
    returned = facts.verdict is not None
    kept = facts.kept_aside or (facts.last_answer is not None and not returned)
    said = (
        t("Your answer is kept, but somebody else has the task now, so it does not count this time.")
        if kept
        else t(
            "No harm done. If your new round is ready, you can still hand it in; "
            "it counts as long as nobody else has the task."
        )
        if returned
        else t("No harm done. If your answer is ready, you can still hand it in; it is never thrown away.")
    )
    late = None if kept else button(t("Hand in what I have"), ids.TASK_SUBMIT, ref)
    return [section(said), *actions(next_button(reader), late)]


# Work in hand is recognised by its type, everything else by what became of it.
_SIGNS = {
    AssignmentState.IN_REVIEW: "⏳",
    AssignmentState.RETURNED: "💬",
    AssignmentState.APPEALED: "⚖️",
    AssignmentState.ACCEPTED: "✅",
    AssignmentState.RELEASED: "↩️",
    AssignmentState.EXPIRED: "⌛",
}

_Title = Callable[[Reader, AssignmentFacts], str]
_Draw = Callable[[Reader, AssignmentFacts, int], list[Json]]
_STATES: dict[AssignmentState, tuple[_Title, _Draw]] = {
    AssignmentState.CLAIMED: (_claimed_title, _claimed),
    AssignmentState.IN_REVIEW: (_in_review_title, _in_review),
    AssignmentState.RETURNED: (_returned_title, _returned),
    AssignmentState.APPEALED: (_appealed_title, _appealed),
    AssignmentState.ACCEPTED: (_accepted_title, _accepted),
    AssignmentState.RELEASED: (_released_title, _released),
    AssignmentState.EXPIRED: (_expired_title, _expired),
}


def claim_reply(reader: Reader, facts: AssignmentFacts, rework: bool) -> Content:
    """Return the answer to asking for work; the card itself follows in the direct messages."""
    t = reader.t
    task, ref = f"#{facts.task.task_id}", Ref(facts.assignment_id, facts.ver)
    if rework:
        text = t("Task {task} came back to you; shall we finish it first?", task=task)
        row = actions(button(t("Submit again"), ids.TASK_SUBMIT, ref, style="primary"))
    else:
        text = t(
            "Task {task} is yours until {time} ({left} left), for {price}. Its card is in our direct messages.",
            task=task,
            price=reader.money(facts.price),
            **reader.deadline(facts.lease_until),
        )
        row = actions(button(t("Submit"), ids.TASK_SUBMIT, ref, style="primary"))
    return Content(text, [section(f"{symbol(facts.task.type)} {text}"), *row])


def task_list(reader: Reader, tasks: tuple[HeldTask, ...], closed: Sequence[Closed] = ()) -> Content:
    """Return what the person has in hand, each with its button, and what projects ask for that are closed."""
    t = reader.t
    if not tasks:
        text = t("You have no task in hand.")
        return Content(text, [section(text), *actions(next_button(reader)), *closed_section(reader, closed)])
    text = t.plural("You have {n} task in hand.", "You have {n} tasks in hand.", len(tasks))
    blocks = [section(f"*{text}*"), *(task_row(reader, task) for task in tasks)]
    if len(tasks) == LIST_LIMIT:
        blocks.append(context(t("Only the first {n} are listed.", n=LIST_LIMIT)))
    return Content(text, [*blocks, *closed_section(reader, closed)])


def task_row(reader: Reader, task: HeldTask, *, with_button: bool = True) -> Json:
    """One line of a list of tasks in hand."""
    t = reader.t
    again = task.state is AssignmentState.RETURNED
    when = t("One more look, please") if again else reader.until(task.lease_until)
    if task.last_word:
        when = t("Goes to somebody else soon")
    if task.held:
        when = t("on hold")
    elif again and task.rework_until is not None:
        when += f" · {reader.until(task.rework_until)}"
    what = f"{symbol(task.type)} *#{task.task_id}* · {inline(task.project_key)}"
    line = f"{what} · {reader.money(task.price)}\n{when}"
    label = t("Submit again") if again else t("Submit")
    ref = Ref(task.assignment_id, task.ver)
    shown = with_button and not task.last_word
    return section(line, button(label, ids.TASK_SUBMIT, ref, style="primary") if shown else None)


def lease_ending(reader: Reader, facts: AssignmentFacts) -> Content:
    """Return a friendly word when most of the time has passed."""
    t = reader.t
    task, ref = f"#{facts.task.task_id}", Ref(facts.assignment_id, facts.ver)
    text = t(
        "The time for task {task} is nearly over: it ends at {time} ({left} left).",
        task=task,
        **reader.deadline(facts.lease_until),
    )
    more = (
        t("If it does not work out, giving it back is fine.")
        if facts.extended
        else t("If you need longer, you can ask for more time once.")
    )
    row = actions(
        button(t("Submit"), ids.TASK_SUBMIT, ref, style="primary"),
        None if facts.extended else button(t("More time"), ids.TASK_EXTEND, ref),
        release_button(reader, ref),
    )
    return Content(text, [section(f"⏰ *{text}*\n{more}"), *row])


def lease_expired(reader: Reader, facts: AssignmentFacts) -> Content:
    """Tell the holder that the time ran out, without blame."""
    t = reader.t
    text = t("The time for task {task} ran out, so it went back.", task=f"#{facts.task.task_id}")
    return Content(text, [section(f"⌛ *{text}*"), *_expired(reader, facts, 0)])


def released_reply(reader: Reader) -> Content:
    """Confirm that a task was given back."""
    t = reader.t
    text = t("The task is given back. Nothing is held against you.")
    return Content(text, [section(text), *actions(next_button(reader))])


def extended_reply(reader: Reader, lease_until: datetime) -> Content:
    """Confirm the extension with the new deadline."""
    text = reader.t("You have more time: until {time} ({left} left).", **reader.deadline(lease_until))
    return Content(text, [section(f"⏱️ {text}")])


def submitted_reply(
    reader: Reader, round: int, draft: bool, late: bool, unusable: bool, *, accepted: bool = False
) -> Content:
    """Say what became of an answer, above all when it does not count or is accepted already."""
    t = reader.t
    if draft:
        text = t("Your answer is kept, but somebody else has the task now, so it does not count this time.")
    elif accepted:
        text = t("Got it, and it is accepted: this one needs no review. The pay is yours.")
    elif unusable:
        text = t("Noted as not workable. That is an answer too: it is reviewed, and paid when accepted.")
    elif round > 1:
        text = t("Thank you for going over it again. It is back with the reviewers.")
    else:
        text = t("Got it. I will tell you as soon as it is reviewed.")
    if late and not draft:
        text += " " + t("The time was over, but that is no problem: it counts.")
    return Content(text, [section(f"{'🗂️' if draft else '📮'} {text}"), *actions(next_button(reader))])
