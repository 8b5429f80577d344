"""Words for what can go wrong with call-outs, wishes for work and the board, beside the others in `errors`."""

from __future__ import annotations

from bot.domain.policy import Action
from bot.i18n.catalogs import N_

MISSING_ROLE = {
    Action.CALL_OUT: N_("Only supervisors, PMs and admins of the project can call people out."),
    Action.JOIN_CALL_OUT: N_("This call-out is for workers of the project. An admin can add you."),
    Action.WISH: N_("You are not a worker of a project yet. An admin can add you."),
    Action.SEE_BOARD: N_("Only supervisors, PMs and admins of the project can see who has what."),
    Action.RECLAIM: N_("Only a supervisor of the project can take a task back. Please ask one."),
}

STALE = {
    ("call_out", "closed"): N_("This call-out has ended. The next one comes as a message, too."),
    ("reclaimed", "claimed"): N_("The board had changed meanwhile. Please look at it anew."),
    ("reclaimed", "returned"): N_("The board had changed meanwhile. Please look at it anew."),
    ("reclaimed", "in_review"): N_("This is handed in already, so there is nothing to take back."),
    ("reclaimed", "appealed"): N_(
        "There is an appeal about this, so it stays where it is until that is decided."
    ),
    ("reclaimed", "accepted"): N_("This is accepted already, so there is nothing to take back."),
    ("reclaimed", "released"): N_(
        "This task is open to everybody again already, so there is nothing to take back."
    ),
    ("reclaimed", "expired"): N_(
        "This task is open to everybody again already, so there is nothing to take back."
    ),
}

INVALID = {
    ("headcount", "out_of_range"): N_("How many people? Please write a whole number ({value})."),
    ("headcount", "nobody"): N_(
        "Nobody in {value} can be asked now, and there is no channel for the call-out. "
        "Please try again in people's working hours."
    ),
    ("price", "missing"): N_(
        "{value} has no price yet. Please ask an admin to set one first, so that people know what it pays."
    ),
    ("why", "missing"): N_("A reason is missing. A sentence is enough."),
    ("batch", "missing"): N_("Which import? Please choose one."),
}
