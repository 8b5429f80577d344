"""Tasks whose answers do not agree: the card for supervisors, and the window in which one of them decides."""

from __future__ import annotations

from bot.domain.answers import ANSWER_LIMIT, NOTE, UNUSABLE, Answer, UnusableReason
from bot.domain.consensus import Outcome
from bot.domain.task import TaskType
from bot.i18n.catalogs import N_
from bot.reports.adjudications import AdjudicationFacts, Decided, Group, Wording
from bot.slack import ids
from bot.slack.blocks import Json, Run, actions, button, context, divider, fit, quote, section
from bot.slack.content import Content
from bot.slack.graphemes import cut
from bot.slack.ids import FormRef, Ref
from bot.slack.inputs import choice, modal, text_input
from bot.slack.mrkdwn import one_line, showable
from bot.slack.reader import Reader
from bot.slack.views.trouble import say
from bot.slack.views.work import ids_line, links_row, material, part_names
from bot.slack.words import say_unusable

OWN = "own"
"""The value of the choice to write one's own words."""

NOTE_LIMIT = 1000
_MOST_WORDINGS = 60
_MODAL_ROOM = 40_000
_WHY = {
    Outcome.WEAK: N_("The most frequent answer has too few votes."),
    Outcome.TIED: N_("Several answers have equally many votes."),
    Outcome.FLAGGED: N_("Somebody who knows the dialect is outvoted."),
    Outcome.CLEAR: N_("The answers agree."),
}


def adjudication_card(reader: Reader, facts: AdjudicationFacts, *, mine: bool) -> Content:
    """Return the card of a task that waits for a decision, or what was decided; `mine` for the one who did."""
    t = reader.t
    number = f"#{facts.task.task_id}"
    last = ids_line(reader, facts.task, facts.guideline_version)
    if not facts.waits:
        text = (
            t("You have decided about task {task}. Thank you.", task=number)
            if mine
            else t("Task {task} needs no decision any more.", task=number)
        )
        found = facts.decided
        shown = [] if found is None else _chosen(reader, facts, found)
        return Content(text, [section(f"✅ {text}"), *shown, last])
    text = t("Task {task} waits for your decision: its answers do not agree.", task=number)
    spread = t.plural("{n} answer", "{n} answers", facts.answers)
    ways = t.plural("{n} wording", "{n} wordings", len(facts.wordings))
    why = t(_WHY[facts.outcome])
    decide = button(t("Compare and decide"), ids.VOTE_ADJUDICATE, _ref(facts), style="primary")

    def build(size: int) -> list[Json]:
        return [
            section(f"⚖️ *{text}*\n{why} ({spread}, {ways})"),
            *material(reader, facts.task, size),
            *(_group(reader, facts, group, 0, size) for group in facts.groups[:3]),
            context(
                t("Everybody who answered is paid, whatever you decide, and is not told that they differed.")
            ),
            *actions(decide),
            *links_row(reader, facts.task),
            last,
        ]

    return Content(text, fit(build))


def _ref(facts: AdjudicationFacts) -> Ref:
    return Ref(facts.task.task_id, facts.ver)


def _chosen(reader: Reader, facts: AdjudicationFacts, found: Decided) -> list[Json]:
    t = reader.t
    title = t("Decided") if found.by_id is not None else t("Agreed meanwhile")
    shown = [quote(title, [Run(cut(_words(reader, facts.task.type, found.words), 1000))])]
    if found.note:
        shown.append(quote(t("Note"), [Run(cut(showable(found.note), 1000))]))
    return shown


def _words(reader: Reader, task_type: TaskType, answer: Answer) -> str:
    """Return an answer in one piece."""
    t = reader.t
    if UNUSABLE in answer:
        title, reason = t("Cannot be worked on"), say_unusable(t, answer[UNUSABLE])
        said = f"{title}: {reason}"
    else:
        parts = [answer[part] for part in part_names(reader, task_type) if answer.get(part)]
        said = " · ".join(showable(part).strip() for part in parts)
    if answer.get(NOTE):
        said += f"\n({showable(answer[NOTE]).strip()})"
    return said or "—"


def adjudication_form(reader: Reader, facts: AdjudicationFacts) -> Json:
    """Return every wording beside the material, one to be chosen or one's own to be written, and a note."""
    t = reader.t
    wordings = facts.wordings[:_MOST_WORDINGS]
    size = max(200, min(3000, _MODAL_ROOM // max(1, len(wordings))))
    shown: list[Json] = []
    options = [
        (str(wording.submission_id), _option(reader, facts, place, wording))
        for place, wording in enumerate(wordings, 1)
    ]
    number = 1
    for group in facts.groups:
        if number > len(wordings):
            break
        shown.append(_group(reader, facts, group, number, size))
        number += len(group.wordings)
    blocks = [
        *material(reader, facts.task, None),
        *links_row(reader, facts.task),
        divider(),
        *shown,
        context(t("Nobody is named here, so that only the words count.")),
        choice(
            t("Which answer should count?"),
            ids.ANSWER,
            [*options, (OWN, t("Another answer"))],
        ),
        *_own_words(reader, facts),
        text_input(
            t("Why?"),
            ids.NOTE,
            limit=NOTE_LIMIT,
            hint=t("A sentence for the project's records: about the words, not about people."),
        ),
        ids_line(reader, facts.task, facts.guideline_version),
    ]
    ref = FormRef(facts.task.task_id, facts.ver)
    return modal(t, ids.FORM_ADJUDICATE, t("Decide"), t("Decide"), blocks, metadata=ref.dump())


def _group(reader: Reader, facts: AdjudicationFacts, group: Group, first: int, size: int) -> Json:
    """Return near-alike wordings as one quote; numbered from `first`, or bare where that is 0."""
    t = reader.t
    runs: list[Run] = []
    for place, wording in enumerate(group.wordings):
        if runs:
            runs.append(Run("\n"))
        count = t("{n} of {all}", n=reader.number(wording.count), all=reader.number(facts.answers))
        if wording.dialect:
            knows = t("knows the dialect")
            count += f" · {knows}"
        runs.append(Run(f"{first + place}. " if first else "", "bold"))
        runs.append(Run(cut(_words(reader, facts.task.type, wording.words), size)))
        runs.append(Run(f"  ({count})", "italic"))
    title = t.plural("{n} answer", "{n} answers", group.count)
    if len(group.wordings) > 1:
        title += " · " + t(
            "alike by {percent} or more", percent=reader.percent(int(group.likeness * 100) / 100)
        )
    return quote(title, runs)


def _option(reader: Reader, facts: AdjudicationFacts, place: int, wording: Wording) -> str:
    said = one_line(_words(reader, facts.task.type, wording.words), 55)
    return f"{place}. {said} ({reader.number(wording.count)}/{reader.number(facts.answers)})"


def _own_words(reader: Reader, facts: AdjudicationFacts) -> list[Json]:
    """Return the fields for an answer nobody gave; they count only when that is chosen."""
    t = reader.t
    hint = t("Only if you have chosen “{choice}”.", choice=t("Another answer"))
    fields: list[Json] = []
    for part, name in part_names(reader, facts.task.type).items():
        if part == ids.LABEL and facts.task.labels:
            labels = choice(name, part, [(label, label) for label in facts.task.labels], hint=hint)
            fields.append(labels | {"optional": True})
        else:
            fields.append(text_input(name, part, limit=ANSWER_LIMIT, optional=True, hint=hint))
    reasons = [(reason.value, say_unusable(t, reason)) for reason in UnusableReason]
    broken = choice(t("Or why it cannot be worked on"), ids.UNUSABLE, reasons, hint=hint)
    return [*fields, broken | {"optional": True}]


def nothing_to_decide(reader: Reader) -> Content:
    """Say that no task waits for this supervisor."""
    return say("⚖️ " + reader.t("No task waits for your decision."))


def next_button(reader: Reader, project_id: int) -> Json:
    """Return the button that opens the next task to decide about in a project."""
    return button(reader.t("Decide"), ids.VOTE_NEXT, project_id)
