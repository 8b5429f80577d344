"""The names by which buttons, forms and their fields come back from Slack.

A form field's block id and action id are the name of the domain field it fills, so that the `field` of a
domain error is the block to mark.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from bot.domain.translation import SourceKind

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
TRANSLATION_ORIGINAL = "translation:original"
TRANSLATION_REPORT = "translation:report"
TRANSLATION_RETRY = "translation:retry"
TRANSLATION_GO_AHEAD = "translation:go_ahead"
TRANSLATION_CORRECT = "translation:correct"
TRANSLATION_DISMISS = "translation:dismiss"
TRANSLATION_FOR_ME = "translation:for_me"
TRANSLATION_FIX = "translation:fix"
RELAY_ORIGINAL = "relay:original"
NOTICE_EDIT = "notice:edit"
NOTICE_KOREAN = "notice:korean"
NOTICE_POST = "notice:post"
NOTICE_WITHDRAW = "notice:withdraw"
NOTICE_READ = "notice:read"
NOTICE_OPEN = "notice:open"
NOTICE_REMIND = "notice:remind"
DIGEST_DETAILS = "digest:details"
DIGEST_REASONS = "digest:reasons"
DIGEST_DEFINITIONS = "digest:definitions"
DIGEST_CSV = "digest:csv"
DIGEST_ASK = "digest:ask"
ISSUE_OPEN = "issue:open"
ISSUE_OPEN_HERE = "issue:open_here"
ISSUE_ACK = "issue:ack"
ISSUE_STEER = "issue:steer"
ISSUE_SEVERITY = "issue:severity"
ISSUE_REASSIGN = "issue:reassign"
ISSUE_WAIT_PM = "issue:wait_pm"
ISSUE_WAIT_WORKER = "issue:wait_worker"
ISSUE_RESUME = "issue:resume"
ISSUE_LEVEL_UP = "issue:level_up"
ISSUE_SAY = "issue:say"
ISSUE_HOLD = "issue:hold"
ISSUE_RELEASE = "issue:release"
ISSUE_RULE = "issue:rule"
ISSUE_RESOLVE = "issue:resolve"
ISSUE_WITHDRAW = "issue:withdraw"
ISSUE_REOPEN = "issue:reopen"
ISSUE_HISTORY = "issue:history"
ISSUE_SHOW = "issue:show"
ISSUE_NAMELESS = "issue:nameless"
RULING_AGREE = "ruling:agree"
RULING_DECLINE = "ruling:decline"
NOTE_TAKE = "guideline_note:take"
NOTE_DECLINE = "guideline_note:decline"
LEAK_ASK = "leak:ask"
LEAK_DELETED = "leak:deleted"
LEAK_YES = "leak:yes"
LEAK_HARMLESS = "leak:harmless"
LINK_MESSAGE = "link:message"
CONSENT_OPEN = "consent:open"
CONSENT_STOP = "consent:stop"
GRANT_SHOW = "grant:show"
QUIZ_OPEN = "quiz:open"
QUIZ_PRACTISE = "quiz:practise"
SUGGESTION_SEEN = "suggestion:seen"
SUGGESTION_PRACTICE = "suggestion:practice"
SUGGESTION_ADJUST = "suggestion:adjust"
SUGGESTION_GRANT = "suggestion:grant"
CARD_ASK = "card:ask"
PAY_SHOW = "pay:show"
PAY_SHOW_LAST = "pay:show_last"
PAY_SHOW_ALL = "pay:show_all"
PAY_LINES = "pay:lines"
PAY_APPROVE = "pay:approve"
PAY_DECLINE = "pay:decline"
PAY_WITHDRAW = "pay:withdraw"
APPEAL_OPEN = "appeal:open"
APPEAL_FURTHER = "appeal:further"
APPEAL_WITHDRAW = "appeal:withdraw"
APPEAL_TAKE = "appeal:take"
APPEAL_UPHOLD = "appeal:uphold"
APPEAL_DENY = "appeal:deny"
CHECK_NEXT = "check:next"
VOTE_ADJUDICATE = "vote:adjudicate"
VOTE_NEXT = "vote:next"

CALL_OUT_JOIN = "callout:join"
CALL_OUT_LEAVE = "callout:leave"
CALL_OUT_CLOSE = "callout:close"
CALL_OUT_WHO = "callout:who"
CALL_OUT_OPEN = "callout:open"
WISH_TELL = "wish:tell"
WISH_FORGET = "wish:forget"
BOARD_SHOW = "board:show"
BOARD_RECLAIM = "board:reclaim"
BOARD_HELD = "board:held"
BOARD_HOLD = "board:hold"
BOARD_RELEASE = "board:release"

FORM_JUDGE = "form:judge"
FORM_ADJUDICATE = "form:adjudicate"
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
FORM_TRANSLATION_REPORT = "form:translation_report"
FORM_TRANSLATION_FIX = "form:translation_fix"
FORM_NOTICE = "form:notice"
FORM_NOTICE_KOREAN = "form:notice_korean"
FORM_DIGEST_ASK = "form:digest_ask"
FORM_ISSUE_OPEN = "form:issue_open"
FORM_ISSUE_SEVERITY = "form:issue_severity"
FORM_ISSUE_REASSIGN = "form:issue_reassign"
FORM_ISSUE_SAY = "form:issue_say"
FORM_ISSUE_HOLD = "form:issue_hold"
FORM_ISSUE_RULE = "form:issue_rule"
FORM_ISSUE_RESOLVE = "form:issue_resolve"
FORM_ISSUE_NAMELESS = "form:issue_nameless"
FORM_RULING_DECLINE = "form:ruling_decline"
FORM_CONSENT = "form:consent"
FORM_QUIZ = "form:quiz"
FORM_ADJUST_GRANT = "form:adjust_grant"
FORM_CARD_ASK = "form:card_ask"
FORM_PAY_CLOSE = "form:pay_close"
FORM_PAY_PAID = "form:pay_paid"
FORM_PAY_ADJUST = "form:pay_adjust"
FORM_PAY_VOID = "form:pay_void"
FORM_PAY_DECLINE = "form:pay_decline"
FORM_APPEAL = "form:appeal"
FORM_APPEAL_FURTHER = "form:appeal_further"
FORM_APPEAL_DENY = "form:appeal_deny"
FORM_CHECK = "form:check"
FORM_CALL_OUT = "form:call_out"
FORM_RECLAIM = "form:reclaim"
FORM_HOLD_BATCH = "form:hold_batch"

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
AMOUNT = "amount"
PERSON = "person"
ASSIGNMENT = "assignment"
SEVERITY = "severity"
ASKED = "asked"
TASKS = "tasks"
REQUEST = "request"
CAUSE = "cause"
REMEDY = "remedy"
WORDS = "words"
HOLDS = "holds"
RE_REVIEW = "re_review"
FAQ = "faq"
NOTE_FOR_GUIDELINE = "guideline_note"
AGREES = "agrees"
QUALIFICATION = "qualification"
CHANGE = "change"
VALUE = "value"
UNTIL = "until"
EVIDENCE = "evidence"
ASK_WHOM = "ask_whom"
HEADCOUNT = "headcount"
MODE = "mode"
DEADLINE = "deadline"
WHY = "why"
BATCH = "batch"
ANSWER = "answer"

RENDITION = "rendition"

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
class RelayRef:
    """A text that the bot passed on for somebody, as a button's value: "comment.31"."""

    kind: SourceKind
    id: int

    def __str__(self) -> str:
        return f"{self.kind}.{self.id}"

    @classmethod
    def parse(cls, text: str) -> RelayRef:
        """Return the reference in a button's value. Raises ValueError for anything else."""
        kind, _, number = text.partition(".")
        if not re.fullmatch(r"[0-9]{1,18}", number):
            raise ValueError("not a reference")
        return cls(SourceKind(kind), int(number))


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
