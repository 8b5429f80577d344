"""Names and small moves that several browser tests share."""

from __future__ import annotations

from typing import Any

HANEUL = "U0HANEUL"
BADA = "U0BADA"
GARAM = "U0GARAM"
MINA = "U0MINA"
CREW = "C0CREW"


def at(person: str, channel: str = CREW) -> str:
    return f"/?as={person}&channel={channel}"


def write(page: Any, text: str) -> None:
    """Type into the composer of the conversation and send it with Enter."""
    field = page.locator(".main [data-testid=composer] textarea")
    field.fill(text)
    field.press("Enter")


def message(page: Any, text: str) -> Any:
    """The row of the newest message that shows `text`."""
    return page.get_by_test_id("message").filter(has_text=text).last


def open_form(page: Any) -> Any:
    """Open the form of the app through its global shortcut."""
    page.get_by_test_id("shortcuts").click()
    page.get_by_role("menuitem", name="Report a problem").click()
    modal = page.get_by_test_id("modal")
    modal.wait_for()
    return modal
