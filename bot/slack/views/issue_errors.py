"""Words for what is not possible with issues, holds and duty, beside the others in `errors`."""

from __future__ import annotations

from bot.domain.errors import AlreadyOwned, ThreadTaken
from bot.domain.policy import Action
from bot.i18n.catalogs import N_, Catalog
from bot.slack.mrkdwn import inline

_STEERS = N_("Supervisors, PMs and admins of the project do this. You can write to them on the issue's card.")
_STRANGER = N_("You are not in this project, so this issue is not open to you. An admin can add you.")

MISSING_ROLE = {
    Action.OPEN_ISSUE: N_("You are not in this project, so you cannot raise an issue in it. An admin can add you."),
    Action.SEE_ISSUE: _STRANGER,
    Action.SAY: _STRANGER,
    Action.REOPEN_ISSUE: _STRANGER,
    Action.WITHDRAW_ISSUE: _STRANGER,
    Action.ACK_ISSUE: _STEERS,
    Action.STEER_ISSUE: _STEERS,
    Action.RESOLVE_ISSUE: _STEERS,
    Action.SET_ESCALATION: N_("Only the project's PM or an admin can set how issues escalate."),
    Action.DUTY: N_("Only supervisors of the project can be on duty."),
    Action.HOLD: N_("Only supervisors, PMs and admins of the project can put tasks on hold or release them."),
    Action.RULE: N_("Only supervisors of the project can rule for the time being."),
    Action.DECIDE_RULING: N_("Only the project's PM or an admin decides about rulings."),
    Action.DECIDE_NOTE: N_("Only the project's PM or an admin decides about notes for the guideline."),
    Action.REPORT_NAMELESSLY: N_("Only workers and reviewers of a project can report without a name."),
}  # fmt: skip

NOT_YOURS = {
    Action.WITHDRAW_ISSUE: N_("Only whoever raised an issue can take it back. It can be resolved instead."),
}

STALE = {
    ("issue", "open"): N_("This issue waits for somebody again meanwhile. Its card shows how far it is."),
    ("issue", "acked"): N_("Somebody is looking into this issue already. Its card shows who."),
    ("issue", "waiting_pm"): N_("This issue waits for the PM meanwhile. Its card shows how far it is."),
    ("issue", "waiting_worker"): N_(
        "This issue waits for the worker meanwhile. Its card shows how far it is."
    ),
    ("issue", "resolved"): N_("This issue is resolved already. It can be opened again for seven days."),
    ("issue", "closed"): N_("This issue is closed. If it comes up again, please raise a new one."),
    ("ruling", "agreed"): N_("The PM has agreed with this ruling already."),
    ("ruling", "declined"): N_("The PM has disagreed with this ruling already."),
    ("ruling", "standing"): N_("This ruling has changed meanwhile. Please use the newest card."),
    ("guideline_note", "taken"): N_("This note has been taken up already."),
    ("guideline_note", "declined"): N_("It was decided already to leave this note out."),
}

ABSENT = {"issue": N_("There is no issue {name}. The list shows the open ones.")}

INVALID = {
    ("tasks", "too_many"): N_("An issue is about at most {value} tasks. Please name the most important ones."),
    ("tasks", "missing"): N_("Which tasks? Please choose at least one."),
    ("text", "unknown_task"): N_("I do not know {value} in this project. Please check the numbers and ids."),
    ("text", "no_task"): N_("Which tasks? Please name at least one."),
    ("re_review", "gone"): N_(
        "One of these rejects no longer stands. Please open this form anew to see those that do."
    ),
    ("request", "missing"): N_("What do you need? A sentence is enough."),
    ("request", "nobody"): N_("There is nobody in this project yet who could look at it. Please ask an admin."),
    ("severity", "unknown"): N_("How urgent is it? Please choose S1, S2, S3 or S4."),
    ("severity", "same"): N_("It is that urgent already. Please choose another one."),
    ("asked", "unknown"): N_("Who should answer? Please choose the supervisors or the PM."),
    ("person", "same"): N_("This person has the issue already. Please choose somebody else."),
    ("person", "no_role"): N_("Only a supervisor, PM or admin can take an issue. Please choose somebody else."),
    ("state", "unknown"): N_("An issue can wait for the PM or for the worker."),
    ("state", "nobody"): N_("There is nobody whose answer it could wait for."),
    ("level", "last"): N_("Everybody has been told already: there is no further level."),
    ("duty", "not_on"): N_("You are not on duty in this project."),
    ("hours", "malformed"): N_("I cannot read {value} as hours. Please write them like 10:00-19:00 mon-fri, or off."),
    ("hours", "missing"): N_("When can I ask you? Please write it like 10:00-19:00 mon-fri, or off."),
    ("plan", "malformed"): N_(
        "I cannot read {value}. Please write a severity and three times, such as S2 30m 30m 24h."
    ),
    ("plan", "out_of_range"): N_("{value} is too short or too long. Each time is between 1 minute and 90 days."),
    ("ack_minutes", "out_of_range"): N_("Each time is between 1 minute and 90 days."),
    ("step_minutes", "out_of_range"): N_("Each time is between 1 minute and 90 days."),
    ("resolve_minutes", "out_of_range"): N_("Each time is between 1 minute and 90 days."),
    ("channel", "no_project"): N_(
        "This channel belongs to no project yet. "
        "You can raise an issue from a card, or in a channel of the project."
    ),
    ("issue", "nameless"): N_("The PM does not see reports without a name, so there is no ruling about them."),
    ("cause", "missing"): N_("What was the cause? A sentence is enough."),
    ("remedy", "missing"): N_("What was done? A sentence is enough."),
    ("words", "missing"): N_("Some words are missing. Please write them."),
    ("answer_ko", "missing"): N_("A question for the FAQ needs its answer. Please write it, or leave both empty."),
    ("question", "missing"): N_("An answer for the FAQ needs its question. Please write it, or leave both empty."),
}  # fmt: skip


def already_owned(t: Catalog, error: AlreadyOwned) -> str:
    """Say who was quicker; the moment is a token that Slack draws on the reader's own clock."""
    stamp = int(error.since.timestamp())
    since = f"<!date^{stamp}^{{time}}|{error.since:%H:%M} UTC>"
    return t(
        "{name} was a little quicker and has been looking into it since {time}. Thank you for coming.",
        name=inline(error.nickname, 40),
        time=since,
    )


def thread_taken(t: Catalog, error: ThreadTaken) -> str:
    """Say which issue a thread has already."""
    return t("This thread has issue #{id} already. Its card shows how far it is.", id=error.issue_id)
