"""A digest at the command line: the same figures and the same words, and nobody in Slack is told."""

from __future__ import annotations

import json
from datetime import date, timedelta

from sqlalchemy import select

from bot.bootstrap import Application
from bot.db.models import Membership, Person, Project
from bot.domain.digests import Audience
from bot.domain.errors import Invalid, NotFound
from bot.domain.people import Role
from bot.domain.translation import CREW_LANGUAGE
from bot.reports.digest import Digest, dump_digest, read_digest
from bot.reports.window import local_date
from bot.slack.reader import Reader
from bot.slack.views.digest_text import digest_text

_WORKER = f"{Audience.WORKER}:"


def write_digest(
    application: Application,
    project: Project,
    *,
    day: date | None,
    audience: str,
    week: bool = False,
    as_json: bool = False,
    language: str | None = None,
) -> str:
    """Return a digest of the project's day as text or as JSON.

    `day` is None for the newest one that is over, `audience` one of pm, supervisor, crew and worker:<nickname>.
    Without a `language` the text is in that of the audience. Raises Invalid and NotFound.
    """
    now = application.transactions.clock()
    whom, nickname = _parse(audience)
    with application.transactions.reading() as session:
        person_id = None
        if nickname is not None:
            person_id = session.scalar(
                select(Person.id)
                .join(Membership, Membership.person_id == Person.id)
                .where(
                    Person.nickname == nickname,
                    Membership.project_id == project.id,
                    Membership.role == Role.WORKER,
                )
            )
            if person_id is None:
                raise NotFound("worker", nickname)
        digest = read_digest(
            session,
            project.id,
            day or local_date(project.zone, now) - timedelta(days=1),
            whom,
            now=now,
            person_id=person_id,
            week=week,
        )
    if as_json:
        return json.dumps(dump_digest(digest), ensure_ascii=False, indent=2)
    return _word(application, digest, language or ("en" if whom is Audience.PM else CREW_LANGUAGE))


def _parse(audience: str) -> tuple[Audience, str | None]:
    if audience.startswith(_WORKER):
        return Audience.WORKER, audience.removeprefix(_WORKER)
    if audience == Audience.WORKER or audience not in set(Audience):
        raise Invalid("audience", "unknown", audience)
    return Audience(audience), None


def _word(application: Application, digest: Digest, language: str) -> str:
    reader = Reader(
        application.catalogs[language],
        language,
        digest.zone,
        digest.made_at,
        application.settings.commands,
    )
    return digest_text(reader, digest)
