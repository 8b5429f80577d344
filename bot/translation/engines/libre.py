"""LibreTranslate on a server of one's own, through deep-translator."""

from __future__ import annotations

from collections.abc import Sequence

import deep_translator.libre
from deep_translator import LibreTranslator
from deep_translator.constants import LIBRE_LANGUAGES_TO_CODES
from deep_translator.exceptions import AuthorizationException, BaseError, ServerException

from bot.domain.translation import Trust
from bot.translation.engines.engine import EngineFailed, Fault, Form, Traits
from bot.translation.engines.sessions import BoundedRequests, hush, sober

_KNOWN = frozenset(LIBRE_LANGUAGES_TO_CODES.values())
_REQUESTS = BoundedRequests()


class LibreTranslate:
    """`base_url` is the server's root. It sends the text in the query, which the server may log."""

    def __init__(
        self, base_url: str, *, key: str = "", trust: Trust = Trust.LOCAL, rate: float = 5.0
    ) -> None:
        self._base_url = f"{base_url.rstrip('/')}/"
        # The library insists on a key; servers without keys ignore it.
        self._key = key or "none"
        self._traits = Traits("libre", trust, Form.CODE, longest=800, rate=rate)
        # The library has no timeout anywhere; its module gets a `requests` that has one.
        deep_translator.libre.requests = _REQUESTS
        hush()

    @property
    def traits(self) -> Traits:
        return self._traits

    @property
    def parameters(self) -> str:
        return "text"

    def translate(self, texts: Sequence[str], *, source: str, target: str, timeout: float) -> list[str]:
        if not {source, target} <= _KNOWN:
            raise EngineFailed(Fault.UNSUPPORTED)
        with _REQUESTS.within(timeout):
            return [self._translate(text, source, target) for text in texts]

    def _translate(self, text: str, source: str, target: str) -> str:
        def ask() -> object:
            # A fresh one for each text: the library's translators are not made for several threads.
            translator = LibreTranslator(source, target, api_key=self._key, custom_url=self._base_url)
            return translator.translate(text)

        unreadable = (BaseError, AuthorizationException, ServerException)
        answer = sober(ask, unreadable=(*unreadable, ValueError, AttributeError, KeyError, TypeError))
        if not isinstance(answer, str):
            raise EngineFailed(Fault.NONSENSE)
        return answer
