"""A digest's figures as a table: a figure a row, so that any spreadsheet can sum and draw them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import TextIO

from bot.domain.cells import neutral
from bot.reports.digest import Digest

_HEAD = ("project", "date", "figure", "of", "value")
_BACKLOG = ("remaining", "open", "claimed", "in_review", "returned", "waiting_reviews", "handed_up")
_THROUGHPUT = ("final", "submitted_first", "submitted_again", "judgements", "accepted")
_REJECTIONS = (
    "first_judged", "first_rejected", "verdicts", "rejects", "fixed", "judged", "last_rejected",
    "open_returned", "median_rounds",
)  # fmt: skip
_AGREEMENT = (
    "tasks", "answers", "pairs", "vote_share", "pairwise_exact", "char_agreement", "alpha", "decided",
)  # fmt: skip
_ISSUES = ("opened", "acked", "ack_seconds", "resolved", "resolve_seconds", "open", "untaken")

Figure = tuple[str, str, str, object]
"""Date, name, what it is of ("" for the whole project), and the number; None where there is nothing to say."""


def write_digest_table(digest: Digest, out: TextIO) -> int:
    """Write the figures as they were made and return how many; open `out` with newline="" and "utf-8-sig"."""
    writer = csv.writer(out)
    writer.writerow(_HEAD)
    count = 0
    for date, name, of, value in _figures(digest):
        writer.writerow((digest.project_key, date, name, neutral(of), "" if value is None else value))
        count += 1
    return count


def _figures(digest: Digest) -> Iterator[Figure]:
    date = digest.window.date.isoformat()
    parts = (
        (digest.throughput, _THROUGHPUT),
        (digest.rejections, _REJECTIONS),
        (digest.backlog, _BACKLOG),
    )
    for part, names in parts:
        if part is not None:
            yield from ((date, name, "", getattr(part, name)) for name in names)
    if digest.agreement is not None:
        yield from ((date, f"agreement_{name}", "", getattr(digest.agreement, name)) for name in _AGREEMENT)
    for times in digest.issues:
        yield from ((date, f"issues_{name}", times.severity, getattr(times, name)) for name in _ISSUES)
    for reason in digest.reasons:
        yield date, "rejects_for_reason", f"{reason.reason} {reason.section}", reason.count
    for load in digest.reviewers:
        for name in ("verdicts", "rejects", "overturned", "median_seconds"):
            yield date, f"reviewer_{name}", load.nickname, getattr(load, name)
    for day in digest.days:
        for name in ("final", "judged_first", "rejected_first"):
            yield day.date.isoformat(), f"day_{name}", "", getattr(day, name)
