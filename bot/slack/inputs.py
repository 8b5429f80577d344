"""Forms in this project's words: inputs named by the domain field they fill, and the modal around them."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.blocks import (
    CheckboxesElement,
    InputBlock,
    InputInteractiveElement,
    Option,
    OptionGroup,
    PlainTextInputElement,
    RadioButtonsElement,
    StaticMultiSelectElement,
    StaticSelectElement,
)
from slack_sdk.models.blocks.block_elements import FileInputElement
from slack_sdk.models.views import View

from bot.domain.answers import ANSWER_LIMIT
from bot.i18n.catalogs import Catalog
from bot.slack.blocks import Json, plain
from bot.slack.graphemes import cut
from bot.slack.mrkdwn import one_line

_MOST_RADIOS = 10
_MOST_OPTIONS = 100
_OPTION_TEXT = 75
_TITLE = 24


def text_input(
    label: str,
    name: str,
    *,
    value: str = "",
    limit: int = ANSWER_LIMIT,
    multiline: bool = True,
    optional: bool = False,
    hint: str = "",
    placeholder: str = "",
) -> Json:
    """Return a text field; `value` is what it holds already, cut to `limit` characters."""
    element = PlainTextInputElement(
        action_id=name,
        initial_value=value[:limit] or None,
        multiline=multiline,
        max_length=limit,
        placeholder=plain(placeholder) if placeholder else None,
    )
    return _input(label, name, element, optional=optional, hint=hint)


def choice(
    label: str, name: str, options: Sequence[tuple[str, str]], *, chosen: str = "", hint: str = ""
) -> Json:
    """One of several (value, shown) options: radio buttons, or a menu when there are more than ten."""
    made = [_option(value, shown) for value, shown in options]
    initial = next((option for option in made if option.value == chosen), None)
    element: InputInteractiveElement
    if len(made) <= _MOST_RADIOS:
        element = RadioButtonsElement(action_id=name, options=made, initial_option=initial)
    elif len(made) <= _MOST_OPTIONS:
        element = StaticSelectElement(action_id=name, options=made, initial_option=initial)
    else:
        groups = [
            OptionGroup(label=plain(f"{start + 1}–"), options=made[start : start + _MOST_OPTIONS])
            for start in range(0, len(made), _MOST_OPTIONS)
        ]
        element = StaticSelectElement(action_id=name, option_groups=groups, initial_option=initial)
    return _input(label, name, element, hint=hint)


def explained_choice(
    label: str, name: str, options: Sequence[tuple[str, str, str]], *, chosen: str = "", hint: str = ""
) -> Json:
    """One of up to ten (value, shown, explanation) options as radio buttons, each with its explanation below."""
    made = [_option(value, shown, explanation) for value, shown, explanation in options[:_MOST_RADIOS]]
    initial = next((option for option in made if option.value == chosen), None)
    element = RadioButtonsElement(action_id=name, options=made, initial_option=initial)
    return _input(label, name, element, hint=hint)


def several(
    label: str,
    name: str,
    options: Sequence[tuple[str, str]],
    *,
    chosen: Sequence[str] = (),
    optional: bool = True,
    hint: str = "",
) -> Json:
    """Any of several (value, shown) options: boxes to tick, or a menu when there are more than ten."""
    made = [_option(value, shown) for value, shown in options[:_MOST_OPTIONS]]
    initial = [option for option in made if option.value in chosen] or None
    element: InputInteractiveElement
    if len(made) <= _MOST_RADIOS:
        element = CheckboxesElement(action_id=name, options=made, initial_options=initial)
    else:
        element = StaticMultiSelectElement(action_id=name, options=made, initial_options=initial)
    return _input(label, name, element, optional=optional, hint=hint)


def file_input(label: str, name: str, kinds: Sequence[str], *, hint: str = "") -> Json:
    """Return a field for one file of the given extensions."""
    element = FileInputElement(action_id=name, filetypes=list(kinds), max_files=1)
    return _input(label, name, element, hint=hint)


def _input(
    label: str,
    name: str,
    element: InputInteractiveElement | FileInputElement,
    *,
    optional: bool = False,
    hint: str = "",
) -> Json:
    return InputBlock(
        block_id=name,
        label=plain(label),
        element=element,
        optional=optional or None,
        hint=plain(hint) if hint else None,
    ).to_dict()


def _option(value: str, shown: str, explanation: str = "") -> Option:
    below = plain(one_line(explanation, _OPTION_TEXT)) if explanation else None
    return Option(value=value, text=plain(one_line(shown, _OPTION_TEXT) or "—"), description=below)


def modal(
    t: Catalog, callback: str, title: str, submit: str, blocks: list[Json], *, metadata: str = ""
) -> Json:
    """Return a modal. Without a `submit` label it is only for reading."""
    return View(
        type="modal",
        callback_id=callback,
        title=plain(cut(title, _TITLE)),
        submit=plain(cut(submit, _TITLE)) if submit else None,
        close=plain(t("Close")),
        private_metadata=metadata or None,
        blocks=blocks,
    ).to_dict()
