"""Short news about tasks on hold, for those who work on them: what it means, and that nobody is at fault."""

from __future__ import annotations

from bot.reports.cards import AssignmentFacts
from bot.reports.holds import HoldNewsFacts
from bot.slack.blocks import Json, actions, context, section
from bot.slack.content import Content
from bot.slack.mrkdwn import inline
from bot.slack.reader import Reader
from bot.slack.views.relays import passed_on
from bot.slack.views.reviews import next_button as next_review_button
from bot.slack.views.tasks import next_button
from bot.slack.views.trouble import say
from bot.slack.views.work import ids_line

_MOST_TASKS = 20
_MOST_WORDS = 1200


def hold_news(
    reader: Reader, what: str, facts: HoldNewsFacts, *, wanted: str | None = None
) -> Content | None:
    """Return what has become of tasks, for whom it concerns; `what` as in `HoldNews`, None for an unknown one."""
    words = _words(reader, what, len(facts.tasks))
    if words is None:
        return None
    sign, text, more = words
    blocks = [section(f"{sign} *{text}*\n{more}")]
    if what == "ruled" and facts.ruling is not None:
        relay = facts.ruling.words.relay_for(wanted)
        blocks += passed_on(reader, reader.t("For now"), facts.ruling.words.text, relay, _MOST_WORDS)
    if what == "to_review":
        blocks += actions(next_review_button(reader))
    return Content(text, [*blocks, *_foot(reader, facts)])


def _words(reader: Reader, what: str, n: int) -> tuple[str, str, str] | None:
    t = reader.t
    if what == "held":
        return (
            "⏸️",
            t.plural("{n} task of yours is on hold", "{n} tasks of yours are on hold", n),
            t("Something is being cleared up. The time stands still, and there is nothing you need to do."),
        )
    if what == "released":
        return (
            "▶️",
            t.plural("{n} task of yours goes on", "{n} tasks of yours go on", n),
            t("The time it stood still is added to your deadline."),
        )
    if what == "ruled":
        return (
            "⚖️",
            t.plural("{n} task of yours goes on for now", "{n} tasks of yours go on for now", n),
            t("A supervisor has said how to do it until the PM answers. If that changes, you are told."),
        )
    if what == "ruling_off":
        return (
            "⏸️",
            t.plural("{n} task of yours is on hold again", "{n} tasks of yours are on hold again", n),
            t(
                "The PM sees it differently. What you did meanwhile is not your fault, and your time stands still."
            ),
        )
    if what == "overturned":
        return (
            "↩️",
            t.plural("A return of your work is taken back", "{n} returns of your work are taken back", n),
            t("It does not count any more. There is nothing you need to do."),
        )
    if what == "to_review":
        return (
            "🔎",
            t.plural(
                "{n} task waits for a supervisor's second look",
                "{n} tasks wait for a supervisor's second look",
                n,
            ),
            t("A return of the work was taken back. It comes first in the review queue."),
        )
    if what == "re_review":
        return (
            "↩️",
            t.plural("A return of your work is taken back", "{n} returns of your work are taken back", n),
            t(
                "This does not count any more, and somebody else looks at the work anew. Thank you for your patience."
            ),
        )
    return None


def _foot(reader: Reader, facts: HoldNewsFacts) -> list[Json]:
    t = reader.t
    tasks = ", ".join(f"#{id} {inline(external, 40)}" for id, external in facts.tasks[:_MOST_TASKS])
    if (left := len(facts.tasks) - _MOST_TASKS) > 0:
        tasks += " " + t.plural("and {n} more", "and {n} more", left)
    parts = [inline(facts.project_key, 20), tasks]
    if facts.issue_id is not None:
        parts.append(t("Issue #{id}", id=facts.issue_id))
    return [context(" · ".join(parts))]


def rework_gone(reader: Reader, facts: AssignmentFacts) -> Content:
    """Say that returned work is offered to others now, because the time for another round was over."""
    t = reader.t
    text = t("Task {task} went back to the others.", task=f"#{facts.task.task_id}")
    more = t(
        "The time for another look at it was over. Nothing is held against you; "
        "the next task is there whenever you like."
    )
    return Content(
        text,
        [
            section(f"⌛ *{text}*\n{more}"),
            *actions(next_button(reader)),
            ids_line(reader, facts.task, facts.guideline_version),
        ],
    )


def held_reply(reader: Reader, tasks: int, assignments: int) -> Content:
    """Confirm that tasks are on hold."""
    t = reader.t
    if not tasks:
        return say("⏸️ " + t("These tasks are on hold or finished already."))
    words = t.plural("{n} task is on hold now.", "{n} tasks are on hold now.", tasks)
    if assignments:
        words += " " + t("Those who work on them are told.")
    return say(f"⏸️ {words}")


def released_reply(reader: Reader, tasks: int, still_held: int = 0) -> Content:
    """Confirm that tasks go on, as far as nothing else holds them."""
    t = reader.t
    if not tasks and not still_held:
        return say("▶️ " + t("No task was on hold because of this."))
    words = t.plural("{n} task goes on.", "{n} tasks go on.", tasks)
    if still_held:
        words += " " + t.plural(
            "{n} stays on hold for another reason.", "{n} stay on hold for another reason.", still_held
        )
    return say(f"▶️ {words}")
