"""The short lines that call somebody to an issue; what it is about stands on its card, a press away."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.escalation import IssueState, Severity
from bot.reports.issues import IssueFacts
from bot.slack import ids
from bot.slack.blocks import actions, button, section
from bot.slack.content import Content
from bot.slack.ids import Ref
from bot.slack.mrkdwn import inline
from bot.slack.reader import Reader
from bot.slack.views.issue_lines import say_title


def issue_call(reader: Reader, facts: IssueFacts, why: str) -> Content:
    """Return why somebody is called: `why` as in `IssueCall`; an unknown one reads like the first."""
    words = _WHY.get(why, _level)(reader, facts)
    sign = "🔴" if facts.severity is Severity.S1 else "🔔"
    key = inline(facts.project_key, 20)
    text = f"{sign} {key} · {say_title(reader, facts.issue_id, facts.severity)}: {words}"
    show = button(reader.t("Show"), ids.ISSUE_SHOW, Ref(facts.issue_id, facts.ver))
    return Content(text, [section(text), *actions(show)])


def _level(reader: Reader, _facts: IssueFacts) -> str:
    return reader.t("Could you have a look? Whoever acknowledges it first has it.")


def _reminder(reader: Reader, facts: IssueFacts) -> str:
    t = reader.t
    if facts.state is IssueState.WAITING_PM:
        return t("It still waits for an answer of the PM.")
    if facts.state is IssueState.WAITING_WORKER:
        return t("It still waits for an answer of whoever raised it.")
    return t("There has been no news for a while. A word in it is enough, and you keep it.")


def _decayed(reader: Reader, _facts: IssueFacts) -> str:
    return reader.t("There was no news for a while, so it waits for somebody again. Could you have a look?")


def _reassigned(reader: Reader, _facts: IssueFacts) -> str:
    return reader.t("It was passed on to you. If it does not suit, you can pass it on as well.")


def _waiting(reader: Reader, facts: IssueFacts) -> str:
    t = reader.t
    if facts.state is IssueState.WAITING_WORKER:
        return t("We need a word from you to go on. You can reply on its card.")
    return t("Your answer is needed to go on. You can reply on its card.")


def _reopened(reader: Reader, _facts: IssueFacts) -> str:
    return reader.t("It was opened again. Could you have a look?")


def _no_answer(reader: Reader, _facts: IssueFacts) -> str:
    return reader.t("The PM has not answered yet. Could you look at it again?")


def _no_answer_worker(reader: Reader, _facts: IssueFacts) -> str:
    return reader.t("Whoever raised it has not answered yet. Could you look at it again?")


_WHY: dict[str, Callable[[Reader, IssueFacts], str]] = {
    "level": _level,
    "reminder": _reminder,
    "decayed": _decayed,
    "reassigned": _reassigned,
    "waiting": _waiting,
    "reopened": _reopened,
    "no_answer": _no_answer,
    "no_answer_worker": _no_answer_worker,
}
