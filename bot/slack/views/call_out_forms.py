"""The windows of call-outs: calling people out, and who has come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.domain.call_outs import MOST_PLACES, NOTE_LIMIT
from bot.domain.quality import CallOutMode, CallOutState
from bot.i18n.catalogs import N_, Catalog
from bot.reports.call_outs import CallOutFacts, WhoCame
from bot.slack import ids
from bot.slack.blocks import Json, actions, button, context, divider, section
from bot.slack.ids import Ref
from bot.slack.inputs import choice, explained_choice, modal, text_input
from bot.slack.mrkdwn import inline
from bot.slack.reader import Reader
from bot.slack.views.call_outs import end_asked
from bot.slack.views.trouble import NOTICE

DEADLINES = {
    "30m": (timedelta(minutes=30), N_("in 30 minutes")),
    "1h": (timedelta(hours=1), N_("in 1 hour")),
    "3h": (timedelta(hours=3), N_("in 3 hours")),
    "6h": (timedelta(hours=6), N_("in 6 hours")),
    "12h": (timedelta(hours=12), N_("in 12 hours")),
    "1d": (timedelta(days=1), N_("in 1 day")),
    "3d": (timedelta(days=3), N_("in 3 days")),
    "7d": (timedelta(days=7), N_("in 7 days")),
}
"""For how long a call-out can be open, from the moment it is made."""

_USUAL = "3h"
_USUAL_PLACES = "5"
_MOST_NAMES = 60

_MODES = {
    CallOutMode.FIRST: (
        N_("First come, first served"),
        N_("Quick, but favours whoever is at the screen just now"),
    ),
    CallOutMode.LOTTERY: (N_("By lot"), N_("Drawn after a minute; recent winners stand back for a day")),
    CallOutMode.LEAST_RECENT: (
        N_("Longest without work first"),
        N_("Sorted after a minute; spreads scarce work the most evenly"),
    ),
}


def call_out_form(reader: Reader, keys: Sequence[str]) -> Json:
    """Return the window in which people are called out; `keys` are the projects it can be for."""
    t = reader.t
    which = [choice(t("Project"), ids.PROJECT, [(key, key) for key in keys])] if len(keys) > 1 else []
    blocks = [
        *which,
        text_input(
            t("How many people?"),
            ids.HEADCOUNT,
            value=_USUAL_PLACES,
            limit=len(str(MOST_PLACES)),
            multiline=False,
        ),
        explained_choice(
            t("Who gets a place?"),
            ids.MODE,
            [(mode.value, t(name), t(why)) for mode, (name, why) in _MODES.items()],
            chosen=CallOutMode.FIRST.value,
        ),
        choice(
            t("When does it end?"),
            ids.DEADLINE,
            [(value, t(name)) for value, (_span, name) in DEADLINES.items()],
            chosen=_USUAL,
        ),
        text_input(
            t("Note"),
            ids.NOTE,
            limit=NOTE_LIMIT,
            optional=True,
            hint=t("Everybody reads it, in Korean and English. Please leave task content out."),
        ),
    ]
    only = keys[0] if len(keys) == 1 else ""
    return modal(t, ids.FORM_CALL_OUT, t("Call people out"), t("Call out"), blocks, metadata=only)


def who_came_modal(reader: Reader, facts: CallOutFacts, came: WhoCame, *, fresh: bool = False) -> Json:
    """Return the window for whoever steers a call-out, with the nicknames; they stand nowhere else."""
    t = reader.t
    key = inline(facts.project_key, 20)
    head = (
        t("The call-out for {key} is on its way to those who may come.", key=key)
        if fresh
        else t("The call-out for {key}", key=key)
    )
    lines = [f"📣 *{head}*", reader.until(facts.deadline)]
    blocks = [section("\n".join(lines)), divider()]
    if facts.to_draw:
        blocks.append(
            section(t.plural("{n} person would like a place", "{n} people would like a place", came.asked))
        )
    else:
        blocks += _names(t, t("Has a place"), came.taken)
        blocks += _names(t, t("On the waitlist"), came.waiting)
    if facts.state is not CallOutState.CLOSED:
        end = button(
            t("End it"), ids.CALL_OUT_CLOSE, Ref(facts.call_out_id, facts.ver), confirm=end_asked(reader)
        )
        blocks += actions(end)
    blocks.append(context(t("Only you see the names. Who left or never answered is not recorded.")))
    return modal(t, NOTICE, t("Call-out"), "", blocks)


def _names(t: Catalog, title: str, names: Sequence[str]) -> list[Json]:
    shown = ", ".join(inline(name, 40) for name in names[:_MOST_NAMES]) or t("nobody yet")
    if (left := len(names) - _MOST_NAMES) > 0:
        shown += " " + t.plural("and {n} more", "and {n} more", left)
    return [section(f"*{title}* ({len(names)})\n{shown}")]
