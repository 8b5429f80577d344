"""Under whose rules somebody has a message translated for themselves."""

from __future__ import annotations

import pytest

from bot.db.models import Membership, Project
from bot.db.unit_of_work import Transactions
from bot.domain.errors import NotAllowed
from bot.domain.people import Role
from bot.domain.translation import TranslationMode
from bot.services.bridges import set_bridge
from bot.services.policies import policy_here
from bot.services.question_channels import set_question_channel
from bot.translation.pipeline import Policy
from tests.integration.bridged import MIXED, Bridged, make_bridged

ASKED, ELSEWHERE = "C0ASKED", "C0ELSEWHERE"


@pytest.fixture
def bridged(transactions: Transactions) -> Bridged:
    """The crew's project is open; a confidential one has its own question channel and nobody but a supervisor."""
    made = make_bridged(transactions, spanish=False)
    with transactions() as uow:
        made.project(uow).confidential = False
    made.mode(TranslationMode.OPEN)
    return made


@pytest.fixture
def secret(bridged: Bridged) -> int:
    with bridged.transactions() as uow:
        own = bridged.project(uow)
        project = Project(
            team_id=own.team_id,
            key="SECRET",
            name="Secret",
            type=own.type,
            zone=own.zone,
            confidential=True,
            created_at=uow.now,
        )
        uow.session.add(project)
        uow.session.flush()
        uow.session.add(
            Membership(
                project_id=project.id,
                person_id=bridged.crew["bridge"],
                role=Role.SUPERVISOR,
                created_at=uow.now,
            )
        )
        set_question_channel(uow, actor_id=bridged.crew["boss"], project=project, channel=ASKED)
        return project.id


def _policy(bridged: Bridged, who: str, channel: str, project_id: int | None = None) -> Policy:
    with bridged.transactions() as uow:
        return policy_here(
            uow,
            person_id=bridged.crew[who],
            team_id=bridged.crew.team_id,
            channel=channel,
            project_id=project_id,
        )


def test_where_nobody_knows_whose_words_they_are_the_strictest_project_decides(
    bridged: Bridged, secret: int
) -> None:
    assert _policy(bridged, "mina", ELSEWHERE).mode is TranslationMode.OPEN
    assert _policy(bridged, "bridge", ELSEWHERE).scope == secret
    assert _policy(bridged, "bridge", MIXED).scope == bridged.crew.project_id


def test_a_question_channel_has_the_rules_of_its_project(bridged: Bridged, secret: int) -> None:
    assert _policy(bridged, "bridge", ASKED).confidential
    with pytest.raises(NotAllowed):
        _policy(bridged, "mina", ASKED)
    assert secret


def test_the_rules_of_a_project_outlive_it(bridged: Bridged, secret: int) -> None:
    with bridged.transactions() as uow:
        project = uow.session.get_one(Project, secret)
        set_bridge(uow, actor_id=bridged.crew["boss"], project=project, channel=ELSEWHERE)
        project.active = False
    assert _policy(bridged, "bridge", ELSEWHERE).confidential
    with pytest.raises(NotAllowed):
        _policy(bridged, "mina", ELSEWHERE)


def test_a_message_keeps_the_rules_it_was_written_under(bridged: Bridged, secret: int) -> None:
    """Its channel may have been another project's then."""
    assert _policy(bridged, "bridge", MIXED, secret).confidential
    with pytest.raises(NotAllowed):
        _policy(bridged, "mina", MIXED, secret)
