"""Digests, alerts, notes to workers, and news about pay: from the kept figures to what their reader sees."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from bot.db.models import Person
from bot.domain.digests import Audience
from bot.domain.translation import SourceKind
from bot.i18n.catalogs import LANGUAGES, Catalogs
from bot.outbox.pay_messages import PayChange, PayChanged, PayRequested
from bot.outbox.report_messages import AlertCard, CoachCard, DigestCard
from bot.reports.alerts import read_incident
from bot.reports.coach_notes import read_note
from bot.reports.digest_runs import read_run
from bot.reports.pay_requests import read_request
from bot.reports.statements import read_own_share, read_statement
from bot.reports.translations import read_relay
from bot.slack.content import Content
from bot.slack.reader import Reader
from bot.slack.rendered import Rendered
from bot.slack.views.alerts import alert_card
from bot.slack.views.coach import coach_card
from bot.slack.views.digests import digest_ladder
from bot.slack.views.pay_news import pay_changed as changed_card
from bot.slack.views.pay_news import pay_request_card

CREW_LANGUAGE = "ko"
"""The language of what stands in a crew's channel."""


def render_digest(
    session: Session,
    message: DigestCard,
    person: Person,
    catalogs: Catalogs,
    now: datetime,
    commands: Mapping[str, str],
) -> Rendered | None:
    """Return a digest as it was drawn up, with the plainer dresses it may be said in; None for nothing to say.

    In a crew's channel it is in Korean and on the project's clock. Supervisors get the headline in both languages.
    """
    run = read_run(session, message.run_id)
    if run is None or run.digest is None:
        return None
    language, zone = person.language, person.zone
    if message.channel:
        language, zone = CREW_LANGUAGE, run.digest.zone
    elif not person.active:
        return None
    reader = Reader(catalogs[language], language, zone, now, commands)
    also = None
    if run.audience is Audience.SUPERVISOR:
        other = next(code for code in LANGUAGES if code != reader.t.language)
        also = Reader(catalogs[other], other, zone, now, commands)
    content, *fallbacks = digest_ladder(reader, run.digest, run_id=run.run_id, late=run.late, also=also)
    where = message.channel or person.dm_channel
    return Rendered(person.id, person.slack_id, where, content, message.card, fallbacks=tuple(fallbacks))


def alert(session: Session, reader: Reader, message: AlertCard) -> Content | None:
    """Return an alert as it stands now."""
    facts = read_incident(session, message.incident_id)
    return alert_card(reader, facts) if facts else None


def coach(session: Session, reader: Reader, message: CoachCard) -> Content | None:
    """Return the note to a worker; nobody else ever gets it."""
    facts = read_note(session, message.note_id)
    return coach_card(reader, facts.coach) if facts and facts.person_id == message.person_id else None


def pay_requested(session: Session, reader: Reader, message: PayRequested) -> Content | None:
    """Return a correction of pay as it stands now, for whoever may decide or has asked."""
    facts = read_request(session, message.request_id)
    if facts is None:
        return None
    relay = read_relay(session, SourceKind.PAY_REASON, facts.id, message.person_id)
    return pay_request_card(reader, facts, message.person_id, relay)


def pay_changed(session: Session, reader: Reader, message: PayChanged) -> Content | None:
    """Return what has changed about the person's own pay: their share of a statement, or a correction."""
    what = PayChange(message.what)
    if message.request_id is not None:
        request = read_request(session, message.request_id)
        if request is None or request.payee_id != message.person_id:
            return None
        relay = read_relay(session, SourceKind.PAY_REASON, request.id, message.person_id)
        return changed_card(reader, what, request.project_key, request=request, relay=relay)
    if message.statement_id is None:
        return None
    statement = read_statement(session, message.statement_id)
    shares = read_own_share(session, message.statement_id, message.person_id)
    if statement is None or not shares:
        return None
    return changed_card(reader, what, statement.project_key, shares, month=statement.month)
