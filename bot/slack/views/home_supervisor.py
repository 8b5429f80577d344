"""Home for supervisors: the board of each project, what waits for them, and words to put right."""

from __future__ import annotations

from collections.abc import Sequence

from bot.reports.home import Board
from bot.reports.notices import NoticeFacts
from bot.reports.translations import ReportedFacts
from bot.slack.blocks import Json, divider, section
from bot.slack.mrkdwn import escape, inline
from bot.slack.reader import Reader
from bot.slack.views import notices as notice_views
from bot.slack.views import translation_replies
from bot.slack.views.adjudications import next_button
from bot.slack.views.digest_lines import backlog_lines, needs_lines
from bot.slack.words import symbol

_MOST_REPORTED = 2
_MOST_NOTICES = 3
_REPORTED_SIZE = 300


def boards_section(reader: Reader, boards: Sequence[Board]) -> list[Json]:
    """Return each project's board: what is unfinished, and what only a person can move on."""
    if not boards:
        return []
    title = reader.t("Your projects today")
    return [divider(), section(f"*{title}*"), *(_board(reader, board) for board in boards)]


def _board(reader: Reader, board: Board) -> Json:
    t = reader.t
    waiting = needs_lines(reader, board.needs, reader.now) or [t("Nothing waits for a person.")]
    lines = [
        f"{symbol(board.type)} *{inline(board.key, 20)}* {inline(board.name, 80)}",
        *(escape(line) for line in backlog_lines(reader, board.backlog, reader.now)),
        *(f"• {escape(line)}" for line in waiting),
    ]
    decide = next_button(reader, board.project_id) if board.needs.adjudications else None
    return section("\n".join(lines), decide)


def reported_section(reader: Reader, reported: Sequence[ReportedFacts]) -> list[Json]:
    """Return translations somebody said are wrong, for those who read both languages."""
    if not reported:
        return []
    title = reader.t("Reported translations")
    shown = [divider(), section(f"*{title}*")]
    for facts in reported[:_MOST_REPORTED]:
        headline = f"🚩 {inline(facts.project_key, 20)}"
        shown += translation_replies.reported_row(reader, facts, headline, _REPORTED_SIZE)
    return shown


def notices_section(reader: Reader, notices: Sequence[NoticeFacts]) -> list[Json]:
    """Return the notices under way and how far those that are posted have been read."""
    if not notices:
        return []
    title = reader.t("Notices")
    rows = [notice_views.in_hand_row(reader, notice) for notice in notices[:_MOST_NOTICES]]
    return [divider(), section(f"*{title}*"), *rows]
