"""The words for what is not possible with translations and notices; `errors` says them."""

from __future__ import annotations

from bot.domain.policy import Action
from bot.i18n.catalogs import N_

_STRANGER = N_("You are not in this project. An admin can add you.")

MISSING_ROLE = {
    Action.SET_BRIDGE: N_("Only admins can choose the channels that are translated. Please ask one."),
    Action.SET_TRANSLATION: N_("Only admins can set a project's translation. Please ask one."),
    Action.TRANSLATE: _STRANGER,
    Action.REPORT_TRANSLATION: _STRANGER,
    Action.READ_NOTICE: _STRANGER,
    Action.FIX_TRANSLATION: N_(
        "Only supervisors, PMs and admins of the project can correct translations. "
        "With the report button you can tell them what is wrong."
    ),
    Action.NOTICE: N_("Only supervisors, PMs and admins of the project can write notices."),
    Action.APPROVE_NOTICE: N_(
        "A supervisor of the project checks the Korean and posts the notice. They have it in their messages."
    ),
}
STALE = {
    ("notice", "draft"): N_("This notice has changed meanwhile. Please use the newest card."),
    ("notice", "posted"): N_("This notice is posted already."),
    ("notice", "withdrawn"): N_("This notice was withdrawn."),
    ("rendition", "done"): N_("This translation has changed meanwhile. Please open it once more."),
    ("rendition", "pending"): N_(
        "The message has changed and is being translated again. Please wait a moment."
    ),
}
INVALID = {
    ("reads", "unknown"): N_("I do not know {value}. It can be ko, en, es, both or off."),
    ("mode", "missing"): N_("How far may the words travel? It can be off, local, cloud or open."),
    ("mode", "unknown"): N_("I do not know {value}. It can be off, local, cloud or open."),
    ("mode", "confidential"): N_(
        "A confidential project is only translated by our own engines: local or off."
    ),
    ("channel", "pair"): N_("Twins need two channels: the crew's first, then the PMs'."),
    ("channel", "same"): N_("These are the same channel. Twins need two different ones."),
    ("channel", "nowhere"): N_(
        "The project has no channel for this yet. An admin can bridge one or set its question channel."
    ),
    ("english", "missing"): N_("The English is missing. Please add it."),
    ("korean", "missing"): N_("The Korean is missing. Please add it."),
    ("notice", "reminded"): N_("They were reminded less than twelve hours ago. Please give them some time."),
}
