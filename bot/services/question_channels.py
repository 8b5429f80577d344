"""Channels in which questions of a project are answered without anybody calling the bot."""

from __future__ import annotations

from sqlalchemy import delete, select

from bot.db.models import Project, QuestionChannel
from bot.db.unit_of_work import UnitOfWork
from bot.domain.policy import Action, Subject
from bot.services.access import require


def set_question_channel(uow: UnitOfWork, *, actor_id: int, project: Project, channel: str | None) -> None:
    """Let a channel be the project's question channel, in place of any other; None ends the mode."""
    require(uow, Action.SET_QUESTIONS, actor_id, project.id, Subject("project", project.id))
    uow.session.execute(delete(QuestionChannel).where(QuestionChannel.project_id == project.id))
    if channel is not None:
        # A channel has one project, or nobody would know which guideline answers.
        uow.session.execute(
            delete(QuestionChannel).where(
                QuestionChannel.team_id == project.team_id, QuestionChannel.channel == channel
            )
        )
        uow.session.add(
            QuestionChannel(
                team_id=project.team_id,
                channel=channel,
                project_id=project.id,
                set_by_id=actor_id,
                created_at=uow.now,
            )
        )
    uow.audit(
        team_id=project.team_id,
        actor_id=actor_id,
        action=Action.SET_QUESTIONS,
        subject=("project", project.id),
        detail={"channel": channel},
    )


def is_question_channel(uow: UnitOfWork, *, team_id: int, channel: str) -> bool:
    """Say whether questions in this channel are answered unasked."""
    found = select(QuestionChannel.id).where(
        QuestionChannel.team_id == team_id, QuestionChannel.channel == channel
    )
    return uow.session.scalar(found) is not None


def question_channel_of(uow: UnitOfWork, *, project_id: int) -> str | None:
    """Return the project's question channel, if it has one."""
    found = select(QuestionChannel.channel).where(QuestionChannel.project_id == project_id)
    return uow.session.scalar(found)
