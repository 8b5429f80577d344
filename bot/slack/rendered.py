"""A message that has been worded and where it goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.outbox.messages import Message
from bot.slack.content import Content

Placed = Callable[[Session, str, str], None]


@dataclass(frozen=True)
class Rendered:
    """A message ready to be sent. `card` is its key if it is a card.

    `channel` is the person's DM if known, or the channel of a message that others read as well, which then
    stands in the thread `thread_ts`; with `only_there` there is nothing to say once that thread is gone. A card
    that is `gone` is taken away wherever it stands. `then` are facts to be told once this one is settled: the
    further parts of a long one. `fallbacks` say the same with plainer blocks, for when Slack does not take them.
    `placed` writes down where it stands, given the channel and the ts, in the transaction that records the post.
    """

    person_id: int
    user: str
    channel: str | None
    content: Content
    card: str | None
    thread_ts: str | None = None
    only_there: bool = False
    gone: bool = False
    then: tuple[Message, ...] = ()
    fallbacks: tuple[Content, ...] = ()
    placed: Placed | None = None
