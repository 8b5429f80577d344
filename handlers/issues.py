"""The buttons of issues, of rulings and of notes to the guideline; the forms they open are in `issue_forms`."""

from __future__ import annotations

import re
from collections.abc import Callable

from slack_bolt import App

from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import NotFound
from bot.domain.escalation import IssueState
from bot.domain.people import Role
from bot.domain.policy import Action
from bot.reports.issues import IssueFacts, read_history, read_issue
from bot.reports.rights import has_right
from bot.services import holding, issue_access, issue_steering, issues, rulings
from bot.services.access import current_actor
from bot.services.guideline_notes import decide as decide_note
from bot.slack import ids
from bot.slack.content import Content
from bot.slack.ids import Ref
from bot.slack.render_issues import resolution_of, wanted_by, where_of
from bot.slack.views import guideline_notes as note_views
from bot.slack.views import holds as hold_views
from bot.slack.views import issue_forms as forms
from bot.slack.views import issue_lists as lists
from bot.slack.views import issues as views
from bot.slack.views import rulings as ruling_views
from handlers import issue_forms
from handlers.deps import Deps
from handlers.heard import Answer, Heard
from handlers.listening import Press, by_ref, press_listener
from handlers.windows import act_in_place, open_in_place

View = dict[str, object]
Move = Callable[[UnitOfWork, int, Ref], object]
"""What a button does at once: in this transaction, by this person, to the row of this reference."""


def register(app: App, _deps: Deps) -> None:
    """Listen to the buttons of issues, and to all their forms but the one that raises one."""
    app.action(re.compile("^issue:(?!open|nameless)"))(
        press_listener(
            {
                ids.ISSUE_ACK: by_ref(acknowledge),
                ids.ISSUE_SHOW: by_ref(show),
                ids.ISSUE_HISTORY: by_ref(show_history),
                ids.ISSUE_STEER: by_ref(open_steering),
                ids.ISSUE_WAIT_PM: moving(_wait(IssueState.WAITING_PM)),
                ids.ISSUE_WAIT_WORKER: moving(_wait(IssueState.WAITING_WORKER)),
                ids.ISSUE_RESUME: moving(_resume),
                ids.ISSUE_LEVEL_UP: moving(_level_up),
                ids.ISSUE_WITHDRAW: moving(_withdraw),
                ids.ISSUE_REOPEN: moving(_reopen),
                ids.ISSUE_RELEASE: by_ref(release),
                **issue_forms.OPENERS,
            }
        )
    )
    app.action(re.compile("^(ruling|guideline_note):"))(
        press_listener(
            {
                ids.RULING_AGREE: by_ref(agree),
                ids.RULING_DECLINE: by_ref(issue_forms.open_declining),
                ids.NOTE_TAKE: deciding_note(taken=True),
                ids.NOTE_DECLINE: deciding_note(taken=False),
            }
        )
    )
    issue_forms.register(app)


def facts_of(uow: UnitOfWork, heard: Heard, issue_id: int) -> IssueFacts:
    """Return an issue as it is now, changes of this transaction included. Raises NotFound."""
    uow.session.flush()
    facts = read_issue(uow.session, issue_id, heard.reader.now)
    if facts is None:
        raise NotFound("issue", str(issue_id))
    return facts


def acknowledge(heard: Heard, ref: Ref) -> Answer:
    """Take an issue; whoever comes second learns who was first."""
    return _move(heard, ref, lambda uow, me, it: issues.acknowledge(uow, person_id=me, issue_id=it.id))


def moving(move: Move) -> Press:
    """Make a button that changes an issue at once and says how it stands then."""
    return by_ref(lambda heard, ref: _move(heard, ref, move))


def _move(heard: Heard, ref: Ref, move: Move) -> Answer:
    def effect(uow: UnitOfWork) -> Content:
        move(uow, heard.me.person_id, ref)
        return views.moved_reply(heard.reader, facts_of(uow, heard, ref.id))

    return act_in_place(heard, effect)


def _wait(for_: IssueState) -> Move:
    return lambda uow, me, ref: issue_steering.wait(
        uow, person_id=me, issue_id=ref.id, for_=for_, ver=ref.ver
    )


def _resume(uow: UnitOfWork, me: int, ref: Ref) -> object:
    return issue_steering.resume(uow, person_id=me, issue_id=ref.id, ver=ref.ver)


def _level_up(uow: UnitOfWork, me: int, ref: Ref) -> object:
    return issue_steering.level_up(uow, person_id=me, issue_id=ref.id, ver=ref.ver)


def _withdraw(uow: UnitOfWork, me: int, ref: Ref) -> object:
    return issues.withdraw(uow, person_id=me, issue_id=ref.id, ver=ref.ver)


def _reopen(uow: UnitOfWork, me: int, ref: Ref) -> object:
    return issue_steering.reopen(uow, person_id=me, issue_id=ref.id, ver=ref.ver)


def release(heard: Heard, ref: Ref) -> Answer:
    """Let the tasks go on that are on hold because of an issue, be it settled or not."""

    def effect(uow: UnitOfWork) -> Content:
        # Who may do it is asked for the tasks themselves.
        issue_access.may(
            uow, action=Action.SEE_ISSUE, person_id=heard.me.person_id, issue_id=ref.id, ver=ref.ver
        )
        done = holding.release_tasks(uow, person_id=heard.me.person_id, issue_id=ref.id)
        return hold_views.released_reply(heard.reader, len(done.tasks), len(done.still_held))

    return act_in_place(heard, effect)


def open_steering(heard: Heard, ref: Ref) -> Answer:
    """Open the menu of what else can be done with an issue."""

    def build(uow: UnitOfWork) -> View:
        me = heard.me.person_id
        issue = issue_access.may(uow, action=Action.STEER_ISSUE, person_id=me, issue_id=ref.id)
        _person, actor = current_actor(uow, me, issue.project_id)
        supervisor = Role.SUPERVISOR in actor.roles
        facts = facts_of(uow, heard, ref.id)
        return forms.steer_modal(heard.reader, facts, person_id=me, supervisor=supervisor)

    return open_in_place(heard, build)


def show(heard: Heard, ref: Ref) -> Answer:
    """Show an issue in a window, with the buttons of its card."""

    def build(uow: UnitOfWork) -> View:
        me = heard.me.person_id
        issue_access.may(uow, action=Action.SEE_ISSUE, person_id=me, issue_id=ref.id)
        facts = facts_of(uow, heard, ref.id)
        return views.issue_modal(
            heard.reader,
            facts,
            me,
            steers=has_right(uow.session, Action.STEER_ISSUE, me, facts.project_id),
            wanted=wanted_by(uow.session, me),
            resolution=resolution_of(uow.session, facts),
            where=where_of(uow.session, facts, me),
        )

    return open_in_place(heard, build)


def show_history(heard: Heard, ref: Ref) -> Answer:
    """Show all that has happened to an issue."""

    def build(uow: UnitOfWork) -> View:
        me = heard.me.person_id
        issue_access.may(uow, action=Action.SEE_ISSUE, person_id=me, issue_id=ref.id)
        return lists.history_modal(
            heard.reader,
            facts_of(uow, heard, ref.id),
            read_history(uow.session, ref.id),
            wanted=wanted_by(uow.session, me),
        )

    return open_in_place(heard, build)


def agree(heard: Heard, ref: Ref) -> Answer:
    """Let a provisional ruling stay."""

    def effect(uow: UnitOfWork) -> Content:
        rulings.decide_ruling(uow, person_id=heard.me.person_id, ruling_id=ref.id, ver=ref.ver, agree=True)
        return ruling_views.ruling_decided(heard.reader, agreed=True)

    return act_in_place(heard, effect)


def deciding_note(*, taken: bool) -> Press:
    """Make a button that takes a proposed note into the guideline, or leaves it out."""

    def press(heard: Heard, ref: Ref) -> Answer:
        def effect(uow: UnitOfWork) -> Content:
            decide_note(uow, person_id=heard.me.person_id, note_id=ref.id, ver=ref.ver, taken=taken)
            return note_views.note_decided(heard.reader, taken)

        return act_in_place(heard, effect)

    return by_ref(press)
