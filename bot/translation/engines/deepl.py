"""DeepL through its own package, with our timeouts and without its retries."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from typing import Any

import deepl
from deepl.http_client import HttpClient

from bot.domain.translation import Trust
from bot.translation.engines.answers import fault_of
from bot.translation.engines.engine import EngineFailed, Fault, Form, Traits
from bot.translation.engines.sessions import BoundedAdapter, fault_of_error, hush, sober

_TARGETS = {"en": "EN-US", "pt": "PT-BR", "zh": "ZH-HANS"}
_TAG = re.compile(r"<([a-z]+[0-9]+)/>")


class DeepL:
    """`base_url` None means the server that belongs to the key's kind, free or paid."""

    def __init__(self, key: str, *, base_url: str | None = None, rate: float = 5.0) -> None:
        self._key = key
        self._base_url = base_url
        self._traits = Traits("deepl", Trust.CLOUD, Form.XML, longest=3000, rate=rate, batch=20)
        hush("deepl")

    @property
    def traits(self) -> Traits:
        return self._traits

    @property
    def parameters(self) -> str:
        return "xml prefer_more"

    def translate(self, texts: Sequence[str], *, source: str, target: str, timeout: float) -> list[str]:
        adapter = BoundedAdapter(time.monotonic() + timeout)
        translator = deepl.Translator(self._key, server_url=self._base_url)
        translator._client = _Once(adapter)  # noqa: SLF001 - it takes no client of ours, and retries by itself
        refused: list[EngineFailed] = []

        def ask() -> Any:
            try:
                return translator.translate_text(
                    list(texts),
                    source_lang=source.upper(),
                    target_lang=_TARGETS.get(target, target.upper()),
                    # Polite where DeepL knows how; where it does not (Korean, English) this is ignored.
                    formality="prefer_more",
                    preserve_formatting=True,
                    tag_handling="xml",
                    ignore_tags=sorted({name for text in texts for name in _TAG.findall(text)}),
                )
            except deepl.DeepLException as error:
                refused.append(_read_failure(error, adapter.retry_after))
                return []

        try:
            results = sober(ask, unreadable=(ValueError, AttributeError, KeyError, TypeError))
        finally:
            adapter.close()
        if refused:
            raise refused[0]
        answers = [result.text for result in results]
        if len(answers) != len(texts) or not all(isinstance(answer, str) for answer in answers):
            raise EngineFailed(Fault.NONSENSE)
        return answers


class _Once(HttpClient):
    """The package's client over our adapter; it never tries again, because the chain does."""

    def __init__(self, adapter: BoundedAdapter) -> None:
        super().__init__()
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def _should_retry(self, response: Any, exception: Any, num_retries: int) -> bool:  # noqa: ARG002 - theirs
        return False


def _read_failure(error: deepl.DeepLException, retry_after: float | None) -> EngineFailed:
    cause = error.__cause__
    if isinstance(cause, EngineFailed):
        return EngineFailed(cause.fault)
    if isinstance(error, deepl.exceptions.ConnectionException):
        return EngineFailed(fault_of_error(cause))
    status = error.http_status_code
    fault = fault_of(status) if status is not None else None
    return EngineFailed(fault or Fault.NONSENSE, retry_after)
