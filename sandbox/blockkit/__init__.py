"""Block Kit as strictly as Slack checks it: every broken limit is named with its JSON pointer."""

from sandbox.blockkit.blocks import MESSAGE_CHARACTERS, check_blocks, count_characters
from sandbox.blockkit.finish import finish_blocks
from sandbox.blockkit.views import check_view
from sandbox.blockkit.walk import find_element, walk_elements

__all__ = [
    "MESSAGE_CHARACTERS",
    "check_blocks",
    "check_view",
    "count_characters",
    "find_element",
    "finish_blocks",
    "walk_elements",
]
