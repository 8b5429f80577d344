"""How right the reviews of a project were, for those who steer it, and one's own figures for oneself."""

from __future__ import annotations

from bot.reports.fairness import DAYS, Checked, Fairness, OwnWork, ReviewerFairness
from bot.reports.issue_words import Words
from bot.slack.blocks import Json, Run, actions, context, quote, section
from bot.slack.content import Content
from bot.slack.graphemes import cut
from bot.slack.mrkdwn import inline, one_line, showable
from bot.slack.reader import Reader
from bot.slack.views.digest_charts import say_rate_of
from bot.slack.views.issue_lines import read_as
from bot.slack.views.latin import without_korean
from bot.slack.views.spot_checks import next_check

_COMMENT = 300
_ROWS = 20


def quality(reader: Reader, facts: Fairness, project_id: int) -> Content:
    """Return how right a project's reviews were; for its supervisors and PMs only."""
    t = reader.t
    key = inline(facts.project_key)
    text = t("Quality of the reviews in {key}, last {n} days", key=key, n=DAYS)
    blocks: list[Json] = [section(f"🎯 *{text}*")]
    if not facts.rows and not facts.unreviewed.checked:
        blocks.append(section(t("No reviews and no spot checks in this time.")))
    blocks += [
        section(f"*{inline(row.nickname)}*\n" + "\n".join(_lines(reader, row))) for row in facts.rows[:_ROWS]
    ]
    if facts.unreviewed.checked:
        title = t("Accepted without a review")
        blocks.append(section(f"*{title}*\n• {_agreement(reader, facts.unreviewed)}"))
    for one in facts.disagreements:
        who = one_line(one.reviewer) or t("Accepted without a review")
        blocks.append(
            quote(
                f"#{one.task_id} · {who} · {reader.time(one.made_at)}",
                [Run(cut(_said(reader, one.comment), _COMMENT))],
            )
        )
    note = t(
        "Overturned: of all rejects, those that an appeal or an issue found wrong. "
        "Agreement: of all spot checks, those that would have accepted the work, too. A "
        "figure from fewer than 20 says little. Please share this with supervisors and PMs "
        "only."
    )
    return Content(text, [*blocks, context(note), *actions(next_check(reader, project_id))])


def _said(reader: Reader, comment: Words) -> str:
    """Return a checker's words in the reader's language; who reads no Korean is shown none of it."""
    words = showable(read_as(comment, reader.language))
    if reader.language == "ko":
        return words
    return without_korean(words) or reader.t("The comment is in Korean and not translated yet.")


def _lines(reader: Reader, row: ReviewerFairness) -> list[str]:
    t = reader.t
    rate = say_rate_of(reader, row.overturn_rate, row.rejects, small=row.small)
    time = "—" if row.median_seconds is None else _minutes(reader, row.median_seconds / 60)
    return [
        "• " + t("Verdicts: {n}", n=reader.number(row.verdicts)),
        "• " + t("Overturned rejects: {rate}", rate=rate),
        "• " + _agreement(reader, row.checks),
        "• " + t("Median time of a review: {time}", time=time),
    ]


def _agreement(reader: Reader, checks: Checked) -> str:
    rate = say_rate_of(reader, checks.agreement, checks.checked, small=checks.small)
    return reader.t("Agreement in spot checks: {rate}", rate=rate)


def _minutes(reader: Reader, minutes: float) -> str:
    return reader.t("{n} min", n=reader.decimal(minutes))


def own_figures(reader: Reader, work: tuple[OwnWork, ...], reviewing: ReviewerFairness | None) -> Content:
    """Return somebody's own figures, which nobody else is shown."""
    t = reader.t
    text = t("Your own figures, last {n} days", n=DAYS)
    blocks: list[Json] = [section(f"📈 *{text}*")]
    blocks += [section(f"*{inline(one.project_key)}*\n" + "\n".join(_own_lines(reader, one))) for one in work]
    if reviewing is not None:
        title = t("As a reviewer")
        blocks.append(section(f"*{title}*\n" + "\n".join(_lines(reader, reviewing))))
    if not work and reviewing is None:
        blocks.append(section(t("There is nothing to show yet. Your figures appear here as you work.")))
    note = t(
        "Only you see this. First-pass: of your answers that a person reviewed, those "
        "returned the first time. Returns later found wrong do not count. A figure from "
        "fewer than 20 says little."
    )
    return Content(text, [*blocks, context(note)])


def _own_lines(reader: Reader, one: OwnWork) -> list[str]:
    t = reader.t
    rate = say_rate_of(reader, one.first_pass_rate, one.first_judged, small=one.small)
    lines = [
        t("Accepted: {n}", n=reader.number(one.accepted)),
        t("First-pass reject rate: {rate}", rate=rate),
    ]
    if one.rounds is not None:
        lines.append(t("Median rounds until accepted: {n}", n=reader.decimal(one.rounds)))
    if one.minutes is not None:
        lines.append(t("Median time of a task: {time}", time=_minutes(reader, one.minutes)))
    if one.appeals_won:
        lines.append(t("Appeals won: {n}", n=reader.number(one.appeals_won)))
    return [f"• {line}" for line in lines]
