"""Building the Bolt app: middleware, every feature's listeners, and an answer for whatever is left."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot.slack.views.trouble import NOTICE
from handlers import (
    adjudicating,
    admin,
    appealing,
    ask,
    board,
    call_outs,
    care,
    digests,
    grants,
    guidelines,
    home,
    issues,
    joining,
    leaks,
    messages,
    my,
    nameless,
    notices,
    pay,
    paying,
    pm,
    quality,
    quizzes,
    raising,
    reacting,
    replying,
    review,
    suggestions,
    translating,
    wishes,
    work,
)
from handlers.deps import Deps
from handlers.errors import build_error_handler
from handlers.heard import Heard
from handlers.listening import old_button
from handlers.middleware import build_middleware
from handlers.speaking import deliver, finish

FEATURES = (
    messages,
    work,
    review,
    ask,
    reacting,
    issues,
    raising,
    translating,
    my,
    home,
    pay,
    call_outs,
    wishes,
    board,
    replying,
    notices,
    joining,
    pm,
    admin,
    guidelines,
    digests,
    paying,
    leaks,
    nameless,
    care,
    grants,
    quizzes,
    suggestions,
    adjudicating,
    appealing,
    quality,
)
"""In the order of how often they are asked: Bolt looks at its listeners one after the other."""

_ANYTHING = re.compile("")


def build_app(deps: Deps) -> App:
    """Return the app, with nothing asked of Slack yet."""
    app = App(
        client=deps.web_client,
        signing_secret=deps.signing_secret,
        token_verification_enabled=False,
        # Without this Bolt looks for the acknowledgement every 10 ms instead of waiting for it.
        process_before_response=True,
        attaching_conversation_kwargs_enabled=False,
    )
    app.use(build_middleware(deps))
    app.error(build_error_handler(deliver))
    for feature in FEATURES:
        feature.register(app, deps)
    _answer_the_rest(app)
    return app


def _answer_the_rest(app: App) -> None:
    """Acknowledge what no feature knows, so that nobody sees Slack's own error for an old button."""
    # Slack sends a press also for buttons that only open an address.
    app.action(re.compile("^link:"))(_nod)
    app.action(_ANYTHING)(_explain)
    app.view(_ANYTHING)(_explain)
    app.view_closed(_ANYTHING)(_nod)
    app.shortcut(_ANYTHING)(_nod)
    app.command(_ANYTHING)(_explain)
    app.options(_ANYTHING)(_no_options)
    # Over Socket Mode an event nobody listens to would be delivered again and again.
    app.event(_ANYTHING)(_nod)


def _nod(ack: Ack) -> None:
    ack()


def _no_options(ack: Ack) -> None:
    ack(options=[])


def _explain(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
    heard: Heard | None = context.get("heard")
    if heard is None or (body.get("view") or {}).get("callback_id") == NOTICE:
        ack()
        return
    finish(ack, heard, old_button(heard))
