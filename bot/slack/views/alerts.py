"""What cannot wait for the next digest, each with the figures and the threshold behind it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from bot.domain.alerts import ALPHA, AlertKind
from bot.i18n import formats
from bot.reports.alerts import IncidentFacts
from bot.slack.blocks import context, section
from bot.slack.content import Content
from bot.slack.mrkdwn import inline
from bot.slack.reader import Reader


def alert_card(reader: Reader, facts: IncidentFacts) -> Content:
    """Return an alert as it stands now; once it is over it says so, in the same place."""
    t = reader.t
    text, more, why = _WORDS[facts.kind](reader, facts)
    if facts.closed_at is not None:
        over = t("Over since {time}.", time=reader.time(facts.closed_at))
        return Content(text, [section(f"✅ {text}"), context(over)])
    return Content(text, [section(f"🔔 *{text}*\n{more}"), context(why)])


def alert_headline(reader: Reader, facts: IncidentFacts) -> str:
    """Return an alert in one line of mrkdwn."""
    return _WORDS[facts.kind](reader, facts)[0]


def _rejects(reader: Reader, facts: IncidentFacts) -> tuple[str, str, str]:
    t, seen = reader.t, facts.figures
    text = t(
        "{key}: more rejects than usual on {day}",
        key=inline(facts.project_key, 20),
        day=reader.day(date.fromisoformat(seen["date"])),
    )
    more = t(
        "{part} of {n} first verdicts were rejects ({rate}). "
        "The {days} days before: {base_part} of {base_n} ({base}).",
        part=reader.number(seen["rejected"]),
        n=reader.number(seen["n"]),
        rate=reader.percent(seen["rate"]),
        days=seen["days"],
        base_part=reader.number(seen["base_rejected"]),
        base_n=reader.number(seen["base_n"]),
        base=reader.percent(seen["base_rate"]),
    )
    why = t(
        "{p} (one-sided test against the days before). At most {alpha} of ordinary days give a false alarm.",
        p=f"p = {seen['p']:.4f}" if seen["p"] >= 0.0001 else "p < 0.0001",
        alpha=reader.percent(ALPHA),
    )
    return text, more, why


def _no_claims(reader: Reader, facts: IncidentFacts) -> tuple[str, str, str]:
    t, seen = reader.t, facts.figures
    text = t.plural(
        "{key}: {n} answer is open and nobody takes it",
        "{key}: {n} answers are open and nobody takes them",
        seen["open"],
        key=inline(facts.project_key, 20),
    )
    more = t.plural(
        "No task was taken for {n} hour of the day, since {time}.",
        "No task was taken for {n} hours of the day, since {time}.",
        seen["hours"],
        time=reader.time(datetime.fromisoformat(seen["since"])),
    )
    return text, more, t("Hours between 23:00 and 08:00 in the project's zone are not counted.")


def _reviews(reader: Reader, facts: IncidentFacts) -> tuple[str, str, str]:
    t, seen = reader.t, facts.figures
    text = t.plural(
        "{key}: {n} review waits too long",
        "{key}: {n} reviews wait too long",
        seen["waiting"],
        key=inline(facts.project_key, 20),
    )
    why = t("Counted are reviews that wait for more than {hours} hours.", hours=seen["hours"])
    return text, _say_oldest(reader, facts), why


def _say_oldest(reader: Reader, facts: IncidentFacts) -> str:
    waited = max(reader.now - datetime.fromisoformat(facts.figures["oldest"]), timedelta(0))
    age = formats.duration(waited, reader.language)
    return reader.t("The oldest has been waiting for {age}.", age=age)


def _appeals(reader: Reader, facts: IncidentFacts) -> tuple[str, str, str]:
    t, seen = reader.t, facts.figures
    text = t.plural(
        "{key}: {n} appeal waits too long",
        "{key}: {n} appeals wait too long",
        seen["waiting"],
        key=inline(facts.project_key, 20),
    )
    more = t(
        "Supervisors who have neither done nor judged the task can decide, with `{command} next`.",
        command=reader.commands["review"],
    )
    why = t("Counted are appeals that nobody has looked at for more than {hours} hours.", hours=seen["hours"])
    return text, f"{_say_oldest(reader, facts)} {more}", why


def _deadline(reader: Reader, facts: IncidentFacts) -> tuple[str, str, str]:
    t, seen = reader.t, facts.figures
    text = t(
        "{key}: the deadline of {day} is at risk",
        key=inline(facts.project_key, 20),
        day=reader.day(date.fromisoformat(seen["deadline"])),
    )
    more = t.plural("{n} task is not final.", "{n} tasks are not final.", seen["remaining"])
    if seen["days"] is not None:
        more += " " + t.plural(
            "At the recent pace that is about {n} day of work.",
            "At the recent pace that is about {n} days of work.",
            seen["days"],
        )
    if seen["late_by"]:
        more += " " + t.plural("About {n} day too late.", "About {n} days too late.", seen["late_by"])
    return text, more, t("The pace is the median of the last seven days with finished tasks.")


def say_undecidable(reader: Reader, tasks: int) -> str:
    """Return that tasks wait for a decision which nobody of the project may make."""
    return reader.t.plural(
        "{n} task waits for a decision, and there is no supervisor who has not answered it.",
        "{n} tasks wait for a decision, and there is no supervisor who has not answered them.",
        tasks,
    )


def _crew(reader: Reader, facts: IncidentFacts) -> tuple[str, str, str]:
    t, seen = reader.t, facts.figures
    undecidable = int(seen.get("undecidable", 0))
    if not seen["tasks"]:
        text = t("{key}: nobody may decide", key=inline(facts.project_key, 20))
        return text, say_undecidable(reader, undecidable), t("One more supervisor would do.")
    text = t.plural(
        "{key}: {n} task can never be finished with this crew",
        "{key}: {n} tasks can never be finished with this crew",
        seen["tasks"],
        key=inline(facts.project_key, 20),
    )
    more = t.plural(
        "They want more answers than there are people left who may give them. {n} more worker would do.",
        "They want more answers than there are people left who may give them. {n} more workers would do.",
        seen["missing"],
    )
    if undecidable:
        more += " " + say_undecidable(reader, undecidable)
    why = t.plural(
        "{n} person may work on them. Nobody answers a task twice, or answers one they have judged.",
        "{n} people may work on them. Nobody answers a task twice, or answers one they have judged.",
        seen["crew"],
    )
    return text, more, why


_WORDS: dict[AlertKind, Callable[[Reader, IncidentFacts], tuple[str, str, str]]] = {
    AlertKind.REJECTS: _rejects,
    AlertKind.NO_CLAIMS: _no_claims,
    AlertKind.REVIEWS: _reviews,
    AlertKind.DEADLINE: _deadline,
    AlertKind.CREW_TOO_SMALL: _crew,
    AlertKind.APPEALS: _appeals,
}
