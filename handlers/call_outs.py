"""Calling people out, and the buttons on call-outs: joining, leaving, ending, and who has come."""

from __future__ import annotations

import re
from datetime import timedelta

from slack_bolt import App

from bot.db.unit_of_work import UnitOfWork
from bot.domain.call_outs import MOST_PLACES
from bot.domain.errors import Invalid, NotFound
from bot.domain.policy import Action, Subject
from bot.domain.quality import CallOutMode
from bot.domain.translation import Side
from bot.reports.call_outs import CallOutFacts, OwnEntry, read_call_out, who_came
from bot.services import call_out_places, call_outs
from bot.services.access import find_project, require
from bot.services.bridges import bridges_of
from bot.services.question_channels import question_channel_of
from bot.slack import ids
from bot.slack.content import Content
from bot.slack.ids import Ref
from bot.slack.views import call_out_forms as forms
from bot.slack.views import call_outs as views
from handlers.deps import Deps
from handlers.file_work import project_keys
from handlers.forms import Fields
from handlers.heard import Answer, Heard
from handlers.listening import by_ref, form_listener, press_listener
from handlers.once import once, open_form
from handlers.shared_words import require_no_content
from handlers.windows import act_in_place, open_in_place

View = dict[str, object]


def register(app: App, _deps: Deps) -> None:
    """Listen to the buttons and the form of call-outs; /sup and /pm listen in `notices` and `pm`."""
    app.action(re.compile("^callout:"))(
        press_listener(
            {
                ids.CALL_OUT_JOIN: by_ref(join),
                ids.CALL_OUT_LEAVE: by_ref(leave),
                ids.CALL_OUT_CLOSE: by_ref(close),
                ids.CALL_OUT_WHO: by_ref(show_who),
                ids.CALL_OUT_OPEN: open_call_out,
            }
        )
    )
    app.view(ids.FORM_CALL_OUT)(form_listener({ids.FORM_CALL_OUT: called_out}))


def open_call_out(heard: Heard, rest: str) -> Answer:
    """Open the window to call people out, for the named project or those the person may do it for."""
    key = rest.strip("- ")
    return open_form(
        heard,
        lambda uow: forms.call_out_form(heard.reader, project_keys(uow, heard, Action.CALL_OUT, key)),
    )


def called_out(heard: Heard, fields: Fields, metadata: str) -> Answer:
    """Call people out; the window then shows who has come, which it can be opened for again from Home."""

    def effect(uow: UnitOfWork) -> Answer:
        me, note = heard.me, fields.text(ids.NOTE)
        project = find_project(uow, team_id=me.team_id, key=fields.text(ids.PROJECT) or metadata)
        require_no_content(uow, heard, note=note)
        made = call_outs.call_out(
            uow,
            actor_id=me.person_id,
            project_id=project.id,
            headcount=_headcount(fields.text(ids.HEADCOUNT)),
            mode=_mode(fields.text(ids.MODE)),
            deadline=uow.now + _span(fields.text(ids.DEADLINE)),
            note=note,
            channel=_place(uow, project.id),
        )
        uow.session.flush()
        view = forms.who_came_modal(heard.reader, _facts(uow, made), who_came(uow.session, made), fresh=True)
        return {"response_action": "update", "view": view}

    return once(heard, effect)


def _headcount(typed: str) -> int:
    words = typed.strip().removesuffix("명").strip()
    if not (words.isascii() and words.isdigit()):
        raise Invalid(ids.HEADCOUNT, "out_of_range", f"1-{MOST_PLACES}")
    return int(words)


def _mode(chosen: str) -> CallOutMode:
    return CallOutMode(chosen) if chosen in set(CallOutMode) else CallOutMode.FIRST


def _span(chosen: str) -> timedelta:
    if chosen not in forms.DEADLINES:
        raise Invalid(ids.DEADLINE, "missing")
    return forms.DEADLINES[chosen][0]


def _place(uow: UnitOfWork, project_id: int) -> str | None:
    """Return where the crew reads; without such a place the call-out goes to people in private only."""
    sides = {side: channel for channel, side in reversed(bridges_of(uow, project_id=project_id))}
    return sides.get(Side.CREW) or sides.get(Side.MIXED) or question_channel_of(uow, project_id=project_id)


def _facts(uow: UnitOfWork, call_out_id: int) -> CallOutFacts:
    facts = read_call_out(uow.session, call_out_id)
    if facts is None:
        raise NotFound("call_out", str(call_out_id))
    return facts


def join(heard: Heard, ref: Ref) -> Answer:
    """Ask for a place; whoever lacks the qualification is told how to get it."""

    def effect(uow: UnitOfWork) -> Answer:
        person_id = heard.me.person_id
        try:
            place = call_out_places.join(uow, person_id=person_id, call_out_id=ref.id)
        except Invalid as lacking:
            if lacking.field != "qualification":
                raise
            return views.not_qualified(heard.reader, _facts(uow, ref.id)).as_reply() | {"trouble": True}
        own = OwnEntry(place.state, place.place)
        return views.joined_reply(heard.reader, own, place.draws_at).as_reply()

    return once(heard, effect)


def leave(heard: Heard, ref: Ref) -> Answer:
    """Give a place back, or stay out of it."""

    def effect(uow: UnitOfWork) -> Answer:
        call_out_places.leave(uow, person_id=heard.me.person_id, call_out_id=ref.id)
        return views.left_reply(heard.reader).as_reply()

    return once(heard, effect)


def close(heard: Heard, ref: Ref) -> Answer:
    """End a call-out by hand."""

    def effect(uow: UnitOfWork) -> Content:
        call_outs.close(uow, actor_id=heard.me.person_id, call_out_id=ref.id)
        return views.ended_reply(heard.reader)

    return act_in_place(heard, effect)


def show_who(heard: Heard, ref: Ref) -> Answer:
    """Show who has come to whoever steers the project, in a window of their own."""

    def build(uow: UnitOfWork) -> View:
        facts = _facts(uow, ref.id)
        subject = Subject("call_out", facts.call_out_id)
        require(uow, Action.CALL_OUT, heard.me.person_id, facts.project_id, subject)
        return forms.who_came_modal(heard.reader, facts, who_came(uow.session, ref.id))

    return open_in_place(heard, build)
