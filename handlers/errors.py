"""The one place where anything unexpected ends: logged by type and place, answered honestly."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from slack_bolt import BoltContext, BoltResponse

from bot.db.unit_of_work import DatabaseBusy
from bot.log import describe
from bot.slack.views import trouble
from handlers.heard import Answer, Heard, Kind, kind_of
from handlers.once import complain

log = logging.getLogger(__name__)

ErrorHandler = Callable[[Exception, dict[str, Any], BoltContext], BoltResponse]


def build_error_handler(deliver: Callable[[Heard, Answer], Answer]) -> ErrorHandler:
    """Return what Bolt calls when a listener or middleware raised."""

    def handle(error: Exception, body: dict[str, Any], context: BoltContext) -> BoltResponse:
        kind = kind_of(body)
        busy = isinstance(error, DatabaseBusy)
        if busy:
            log.warning("the database was busy for a request of kind %s", kind)
        else:
            log.error("a request of kind %s raised %s at %s", kind, *describe(error))
        if kind is Kind.EVENT:
            # Without a 200 Slack delivers the event again, which is what is wanted.
            return BoltResponse(status=500, body="")
        heard: Heard | None = context.get("heard")
        if heard is None:
            # Slack then shows its own error, and an open form stays open.
            return BoltResponse(status=500, body="")
        words = trouble.busy if busy else trouble.failed
        # Whoever can't be looked up has no language yet, so they are told in both.
        languages = (heard.reader.language,) if heard.actor else ("ko", "en")
        said = "\n".join(words(heard.deps.catalogs[language]) for language in languages)
        return BoltResponse(status=200, body=deliver(heard, complain(heard, said)) or "")

    return handle


def survive(what: str, call: Callable[[], object], failed: Callable[[], object] = lambda: None) -> None:
    """Do it; when it raises, log that and call `failed`, which may raise in its turn and is logged too."""
    try:
        call()
    # Nobody waits for this work, so whatever it raises would be lost in its thread without a word.
    except Exception as error:
        log.error("%s raised %s at %s", what, *describe(error))
        try:
            failed()
        except Exception as second:  # As above.
            log.error("after that, %s raised %s at %s", what, *describe(second))
