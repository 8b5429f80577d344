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

_NUMBERS = (
    "overlap",
    "overlap_max",
    "majority",
    "sample_percent",
    "newcomer_first",
    "rework_limit",
    "gold_percent",
    "day_cap",
    "row_limit",
)

INVALID = {
    **{(rule, "malformed"): N_("Please write a whole number for {field}, such as 3.") for rule in _NUMBERS},
    ("rule", "unknown"): N_(
        "I do not know the rule {value}. To see them all, type the command with the project only."
    ),
    ("overlap_max", "too_small"): N_(
        "overlap_max must be {value} or more, as so many answer each task anyway."
    ),
    ("review_mode", "needs_overlap"): N_(
        "Without a second answer nothing can agree: review_mode=consensus needs overlap=2 or more."
    ),
    ("review_mode", "unknown"): N_(
        "review_mode can be every, consensus or sample. Please write one of them."
    ),
    ("answer", "missing"): N_("Please choose which answer should count."),
    ("note", "no_reason"): N_("Please say why in a sentence."),
}

BY_CODE = {
    "not_yes_or_no": N_("Please write yes or no for {field}."),
    "no_qualification": N_(
        "{value} cannot be a qualification. Please write one like aide:2 or dialect:jeonnam, or off."
    ),
    "out_of_range": N_("{field} can be {value}. Please choose a number in between."),
}
