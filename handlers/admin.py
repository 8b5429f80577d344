"""/admin: projects, roles, prices and channels, typed in one line."""

from __future__ import annotations

from slack_bolt import App

from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import Invalid
from bot.domain.policy import Action
from bot.reports.status import read_status
from bot.services.access import allowed_projects, find_project
from bot.services.bridges import set_bridge, set_mode, set_twins
from bot.services.people import set_role
from bot.services.projects import create_project, set_price
from bot.services.question_channels import set_question_channel
from bot.slack.views import admin as views
from bot.slack.views.questions import question_channel_set
from bot.slack.views.translation_replies import bridge_set, mode_set
from handlers.deps import Deps
from handlers.heard import Answer, Heard
from handlers.listening import Sub, command_listener
from handlers.once import look, once
from handlers.typed import read_channel, read_price, read_project, read_role
from handlers.typed_translation import read_bridge, read_mode


def register(app: App, deps: Deps) -> None:
    """Listen to /admin."""
    subs: dict[str, Sub] = {
        "project": project,
        "role": role,
        "price": price,
        "questions": questions,
        "translate": translate,
        "bridge": bridge,
    }
    app.command(deps.commands["admin"])(command_listener("admin", subs, show_projects))


def show_projects(heard: Heard) -> Answer:
    """Show the projects there are, to admins; to others nothing."""

    def read(uow: UnitOfWork) -> Answer:
        me = heard.me
        projects = allowed_projects(uow, Action.SET_PRICE, person_id=me.person_id, team_id=me.team_id)
        statuses = tuple(read_status(uow.session, id, uow.now) for id, _key in projects)
        return views.status_list(heard.reader, statuses).as_reply() if statuses else {}

    return look(heard, read)


def project(heard: Heard, rest: str) -> Answer:
    """Set a project up."""

    def effect(uow: UnitOfWork) -> Answer:
        made = create_project(uow, actor_id=heard.me.person_id, plan=read_project(rest))
        return views.project_created(heard.reader, made.key, made.name).as_reply()

    return once(heard, effect)


def role(heard: Heard, rest: str) -> Answer:
    """Give or take a role."""

    def effect(uow: UnitOfWork) -> Answer:
        order = read_role(rest)
        done = set_role(
            uow,
            actor_id=heard.me.person_id,
            project=find_project(uow, team_id=heard.me.team_id, key=order.project_key),
            user=order.user,
            role=order.role,
            granted=order.granted,
        )
        return views.role_set(heard.reader, done).as_reply()

    return once(heard, effect)


def price(heard: Heard, rest: str) -> Answer:
    """Set what a project pays from the next claim on."""

    def effect(uow: UnitOfWork) -> Answer:
        key, _, amount = rest.strip().partition(" ")
        if not key:
            raise Invalid("project", "missing")
        found = find_project(uow, team_id=heard.me.team_id, key=key)
        minor = read_price(amount, found.currency)
        money = set_price(uow, actor_id=heard.me.person_id, project=found, amount_minor=minor)
        return views.price_set(heard.reader, found.key, money).as_reply()

    return once(heard, effect)


def questions(heard: Heard, rest: str) -> Answer:
    """Choose the channel in which a project's questions are answered unasked, or none."""

    def effect(uow: UnitOfWork) -> Answer:
        key, channel = read_channel(rest, str(heard.body.get("channel_id") or ""))
        found = find_project(uow, team_id=heard.me.team_id, key=key)
        set_question_channel(uow, actor_id=heard.me.person_id, project=found, channel=channel)
        return question_channel_set(heard.reader, found.key, channel).as_reply()

    return once(heard, effect)


def translate(heard: Heard, rest: str) -> Answer:
    """Say how far a project's words may travel."""

    def effect(uow: UnitOfWork) -> Answer:
        key, mode = read_mode(rest)
        found = find_project(uow, team_id=heard.me.team_id, key=key)
        set_mode(uow, actor_id=heard.me.person_id, project=found, mode=mode)
        return mode_set(heard.reader, found.key, mode, confidential=found.confidential).as_reply()

    return once(heard, effect)


def bridge(heard: Heard, rest: str) -> Answer:
    """Choose the channel that both sides of a project share, the pair that are twins, or none."""

    def effect(uow: UnitOfWork) -> Answer:
        order = read_bridge(rest, str(heard.body.get("channel_id") or ""))
        found = find_project(uow, team_id=heard.me.team_id, key=order.project_key)
        actor_id = heard.me.person_id
        if order.twins is not None:
            crew, pm = order.twins
            bridges = set_twins(uow, actor_id=actor_id, project=found, crew=crew, pm=pm)
        else:
            bridges = set_bridge(uow, actor_id=actor_id, project=found, channel=order.shared)
        return bridge_set(heard.reader, found.key, bridges).as_reply()

    return once(heard, effect)
