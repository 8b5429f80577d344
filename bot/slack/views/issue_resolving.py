"""The window in which an issue is settled, and what follows from that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.domain.escalation import SUMMARY_LIMIT
from bot.domain.questions import QUESTION_LIMIT, REPLY_LIMIT, section_mark
from bot.domain.review import ReasonCode
from bot.reports.issues import IssueFacts
from bot.slack import ids
from bot.slack.blocks import Json, Run, divider, quote, section
from bot.slack.graphemes import cut
from bot.slack.ids import FormRef
from bot.slack.inputs import choice, modal, several, text_input
from bot.slack.mrkdwn import one_line, showable
from bot.slack.reader import Reader
from bot.slack.views.handovers import NOT_IN_GUIDELINE
from bot.slack.views.issue_lines import read_as, say_title
from bot.slack.words import say_reason

RELEASE = "release"
"""The value of the box that releases the tasks on hold."""

_MOST_SECTIONS = 300
_MOST_REJECTS = 100
_MOST_REQUEST = 600


class StandingReject(Protocol):
    """A reject that could be reviewed once more."""

    @property
    def verdict_id(self) -> int:
        """Which verdict."""
        ...

    @property
    def task_id(self) -> int:
        """Of which task."""
        ...

    @property
    def external_id(self) -> str:
        """What the PM calls the task."""
        ...

    @property
    def reason(self) -> ReasonCode:
        """Why it was returned."""
        ...

    @property
    def section(self) -> str:
        """With which point of the guideline."""
        ...


def resolve_form(
    reader: Reader,
    facts: IssueFacts,
    *,
    sections: Sequence[tuple[str, str]] = (),
    rejects: Sequence[StandingReject] = (),
) -> Json:
    """Return the window in which an issue is settled.

    `sections` holds (id, path) of the present guideline; an option's value is the section's mark, as an id can be
    longer than Slack lets a value be. `rejects` are those of the issue's tasks that stand.
    """
    t = reader.t
    title = say_title(reader, facts.issue_id, facts.severity)
    blocks = [
        quote(title, [Run(cut(showable(read_as(facts.request, reader.language)), _MOST_REQUEST) or "—")]),
        text_input(
            t("What was the cause?"),
            ids.CAUSE,
            limit=SUMMARY_LIMIT,
            hint=t("About the matter, not about people: everybody in the issue reads it."),
        ),
        text_input(t("What was done?"), ids.REMEDY, limit=SUMMARY_LIMIT),
        choice(
            t("Guideline section"),
            ids.SECTION,
            [
                (NOT_IN_GUIDELINE, t("No section is affected")),
                *((section_mark(id), path) for id, path in sections[:_MOST_SECTIONS]),
            ],
        ),
        *_repairs(reader, facts, rejects),
        divider(),
        section(t("So that nobody has to ask again (all of it can be left empty):")),
        text_input(
            t("A note for the guideline"),
            ids.NOTE_FOR_GUIDELINE,
            limit=SUMMARY_LIMIT,
            optional=True,
            hint=t("The PM decides whether it goes in."),
        ),
        text_input(
            t("For the FAQ: the question in Korean"),
            ids.QUESTION,
            limit=QUESTION_LIMIT,
            multiline=False,
            optional=True,
        ),
        text_input(t("For the FAQ: the answer in Korean"), ids.ANSWER_KO, limit=REPLY_LIMIT, optional=True),
    ]
    ref = FormRef(facts.issue_id, facts.ver)
    return modal(t, ids.FORM_ISSUE_RESOLVE, t("Resolve"), t("Resolve"), blocks, metadata=ref.dump())


def _repairs(reader: Reader, facts: IssueFacts, rejects: Sequence[StandingReject]) -> list[Json]:
    """Return what can be put right: tasks on hold, and returns that should be looked at once more."""
    t = reader.t
    shown = []
    if facts.held:
        label = t.plural("Release {n} task that is on hold", "Release {n} tasks that are on hold", facts.held)
        shown.append(several(t("Tasks on hold"), ids.HOLDS, [(RELEASE, label)], chosen=[RELEASE]))
    if rejects:
        shown.append(
            several(
                t("Give these rejects a second review"),
                ids.RE_REVIEW,
                [(str(row.verdict_id), _reject(reader, row)) for row in rejects[:_MOST_REJECTS]],
                hint=t(
                    "They no longer count, somebody else looks at the work anew, and its authors are told."
                ),
            )
        )
    return shown


def _reject(reader: Reader, row: StandingReject) -> str:
    parts = [f"#{row.task_id} {one_line(row.external_id, 20)}", say_reason(reader.t, row.reason)]
    return " · ".join([*parts, *([one_line(row.section, 20)] if row.section else [])])
