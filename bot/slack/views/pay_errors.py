"""Words for what can go wrong with pay, beside the others in `errors`."""

from __future__ import annotations

from bot.domain.policy import Action
from bot.i18n.catalogs import N_

_OFFICE = N_("Only the project's PM or an admin looks after its pay.")
MISSING_ROLE = dict.fromkeys(
    (Action.SEE_PAY, Action.CLOSE_PAY, Action.PAY, Action.ASK_PAY, Action.DECIDE_PAY, Action.WITHDRAW_PAY),
    _OFFICE,
)

NOT_YOURS = {
    Action.DECIDE_PAY: N_(
        "Nobody decides about their own pay or their own request, so somebody else looks at this one."
    ),
    Action.WITHDRAW_PAY: N_("Only who asked for this can take it back. You can decline it instead."),
}

STALE = {
    ("pay_request", "approved"): N_("This is approved already. There is nothing left to do."),
    ("pay_request", "declined"): N_("This is declined already. It can be asked for again."),
    ("pay_request", "withdrawn"): N_(
        "Whoever asked for this has taken it back. There is nothing left to do."
    ),
    ("statement", "paid"): N_("This statement is marked as paid already. There is nothing left to do."),
}

INVALID = {
    ("month", "malformed"): N_("I cannot read {value} as a month. Please write it like 2026-10."),
    ("month", "missing"): N_("Which month? Please write it like 2026-10."),
    ("month", "not_over"): N_("{value} is not over yet in the project's time zone. It can be closed after that."),
    ("month", "closed"): N_("{value} is closed already. What came later goes into the next month."),
    ("month", "out_of_order"): N_("A later month than {value} is closed already, so it goes into the next one."),
    ("month", "empty"): N_("Nothing was earned in {value}, so there is nothing to close."),
    ("amount", "malformed"): N_("I cannot read {value} as an amount. Please write only the number, such as 5000."),
    ("amount", "zero"): N_("A correction of nothing changes nothing. Please write an amount."),
    ("amount", "too_large"): N_("That is a very large amount. Please check the zeros."),
    ("person", "not_in_project"): N_("This person has neither a role nor any pay in the project."),
    ("approver", "nobody"): N_(
        "There is nobody else who could approve it. The project needs a second PM, or the team a second admin."
    ),
    ("assignment", "malformed"): N_("The number of an assignment has digits only. The export of pay names it."),
    ("assignment", "not_earned"): N_("Nothing is earned for assignment {value} that could be taken back."),
    ("assignment", "undo_first"): N_(
        "The reviewer can still take the verdict back, for {value} more minutes. Please ask them first."
    ),
    ("assignment", "already_asked"): N_("This was asked for already and waits for a second person."),
}  # fmt: skip
