"""Bridged channels: set, paired, taken over, ended; how far words may travel; who reads what."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.db.models import Audit, Person, Project
from bot.db.unit_of_work import Transactions, UnitOfWork
from bot.domain.errors import Invalid, NotAllowed
from bot.domain.task import TaskType
from bot.domain.translation import BOTH, OFF, Side, TranslationMode
from bot.services.bridges import bridge_of, bridges_of, set_bridge, set_mode, set_twins, target_languages
from bot.services.people import deactivate, set_language, set_reads
from bot.services.projects import ProjectPlan, create_project
from tests.factories import TEAM
from tests.integration.bridged import MIXED, Bridged, make_bridged


@pytest.fixture
def bridged(transactions: Transactions) -> Bridged:
    return make_bridged(transactions)


def _other_project(uow: UnitOfWork, bridged: Bridged) -> Project:
    plan = ProjectPlan("OTHER", "다른 일", TaskType.TRANSLATION, confidential=False)
    return create_project(uow, actor_id=bridged.crew["boss"], plan=plan)


def test_a_project_has_many_mixed_channels_and_one_pair(bridged: Bridged) -> None:
    boss = bridged.crew["boss"]
    with bridged.transactions() as uow:
        project = bridged.project(uow)
        set_bridge(uow, actor_id=boss, project=project, channel="C2")
        assert set_twins(uow, actor_id=boss, project=project, crew="C3", pm="C4") == (
            (MIXED, Side.MIXED), ("C2", Side.MIXED), ("C3", Side.CREW), ("C4", Side.PM),
        )  # fmt: skip
        crew = bridge_of(uow, team_id=project.team_id, channel="C3")
        assert crew is not None
        assert (crew.side, crew.other, crew.mode) == (Side.CREW, "C4", TranslationMode.LOCAL)
        set_bridge(uow, actor_id=boss, project=project, channel="C5", side=Side.PM)
        moved = bridge_of(uow, team_id=project.team_id, channel="C3")
        assert moved is not None
        assert moved.other == "C5"
        assert bridge_of(uow, team_id=project.team_id, channel="C4") is None
        with pytest.raises(Invalid) as refused:
            set_twins(uow, actor_id=boss, project=project, crew="C9", pm="C9")
        assert (refused.value.field, refused.value.code) == ("channel", "same")
    with bridged.transactions() as uow:
        project = bridged.project(uow)
        # One channel for both sides is none for the side that had it.
        set_bridge(uow, actor_id=boss, project=project, channel="C3", side=Side.PM)
        lonely = bridge_of(uow, team_id=project.team_id, channel="C3")
        assert lonely is not None
        assert lonely.other is None
        assert set_bridge(uow, actor_id=boss, project=project, channel=None) == ()
        assert bridge_of(uow, team_id=project.team_id, channel=MIXED) is None


def test_a_channel_has_one_project(bridged: Bridged) -> None:
    with bridged.transactions() as uow:
        other = _other_project(uow, bridged)
        set_bridge(uow, actor_id=bridged.crew["boss"], project=other, channel=MIXED)
        assert bridges_of(uow, project_id=bridged.crew.project_id) == ()
        taken = bridge_of(uow, team_id=other.team_id, channel=MIXED)
        assert taken is not None
        assert taken.project_id == other.id
        assert taken.mode is TranslationMode.CLOUD
        other.active = False
        uow.session.flush()
        assert bridge_of(uow, team_id=other.team_id, channel=MIXED) is None
        assert bridge_of(uow, team_id=other.team_id + 1, channel=MIXED) is None


def test_words_of_a_confidential_project_stay_in_the_house(bridged: Bridged) -> None:
    boss = bridged.crew["boss"]
    with bridged.transactions() as uow:
        project = bridged.project(uow)
        for mode in (TranslationMode.CLOUD, TranslationMode.OPEN):
            with pytest.raises(Invalid) as refused:
                set_mode(uow, actor_id=boss, project=project, mode=mode)
            assert refused.value.code == "confidential"
        off = set_mode(uow, actor_id=boss, project=project, mode=TranslationMode.OFF)
        assert off is TranslationMode.OFF
        other = _other_project(uow, bridged)
        opened = set_mode(uow, actor_id=boss, project=other, mode=TranslationMode.OPEN)
        assert opened is TranslationMode.OPEN
    with bridged.transactions() as uow, pytest.raises(NotAllowed):
        set_mode(uow, actor_id=bridged.crew["alex"], project=bridged.project(uow), mode=TranslationMode.LOCAL)
    with bridged.transactions.reading() as session:
        rows = session.execute(
            select(Audit.from_state, Audit.to_state).where(Audit.action == "admin.translate")
        ).all()
    assert [tuple(row) for row in rows] == [("cloud", "off"), ("cloud", "open")]


def test_who_reads_what(bridged: Bridged) -> None:
    project_id = bridged.crew.project_id

    def languages(side: Side) -> tuple[str, ...]:
        with bridged.transactions.reading() as session:
            return target_languages(session, project_id, side)

    assert languages(Side.CREW) == ("ko",)
    assert languages(Side.PM) == ("en", "es")
    bridged.reads("alex", BOTH)
    assert languages(Side.PM) == ("es",)
    bridged.reads("lucia", OFF)
    assert languages(Side.PM) == ()
    bridged.reads("alex", None)
    bridged.reads("jun", "vi")
    assert languages(Side.PM) == ("en",)
    assert languages(Side.CREW) == ("ko", "vi")
    with bridged.transactions() as uow:
        deactivate(uow, team=TEAM, user="UJUN")
        assert target_languages(uow.session, project_id, Side.CREW) == ("ko",)


def test_what_a_person_may_say_that_they_read(bridged: Bridged) -> None:
    mina = bridged.crew["mina"]
    with bridged.transactions() as uow:
        assert set_reads(uow, person_id=mina, reads="es").reads == "es"
        with pytest.raises(Invalid) as refused:
            set_reads(uow, person_id=mina, reads="klingon")
        assert refused.value.field == "reads"
        set_language(uow, person_id=mina, language="en")
        assert uow.session.get_one(Person, mina).reads == "es"
        assert set_reads(uow, person_id=mina, reads=None).reads is None
