"""Words for what can go wrong with a project's rules and with decisions about answers, beside those in `errors`."""

from __future__ import annotations

from bot.domain.policy import Action
from bot.i18n.catalogs import N_

MISSING_ROLE = {
    Action.SET_RULES: N_("Only the project's PM or an admin can change its rules."),
    Action.ADJUDICATE: N_("Only supervisors of the project decide where answers do not agree."),
}

NOT_YOURS = {
    Action.ADJUDICATE: N_("You have answered this task yourself, so another supervisor decides."),
}

STALE = {
    ("task", "open"): N_("This task waits for another answer again, so there is nothing to decide now."),
    ("task", "adjudication"): N_("The answers have changed meanwhile. Please use the newest card."),
    ("task", "final"): N_("This task needs no decision any more. Thank you for looking."),
}

INVALID = {
    ("rule", "unknown"): N_(
        "I do not know the rule {value}. Without a rule behind the project you see them all."
    ),
    ("overlap_max", "too_small"): N_(
        "overlap_max must be {value} or more, as so many answer each task anyway."
    ),
    ("review_mode", "needs_overlap"): N_(
        "Without a second answer nothing can agree: review_mode=consensus needs overlap=2 or more."
    ),
    ("review_mode", "unknown"): N_("review_mode is every, consensus or sample."),
    ("answer", "missing"): N_("Please choose which answer is to stand."),
    ("note", "no_reason"): N_("Please say why in a sentence."),
}

BY_CODE = {
    "not_yes_or_no": N_("{field} is yes or no."),
    "no_qualification": N_(
        "{value} cannot be a qualification. Please write one like aide:2, dialect:전남 or off."
    ),
    "out_of_range": N_("{field} goes from {value}."),
}
