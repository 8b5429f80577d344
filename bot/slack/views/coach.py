"""The reject coach: privately and kindly, the two reasons that matter and what settling them would mean."""

from __future__ import annotations

from bot.reports.progress import COACHED_FOR, Coach
from bot.slack.blocks import bullets, context, section
from bot.slack.content import Content
from bot.slack.mrkdwn import one_line
from bot.slack.reader import Reader
from bot.slack.words import say_reason

_SECTION = 60


def coach_card(reader: Reader, coach: Coach) -> Content:
    """Return the note to a worker whose returned work has two things in common. Nobody else gets to see it."""
    t = reader.t
    text = t("Two points in the guideline could save you a lot of rework.")
    if len(coach.reasons) == 1:
        text = t("One point in the guideline could save you a lot of rework.")
    return Content(
        text,
        [
            section(f"🌱 *{text}*"),
            bullets(coach_lines(reader, coach)),
            context(
                t("Only you can see this. It has no effect on which tasks you can take."),
            ),
        ],
    )


def coach_lines(reader: Reader, coach: Coach) -> list[str]:
    """Return the note as plain lines: the reasons with their sections, of how many, and what it would mean."""
    t = reader.t
    lines = [
        t(
            "{reason} · guideline {section}: {count} of the {n} that came back in {days} days ({share})",
            reason=say_reason(t, found.reason),
            section=one_line(found.section, _SECTION) or "—",
            count=reader.number(found.count),
            n=reader.number(coach.n),
            days=COACHED_FOR.days,
            share=reader.percent(found.share),
        )
        for found in coach.reasons
    ]
    if coach.effect:
        lines.append(
            t(
                "The time such rounds take is enough for new tasks worth about {amount}.",
                amount=" · ".join(reader.money(amount) for amount in coach.effect),
            )
        )
    return lines
