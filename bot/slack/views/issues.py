"""The state card of an issue: in its thread, for those it concerns, and when somebody raises it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.escalation import IssueSource, IssueState, RulingState
from bot.reports.issue_words import Words
from bot.reports.issues import IssueFacts
from bot.slack import ids
from bot.slack.blocks import Json, Run, actions, button, context, fit, link, quote, section
from bot.slack.content import Content
from bot.slack.graphemes import cut
from bot.slack.ids import Ref
from bot.slack.inputs import modal
from bot.slack.mrkdwn import escape, inline, showable
from bot.slack.reader import Reader
from bot.slack.views.issue_buttons import HISTORY, REOPEN, state_buttons, withdraw_button
from bot.slack.views.issue_lines import (
    in_each,
    say_leak,
    say_origin,
    say_progress,
    say_ruling,
    say_section,
    say_tasks,
    say_title,
    say_where_it_stands,
    sign_of,
)
from bot.slack.views.issue_terms import say_asked
from bot.slack.views.relays import passed_on, relay_buttons
from bot.slack.views.trouble import NOTICE, say


@dataclass(frozen=True)
class Where:
    """The channel in which somebody reads of an issue, and the address that opens the place there, "" for none."""

    channel: str
    url: str = ""


_MOST_WORDS = 1200


def issue_card(
    reader: Reader,
    facts: IssueFacts,
    person_id: int,
    *,
    steers: bool,
    wanted: str | None = None,
    resolution: Words | None = None,
    where: Where | None = None,
) -> Content:
    """Return an issue for one of those it concerns.

    `steers` is for those who may take it, `wanted` the language into which they have things translated. Nobody
    learns from it who wrote a nameless or private one. `resolution` is how it was settled, in one text,
    `where` the place in which they read of it.
    """
    view = _View(reader, facts, person_id, steers, wanted, resolution, where)
    return Content(_title([reader], facts), fit(lambda size: _card(view, min(size, _MOST_WORDS))))


@dataclass(frozen=True)
class _View:
    """All that a private card is drawn from."""

    reader: Reader
    facts: IssueFacts
    person_id: int
    steers: bool
    wanted: str | None
    resolution: Words | None
    where: Where | None


def _card(view: _View, size: int) -> list[Json]:
    reader, facts = view.reader, view.facts
    return [
        *_told(view, size),
        *actions(*state_buttons([reader], facts, own=_own_buttons(view), steers=view.steers)),
        *actions(_way(view), *relay_buttons(reader, facts.request.relay_for(view.wanted))),
        context(_foot(view)),
    ]


def _told(view: _View, size: int) -> list[Json]:
    """Return all of a card that is read and not pressed."""
    reader, facts, wanted = view.reader, view.facts, view.wanted
    shown = [_head([reader], facts)]
    if facts.request.text:
        relay = facts.request.relay_for(wanted)
        shown += passed_on(reader, _request_title(reader, facts), facts.request.text, relay, size)
    shown += _lines(say_tasks([reader], facts.tasks))
    if facts.ruling is not None:
        words = facts.ruling.words
        shown += [section(f"⚖️ {say_ruling(reader, facts)}")]
        if facts.ruling.state is not RulingState.DECLINED:
            shown += passed_on(reader, "", words.text, words.relay_for(wanted), size)
    if view.resolution is not None:
        title, relay = reader.t("Cause, and what was done"), view.resolution.relay_for(wanted)
        shown += passed_on(reader, title, view.resolution.text, relay, size)
        if facts.section:
            shown.append(context(escape(say_section(reader, facts.section))))
    return shown


def _request_title(reader: Reader, facts: IssueFacts) -> str:
    if facts.source is IssueSource.NAMELESS:
        return reader.t("The report")
    return say_asked(reader.t, facts.asked)


def _way(view: _View) -> Json | None:
    """Return the button that opens the thread, or the message that shows what it should not."""
    t, where = view.reader.t, view.where
    if where is None or not where.url:
        return None
    leaked = view.facts.source is IssueSource.LEAK
    return link(t("Open the message") if leaked else t("Open the thread"), ids.LINK_MESSAGE, where.url)


def thread_card(readers: Sequence[Reader], facts: IssueFacts, *, resolution: Words | None = None) -> Content:
    """Return an issue as it stands in its thread, in the languages of those who read there.

    The words of its opener are shown, never anything of a task but its number and id. Moments should be drawn
    by a `PublicReader`, as everybody there has an own clock.
    """
    return Content(
        _title(readers, facts), fit(lambda size: _public(readers, facts, resolution, min(size, 900)))
    )


def _public(readers: Sequence[Reader], facts: IssueFacts, resolution: Words | None, size: int) -> list[Json]:
    blocks = [_head(readers, facts)]
    if facts.request.text:
        blocks += _both(readers, in_each(readers, lambda r: say_asked(r.t, facts.asked)), facts.request, size)
    blocks += _lines(say_tasks(readers, facts.tasks))
    if facts.ruling is not None:
        blocks.append(section("⚖️ " + in_each(readers, lambda r: say_ruling(r, facts), "\n")))
        if facts.ruling.state is not RulingState.DECLINED:
            blocks += _both(readers, "", facts.ruling.words, size)
    if resolution is not None:
        title = in_each(readers, lambda r: r.t("Cause, and what was done"))
        blocks += _both(readers, title, resolution, size)
    return [
        *blocks,
        *actions(*state_buttons(readers, facts, own=[], steers=True)),
        context(inline(facts.project_key, 20), *[say_origin(reader, facts, None) for reader in readers]),
    ]


def _both(readers: Sequence[Reader], title: str, words: Words, size: int) -> list[Json]:
    """Return somebody's words and below them the renditions that others there need."""
    if len(readers) == 1:
        return passed_on(readers[0], title, words.text, words.relay_for(readers[0].language), size)
    shown = [quote(title, [Run(cut(showable(words.text), size))])]
    for reader in readers:
        if (relay := words.relay_for(reader.language)) is not None:
            shown += passed_on(reader, "", words.text, relay, size)
    return shown


def _title(readers: Sequence[Reader], facts: IssueFacts) -> str:
    return in_each(
        readers,
        lambda r: f"{say_title(r, facts.issue_id, facts.severity)} · {say_where_it_stands(r, facts.state)}",
    )


def _head(readers: Sequence[Reader], facts: IssueFacts) -> Json:
    title = in_each(readers, lambda r: say_title(r, facts.issue_id, facts.severity))
    progress = [say_progress(reader, facts) for reader in readers]
    # Line by line in each language, so that the two say the same thing one below the other.
    told = "\n".join(line for lines in zip(*progress, strict=True) for line in dict.fromkeys(lines))
    leak = in_each(readers, lambda r: say_leak(r, facts), "\n")
    stands = in_each(readers, lambda r: say_where_it_stands(r, facts.state))
    # Once somebody has it, the first line of its progress says the same and more.
    known = bool(told) and facts.state is not IssueState.OPEN
    lines = [f"{sign_of(facts)} *{title}*", "" if known else f"*{stands}*", told, leak]
    return section("\n".join(line for line in lines if line))


def _lines(lines: Sequence[str]) -> list[Json]:
    return [section(line) for line in lines]


def _foot(view: _View) -> str:
    parts = [inline(view.facts.project_key, 20)]
    if view.where is not None and view.facts.source is IssueSource.THREAD:
        parts.append(f"<#{view.where.channel}>")
    return " · ".join([*parts, say_origin(view.reader, view.facts, view.person_id)])


def _own_buttons(view: _View) -> list[Json]:
    """Return the buttons of private cards only: a reply, and taking one's own issue back."""
    t, facts = view.reader.t, view.facts
    ref = Ref(facts.issue_id, facts.ver)
    shown = []
    if facts.source is not IssueSource.NAMELESS and facts.state is not IssueState.CLOSED:
        shown.append(button(t("Reply"), ids.ISSUE_SAY, ref))
    if not view.steers and view.person_id == facts.opener_id and facts.state is IssueState.OPEN:
        shown.append(withdraw_button(view.reader, ref))
    return shown


def issue_modal(
    reader: Reader,
    facts: IssueFacts,
    person_id: int,
    *,
    steers: bool,
    wanted: str | None = None,
    resolution: Words | None = None,
    where: Where | None = None,
) -> Json:
    """Return an issue in a window, with the buttons of its private card."""
    blocks = _card(_View(reader, facts, person_id, steers, wanted, resolution, where), _MOST_WORDS)
    return modal(reader.t, NOTICE, reader.t("Issue #{id}", id=facts.issue_id), "", blocks)


def thread_taken(reader: Reader, facts: IssueFacts) -> Content:
    """Show the issue that a thread is bound to already, to somebody who raises it once more."""
    t = reader.t
    text = t("This thread has issue #{id} already. Here is how far it is.", id=facts.issue_id)
    reopen = (
        button(t(REOPEN), ids.ISSUE_REOPEN, Ref(facts.issue_id, facts.ver))
        if facts.state is IssueState.RESOLVED
        else None
    )
    history = button(t(HISTORY), ids.ISSUE_HISTORY, Ref(facts.issue_id, facts.ver))
    return Content(text, [section(text), _head([reader], facts), *actions(reopen, history)])


def opened_reply(reader: Reader, issue_id: int, *, private: bool = False) -> Content:
    """Confirm that an issue is raised, and say where it can be followed."""
    t = reader.t
    if private:
        words = t(
            "Issue #{id} is with those in charge. You can follow it in our direct messages.", id=issue_id
        )
    else:
        words = t("Issue #{id} is raised. Its card in the thread shows how far it is.", id=issue_id)
    return say(f"🚨 {words}")


def nameless_sent(reader: Reader) -> Content:
    """Confirm a report without a name."""
    t = reader.t
    return say(
        "🙈 "
        + t("Your report is with the supervisors. I did not keep who sent it, so I cannot pass on a reply.")
    )


def moved_reply(reader: Reader, facts: IssueFacts) -> Content:
    """Say in one line how an issue stands after somebody did something about it."""
    return say(f"{sign_of(facts)} {_title([reader], facts)}")


def said_reply(reader: Reader, issue_id: int) -> Content:
    """Confirm that words were passed on."""
    return say("💬 " + reader.t("Passed on to everybody in issue #{id}.", id=issue_id))
