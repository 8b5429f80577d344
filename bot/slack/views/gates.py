"""What a project asks for before it gives somebody a task: said before they try, with the way to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.domain.quality import Closed
from bot.i18n.catalogs import Catalog
from bot.slack import ids
from bot.slack.blocks import Json, actions, button, divider, section
from bot.slack.content import Content
from bot.slack.mrkdwn import inline
from bot.slack.reader import Reader

_MOST = 5
_MOST_HOW = 300


def closed_line(reader: Reader, closed: Closed) -> str:
    """Return in one or two sentences what a project asks for and how to get it."""
    return _LINES[closed.reason](reader, closed)


def _qualification(reader: Reader, closed: Closed) -> str:
    t, project, key = reader.t, _project(closed), f"*{inline(closed.value, 40)}*"
    said = [
        t(
            "Reviewing in {project} needs the qualification {key}, which its supervisors give.",
            project=project,
            key=key,
        )
        if closed.reason == "review"
        else t(
            "{project} is for people with the qualification {key}, which its supervisors give.",
            project=project,
            key=key,
        )
    ]
    if closed.how:
        said.append(t("How to get it: {how}", how=inline(closed.how, _MOST_HOW)))
    if closed.needs:
        said.append(t("It needs {key} first.", key=f"*{inline(closed.needs, 40)}*"))
    if closed.quiz:
        said.append(t("A short quiz shows that you know the guideline."))
    elif not closed.how:
        said.append(t("Please ask a supervisor if you would like it."))
    return " ".join(said)


def _consent(reader: Reader, closed: Closed) -> str:
    return reader.t(
        "{project} holds content that can be hard to look at. It is yours to choose, and you can stop at any moment.",
        project=_project(closed),
    )


def _call_out(reader: Reader, closed: Closed) -> str:
    return reader.t(
        "The tasks of {project} go to those who have a place in its call-out. I will tell "
        "you about the next one.",
        project=_project(closed),
    )


def _day_cap(reader: Reader, closed: Closed) -> str:
    return reader.t.plural(
        "You have taken {n} task of {project} today, the most for one day. You can take more from {time}.",
        "You have taken {n} tasks of {project} today, the most for one day. You can take more from {time}.",
        int(closed.value),
        project=_project(closed),
        time=reader.time(closed.until or reader.now),
    )


def _row_limit(reader: Reader, closed: Closed) -> str:
    return reader.t.plural(
        "That was {n} task of {project} in a row. Time for a break until {time}; other projects stay open.",
        "That was {n} tasks of {project} in a row. Time for a break until {time}; other projects stay open.",
        int(closed.value),
        project=_project(closed),
        time=reader.time(closed.until or reader.now),
    )


_LINES: dict[str, Callable[[Reader, Closed], str]] = {
    "qualification": _qualification,
    "review": _qualification,
    "consent": _consent,
    "call_out": _call_out,
    "day_cap": _day_cap,
    "row_limit": _row_limit,
}


def _project(closed: Closed) -> str:
    return f"*{inline(closed.project_key, 20)}*"


def closed_words(t: Catalog, closed: Sequence[Closed]) -> str:
    """Return why there is no task in a sentence, for where no list has room; the list and Home say more."""
    keys = ", ".join(inline(one.project_key, 20) for one in closed[:_MOST])
    return t(
        "There is nothing you can take in {projects} right now. Your task list and Home "
        "say why, and what to do.",
        projects=keys,
    )


def closed_rows(reader: Reader, closed: Sequence[Closed]) -> list[Json]:
    """Return a line for each project, at most five, with the button that leads on where there is one."""
    return [section(f"🔑 {closed_line(reader, one)}", _way(reader, one)) for one in closed[:_MOST]]


def _way(reader: Reader, closed: Closed) -> Json | None:
    t = reader.t
    if closed.reason == "consent":
        return button(t("Read and decide"), ids.CONSENT_OPEN, str(closed.project_id))
    if closed.quiz:
        return button(t("Take the quiz"), ids.QUIZ_OPEN, str(closed.project_id))
    return None


def closed_section(reader: Reader, closed: Sequence[Closed]) -> list[Json]:
    """Return what Home says of projects that give the person nothing now; nothing without any."""
    if not closed:
        return []
    title = reader.t("Not open to you right now")
    return [divider(), section(f"*{title}*"), *closed_rows(reader, closed)]


def closed_reply(reader: Reader, closed: Sequence[Closed]) -> Content:
    """Return the answer to asking for work where each project with work asks for something first."""
    text = reader.t("There is work, but you cannot take it right now. Here is why:")
    more = button(reader.t("My qualifications"), ids.GRANT_SHOW)
    asks = any(one.reason in ("qualification", "review") for one in closed)
    return Content(text, [section(text), *closed_rows(reader, closed), *actions(more if asks else None)])
