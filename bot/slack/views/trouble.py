"""What is said when something did not work, or a button is from another time."""

from __future__ import annotations

from bot.i18n.catalogs import Catalog
from bot.slack.blocks import Json, section
from bot.slack.content import Content
from bot.slack.inputs import modal

NOTICE = "notice"
"""The callback id of modals that only tell something."""


def say(words: str) -> Content:
    """One paragraph as a message."""
    return Content(words, [section(words)])


def busy(t: Catalog) -> str:
    """The database's turn did not come: nothing was saved. Plain text, as errors in a form show no markup."""
    return t("It is very busy right now, so this was not saved. Please try again in a moment.")


def failed(t: Catalog) -> str:
    """Something unexpected: the end of a commit may have been lost, so whether it was saved is not known."""
    return t(
        "Something went wrong on our side and this may not be saved. "
        "Please look whether it is there before you try again."
    )


def press_again(t: Catalog) -> str:
    """A form could not be opened in the three seconds Slack gives."""
    return t("The form could not be opened in time. Nothing is lost: please try once more.")


def old_button(t: Catalog) -> str:
    """A button, menu or form this version does not know."""
    return t(
        "This button is from an older message and does nothing any more. Please use a newer message or Home."
    )


def notice(t: Catalog, content: Content) -> Json:
    """A modal only for reading, where there is no message to answer to; its buttons stay with the cards."""
    blocks = [block for block in content.blocks if block["type"] != "actions"]
    return modal(t, NOTICE, t("Gagyo"), "", blocks)


def importing(t: Catalog, project: str) -> Json:
    """The modal while a file is being read."""
    words = t(
        "⏳ The file for *{project}* is being imported. The result comes here and as a message.",
        project=project,
    )
    return notice(t, say(words))
