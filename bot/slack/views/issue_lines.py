"""What an issue's cards say line by line: how far it is, who has it, what time does next, what it is about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.escalation import (
    REOPEN_WINDOW,
    IssueSource,
    IssueState,
    RulingState,
    Severity,
    TimerKind,
)
from bot.i18n.catalogs import N_
from bot.reports.issue_parts import LinkedTask
from bot.reports.issue_words import Words
from bot.reports.issues import IssueFacts
from bot.slack.mrkdwn import inline, one_line
from bot.slack.reader import Reader
from bot.slack.views.issue_terms import SIGNS, say_level, say_severity
from bot.slack.views.latin import without_korean

_MOST_TASKS = 12
_MOST_NAMES = 6

_STATES = {
    IssueState.OPEN: N_("Waits for somebody to look at it"),
    IssueState.ACKED: N_("Somebody is looking into it"),
    IssueState.WAITING_PM: N_("Waits for the PM's answer"),
    IssueState.WAITING_WORKER: N_("Waits for the worker's answer"),
    IssueState.RESOLVED: N_("Resolved"),
    IssueState.CLOSED: N_("Closed"),
}


@dataclass(frozen=True)
class PublicReader(Reader):
    """Whoever reads a channel: a moment is left to Slack, which shows it on each reader's own clock."""

    def time(self, moment: datetime) -> str:
        """Return a moment as Slack's token for it, with the project's clock for whoever can't draw it."""
        return f"<!date^{int(moment.timestamp())}^{{date_short_pretty}} {{time}}|{super().time(moment)}>"


def in_each(readers: Sequence[Reader], say: Callable[[Reader], str], joint: str = " · ") -> str:
    """Return what is said, once for each language that is read."""
    said = dict.fromkeys(say(reader) for reader in readers)
    return joint.join(line for line in said if line)


def read_as(words: Words, wanted: str | None) -> str:
    """Return words as somebody reads them: translated if there is a translation, else as they were written."""
    relay = words.relay_for(wanted)
    return relay.text if relay is not None and relay.text else words.text


def say_section(reader: Reader, section: str) -> str:
    """Return a section of the guideline by what of its heading the reader can read."""
    readable = section if reader.language == "ko" else without_korean(section)
    return f"§ {one_line(readable or section)}"


def say_title(reader: Reader, issue_id: int, severity: Severity) -> str:
    """Return what an issue is called: "이슈 #12 · S3 질문"."""
    t = reader.t
    return t("Issue #{id} · {severity}", id=issue_id, severity=say_severity(t, severity))


def say_where_it_stands(reader: Reader, state: IssueState) -> str:
    """Return an issue's state as a short sentence without a full stop."""
    return reader.t(_STATES[state])


def sign_of(facts: IssueFacts) -> str:
    """Return the picture of an issue: its urgency, or that it is settled."""
    return "✅" if facts.state in (IssueState.RESOLVED, IssueState.CLOSED) else SIGNS[facts.severity]


def say_progress(reader: Reader, facts: IssueFacts) -> list[str]:
    """Return who has an issue, who was told, and what time does next, a sentence a line."""
    return [line for line in (_who(reader, facts), *_calls(reader, facts), _next(reader, facts)) if line]


def _who(reader: Reader, facts: IssueFacts) -> str:
    t = reader.t
    since = facts.waiting_since or facts.owner_since
    if facts.state is IssueState.ACKED and facts.owner:
        if since is None:
            return t("{name} is looking into it.", name=inline(facts.owner, 40))
        return t(
            "{name} has been looking into it since {time}.",
            name=inline(facts.owner, 40),
            time=reader.time(since),
        )
    if facts.state is IssueState.WAITING_PM and facts.waiting_since:
        return t(
            "Waiting for the PM's answer since {time}; the clock stands still.",
            time=reader.time(facts.waiting_since),
        )
    if facts.state is IssueState.WAITING_WORKER and facts.waiting_since:
        return t(
            "Waiting for the worker's answer since {time}; the clock stands still.",
            time=reader.time(facts.waiting_since),
        )
    if facts.state is IssueState.RESOLVED and facts.resolved_at:
        return t(
            "Resolved {time}. It can be opened again until {until}.",
            time=reader.time(facts.resolved_at),
            until=reader.time(facts.resolved_at + REOPEN_WINDOW),
        )
    if facts.state is IssueState.CLOSED:
        return t("Closed. If it comes up again, please raise a new one.")
    return ""


def _calls(reader: Reader, facts: IssueFacts) -> list[str]:
    """Return who was told of an open issue, and who will be once their day begins."""
    if facts.state is not IssueState.OPEN:
        return []
    t = reader.t
    lines = []
    now = [person for person in facts.called if person.level is facts.level]
    if told := [person.nickname for person in now if person.told_at is not None]:
        lines.append(t("Told: {names}.", names=_names(reader, told)))
    later = [person for person in now if person.told_at is None]
    if later:
        lines.append(
            t(
                "{names} will be told when their day begins: {time}.",
                time=reader.time(min(person.due_at for person in later)),
                names=_names(reader, [person.nickname for person in later]),
            )
        )
    return lines


def _names(reader: Reader, names: Sequence[str]) -> str:
    shown = ", ".join(inline(name, 40) for name in names[:_MOST_NAMES])
    left = len(names) - _MOST_NAMES
    more = reader.t.plural("and {n} more", "and {n} more", left) if left > 0 else ""
    return f"{shown} {more}".rstrip()


def _next(reader: Reader, facts: IssueFacts) -> str:
    t, step = reader.t, facts.next
    if facts.state is IssueState.OPEN and (step is None or step.level is None):
        if not facts.exhausted:
            return ""
        return t("Everybody who can be told has been. If it is urgent, please speak to somebody directly.")
    if step is None or facts.state in (IssueState.RESOLVED, IssueState.CLOSED):
        return ""
    time = reader.time(step.due_at)
    if step.kind is TimerKind.LEVEL and step.level is not None:
        return t(
            "Unless somebody acknowledges it by {time}, {level} will be told.",
            level=say_level(t, step.level),
            time=time,
        )
    if facts.waiting_since is not None and facts.owner:
        return t(
            "Without an answer by {time} it goes back to {name}.", name=inline(facts.owner, 40), time=time
        )
    if step.kind is TimerKind.DECAY:
        return t("Without news by {time} it waits for somebody again.", time=time)
    return t("Without news by {time} there is a reminder.", time=time)


def say_tasks(readers: Sequence[Reader], tasks: Sequence[LinkedTask]) -> list[str]:
    """Return the tasks that are on hold and the other ones, a line each, by number and the PM's id."""
    lines = []
    if held := [task for task in tasks if task.held]:
        label = in_each(readers, lambda r: r.t("On hold"))
        lines.append(f"⏸️ {label}: {_listed(readers, held)}")
    if others := [task for task in tasks if not task.held]:
        label = in_each(readers, lambda r: r.t("Tasks"))
        lines.append(f"📌 {label}: {_listed(readers, others)}")
    return lines


def _listed(readers: Sequence[Reader], tasks: Sequence[LinkedTask]) -> str:
    shown = ", ".join(f"#{task.task_id} {inline(task.external_id, 40)}" for task in tasks[:_MOST_TASKS])
    if (left := len(tasks) - _MOST_TASKS) <= 0:
        return shown
    more = in_each(readers, lambda r: r.t.plural("and {n} more", "and {n} more", left))
    return f"{shown} {more}"


def say_ruling(reader: Reader, facts: IssueFacts) -> str:
    """Return what has become of the ruling for the time being, "" where there is none."""
    t, ruling = reader.t, facts.ruling
    if ruling is None:
        return ""
    name = inline(ruling.made_by, 40)
    if ruling.state is RulingState.STANDING:
        return t(
            "{name} has ruled for the time being, so that work goes on. The PM has the last word.", name=name
        )
    if ruling.state is RulingState.AGREED:
        return t("The PM agrees with {name}'s ruling. It stays.", name=name)
    return t(
        "The PM sees it differently, so the ruling does not hold any more. What was done under it is nobody's fault."
    )


def say_origin(reader: Reader, facts: IssueFacts, person_id: int | None) -> str:
    """Return who raised an issue, as far as it may be said: only what was raised in the open has a name."""
    t = reader.t
    time = reader.time(facts.opened_at)
    if facts.source is IssueSource.NAMELESS:
        return t("Sent without a name {time}. Nobody can see who wrote it.", time=time)
    if facts.source is IssueSource.LEAK:
        return t("Noticed {time}. Only those in charge see this.", time=time)
    if person_id is not None and person_id == facts.opener_id:
        return t("You raised this {time}.", time=time)
    if facts.source is IssueSource.CARD:
        return t("Raised on a card {time}. Only those in charge see this.", time=time)
    return t("Raised by {name} {time}", name=inline(facts.opener, 40), time=time)


def say_leak(reader: Reader, facts: IssueFacts) -> str:
    """Return what has become of a message that shows task content, "" for any other issue."""
    t, leak = reader.t, facts.leak
    if leak is None:
        return ""
    where = f"<#{leak.channel}>"
    if leak.harmless_at is not None:
        return t("The message in {channel} was found to be harmless.", channel=where)
    if leak.deleted_at is not None:
        return t("The message in {channel} is deleted.", channel=where)
    if leak.author_id is None:
        return t("The message in {channel} still stands there. Its author has not joined.", channel=where)
    name = inline(leak.author, 40)
    if leak.asked_at is not None:
        return t("{name} asks to have their message in {channel} deleted.", name=name, channel=where)
    return t(
        "{name}'s message in {channel} still stands there. They have been warned in private.",
        name=name,
        channel=where,
    )
