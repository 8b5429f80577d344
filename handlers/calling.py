"""Issues that are raised at once, without a form: by 🚨 under a message, and by calling the bot in a thread."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import Invalid, NotAllowed
from bot.domain.escalation import REQUEST_LIMIT, Severity
from bot.domain.policy import Action, Subject
from bot.services import issues, places
from bot.services.access import allowed_projects, require
from bot.services.leaks import is_leak
from bot.slack.content import Content
from bot.slack.failures import Final, SlackFailure
from handlers.heard import Answer, Heard
from handlers.once import once
from handlers.raising_form import is_channel, taken
from handlers.speaking import show_there
from handlers.typed_issue import plain_words, read_call

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Wish:
    """An issue to raise: its thread, the message that is its reason, and what that message says."""

    channel: str
    root: str
    ts: str
    severity: Severity
    request: str
    texts: tuple[str, ...]


def by_alarm(heard: Heard, event: dict[str, Any]) -> None:
    """Raise an issue for the message somebody put a 🚨 under; elsewhere than in their projects it is an emoji."""
    item = event.get("item") or {}
    channel, ts = str(item.get("channel") or ""), str(item.get("ts") or "")
    if item.get("type") != "message" or not is_channel(channel) or not _is_meant(heard, channel):
        return
    try:
        message = heard.deps.gateway.read_message(channel, ts)
    except Final as failure:
        # Whoever raises an alarm is heard, even where the bot can't read what it is about.
        log.warning("a message with an alarm could not be read: %s", failure.code)
        message = {"ts": ts}
    if message is None:
        return
    root = str(message.get("thread_ts") or ts)
    own = message.get("user") == heard.user and not message.get("bot_id")
    text = str(message.get("text") or "")

    # Only one's own words are one's request; those of others stand in the thread.
    request = plain_words(text, REQUEST_LIMIT) if own else ""
    _raise(heard, _Wish(channel, root, ts, Severity.S3, request, (text,)))


def _is_meant(heard: Heard, channel: str) -> bool:
    """Say whether the channel is a project's, and the person one of that project."""
    me = heard.me
    with heard.deps.transaction.reading() as session:
        uow = UnitOfWork(session, heard.reader.now, reading=True)
        project_id = places.project_of_channel(uow, team_id=me.team_id, channel=channel)
        if project_id is None:
            return False
        try:
            require(uow, Action.OPEN_ISSUE, me.person_id, project_id, Subject("project", project_id))
        except NotAllowed:
            return False
    return True


def is_call(event: dict[str, Any], bot: str) -> bool:
    """Say whether a message calls people instead of asking the bot something."""
    return is_channel(event.get("channel")) and read_call(str(event.get("text") or ""), bot) is not None


def by_mention(heard: Heard, event: dict[str, Any], bot: str) -> None:
    """Raise an issue for the thread in which somebody called; outside of one the call begins it."""
    call = read_call(str(event.get("text") or ""), bot)
    channel, ts = str(event.get("channel") or ""), str(event.get("ts") or "")
    if call is None:
        return
    root = str(event.get("thread_ts") or ts)
    # What the thread is about often stands in its first message only.
    begun = _read_root(heard, channel, root) if root != ts else ""
    request = plain_words(call.words, REQUEST_LIMIT)
    _raise(heard, _Wish(channel, root, ts, call.severity, request, (call.words, begun)))


def _read_root(heard: Heard, channel: str, root: str) -> str:
    with heard.deps.transaction.reading() as session:
        if is_leak(session, team_id=heard.me.team_id, channel=channel, ts=root):
            return ""
    try:
        message = heard.deps.gateway.read_message(channel, root, root)
    except SlackFailure as failure:
        log.info("the beginning of a thread could not be read: %s", failure.code)
        return ""
    return str((message or {}).get("text") or "")


def _raise(heard: Heard, wish: _Wish) -> None:
    """Raise it, or show the issue the thread has already to who called; also a refusal only they see."""
    shown: list[Content] = []

    def effect(uow: UnitOfWork) -> Answer:
        if (card := taken(uow, heard, wish.channel, wish.root)) is not None:
            shown.append(card)
            return {}
        leaked = is_leak(uow.session, team_id=heard.me.team_id, channel=wish.channel, ts=wish.ts)
        project_id = _project(uow, heard, wish.channel)
        tasks = () if leaked else places.tasks_in_words(uow.session, project_id, *wish.texts)
        issues.open_issue(
            uow,
            person_id=heard.me.person_id,
            project_id=project_id,
            severity=wish.severity,
            request="" if leaked else wish.request,
            channel=wish.channel,
            thread_ts=wish.root,
            task_ids=[task_id for task_id, _external_id in tasks],
        )
        return {}

    def show() -> None:
        for content in shown:
            show_there(heard, wish.channel, wish.root, content)

    answer = once(heard, effect, then=show)
    if answer.get("trouble"):
        refusal = Content(answer["text"], answer["blocks"])
        heard.deps.afterwards.run(
            "answering a call", lambda: show_there(heard, wish.channel, wish.root, refusal)
        )


def _project(uow: UnitOfWork, heard: Heard, channel: str) -> int:
    """Return the channel's project, else the only one the person is in; raises Invalid when that is not known."""
    me = heard.me
    project_id = places.project_of_channel(uow, team_id=me.team_id, channel=channel)
    if project_id is not None:
        require(uow, Action.OPEN_ISSUE, me.person_id, project_id, Subject("project", project_id))
        return project_id
    allowed = allowed_projects(uow, Action.OPEN_ISSUE, person_id=me.person_id, team_id=me.team_id)
    if not allowed:
        raise NotAllowed(Action.OPEN_ISSUE, "project")
    if len(allowed) > 1:
        raise Invalid("channel", "no_project")
    return allowed[0][0]
