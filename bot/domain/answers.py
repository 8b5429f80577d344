"""The answers a worker can give, per type of work: their parts, and when two of them are the same.

An answer is a flat mapping of part to text, the shape it is stored in. Nothing here corrects spelling or
dialect: outer white space and Unicode composition are all that is ever normalised.
"""

from __future__ import annotations

import unicodedata
from enum import StrEnum

from bot.domain.errors import EmptyAnswer, Invalid
from bot.domain.task import TaskType
from bot.domain.text import check_text, is_storable

Answer = dict[str, str]

ANSWER_LIMIT = 3000
"""Characters in one part; the most a Slack text input returns."""


class UnusableReason(StrEnum):
    """Why an item can't be worked on; this is an answer, it is reviewed and paid like one."""

    NOISE = "noise"
    SILENCE = "silence"
    OTHER_LANGUAGE = "other_language"
    SENSITIVE = "sensitive"
    BROKEN = "broken"


PARTS: dict[TaskType, tuple[str, ...]] = {
    TaskType.TRANSCRIPTION: ("text",),
    TaskType.MODERATION: ("label", "rationale"),
    TaskType.TRANSLATION: ("text",),
}
"""The required parts of an answer, the first one being the part an error about the whole is shown at."""

UNUSABLE = "unusable"
NOTE = "note"


def clean_answer(task_type: TaskType, parts: Answer, labels: tuple[str, ...] = ()) -> Answer:
    """Return the answer with composed Unicode and trimmed ends; only known parts are kept.

    An answer with the part `unusable` needs a reason of `UnusableReason` and nothing else. Raises EmptyAnswer
    for a missing part and Invalid for a part that is too long, can't be stored, or is a label the project lacks.
    """
    tidy = {k: unicodedata.normalize("NFC", v.replace("\r\n", "\n")).strip() for k, v in parts.items()}
    if UNUSABLE in tidy:
        if tidy[UNUSABLE] not in set(UnusableReason):
            raise Invalid(UNUSABLE, "unknown", tidy[UNUSABLE])
        wanted: tuple[str, ...] = (UNUSABLE,)
    else:
        wanted = PARTS[task_type]
    answer = {part: tidy.get(part, "") for part in wanted}
    for part, text in answer.items():
        if not text:
            raise EmptyAnswer(part)
        check_text(part, text, ANSWER_LIMIT)
    if labels and answer.get("label", labels[0]) not in labels:
        raise Invalid("label", "unknown", answer["label"])
    if tidy.get(NOTE) and is_storable(tidy[NOTE]):
        answer[NOTE] = tidy[NOTE][:ANSWER_LIMIT]
    return answer


def same_answer(one: Answer, other: Answer) -> bool:
    """Say whether two answers are the same work, notes aside."""
    return {k: v for k, v in one.items() if k != NOTE} == {k: v for k, v in other.items() if k != NOTE}


def main_part(task_type: TaskType) -> str:
    """Return the part at which an error about the whole answer is shown."""
    return PARTS[task_type][0]
