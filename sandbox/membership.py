"""People joining and leaving channels, with the events and page updates that follow."""

from __future__ import annotations

from sandbox.conversations import Conversation
from sandbox.engine import Engine
from sandbox.hearing import tell_joined, tell_left


def add_member(engine: Engine, conversation: Conversation, person: str) -> None:
    """Add somebody, tell their pages and the app."""
    conversation.members[person] = None
    engine.push_conversation(conversation)
    tell_joined(engine, conversation, person)


def remove_member(engine: Engine, conversation: Conversation, person: str) -> None:
    """Take somebody out; the event goes first, so that a bot that leaves still hears of it."""
    tell_left(engine, conversation, person)
    conversation.members.pop(person, None)
    engine.push_conversation(conversation)
