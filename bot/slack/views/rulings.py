"""What a supervisor rules for the time being, for the PM who decides about it and for everybody else."""

from __future__ import annotations

from bot.domain.escalation import RulingState
from bot.reports.issue_parts import RulingFacts
from bot.slack import ids
from bot.slack.blocks import Json, actions, button, context, fit, section
from bot.slack.content import Content
from bot.slack.ids import Ref
from bot.slack.mrkdwn import inline
from bot.slack.reader import Reader
from bot.slack.views.relays import passed_on, relay_buttons
from bot.slack.views.trouble import say


def ruling_card(reader: Reader, facts: RulingFacts, *, decides: bool, wanted: str | None = None) -> Content:
    """Return a ruling as it stands; `decides` is for PMs, who agree with it or not.

    `wanted` is the language into which the reader has things translated.
    """
    text = _headline(reader, facts, decides)
    return Content(text, fit(lambda size: _card(reader, facts, text, decides, wanted, size)))


def _headline(reader: Reader, facts: RulingFacts, decides: bool) -> str:
    t = reader.t
    name, id = inline(facts.made_by, 40), facts.issue_id
    if facts.state is RulingState.AGREED:
        return t("Issue #{id}: the PM agrees with the ruling", id=id)
    if facts.state is RulingState.DECLINED:
        return t("Issue #{id}: the PM sees it differently", id=id)
    if decides:
        return t("Issue #{id}: {name} has ruled for now. Do you agree?", id=id, name=name)
    return t("Issue #{id}: {name} has ruled for now", id=id, name=name)


def _card(
    reader: Reader, facts: RulingFacts, text: str, decides: bool, wanted: str | None, size: int
) -> list[Json]:
    t = reader.t
    ref = Ref(facts.ruling_id, facts.ver)
    relay = facts.words.relay_for(wanted)
    shown = [section(f"⚖️ *{text}*"), *passed_on(reader, t("The ruling"), facts.words.text, relay, size)]
    if facts.state is RulingState.DECLINED and facts.reason:
        answer = facts.answer.relay_for(wanted) if facts.answer is not None else None
        shown += passed_on(reader, t("What the PM says"), facts.reason, answer, size)
    pressed: list[Json | None] = []
    if decides and facts.state is RulingState.STANDING:
        pressed = [
            button(t("Agree"), ids.RULING_AGREE, ref, style="primary"),
            button(t("Disagree"), ids.RULING_DECLINE, ref),
        ]
    note = _note(reader, facts)
    foot = f"{inline(facts.project_key, 20)} · {inline(facts.made_by, 40)} · {reader.time(facts.made_at)}"
    return [
        *shown,
        *actions(*pressed, *relay_buttons(reader, relay)),
        context(note),
        context(foot),
    ]


def _note(reader: Reader, facts: RulingFacts) -> str:
    t = reader.t
    if facts.state is RulingState.AGREED:
        return t("It stays. Work goes on under it.")
    if facts.state is RulingState.DECLINED:
        return t("The tasks are on hold again. What was done under the ruling is nobody's fault.")
    return t("Work goes on under it. If the PM disagrees, the tasks go on hold again.")


def ruled_reply(reader: Reader, issue_id: int) -> Content:
    """Confirm a ruling."""
    return say(
        "⚖️ " + reader.t("Ruled for now in issue #{id}. Work goes on, and the PM is asked.", id=issue_id)
    )


def ruling_decided(reader: Reader, agreed: bool) -> Content:
    """Confirm what a PM has decided about a ruling."""
    t = reader.t
    if agreed:
        return say("⚖️ " + t("Thank you. The ruling stays."))
    return say("⚖️ " + t("Thank you. The tasks are on hold again and everybody concerned is told."))
