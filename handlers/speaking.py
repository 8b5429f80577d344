"""How an answer travels back: in the acknowledgement, to a response address, or as a direct message."""

from __future__ import annotations

import logging

from slack_bolt import Ack

from bot.slack.content import Content
from bot.slack.failures import SlackFailure
from bot.slack.views import trouble
from handlers.heard import Answer, Heard, Kind
from handlers.homes import publish_home
from handlers.once import once

log = logging.getLogger(__name__)

_NO_ROW = 0
"""The outbox row of a message that has none: what is said here may be lost, and nobody looks for it."""


def finish(ack: Ack, heard: Heard, answer: Answer) -> None:
    """Acknowledge with what belongs into the acknowledgement and send the rest on its way."""
    body = deliver(heard, answer)
    ack(body) if body else ack()


def deliver(heard: Heard, answer: Answer) -> Answer:
    """Return the acknowledgement's body; an answer that can't go with it is sent afterwards."""
    sent = {name: value for name, value in answer.items() if name != "trouble"}
    if heard.kind in (Kind.COMMAND, Kind.FORM):
        return sent
    if heard.at_home:
        _answer_home(heard, sent if answer.get("trouble") else {})
    elif sent and heard.kind in (Kind.ACTION, Kind.SHORTCUT):
        heard.deps.afterwards.run("answering a button", lambda: whisper(heard, sent))
    return {}


def answer_event(heard: Heard, answer: Answer) -> None:
    """Answer what somebody wrote, once however often Slack delivers it."""
    once(heard, lambda _uow: {}, then=lambda: say_in_dm(heard, answer))


def _answer_home(heard: Heard, trouble_said: Answer) -> None:
    """Home shows what has changed by itself; only what went wrong needs words of its own."""
    if trouble_said:
        view = trouble.notice(heard.reader.t, Content(trouble_said["text"], trouble_said["blocks"]))
        heard.deps.afterwards.run(
            "a notice at Home", lambda: heard.deps.gateway.open_view(heard.trigger_id, view)
        )
    heard.deps.afterwards.run("publishing Home", lambda: publish_home(heard))


def whisper(heard: Heard, answer: Answer) -> None:
    """Answer a button where it was pressed, only visible to who pressed it; else in the direct message."""
    if heard.response_url is not None:
        try:
            heard.deps.gateway.respond(heard.response_url, Content(answer["text"], answer["blocks"]))
            return
        except SlackFailure as failure:
            log.warning("a response address could not be used: %s", failure.code)
    say_in_dm(heard, answer)


def say_in_dm(heard: Heard, answer: Answer) -> None:
    """Post in the direct message with the person; best effort."""
    try:
        channel = heard.deps.gateway.open_dm(heard.user)
        heard.deps.gateway.post(channel, Content(answer["text"], answer["blocks"]), _NO_ROW)
    except SlackFailure as failure:
        log.warning("a direct message could not be posted: %s", failure.code)


def show_there(heard: Heard, channel: str, thread_ts: str | None, content: Content) -> None:
    """Show one person something where they wrote or reacted; where that can't be, in the direct message."""
    try:
        heard.deps.gateway.post_ephemeral(channel, heard.user, content, thread_ts=thread_ts)
    except SlackFailure as failure:
        log.info("what one person sees goes by direct message: %s", failure.code)
        say_in_dm(heard, content.as_reply())
