"""/pay: one's own pay, and the buttons of corrections that wait for a second person."""

from __future__ import annotations

import re
from collections.abc import Callable

from slack_bolt import App

from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import Invalid, NotFound
from bot.domain.keystrokes import keystrokes
from bot.domain.pay import Month
from bot.reports.pay import read_pay
from bot.reports.pay_requests import read_request
from bot.reports.pay_sums import read_lines, read_pay_sums
from bot.services import pay_requests
from bot.services.pay_requests import Decided
from bot.slack import ids
from bot.slack.content import Content
from bot.slack.views import pay as views
from bot.slack.views import pay_office, trouble
from handlers.deps import Deps
from handlers.forms import Fields
from handlers.heard import Answer, Heard
from handlers.listening import (
    HELP,
    Sub,
    by_number,
    command_listener,
    form_by_number,
    form_listener,
    press_listener,
)
from handlers.once import look, once, open_form


def register(app: App, deps: Deps) -> None:
    """Listen to /pay, to the buttons of pay and to the form of a decline."""
    subs: dict[str, Sub] = {
        "month": lambda heard, _rest: show(heard, "this"),
        "last": lambda heard, _rest: show(heard, "last"),
        "all": lambda heard, _rest: show(heard, ""),
    }
    app.command(deps.commands["pay"])(command_listener("pay", subs, lambda _heard: {}, typed))
    app.action(re.compile("^pay:"))(
        press_listener(
            {
                ids.PAY_SHOW: show,
                ids.PAY_SHOW_LAST: show,
                ids.PAY_SHOW_ALL: show,
                ids.PAY_LINES: by_number(show_lines),
                ids.PAY_APPROVE: by_number(_decide(pay_requests.approve)),
                ids.PAY_WITHDRAW: by_number(_decide(pay_requests.withdraw)),
                ids.PAY_DECLINE: by_number(open_decline),
            }
        )
    )
    app.view(ids.FORM_PAY_DECLINE)(form_listener({ids.FORM_PAY_DECLINE: form_by_number(declined)}))


def typed(heard: Heard, text: str) -> Answer | None:
    """Show this month when nothing was typed, or the month that was, such as 2026-10."""
    wanted = text.strip()
    if not wanted:
        return show(heard, "this")
    if keystrokes(wanted) in HELP:
        return None
    try:
        return _shown(heard, Month.parse(wanted))
    except Invalid:
        return None


def show(heard: Heard, which: str) -> Answer:
    """Show one's pay of this month, of the last one, or ever."""
    this = Month.of(heard.reader.now, heard.reader.zone)
    return _shown(heard, {"this": this, "last": this.previous()}.get(which))


def _shown(heard: Heard, month: Month | None) -> Answer:
    withhold = heard.deps.withholding

    def read(uow: UnitOfWork) -> Content:
        pay = read_pay(uow.session, heard.me.person_id, month, withhold=withhold)
        return views.pay_shown(heard.reader, pay, month)

    return _privately(heard, read)


def show_lines(heard: Heard, project_id: int) -> Answer:
    """Show the lines of one's own ledger in a project."""

    def read(uow: UnitOfWork) -> Content:
        own = read_pay_sums(uow.session, heard.me.person_id)
        key = next((sums.project_key for sums in own if sums.project_id == project_id), None)
        if key is None:
            raise NotFound("project")
        lines = read_lines(uow.session, heard.me.person_id, project_id)
        return views.pay_lines(heard.reader, key, lines)

    return _privately(heard, read)


def _privately(heard: Heard, read: Callable[[UnitOfWork], Content]) -> Answer:
    """Answer so that only this person sees it: where they typed, or in a window over Home."""
    if heard.at_home:
        return open_form(heard, lambda uow: trouble.notice(heard.reader.t, read(uow)))
    return look(heard, lambda uow: read(uow).as_reply())


def _decide(change: Callable[..., Decided]) -> Callable[[Heard, int], Answer]:
    def press(heard: Heard, request_id: int) -> Answer:
        def effect(uow: UnitOfWork) -> Answer:
            done = change(uow, person_id=heard.me.person_id, request_id=request_id)
            return pay_office.pay_decided(heard.reader, done.state).as_reply()

        return once(heard, effect)

    return press


def open_decline(heard: Heard, request_id: int) -> Answer:
    """Open the form for why a correction is not approved."""

    def build(uow: UnitOfWork) -> dict[str, object]:
        pay_requests.may_decide(uow, person_id=heard.me.person_id, request_id=request_id)
        facts = read_request(uow.session, request_id)
        assert facts is not None
        return pay_office.decline_form(heard.reader, facts)

    return open_form(heard, build)


def declined(heard: Heard, fields: Fields, request_id: int) -> Answer:
    """Leave the pay as it is; the window closes and the cards show it."""

    def effect(uow: UnitOfWork) -> Answer:
        me, note = heard.me.person_id, fields.text(ids.NOTE)
        pay_requests.decline(uow, person_id=me, request_id=request_id, note=note)
        return {}

    return once(heard, effect)
