"""/sup, and notices: written in one language, approved in both, read by everybody or not yet."""

from __future__ import annotations

import re
from collections.abc import Callable

from slack_bolt import App

from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import Invalid, NotAllowed, NotFound
from bot.domain.policy import Action, Subject
from bot.domain.translation import Side
from bot.reports.notices import NoticeFacts, read_notice
from bot.services import notices
from bot.services.access import find_project, require
from bot.services.bridges import bridges_of
from bot.services.question_channels import question_channel_of
from bot.slack import ids
from bot.slack.content import Content
from bot.slack.ids import FormRef, Ref
from bot.slack.views import notices as views
from bot.slack.views import trouble
from handlers import adjudicating, board, call_outs, duty, grants, quality
from handlers.deps import Deps
from handlers.file_work import project_keys
from handlers.forms import Fields
from handlers.heard import Answer, Heard
from handlers.listening import Sub, by_form_ref, by_ref, command_listener, form_listener, press_listener
from handlers.once import once, open_form

View = dict[str, object]


def register(app: App, deps: Deps) -> None:
    """Listen to /sup, and to the buttons and forms of notices; /pm listens in `pm`."""
    subs: dict[str, Sub] = {
        "notice": write_notice,
        "duty": duty.switch,
        "callout": call_outs.open_call_out,
        "board": board.typed,
        "grant": grants.typed,
        "audit": quality.audit,
        "quality": quality.quality,
        "adjudicate": adjudicating.next_one,
    }
    app.command(deps.commands["sup"])(command_listener("sup", subs, lambda _heard: {}))
    app.action(re.compile("^notice:"))(
        press_listener(
            {
                ids.NOTICE_READ: by_ref(acknowledge),
                ids.NOTICE_OPEN: by_ref(show),
                ids.NOTICE_EDIT: by_ref(open_edit),
                ids.NOTICE_KOREAN: by_ref(open_korean),
                ids.NOTICE_POST: by_ref(post),
                ids.NOTICE_WITHDRAW: by_ref(withdraw),
                ids.NOTICE_REMIND: by_ref(remind),
            }
        )
    )
    app.view(re.compile(f"^({ids.FORM_NOTICE}|{ids.FORM_NOTICE_KOREAN})$"))(
        form_listener(
            {ids.FORM_NOTICE: by_form_ref(written), ids.FORM_NOTICE_KOREAN: by_form_ref(korean_written)}
        )
    )


def write_notice(heard: Heard, rest: str) -> Answer:
    """Open the window for a new notice, of the named project or of those the person may write for."""

    def build(uow: UnitOfWork) -> View:
        keys = project_keys(uow, heard, Action.NOTICE, rest)
        return views.draft_form(heard.reader, tuple((key, key) for key in keys))

    return open_form(heard, build)


def _facts(uow: UnitOfWork, notice_id: int) -> NoticeFacts:
    facts = read_notice(uow.session, notice_id)
    if facts is None:
        raise NotFound("notice", str(notice_id))
    return facts


def written(heard: Heard, fields: Fields, ref: FormRef) -> Answer:
    """Keep a notice as a draft, or what was changed in one."""
    english, korean = fields.text(ids.ENGLISH), fields.text(ids.KOREAN)

    def effect(uow: UnitOfWork) -> Answer:
        me = heard.me
        if ref.id:
            notices.save(
                uow, person_id=me.person_id, notice_id=ref.id, ver=ref.ver, english=english, korean=korean
            )
        else:
            project = find_project(uow, team_id=me.team_id, key=fields.text(ids.PROJECT))
            notices.draft(uow, person_id=me.person_id, project_id=project.id, english=english, korean=korean)
        return _in_window(heard, views.drafted(heard.reader))

    return once(heard, effect)


def _in_window(heard: Heard, words: Content) -> Answer:
    return {"response_action": "update", "view": trouble.notice(heard.reader.t, words)}


def open_edit(heard: Heard, ref: Ref) -> Answer:
    """Open the window with what a draft says in both languages."""

    def build(uow: UnitOfWork) -> View:
        notices.may_edit(uow, person_id=heard.me.person_id, notice_id=ref.id, ver=ref.ver)
        facts = _facts(uow, ref.id)
        return views.draft_form(
            heard.reader, english=facts.english, korean=facts.korean, notice_id=ref.id, ver=facts.ver
        )

    return open_form(heard, build)


def open_korean(heard: Heard, ref: Ref) -> Answer:
    """Open the window in which a supervisor puts the Korean right."""

    def build(uow: UnitOfWork) -> View:
        notices.may_approve(uow, person_id=heard.me.person_id, notice_id=ref.id, ver=ref.ver)
        return views.korean_form(heard.reader, _facts(uow, ref.id))

    return open_form(heard, build)


def korean_written(heard: Heard, fields: Fields, ref: FormRef) -> Answer:
    """Keep the Korean as a person wants it; the window closes."""

    def effect(uow: UnitOfWork) -> Answer:
        korean = fields.text(ids.KOREAN)
        notices.save_korean(uow, person_id=heard.me.person_id, notice_id=ref.id, ver=ref.ver, korean=korean)
        return {}

    return once(heard, effect)


def post(heard: Heard, ref: Ref) -> Answer:
    """Approve the Korean and put the notice where the crew reads it."""

    def effect(uow: UnitOfWork) -> Answer:
        channel = _place(uow, _facts(uow, ref.id).project_id)
        notices.post(uow, person_id=heard.me.person_id, notice_id=ref.id, ver=ref.ver, channel=channel)
        return views.posted(heard.reader).as_reply()

    return once(heard, effect)


def _place(uow: UnitOfWork, project_id: int) -> str:
    """Return where the crew reads: its own bridged channel, else a shared one, else the question channel."""
    sides = {side: channel for channel, side in reversed(bridges_of(uow, project_id=project_id))}
    channel = sides.get(Side.CREW) or sides.get(Side.MIXED) or question_channel_of(uow, project_id=project_id)
    if channel is None:
        raise Invalid("channel", "nowhere")
    return channel


def _change(change: Callable[[Heard, UnitOfWork, Ref], Content]) -> Callable[[Heard, Ref], Answer]:
    def press(heard: Heard, ref: Ref) -> Answer:
        return once(heard, lambda uow: change(heard, uow, ref).as_reply())

    return press


@_change
def withdraw(heard: Heard, uow: UnitOfWork, ref: Ref) -> Content:
    """Take a notice away."""
    notices.withdraw(uow, person_id=heard.me.person_id, notice_id=ref.id, ver=ref.ver)
    return views.withdrawn(heard.reader)


@_change
def remind(heard: Heard, uow: UnitOfWork, ref: Ref) -> Content:
    """Remind those who have not read it."""
    return views.reminded(heard.reader, notices.remind(uow, person_id=heard.me.person_id, notice_id=ref.id))


def acknowledge(heard: Heard, ref: Ref) -> Answer:
    """Keep that the person has read a notice; in a window the window thanks."""
    window = heard.body.get("view") or {}

    def effect(uow: UnitOfWork) -> Answer:
        notices.acknowledge(uow, person_id=heard.me.person_id, notice_id=ref.id)
        return {} if window.get("type") == "modal" else views.acknowledged(heard.reader).as_reply()

    def thank() -> None:
        if window.get("type") == "modal":
            thanks = trouble.notice(heard.reader.t, views.acknowledged(heard.reader))
            heard.deps.gateway.update_view(str(window["id"]), thanks)

    return once(heard, effect, then=thank)


def show(heard: Heard, ref: Ref) -> Answer:
    """Show a notice in a window: with the names of those who have not read it to whoever looks after it."""

    def build(uow: UnitOfWork) -> View:
        facts = _facts(uow, ref.id)
        subject = Subject("project", facts.project_id)
        require(uow, Action.READ_NOTICE, heard.me.person_id, facts.project_id, subject)
        try:
            require(uow, Action.NOTICE, heard.me.person_id, facts.project_id, subject)
        except NotAllowed:
            return views.notice_modal(heard.reader, facts)
        return views.notice_modal(heard.reader, facts, manages=True)

    return open_form(heard, build)
