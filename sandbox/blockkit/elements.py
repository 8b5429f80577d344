"""Interactive elements: which keys they take, where they may stand, how long their words may be."""

from __future__ import annotations

from typing import Any

from sandbox.blockkit.problems import Problems
from sandbox.blockkit.text import (
    check_confirm,
    check_initial,
    check_option_groups,
    check_optional,
    check_options,
)
from sandbox.shapes import Json

SINGLE_SELECTS = "static_select external_select users_select conversations_select channels_select"
MULTI_SELECTS = " ".join(f"multi_{name}" for name in SINGLE_SELECTS.split())
DATES = "datepicker timepicker datetimepicker"
TYPED = "plain_text_input email_text_input url_text_input number_input rich_text_input"
ACTIONS = f"button overflow checkboxes radio_buttons workflow_button {SINGLE_SELECTS} {DATES}".split()
ACCESSORIES = [*ACTIONS, *MULTI_SELECTS.split()]
INPUTS = f"checkboxes radio_buttons file_input {SINGLE_SELECTS} {MULTI_SELECTS} {DATES} {TYPED}".split()
CONTEXT_ACTIONS = ["feedback_buttons", "icon_button"]

CHOICE_KEYS = "action_id confirm focus_on_load placeholder"
SELECT_KEYS = {
    "static": "options option_groups initial_option",
    "external": "min_query_length initial_option",
    "users": "initial_user",
    "conversations": "initial_conversation default_to_current_conversation response_url_enabled filter",
    "channels": "initial_channel response_url_enabled",
}
TYPED_KEYS = "action_id initial_value dispatch_action_config focus_on_load placeholder"
OTHER_KEYS: dict[str, tuple[str, str]] = {
    "button": ("text", "action_id url value style confirm accessibility_label"),
    "overflow": ("options", "action_id confirm"),
    "checkboxes": ("options", "action_id initial_options confirm focus_on_load"),
    "radio_buttons": ("options", "action_id initial_option confirm focus_on_load"),
    "datepicker": ("", "action_id initial_date confirm focus_on_load placeholder"),
    "timepicker": ("", "action_id initial_time confirm focus_on_load placeholder timezone"),
    "datetimepicker": ("", "action_id initial_date_time confirm focus_on_load"),
    "plain_text_input": ("", f"{TYPED_KEYS} multiline min_length max_length"),
    "email_text_input": ("", TYPED_KEYS),
    "url_text_input": ("", TYPED_KEYS),
    "number_input": (
        "is_decimal_allowed",
        f"{TYPED_KEYS} min_value max_value",
    ),
    "rich_text_input": ("", TYPED_KEYS),
    "file_input": ("", "action_id filetypes max_files"),
    "workflow_button": ("text workflow", "action_id style accessibility_label"),
    "feedback_buttons": ("positive_button negative_button", "action_id"),
    "icon_button": ("icon text", "action_id value confirm accessibility_label visible_to_user_ids"),
}


def check_element(problems: Problems, value: Any, where: str, allowed: list[str]) -> None:
    """Check one interactive element that stands where only the `allowed` types may."""
    element = problems.check_object(value, where)
    if element is None:
        return
    kind = str(element.get("type"))
    if kind not in allowed:
        problems.add(f"{where}/type", f"unsupported type: {kind}")
        return
    problems.check_optional_text(element, "action_id", where, 255)
    check_confirm(problems, element, where)
    check_optional(problems, element, "placeholder", where, 150)
    if kind.endswith("_select"):
        _check_select(problems, element, where, kind)
        return
    problems.check_keys(element, where, *OTHER_KEYS[kind])
    if kind in ("button", "workflow_button", "icon_button"):
        _check_button(problems, element, where)
    elif kind == "overflow":
        check_options(problems, element.get("options"), f"{where}/options", 5)
    elif kind in ("checkboxes", "radio_buttons"):
        options = check_options(problems, element.get("options"), f"{where}/options", 10, mrkdwn=True)
        check_initial(problems, element, where, options)
    elif kind == "file_input":
        problems.check_number(element, "max_files", where, 1, 10)
    else:
        _check_input(problems, element, where, kind)


def _check_button(problems: Problems, element: Json, where: str) -> None:
    check_optional(problems, element, "text", where, 75)
    problems.check_optional_text(element, "value", where, 2000, least=0)
    problems.check_optional_text(element, "url", where, 3000)
    problems.check_optional_text(element, "accessibility_label", where, 75)
    problems.check_choice(element, "style", where, "primary danger")


def _check_select(problems: Problems, element: Json, where: str, kind: str) -> None:
    multi = kind.startswith("multi_")
    family = kind.removeprefix("multi_").removesuffix("_select")
    keys = SELECT_KEYS[family]
    if multi:
        keys = keys.replace("initial_option", "initial_options").replace("initial_user", "initial_users")
        keys = keys.replace("initial_conversation", "initial_conversations").replace(
            "initial_channel", "initial_channels"
        )
        keys += " max_selected_items"
    problems.check_keys(element, where, "", f"{CHOICE_KEYS} {keys}")
    problems.check_number(element, "max_selected_items", where, 1, 1000)
    if family != "static":
        return
    if ("options" in element) == ("option_groups" in element):
        problems.add(where, "must have exactly one of: options, option_groups")
        return
    if "options" in element:
        options = check_options(problems, element["options"], f"{where}/options", 100)
    else:
        options = check_option_groups(problems, element["option_groups"], f"{where}/option_groups")
    check_initial(problems, element, where, options)


def _check_input(problems: Problems, element: Json, where: str, kind: str) -> None:
    if kind == "plain_text_input":
        problems.check_number(element, "min_length", where, 0, 3000)
        problems.check_number(element, "max_length", where, 1, 3000)
        most = element.get("max_length")
        limit = most if isinstance(most, int) else 3000
        problems.check_optional_text(element, "initial_value", where, limit, least=0)
    elif kind in ("email_text_input", "url_text_input", "number_input"):
        problems.check_optional_text(element, "initial_value", where, 3000, least=0)
    elif kind == "datetimepicker":
        problems.check_number(element, "initial_date_time", where, 10**9, 10**10)
