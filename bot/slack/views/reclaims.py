"""What somebody is told whose task went to somebody else: why, and that nothing is held against them."""

from __future__ import annotations

from bot.reports.cards import AssignmentFacts
from bot.reports.translations import RelayFacts
from bot.slack.blocks import actions, section
from bot.slack.content import Content
from bot.slack.reader import Reader
from bot.slack.views.relays import passed_on, relay_buttons
from bot.slack.views.tasks import next_button
from bot.slack.views.work import ids_line

_MOST_REASON = 600


def task_reclaimed(
    reader: Reader, why: str, facts: AssignmentFacts, reason: str, relay: RelayFacts | None
) -> Content:
    """Return the news that a task is not the person's any more; `why` as in `TaskReclaimed`."""
    t = reader.t
    task = f"#{facts.task.task_id}"
    if why == "rework_limit":
        text = t("Task {task} goes to somebody else now.", task=task)
        more = t(
            "After several rounds it helps when somebody else goes on. Nothing is held against "
            "you, and what you earned with other tasks stays yours."
        )
    else:
        text = t("A supervisor has taken task {task} back.", task=task)
        more = t(
            "What you handed in stays stored, and nothing is held against you. "
            "The next task is there whenever you like."
        )
    words = passed_on(reader, t("Why"), reason, relay, _MOST_REASON) if reason else []
    return Content(
        text,
        [
            section(f"↩️ *{text}*\n{more}"),
            *words,
            *actions(next_button(reader), *relay_buttons(reader, relay)),
            ids_line(reader, facts.task, facts.guideline_version),
        ],
    )
