"""Everything a running sandbox holds, in one object that the routes and use cases receive."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from sandbox.conversations import Conversation
from sandbox.events import Deliverer, Settings
from sandbox.faults import Faults
from sandbox.ledger import Ledger
from sandbox.live import LiveHub
from sandbox.people import Person
from sandbox.shapes import Json, SlackError
from sandbox.socketmode import SocketHub
from sandbox.transports import Transports
from sandbox.triggers import ResponseUrls, Triggers
from sandbox.world import World


@dataclass
class Engine:
    """The state (`world`) and the machinery around it; lives on one event loop."""

    world: World
    settings: Settings = field(default_factory=Settings)
    transports: Transports = field(default_factory=Transports)
    live: LiveHub = field(default_factory=LiveHub)
    faults: Faults = field(default_factory=Faults)
    calls: Ledger = field(default_factory=Ledger)
    triggers: Triggers = field(default_factory=Triggers)
    response_urls: ResponseUrls = field(default_factory=ResponseUrls)
    scheduled: dict[str, tuple[asyncio.TimerHandle, Json]] = field(default_factory=dict)
    base_url: str = ""

    def __post_init__(self) -> None:
        self.sockets = SocketHub(self.transports)
        self.deliverer = Deliverer(self.world.app, self.sockets, self.settings, self.faults)

    def get_person(self, person_id: str) -> Person:
        """Return a person or refuse with `unknown_person`."""
        found = self.world.people.get(person_id)
        if found is None:
            raise SlackError("unknown_person")
        return found

    def get_conversation(self, channel: str) -> Conversation:
        """Return a conversation or refuse with `channel_not_found`."""
        found = self.world.conversations.get(channel)
        if found is None:
            raise SlackError("channel_not_found")
        return found

    def show_conversation(self, conversation: Conversation, viewer: str) -> Json:
        """Return the Conversation shape of sandbox/README.md."""
        peer = conversation.peer_of(viewer)
        return {
            "id": conversation.id,
            "kind": conversation.kind,
            "name": self.world.people[peer].shown_name if peer else conversation.name,
            "topic": conversation.topic,
            "members": list(conversation.members),
            "joined": viewer in conversation.members,
            "archived": conversation.archived,
            "unread": conversation.unread.get(viewer, 0),
            "last_ts": conversation.last_ts,
            "peer": peer,
        }

    def push_conversation(self, conversation: Conversation) -> None:
        """Tell the pages of everybody who may see it that a conversation is new or changed."""
        watchers = self.world.people if conversation.kind == "channel" else conversation.members
        for person in tuple(watchers):
            if self.live.is_watched(person):
                shown = self.show_conversation(conversation, person)
                self.live.push(person, {"type": "conversation", "conversation": shown})

    def make_response_url(self, key: str) -> str:
        """Return the whole address of a response key."""
        return f"{self.base_url}/response/{key}"

    def close(self) -> None:
        """Stop timers and deliveries."""
        for handle, _ in self.scheduled.values():
            handle.cancel()
        self.scheduled.clear()
        self.deliverer.close()
