"""Words for what can go wrong with qualifications, known tasks, quizzes and suggestions, beside `errors`."""

from __future__ import annotations

from bot.domain.policy import Action
from bot.i18n.catalogs import N_

MISSING_ROLE = {
    Action.GRANT: N_("Only supervisors and admins can give qualifications or take them back."),
    Action.SET_GOLD: N_("Only supervisors, PMs and admins of the project look after its gold tasks."),
    Action.TAKE_QUIZ: N_("This quiz is for workers of the project. An admin can add you."),
    Action.SETTLE_SUGGESTION: N_("Only a supervisor of the project decides about this."),
    Action.CONSENT: N_("You are not a worker of this project. An admin can add you."),
}

STALE = {
    ("suggestion", "settled"): N_("Somebody has thought about this already. The card shows what they did."),
    ("quiz", "ended"): N_(
        "This quiz is finished already. You can open another one from your qualifications."
    ),
}

ABSENT = {
    "project_task": N_("There is no task {name} in this project. Its number stands on its card."),
    "qualification": N_("They do not have the qualification {name}. Please check its key in the list."),
    "gold": N_("Task {name} is not a gold task of this project. The list shows which are."),
}

INVALID = {
    ("qualification", "missing"): N_(
        "Which qualification? Please write a key like aide:2, dialect:jeonnam or project:DIAL."
    ),
    ("qualification", "malformed"): N_(
        "A qualification's key is one word, or two with a colon between them, such as "
        "aide:2 or dialect:jeonnam. Please write one like that."
    ),
    ("qualification", "needs"): N_("They need {value} first. Please give that one before."),
    ("evidence", "missing"): N_("What have you seen of their work? A sentence behind the key is enough."),
    ("expires", "past"): N_("This day has passed. Please name one that is still to come."),
    ("expires", "unreadable"): N_("I cannot read that day. Please write it like 2027-01-31."),
    ("value", "out_of_range"): N_("Please write a whole number ({value})."),
    ("value", "malformed"): N_("Please write a whole number, such as 3."),
    ("person", "oneself"): N_("Nobody decides about themselves. Please ask another supervisor."),
    ("gold", "no_answer"): N_(
        "Task {value} is not final yet. Please add the right answer behind its number."
    ),
    ("task", "missing"): N_("Which task? Please add its number."),
    ("quiz", "too_soon"): N_("You can take the quiz again in {value} h."),
    ("quiz", "nothing_to_practise"): N_(
        "There is nothing to practise with in {value} yet: it takes a guideline, or tasks whose answer is known."
    ),
    ("quiz", "no_material"): N_("There is not enough for a quiz in {value} yet. Please ask a supervisor."),
}
