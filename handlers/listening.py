"""From Slack's payload to a feature's function: one listener a family, a table inside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack, BoltContext

from bot.domain.commands import Empty, Parsed
from bot.domain.keystrokes import keystrokes
from bot.domain.surface import COMMANDS
from bot.slack.ids import FormRef, Ref
from bot.slack.views import trouble
from bot.slack.views.help import help_for
from handlers.forms import Fields, read_fields
from handlers.heard import Answer, Heard
from handlers.once import complain
from handlers.speaking import finish

Sub = Callable[[Heard, str], Answer]
"""A sub-command: what follows its name goes in."""

Press = Callable[[Heard, str], Answer]
"""A button: its value goes in."""

Submission = Callable[[Heard, Fields, str], Answer]
"""A form: its fields and private metadata go in."""

# "-help" and "?" are what people try when they are lost; these need no place in the table of sub-commands.
HELP = frozenset(map(keystrokes, ("help", "--help", "-h", "?", "도움말", "도움", "사용법")))
"""Words that ask for help, as keystrokes."""

_LONGEST_ID = 18

Listener = Callable[[Ack, dict[str, Any], BoltContext], None]


def command_listener(
    root: str,
    subs: Mapping[str, Sub],
    mine: Callable[[Heard], Answer],
    otherwise: Callable[[Heard, str], Answer | None] = lambda _heard, _text: None,
) -> Listener:
    """Return the listener of one root command. `mine` is shown under the help when nothing else was typed.

    `otherwise` may answer what names no sub-command, nothing at all included, before any help does. Raises
    ValueError at start when the table and the declared surface differ.
    """
    declared = {sub.name for sub in COMMANDS[root]}
    if declared != set(subs):
        raise ValueError(f"/{root}: declared {sorted(declared)}, handled {sorted(subs)}")

    def listen(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        heard: Heard = context["heard"]
        text = str(body.get("text") or "")
        known = isinstance(COMMANDS.parse(root, text), Parsed)
        answer = None if known else otherwise(heard, text)
        finish(ack, heard, _route(heard, root, text, subs, mine) if answer is None else answer)

    return listen


def _route(
    heard: Heard, root: str, text: str, subs: Mapping[str, Sub], mine: Callable[[Heard], Answer]
) -> Answer:
    outcome = COMMANDS.parse(root, text)
    if isinstance(outcome, Parsed):
        return subs[outcome.name](heard, outcome.rest)
    name = heard.deps.commands[root]
    if isinstance(outcome, Empty) or keystrokes(outcome.word) in HELP:
        shown = help_for(heard.reader, name, COMMANDS[root], None, None).as_reply()
        return _join(shown, mine(heard))
    return help_for(heard.reader, name, COMMANDS[root], outcome.word, outcome.nearest).as_reply()


def _join(first: Answer, second: Answer) -> Answer:
    blocks = [*first["blocks"], *second.get("blocks", [])]
    return {"text": first["text"], "blocks": blocks[:50]}


def press_listener(presses: Mapping[str, Press]) -> Listener:
    """Return the listener of one family of buttons and menus; an unknown one explains itself."""

    def listen(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        heard: Heard = context["heard"]
        action = body["actions"][0]
        press = presses.get(action["action_id"])
        finish(ack, heard, press(heard, _value(action)) if press else old_button(heard))

    return listen


def _value(action: dict[str, Any]) -> str:
    chosen = action.get("selected_option") or action
    return str(chosen.get("value") or "")


def old_button(heard: Heard) -> Answer:
    """Say that a button is from another time."""
    return complain(heard, trouble.old_button(heard.reader.t))


def by_ref(press: Callable[[Heard, Ref], Answer]) -> Press:
    """Make a button's function of one that takes a reference; a value that is none is an old button."""

    def pressed(heard: Heard, value: str) -> Answer:
        try:
            ref = Ref.parse(value)
        except ValueError:
            return old_button(heard)
        return press(heard, ref)

    return pressed


def form_listener(submissions: Mapping[str, Submission]) -> Listener:
    """Return the listener of the forms, by callback id."""

    def listen(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        heard: Heard = context["heard"]
        view = body["view"]
        submitted = submissions.get(view["callback_id"])
        if submitted is None:
            finish(ack, heard, old_button(heard))
            return
        fields = read_fields(view.get("state") or {})
        finish(ack, heard, submitted(heard, fields, str(view.get("private_metadata") or "")))

    return listen


def by_form_ref(submitted: Callable[[Heard, Fields, FormRef], Answer]) -> Submission:
    """Make a form's function of one that takes the reference the form was opened for."""

    def take(heard: Heard, fields: Fields, metadata: str) -> Answer:
        try:
            ref = FormRef.load(metadata)
        except ValueError:
            return old_button(heard)
        return submitted(heard, fields, ref)

    return take


def by_number(press: Callable[[Heard, int], Answer]) -> Press:
    """Make a button's function of one that takes a row's id; a value that is none is an old button."""

    def pressed(heard: Heard, value: str) -> Answer:
        number = _number(value)
        return old_button(heard) if number is None else press(heard, number)

    return pressed


def form_by_number(submitted: Callable[[Heard, Fields, int], Answer]) -> Submission:
    """Make a form's function of one that takes the id of the row the form was opened for."""

    def take(heard: Heard, fields: Fields, metadata: str) -> Answer:
        number = _number(metadata)
        return old_button(heard) if number is None else submitted(heard, fields, number)

    return take


def _number(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdigit() and len(value) <= _LONGEST_ID else None
