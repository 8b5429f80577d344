"""Issues on Home: those somebody looks after, those that wait for a PM, and somebody's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.escalation import IssueState
from bot.domain.hours import Hours
from bot.reports.alerts import IncidentFacts
from bot.reports.issue_desk import IssueDesk, Watch
from bot.reports.issue_lists import ListedIssue
from bot.reports.issue_parts import NoteFacts, RulingFacts
from bot.reports.issue_words import Words
from bot.slack import ids
from bot.slack.blocks import Json, actions, button, context, divider, section
from bot.slack.ids import Ref
from bot.slack.mrkdwn import escape, inline
from bot.slack.reader import Reader
from bot.slack.views.alerts import alert_headline
from bot.slack.views.digest_plans import say_weekdays
from bot.slack.views.issue_lists import issue_row
from bot.slack.views.latin import without_korean

_MOST = (5, 3, 1, 0)
"""How many issues each list shows: the first number for which there is room."""

_MOST_WATCHES = 5
_WORDS = 120
_DAY = 24 * 60


def issue_sections(reader: Reader, desk: IssueDesk, room: int) -> list[Json]:
    """Return all that concerns somebody of issues, in at most `room` blocks wherever that can be done."""
    blocks: list[Json] = []
    for most in _MOST:
        blocks = [
            *_looked_after(reader, desk, most),
            *_waiting(reader, desk, most),
            *_own(reader, desk.own, most),
        ]
        if len(blocks) <= room:
            break
    return blocks


def _looked_after(reader: Reader, desk: IssueDesk, most: int) -> list[Json]:
    """Return the issues somebody looks after, the most urgent first, who is on duty, and what is on hold."""
    if not (desk.looked_after or desk.watches):
        return []
    t = reader.t
    title = t("Open issues")
    shown = [divider(), section(f"*{title}*")]
    if not desk.looked_after:
        shown.append(context(t("No issue is open.")))
    shown += _rows(reader, desk.looked_after, most)
    if desk.watches:
        shown.append(context(*(_watch_line(reader, watch) for watch in desk.watches[:_MOST_WATCHES])))
    return shown


def _waiting(reader: Reader, desk: IssueDesk, most: int) -> list[Json]:
    """Return what of issues waits for a PM, and the alerts that are not over."""
    if not (desk.waiting or desk.rulings or desk.notes or desk.alerts):
        return []
    t = reader.t
    title = t("Waiting for you")
    shown = [divider(), section(f"*{title}*"), *_rows(reader, desk.waiting, most)]
    for ruling in desk.rulings[:most]:
        shown += _ruling(reader, ruling)
    for note in desk.notes[:most]:
        shown += _note(reader, note)
    if desk.alerts:
        shown.append(section("\n".join(_alert_line(reader, alert) for alert in desk.alerts)))
    return shown


def _own(reader: Reader, issues: Sequence[ListedIssue], most: int) -> list[Json]:
    """Return the issues somebody has raised and that are not settled."""
    if not issues:
        return []
    title = reader.t("Issues you have raised")
    return [divider(), section(f"*{title}*"), *_rows(reader, issues, most, own=True)]


def raise_buttons(reader: Reader, *, nameless: bool) -> list[Json]:
    """Return the buttons that raise an issue, openly or, for those who work or review, without a name."""
    t = reader.t
    report = button(t("Tell the supervisor without my name"), ids.ISSUE_NAMELESS, "nameless")
    return actions(button(t("Escalate"), ids.ISSUE_OPEN), report if nameless else None)


def hours_line(reader: Reader, hours: Hours) -> Json:
    """Return between which hours somebody is asked for anything, and how to change that."""
    t = reader.t
    line = t(
        "Issues and new work reach you {start}–{end}, {days} ({zone}). `{command}` changes that.",
        start=_clock(hours.start),
        end=_clock(hours.end or _DAY),
        days=say_weekdays(t, hours.days),
        zone=inline(hours.zone),
        command=f"{reader.commands['my']} {'시간' if reader.language == 'ko' else 'hours'}",
    )
    return context(f"🕘 {line}")


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _rows(reader: Reader, issues: Sequence[ListedIssue], most: int, *, own: bool = False) -> list[Json]:
    t, shown = reader.t, []
    for issue in issues[:most]:
        shown.append(issue_row(reader, _readable(reader, issue), reader.language))
        if issue.state is IssueState.OPEN and not own:
            ref = Ref(issue.issue_id, issue.ver)
            shown += actions(button(t("Acknowledge"), ids.ISSUE_ACK, ref, style="primary"))
    if (left := len(issues) - most) > 0:
        line = t.plural("And {n} more: `{command}`", "And {n} more: `{command}`", left, command=_list(reader))
        shown.append(context(line))
    return shown


def _readable(reader: Reader, issue: ListedIssue) -> ListedIssue:
    """Leave out words that the reader can't read."""
    return issue if _words(reader, issue.request) else replace(issue, request=Words(""))


def _list(reader: Reader) -> str:
    return f"{reader.commands['esc']} {'목록' if reader.language == 'ko' else 'list'}"


def _words(reader: Reader, words: Words) -> str:
    """Return the beginning of somebody's words as the reader can read them, "" where they can't."""
    relay = words.relay_for(reader.language)
    text = (relay.text or relay.original) if relay is not None else words.text
    if reader.language != "ko" and without_korean(text) != " ".join(text.split()):
        return ""
    return inline(text, _WORDS)


def _watch_line(reader: Reader, watch: Watch) -> str:
    t, key = reader.t, inline(watch.key, 20)
    if watch.duty is None:
        line = t("{key}: nobody is on duty", key=key)
    else:
        since = reader.time(watch.duty.since)
        line = t(
            "{key}: {name} is on duty since {time}", key=key, name=inline(watch.duty.nickname, 40), time=since
        )
    held = t.plural("{n} task on hold", "{n} tasks on hold", watch.held) if watch.held else ""
    return " · ".join(filter(None, (line, held)))


def _ruling(reader: Reader, ruling: RulingFacts) -> list[Json]:
    t, ref = reader.t, Ref(ruling.ruling_id, ruling.ver)
    title = t(
        "#{id} {key}: {name} has ruled for the time being",
        id=ruling.issue_id,
        key=inline(ruling.project_key, 20),
        name=inline(ruling.made_by, 40),
    )
    words = _words(reader, ruling.words)
    return [
        section(f"⚖️ {title}" + (f"\n> {words}" if words else "")),
        *actions(
            button(t("Agree"), ids.RULING_AGREE, ref, style="primary"),
            button(t("Disagree"), ids.RULING_DECLINE, ref),
        ),
    ]


def _note(reader: Reader, note: NoteFacts) -> list[Json]:
    t, ref = reader.t, Ref(note.note_id, note.ver)
    title = t(
        "#{id} {key}: {name} proposes a note for the guideline",
        id=note.issue_id,
        key=inline(note.project_key, 20),
        name=inline(note.made_by, 40),
    )
    words = _words(reader, note.words)
    return [
        section(f"📝 {title}" + (f"\n> {words}" if words else "")),
        *actions(
            button(t("Take it up"), ids.NOTE_TAKE, ref, style="primary"),
            button(t("Leave it out"), ids.NOTE_DECLINE, ref),
        ),
    ]


def _alert_line(reader: Reader, alert: IncidentFacts) -> str:
    since = reader.t("since {time}", time=reader.time(alert.opened_at))
    return f"🔔 {alert_headline(reader, alert)} · {escape(since)}"
