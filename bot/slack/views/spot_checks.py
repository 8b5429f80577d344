"""The window of a spot check, and what is said after it."""

from __future__ import annotations

from bot.domain.review import COMMENT_LIMIT
from bot.reports.spot_checks import CheckFacts
from bot.slack import ids
from bot.slack.blocks import Json, actions, button, section
from bot.slack.content import Content
from bot.slack.ids import FormRef
from bot.slack.inputs import choice, modal, text_input
from bot.slack.mrkdwn import inline
from bot.slack.reader import Reader
from bot.slack.views.trouble import NOTICE
from bot.slack.views.work import answer_shown, ids_line, links_row, material

YES, NO = "yes", "no"


def check_form(reader: Reader, facts: CheckFacts) -> Json:
    """Return accepted work with the question whether one would have accepted it, too."""
    t = reader.t
    blocks = [
        section(
            t(
                "Drawn at random from what is accepted. What you say changes neither the result nor anybody's pay; "
                "it shows how reliable the reviews are."
            )
        ),
        *material(reader, facts.task, None),
        *answer_shown(reader, facts.task.type, facts.fixed or facts.answer, None),
        *links_row(reader, facts.task),
        choice(
            t("Would you have accepted it?"),
            ids.AGREES,
            [(YES, t("Yes, it is right")), (NO, t("No, I would change something"))],
        ),
        text_input(
            t("What did you notice?"),
            ids.COMMENT,
            optional=True,
            limit=COMMENT_LIMIT,
            hint=t("Needed for a no. Supervisors and PMs of the project read it, without your name."),
        ),
        ids_line(reader, facts.task, facts.guideline_version),
    ]
    ref = FormRef(facts.submission_id, 0)
    return modal(t, ids.FORM_CHECK, t("Spot check"), t("Save"), blocks, metadata=ref.dump())


def checked(reader: Reader, project_id: int) -> Json:
    """Confirm a spot check in its window, with the way to the next one."""
    t = reader.t
    text = t("Thank you, that is noted. It is counted in the project's quality figures.")
    blocks = [section(f"🔍 {text}"), *actions(next_check(reader, project_id))]
    return modal(t, NOTICE, t("Spot check"), "", blocks)


def next_check(reader: Reader, project_id: int) -> Json:
    """Return the button that draws another one."""
    return button(reader.t("Next spot check"), ids.CHECK_NEXT, str(project_id))


def nothing_to_check(reader: Reader, project_key: str) -> Content:
    """Say that nothing is left which the person could check."""
    text = reader.t(
        "Nothing is left for you to check in {key}: accepted work has been checked already, or you know it.",
        key=inline(project_key),
    )
    return Content(text, [section(text)])
