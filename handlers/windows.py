"""Buttons that stand on messages and in windows alike: what they open or say comes where they were pressed."""

from __future__ import annotations

from collections.abc import Callable

from bot.db.unit_of_work import UnitOfWork
from bot.slack.content import Content
from bot.slack.failures import SlackFailure
from bot.slack.views import trouble
from handlers.heard import Answer, Heard, Kind
from handlers.once import View, look, once, open_view


def window_of(heard: Heard) -> str | None:
    """Return the id of the window in which a button was pressed, None for one on a message or at Home."""
    view = heard.body.get("view")
    if heard.kind is Kind.ACTION and isinstance(view, dict) and view.get("type") == "modal":
        return str(view.get("id") or "") or None
    return None


def open_in_place(heard: Heard, build: Callable[[UnitOfWork], View]) -> Answer:
    """Read what a form shows, then put it in place of the window the button stands in, or open it anew."""
    built: list[View] = []

    def read(uow: UnitOfWork) -> Answer:
        built.append(build(uow))
        return {}

    answer = look(heard, read)
    window = window_of(heard)
    if window is None:
        return open_view(heard, built[0]) if built else answer
    return show_in_place(heard, window, built[0]) if built else tell_in_place(heard, answer)


def show_in_place(heard: Heard, window: str, view: View) -> Answer:
    """Put a form in place of what a window shows."""
    try:
        heard.deps.gateway.update_view(window, view)
    except SlackFailure:
        # It was closed meanwhile, which is an answer too; the trigger opens it anew.
        return open_view(heard, view)
    return {}


def act_in_place(heard: Heard, effect: Callable[[UnitOfWork], Content]) -> Answer:
    """Do something once and say how it went: under the message, or in the window in place of what it showed."""
    return tell_in_place(heard, once(heard, lambda uow: effect(uow).as_reply()))


def tell_in_place(heard: Heard, answer: Answer) -> Answer:
    """Return the answer for a message; one to a window is shown there after the acknowledgement."""
    window = window_of(heard)
    if window is None or not answer.get("blocks"):
        return answer
    view = trouble.notice(heard.reader.t, Content(answer["text"], answer["blocks"]))

    def show() -> None:
        try:
            heard.deps.gateway.update_view(window, view)
        except SlackFailure:
            # Whoever has closed the window sees the card.
            return

    heard.deps.afterwards.run("answering in a window", show)
    return {}
