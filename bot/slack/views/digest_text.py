"""A digest as plain text: for the command line, and wherever Slack takes neither charts nor tables."""

from __future__ import annotations

from bot.domain.digests import Audience
from bot.reports.digest import Digest
from bot.slack.reader import Reader
from bot.slack.views.digest_lines import (
    Part,
    day_lines,
    empty_line,
    own_parts,
    team_parts,
    title_of,
    window_line,
)


def digest_text(reader: Reader, digest: Digest, *, late: bool = False) -> str:
    """Return the digest as lines of plain text, an empty day as one line; the figures are those of the message."""
    if digest.empty and not digest.coach:
        return empty_line(reader, digest, late=late)
    lines = [title_of(reader, digest), window_line(reader, digest, late=late)]
    for part in text_parts(reader, digest):
        lines += ["", part.title] if part.title else [""]
        lines += [f"- {line}" for line in part.lines]
    return "\n".join(lines)


def text_parts(reader: Reader, digest: Digest) -> tuple[Part, ...]:
    """Return everything the digest says in words, the days among it."""
    if digest.audience is Audience.WORKER:
        return own_parts(reader, digest)
    first, *rest = team_parts(reader, digest)
    return (first, *rest[:1], day_lines(reader, digest), *rest[1:])
