"""The window of a quiz, and how it went: for who took it and nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.slack import ids
from bot.slack.blocks import Json, Run, context, divider, quote, section
from bot.slack.content import Content
from bot.slack.graphemes import cut
from bot.slack.inputs import choice, modal
from bot.slack.mrkdwn import inline, showable
from bot.slack.reader import Reader

_MOST_TEXT = 600
_PARTS = ("text", "source", "note", "audio", "image", "link")


class AskFacts(Protocol):
    """One question: its kind (gold, section or faq), words, and what it can be answered with."""

    @property
    def kind(self) -> str:
        """Which label, which section, or which answer."""
        ...

    @property
    def text(self) -> str:
        """What is asked about."""
        ...

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """Pairs of value and words."""
        ...

    @property
    def payload(self) -> tuple[tuple[str, str], ...]:
        """The parts of a task."""
        ...


def field_of(number: int) -> str:
    """Return the name of a question's field, counted from 0."""
    return f"q{number}"


def quiz_form(
    reader: Reader, quiz_id: int, project_key: str, questions: Sequence[AskFacts], *, practice: bool
) -> Json:
    """Return the window with all the questions."""
    t = reader.t
    start = (
        t("For practice: only you see how it went, and it counts for nothing.")
        if practice
        else t(
            "Only you see how it went; the supervisors are told of a pass and nothing else. "
            "Take your time, with the guideline open beside it if you like."
        )
    )
    blocks: list[Json] = [section(start)]
    for number, ask in enumerate(questions):
        blocks += [divider(), *_shown(reader, ask)]
        blocks.append(choice(_prompt(reader, ask), field_of(number), ask.choices))
    title = (
        t("Practice: {project}", project=project_key)
        if practice
        else t("Quiz: {project}", project=project_key)
    )
    return modal(t, ids.FORM_QUIZ, title, t("Done"), blocks, metadata=str(quiz_id))


def _shown(reader: Reader, ask: AskFacts) -> list[Json]:
    t = reader.t
    if ask.kind != "gold":
        title = t("From the guideline") if ask.kind == "section" else t("A question")
        return [quote(title, [Run(_cut(ask.text))])]
    parts = dict(ask.payload)
    words = [parts[name] for name in _PARTS if parts.get(name)]
    return [quote(t("A task"), [Run(_cut("\n".join(words)))])]


def _cut(text: str) -> str:
    return cut(showable(text).strip() or "—", _MOST_TEXT)


def _prompt(reader: Reader, ask: AskFacts) -> str:
    t = reader.t
    if ask.kind == "gold":
        return t("Which label fits?")
    return t("Which section says this?") if ask.kind == "section" else t("Which answer fits?")


def quiz_result(
    reader: Reader,
    project_key: str,
    right: int,
    asked: int,
    *,
    passed: bool,
    practice: bool,
    read: Sequence[str],
    again_at: datetime | None,
) -> Content:
    """Return how it went with the sections to read up."""
    t = reader.t
    key = inline(project_key, 20)
    text = t("{right} of {n} were right.", right=right, n=asked)
    if practice:
        said = t("That was practice for {project}; you can do it again whenever you like.", project=key)
    elif passed:
        said = t(
            "That is enough for {project}! The supervisors have been told, and I will tell you "
            "once you have the qualification.",
            project=key,
        )
    else:
        said = t("It is not quite enough for {project} yet, and that is fine: nobody is told.", project=key)
    blocks: list[Json] = [section(f"{'🎉' if passed else '🌱'} *{text}*\n{said}")]
    if read:
        title = t("Worth reading again")
        blocks.append(section("\n".join([f"*{title}*", *(f"• {inline(name, 150)}" for name in read)])))
    if again_at is not None:
        blocks.append(context(t("You can take it again from {time}.", time=reader.time(again_at))))
    return Content(text, blocks)
