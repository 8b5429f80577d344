"""Suggestions: a supervisor has looked, offers practice, changes a qualification, or gives one."""

from __future__ import annotations

import re

from slack_bolt import App

from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import Invalid, NotFound
from bot.reports.qualifications import own_grants
from bot.reports.suggestions import SuggestionFacts, read_suggestion
from bot.services import qualifying, suggesting
from bot.services.quizzing import has_material
from bot.slack import ids
from bot.slack.ids import FormRef, Ref
from bot.slack.views import suggestions as views
from handlers.deps import Deps
from handlers.forms import Fields
from handlers.heard import Answer, Heard
from handlers.listening import Press, by_form_ref, by_ref, form_listener, press_listener
from handlers.once import View, once, open_form
from handlers.typed_grant import end_of, read_day


def register(app: App, deps: Deps) -> None:  # noqa: ARG001 -- every feature is registered alike
    """Listen to the buttons and the window of suggestions."""
    app.action(re.compile("^suggestion:"))(
        press_listener(
            {
                ids.SUGGESTION_SEEN: _settling(suggesting.SEEN),
                ids.SUGGESTION_PRACTICE: _settling(suggesting.PRACTICE),
                ids.SUGGESTION_GRANT: _settling(suggesting.GRANTED),
                ids.SUGGESTION_ADJUST: by_ref(open_adjust),
            }
        )
    )
    app.view(ids.FORM_ADJUST_GRANT)(form_listener({ids.FORM_ADJUST_GRANT: by_form_ref(adjusted)}))


def _settling(outcome: str) -> Press:
    def press(heard: Heard, ref: Ref) -> Answer:
        def effect(uow: UnitOfWork) -> Answer:
            if outcome == suggesting.PRACTICE:
                _check_material(uow, ref.id)
            suggesting.settle_suggestion(
                uow, person_id=heard.me.person_id, suggestion_id=ref.id, outcome=outcome, ver=ref.ver
            )
            return views.settled_reply(heard.reader, outcome).as_reply()

        return once(heard, effect)

    return by_ref(press)


def open_adjust(heard: Heard, ref: Ref) -> Answer:
    """Open the window with what the person is qualified for."""

    def build(uow: UnitOfWork) -> View:
        suggesting.load(uow, person_id=heard.me.person_id, suggestion_id=ref.id, ver=ref.ver)
        facts = _facts(uow, ref.id)
        grants = own_grants(uow.session, facts.person_id, uow.now)
        return views.adjust_form(heard.reader, facts, grants)

    return open_form(heard, build)


def adjusted(heard: Heard, fields: Fields, ref: FormRef) -> Answer:
    """Change or take back the qualification that was chosen."""

    def effect(uow: UnitOfWork) -> Answer:
        me = heard.me
        found = suggesting.load(uow, person_id=me.person_id, suggestion_id=ref.id, ver=ref.ver)
        key = fields.text(ids.QUALIFICATION)
        if not key:
            raise Invalid(ids.QUALIFICATION, "missing")
        if fields.text(ids.CHANGE) == "take_back":
            qualifying.revoke(uow, actor_id=me.person_id, person_id=found.person_id, key=key)
        else:
            until = fields.text(ids.UNTIL)
            qualifying.grant(
                uow,
                actor_id=me.person_id,
                person_id=found.person_id,
                key=key,
                evidence=fields.text(ids.EVIDENCE),
                value=_number(fields.text(ids.VALUE)),
                expires_at=end_of(read_day(until), me.zone) if until else None,
            )
        suggesting.settle_suggestion(
            uow, person_id=me.person_id, suggestion_id=ref.id, outcome=suggesting.ADJUSTED, ver=ref.ver
        )
        return {}

    return once(heard, effect)


def _number(typed: str) -> int | None:
    if not typed.strip():
        return None
    if not (typed.strip().isascii() and typed.strip().isdigit()):
        raise Invalid(ids.VALUE, "malformed", typed[:20])
    return int(typed)


def _check_material(uow: UnitOfWork, suggestion_id: int) -> None:
    """Nobody is offered what there is nothing for."""
    facts = _facts(uow, suggestion_id)
    if not has_material(uow.session, facts.project_id):
        raise Invalid("quiz", "nothing_to_practise", facts.project_key)


def _facts(uow: UnitOfWork, suggestion_id: int) -> SuggestionFacts:
    facts = read_suggestion(uow.session, suggestion_id)
    if facts is None:
        raise NotFound("suggestion", str(suggestion_id))
    return facts
