"""What somebody wrote to an issue from a card: in its threads, and for each of the others in private."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.escalation import UNSETTLED
from bot.domain.translation import RenditionState
from bot.reports.issue_said import SaidFacts
from bot.reports.issue_words import crossed_out
from bot.reports.translations import RelayFacts
from bot.slack import ids
from bot.slack.blocks import Json, Run, actions, button, context, fit, quote, section
from bot.slack.content import Content
from bot.slack.graphemes import cut
from bot.slack.ids import Ref
from bot.slack.mrkdwn import inline, showable
from bot.slack.reader import Reader
from bot.slack.views.relays import passed_on, relay_buttons
from bot.slack.words import say_role


def said_there(readers: Sequence[Reader], said: SaidFacts) -> Content:
    """Return a line in an issue's thread, in the language of each reader there: one, or both of a shared channel.

    The writer is named and never mentioned; nobody is called by what the words hold, and numbers that belong to
    one person are crossed out.
    """
    said = replace(said, words=crossed_out(said.words))
    text = " · ".join(dict.fromkeys(_headline(reader, said) for reader in readers))
    return Content(text, fit(lambda size: _there(readers, said, size)))


def _there(readers: Sequence[Reader], said: SaidFacts, size: int) -> list[Json]:
    roles = [say_role(reader.t, said.role) for reader in readers] if said.role is not None else []
    numbers = [reader.t("Issue #{id}", id=said.issue_id) for reader in readers]
    about = ["/".join(dict.fromkeys(roles)), "/".join(dict.fromkeys(numbers))]
    head = section(" · ".join([f"💬 *{inline(said.author, 40)}*", *(one for one in about if one)]))
    if len(readers) == 1:
        relay = said.words.relay_for(readers[0].language)
        words = passed_on(readers[0], "", said.words.text, relay, size)
        return [head, *words, *actions(*relay_buttons(readers[0], relay))]
    # Where both languages are read the words themselves stand first, and all there is of them below.
    blocks = [head, quote("", [Run(cut(showable(said.words.text), size // 2))])]
    for reader in readers:
        if (relay := said.words.relay_for(reader.language)) is not None:
            blocks += _below(reader, said, relay, size // 2)
    return blocks


def _below(reader: Reader, said: SaidFacts, relay: RelayFacts, size: int) -> list[Json]:
    words = passed_on(reader, "", said.words.text, relay, size)
    if relay.state is not RenditionState.DONE or not relay.text:
        return words[1:]
    report = relay_buttons(reader, relay)[1:]
    return [*words, *actions(*report)]


def said_card(reader: Reader, said: SaidFacts, wanted: str | None) -> Content:
    """Return a line for one of an issue's people; `wanted` is the language they have things translated into."""
    return Content(_headline(reader, said), fit(lambda size: _card(reader, said, wanted, size)))


def _card(reader: Reader, said: SaidFacts, wanted: str | None, size: int) -> list[Json]:
    t = reader.t
    relay = said.words.relay_for(wanted)
    ref = Ref(said.issue_id, said.ver)
    reply = button(t("Reply"), ids.ISSUE_SAY, ref) if said.state in UNSETTLED else None
    who = [inline(said.author, 40)] if said.author else []
    if said.role is not None:
        who.append(say_role(t, said.role))
    return [
        section(f"💬 *{_headline(reader, said)}*"),
        *passed_on(reader, "", said.words.text, relay, size),
        *actions(reply, button(t("Show the issue"), ids.ISSUE_SHOW, ref), *relay_buttons(reader, relay)),
        context(" · ".join([*who, inline(said.project_key, 20)])),
    ]


def _headline(reader: Reader, said: SaidFacts) -> str:
    """Return who wrote: whoever raised an issue in private is told by their role alone."""
    t = reader.t
    if said.author:
        return t("{name} wrote to issue #{id}", name=inline(said.author, 40), id=said.issue_id)
    if said.role is None:
        return t("Whoever raised issue #{id} wrote to it", id=said.issue_id)
    return t("The {role} wrote to issue #{id}", role=say_role(t, said.role), id=said.issue_id)
