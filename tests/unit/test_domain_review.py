"""A reject explains itself completely or is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis.strategies import sampled_from, text

from bot.domain.errors import Invalid
from bot.domain.review import COMMENT_LIMIT, SECTION_LIMIT, ReasonCode, check_reject, reasons_for
from bot.domain.task import TaskType


def test_every_reason_belongs_to_some_type_and_none_is_offered_twice() -> None:
    offered = [reasons_for(kind) for kind in TaskType]
    assert {reason for reasons in offered for reason in reasons} == set(ReasonCode)
    assert all(len(set(reasons)) == len(reasons) for reasons in offered)
    assert all(reasons[-2:] == (ReasonCode.FORMAT, ReasonCode.GUIDELINE) for reasons in offered)


@given(sampled_from(TaskType), sampled_from(ReasonCode), text(max_size=90), text(max_size=1100))
def test_what_is_accepted_is_complete_and_within_its_limits(
    kind: TaskType, reason: ReasonCode, section: str, comment: str
) -> None:
    try:
        code, kept_section, kept_comment = check_reject(kind, reason.value, section, comment)
    except Invalid:
        return
    assert code is reason in reasons_for(kind)
    assert 1 <= len(kept_section) <= SECTION_LIMIT
    assert 1 <= len(kept_comment) <= COMMENT_LIMIT
    assert kept_section == " ".join(kept_section.split())


@pytest.mark.parametrize(
    ("reason", "section", "comment", "field", "code"),
    [
        ("", "2.4", "왜", "reason", "missing"),
        ("wrong_label", "2.4", "왜", "reason", "unknown"),
        ("nonsense", "2.4", "왜", "reason", "unknown"),
        ("misheard", " \n", "왜", "section", "missing"),
        ("misheard", "x" * 81, "왜", "section", "too_long"),
        ("misheard", "2.4", "  ", "comment", "missing"),
        ("misheard", "2.4", "x" * 1001, "comment", "too_long"),
        ("misheard", "2\x004", "왜", "section", "unstorable"),
        ("misheard", "2.4", "\udc00", "comment", "unstorable"),
        ("", "", "", "reason", "missing"),
    ],
)
def test_the_first_missing_part_is_named(
    reason: str, section: str, comment: str, field: str, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        check_reject(TaskType.TRANSCRIPTION, reason, section, comment)
    assert (refused.value.field, refused.value.code) == (field, code)


def test_blanks_are_tidied() -> None:
    assert check_reject(TaskType.TRANSLATION, "tone", " 3.1   말투 ", "\n너무 딱딱해요.\n") == (
        ReasonCode.TONE, "3.1 말투", "너무 딱딱해요.",
    )  # fmt: skip
