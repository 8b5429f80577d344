"""What a digest says, as plain lines: the same figures and words whether charts stand above them or not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.digests import Audience
from bot.i18n import formats
from bot.reports.digest import Change, Digest
from bot.reports.needs import Needs
from bot.reports.rejections import Rejections, TopReason
from bot.reports.throughput import Throughput
from bot.reports.workload import Backlog, Eta
from bot.slack.mrkdwn import one_line
from bot.slack.reader import Reader
from bot.slack.views.coach import coach_lines
from bot.slack.views.digest_charts import say_rate, say_rate_of
from bot.slack.views.digest_issues import issue_lines
from bot.slack.views.latin import without_korean
from bot.slack.words import say_reason

_SECTION = 60
_QUESTION = 120


@dataclass(frozen=True)
class Part:
    """Lines that belong together; nothing in them is markup, and people's words are cut but not escaped."""

    title: str
    lines: tuple[str, ...]


def say_window(reader: Reader, digest: Digest) -> str:
    """Return which days the figures are of: "Sat 21 Nov", or the first and the last of a week."""
    last = digest.window.date
    if digest.window.days == 1:
        return reader.day(last)
    return f"{reader.day(last - timedelta(days=digest.window.days - 1))} – {reader.day(last)}"


def title_of(reader: Reader, digest: Digest) -> str:
    """Return the digest's name: the project and the days."""
    t = reader.t
    values = {"key": one_line(digest.project_key, 20), "day": say_window(reader, digest)}
    if digest.audience is Audience.WORKER:
        return t("Your work in {key}, {day}", **values)
    return t("The week in {key}, {day}", **values) if digest.week else t("{key}, {day}", **values)


def headline_of(reader: Reader, digest: Digest) -> str:
    """Return the digest in one line, each figure with what it is counted of."""
    t = reader.t
    values = {"key": one_line(digest.project_key, 20), "day": say_window(reader, digest)}
    if digest.mine is not None:
        return t(
            "{key}, {day}: you handed in {submitted}, {accepted} accepted.",
            submitted=reader.number(digest.mine.submitted),
            accepted=reader.number(digest.mine.accepted),
            **values,
        )
    if digest.empty or digest.throughput is None or digest.rejections is None:
        return t("{key}, {day}: nothing was handed in, judged or finished.", **values)
    found = digest.rejections
    return t.plural(
        "{key}, {day}: {n} task final, reject rate {rate}.",
        "{key}, {day}: {n} tasks final, reject rate {rate}.",
        digest.throughput.final,
        rate=say_rate_of(reader, found.first_pass_rate, found.first_judged, small=found.small),
        **values,
    )


def window_line(reader: Reader, digest: Digest, *, late: bool) -> str:
    """Return whose clock the days are counted by, and whether the digest comes late."""
    t = reader.t
    said = t("Whole days in {zone}.", zone=digest.zone) if digest.week else ""
    if not digest.week:
        over = digest.made_at >= digest.window.end
        said = t("The whole day in {zone}.", zone=digest.zone)
        if not over:
            said = t(
                "The day in {zone} so far, until {time}.",
                zone=digest.zone,
                time=replace(reader, zone=digest.zone).time(digest.made_at),
            )
    behind = t("This digest comes late.")
    return f"⏰ {behind} {said}" if late else said


def empty_line(reader: Reader, digest: Digest, *, late: bool) -> str:
    """Return the one line of a day on which nothing happened; a late one, or one that isn't over, says so."""
    said = headline_of(reader, digest)
    whole = digest.made_at >= digest.window.end
    return said if whole and not late else f"{said} {window_line(reader, digest, late=late)}"


def team_parts(reader: Reader, digest: Digest) -> tuple[Part, ...]:
    """Return what a digest of a team says besides its headline and its days, only what there is to say."""
    t = reader.t
    parts = [
        Part(t("Figures"), _figures(reader, digest.throughput, digest.rejections)),
        Part(t("Needs a person today"), _needs(reader, digest, digest.needs)),
        Part(t("Against the days before"), _changes(reader, digest)),
        Part(t("Still to do"), _backlog(reader, digest, digest.backlog, digest.eta)),
        Part(t("Reasons for rejects"), tuple(reason_lines(reader, digest, most=3))),
        Part(t("Issues"), issue_lines(reader, digest.issues)),
        Part(t("Questions without an answer"), _gaps(reader, digest)),
    ]
    return tuple(part for part in parts if part.lines)


def own_parts(reader: Reader, digest: Digest) -> tuple[Part, ...]:
    """Return what a worker's own digest says: nobody else's figures, and no place among others."""
    t, mine = reader.t, digest.mine
    parts: list[Part] = []
    if mine is not None:
        again = t.plural("{n} of it again", "{n} of them again", mine.submitted_again)
        earned = " · ".join(reader.money(amount) for amount in mine.earned) or "—"
        lines = [
            t.plural("{n} answer handed in", "{n} answers handed in", mine.submitted)
            + (f" ({again})" if mine.submitted_again else ""),
            t.plural("{n} accepted", "{n} accepted", mine.accepted),
            t.plural("{n} came back for another round", "{n} came back for another round", mine.returned)
            if mine.returned
            else "",
            t("Earned: {amount}", amount=earned),
        ]
        parts.append(Part("", tuple(filter(None, lines))))
    if digest.coach is not None:
        parts.append(Part(t("What would help most"), tuple(coach_lines(reader, digest.coach))))
    return tuple(parts)


def day_lines(reader: Reader, digest: Digest) -> Part:
    """Return the days of the digest's table as lines, the newest first."""
    t = reader.t
    lines = (
        t.plural(
            "{day}: {n} task final, reject rate {rate}",
            "{day}: {n} tasks final, reject rate {rate}",
            day.final,
            day=reader.day(day.date),
            rate=say_rate_of(reader, day.first_pass_rate, day.judged_first, small=day.small),
        )
        for day in reversed(digest.days)
    )
    return Part(t("Day by day"), tuple(lines))


def _figures(reader: Reader, done: Throughput | None, found: Rejections | None) -> tuple[str, ...]:
    t, lines = reader.t, []
    if done is not None:
        lines += [
            t("Tasks final: {n}", n=reader.number(done.final)),
            t(
                "Submissions: {n} ({first} first ones, {again} after a reject)",
                n=reader.number(done.submitted),
                first=reader.number(done.submitted_first),
                again=reader.number(done.submitted_again),
            ),
            t(
                "Answers: {n} handed in, {accepted} accepted",
                n=reader.number(done.judgements),
                accepted=reader.number(done.accepted),
            ),
        ]
    if found is not None:
        lines += [_first_pass(reader, found), *_verdicts(reader, found)]
    return tuple(lines)


def _first_pass(reader: Reader, found: Rejections) -> str:
    t = reader.t
    if not found.first_judged:
        return t("Reject rate (first verdicts): —, no task had its first verdict")
    return t(
        "Reject rate (first verdicts): {rate}, {part} of {n} tasks",
        rate=say_rate(reader, found.first_pass_rate, small=found.small),
        part=reader.number(found.first_rejected),
        n=reader.number(found.first_judged),
    )


def _verdicts(reader: Reader, found: Rejections) -> list[str]:
    t, lines = reader.t, []
    if found.verdicts:
        lines.append(
            t(
                "All verdicts: {rate} rejects, {part} of {n}; {fixed} fixed and accepted",
                rate=reader.percent(found.event_rate),
                part=reader.number(found.rejects),
                n=reader.number(found.verdicts),
                fixed=reader.number(found.fixed),
            )
        )
    if found.median_rounds is not None:
        lines.append(t("Rounds until accepted: {n} (median)", n=reader.decimal(found.median_rounds)))
    if found.open_returned:
        lines.append(t.plural("{n} task is returned now", "{n} tasks are returned now", found.open_returned))
    return lines


def _changes(reader: Reader, digest: Digest) -> tuple[str, ...]:
    lines = []
    if (change := digest.final_change) is not None:
        lines.append(_final_change(reader, change, week=digest.week))
    if (change := digest.reject_change) is not None:
        lines.append(_reject_change(reader, change, week=digest.week))
    return tuple(lines)


def _final_change(reader: Reader, change: Change, *, week: bool) -> str:
    t = reader.t
    now, usual = reader.decimal(change.now), reader.decimal(change.usual)
    values = {"now": now, "usual": usual, "arrow": _arrow(now, usual, change)}
    if change.small:
        return t("Tasks final: too few days with work to compare")
    if week:
        return t("Tasks final: {now} {arrow}, the week before {usual}", **values)
    return t.plural(
        "Tasks final: {now} {arrow}, usually {usual} (median of {n} day with work)",
        "Tasks final: {now} {arrow}, usually {usual} (median of {n} days with work)",
        change.days,
        **values,
    )


def _reject_change(reader: Reader, change: Change, *, week: bool) -> str:
    t = reader.t
    now, usual = reader.percent(change.now), reader.percent(change.usual)
    values = {"now": now, "usual": usual, "arrow": _arrow(now, usual, change)}
    if change.small:
        return t("Reject rate: too few first verdicts to compare")
    if week:
        return t("Reject rate: {now} {arrow}, the week before {usual}", **values)
    return t.plural(
        "Reject rate: {now} {arrow}, usually {usual} ({n} day before)",
        "Reject rate: {now} {arrow}, usually {usual} ({n} days before, taken together)",
        change.days,
        **values,
    )


def _arrow(now: str, usual: str, change: Change) -> str:
    # What is shown the same is the same: an arrow between two equal figures would puzzle.
    if now == usual:
        return "="
    return "▲" if change.now > change.usual else "▼"


def _needs(reader: Reader, digest: Digest, needs: Needs | None) -> tuple[str, ...]:
    if needs is None:
        return ()
    return tuple(needs_lines(reader, needs, digest.made_at)) or (reader.t("Nothing waits for a person."),)


def needs_lines(reader: Reader, needs: Needs, at: datetime) -> list[str]:
    """Return what waits for a person, a line each; none when nothing does. Ages are as of `at`."""
    t, lines = reader.t, []
    if needs.untaken:
        line = t.plural(
            "{n} issue waits for somebody to take it",
            "{n} issues wait for somebody to take them",
            needs.untaken,
        )
        if needs.oldest_issue is not None:
            line += t(", the oldest for {age}", age=_age(reader, needs.oldest_issue, at))
        lines.append(line)
    if needs.questions:
        line = t.plural("{n} question waits for a reply", "{n} questions wait for a reply", needs.questions)
        if needs.oldest_question is not None:
            line += t(", the oldest for {age}", age=_age(reader, needs.oldest_question, at))
        lines.append(line)
    if needs.handed_up:
        lines.append(
            t.plural(
                "{n} review was handed up to the supervisors",
                "{n} reviews were handed up to the supervisors",
                needs.handed_up,
            )
        )
    if needs.adjudications:
        lines.append(
            t.plural(
                "{n} task waits for a supervisor's decision: its answers do not agree",
                "{n} tasks wait for a supervisor's decision: their answers do not agree",
                needs.adjudications,
            )
        )
    if needs.appeals:
        lines.append(
            t.plural(
                "{n} appeal waits for a second look", "{n} appeals wait for a second look", needs.appeals
            )
        )
    if needs.ageing_reviews:
        lines.append(
            t.plural(
                "{n} review waits for more than 24 hours",
                "{n} reviews wait for more than 24 hours",
                needs.ageing_reviews,
            )
        )
    if needs.reported_translations:
        lines.append(
            t.plural(
                "{n} translation was reported as wrong",
                "{n} translations were reported as wrong",
                needs.reported_translations,
            )
        )
    if needs.unread_notices:
        lines.append(
            t.plural(
                "{n} notice is not read by everybody yet (people missing: {people})",
                "{n} notices are not read by everybody yet (people missing: {people})",
                needs.unread_notices,
                people=reader.number(needs.unread_people),
            )
        )
    return lines


def _age(reader: Reader, since: datetime, at: datetime) -> str:
    return formats.duration(max(at - since, timedelta(0)), reader.language)


def _backlog(reader: Reader, digest: Digest, backlog: Backlog | None, eta: Eta | None) -> tuple[str, ...]:
    if backlog is None:
        return ()
    lines = [*backlog_lines(reader, backlog, digest.made_at), *([eta_line(reader, eta)] if eta else [])]
    return tuple(lines)


def backlog_lines(reader: Reader, backlog: Backlog, at: datetime) -> list[str]:
    """Return what is unfinished: tasks and answers by name, with the age of the oldest as of `at`."""
    t = reader.t
    lines = [
        t.plural("{n} task is not final", "{n} tasks are not final", backlog.remaining),
        t(
            "Answers: {open} open · {claimed} in progress · {review} in review · {returned} returned",
            open=reader.number(backlog.open),
            claimed=reader.number(backlog.claimed),
            review=reader.number(backlog.in_review),
            returned=reader.number(backlog.returned),
        ),
    ]
    if backlog.open and backlog.oldest_open is not None:
        lines.append(t("The oldest task nobody has taken: {age}", age=_age(reader, backlog.oldest_open, at)))
    if backlog.waiting_reviews:
        line = t.plural("{n} review waits", "{n} reviews wait", backlog.waiting_reviews)
        if backlog.oldest_waiting is not None:
            line += t(", the oldest for {age}", age=_age(reader, backlog.oldest_waiting, at))
        lines.append(line)
    return lines


def eta_line(reader: Reader, eta: Eta) -> str:
    """Return how long the rest takes, with the pace it is reckoned from."""
    t = reader.t
    if not eta.remaining:
        return t("Everything is final.")
    if eta.days is None or eta.pace is None:
        return t("No estimate yet: there is no day with finished tasks to go by.")
    pace = t.plural(
        "at {pace} tasks a day, the median of {n} day with work",
        "at {pace} tasks a day, the median of {n} days with work",
        eta.n,
        pace=reader.decimal(eta.pace),
    )
    left = t.plural("About {n} day of work left", "About {n} days of work left", eta.days)
    return f"{left} ({pace})"


def reason_lines(reader: Reader, digest: Digest, *, most: int) -> Iterable[str]:
    """Return why work was rejected, each with its share of all rejects of the window."""
    return [reason_line(reader, digest, reason) for reason in digest.reasons[:most]]


def reason_line(reader: Reader, digest: Digest, top: TopReason) -> str:
    """Return one reason with its guideline section, how often it was given, and of how many rejects."""
    section = readable(reader, digest, top.section, _SECTION)
    return reader.t(
        "{reason} · {section}: {count} of {n} rejects ({share})",
        reason=say_reason(reader.t, top.reason),
        section=section or reader.t("a section with a Korean name"),
        count=reader.number(top.count),
        n=reader.number(digest.rejections.rejects if digest.rejections else round(top.count / top.share)),
        share=reader.percent(top.share),
    )


def readable(reader: Reader, digest: Digest, text: str, limit: int) -> str:
    """Return people's words as this reader can read them: a PM who reads English needs no Korean."""
    shown = one_line(text, limit)
    if digest.audience is Audience.PM and reader.language != "ko":
        return without_korean(shown)
    return shown


def _gaps(reader: Reader, digest: Digest) -> tuple[str, ...]:
    t, lines = reader.t, []
    for gap in digest.gaps:
        asked = t.plural("asked {n} time", "asked {n} times", gap.asked)
        words = readable(reader, digest, gap.text, _QUESTION)
        # What is left of a Korean sentence without its Korean would only puzzle.
        whole = words == one_line(gap.text, _QUESTION)
        lines.append(f"{words} ({asked})" if whole else t("A question in Korean ({asked})", asked=asked))
    return tuple(lines)
