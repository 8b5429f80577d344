"""Words for what can go wrong with appeals and spot checks, beside those in `errors`."""

from __future__ import annotations

from bot.domain.policy import Action
from bot.i18n.catalogs import N_

MISSING_ROLE = {
    Action.TAKE_APPEAL: N_(
        "This waits for somebody else of the project. There may be other reviews for you."
    ),
    Action.JUDGE_APPEAL: N_(
        "This waits for somebody else of the project. There may be other reviews for you."
    ),
    Action.WITHDRAW_APPEAL: N_(
        "You are not a worker of this project any more, so the appeal goes on by itself."
    ),
    Action.SPOT_CHECK: N_("Only supervisors, PMs and admins of the project can make spot checks."),
    Action.SEE_QUALITY: N_("Only supervisors, PMs and admins of the project see how right its reviews are."),
}

NOT_YOURS = {
    Action.TAKE_APPEAL: N_(
        "You have seen this work before, so somebody new looks at it. There may be other reviews for you."
    ),
    Action.JUDGE_APPEAL: N_("This is with somebody else now. There may be other reviews for you."),
    Action.WITHDRAW_APPEAL: N_("This is somebody else's appeal. Yours are on your own cards."),
    Action.SPOT_CHECK: N_(
        "You have seen this work before, so somebody new checks it. Please draw another one."
    ),
}

STALE = {
    ("assignment", "appealed"): N_(
        "Your appeal is being looked at. To hand in another round instead, take the appeal back first."
    ),
    ("verdict", "appealed"): N_(
        "There was an appeal against this already; one per return is possible. A supervisor can still help."
    ),
    ("verdict", "settled"): N_("This return does not stand any more, so there is nothing to appeal against."),
    ("appeal", "waiting"): N_("This review is not in your hands now. You can take the next one."),
    ("appeal", "claimed"): N_("Somebody looks at it already. There may be other reviews for you."),
    ("appeal", "won"): N_("This is decided already: the work is right."),
    ("appeal", "denied"): N_("This is decided already. There is nothing left to do here."),
    ("appeal", "withdrawn"): N_("Its author has taken this back, or it is settled in another way."),
    ("submission", "checked"): N_("Somebody has checked this meanwhile. Thank you for looking."),
}

INVALID = {
    ("words", "too_late"): N_(
        "An appeal can be made within {value} hours, and that time is over. A supervisor can still help."
    ),
    ("words", "nobody"): N_(
        "Nobody is left who could judge this fairly. You can raise it with the button for escalating."
    ),
    ("agrees", "missing"): N_("Please choose yes or no."),
}
