"""How right reviews are: spot checks, `/sup quality`, `/pm quality`, and one's own figures in `/my stats`."""

from __future__ import annotations

import re
from collections.abc import Callable

from slack_bolt import App

from bot.db.models import Project, Submission
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import Invalid, NotFound
from bot.domain.policy import Action
from bot.reports.fairness import own_fairness, own_work, read_fairness
from bot.reports.spot_checks import read_check
from bot.services import spot_checks
from bot.slack import ids
from bot.slack.ids import FormRef
from bot.slack.views import fairness as views
from bot.slack.views import spot_checks as check_views
from handlers.deps import Deps
from handlers.forms import Fields
from handlers.heard import Answer, Heard
from handlers.listening import by_form_ref, by_number, form_listener, press_listener
from handlers.once import look, once, open_view
from handlers.projects import named_project
from handlers.windows import show_in_place, tell_in_place, window_of

View = dict[str, object]


def register(app: App, _deps: Deps) -> None:
    """Listen to the button and the form of spot checks; the commands listen in `notices`, `pm` and `my`."""
    app.action(re.compile("^check:"))(press_listener({ids.CHECK_NEXT: by_number(check_in)}))
    app.view(ids.FORM_CHECK)(form_listener({ids.FORM_CHECK: by_form_ref(checked)}))


def audit(heard: Heard, rest: str) -> Answer:
    """Draw accepted work of the named project, or of the only one, for the person to look at again."""
    return _draw(heard, lambda uow: named_project(uow, heard, Action.SPOT_CHECK, rest))


def check_in(heard: Heard, project_id: int) -> Answer:
    """Draw another one of the project that the button stands for."""

    def project(uow: UnitOfWork) -> Project:
        found = uow.session.get(Project, project_id)
        if found is None:
            raise NotFound("project")
        return found

    return _draw(heard, project)


def _draw(heard: Heard, project_of: Callable[[UnitOfWork], Project]) -> Answer:
    found: list[View] = []

    def draw(uow: UnitOfWork) -> Answer:
        project = project_of(uow)
        drawn = spot_checks.draw(uow, person_id=heard.me.person_id, project_id=project.id)
        facts = read_check(uow.session, drawn) if drawn is not None else None
        if facts is None:
            return check_views.nothing_to_check(heard.reader, project.key).as_reply()
        found.append(check_views.check_form(heard.reader, facts))
        return {}

    answer = look(heard, draw)
    window = window_of(heard)
    if window is None:
        return open_view(heard, found[0]) if found else answer
    return show_in_place(heard, window, found[0]) if found else tell_in_place(heard, answer)


def quality(heard: Heard, rest: str) -> Answer:
    """Show how right the reviews of a project were."""

    def read(uow: UnitOfWork) -> Answer:
        project = named_project(uow, heard, Action.SEE_QUALITY, rest)
        facts = read_fairness(uow.session, project.id, uow.now)
        return views.quality(heard.reader, facts, project.id).as_reply()

    return look(heard, read)


def own_figures(heard: Heard, _rest: str) -> Answer:
    """Show somebody their own figures, and nobody else."""

    def read(uow: UnitOfWork) -> Answer:
        me = heard.me.person_id
        work = own_work(uow.session, me, uow.now)
        return views.own_figures(heard.reader, work, own_fairness(uow.session, me, uow.now)).as_reply()

    return look(heard, read)


def checked(heard: Heard, fields: Fields, ref: FormRef) -> Answer:
    """Keep what the person thinks of it."""

    def effect(uow: UnitOfWork) -> Answer:
        chosen = fields.text(ids.AGREES)
        if chosen not in (check_views.YES, check_views.NO):
            raise Invalid(ids.AGREES, "missing")
        spot_checks.record(
            uow,
            person_id=heard.me.person_id,
            submission_id=ref.id,
            agrees=chosen == check_views.YES,
            comment=fields.text(ids.COMMENT),
        )
        project_id = uow.session.get_one(Submission, ref.id).project_id
        return {"response_action": "update", "view": check_views.checked(heard.reader, project_id)}

    return once(heard, effect)
