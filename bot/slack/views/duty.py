"""Who looks after issues first and when, and how long each step may take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.escalation import Delays, Severity
from bot.domain.hours import USUAL_FROM, USUAL_UNTIL
from bot.i18n import formats
from bot.reports.duty import DutyFacts
from bot.slack.blocks import Json, Run, context, quote, section
from bot.slack.content import Content
from bot.slack.graphemes import cut
from bot.slack.mrkdwn import inline, showable
from bot.slack.reader import Reader
from bot.slack.views.digest_plans import say_weekdays
from bot.slack.views.issue_terms import SIGNS, say_severity
from bot.slack.views.trouble import say

_MOST_NOTE = 1000
_MOST_PROJECTS = 20
_DAY = 24 * 60


@dataclass(frozen=True)
class DutyRow:
    """A project and who is on duty there; nobody where `nickname` is None."""

    project_key: str
    nickname: str | None
    since: datetime | None = None
    note: str = ""


def duty_changed(reader: Reader, facts: DutyFacts, person_id: int) -> Content:
    """Tell somebody that a turn of duty began or ended, with the note for whoever comes next."""
    t = reader.t
    key, name, mine = inline(facts.project_key, 20), inline(facts.nickname, 40), person_id == facts.person_id
    if facts.until is None:
        text = (
            t("You are on duty for {key} now", key=key)
            if mine
            else t("{name} is on duty for {key} now", name=name, key=key)
        )
        more = (
            t("New issues come to you first, in your working hours; only S1 comes at any time.")
            if mine
            else t("Thank you. New issues go there first.")
        )
    else:
        text = (
            t("Your duty for {key} is over", key=key)
            if mine
            else t("{name}'s duty for {key} is over", name=name, key=key)
        )
        more = t("As long as nobody is on duty, all supervisors are told of new issues.")
    return Content(
        text, [section(f"🛎️ *{text}*\n{more}"), *_note(reader, facts.note), _open(reader, facts.open)]
    )


def _note(reader: Reader, note: str) -> list[Json]:
    return [quote(reader.t("Hand-over note"), [Run(cut(showable(note), _MOST_NOTE))])] if note else []


def _open(reader: Reader, n: int) -> Json:
    t = reader.t
    return context(t.plural("{n} issue is open", "{n} issues are open", n) if n else t("No issue is open."))


def duty_on(reader: Reader, key: str) -> Content:
    """Confirm that somebody is on duty."""
    return say("🛎️ " + reader.t("You are on duty for {key} now. Thank you.", key=inline(key, 20)))


def duty_off(reader: Reader, key: str) -> Content:
    """Confirm that somebody is no longer on duty."""
    return say("🛎️ " + reader.t("You are off duty for {key}. Have a good rest.", key=inline(key, 20)))


def on_duty(reader: Reader, rows: Sequence[DutyRow]) -> Content:
    """Return who is on duty where."""
    t = reader.t
    text = t("Who is on duty")
    how = t(
        "`{command} duty on` takes over, with a note behind it if you like.", command=reader.commands["sup"]
    )
    shown = [section(_watch(reader, row)) for row in rows[:_MOST_PROJECTS]]
    return Content(text, [section(f"🛎️ *{text}*"), *shown, context(how)])


def _watch(reader: Reader, row: DutyRow) -> str:
    t = reader.t
    key = inline(row.project_key, 20)
    if row.nickname is None:
        nobody = t("nobody: all supervisors are told")
        return f"*{key}*: {nobody}"
    since = t("since {time}", time=reader.time(row.since)) if row.since is not None else ""
    note = f"“{inline(row.note, 200)}”" if row.note else ""
    return " · ".join(part for part in (f"*{key}*: {inline(row.nickname, 40)}", since, note) if part)


def hours_set(reader: Reader, start: int | None, end: int | None, days: int | None) -> Content:
    """Confirm when somebody can be asked: minutes of the day and a set of weekdays; None for the usual ones."""
    t = reader.t
    usual = start is None or end is None
    first, last = (USUAL_FROM, USUAL_UNTIL) if start is None or end is None else (start, end)
    span = f"{_clock(first)}–{_clock(last or _DAY)}"
    when = f"{span}, {say_weekdays(t, days)}" if days else span
    words = (
        t("You have set no hours, so the usual ones hold: {when}.", when=when)
        if usual
        else t("I ask you about issues and new work in your hours only: {when}.", when=when)
    )
    return say("🕘 " + words + " " + t("Only work that has stopped or a leak (S1) comes at any time."))


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def plan_list(
    reader: Reader, key: str, plans: Mapping[Severity, Delays], own: frozenset[Severity] = frozenset()
) -> Content:
    """Return how long each step may take in a project; `own` are the severities it has set itself."""
    t = reader.t
    text = t("Escalation in {key}", key=inline(key, 20))
    lines = [f"⏱️ *{text}*"]
    for severity in Severity:
        delays = plans[severity]
        lines.append(
            f"{SIGNS[severity]} *{say_severity(t, severity)}*"
            + ("" if severity in own else " · " + t("as usual"))
        )
        lines.append(
            t(
                "acknowledged within {ack}, each further level after {step}, settled within {resolve}",
                ack=_long(reader, delays.ack),
                step=_long(reader, delays.step),
                resolve=_long(reader, delays.resolve),
            )
        )
    how = t(
        "Except for S1 only working hours count. To change one: `{command} escalation {key} S2 30m 30m 24h`",
        command=reader.commands["pm"],
        key=inline(key, 20),
    )
    return Content(text, [section("\n".join(lines)), context(how)])


def _long(reader: Reader, length: timedelta) -> str:
    """Return a length of working hours: in hours, never in days, as a day of work is no day of the calendar."""
    hours, rest = divmod(int(length.total_seconds()), 3600)
    said = reader.t.plural("{n} hour", "{n} hours", hours) if hours else ""
    if rest or not hours:
        said = f"{said} {formats.duration(timedelta(seconds=rest), reader.language)}".strip()
    return said
