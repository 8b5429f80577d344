"""One request as the features see it: who asks, in which language, and which key makes its effect single."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import NotFound
from bot.services.access import Known, find_person
from bot.slack.reader import Reader

if TYPE_CHECKING:
    # At run time deps needs the threads, whose error handling needs this module.
    from handlers.deps import Deps

Answer = dict[str, Any]
"""What a request is answered with, as JSON: {"text", "blocks"}, a form's response_action, or {} for silence.

`trouble` in it marks a refusal; it is for us and never sent.
"""


class Kind(StrEnum):
    """How the request reached us, which decides how the answer travels back."""

    COMMAND = "command"
    ACTION = "action"
    FORM = "form"
    SHORTCUT = "shortcut"
    EVENT = "event"
    OTHER = "other"


@dataclass(frozen=True)
class Heard:
    """A request. `key` names its effect, `delivery` this very try; they differ for forms and buttons.

    A form that was refused stays open under the same id and hash, so a corrected one must not be taken for
    the refused one again. Each click on a button comes as a request of its own, so a double click has two
    deliveries of one key.
    """

    deps: Deps
    kind: Kind
    team: str
    user: str
    actor: Known | None
    reader: Reader
    key: str
    delivery: str
    body: dict[str, Any]

    @property
    def me(self) -> Known:
        """The person who asks. Raises NotFound for somebody who has not joined."""
        if self.actor is None:
            raise NotFound("person")
        return self.actor

    @property
    def trigger_id(self) -> str:
        """Slack's permission to open a form, good for three seconds."""
        return str(self.body.get("trigger_id") or "")

    @property
    def response_url(self) -> str | None:
        """Where an answer to a button goes; there is none for buttons of Home."""
        found = self.body.get("response_url")
        return str(found) if found else None

    @property
    def at_home(self) -> bool:
        """Whether a button of the Home tab was pressed."""
        view = self.body.get("view")
        return self.kind is Kind.ACTION and isinstance(view, dict) and view.get("type") == "home"

    def known_now(self) -> Heard:
        """Return the same request by somebody who has joined meanwhile, looked up anew."""
        with self.deps.transaction.reading() as session:
            actor = find_person(
                UnitOfWork(session, self.reader.now, reading=True), team=self.team, user=self.user
            )
        return replace(self, actor=actor)

    def speaking(self, language: str) -> Heard:
        """Return the same request with answers in another language."""
        return replace(self, reader=replace(self.reader, t=self.deps.catalogs[language], language=language))


_KINDS = {
    "block_actions": Kind.ACTION,
    "view_submission": Kind.FORM,
    "message_action": Kind.SHORTCUT,
}


def kind_of(body: dict[str, Any]) -> Kind:
    """Return how a request came, from its body."""
    if "command" in body:
        return Kind.COMMAND
    if "event" in body:
        return Kind.EVENT
    return _KINDS.get(str(body.get("type")), Kind.OTHER)


def keys_of(kind: Kind, team: str, body: dict[str, Any]) -> tuple[str, str]:
    """Return the key of a request's effect and of its delivery; both are equal in every redelivery."""
    if kind is Kind.EVENT:
        delivery = f"event:{body.get('event_id')}"
    elif body.get("trigger_id"):
        delivery = f"trigger:{body['trigger_id']}"
    else:
        action = (body.get("actions") or [{}])[0]
        delivery = f"act:{action.get('action_ts')}:{action.get('action_id')}"
    key = delivery
    if kind is Kind.ACTION:
        key = f"press:{_digest(body)}"
    elif kind is Kind.FORM:
        key = f"form:{body['view']['id']}:{body['view'].get('hash')}"
    return f"{team}:{key}"[:200], f"{team}:{delivery}"[:200]


def _digest(body: dict[str, Any]) -> str:
    """Name the button that was pressed: whose press, where it stands, what it does."""
    action = (body.get("actions") or [{}])[0]
    place = body.get("container") or {}
    where = (place.get("channel_id"), place.get("message_ts"), place.get("view_id"))
    what = (action.get("action_id"), action.get("value"), action.get("selected_option"))
    words = json.dumps(((body.get("user") or {}).get("id"), where, what), sort_keys=True)
    return sha256(words.encode()).hexdigest()
