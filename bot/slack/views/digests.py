"""A day's or week's figures as a message, in three dresses: with charts, with a table, in words alone."""

from __future__ import annotations

from bot.domain.digests import Audience
from bot.reports.digest import Digest
from bot.slack import ids
from bot.slack.blocks import Json, actions, button, context, fit, section
from bot.slack.content import Content
from bot.slack.mrkdwn import escape, one_line
from bot.slack.reader import Reader
from bot.slack.views.digest_charts import day_charts, day_table
from bot.slack.views.digest_lines import (
    Part,
    empty_line,
    headline_of,
    own_parts,
    team_parts,
    title_of,
    window_line,
)
from bot.slack.views.digest_text import text_parts
from bot.slack.views.trouble import say

_SECTION = 3000
_LINE = 300
_BEFORE_CHARTS = 2
"""How many parts stand above the table and the charts: the figures, and what needs a person."""


def digest_ladder(
    reader: Reader, digest: Digest, *, run_id: int = 0, late: bool = False, also: Reader | None = None
) -> tuple[Content, ...]:
    """Return the digest in every dress, the richest first: the next is for when Slack refuses the one before.

    All say the same. A day on which nothing happened is one line. `also` says the headline again in the other
    language, for those who carry it on.
    """
    text = headline_of(reader, digest)
    if digest.empty and not digest.coach:
        text = empty_line(reader, digest, late=late)
        return (Content(text, [section(f"🌙 {escape(text)}")]),)
    if digest.audience is Audience.WORKER:
        return (Content(text, _own(reader, digest, run_id, late=late)),)
    table = [day_table(reader, digest.days)] if digest.days else []
    charts = day_charts(reader, digest.days)
    parts = team_parts(reader, digest)

    def dress(shown: list[Json], said: tuple[Part, ...]) -> Content:
        return Content(
            text,
            fit(
                lambda size: [
                    *_head(reader, digest, late=late),
                    *(_section(part, size) for part in said[:_BEFORE_CHARTS]),
                    *shown,
                    *(_section(part, size) for part in said[_BEFORE_CHARTS:]),
                    *([context(escape(headline_of(also, digest)))] if also else []),
                    *_buttons(reader, digest, run_id),
                ]
            ),
        )

    dresses = [dress([*table, *charts], parts)] if charts else []
    if table:
        dresses.append(dress(table, parts))
    return (*dresses, dress([], text_parts(reader, digest)))


def _head(reader: Reader, digest: Digest, *, late: bool) -> list[Json]:
    headline = escape(headline_of(reader, digest))
    return [section(f"📊 *{headline}*"), context(escape(window_line(reader, digest, late=late)))]


def _own(reader: Reader, digest: Digest, run_id: int, *, late: bool) -> list[Json]:
    t = reader.t
    title = escape(title_of(reader, digest))
    return [
        section(f"🌿 *{title}*"),
        *(_section(part, _SECTION) for part in own_parts(reader, digest)),
        *actions(
            button(t("My pay"), ids.PAY_SHOW, "this"),
            button(t("What the figures mean"), ids.DIGEST_DEFINITIONS, run_id),
        ),
        context(
            escape(window_line(reader, digest, late=late)),
            t("Only you can see this."),
        ),
    ]


def _section(part: Part, size: int) -> Json:
    lines = [f"• {escape(one_line(line, min(size, _LINE)))}" for line in part.lines]
    shown = "\n".join([f"*{escape(part.title)}*", *lines] if part.title else lines)
    return section(_whole_lines(shown))


def _whole_lines(text: str) -> str:
    """Return as many whole lines as a section has room for."""
    while len(text) > _SECTION:
        text = text.rpartition("\n")[0]
    return text


def _buttons(reader: Reader, digest: Digest, run_id: int) -> list[Json]:
    t = reader.t
    meaning = button(t("What the figures mean"), ids.DIGEST_DEFINITIONS, run_id)
    if digest.audience is Audience.CREW:
        return actions(meaning)
    return actions(
        button(t("Details"), ids.DIGEST_DETAILS, run_id),
        button(t("All reasons"), ids.DIGEST_REASONS, run_id) if digest.reasons else None,
        button(t("As CSV"), ids.DIGEST_CSV, run_id),
        button(t("Ask the supervisors"), ids.DIGEST_ASK, run_id) if digest.audience is Audience.PM else None,
        meaning,
    )


def digest_on_its_way(reader: Reader, project_key: str) -> Content:
    """Say that a digest was asked for and comes as a message."""
    return say(
        "📊 "
        + reader.t(
            "The digest of {key} comes as a message in a moment.", key=escape(one_line(project_key, 20))
        )
    )


def digest_asked(reader: Reader, project_key: str) -> Content:
    """Confirm that the supervisors have the question."""
    return say(
        "🙋 "
        + reader.t(
            "The supervisors of {key} have your question. The reply comes to you as a message.",
            key=escape(one_line(project_key, 20)),
        )
    )
