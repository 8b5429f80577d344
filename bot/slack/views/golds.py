"""Known tasks, for those who steer a project; workers and reviewers never see any of it."""

from __future__ import annotations

from bot.reports.golds import GoldList
from bot.slack.blocks import Json, context, divider, section
from bot.slack.content import Content
from bot.slack.mrkdwn import inline
from bot.slack.reader import Reader
from bot.slack.views.trouble import say

_MOST_WORDS = 80
_LISTED = 20


def gold_list(reader: Reader, facts: GoldList) -> Content:
    """Return the known tasks of a project and how people did with them."""
    t = reader.t
    text = t("Gold tasks of {project}", project=inline(facts.project_key, 20))
    rate = t(
        "{percent} of the tasks handed out are gold tasks: their answer is known, and nobody is told which.",
        percent=f"{facts.percent}%",
    )
    blocks: list[Json] = [section(f"🎯 *{text}*\n{rate}")]
    lines = [
        f"#{one.task_id} · {inline(one.external_id, 40)} · {inline(one.words, _MOST_WORDS)} · "
        + (
            t("{hits} of {tries} right", hits=reader.number(one.hits), tries=reader.number(one.tries))
            if one.tries
            else t("nobody has had it yet")
        )
        for one in facts.golds[:_LISTED]
    ]
    blocks.append(section("\n".join(lines) if lines else t("None yet.")))
    if facts.people:
        title = t("How people did (right / tried, alike on average)")
        rows = [
            f"{inline(one.nickname, 40)}: {one.hits}/{one.tries} · {round(100 * one.likeness)}%"
            for one in facts.people[:_LISTED]
        ]
        blocks += [divider(), section("\n".join([f"*{title}*", *rows]))]
    how = t(
        "`{command} gold {project} 123 the answer` adds one, `gold {project} retire 123` takes it out, and "
        "`{command} rules {project} gold_percent=5` says how many.",
        command=reader.commands["pm"],
        project=inline(facts.project_key, 20),
    )
    return Content(text, [*blocks, context(how)])


def gold_set(reader: Reader, task_id: int, *, renewed: bool) -> Content:
    """Confirm that a task's answer is known."""
    t = reader.t
    words = (
        t("The answer of gold task {task} is changed.", task=f"#{task_id}")
        if renewed
        else t("Task {task} is a gold task now. It is mixed in like any other.", task=f"#{task_id}")
    )
    return say("🎯 " + words)


def gold_retired(reader: Reader, task_id: int) -> Content:
    """Confirm that a task is mixed in no more."""
    return say(reader.t("Task {task} is no gold task any more.", task=f"#{task_id}"))
