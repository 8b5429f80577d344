"""Where a click happens: a message the person sees, or one of their open views."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.conversations import Conversation
from sandbox.engine import Engine
from sandbox.interactions.payloads import describe_channel, describe_container, describe_message
from sandbox.messages import Message
from sandbox.people import Person
from sandbox.shapes import Json, SlackError
from sandbox.views import View


@dataclass(frozen=True)
class Source:
    """Either `view`, or `conversation` and `message`."""

    view: View | None = None
    conversation: Conversation | None = None
    message: Message | None = None

    @property
    def blocks(self) -> list[Json]:
        """The blocks of the view or message."""
        if self.view is not None:
            return self.view.blocks
        return self.message.blocks if self.message else []

    @property
    def place(self) -> str:
        """The name under which suggestions for this place are remembered."""
        if self.view is not None:
            return self.view.id
        return f"{self.message.channel}/{self.message.ts}" if self.message else ""

    def describe(self, engine: Engine) -> Json:
        """Return container, channel and message or view as payloads carry them."""
        if self.view is not None:
            return {"container": {"type": "view", "view_id": self.view.id}, "view": self.view.to_slack()}
        if self.message is None or self.conversation is None:
            return {}
        described: Json = {
            "container": describe_container(self.message),
            "channel": describe_channel(self.conversation),
        }
        # The payload of a click in an ephemeral message does not repeat the message.
        if self.message.viewer is None:
            described["message"] = describe_message(engine, self.message)
        return described


def find_source(engine: Engine, person: Person, place: Json) -> Source:
    """Return the place named by {view_id} or {channel, ts}, if this person can see it."""
    if place.get("view_id"):
        view = engine.world.views.get(str(place["view_id"]))
        if view is None or view.owner != person.id:
            raise SlackError("view_not_found")
        return Source(view=view)
    conversation = engine.get_conversation(str(place.get("channel")))
    message = conversation.find_for(person.id, str(place.get("ts")))
    if message is None:
        raise SlackError("message_not_found")
    if person.id not in conversation.members and message.viewer is None and conversation.kind != "channel":
        raise SlackError("not_in_channel")
    return Source(conversation=conversation, message=message)
