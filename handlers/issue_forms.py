"""The forms about an issue: urgency, passing it on, replying, holds, rulings, and how it was settled."""

from __future__ import annotations

import re
from collections.abc import Callable

from slack_bolt import App

from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import Invalid, NotFound
from bot.domain.escalation import Severity
from bot.domain.policy import Action, Subject
from bot.reports.guidelines import current_sections
from bot.reports.issue_parts import read_ruling
from bot.reports.issue_people import takers_of
from bot.reports.issue_threads import is_in_channel
from bot.reports.issues import IssueFacts, read_issue
from bot.services import holding, issue_access, issue_steering, issue_talk, places, resolving, rulings
from bot.services.access import find_project, require
from bot.services.re_reviewing import rejects_of
from bot.slack import ids
from bot.slack.ids import FormRef, Ref
from bot.slack.views import holds as hold_views
from bot.slack.views import issue_forms as forms
from bot.slack.views import issue_resolving, trouble
from bot.slack.views.handovers import NOT_IN_GUIDELINE
from handlers.forms import Fields
from handlers.heard import Answer, Heard
from handlers.listening import Press, by_form_ref, by_ref, form_listener
from handlers.once import once
from handlers.raising_form import typed_tasks
from handlers.replying import short_path
from handlers.shared_words import require_no_content
from handlers.windows import open_in_place

View = dict[str, object]
Build = Callable[[UnitOfWork, Heard, IssueFacts], View]
"""What makes the form about an issue."""


def register(app: App) -> None:
    """Listen to the forms."""
    submissions = {
        ids.FORM_ISSUE_SEVERITY: by_form_ref(severity_chosen),
        ids.FORM_ISSUE_REASSIGN: by_form_ref(reassigned),
        ids.FORM_ISSUE_SAY: by_form_ref(said),
        ids.FORM_ISSUE_HOLD: by_form_ref(held),
        ids.FORM_ISSUE_RULE: by_form_ref(ruled),
        ids.FORM_ISSUE_RESOLVE: by_form_ref(resolved),
        ids.FORM_RULING_DECLINE: by_form_ref(ruling_declined),
    }
    app.view(re.compile(f"^({'|'.join(submissions)})$"))(form_listener(submissions))


def _opening(action: Action, build: Build) -> Press:
    """Make a button that opens a form about an issue, once the person may do what it is for."""

    def press(heard: Heard, ref: Ref) -> Answer:
        def made(uow: UnitOfWork) -> View:
            # Words can be added whatever has become of the issue meanwhile.
            ver = None if action is Action.SAY else ref.ver
            issue_access.may(uow, action=action, person_id=heard.me.person_id, issue_id=ref.id, ver=ver)
            facts = read_issue(uow.session, ref.id, heard.reader.now)
            if facts is None:
                raise NotFound("issue", str(ref.id))
            return build(uow, heard, facts)

        return open_in_place(heard, made)

    return by_ref(press)


def _reassign_form(uow: UnitOfWork, heard: Heard, facts: IssueFacts) -> View:
    return forms.reassign_form(heard.reader, facts, takers_of(uow.session, facts.issue_id))


def _resolve_form(uow: UnitOfWork, heard: Heard, facts: IssueFacts) -> View:
    found = current_sections(uow.session, facts.project_id)
    sections = [(section.id, short_path(section.path)) for section in found[1]] if found else []
    rejects = rejects_of(uow.session, [task.task_id for task in facts.tasks])
    return issue_resolving.resolve_form(heard.reader, facts, sections=sections, rejects=rejects)


OPENERS: dict[str, Press] = {
    ids.ISSUE_SEVERITY: _opening(Action.STEER_ISSUE, lambda _uow, h, it: forms.severity_form(h.reader, it)),
    ids.ISSUE_REASSIGN: _opening(Action.STEER_ISSUE, _reassign_form),
    ids.ISSUE_SAY: _opening(Action.SAY, lambda _uow, h, it: forms.say_form(h.reader, it)),
    ids.ISSUE_HOLD: _opening(Action.STEER_ISSUE, lambda _uow, h, it: forms.hold_form(h.reader, it)),
    ids.ISSUE_RULE: _opening(Action.RULE, lambda _uow, h, it: forms.rule_form(h.reader, it)),
    ids.ISSUE_RESOLVE: _opening(Action.RESOLVE_ISSUE, _resolve_form),
}
"""The buttons of an issue that open a form."""


def _done(
    heard: Heard, change: Callable[[UnitOfWork, int], object], issue_id: int | None = None, **shown: str
) -> Answer:
    """Change something by the person; the form closes, and the cards show the rest.

    `shown` are the fields whose words will stand in the thread of the issue, if it has one.
    """

    def effect(uow: UnitOfWork) -> Answer:
        if issue_id is not None and is_in_channel(uow.session, issue_id):
            require_no_content(uow, heard, **shown)
        change(uow, heard.me.person_id)
        return {}

    return once(heard, effect)


def severity_chosen(heard: Heard, fields: Fields, ref: FormRef) -> Answer:
    """Say how urgent it is."""

    def change(uow: UnitOfWork, me: int) -> object:
        chosen = fields.text(ids.SEVERITY)
        if chosen not in set(Severity):
            raise Invalid(ids.SEVERITY, "unknown")
        return issue_steering.set_severity(
            uow, person_id=me, issue_id=ref.id, severity=Severity(chosen), ver=ref.ver
        )

    return _done(heard, change)


def reassigned(heard: Heard, fields: Fields, ref: FormRef) -> Answer:
    """Give it to somebody else."""

    def change(uow: UnitOfWork, me: int) -> object:
        chosen = fields.text(ids.PERSON)
        if not (chosen.isascii() and chosen.isdigit()):
            raise Invalid(ids.PERSON, "missing")
        return issue_steering.reassign(uow, person_id=me, issue_id=ref.id, to_id=int(chosen), ver=ref.ver)

    return _done(heard, change)


def said(heard: Heard, fields: Fields, ref: FormRef) -> Answer:
    """Write to everybody whom the issue concerns."""
    words = fields.text(ids.WORDS)
    return _done(
        heard,
        lambda uow, me: issue_talk.say(uow, person_id=me, issue_id=ref.id, words=words),
        ref.id,
        words=words,
    )


def held(heard: Heard, fields: Fields, ref: FormRef) -> Answer:
    """Put tasks on hold until the issue is settled; the window says how many."""

    def effect(uow: UnitOfWork) -> Answer:
        me = heard.me.person_id
        issue = issue_access.may(uow, action=Action.STEER_ISSUE, person_id=me, issue_id=ref.id, ver=ref.ver)
        chosen = places.tasks_of(uow.session, issue.project_id, fields.numbers(ids.TASKS))
        named = dict((*chosen, *typed_tasks(uow, issue.project_id, fields)))
        if not named:
            raise Invalid(ids.TEXT, "no_task")
        done = holding.hold_tasks(uow, person_id=me, task_ids=tuple(named), issue_id=ref.id)
        told = hold_views.held_reply(heard.reader, len(done.tasks), len(done.assignments))
        return {"response_action": "update", "view": trouble.notice(heard.reader.t, told)}

    return once(heard, effect)


def ruled(heard: Heard, fields: Fields, ref: FormRef) -> Answer:
    """Rule for the time being."""
    words = fields.text(ids.WORDS)
    return _done(
        heard,
        lambda uow, me: rulings.rule(uow, person_id=me, issue_id=ref.id, ver=ref.ver, words=words),
        ref.id,
        words=words,
    )


def open_declining(heard: Heard, ref: Ref) -> Answer:
    """Ask a PM why a ruling should not stand."""

    def build(uow: UnitOfWork) -> View:
        facts = read_ruling(uow.session, ref.id)
        if facts is None:
            raise NotFound("ruling", str(ref.id))
        project = find_project(uow, team_id=heard.me.team_id, key=facts.project_key)
        subject = Subject("ruling", facts.ruling_id, facts.state)
        require(uow, Action.DECIDE_RULING, heard.me.person_id, project.id, subject)
        return forms.decline_ruling_form(heard.reader, facts)

    return open_in_place(heard, build)


def ruling_declined(heard: Heard, fields: Fields, ref: FormRef) -> Answer:
    """Let a ruling stand no longer."""
    return _done(
        heard,
        lambda uow, me: rulings.decide_ruling(
            uow,
            person_id=me,
            ruling_id=ref.id,
            ver=ref.ver,
            agree=False,
            reason=fields.text(ids.REASON),
        ),
    )


def resolved(heard: Heard, fields: Fields, ref: FormRef) -> Answer:
    """Say how the issue was settled, and put right what is chosen."""
    chosen = fields.text(ids.SECTION)
    question, answer = fields.text(ids.QUESTION), fields.text(ids.ANSWER_KO)
    cause, remedy = fields.text(ids.CAUSE), fields.text(ids.REMEDY)

    def change(uow: UnitOfWork, me: int) -> object:
        if not chosen:
            raise Invalid(ids.SECTION, "missing")
        return resolving.resolve(
            uow,
            person_id=me,
            issue_id=ref.id,
            ver=ref.ver,
            cause=cause,
            remedy=remedy,
            section=None if chosen == NOT_IN_GUIDELINE else chosen,
            release=issue_resolving.RELEASE in fields.many(ids.HOLDS),
            re_review=fields.numbers(ids.RE_REVIEW),
            note=fields.text(ids.NOTE_FOR_GUIDELINE) or None,
            faq=(question, answer) if question or answer else None,
        )

    return _done(heard, change, ref.id, cause=cause, remedy=remedy)
