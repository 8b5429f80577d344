"""Words for what can go wrong with digests, exports and deadlines, beside the others in `errors`."""

from __future__ import annotations

from bot.domain.policy import Action
from bot.i18n.catalogs import N_

MISSING_ROLE = {
    Action.EXPORT: N_("Only the project's PM or an admin can export its work."),
    Action.SET_DIGEST: N_("Only PMs, supervisors and admins can set when digests come."),
    Action.SWITCH_DIGEST: N_("Only workers have figures of their own that come as a message."),
    Action.SET_DEADLINE: N_("Only the project's PM or an admin can set its deadline."),
}

ABSENT = {
    "statement": N_("There is no statement for {name} that could be paid. Close the month first."),
    "digest": N_("This digest is not kept any more. You can have a new one with a date."),
}

INVALID = {
    ("what", "unknown"): N_(
        "I do not know {value}. An export is of results, answers or pay, as csv, jsonl or label-studio."
    ),
    ("format", "not_for_issues"): N_("Issues do not fit into Label Studio. Please choose csv or jsonl."),
    ("format", "not_for_pay"): N_("Pay does not fit into Label Studio. Please choose csv or jsonl."),
    ("date", "malformed"): N_("I cannot read {value} as a date. Please write it like 2026-11-23."),
    ("date", "to_come"): N_("{value} is still to come. Without a date you get today so far."),
    ("deadline", "past"): N_("{value} is over already. Please choose a date to come."),
    ("audience", "unknown"): N_("I do not know {value}. Digests are for pm, supervisor, crew or worker."),
    ("time", "malformed"): N_("I cannot read {value} as a time. Please write it like 09:30."),
    ("weekdays", "malformed"): N_(
        "I cannot read {value} as weekdays. Please write mon-fri, mon,wed or every day."
    ),
    ("notify", "unknown"): N_("I cannot read {value}. Please write on, off or a time such as 09:30."),
    ("notify", "missing"): N_("Please write on or off behind it, and a time such as 09:30 if you like."),
    ("digest", "no_project"): N_("You work in no project yet, so there are no figures of your own."),
    ("channel", "malformed"): N_("Only the crew's digest stands in a channel; name it with # or write here."),
}
