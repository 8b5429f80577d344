"""The ways to the form that raises an issue: a message, a card, Home and a command; and the list of issues."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot.db.unit_of_work import UnitOfWork
from bot.domain.escalation import REQUEST_LIMIT, IssueSource
from bot.domain.policy import Action
from bot.reports.issue_lists import list_issues
from bot.services.leaks import is_leak
from bot.services.places import question_on_card, task_on_card
from bot.slack import ids
from bot.slack.content import Content
from bot.slack.issue_refs import CardRef, Raised
from bot.slack.render_issues import wanted_by
from bot.slack.views import issue_lists as lists
from handlers.deps import Deps
from handlers.heard import Answer, Heard
from handlers.listening import Sub, command_listener, form_listener, old_button, press_listener
from handlers.once import look, open_form, open_view
from handlers.projects import named_project
from handlers.raising_form import Draft, build_form, filled, is_channel, place, taken
from handlers.speaking import finish
from handlers.typed_issue import Call, plain_words, read_severity, read_words

View = dict[str, object]

_FROM_HOME = ("", "-")
"""Values of the button at Home, which is about no card."""


def register(app: App, deps: Deps) -> None:
    """Listen to /esc, to the shortcut on messages, to the button on cards, and to the form they open."""

    def shortcut(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        heard: Heard = context["heard"]
        finish(ack, heard, about_message(heard, body))

    subs: dict[str, Sub] = {"open": typed, "list": show_list}
    app.command(deps.commands["esc"])(command_listener("esc", subs, lambda _heard: {}, otherwise=untold))
    app.shortcut(ids.ISSUE_OPEN_HERE)(shortcut)
    app.action(ids.ISSUE_OPEN)(press_listener({ids.ISSUE_OPEN: from_card}))
    app.view(ids.FORM_ISSUE_OPEN)(form_listener({ids.FORM_ISSUE_OPEN: filled}))


def _open_or_show(heard: Heard, prepare: Callable[[UnitOfWork], View | Content]) -> Answer:
    """Open the form that was prepared; what is shown instead of one is the answer."""
    ready: list[View] = []

    def read(uow: UnitOfWork) -> Answer:
        prepared = prepare(uow)
        if isinstance(prepared, Content):
            return prepared.as_reply()
        ready.append(prepared)
        return {}

    answer = look(heard, read)
    return open_view(heard, ready[0]) if ready else answer


def about_message(heard: Heard, body: dict[str, Any]) -> Answer:
    """Open the form for somebody's message, or show the issue its thread has already."""
    message = body.get("message") or {}
    channel = str((body.get("channel") or {}).get("id") or "")
    ts = str(message.get("ts") or "")
    root = str(message.get("thread_ts") or "") or ts

    def prepare(uow: UnitOfWork) -> View | Content:
        leaked = is_leak(uow.session, team_id=heard.me.team_id, channel=channel, ts=ts)
        draft = Draft() if leaked else Draft(texts=(str(message.get("text") or ""),))
        return _in_thread(uow, heard, channel, root, draft)

    return _open_or_show(heard, prepare)


def _in_thread(
    uow: UnitOfWork, heard: Heard, channel: str, root: str, draft: Draft, project_id: int | None = None
) -> View | Content:
    """Return the form for a thread, or the card of the issue it has; in direct messages there is no thread."""
    if not is_channel(channel):
        return build_form(uow, heard, Raised(IssueSource.CARD, project_id), draft)
    if (shown := taken(uow, heard, channel, root)) is not None:
        return shown
    return build_form(uow, heard, place(uow, heard, channel, root, project_id), draft)


def typed(heard: Heard, rest: str) -> Answer:
    """Open the form by command, holding what was typed; in a channel the issue begins a thread of its own."""
    return _by_command(heard, read_words(rest))


def untold(heard: Heard, text: str) -> Answer | None:
    """Open the form for a bare command and for one that begins with a severity; anything else is no call."""
    words = text.split(maxsplit=1)
    return typed(heard, text) if not words or read_severity(words[0]) else None


def _by_command(heard: Heard, call: Call) -> Answer:
    channel = str(heard.body.get("channel_id") or "")
    request = plain_words(call.words, REQUEST_LIMIT)
    draft = Draft(texts=(call.words,), request=request, severity=call.severity)

    def build(uow: UnitOfWork) -> View:
        raised = place(uow, heard, channel, None) if is_channel(channel) else Raised(IssueSource.CARD)
        return build_form(uow, heard, raised, draft)

    return open_form(heard, build)


def from_card(heard: Heard, value: str) -> Answer:
    """Open the form for the task or the question of a card; Home's own button is about neither."""
    if value in _FROM_HOME:
        return open_form(heard, lambda uow: build_form(uow, heard, Raised(IssueSource.CARD), Draft()))
    try:
        ref = CardRef.parse(value)
    except ValueError:
        return old_button(heard)
    prepare = _about_task if ref.kind == "task" else _about_question
    return _open_or_show(heard, lambda uow: prepare(uow, heard, ref.id))


def _about_task(uow: UnitOfWork, heard: Heard, task_id: int) -> View | Content:
    project_id, tasks = task_on_card(uow.session, task_id)
    return build_form(uow, heard, Raised(IssueSource.CARD, project_id), Draft(tasks=tasks))


def _about_question(uow: UnitOfWork, heard: Heard, question_id: int) -> View | Content:
    question = question_on_card(uow, person_id=heard.me.person_id, question_id=question_id)
    # Only one's own words are one's request.
    draft = Draft(texts=(question.text,), request=question.text if question.own else "")
    # An answer that everybody reads goes on where it stands.
    channel, root = _thread_of_card(heard)
    return _in_thread(uow, heard, channel, root, draft, question.project_id)


def _thread_of_card(heard: Heard) -> tuple[str, str]:
    """Return the channel and the thread of the card that was pressed; blanks for one that only one person sees."""
    container = heard.body.get("container") or {}
    channel = str(container.get("channel_id") or "")
    if container.get("is_ephemeral") or not is_channel(channel):
        return "", ""
    message = heard.body.get("message") or {}
    return channel, str(message.get("thread_ts") or container.get("message_ts") or "")


def show_list(heard: Heard, rest: str) -> Answer:
    """Show the issues that are open and that the person may see, of one project when its key is given."""

    def read(uow: UnitOfWork) -> Answer:
        me = heard.me
        project = named_project(uow, heard, Action.SEE_ISSUE, rest) if rest.strip() else None
        found = list_issues(uow.session, me.person_id, heard.reader.now, project.id if project else None)
        wanted = wanted_by(uow.session, me.person_id)
        return lists.issue_list(heard.reader, found, project.key if project else "", wanted=wanted).as_reply()

    return look(heard, read)
