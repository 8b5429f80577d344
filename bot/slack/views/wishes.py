"""Words for when there is no work: honest about it, with the offer to be told when there is some."""

from __future__ import annotations

from bot.domain.errors import NoWork
from bot.domain.task import TaskType
from bot.slack import ids
from bot.slack.blocks import Json, actions, button, section
from bot.slack.content import Content
from bot.slack.mrkdwn import inline
from bot.slack.reader import Reader
from bot.slack.views.errors import word_error
from bot.slack.views.tasks import next_button
from bot.slack.views.trouble import say
from bot.slack.words import say_type, symbol


def wish_button(reader: Reader, *, wished: bool) -> Json:
    """Return the button to be told when there is work, or to be told no more."""
    t = reader.t
    if wished:
        return button(t("Do not tell me any more"), ids.WISH_FORGET)
    return button(t("Tell me when there is work"), ids.WISH_TELL)


def no_work(reader: Reader, *, wished: bool, quiet: bool) -> Content:
    """Return that nothing is waiting; in a `quiet` season that is said as it is."""
    t = reader.t
    text = _quiet(reader) if quiet else word_error(t, NoWork("empty"))
    lines = [text, *([_waits(reader)] if wished else [])]
    return Content(text, [section("\n".join(lines)), *actions(wish_button(reader, wished=wished))])


def _quiet(reader: Reader) -> str:
    return reader.t("There is little work these days: nothing new has come in for three days.")


def _waits(reader: Reader) -> str:
    return "🔔 " + reader.t("I will tell you as soon as there is work, within your hours.")


def wish_line(reader: Reader, *, wished: bool, quiet: bool) -> list[Json]:
    """Return what Home says about work when there is none to take."""
    t = reader.t
    first = _quiet(reader) if quiet else t("No task is waiting for you right now.")
    lines = [first, *([_waits(reader)] if wished else [])]
    return [section("\n".join(lines), wish_button(reader, wished=wished))]


def wished_reply(reader: Reader) -> Content:
    """Confirm that somebody is told once there is work."""
    t = reader.t
    text = t("I will tell you as soon as there is work, within your hours.")
    more = t("Whoever had no work for longest is told first. It is an offer: nothing follows if you pass.")
    return Content(text, [section(f"🔔 {text}\n{more}"), *actions(wish_button(reader, wished=True))])


def forgotten_reply(reader: Reader) -> Content:
    """Confirm that somebody is told no more."""
    return say("🔕 " + reader.t("I will no longer tell you. You can take work whenever there is some."))


def work_waiting(reader: Reader, project_key: str, task_type: TaskType) -> Content:
    """Tell somebody who wished it that there is work; the wish ends with that."""
    t = reader.t
    text = t("There is work in {key} ({type})", key=inline(project_key, 20), type=say_type(t, task_type))
    more = t("You wanted to be told. Others may be told as well, so it can be gone when you come later.")
    again = button(t("Tell me again next time"), ids.WISH_TELL)
    return Content(
        text, [section(f"{symbol(task_type)} *{text}*\n{more}"), *actions(next_button(reader), again)]
    )
