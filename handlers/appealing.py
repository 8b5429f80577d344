"""Appeals: the author's buttons and form on a reject card, and the second look of whoever judges one."""

from __future__ import annotations

import re
from collections.abc import Callable

from slack_bolt import App

from bot.db.models import Verdict
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import Invalid, NotFound
from bot.reports.appeals import AppealFacts, read_appeal
from bot.reports.cards import RejectFacts, read_reject
from bot.services import appeal_queue, appeals
from bot.slack import ids
from bot.slack.ids import FormRef, Ref
from bot.slack.views import appeals as views
from handlers.deps import Deps
from handlers.forms import Fields
from handlers.heard import Answer, Heard
from handlers.listening import by_form_ref, by_ref, form_listener, press_listener
from handlers.once import look, once, open_form, open_view

View = dict[str, object]


def register(app: App, _deps: Deps) -> None:
    """Listen to the buttons and forms of appeals; `/review` listens in `review`."""
    app.action(re.compile("^appeal:"))(
        press_listener(
            {
                ids.APPEAL_OPEN: by_ref(open_appeal),
                ids.APPEAL_FURTHER: by_ref(open_further),
                ids.APPEAL_WITHDRAW: by_ref(withdraw),
                ids.APPEAL_TAKE: by_ref(take),
                ids.APPEAL_UPHOLD: by_ref(uphold),
                ids.APPEAL_DENY: by_ref(open_deny),
            }
        )
    )
    app.view(re.compile(f"^({ids.FORM_APPEAL}|{ids.FORM_APPEAL_FURTHER}|{ids.FORM_APPEAL_DENY})$"))(
        form_listener(
            {
                ids.FORM_APPEAL: by_form_ref(appeal),
                ids.FORM_APPEAL_FURTHER: by_form_ref(go_further),
                ids.FORM_APPEAL_DENY: by_form_ref(deny),
            }
        )
    )


def _verdict(uow: UnitOfWork, verdict_id: int) -> RejectFacts:
    facts = read_reject(uow.session, verdict_id) if uow.session.get(Verdict, verdict_id) else None
    if facts is None:
        raise NotFound("verdict", str(verdict_id))
    return facts


def _appeal(uow: UnitOfWork, appeal_id: int) -> AppealFacts:
    uow.session.flush()
    facts = read_appeal(uow.session, appeal_id)
    if facts is None:
        raise NotFound("appeal", str(appeal_id))
    return facts


def _asking(heard: Heard, form: Callable[[UnitOfWork], View], task_of: Callable[[UnitOfWork], int]) -> Answer:
    """Open the form of an appeal, or say that nobody could judge one and what can be done instead."""
    opened: list[View] = []

    def build(uow: UnitOfWork) -> Answer:
        try:
            opened.append(form(uow))
        except Invalid as error:
            if error.code != "nobody":
                raise
            return views.nobody_reply(heard.reader, task_of(uow)).as_reply()
        return {}

    answer = look(heard, build)
    return open_view(heard, opened[0]) if opened else answer


def open_appeal(heard: Heard, ref: Ref) -> Answer:
    """Open the form for objecting to a reject."""

    def form(uow: UnitOfWork) -> View:
        stage = appeals.may_appeal(uow, person_id=heard.me.person_id, verdict_id=ref.id)
        return views.appeal_form(heard.reader, _verdict(uow, ref.id), stage)

    return _asking(heard, form, lambda uow: _verdict(uow, ref.id).task.task_id)


def open_further(heard: Heard, ref: Ref) -> Answer:
    """Open the form for taking a denied appeal to a supervisor."""

    def form(uow: UnitOfWork) -> View:
        appeals.may_go_further(uow, person_id=heard.me.person_id, appeal_id=ref.id)
        return views.further_form(heard.reader, _appeal(uow, ref.id))

    return _asking(heard, form, lambda uow: _appeal(uow, ref.id).reject.task.task_id)


def appeal(heard: Heard, fields: Fields, ref: FormRef) -> Answer:
    """Make the appeal; the form closes, and the card of the reject says the rest."""

    def effect(uow: UnitOfWork) -> Answer:
        appeals.appeal(uow, person_id=heard.me.person_id, verdict_id=ref.id, words=fields.text(ids.WORDS))
        return {}

    return once(heard, effect)


def go_further(heard: Heard, fields: Fields, ref: FormRef) -> Answer:
    """Take a denied appeal to a supervisor."""

    def effect(uow: UnitOfWork) -> Answer:
        appeals.take_further(
            uow, person_id=heard.me.person_id, appeal_id=ref.id, words=fields.text(ids.WORDS)
        )
        return {}

    return once(heard, effect)


def withdraw(heard: Heard, ref: Ref) -> Answer:
    """Take one's own appeal back."""

    def effect(uow: UnitOfWork) -> Answer:
        appeals.withdraw(uow, person_id=heard.me.person_id, appeal_id=ref.id)
        return views.withdrawn_reply(heard.reader).as_reply()

    return once(heard, effect)


def take(heard: Heard, ref: Ref) -> Answer:
    """Take the appeal a card or a list offers."""

    def effect(uow: UnitOfWork) -> Answer:
        taken = appeal_queue.take(uow, person_id=heard.me.person_id, appeal_id=ref.id)
        return taken_reply(uow, heard, taken.appeal_id)

    return once(heard, effect)


def taken_reply(uow: UnitOfWork, heard: Heard, appeal_id: int) -> Answer:
    """Say that an appeal is the person's now."""
    return views.taken_reply(heard.reader, _appeal(uow, appeal_id)).as_reply()


def uphold(heard: Heard, ref: Ref) -> Answer:
    """Find the work right."""

    def effect(uow: UnitOfWork) -> Answer:
        appeals.uphold(uow, person_id=heard.me.person_id, appeal_id=ref.id, ver=ref.ver)
        return views.upheld_reply(heard.reader).as_reply()

    return once(heard, effect)


def open_deny(heard: Heard, ref: Ref) -> Answer:
    """Open the form for saying what the work still needs."""

    def build(uow: UnitOfWork) -> View:
        appeals.may_judge(uow, person_id=heard.me.person_id, appeal_id=ref.id, ver=ref.ver)
        return views.deny_form(heard.reader, _appeal(uow, ref.id))

    return open_form(heard, build)


def deny(heard: Heard, fields: Fields, ref: FormRef) -> Answer:
    """Find that the reject stands; the form closes, and the card says so."""

    def effect(uow: UnitOfWork) -> Answer:
        appeals.deny(
            uow, person_id=heard.me.person_id, appeal_id=ref.id, reason=fields.text(ids.REASON), ver=ref.ver
        )
        return {}

    return once(heard, effect)
