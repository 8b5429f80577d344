"""Every refusal has words in every language."""

from __future__ import annotations

import pytest

from bot.domain import errors
from bot.domain.assignment import AssignmentState
from bot.domain.errors import DomainError, Invalid
from bot.domain.guideline import GuidelineState
from bot.domain.policy import Action
from bot.domain.review import ReviewState
from bot.domain.surface import COMMANDS
from bot.i18n.catalogs import LANGUAGES, load_catalogs
from bot.slack.views import trouble
from bot.slack.views.errors import _INVALID, _WORDS, word_error
from bot.slack.views.help import _DOES, USAGES

CATALOGS = load_catalogs(strict=True)

EXAMPLES: list[DomainError] = [
    *(
        errors.NotAllowed(action, subject)
        for action in Action
        for subject in ("assignment", "review", "project")
    ),
    *(errors.NotYours(action, subject, 1) for action in Action for subject in ("assignment", "review")),
    *(errors.StaleAction("task.submit", "assignment", 1, state) for state in AssignmentState),
    *(errors.StaleAction("review.accept", "review", 1, state) for state in ReviewState),
    errors.StaleAction("x", "project", 1, "closed"),
    *(errors.NotFound(what, "X-1") for what in ("project", "task", "person", "assignment", "review")),
    errors.NotFound("person"),
    *(errors.NoWork(reason, 2) for reason in ("no_membership", "empty", "resting", "new")),
    *(errors.StaleAction("guideline.publish", "guideline", 1, state) for state in GuidelineState),
    errors.NotFound("draft", "DIAL"),
    errors.MustAcknowledge(1, "DIAL"),
    errors.HandsFull(1),
    errors.HandsFull(3),
    errors.EmptyAnswer("text"),
    errors.IdenticalAnswer("text", 1),
    errors.GoesOn(1),
    errors.AlreadyExtended(1),
    *(errors.UndoTooLate(reason, 10) for reason in ("time", "resubmitted")),
    *(Invalid(field, code, "값 <!channel> *x*") for field, code in _INVALID),
    *(Invalid("x", code, "80") for code in ("missing", "too_long", "unstorable", "other")),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("error", EXAMPLES, ids=repr)
def test_every_refusal_is_worded(error: DomainError, language: str) -> None:
    said = word_error(CATALOGS[language], error)
    assert said.endswith((".", "?", "요", "DIAL1", "spam", "있어요", "주세요", "예: DIAL1"))
    assert not set(said) & {"{", "}"}
    assert "<!" not in said
    # A form's field shows at most this much without being cut by Slack.
    assert len(said) < 300
    if language == "ko":
        assert any("가" <= char <= "힣" for char in said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_may_stand_at_a_form_field_is_plain_and_promises_nothing(language: str) -> None:
    t = CATALOGS[language]
    for said in (trouble.busy(t), trouble.failed(t)):
        # Slack shows the errors of a form as they are, signs and all.
        assert not set(said) & set("*_`~<>")
        assert len(said) < 150
    assert "twice" not in trouble.failed(t)
    assert "두 번" not in trouble.failed(t)


def test_no_error_type_was_forgotten() -> None:
    assert set(_WORDS) == set(DomainError.__subclasses__())


def test_every_command_has_a_line_of_help() -> None:
    for root, subcommands in COMMANDS.items():
        assert set(_DOES[root]) == {subcommand.name for subcommand in subcommands}
        for subcommand in subcommands:
            assert not subcommand.usage or subcommand.usage in USAGES
