"""Looking after people: sensitive content is a choice with one tap to stop, and a question stops the clock."""

from __future__ import annotations

from bot.domain.questions import QUESTION_LIMIT
from bot.reports.cards import AssignmentFacts
from bot.slack import ids
from bot.slack.blocks import Json, button, section
from bot.slack.content import Content
from bot.slack.ids import FormRef, Ref
from bot.slack.inputs import modal, text_input
from bot.slack.mrkdwn import inline
from bot.slack.reader import Reader
from bot.slack.views.trouble import say


def asked_note(reader: Reader, facts: AssignmentFacts) -> list[Json]:
    """Return what a card says while a person has yet to reply to a question about it; else nothing."""
    if not facts.asked:
        return []
    t = reader.t
    text = t("Your question is with those in charge")
    more = t("Your time stands still until the reply, for at most 24 hours. You can still go on and submit.")
    return [section(f"🙋 *{text}*\n{more}")]


def ask_button(reader: Reader, ref: Ref) -> Json:
    """Return the button that asks about the task on the card."""
    return button(reader.t("Ask about this task"), ids.CARD_ASK, ref)


def stop_button(reader: Reader, facts: AssignmentFacts) -> Json | None:
    """Return the one tap that ends sensitive work, on the cards of such projects."""
    if not facts.sensitive:
        return None
    label = reader.t("I'd rather not see more")
    # No question before it: whoever has had enough is not asked twice, and agreeing anew is as easy.
    return button(label, ids.CONSENT_STOP, Ref(facts.assignment_id, facts.ver))


def consent_form(reader: Reader, project_id: int, key: str, name: str, row_limit: int) -> Json:
    """Return the window in which somebody decides whether to see sensitive content."""
    t = reader.t
    blocks = [
        section(f"*{inline(name, 80)}* ({inline(key, 20)})"),
        section(
            t(
                "This project holds content that can be hard to look at or to listen to, such as violence, hate or "
                "sexual content."
            )
        ),
        section(
            "\n".join(
                (
                    "• " + t("It is your choice. Not agreeing has no consequence, and nobody is told."),
                    "• "
                    + t.plural(
                        "After {n} task in a row there is a pause of half an hour.",
                        "After {n} tasks in a row there is a pause of half an hour.",
                        row_limit,
                    ),
                    "• " + t("You can stop with one tap on any card, at any moment and without a reason."),
                    "• " + t("If something stays with you, the supervisors are there for you."),
                )
            )
        ),
    ]
    return modal(t, ids.FORM_CONSENT, t("Before you begin"), t("I agree"), blocks, metadata=str(project_id))


def consented(reader: Reader, key: str, more: str) -> Content:
    """Confirm that somebody agreed; `more` says what came of asking for a task at once."""
    kept = reader.t("Thank you, that is noted for {project}.", project=inline(key, 20))
    return say(f"🤝 {kept} {more}".strip())


def stopped_reply(reader: Reader, returned: int) -> Content:
    """Confirm that no more of these tasks come."""
    t = reader.t
    text = t("That is fine. You will not get any more of these tasks.")
    back = t.plural("{n} task has gone back.", "{n} tasks have gone back.", returned) if returned else ""
    calm = t("Nothing is held against you. Take a break if you like; other projects are there for you.")
    return say(f"🌿 {text} {back} {calm}".replace("  ", " "))


def ask_form(reader: Reader, assignment_id: int, ver: int, task_id: int) -> Json:
    """Return the window for a question about a task."""
    t = reader.t
    blocks = [
        text_input(
            t("Your question about task {task}", task=f"#{task_id}"),
            ids.QUESTION,
            limit=QUESTION_LIMIT,
            hint=t(
                "I look it up in the guideline first. "
                "If you then ask a person, your time stands still until the reply."
            ),
        )
    ]
    ref = FormRef(assignment_id, ver)
    return modal(t, ids.FORM_CARD_ASK, t("Ask about this task"), t("Ask"), blocks, metadata=ref.dump())


def handed_on(reader: Reader, task_id: int, key: str, nickname: str, rejects: int) -> Content:
    """Tell a supervisor that a task is about to go to somebody else after several rejects."""
    t = reader.t
    text = t(
        "Task {task} of {project} goes to another worker soon", task=f"#{task_id}", project=inline(key, 20)
    )
    said = t.plural(
        "It was returned to {name} {n} time. They can still appeal for three hours (only "
        "09:00-23:00 counts); a kind word may help.",
        "It was returned to {name} {n} times. They can still appeal for three hours (only "
        "09:00-23:00 counts); a kind word may help.",
        rejects,
        name=inline(nickname, 40),
    )
    return Content(text, [section(f"🔁 *{text}*\n{said}")])
