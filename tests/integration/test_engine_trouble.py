"""An engine that refuses its key is reported to those who can help, once, and without a word of anybody's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from bot.db.models import OutboxRow
from bot.db.unit_of_work import Transactions
from bot.domain.translation import TranslationMode
from bot.engines import make_translator
from bot.settings import EngineName, TranslationSettings
from bot.translation.pipeline import Policy, TranslationFailed, Translator
from bot.translation.plain_text import from_plain, to_plain
from sandbox.engines.modes import Answer, Mishap, phrasebook
from sandbox.engines.server import ProviderServer
from tests.factories import Crew, make_crew

SNOW = "내일은 눈이 많이 온대요."
KNOWN: Answer = phrasebook({SNOW: "It will snow a lot tomorrow."})


@pytest.fixture
def crew(transactions: Transactions) -> Crew:
    return make_crew(transactions)


@pytest.fixture
def server() -> Iterator[ProviderServer]:
    with ProviderServer(KNOWN) as server:
        yield server


def build(server: ProviderServer, transactions: Transactions, *engines: EngineName) -> Translator:
    settings = TranslationSettings(
        engines=engines,
        deepl_url=server.url("deepl"),
        libre_url=server.url("libre"),
        deadline_seconds=5,
    )
    return make_translator(settings, {"DEEPL_API_KEY": "secret-key:fx"}, transactions, salt="xoxb-1")


def told(transactions: Transactions) -> list[dict[str, object]]:
    with transactions.reading() as session:
        rows = session.scalars(select(OutboxRow).where(OutboxRow.kind == "engine_trouble"))
        return [row.payload for row in rows]


def test_a_refused_key(
    server: ProviderServer, transactions: Transactions, crew: Crew, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse_deepl(text: str, source: str, target: str, provider: str) -> str | Mishap:
        return Mishap(status=403) if provider == "deepl" else KNOWN(text, source, target, provider)

    server.answer = refuse_deepl
    caplog.set_level("DEBUG")
    translator = build(server, transactions, EngineName.DEEPL, EngineName.LIBRE)
    policy = Policy(TranslationMode.CLOUD, crew.project_id)
    rendered = translator.translate(from_plain(SNOW), target="en", policy=policy)
    assert (to_plain(rendered.document), rendered.engine) == ("It will snow a lot tomorrow.", "libre")
    with pytest.raises(TranslationFailed):
        translator.translate(from_plain("모레는 비가 온대요."), target="en", policy=policy, deadline=0.2)
    assert told(transactions) == [{"person_id": crew["boss"], "engine": "deepl", "fault": "refused"}]
    assert "secret-key" not in caplog.text
    assert "눈이" not in caplog.text


def test_where_no_engine_may_be_asked_none_is(
    server: ProviderServer, transactions: Transactions, crew: Crew
) -> None:
    translator = build(server, transactions, EngineName.DEEPL, EngineName.LIBRE)
    policy = Policy(TranslationMode.LOCAL, crew.project_id, confidential=True)
    with pytest.raises(TranslationFailed) as failed:
        translator.translate(from_plain(SNOW), target="en", policy=policy)
    assert failed.value.reason == "no_engine"
    assert server.requests == []


def test_answers_outlive_the_process(server: ProviderServer, transactions: Transactions, crew: Crew) -> None:
    policy = Policy(TranslationMode.CLOUD, crew.project_id)
    for _ in range(2):
        translator = build(server, transactions, EngineName.LIBRE)
        assert translator.translate(from_plain(SNOW), target="en", policy=policy).needed
    assert len(server.requests) == 1
