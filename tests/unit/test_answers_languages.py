"""Questions and quotes by machine: only where the rules allow it, within two seconds, else not at all."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from bot.answers.languages import BUDGET, make_english, make_render
from bot.domain.translation import TranslationMode
from bot.translation.document import Document
from bot.translation.pipeline import Policy, Rendered, TranslationFailed
from bot.translation.plain_text import from_plain, to_plain


@dataclass
class Engine:
    """Says one thing, or fails."""

    said: str | None = "How are numbers written?"
    source: str = "ko"
    asked: list[tuple[str, str, str | None, int, float | None]] = field(default_factory=list)

    def translate(
        self,
        document: Document,
        *,
        target: str,
        policy: Policy,
        prior: str | None = None,
        deadline: float | None = None,
    ) -> Rendered:
        self.asked.append((to_plain(document), target, prior, policy.scope, deadline))
        if self.said is None:
            raise TranslationFailed("deadline")
        return Rendered(from_plain(self.said), self.source, target)


def cloud(project_id: int) -> Policy:
    return Policy(TranslationMode.CLOUD, project_id)


def test_a_question_in_english() -> None:
    engine = Engine()
    assert make_english(engine, cloud)("숫자는 어떻게\n적나요?", 7) == "How are numbers written?"
    assert engine.asked == [("숫자는 어떻게\n적나요?", "en", "ko", 7, BUDGET)]


def test_no_english_where_translation_is_off_fails_or_is_needless() -> None:
    engine = Engine()
    assert make_english(engine, lambda number: Policy(TranslationMode.OFF, number))("숫자는?", 7) is None
    assert engine.asked == []
    assert make_english(Engine(None), cloud)("숫자는?", 7) is None
    assert make_english(Engine(source="en"), cloud)("numbers?", 7) is None


def test_a_quote_for_its_reader() -> None:
    engine = Engine("숫자로 적지 마세요.", source="en")
    assert make_render(engine, cloud)("Do NOT use digits.", "ko", 7) == "숫자로 적지 마세요."
    for failing in (Engine(None), Engine("x", source="ko")):
        with pytest.raises(OSError, match=r"deadline|not_needed"):
            make_render(failing, cloud)("Do NOT use digits.", "ko", 7)
