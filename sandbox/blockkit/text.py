"""Text objects, options and confirmation dialogs."""

from __future__ import annotations

from typing import Any

from sandbox.blockkit.problems import Problems
from sandbox.shapes import Json


def check_text(
    problems: Problems, value: Any, where: str, most: int, *, plain: bool = False, least: int = 1
) -> None:
    """Check a text object; `plain` refuses mrkdwn."""
    text = problems.check_object(value, where)
    if text is None:
        return
    kind = text.get("type")
    if kind not in (("plain_text",) if plain else ("plain_text", "mrkdwn")):
        problems.add(f"{where}/type", f"unsupported type: {kind}")
        return
    problems.check_keys(text, where, "text", "emoji" if kind == "plain_text" else "verbatim")
    if "text" in text:
        problems.check_text_length(text["text"], f"{where}/text", most, least)


def check_optional(
    problems: Problems, holder: Json, key: str, where: str, most: int, *, plain: bool = True
) -> None:
    """Check a text object if the key is there."""
    if holder.get(key) is not None:
        check_text(problems, holder[key], f"{where}/{key}", most, plain=plain)


def check_options(
    problems: Problems, value: Any, where: str, most: int, *, mrkdwn: bool = False
) -> list[Json]:
    """Check a list of option objects and return those that are objects."""
    good: list[Json] = []
    for index, item in enumerate(problems.check_items(value, where, most)):
        here = f"{where}/{index}"
        option = problems.check_object(item, here)
        if option is None:
            continue
        good.append(option)
        problems.check_keys(option, here, "text value", "description url")
        if "text" in option:
            check_text(problems, option["text"], f"{here}/text", 75, plain=not mrkdwn)
        check_optional(problems, option, "description", here, 75, plain=not mrkdwn)
        problems.check_optional_text(option, "value", here, 150)
        problems.check_optional_text(option, "url", here, 3000)
    return good


def check_option_groups(problems: Problems, value: Any, where: str) -> list[Json]:
    """Check option groups and return all their options."""
    good: list[Json] = []
    for index, item in enumerate(problems.check_items(value, where, 100)):
        here = f"{where}/{index}"
        group = problems.check_object(item, here)
        if group is None:
            continue
        problems.check_keys(group, here, "label options")
        check_optional(problems, group, "label", here, 75)
        good += check_options(problems, group.get("options"), f"{here}/options", 100)
    return good


def check_initial(problems: Problems, element: Json, where: str, options: list[Json]) -> None:
    """Check that initial choices are among the options, word for word."""
    known = {(option.get("value"), (option.get("text") or {}).get("text")) for option in options}
    single = element.get("initial_option")
    chosen = ([("initial_option", single)] if single is not None else []) + [
        (f"initial_options/{index}", option)
        for index, option in enumerate(element.get("initial_options") or ())
    ]
    if "initial_options" in element and not element["initial_options"]:
        problems.add(f"{where}/initial_options", "no fewer than 1 items allowed")
    for key, option in chosen:
        if (
            not isinstance(option, dict)
            or (option.get("value"), (option.get("text") or {}).get("text")) not in known
        ):
            problems.add(f"{where}/{key}", "could not find a matching option in `options`")


def check_confirm(problems: Problems, element: Json, where: str) -> None:
    """Check the confirmation dialog of an element, if it has one."""
    if element.get("confirm") is None:
        return
    here = f"{where}/confirm"
    confirm = problems.check_object(element["confirm"], here)
    if confirm is None:
        return
    problems.check_keys(confirm, here, "title text confirm deny", "style")
    check_optional(problems, confirm, "title", here, 100)
    check_optional(problems, confirm, "text", here, 300, plain=False)
    check_optional(problems, confirm, "confirm", here, 30)
    check_optional(problems, confirm, "deny", here, 30)
    problems.check_choice(confirm, "style", here, "primary danger")
