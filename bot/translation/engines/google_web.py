"""Google's page for telephones, read by deep-translator: free, unofficial and without a contract.

The text travels in an address, so only projects whose words may go anywhere use it.
"""

from __future__ import annotations

from collections.abc import Sequence

import deep_translator.google
from deep_translator import GoogleTranslator
from deep_translator.exceptions import BaseError, LanguageNotSupportedException

from bot.domain.translation import Trust
from bot.translation.engines.engine import EngineFailed, Fault, Form, Traits
from bot.translation.engines.sessions import BoundedRequests, hush, sober

_CODES = {"zh": "zh-CN", "he": "iw", "jv": "jw"}
_REQUESTS = BoundedRequests()


class GoogleWeb:
    """deep-translator's GoogleTranslator; 1 call a second is what the page bears."""

    def __init__(self, *, base_url: str = "https://translate.google.com/m", rate: float = 1.0) -> None:
        self._base_url = base_url
        # Hangul takes nine characters of an address each, and addresses of some 8,000 are refused.
        self._traits = Traits("google_web", Trust.OPEN, Form.CODE, longest=800, rate=rate)
        # The library has no timeout anywhere; its module gets a `requests` that has one.
        deep_translator.google.requests = _REQUESTS
        hush()

    @property
    def traits(self) -> Traits:
        return self._traits

    @property
    def parameters(self) -> str:
        return "m1"

    def translate(self, texts: Sequence[str], *, source: str, target: str, timeout: float) -> list[str]:
        with _REQUESTS.within(timeout):
            return [self._translate(text, source, target) for text in texts]

    def _translate(self, text: str, source: str, target: str) -> str:
        def ask() -> str | None:
            try:
                # A fresh one for each text: a shared one gave callers each other's answers.
                translator = GoogleTranslator(_CODES.get(source, source), _CODES.get(target, target))
            except LanguageNotSupportedException:
                return _UNKNOWN
            translator._base_url = self._base_url  # noqa: SLF001 - its constructor takes no address
            answer: str | None = translator.translate(text)
            return answer

        answer = sober(ask, unreadable=(BaseError, ValueError, AttributeError, KeyError, TypeError))
        if answer is _UNKNOWN:
            raise EngineFailed(Fault.UNSUPPORTED)
        # It says None when the answer is the same marks that were asked.
        return text if answer is None else answer


_UNKNOWN = "\x00unknown language"
