"""What each service is asked and how it answers: Google's page, LibreTranslate, DeepL, Papago, OpenAI chat."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

_PATHS = {
    "/m": "google",
    "/translate": "libre",
    "/v2/translate": "deepl",
    "/nmt/v1/translation": "papago",
    "/v1/chat/completions": "openai",
}
_NAMES = {
    "korean": "ko",
    "english": "en",
    "spanish": "es",
    "japanese": "ja",
    "simplified chinese": "zh",
    "vietnamese": "vi",
}
_PAGE = (
    '<!DOCTYPE html><html><head><title>Google Translate</title></head><body><div class="root-container">'
    '<div class="header"><a href="/">Google Translate</a></div><div class="result-container">{}</div>'
    '<div class="links-container"><ul><li><a href="#">Full site</a></li></ul></div></div></body></html>'
)


@dataclass(frozen=True)
class Asked:
    """What a request asks: `source` and `target` as two letters, whatever the service calls them."""

    provider: str
    texts: tuple[str, ...]
    source: str
    target: str


def find_provider(path: str) -> str | None:
    """Return which service answers at this path."""
    return _PATHS.get(urlsplit(path).path)


def read_request(provider: str, path: str, body: str) -> Asked:
    """Return what is asked; raises KeyError, ValueError or TypeError for what the service would not understand."""
    if provider in {"google", "libre"}:
        fields = parse_qs(urlsplit(path).query, keep_blank_values=True, strict_parsing=True)
        names = ("sl", "tl") if provider == "google" else ("source", "target")
        source, target = (fields[name][0] for name in names)
        return Asked(provider, (fields["q"][0],), _plain(source), _plain(target))
    data: dict[str, Any] = json.loads(body)
    if provider == "deepl":
        return Asked(
            provider, tuple(data["text"]), _plain(data.get("source_lang", "")), _plain(data["target_lang"])
        )
    if provider == "papago":
        return Asked(provider, (data["text"],), _plain(data["source"]), _plain(data["target"]))
    data = json.loads(data["messages"][-1]["content"])
    return Asked(provider, tuple(data["texts"]), _plain(data["source"]), _plain(data["target"]))


def write_answer(asked: Asked, answers: Sequence[str | None]) -> tuple[str, str]:
    """Return the content type and the body of a success; None among the answers becomes a null."""
    if asked.provider == "google":
        return "text/html; charset=utf-8", _PAGE.format(html.escape(answers[0] or ""))
    return "application/json", json.dumps(_write(asked, answers), ensure_ascii=False)


def _write(asked: Asked, answers: Sequence[str | None]) -> dict[str, Any]:
    if asked.provider == "libre":
        return {"translatedText": answers[0]}
    if asked.provider == "deepl":
        return {
            "translations": [
                {
                    "detected_source_language": asked.source.upper(),
                    "text": answer,
                    "billed_characters": len(text),
                }
                for text, answer in zip(asked.texts, answers, strict=True)
            ]
        }
    if asked.provider == "papago":
        languages = {"srcLangType": asked.source, "tarLangType": asked.target}
        return {"message": {"result": languages | {"translatedText": answers[0]}}}
    said = json.dumps({"translations": list(answers)}, ensure_ascii=False)
    choice = {"index": 0, "message": {"role": "assistant", "content": said}, "finish_reason": "stop"}
    return {"id": "chatcmpl-1", "object": "chat.completion", "choices": [choice]}


def _plain(language: str) -> str:
    return _NAMES.get(language.lower(), language.lower().split("-")[0])
