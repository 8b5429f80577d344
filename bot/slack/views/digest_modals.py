"""What lies one click behind a digest: details, every reason, a question to the supervisors, the definitions."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.digests import Audience
from bot.i18n import formats
from bot.reports.digest import Digest
from bot.reports.workload import ReviewerLoad
from bot.slack import ids
from bot.slack.blocks import Json, context, divider, section
from bot.slack.inputs import modal, text_input
from bot.slack.mrkdwn import escape, inline, one_line
from bot.slack.reader import Reader
from bot.slack.views.digest_lines import day_lines, reason_lines, say_window
from bot.slack.views.trouble import NOTICE

_QUESTION_LIMIT = 1000
_MOST_REVIEWERS = 30
_MOST_REASONS = 20


def digest_details(reader: Reader, digest: Digest) -> Json:
    """Return the window with the days, agreement and the reviewers' load; for PMs and supervisors only."""
    t = reader.t
    blocks = [_head(reader, digest), _lines(t("Day by day"), list(day_lines(reader, digest).lines))]
    found = digest.rejections
    if found is not None:
        last = t(
            "Last verdict a reject: {rate}, {part} of {n} tasks with a verdict",
            rate=reader.percent(found.final_rate),
            part=reader.number(found.last_rejected),
            n=reader.number(found.judged),
        )
        blocks.append(_lines(t("How it stood at the end"), [last]))
    blocks.append(_lines(t("Agreement"), _agreement(reader, digest)))
    if digest.reviewers:
        shown = [_load(reader, load) for load in digest.reviewers[:_MOST_REVIEWERS]]
        blocks += [divider(), _lines(t("Reviews, for balancing the load"), shown)]
    return modal(t, NOTICE, t("Details"), "", [block for block in blocks if block])


def _agreement(reader: Reader, digest: Digest) -> list[str]:
    t, found = reader.t, digest.agreement
    if found is None:
        return [t("no overlap")]

    def exact(share: float) -> str:
        return formats.percent(share, reader.language, digits=1)

    return [
        t("Tasks with several answers: {tasks}, answers: {answers}, pairs: {pairs}",
          tasks=reader.number(found.tasks), answers=reader.number(found.answers), pairs=reader.number(found.pairs)),
        t("Share of the winning answer: {share}", share=exact(found.vote_share)),
        t("Pairs exactly the same: {share}", share=exact(found.pairwise_exact)),
        t("Likeness letter by letter: {share}", share=exact(found.char_agreement)),
        *([t("Krippendorff's alpha: {alpha}", alpha=f"{found.alpha:.2f}")] if found.alpha is not None else []),
        *([t("Decided by a supervisor: {n}", n=reader.number(found.decided))] if found.decided else []),
    ]  # fmt: skip


def _load(reader: Reader, load: ReviewerLoad) -> str:
    t = reader.t
    spent = (
        formats.duration(timedelta(seconds=load.median_seconds), reader.language)
        if load.median_seconds is not None
        else "—"
    )
    return t(
        "{nickname}: {verdicts} verdicts, {rejects} of them rejects, {overturned} overturned, {time} each (median)",
        nickname=one_line(load.nickname, 40),
        verdicts=reader.number(load.verdicts),
        rejects=reader.number(load.rejects),
        overturned=reader.number(load.overturned),
        time=spent,
    )


def digest_reasons(reader: Reader, digest: Digest) -> Json:
    """Return every reason of the window with its section and its share."""
    t = reader.t
    lines = list(reason_lines(reader, digest, most=_MOST_REASONS))
    shown = _lines(t("Reasons for rejects"), lines or [t("There was no reject.")])
    note = context(t("The shares are of all rejects of these days, rework included."))
    return modal(t, NOTICE, t("All reasons"), "", [_head(reader, digest), shown, note])


def digest_ask_form(reader: Reader, run_id: int, project_key: str) -> Json:
    """Return the form of a question to the supervisors of the project, in the PM's own language."""
    t = reader.t
    blocks = [
        section(
            t(
                "It goes to the supervisors of {key}. They read it in their own language too.",
                key=inline(project_key, 20),
            )
        ),
        text_input(t("Your question"), ids.TEXT, limit=_QUESTION_LIMIT),
    ]
    return modal(t, ids.FORM_DIGEST_ASK, t("Ask the supervisors"), t("Send"), blocks, metadata=str(run_id))


def definitions(reader: Reader, audience: Audience) -> Json:
    """Return what each figure counts, in the words of the digest of this audience."""
    t = reader.t
    own = [
        (t("Handed in by you"), t("Your submissions of the day; those after a reject are shown apart.")),
        (t("Accepted"), t("Your answers whose acceptance stands, small corrections included.")),
        (t("Earned"), t("What the ledger gained that day, at the price fixed when you took the task.")),
    ]
    team = [
        (t("Tasks final"), t("Tasks that became final on that local date of the project. Tasks, not answers.")),
        (t("Submissions"), t("Everything handed in, first ones and rework shown apart.")),
        (t("Answers"), t("Answers handed in, each once however many rounds it took.")),
        (
            t("Reject rate (first verdicts)"),
            t(
                "Of the tasks whose first verdict fell into the window, those for which it was a reject. "
                "Fix-and-accept counts as accept."
            ),
        ),
        (t("All verdicts"), t("Reject verdicts of all verdicts. One task can count several times.")),
        (
            t("Without a review"),
            t("What is accepted without a review counts as work done, but in no reject rate and for no reviewer."),
        ),
        (t("Small sample"), t("n is under 20, so the rate says little and nothing is concluded from it.")),
        ("—", t("There is nothing to take a share of.")),
        (
            t("Usually"),
            t("The median of the days with work among the seven before; for the reject rate all of them together."),
        ),
        (
            t("Agreement"),
            t(
                "Of tasks with several answers: the share of answers that say the same as the most frequent one, "
                "of pairs that are equal, and how alike pairs are letter by letter. Alpha sets that against chance "
                "(1 is perfect, 0 is chance); for closed labels and 50 tasks or more only."
            ),
        ),
        (
            t("Issues"),
            t(
                "Medians over the issues first acknowledged, or resolved, in the window, since they were raised. "
                "Time during which somebody was waited for is taken off."
            ),
        ),
        (
            t("Days of work left"),
            t("Tasks that are not final, divided by the median of the last seven days with finished tasks."),
        ),
    ]  # fmt: skip
    shown = own if audience is Audience.WORKER else team if audience is not Audience.CREW else team[:-3]
    taken_back = context(t("Verdicts that were taken back count nowhere. A day is the project's local date."))
    lines = [section(f"*{name}*\n{meaning}") for name, meaning in shown]
    return modal(t, NOTICE, t("What the figures mean"), "", [*lines, taken_back])


def _head(reader: Reader, digest: Digest) -> Json:
    return section(f"*{inline(digest.project_key, 20)}* · {escape(say_window(reader, digest))}")


def _lines(title: str, lines: list[str]) -> Json:
    shown = f"*{title}*"
    for line in lines:
        more = f"\n• {escape(line)}"
        if len(shown) + len(more) > 3000:
            break
        shown += more
    return section(shown)
