"""Slack's Web API: one module per method family; `METHODS` maps a method's name to what serves it."""

from sandbox.webapi import (
    apps,
    bot_messages,
    conversations,
    files,
    history,
    message_edits,
    reactions,
    scheduled,
    users,
    views,
)
from sandbox.webapi.registry import Method

METHODS: dict[str, Method] = {
    name: method
    for family in (
        apps,
        bot_messages,
        conversations,
        files,
        history,
        message_edits,
        reactions,
        scheduled,
        users,
        views,
    )
    for name, method in family.METHODS.items()
}
