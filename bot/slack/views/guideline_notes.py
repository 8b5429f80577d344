"""Notes that come out of issues, proposed for the guideline: for the PM, and for their author once decided."""

from __future__ import annotations

from bot.domain.escalation import NoteState
from bot.reports.issue_parts import NoteFacts
from bot.slack import ids
from bot.slack.blocks import Json, actions, button, context, fit, section
from bot.slack.content import Content
from bot.slack.ids import Ref
from bot.slack.mrkdwn import inline
from bot.slack.reader import Reader
from bot.slack.views.issue_lines import say_section
from bot.slack.views.relays import passed_on, relay_buttons
from bot.slack.views.trouble import say


def note_card(reader: Reader, facts: NoteFacts, *, decides: bool, wanted: str | None = None) -> Content:
    """Return a proposed note as it stands; `decides` is for PMs, `wanted` the reader's language of translations."""
    t = reader.t
    text = {
        NoteState.PROPOSED: t("A note is proposed for the guideline"),
        NoteState.TAKEN: t("The note goes into the guideline"),
        NoteState.DECLINED: t("The note does not go into the guideline"),
    }[facts.state]
    return Content(text, fit(lambda size: _card(reader, facts, text, decides, wanted, size)))


def _card(
    reader: Reader, facts: NoteFacts, text: str, decides: bool, wanted: str | None, size: int
) -> list[Json]:
    t = reader.t
    ref = Ref(facts.note_id, facts.ver)
    relay = facts.words.relay_for(wanted)
    where = say_section(reader, facts.section) if facts.section else t("No section is named")
    pressed: list[Json | None] = []
    notes = []
    if facts.state is NoteState.PROPOSED and decides:
        pressed = [
            button(t("Take it up"), ids.NOTE_TAKE, ref, style="primary"),
            button(t("Leave it out"), ids.NOTE_DECLINE, ref),
        ]
        notes = [t("Taking it up only notes that: please write it into the next version of the guideline.")]
    foot = [
        inline(facts.project_key, 20),
        t("Issue #{id}", id=facts.issue_id),
        inline(facts.made_by, 40),
        reader.time(facts.created_at),
    ]
    return [
        section(f"📝 *{text}*"),
        *passed_on(reader, where, facts.words.text, relay, size),
        *actions(*pressed, *relay_buttons(reader, relay)),
        context(*notes, " · ".join(foot)),
    ]


def note_decided(reader: Reader, taken: bool) -> Content:
    """Confirm what a PM has decided about a note."""
    t = reader.t
    if taken:
        return say("📝 " + t("Noted. Please write it into the next version of the guideline."))
    return say("📝 " + t("Noted. It stays as it is, and its author is told."))
