"""A project's rules, and tasks whose answers do not agree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.domain.answers import Answer
from bot.domain.consensus import Outcome
from bot.domain.rules import ReviewMode, Rules
from bot.domain.task import TaskType
from bot.reports.adjudications import AdjudicationFacts, Decided, Group, Wording
from bot.slack.content import Content
from bot.slack.reader import Reader
from bot.slack.views import adjudications, rules
from tests.golden.facts import NOW, task

Case = Callable[[Reader], Content | dict[str, Any]]

OWN = Rules(
    overlap=3, overlap_max=5, majority=60, ignore_spaces=True, ignore_punctuation=True, weight_by="moderation",
    dialect="dialect:전남", review_mode=ReviewMode.SAMPLE, gold_percent=5, gate="aide:2", review_gate="aide:1",
    day_cap=80, sensitive=True, by_call_out=True,
)  # fmt: skip


def adjudication(
    kind: TaskType = TaskType.TRANSCRIPTION, outcome: Outcome = Outcome.WEAK
) -> AdjudicationFacts:
    """Five answers in four wordings."""

    def said(text: str) -> Answer:
        return (
            {"label": text, "rationale": "이유가 있어요."} if kind is TaskType.MODERATION else {"text": text}
        )

    one, two, three = ("안전", "욕설", "광고") if kind is TaskType.MODERATION else (
        "그랑께 거시기 혀야 쓰겄당께", "그랑께 거시기 혀야 쓰겄당게", "그러니까 그거 해야겠다",
    )  # fmt: skip
    groups = (
        Group((Wording(31, said(one), 2, False), Wording(33, said(two), 1, True)), 0.928),
        Group((Wording(34, said(three), 1, False),), 1.0),
        Group((Wording(35, {"unusable": "noise", "note": "바람 소리뿐이에요."}, 1, False),), 1.0),
    )
    return AdjudicationFacts(task(kind), 5, 2, outcome, 5, groups, True, None, "2.1")


def _decided(by_id: int | None, *, own: bool = False) -> AdjudicationFacts:
    words = {"text": "그랑께 거시기 혀야 쓰겄당께"}
    note = "느린 소리로 들으면 당께예요." if by_id is not None else ""
    found = Decided(words, own, by_id, note, NOW - timedelta(minutes=3))
    return replace(adjudication(), waits=False, decided=found)


CASES: dict[str, Case] = {
    "rules": lambda r: rules.rules_card(r, "DIAL1", TaskType.TRANSCRIPTION, Rules()),
    "rules_own": lambda r: rules.rules_card(r, "DIAL1", TaskType.TRANSCRIPTION, OWN),
    "rules_changed": lambda r: rules.rules_card(
        r, "DIAL1", TaskType.TRANSCRIPTION, replace(OWN, overlap=4), before=Rules(), following=True
    ),
    "rules_lowered": lambda r: rules.rules_card(
        r, "DIAL1", TaskType.MODERATION, Rules(), before=Rules(overlap=3, overlap_max=3)
    ),
    "rules_same": lambda r: rules.rules_card(r, "DIAL1", TaskType.TRANSCRIPTION, OWN, before=OWN),
    "adjudication": lambda r: adjudications.adjudication_card(r, adjudication(), mine=False),
    "adjudication_flagged": lambda r: adjudications.adjudication_card(
        r, adjudication(TaskType.MODERATION, Outcome.FLAGGED), mine=False
    ),
    "adjudication_decided": lambda r: adjudications.adjudication_card(r, _decided(3), mine=True),
    "adjudication_decided_by_other": lambda r: adjudications.adjudication_card(r, _decided(4), mine=False),
    "adjudication_agreed": lambda r: adjudications.adjudication_card(r, _decided(None), mine=False),
    "adjudication_over": lambda r: adjudications.adjudication_card(
        r, replace(adjudication(), waits=False), mine=False
    ),
    "form_adjudicate": lambda r: adjudications.adjudication_form(r, adjudication()),
    "form_adjudicate_moderation": lambda r: adjudications.adjudication_form(
        r, adjudication(TaskType.MODERATION, Outcome.TIED)
    ),
    "nothing_to_decide": adjudications.nothing_to_decide,
}
