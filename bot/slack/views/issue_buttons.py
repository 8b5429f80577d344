"""The buttons of issues: which there are depends on the state, and only what can still be done has one."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.escalation import UNSETTLED, IssueState
from bot.i18n.catalogs import N_
from bot.reports.issues import IssueFacts
from bot.slack import ids
from bot.slack.blocks import Json, ask, button
from bot.slack.ids import Ref
from bot.slack.reader import Reader
from bot.slack.views.issue_lines import in_each

_WAITING = (IssueState.WAITING_PM, IssueState.WAITING_WORKER)
_ACK, _RESOLVE, _MORE = N_("Acknowledge"), N_("Resolve"), N_("More")
_RELEASE = N_("Release")
_RESUME, REOPEN, HISTORY = N_("Go on"), N_("Open again"), N_("History")


def state_buttons(
    readers: Sequence[Reader], facts: IssueFacts, *, own: Sequence[Json], steers: bool
) -> list[Json | None]:
    """Return what can be done now, at most five buttons; `own` are the further ones of a private card."""
    ref = Ref(facts.issue_id, facts.ver)

    def make(words: str, action: str, first: bool = False) -> Json:
        label = in_each(readers, lambda r: r.t(words))
        return button(label, action, ref, style="primary" if first else None)

    state, unsettled = facts.state, facts.state in UNSETTLED
    return [
        make(_ACK, ids.ISSUE_ACK, True) if steers and state is IssueState.OPEN else None,
        make(_RESUME, ids.ISSUE_RESUME, True) if steers and state in _WAITING else None,
        *own,
        make(_RESOLVE, ids.ISSUE_RESOLVE, state is IssueState.ACKED) if steers and unsettled else None,
        make(_MORE, ids.ISSUE_STEER) if steers and unsettled else None,
        make(REOPEN, ids.ISSUE_REOPEN) if state is IssueState.RESOLVED else None,
        # Whoever settled it may have kept them on hold; nothing else would ever let them go.
        make(_RELEASE, ids.ISSUE_RELEASE) if steers and not unsettled and facts.held else None,
        make(HISTORY, ids.ISSUE_HISTORY),
    ]


def withdraw_button(reader: Reader, ref: Ref) -> Json:
    """Return the button that takes an issue back, with the question before it."""
    t = reader.t
    sure = ask(
        t("Take this issue back?"),
        t("It is closed and nobody is told any more. You can raise it again."),
        t("Take the issue back"),
        t("Leave it"),
    )
    return button(t("Take the issue back"), ids.ISSUE_WITHDRAW, ref, confirm=sure)
