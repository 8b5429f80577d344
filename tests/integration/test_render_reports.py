"""Kept figures become messages in their reader's language, and only ever reach whom they are for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from bot.db.models import AlertIncident, CoachNote, DigestRun, Person
from bot.db.unit_of_work import Transactions
from bot.domain.alerts import AlertKind
from bot.domain.digests import Audience, audience_key
from bot.i18n.catalogs import load_catalogs
from bot.outbox.messages import Message
from bot.outbox.pay_messages import PayChange, PayChanged, PayRequested
from bot.outbox.report_messages import AlertCard, CoachCard, DigestCard
from bot.reports.coach_notes import dump_coach
from bot.reports.digest import dump_digest
from bot.services.pay_requests import approve, ask_adjustment
from bot.slack.render import render
from bot.slack.rendered import Rendered
from tests.factories import Crew, make_crew
from tests.golden import report_cases
from tests.golden.facts import NOW

CATALOGS = load_catalogs(strict=True)


@pytest.fixture
def crew(transactions: Transactions) -> Crew:
    return make_crew(transactions)


def _keep_run(session: Session, crew: Crew, audience: Audience, person_id: int | None = None) -> int:
    digest = replace(report_cases.digest(audience), project_id=crew.project_id, person_id=person_id)
    run = DigestRun(
        project_id=crew.project_id,
        audience_key=audience_key(audience, person_id),
        local_date=NOW.date(),
        reported=report_cases.DAY,
        due_at=NOW,
        made_at=NOW,
        late=True,
        payload=dump_digest(digest),
    )
    session.add(run)
    session.flush()
    return run.id


def _rendered(transactions: Transactions, message: Message) -> Rendered | None:
    with transactions.reading() as session:
        return render(session, message, CATALOGS, NOW)


def _read(transactions: Transactions, message: Message) -> Rendered:
    rendered = _rendered(transactions, message)
    assert rendered is not None
    return rendered


def test_digests_speak_to_their_audience(transactions: Transactions, crew: Crew) -> None:
    alex, bridge = crew["alex"], crew["bridge"]
    with transactions() as uow:
        pm = _keep_run(uow.session, crew, Audience.PM, alex)
        supervisor = _keep_run(uow.session, crew, Audience.SUPERVISOR)
        team = _keep_run(uow.session, crew, Audience.CREW)
    shown = _read(transactions, DigestCard(alex, pm))
    assert "42 tasks final" in shown.content.text
    assert (shown.channel, len(shown.fallbacks)) == (None, 2)
    assert "This digest comes late." in str(shown.content.blocks)
    both = str(_read(transactions, DigestCard(bridge, supervisor)).content.blocks)
    assert "작업 42개 완료" in both
    assert "42 tasks final" in both
    # The crew reads Korean, whoever answers for the project and whether they are still there.
    with transactions() as uow:
        uow.session.get_one(Person, alex).active = False
    posted = _read(transactions, DigestCard(alex, team, channel="C0CREW"))
    assert (posted.channel, posted.card) == ("C0CREW", f"digest:{team}:C0CREW")
    assert "작업 42개 완료" in posted.content.text
    assert _rendered(transactions, DigestCard(alex, pm)) is None


def test_a_digest_that_is_gone_or_silent_says_nothing(transactions: Transactions, crew: Crew) -> None:
    with transactions() as uow:
        silent = _keep_run(uow.session, crew, Audience.WORKER, crew["mina"])
        uow.session.get_one(DigestRun, silent).payload = None
    assert _rendered(transactions, DigestCard(crew["mina"], silent)) is None
    assert _rendered(transactions, DigestCard(crew["mina"], 10**6)) is None


def test_a_note_reaches_nobody_else(transactions: Transactions, crew: Crew) -> None:
    with transactions() as uow:
        note = CoachNote(
            person_id=crew["mina"], reasons="timing:4", sent_at=NOW, payload=dump_coach(report_cases.COACH)
        )
        uow.session.add(note)
        uow.session.flush()
    assert "두 군데" in _read(transactions, CoachCard(crew["mina"], note.id)).content.text
    assert _rendered(transactions, CoachCard(crew["jun"], note.id)) is None
    assert _rendered(transactions, CoachCard(crew["mina"], 10**6)) is None


def test_an_alert_says_when_it_is_over(transactions: Transactions, crew: Crew) -> None:
    with transactions() as uow:
        incident = AlertIncident(
            project_id=crew.project_id,
            kind=AlertKind.REVIEWS,
            opened_at=NOW,
            figures=report_cases.incident(AlertKind.REVIEWS).figures,
        )
        uow.session.add(incident)
        uow.session.flush()
    message = AlertCard(crew["alex"], incident.id)
    assert "6 reviews wait too long" in _read(transactions, message).content.text
    with transactions() as uow:
        uow.session.get_one(AlertIncident, incident.id).closed_at = NOW
    assert "Over since" in str(_read(transactions, message).content.blocks)
    assert _rendered(transactions, AlertCard(crew["alex"], 10**6)) is None


def test_a_correction_is_shown_to_who_decides_and_its_outcome_to_who_is_paid(
    transactions: Transactions, crew: Crew
) -> None:
    with transactions() as uow:
        asked = ask_adjustment(
            uow,
            person_id=crew["alex"],
            project_id=crew.project_id,
            payee_id=crew["mina"],
            amount_minor=5000,
            reason="Counted twice.",
        )
    card = str(_read(transactions, PayRequested(crew["boss"], asked.request_id)).content.blocks)
    assert "pay:approve" in card
    assert "pay:withdraw" not in card
    own = str(_read(transactions, PayRequested(crew["alex"], asked.request_id)).content.blocks)
    assert "pay:approve" not in own
    with transactions() as uow:
        approve(uow, person_id=crew["boss"], request_id=asked.request_id)
    settled = str(_read(transactions, PayRequested(crew["boss"], asked.request_id)).content.blocks)
    assert "pay:approve" not in settled
    told = PayChanged(crew["mina"], PayChange.ADJUSTED, request_id=asked.request_id)
    assert "5,000원" in _read(transactions, told).content.text
    # Somebody else's pay is never worded, whatever the row says.
    assert _rendered(transactions, replace(told, person_id=crew["jun"])) is None
    assert _rendered(transactions, PayChanged(crew["mina"], PayChange.PAID, statement_id=10**6)) is None
    assert _rendered(transactions, PayChanged(crew["mina"], PayChange.PAID)) is None
