"""Says in the reader's language what was not possible and what they can do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.domain.errors import (
    AlreadyExtended,
    AlreadyOwned,
    DomainError,
    EmptyAnswer,
    GoesOn,
    HandsFull,
    IdenticalAnswer,
    Invalid,
    MustAcknowledge,
    NotAllowed,
    NotFound,
    NotYours,
    NoWork,
    OnHold,
    ProjectClosed,
    StaleAction,
    ThreadTaken,
    UndoTooLate,
)
from bot.domain.policy import Action
from bot.i18n.catalogs import N_, Catalog
from bot.slack.mrkdwn import inline
from bot.slack.views import (
    appeal_errors,
    call_out_errors,
    gates,
    grant_errors,
    issue_errors,
    pay_errors,
    report_errors,
    translation_errors,
    vote_errors,
)


def word_error(t: Catalog, error: DomainError) -> str:
    """One or two sentences: what happened, what to do.

    They serve as mrkdwn and at the field of a form alike, so values lose what either might read as markup.
    """
    return _WORDS[type(error)](t, error)


def _shown(value: str) -> str:
    """Somebody's own word, short and without the characters that look different escaped and not."""
    return inline("".join(char for char in value if char not in "&<>"), 40)


_MISSING_ROLE = {
    Action.CLAIM: N_("You are not a worker of a project yet. An admin can add you."),
    Action.IMPORT: N_("Only the project's PM or an admin can import tasks."),
    Action.SEE_STATUS: N_("Only PMs, supervisors and admins can see a project's status."),
    Action.SEE_GUIDELINE: N_("Only PMs, supervisors and admins can see versions of the guideline."),
    Action.UPLOAD_GUIDELINE: N_("Only the project's PM or an admin can upload a guideline."),
    Action.PUBLISH_GUIDELINE: N_("Only the project's PM or an admin can publish a guideline."),
    Action.ACKNOWLEDGE: N_("Only workers of the project confirm its guideline, so there is nothing to do."),
    Action.READ_GUIDELINE: N_("Only people of the project can read its guideline. An admin can add you."),
    Action.CREATE_PROJECT: N_("Only admins can set up projects. Please ask one."),
    Action.SET_ROLE: N_("Only admins can give roles. Please ask one."),
    Action.SET_PRICE: N_("Only admins can set prices. Please ask one."),
    Action.ASK: N_("You are not in this project, so I cannot look into its guideline. An admin can add you."),
    Action.REPLY: N_("Only supervisors, PMs and admins of the project can reply to questions."),
    Action.VERIFY: N_("Only the project's PM or an admin can check answers."),
    Action.DECIDE_TERM: N_("Only supervisors, PMs and admins of the project can decide about words."),
    Action.SET_QUESTIONS: N_("Only admins can set question channels. Please ask one."),
    **translation_errors.MISSING_ROLE,
    **report_errors.MISSING_ROLE,
    **pay_errors.MISSING_ROLE,
    **issue_errors.MISSING_ROLE,
    **appeal_errors.MISSING_ROLE,
    **call_out_errors.MISSING_ROLE,
    **grant_errors.MISSING_ROLE,
    **vote_errors.MISSING_ROLE,
}
_NOT_A_WORKER = N_(
    "You are not a worker of this project any more. Please ask an admin if that surprises you."
)
_NOT_A_JUDGE = N_(
    "This needs a reviewer or supervisor of the project. Please ask an admin if you should be one."
)


def _not_allowed(t: Catalog, error: NotAllowed) -> str:
    action = Action(error.action) if error.action in set(Action) else None
    if action in _MISSING_ROLE:
        return t(_MISSING_ROLE[action])
    lost = _NOT_A_WORKER if error.subject_type == "assignment" else _NOT_A_JUDGE
    return t(lost)


_NOT_YOURS = {
    **pay_errors.NOT_YOURS,
    **issue_errors.NOT_YOURS,
    **vote_errors.NOT_YOURS,
    **appeal_errors.NOT_YOURS,
}


def _not_yours(t: Catalog, error: NotYours) -> str:
    action = Action(error.action) if error.action in set(Action) else None
    if action in _NOT_YOURS:
        return t(_NOT_YOURS[action])
    if error.subject_type == "assignment":
        return t("This task is with somebody else. Your own are in your list.")
    if error.subject_type == "question":
        return t("This is somebody else's answer. You can ask the same question yourself.")
    if error.action == Action.REVIEW:
        return t("This is your own work, so somebody else reviews it. There may be other reviews for you.")
    return t("This review is with somebody else now. There may be other reviews for you.")


_STALE_ROW = N_("This has changed meanwhile. Please use the newest card.")
_STALE = {
    ("assignment", "claimed"): N_("The card had changed meanwhile. Please use the newest card of this task."),
    ("assignment", "in_review"): N_(
        "This is handed in already and waits for review. There is nothing left to do."
    ),
    ("assignment", "returned"): N_("This task came back to you meanwhile. Please use the newest card."),
    ("assignment", "accepted"): N_("This is accepted already. There is nothing left to do."),
    ("assignment", "released"): N_("This task was given back already. You can take the next one."),
    ("assignment", "expired"): N_(
        "The time for this task was over, so it went back. You can take the next one."
    ),
    ("review", "waiting"): N_("This review is not in your hands now. You can take the next one."),
    ("review", "claimed"): N_(
        "Somebody else was a little quicker, or the card is an older one. Please take the next review."
    ),
    ("guideline", "draft"): N_("There is a newer draft. Please use the newest message."),
    ("guideline", "scheduled"): N_("This version is published already."),
    ("guideline", "current"): N_("This version is published and in effect already."),
    ("guideline", "past"): N_("A newer version counts by now, so there is nothing to do for this one."),
    ("handover", "open"): N_("Somebody has asked this again meanwhile. Please use the newest card."),
    ("handover", "answered"): N_("Somebody has replied already. The card shows what they wrote."),
    ("question", "confidential"): N_(
        "This project is confidential, so its answers stay with you. Others here can ask themselves."
    ),
    ("question", "answered"): N_(
        "A person has just replied to this question. The reply is on its way to you."
    ),
    ("review", "decided"): N_("There is a verdict already. It can be taken back for ten minutes."),
    **translation_errors.STALE,
    **pay_errors.STALE,
    **issue_errors.STALE,
    **appeal_errors.STALE,
    **call_out_errors.STALE,
    **grant_errors.STALE,
    **vote_errors.STALE,
}


def _stale(t: Catalog, error: StaleAction) -> str:
    return t(_STALE.get((error.subject_type, error.state), _STALE_ROW))


_STRANGER = N_("This person has not joined yet. They can join by writing to me, and then it will work.")
_ABSENT = {
    "project": N_("There is no project {name}. Please check its key."),
    "draft": N_("There is no draft for {name}. Please upload a guideline first."),
    "task": N_("You have no task {name}. Your list shows the numbers."),
    **report_errors.ABSENT,
    **issue_errors.ABSENT,
    **grant_errors.ABSENT,
}


def _not_found(t: Catalog, error: NotFound) -> str:
    if error.what == "person":
        return t(_STRANGER)
    if error.what in _ABSENT and error.name:
        return t(_ABSENT[error.what], name=_shown(error.name))
    return t("This is no longer there. Home shows what is.")


_NO_WORK = {
    "no_membership": N_("You are in no project for this yet. An admin can add you."),
    "empty": N_(
        "Nothing is waiting right now. New work comes in from time to time; please look in again later."
    ),
    "resting": N_("You are resting now. If you would like work, switch your status to taking work."),
}


def _no_work(t: Catalog, error: NoWork) -> str:
    return t(_NO_WORK.get(error.reason, _NO_WORK["empty"]))


def _hands_full(t: Catalog, error: HandsFull) -> str:
    return t.plural(
        "You have {n} in hand, which is the most at a time. Finish or give it back to take another.",
        "You have {n} in hand, which is the most at a time. Finish or give one back to take another.",
        error.limit,
    )


def _undo_too_late(t: Catalog, error: UndoTooLate) -> str:
    if error.reason == "resubmitted":
        return t(
            "The worker has acted on your verdict already, so it cannot be taken back. A supervisor can help."
        )
    return t.plural(
        "A verdict can be taken back for {n} minute; that time is over. A supervisor can help.",
        "A verdict can be taken back for {n} minutes; that time is over. A supervisor can help.",
        error.minutes,
    )


_INVALID = {
    ("nickname", "malformed"): N_("A nickname has 1 to 20 characters and none of < > & * _ ~ ` @ # |."),
    ("nickname", "taken"): N_("Somebody already uses {value}. Please choose another nickname."),
    ("language", "unknown"): N_("I speak Korean (ko) and English (en). Please choose one of them."),
    ("status", "unknown"): N_("The status can be working or resting."),
    ("label", "unknown"): N_("Please choose one of the labels."),
    ("unusable", "unknown"): N_("Please choose what is the matter."),
    ("reason", "missing"): N_("Please choose a reason."),
    ("reason", "unknown"): N_("Please choose a reason from the list."),
    ("section", "missing"): N_("Please name the guideline section, so that the worker can read it up."),
    ("comment", "missing"): N_("A sentence is missing: what would make it right?"),
    ("note", "missing"): N_("A sentence is missing: what should they look at?"),
    ("note", "no_supervisor"): N_(
        "There is no other supervisor in this project, so the verdict stays with you."
    ),
    ("key", "malformed"): N_("A key has 2 to 16 letters and digits and begins with a letter, such as DIAL1."),
    ("key", "taken"): N_("There is a project {value} already. Please choose another key."),
    ("name", "malformed"): N_("The name of a project has 1 to 80 characters."),
    ("type", "unknown"): N_("The type can be transcription, moderation or translation."),
    ("zone", "unknown"): N_("I do not know the time zone {value}. An example is Asia/Seoul."),
    ("currency", "unknown"): N_("I do not know the currency {value}. I know KRW, USD, EUR, JPY and GBP."),
    ("max_in_hand", "malformed"): N_("The number of tasks in hand is a whole number from 1 to 50."),
    ("confidential", "unknown"): N_("Confidential can be yes or no."),
    ("guideline_url", "malformed"): N_("The guideline needs an address that begins with https://."),
    ("labels", "malformed"): N_(
        "A moderation project needs 2 to 20 different labels, such as labels=ok,hate,spam."
    ),
    ("labels", "too_long"): N_("A label has at most {value} characters."),
    ("setting", "unknown"): N_(
        "I do not know the setting {value}. "
        "There are guideline, labels, zone, currency, confidential and in_hand."
    ),
    ("price", "malformed"): N_("A price is more than 0 and at most 100,000,000 of the smallest unit."),
    ("price", "empty"): N_("The price is missing. Please add the amount, such as 1,200."),
    ("price", "unreadable"): N_(
        "I cannot read {value} as a price. Please write it like 350, 1,200원 or 3만 5천원."
    ),
    ("price", "not_in_currency"): N_(
        "I cannot read that as a price in {value}. Please write only the number, such as 1,200."
    ),
    ("price", "ambiguous"): N_("{value} can be read in two ways. Please write it in digits, such as 35000."),
    ("price", "fraction"): N_("This price has a fraction that {value} does not have. Please round it."),
    ("price", "too_large"): N_("That is a very large amount. Please check the zeros."),
    ("file", "no_sections"): N_("There is no text in the file. Please choose another file."),
    ("when", "unreadable"): N_("I cannot read {value} as a time. Please write it like 2026-12-01 09:00."),
    ("when", "past"): N_("This time has passed. Without a time the version counts at once."),
    ("when", "too_far"): N_("A version can be published at most 90 days ahead."),
    ("person", "missing"): N_("Who is it about? Please mention the person with @."),
    ("role", "missing"): N_("Which role? It can be worker, reviewer, supervisor or pm."),
    ("project", "missing"): N_("Which project? Please add its key."),
    ("question", "nobody"): N_("There is nobody else in this project who could be asked."),
    ("question", "too_long"): N_("A question has at most {value} characters. Please ask about one thing."),
    ("channel", "missing"): N_(
        "Which channel? Type the command in it and write here, name it with #, or write off to end it."
    ),
    ("judgement", "unknown"): N_("Please choose what is the matter."),
    **translation_errors.INVALID,
    **report_errors.INVALID,
    **pay_errors.INVALID,
    **issue_errors.INVALID,
    **appeal_errors.INVALID,
    **call_out_errors.INVALID,
    **grant_errors.INVALID,
    **vote_errors.INVALID,
}
_BY_CODE = {
    **vote_errors.BY_CODE,
    "holds_content": N_(
        "This would show task content where everybody reads it. Please say it without, with the task's number."
    ),
    "missing": N_("Something is missing here ({field}). Please add it."),
    "too_long": N_("This is too long: at most {value} characters."),
    "unstorable": N_(
        "There are invisible characters in this text that cannot be stored. Please type them anew."
    ),
}


def _invalid(t: Catalog, error: Invalid) -> str:
    value = _shown(error.value)
    known = _INVALID.get((error.field, error.code))
    if known is not None:
        return t(known, value=value, field=_shown(error.field))
    by_code = _BY_CODE.get(error.code)
    if by_code is not None:
        return t(by_code, value=value, field=_shown(error.field))
    return t("This cannot be used ({field}). Please check it.", field=_shown(error.field))


def _on_hold(t: Catalog, error: OnHold) -> str:
    if error.issue_id is None:
        return t(
            "Task {task} is on hold, so nobody judges it now. It goes on by itself.", task=f"#{error.task_id}"
        )
    return t(
        "Task {task} is on hold until issue {issue} is settled, so nobody judges it now. It goes on by itself.",
        task=f"#{error.task_id}",
        issue=f"#{error.issue_id}",
    )


_WORDS: dict[type[DomainError], Callable[[Catalog, Any], str]] = {
    NotAllowed: _not_allowed,
    NotYours: _not_yours,
    StaleAction: _stale,
    NotFound: _not_found,
    NoWork: _no_work,
    HandsFull: _hands_full,
    MustAcknowledge: lambda t, error: t(
        "Before your next task of {key}, please read the guideline and confirm it. "
        "Its card is in our direct messages.",
        key=_shown(error.project_key),
    ),
    EmptyAnswer: lambda t, _error: t("Nothing is filled in here yet. Please write your answer."),
    IdenticalAnswer: lambda t, _error: t(
        "This is the same as before. Please change what was asked for, then send it."
    ),
    GoesOn: lambda t, _error: t(
        "After several rounds this task goes to somebody else, so there is no other round. "
        "If the verdict looks wrong to you, you can appeal on its card."
    ),
    ProjectClosed: lambda t, error: gates.closed_words(t, error.closed),
    AlreadyExtended: lambda t, _error: t(
        "This task has had its extra time. If it is too short, giving it back is fine."
    ),
    UndoTooLate: _undo_too_late,
    OnHold: _on_hold,
    Invalid: _invalid,
    AlreadyOwned: issue_errors.already_owned,
    ThreadTaken: issue_errors.thread_taken,
}
