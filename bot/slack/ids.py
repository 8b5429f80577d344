"""The names by which buttons, forms and their fields come back from Slack.

A form field's block id and action id are the name of the domain field it fills, so that the `field` of a
domain error is the block to mark.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

TASK_SUBMIT = "task:submit"
TASK_RELEASE = "task:release"
TASK_EXTEND = "task:extend"
TASK_UNUSABLE = "task:unusable"
TASK_NEXT = "task:next"
REVIEW_CLAIM = "review:claim"
REVIEW_ACCEPT = "review:accept"
REVIEW_FIX = "review:fix"
REVIEW_REJECT = "review:reject"
REVIEW_HAND_OVER = "review:hand_over"
REVIEW_UNDO = "review:undo"
REVIEW_NEXT = "review:next"
JOIN_OPEN = "join:open"
MY_LANGUAGE = "my:language"
MY_STATUS = "my:status"
MY_NICKNAME = "my:nickname"
HOME_REFRESH = "home:refresh"
GUIDELINE_ACKNOWLEDGE = "guideline:acknowledge"
GUIDELINE_TEXT = "guideline:text"
GUIDELINE_PUBLISH = "guideline:publish"
LINK_GUIDELINE = "link:guideline"
LINK_AUDIO = "link:audio"
LINK_IMAGE = "link:image"
LINK_WORK = "link:work"
ASK_HELPFUL = "ask:helpful"
ASK_NOT_HELPFUL = "ask:not_helpful"
ASK_HUMAN = "ask:human"
ASK_ME_TOO = "ask:me_too"
ASK_SHARE = "ask:share"
ASK_PROJECT = "ask:project"
ASK_OLD = "ask:old"
ASK_MESSAGE = "ask:message"
REPLY_OPEN = "reply:open"
REPLY_SAVE = "reply:save"
FAQ_VERIFY = "faq:verify"
FAQ_EDIT = "faq:edit"
FAQ_RETIRE = "faq:retire"
TERM_APPROVE = "term:approve"
TERM_DECLINE = "term:decline"

FORM_JUDGE = "form:judge"
FORM_REPLY = "form:reply"
FORM_FAQ = "form:faq"
FORM_FAQ_EDIT = "form:faq_edit"
FORM_SUBMIT = "form:submit"
FORM_UNUSABLE = "form:unusable"
FORM_FIX = "form:fix"
FORM_REJECT = "form:reject"
FORM_HAND_OVER = "form:hand_over"
FORM_JOIN = "form:join"
FORM_IMPORT = "form:import"
FORM_GUIDELINE = "form:guideline"
FORM_NICKNAME = "form:nickname"

TEXT = "text"
LABEL = "label"
RATIONALE = "rationale"
UNUSABLE = "unusable"
NOTE = "note"
REASON = "reason"
SECTION = "section"
COMMENT = "comment"
NICKNAME = "nickname"
LANGUAGE = "language"
PROJECT = "project"
FILE = "file"
JUDGEMENT = "judgement"
REPLY = "reply"
QUESTION = "question"
QUESTION_EN = "question_en"
ANSWER_KO = "answer_ko"
ANSWER_EN = "answer_en"
KOREAN = "korean"
ENGLISH = "english"

_REF = re.compile(r"([0-9]{1,18})\.([0-9]{1,9})")


@dataclass(frozen=True)
class Ref:
    """A row and its version when a button was drawn, as the button's value: "12.3"."""

    id: int
    ver: int

    def __str__(self) -> str:
        return f"{self.id}.{self.ver}"

    @classmethod
    def parse(cls, text: str) -> Ref:
        """Return the reference in a button's value. Raises ValueError for anything else."""
        match = _REF.fullmatch(text)
        if match is None:
            raise ValueError("not a reference")
        return cls(int(match[1]), int(match[2]))


@dataclass(frozen=True)
class FormRef:
    """What a form was opened for: the row, its version, and the round of the answer (0 for none)."""

    id: int
    ver: int
    round: int = 0

    def dump(self) -> str:
        """Return it as compact JSON, for the form's private metadata."""
        return json.dumps([self.id, self.ver, self.round], separators=(",", ":"))

    @classmethod
    def load(cls, text: str) -> FormRef:
        """Return what `dump` wrote. Raises ValueError for anything else."""
        values = json.loads(text)
        if not isinstance(values, list) or len(values) != 3 or any(type(v) is not int for v in values):
            raise ValueError("not a form reference")
        return cls(*values)
