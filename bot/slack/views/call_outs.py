"""Call-outs: the card everybody reads, the one for each person, and what became of a wish for a place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.pay import Money
from bot.domain.quality import CallOutMode, CallOutState, EntryState
from bot.reports.call_outs import CallOutFacts, OwnEntry
from bot.reports.issue_words import crossed_out
from bot.slack import ids
from bot.slack.blocks import Json, actions, ask, button, context, fields, section
from bot.slack.content import Content
from bot.slack.ids import Ref
from bot.slack.mrkdwn import inline
from bot.slack.reader import Reader
from bot.slack.views.issue_lines import in_each
from bot.slack.views.latin import without_korean
from bot.slack.views.relays import passed_on, relay_buttons
from bot.slack.views.tasks import next_button
from bot.slack.views.trouble import say
from bot.slack.words import say_type, symbol

_MOST_NOTE = 500
_MOST_HOW = 200


def call_out_card(readers: Sequence[Reader], facts: CallOutFacts) -> Content:
    """Return a call-out as it stands in its channel, in the language of each reader there: counts, no names."""
    if facts.note is not None:
        facts = replace(facts, note=crossed_out(facts.note))
    headline = in_each(readers, lambda reader: _headline(reader, facts))
    blocks = [section(f"{_sign(facts)} *{headline}*")]
    for reader in readers:
        blocks += _terms(reader, facts)
    ref = Ref(facts.call_out_id, 0)
    over = facts.state is CallOutState.CLOSED
    if not over:
        blocks += actions(
            button(
                in_each(readers, lambda reader: reader.t("Count me in")),
                ids.CALL_OUT_JOIN,
                ref,
                style="primary",
            ),
            button(in_each(readers, lambda reader: reader.t("Count me out")), ids.CALL_OUT_LEAVE, ref),
            button(
                in_each(readers, lambda reader: reader.t("End it")),
                ids.CALL_OUT_CLOSE,
                Ref(facts.call_out_id, facts.ver),
                confirm=end_asked(readers[0]),
            ),
            # Where both languages are read the original stands there anyway.
            *(_original(readers[0], facts) if len(readers) == 1 else []),
        )
    blocks.append(context(*(_counts(reader, facts) for reader in readers)))
    return Content(f"{_sign(facts)} {headline}", blocks)


def invite_card(reader: Reader, facts: CallOutFacts, own: OwnEntry) -> Content:
    """Return a call-out for one person who may take part, with where they stand in it."""
    t = reader.t
    headline = _headline(reader, facts)
    ref = Ref(facts.call_out_id, 0)
    over = facts.state is CallOutState.CLOSED
    # It is drawn again only when the person's own place changes, so that it holds no figure that moves.
    note = context(t("It is an offer: if you do not answer, nothing is kept of it."))
    stands = _own_line(reader, own, facts.draws_at)
    if over and own.state is EntryState.IN:
        stands = _place_after(reader, facts)
    leave = button(t("Count me out"), ids.CALL_OUT_LEAVE, ref)
    taking = next_button(reader) if own.state is EntryState.IN and facts.deadline > reader.now else None
    join = button(t("Count me in"), ids.CALL_OUT_JOIN, ref, style="primary")
    steps = [taking] if over else [join] if own.state is EntryState.LEFT else [taking, leave]
    return Content(
        f"{_sign(facts)} {headline}",
        [
            section(f"{_sign(facts)} *{headline}*"),
            *([section(stands)] if stands else []),
            *_terms(reader, facts, counting=False),
            *actions(*steps, *_original(reader, facts)),
            *([] if over or stands else [note]),
        ],
    )


def _original(reader: Reader, facts: CallOutFacts) -> list[Json]:
    relay = facts.note.relay_for(reader.language) if facts.note is not None else None
    return relay_buttons(reader, relay)


def _sign(facts: CallOutFacts) -> str:
    return "🔒" if facts.state is CallOutState.CLOSED else "📣"


def _headline(reader: Reader, facts: CallOutFacts) -> str:
    t = reader.t
    key, kind = inline(facts.project_key, 20), say_type(t, facts.type)
    if facts.state is CallOutState.CLOSED:
        return t("{key} {type}: this call-out has ended", key=key, type=kind)
    if facts.state is CallOutState.FULL:
        return t("{key} {type}: all places are taken for now", key=key, type=kind)
    return t.plural(
        "{key} {type}: {n} person wanted",
        "{key} {type}: {n} people wanted",
        facts.headcount,
        key=key,
        type=kind,
    )


def _terms(reader: Reader, facts: CallOutFacts, *, counting: bool = True) -> list[Json]:
    """Return what is offered: what it pays, honestly, until when, for whom, and how places are given.

    With `counting` the places that are left stand there, too.
    """
    t, n = reader.t, reader.number
    name = facts.project_name if reader.language == "ko" else without_korean(facts.project_name)
    shown = [
        fields(
            *(
                []
                if facts.state is CallOutState.CLOSED or not counting
                else [(t("Places left"), t("{left} of {of}", left=n(facts.left), of=n(facts.headcount)))]
            ),
            (t("Until"), reader.time(facts.deadline)),
            (t("Unit price"), reader.money(facts.price)),
            (t("Per hour (estimate)"), _about(reader, facts.hourly) if facts.hourly else t("not known yet")),
            (t("Type"), f"{symbol(facts.type)} {say_type(t, facts.type)}"),
            *([(t("Project"), inline(name, 80))] if name else []),
        )
    ]
    lines = [
        t("The hourly figure counts the real pace so far, and rework.")
        if facts.hourly
        else t("Nobody has worked here long enough to say what an hour brings.")
    ]
    if facts.gate is not None:
        lines.append(_gate(reader, facts))
    if facts.state is not CallOutState.CLOSED:
        lines.append(say_mode(reader, facts))
    shown.append(context(*lines))
    if facts.note is not None:
        shown += passed_on(reader, "", facts.note.text, facts.note.relay_for(reader.language), _MOST_NOTE)
    return shown


def _about(reader: Reader, money: Money) -> str:
    """Return an estimate to three figures: it is no more exact than that."""
    unit = 10 ** max(0, len(str(money.minor)) - 3)
    return reader.money(replace(money, minor=round(money.minor / unit) * unit))


def _gate(reader: Reader, facts: CallOutFacts) -> str:
    t = reader.t
    gate = inline(facts.gate or "", 40)
    how = facts.how if reader.language == "ko" else without_korean(facts.how)
    if how:
        return t("For people with {gate}. How to get it: {how}", gate=gate, how=inline(how, _MOST_HOW))
    return t("For people with {gate}. A supervisor can grant it; please ask one.", gate=gate)


def say_mode(reader: Reader, facts: CallOutFacts) -> str:
    """Return how places are given, in a sentence."""
    t = reader.t
    # After a draw that left places over, they go to whoever comes.
    if facts.mode is CallOutMode.FIRST or (facts.drawn and facts.left):
        return t("Places go to whoever comes first; after that there is a waitlist.")
    when = reader.time(facts.draws_at) if facts.draws_at is not None else "—"
    if facts.drawn:
        return t("The places have been given; whoever comes now is on the waitlist.")
    if facts.mode is CallOutMode.LOTTERY:
        return t("The places are drawn by lot: {time}. It makes no difference who is quick.", time=when)
    return t("The places go to those who had no work for longest: {time}. Nobody has to be quick.", time=when)


def _counts(reader: Reader, facts: CallOutFacts) -> str:
    t, n = reader.t, reader.number
    if facts.to_draw:
        return t.plural("{n} person would like a place", "{n} people would like a place", facts.asked)
    return t("{taken} joined · {waiting} on the waitlist", taken=n(facts.taken), waiting=n(facts.waiting))


def end_asked(reader: Reader) -> Json:
    """Return the question Slack asks before a call-out is ended by hand."""
    t = reader.t
    return ask(
        t("End this call-out?"),
        t("Who has a place keeps it; those who wait are told."),
        t("End it"),
        t("Leave it open"),
    )


def _own_line(reader: Reader, own: OwnEntry, draws_at: datetime | None = None) -> str:
    t = reader.t
    if own.state is EntryState.IN:
        return "✅ " + t("You have a place.")
    if own.state is EntryState.WAITING:
        return "⏳ " + t("You are number {place} on the waitlist.", place=own.place or 1)
    if own.state is EntryState.ASKED and draws_at is not None:
        return "🙋 " + t(
            "You have asked for a place. Places are given at {time}.", time=reader.time(draws_at)
        )
    return ""


def _place_after(reader: Reader, facts: CallOutFacts) -> str:
    """Return what a place is worth once the call-out has ended: it lasts until the deadline."""
    t, until = reader.t, reader.time(facts.deadline)
    if facts.deadline > reader.now:
        return "✅ " + t("You have a place until {time}.", time=until)
    return "🔒 " + t("Your place was until {time}.", time=until)


def joined_reply(reader: Reader, own: OwnEntry, draws_at: datetime | None = None) -> Content:
    """Return where somebody stands after they asked for a place."""
    t = reader.t
    if own.state is EntryState.IN:
        text = t("You have a place. Whenever you are ready, take a task.")
        return Content(text, [section(f"✅ {text}"), *actions(next_button(reader))])
    if own.state is EntryState.WAITING:
        more = t("If somebody leaves, the next one moves up and is told.")
        return say(f"{_own_line(reader, own)} {more}")
    more = t("I will tell you either way.")
    return say(f"{_own_line(reader, own, draws_at)} {more}")


def left_reply(reader: Reader) -> Content:
    """Return that a place was given back, or was never taken: nothing is kept of it."""
    return say("👋 " + reader.t("You are not in this call-out. Nothing is held against you."))


def not_qualified(reader: Reader, facts: CallOutFacts) -> Content:
    """Return what somebody lacks for a call-out, and how to get it."""
    lead = reader.t("This one needs a qualification you do not have yet.")
    return Content(lead, [section(f"🎓 {lead}\n{_gate(reader, facts)}")])


def ended_reply(reader: Reader) -> Content:
    """Confirm that a call-out has ended."""
    return say(
        "🔒 " + reader.t("The call-out has ended. Who has a place keeps it; those who waited are told.")
    )


def call_out_news(reader: Reader, what: str, facts: CallOutFacts, own: OwnEntry) -> Content | None:
    """Return what became of somebody's wish for a place; `what` as in `CallOutNews`, None when it is overtaken."""
    t = reader.t
    key, kind = inline(facts.project_key, 20), say_type(t, facts.type)
    if what == "closed":
        text = t("{key} {type}: the call-out ended before a place was free", key=key, type=kind)
        more = t("Thank you for waiting. Nothing is kept of it, and the next call-out comes as a message.")
        return Content(text, [section(f"🔒 *{text}*\n{more}")])
    if what in ("in", "moved_up") and own.state is EntryState.IN:
        text = t("{key} {type}: you have a place", key=key, type=kind)
        more = (
            t("Somebody left, so you moved up. Whenever you are ready, take a task.")
            if what == "moved_up"
            else t("Whenever you are ready, take a task.")
        )
        leave = button(t("Count me out"), ids.CALL_OUT_LEAVE, Ref(facts.call_out_id, 0))
        return Content(text, [section(f"✅ *{text}*\n{more}"), *actions(next_button(reader), leave)])
    if what == "waiting" and own.state is EntryState.WAITING:
        text = t("{key} {type}: number {place} on the waitlist", key=key, type=kind, place=own.place or 1)
        more = t("The places have been given. If somebody leaves, the next one moves up and is told.")
        leave = button(t("Count me out"), ids.CALL_OUT_LEAVE, Ref(facts.call_out_id, 0))
        return Content(text, [section(f"⏳ *{text}*\n{more}"), *actions(leave)])
    return None


def call_out_row(reader: Reader, facts: CallOutFacts, own: OwnEntry) -> list[Json]:
    """Return a call-out as a worker's Home shows it."""
    t = reader.t
    ref = Ref(facts.call_out_id, 0)
    own_line = _own_line(reader, own, facts.draws_at)
    hourly = t("about {money} an hour", money=_about(reader, facts.hourly)) if facts.hourly else ""
    parts = [reader.money(facts.price), hourly, reader.until(facts.deadline), _counts(reader, facts)]
    line = "\n".join(
        part
        for part in (f"📣 *{_headline(reader, facts)}*", " · ".join(p for p in parts if p), own_line)
        if part
    )
    pressed = (
        button(t("Count me in"), ids.CALL_OUT_JOIN, ref)
        if own.state is EntryState.LEFT
        else button(t("Count me out"), ids.CALL_OUT_LEAVE, ref)
    )
    return [section(line, pressed)]


def steered_row(reader: Reader, facts: CallOutFacts) -> Json:
    """Return a call-out as Home shows it to those who steer it."""
    names = button(reader.t("Who has joined"), ids.CALL_OUT_WHO, Ref(facts.call_out_id, facts.ver))
    line = f"📣 {_headline(reader, facts)}\n{_counts(reader, facts)} · {reader.until(facts.deadline)}"
    return section(line, names)
