"""Home for those who review: what is in their hands, and how long the queues are."""

from __future__ import annotations

from collections.abc import Sequence

from bot.reports.desk import HeldReview
from bot.reports.home import Queue
from bot.slack.blocks import Json, context, divider, section
from bot.slack.mrkdwn import inline
from bot.slack.reader import Reader
from bot.slack.views import reviews as review_views

_MOST_REVIEWS = 12
_MOST_QUEUES = 10


def reviews_section(reader: Reader, reviews: Sequence[HeldReview]) -> list[Json]:
    """Return the reviews in somebody's hands and the rework that came back to them."""
    if not reviews:
        return []
    title = reader.t("Your reviews")
    rows = [review_views.review_row(reader, review) for review in reviews[:_MOST_REVIEWS]]
    left = len(reviews) - _MOST_REVIEWS
    more = [context(reader.t.plural("And {n} more.", "And {n} more.", left))] if left > 0 else []
    return [divider(), section(f"*{title}*"), *rows, *more]


def queues_section(reader: Reader, queues: Sequence[Queue]) -> list[Json]:
    """Return how many reviews wait in each project, and how old they have become."""
    if not queues:
        return []
    t = reader.t
    title = t("Waiting for review")
    lines = []
    for queue in queues[:_MOST_QUEUES]:
        line = t.plural(
            "{key}: {n} review, the oldest for {age}",
            "{key}: {n} reviews, the oldest for {age}",
            queue.waiting,
            key=inline(queue.key, 20),
            age=reader.since(queue.oldest),
        )
        if queue.ageing:
            line += " · " + t.plural("{n} over 24 hours", "{n} over 24 hours", queue.ageing)
        lines.append(f"• {line}")
    return [divider(), section("\n".join([f"*{title}*", *lines]))]
