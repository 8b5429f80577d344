"""The views of what is written to issues, drawn from ordinary facts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.domain.escalation import IssueState
from bot.domain.people import Role
from bot.domain.translation import RenditionState, SourceKind
from bot.i18n.catalogs import load_catalogs
from bot.reports.issue_said import SaidFacts
from bot.reports.issue_words import Words
from bot.slack.content import Content
from bot.slack.reader import Reader
from bot.slack.views.issue_words import said_card, said_there
from tests.golden.facts import reader_of
from tests.golden.translation_cases import relay

Case = Callable[[Reader], Content | dict[str, Any]]

ASKED = "3.2절과 4.1절이 서로 달라요. 어느 쪽을 따를까요?"
ANSWERED = "Please follow 4.1. <@U0MINA> will see it in the next version."
INTO_ENGLISH = relay(
    kind=SourceKind.ISSUE_STEP, ref_id=71, original=ASKED, text="3.2 and 4.1 differ. Which should I follow?"
)
INTO_KOREAN = replace(
    INTO_ENGLISH, original=ANSWERED, text="4.1절을 따라 주세요.", language="ko", source_language="en"
)
FAILED = replace(INTO_ENGLISH, state=RenditionState.FAILED, text="")


def said(*relays: Any, **changes: Any) -> SaidFacts:
    """A supervisor's question to the PM."""
    facts = SaidFacts(
        step_id=71,
        issue_id=12,
        ver=4,
        state=IssueState.WAITING_PM,
        project_key="DIAL1",
        author="수빈",
        role=Role.SUPERVISOR,
        words=Words(ASKED, relays),
    )
    return replace(facts, **changes)


def _answer(*relays: Any) -> SaidFacts:
    return said(author="Alex", role=Role.PM, words=Words(ANSWERED, relays))


def _both(_: Reader) -> Content:
    catalogs = load_catalogs(strict=False)
    return said_there([reader_of(catalogs, language) for language in ("ko", "en")], said(INTO_ENGLISH))


CASES: dict[str, Case] = {
    "issue_said_in_thread": lambda r: said_there(
        [r], said(INTO_ENGLISH) if r.language == "en" else _answer(INTO_KOREAN)
    ),
    "issue_said_in_own_thread": lambda r: said_there([r], said() if r.language == "ko" else _answer()),
    "issue_said_in_shared_thread": _both,
    "issue_said_untranslated": lambda r: said_there([r], said(replace(FAILED, language=r.language))),
    "issue_said_privately": lambda r: said_card(
        r, said(INTO_ENGLISH) if r.language == "en" else _answer(INTO_KOREAN), r.language
    ),
    "issue_said_by_whoever_raised_it": lambda r: said_card(r, said(author="", role=Role.WORKER), None),
    "issue_said_by_somebody_gone": lambda r: said_card(r, said(author="", role=None), None),
    "issue_said_when_settled": lambda r: said_card(r, said(state=IssueState.CLOSED, role=None), None),
}
