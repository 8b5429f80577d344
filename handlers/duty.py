"""Who is called first and when: `/sup duty`, `/my hours` and `/pm escalation`."""

from __future__ import annotations

from bot.db.models import Project
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import NotAllowed
from bot.domain.escalation import DELAYS
from bot.domain.hours import parse_hours
from bot.domain.policy import Action
from bot.reports.duty import present_duty
from bot.reports.escalation_plans import own_plans
from bot.services import duty, escalation_plans, hours
from bot.services.access import allowed_projects
from bot.slack.content import Content
from bot.slack.views import duty as views
from handlers.heard import Answer, Heard
from handlers.once import look, once
from handlers.projects import named_project
from handlers.typed_digest import is_off
from handlers.typed_issue import DutyVerb, PlanOrder, read_duty, read_plan


def switch(heard: Heard, rest: str) -> Answer:
    """Go on duty or off, with a note for whoever comes next, or see who is."""
    verb, words = read_duty(rest)
    if verb is DutyVerb.WHO:
        return look(heard, lambda uow: _who(uow, heard, words).as_reply())

    def effect(uow: UnitOfWork) -> Answer:
        project, note = _project_and_note(uow, heard, words)
        change = duty.switch_on if verb is DutyVerb.ON else duty.switch_off
        change(uow, person_id=heard.me.person_id, project_id=project.id, note=note)
        told = views.duty_on if verb is DutyVerb.ON else views.duty_off
        return told(heard.reader, project.key).as_reply()

    return once(heard, effect)


def _project_and_note(uow: UnitOfWork, heard: Heard, words: str) -> tuple[Project, str]:
    """Part the key of a project from the note behind it; somebody with one project may leave the key out."""
    me = heard.me
    keys = {
        key for _id, key in allowed_projects(uow, Action.DUTY, person_id=me.person_id, team_id=me.team_id)
    }
    first = words.split(maxsplit=1)[0] if words else ""
    named = first.strip(":,").upper()
    if named in keys:
        return named_project(uow, heard, Action.DUTY, named), words[len(first) :].strip()
    return named_project(uow, heard, Action.DUTY, ""), words


def _who(uow: UnitOfWork, heard: Heard, key: str) -> Content:
    me = heard.me
    if key:
        project = named_project(uow, heard, Action.SEE_ISSUE, key)
        projects: tuple[tuple[int, str], ...] = ((project.id, project.key),)
    else:
        projects = allowed_projects(uow, Action.SEE_ISSUE, person_id=me.person_id, team_id=me.team_id)
    if not projects:
        raise NotAllowed(Action.DUTY, "project")
    return views.on_duty(heard.reader, [_row(uow, id, shown) for id, shown in projects])


def _row(uow: UnitOfWork, project_id: int, key: str) -> views.DutyRow:
    found = present_duty(uow.session, project_id)
    if found is None:
        return views.DutyRow(key, None)
    return views.DutyRow(key, found.nickname, found.since, found.note)


def own_hours(heard: Heard, rest: str) -> Answer:
    """Say when one can be called, or see it; "off" returns to the usual hours."""
    if not rest.strip():
        return look(heard, lambda uow: _shown(heard, hours.own_hours(uow, person_id=heard.me.person_id)))

    def effect(uow: UnitOfWork) -> Answer:
        wanted = None if is_off(rest) else parse_hours(rest)
        return _shown(heard, hours.set_hours(uow, person_id=heard.me.person_id, hours=wanted))

    return once(heard, effect)


def _shown(heard: Heard, own: hours.OwnHours) -> Answer:
    return views.hours_set(heard.reader, own.start, own.end, own.days).as_reply()


def plans(heard: Heard, rest: str) -> Answer:
    """Show how long each step may take in a project, or set it for one severity."""

    def effect(uow: UnitOfWork) -> Answer:
        return _plan(uow, heard, read_plan(rest)).as_reply()

    return once(heard, effect)


def _plan(uow: UnitOfWork, heard: Heard, order: PlanOrder) -> Content:
    action = Action.SEE_STATUS if order.severity is None else Action.SET_ESCALATION
    project = named_project(uow, heard, action, order.key)
    if order.severity is not None:
        escalation_plans.set_plan(
            uow,
            person_id=heard.me.person_id,
            project_id=project.id,
            severity=order.severity,
            ack_minutes=order.ack,
            step_minutes=order.step,
            resolve_minutes=order.resolve,
        )
        uow.session.flush()
    found = own_plans(uow.session, (project.id,))
    own = {severity: delays for (_project, severity), delays in found.items()}
    return views.plan_list(
        heard.reader,
        project.key,
        DELAYS | own,
        frozenset(own),
    )
