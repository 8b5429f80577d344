"""`/sup grant` and `/my qualifications`: who is qualified for what, and how to become it."""

from __future__ import annotations

import re

from slack_bolt import App

from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import NotAllowed, NotFound
from bot.domain.policy import Action
from bot.reports.qualifications import asked_of, own_grants, team_grants, worker_projects
from bot.services import qualifying
from bot.services.access import Known, allowed_projects, find_person
from bot.services.quizzing import has_material
from bot.slack import ids
from bot.slack.content import Content
from bot.slack.views import qualifications as views
from handlers.deps import Deps
from handlers.heard import Answer, Heard
from handlers.listening import press_listener
from handlers.once import look, once
from handlers.typed_grant import GrantOrder, GrantVerb, end_of, read_grant_order


def register(app: App, deps: Deps) -> None:  # noqa: ARG001 -- every feature is registered alike
    """Listen to the button that shows one's own; /sup and /my listen in `notices` and `my`."""
    app.action(re.compile("^grant:"))(press_listener({ids.GRANT_SHOW: lambda heard, _value: show_own(heard)}))


def show_own(heard: Heard, _rest: str = "") -> Answer:
    """Show one's own qualifications, what one's projects ask for, and the quizzes there are."""

    def read(uow: UnitOfWork) -> Answer:
        session, me = uow.session, heard.me.person_id
        quizzes = [(id, key) for id, key in worker_projects(session, me) if has_material(session, id)]
        asked = asked_of(session, me, uow.now)
        return views.own_qualifications(
            heard.reader, own_grants(session, me, uow.now), asked, quizzes
        ).as_reply()

    return look(heard, read)


def typed(heard: Heard, rest: str) -> Answer:
    """Give, take back, list or describe a qualification."""

    def effect(uow: UnitOfWork) -> Answer:
        return _do(uow, heard, read_grant_order(rest)).as_reply()

    return once(heard, effect)


def _do(uow: UnitOfWork, heard: Heard, order: GrantOrder) -> Content:
    me = heard.me
    person = _named(uow, heard, order.user) if order.user else None
    if order.verb is GrantVerb.LIST:
        if not allowed_projects(uow, Action.GRANT, person_id=me.person_id, team_id=me.team_id):
            raise NotAllowed(Action.GRANT, "person")
        session, now = uow.session, uow.now
        shown = (
            own_grants(session, person.person_id, now) if person else team_grants(session, me.team_id, now)
        )
        return views.grant_list(heard.reader, shown)
    if order.verb is GrantVerb.DESCRIBE:
        qualifying.describe(
            uow, actor_id=me.person_id, team_id=me.team_id, key=order.key, how=order.words, needs=order.needs
        )
        return views.described_reply(heard.reader, order.key)
    assert person is not None
    if order.verb is GrantVerb.REVOKE:
        qualifying.revoke(uow, actor_id=me.person_id, person_id=person.person_id, key=order.key)
        return views.revoked_reply(heard.reader, person.nickname, order.key)
    given = qualifying.grant(
        uow,
        actor_id=me.person_id,
        person_id=person.person_id,
        key=order.key,
        evidence=order.words,
        value=order.value,
        expires_at=end_of(order.until, me.zone) if order.until else None,
    )
    return views.granted_reply(heard.reader, person.nickname, given.key, given.value)


def _named(uow: UnitOfWork, heard: Heard, user: str) -> Known:
    found = find_person(uow, team=heard.team, user=user)
    if found is None:
        raise NotFound("person")
    return found
