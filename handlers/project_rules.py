"""/pm rules: what a project has agreed on, seen and changed."""

from __future__ import annotations

from bot.db.unit_of_work import UnitOfWork
from bot.domain.policy import Action
from bot.reports.rules import rules_of
from bot.services import voting
from bot.services.rules import set_rules
from bot.slack.content import Content
from bot.slack.views import rules as views
from handlers.heard import Answer, Heard
from handlers.once import look, once
from handlers.projects import named_project
from handlers.typed_rules import RulesOrder, read_rules

FIRST_BATCH = 30
"""Tasks that follow a new overlap before the answer; the rest follow within the next ticks."""


def typed(heard: Heard, rest: str) -> Answer:
    """Show a project's rules, or change those that are named."""

    def effect(uow: UnitOfWork) -> Answer:
        order = read_rules(rest)
        return (_change(uow, heard, order) if order.changes else _show(uow, heard, order)).as_reply()

    return once(heard, effect) if "=" in rest else look(heard, effect)


def _show(uow: UnitOfWork, heard: Heard, order: RulesOrder) -> Content:
    project = named_project(uow, heard, Action.SEE_STATUS, order.key)
    return views.rules_card(heard.reader, project.key, project.type, rules_of(uow.session, project.id))


def _change(uow: UnitOfWork, heard: Heard, order: RulesOrder) -> Content:
    me = heard.me.person_id
    project = named_project(uow, heard, Action.SET_RULES, order.key)
    before, after = set_rules(uow, actor_id=me, project_id=project.id, changes=order.changes)
    more = False
    if before.overlap != after.overlap:
        followed = voting.follow_overlap(uow, project_id=project.id, actor_id=me, most=FIRST_BATCH)
        more = followed == FIRST_BATCH
    return views.rules_card(heard.reader, project.key, project.type, after, before=before, following=more)
