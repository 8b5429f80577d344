"""Questions in English for the search and quotes in the reader's language, by machine and within seconds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from bot.answers.desk import English, Render
from bot.domain.translation import TranslationMode
from bot.translation.document import Document
from bot.translation.pipeline import Policy, Rendered, TranslationFailed
from bot.translation.plain_text import from_plain, to_plain

BUDGET = 2.0
"""Seconds that may be spent on it: the answer comes without, when it takes longer."""

PolicyOf = Callable[[int], Policy]
"""Reads how far a project's words may travel, by its id."""


class Translating(Protocol):
    """Whoever translates; safe to be asked from several threads."""

    def translate(
        self,
        document: Document,
        *,
        target: str,
        policy: Policy,
        prior: str | None = None,
        deadline: float | None = None,
    ) -> Rendered:
        """Return the document in the target language. Raises TranslationFailed."""
        ...


def make_english(translator: Translating, policy_of: PolicyOf) -> English:
    """Return what renders questions in English where the project's policy lets their words travel."""

    def english(question: str, project_id: int) -> str | None:
        policy = policy_of(project_id)
        if policy.mode is TranslationMode.OFF:
            return None
        try:
            rendered = translator.translate(
                from_plain(question), target="en", policy=policy, prior="ko", deadline=BUDGET
            )
        except TranslationFailed:
            return None
        return to_plain(rendered.document) if rendered.needed else None

    return english


def make_render(translator: Translating, policy_of: PolicyOf) -> Render:
    """Return what renders quotes of a guideline for its reader, under the same policy."""

    def render(text: str, language: str, project_id: int) -> str:
        policy = policy_of(project_id)
        try:
            rendered = translator.translate(
                from_plain(text), target=language, policy=policy, prior="en", deadline=BUDGET
            )
        except TranslationFailed as failure:
            raise TimeoutError(failure.reason) from None
        if not rendered.needed:
            raise TimeoutError("not_needed")
        return to_plain(rendered.document)

    return render
