"""Papago of NAVER Cloud: keeps nothing of what it translates, and speaks politely to Koreans."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.translation import Trust
from bot.translation.engines.engine import EngineFailed, Fault, Form, Traits
from bot.translation.engines.posting import post

_CODES = {"zh": "zh-CN"}
_KNOWN = frozenset({"ko", "en", "ja", "zh", "vi", "th", "id", "fr", "es", "ru", "de", "it"})
_POLITE = frozenset({"ko", "ja"})


class Papago:
    """`base_url` has neither path nor slash; government and finance clouds have addresses of their own."""

    def __init__(
        self,
        key_id: str,
        key: str,
        *,
        base_url: str = "https://papago.apigw.ntruss.com",
        rate: float = 5.0,
    ) -> None:
        self._headers = {"X-NCP-APIGW-API-KEY-ID": key_id, "X-NCP-APIGW-API-KEY": key}
        self._address = f"{base_url.rstrip('/')}/nmt/v1/translation"
        self._traits = Traits("papago", Trust.CLOUD, Form.CODE, longest=2000, rate=rate)

    @property
    def traits(self) -> Traits:
        return self._traits

    @property
    def parameters(self) -> str:
        return "honorific"

    def translate(self, texts: Sequence[str], *, source: str, target: str, timeout: float) -> list[str]:
        if not {source, target} <= _KNOWN:
            raise EngineFailed(Fault.UNSUPPORTED)
        return [self._translate(text, source, target, timeout / len(texts)) for text in texts]

    def _translate(self, text: str, source: str, target: str, timeout: float) -> str:
        body = {"source": _CODES.get(source, source), "target": _CODES.get(target, target), "text": text}
        polite = {"honorific": True} if target in _POLITE else {}
        reply = post(self._address, headers=self._headers, body=body | polite, timeout=timeout)
        try:
            answer = reply["message"]["result"]["translatedText"]
        except (KeyError, TypeError):
            answer = None
        if not isinstance(answer, str):
            raise EngineFailed(Fault.NONSENSE)
        return answer
