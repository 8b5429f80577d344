"""Fields that several windows of issues have."""

from __future__ import annotations

from bot.domain.escalation import Severity
from bot.slack import ids
from bot.slack.blocks import Json
from bot.slack.inputs import explained_choice, text_input
from bot.slack.reader import Reader
from bot.slack.views.issue_terms import say_example, say_severity

_IDS_LIMIT = 300


def severity_choice(reader: Reader, severity: Severity) -> Json:
    """Return the four degrees of urgency, each with an example."""
    t = reader.t
    options = [(one.value, say_severity(t, one), say_example(t, one)) for one in Severity]
    return explained_choice(
        t("How urgent is it?"),
        ids.SEVERITY,
        options,
        chosen=severity.value,
        hint=t("S1 wakes people at night; the others wait for their working hours."),
    )


def ids_input(reader: Reader, label: str) -> Json:
    """Return the field for numbers and ids of tasks, for those that are not offered."""
    t = reader.t
    return text_input(
        label,
        ids.TEXT,
        multiline=False,
        optional=True,
        limit=_IDS_LIMIT,
        placeholder="#12, clip-013",
        hint=t("Numbers or ids, with commas between them."),
    )
