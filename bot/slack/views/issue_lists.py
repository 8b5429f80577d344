"""Issues one below the other, and the history of one."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.escalation import IssueSource, Level, Severity, Step
from bot.reports.issue_lists import ListedIssue
from bot.reports.issues import IssueFacts, StepFacts
from bot.slack import ids
from bot.slack.blocks import Json, button, context, section
from bot.slack.content import Content
from bot.slack.graphemes import cut
from bot.slack.ids import Ref
from bot.slack.inputs import modal
from bot.slack.mrkdwn import escape, inline, showable
from bot.slack.reader import Reader
from bot.slack.views.issue_lines import read_as, say_title, say_where_it_stands
from bot.slack.views.issue_terms import SIGNS, say_level, say_severity, say_step
from bot.slack.views.trouble import NOTICE, say

_MOST_ROWS = 15
_MOST_STEPS = 60
_MOST_WORDS = 500
_BEGINNING = 120


def issue_list(
    reader: Reader, issues: Sequence[ListedIssue], key: str = "", *, wanted: str | None = None
) -> Content:
    """Return the unsettled issues somebody may see, the most urgent first, each with the way to its card."""
    t = reader.t
    if not issues:
        return say("🌿 " + t("No issue is open."))
    text = t.plural("{n} issue is open", "{n} issues are open", len(issues))
    head = f"🚨 *{text}*" + (f" · {inline(key, 20)}" if key else "")
    rows = [issue_row(reader, issue, wanted) for issue in issues[:_MOST_ROWS]]
    left = len(issues) - _MOST_ROWS
    more = [context(t.plural("And {n} more.", "And {n} more.", left))] if left > 0 else []
    return Content(text, [section(head), *rows, *more])


def issue_row(reader: Reader, issue: ListedIssue, wanted: str | None = None) -> Json:
    """Return an issue in a list: what it is called, how far it is, and the beginning of what is asked."""
    t = reader.t
    title = say_title(reader, issue.issue_id, issue.severity)
    state = [inline(issue.project_key, 20), say_where_it_stands(reader, issue.state)]
    if issue.owner:
        state.append(inline(issue.owner, 40))
    state.append(t("{time} ago", time=reader.since(issue.opened_at)))
    if issue.late:
        state.append("⏰ " + t("late"))
    lines = [f"{SIGNS[issue.severity]} *{title}*", " · ".join(state)]
    if beginning := read_as(issue.request, wanted or reader.language):
        lines.append(f"“{inline(beginning, _BEGINNING)}”")
    if issue.held:
        lines.append("⏸️ " + t.plural("{n} task is on hold", "{n} tasks are on hold", issue.held))
    show = button(t("Show"), ids.ISSUE_SHOW, Ref(issue.issue_id, issue.ver))
    return section("\n".join(lines), show)


def history_modal(
    reader: Reader, facts: IssueFacts, steps: Sequence[StepFacts], *, wanted: str | None = None
) -> Json:
    """Return all that has happened to an issue, the oldest first, in a window."""
    t = reader.t
    shown = steps[-_MOST_STEPS:]
    names = _names(facts, steps)
    title = say_title(reader, facts.issue_id, facts.severity)
    blocks = [section(f"*{title}*\n{say_where_it_stands(reader, facts.state)}")]
    if left := len(steps) - len(shown):
        blocks.append(
            context(t.plural("{n} earlier step is not shown.", "{n} earlier steps are not shown.", left))
        )
    blocks += [section(_step(reader, facts, step, names, wanted)) for step in shown]
    return modal(t, NOTICE, t("History"), "", blocks)


def _names(facts: IssueFacts, steps: Sequence[StepFacts]) -> dict[int, str]:
    """Return the nicknames that the history knows anyway, by person."""
    known = {person.person_id: person.nickname for person in facts.called}
    known |= {step.actor_id: step.actor for step in steps if step.actor_id is not None}
    if facts.owner_id is not None:
        known[facts.owner_id] = facts.owner
    return known


def _step(
    reader: Reader, facts: IssueFacts, step: StepFacts, names: dict[int, str], wanted: str | None
) -> str:
    t = reader.t
    whom = inline(names.get(_number(step.detail.get("to")), ""), 40) if step.step is Step.REASSIGNED else ""
    parts = [f"*{reader.time(step.at)}*"]
    if actor := say_actor(reader, facts, step):
        parts.append(actor)
    parts.append(say_step(t, step.step, whom))
    if more := _detail(reader, step):
        parts.append(more)
    line = " · ".join(parts)
    if step.words is None or not step.words.text:
        return line
    quoted = escape(cut(showable(read_as(step.words, wanted)), _MOST_WORDS)).replace("\n", "\n> ")
    return f"{line}\n> {quoted}"


def say_actor(reader: Reader, facts: IssueFacts, step: StepFacts) -> str:
    """Return who did a step: nobody's name where an issue was raised in private, "" where time did it."""
    t = reader.t
    if facts.private and step.actor_id is not None and step.actor_id == facts.opener_id:
        return t("whoever raised it")
    if not step.actor and facts.source is IssueSource.NAMELESS and step.step is Step.OPENED:
        return t("somebody without a name")
    return inline(step.actor, 40) if step.actor else ""


def _detail(reader: Reader, step: StepFacts) -> str:
    """Return what the step was about: the other urgency, the level that was told, or the tasks."""
    t, detail = reader.t, step.detail
    if step.step is Step.SEVERITY and detail.get("severity") in set(Severity):
        return say_severity(t, Severity(detail["severity"]))
    if step.step is Step.LEVELLED and detail.get("level") in set(Level):
        return say_level(t, Level(detail["level"]))
    tasks = detail.get("tasks")
    if step.step in (Step.HELD, Step.RELEASED) and isinstance(tasks, list):
        return t.plural("{n} task", "{n} tasks", len(tasks))
    return ""


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
