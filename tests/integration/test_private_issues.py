"""Issues that only some see: raised on a card, or without a name."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import func, select

from bot.db.models import (
    Audit,
    Issue,
    IssueStep,
    Membership,
    OutboxRow,
    Person,
    Project,
    Rendition,
    RequestKey,
    SourceText,
)
from bot.domain.errors import (
    EmptyAnswer,
    Invalid,
    NotAllowed,
)
from bot.domain.escalation import (
    Asked,
    IssueSource,
    Level,
    Severity,
)
from bot.domain.people import Role
from bot.domain.policy import Action
from bot.domain.translation import RenditionState, SourceKind, TranslationMode
from bot.reports.issue_desk import read_issue_desk
from bot.reports.issue_said import read_said
from bot.reports.issue_sight import sees
from bot.reports.translations import count_reported, reported
from bot.services.correcting import report
from bot.services.issue_access import audience, may
from bot.services.issue_cards import people_of
from bot.services.issue_talk import say
from bot.services.issues import acknowledge
from bot.services.rulings import rule
from bot.translation.plain_text import from_plain
from tests.integration.issue_scene import CHANNEL, MORNING, Night, refused


def test_a_nameless_report_leaves_no_trace_of_who_made_it(night: Night) -> None:
    issue_id = night.open("mina", source=IssueSource.NAMELESS, request="검수자가 욕을 해요.")
    with night.transactions.reading() as session:
        issue = session.get_one(Issue, issue_id)
        assert (issue.opener_id, issue.channel, issue.thread_ts) == (None, None, None)
        actors = session.scalars(
            select(Audit.actor_id).where(Audit.subject_type == "issue", Audit.subject_id == issue_id)
        ).all()
        assert set(actors) == {None}
        steps = session.scalars(select(IssueStep.actor_id).where(IssueStep.issue_id == issue_id)).all()
        assert set(steps) == {None}
        assert session.scalar(select(func.count()).select_from(RequestKey)) == 0
        mina = night.crew["mina"]
        told = session.scalars(select(OutboxRow).where(OutboxRow.kind.like("issue%"))).all()
        assert all(row.payload["person_id"] != mina for row in told)
    for who in ("mina", "alex", "boss", "jun"):
        act = {"action": Action.SEE_ISSUE, "issue_id": issue_id}
        assert isinstance(refused(partial(night.do, may, who, **act)), NotAllowed)
    night.do(may, "bridge", action=Action.SEE_ISSUE, issue_id=issue_id)
    assert isinstance(refused(lambda: night.open("alex", source=IssueSource.NAMELESS)), NotAllowed)
    # PMs are no level of its chain.
    night.at(MORNING)
    night.tick(hours=4)
    assert night.calls() == [("bridge", "level")]
    assert night.issue(issue_id).level is Level.ADMIN
    with night.transactions() as uow:
        assert people_of(uow, uow.session.get_one(Issue, issue_id)) == (night.crew["bridge"],)
    night.healthy()


def test_one_on_a_card_is_seen_by_who_opened_it_and_who_looks_after_it(night: Night) -> None:
    issue_id = night.open("mina", source=IssueSource.CARD, severity=Severity.S1)
    for who in ("mina", "bridge", "alex", "boss"):
        night.do(may, who, action=Action.SEE_ISSUE, issue_id=issue_id)
    for who in ("jun", "sora"):
        with pytest.raises(NotAllowed):
            night.do(may, who, action=Action.SAY, issue_id=issue_id)
    night.tick()
    night.do(say, "bridge", issue_id=issue_id, words="무슨 일이에요?")
    with night.transactions.reading() as session:
        said = session.scalars(select(OutboxRow.payload).where(OutboxRow.kind == "issue_said")).all()
        assert [row["person_id"] for row in said] == [night.crew["mina"]]
    with pytest.raises(EmptyAnswer):
        night.open("mina", source=IssueSource.CARD, request="  ")


def test_what_is_said_in_private_about_a_thread_goes_to_the_thread(night: Night) -> None:
    issue_id = night.open(severity=Severity.S1)
    night.do(say, "bridge", issue_id=issue_id, words="보고 있어요.")
    with night.transactions.reading() as session:
        there = session.scalars(select(OutboxRow.payload).where(OutboxRow.kind == "issue_said_there")).all()
        assert [row["channel"] for row in there] == [CHANNEL]


def test_whoever_raised_one_on_a_card_is_not_named_when_they_reply(night: Night) -> None:
    private = night.open("mina", source=IssueSource.CARD)
    in_the_open = night.open("mina")
    for issue_id, named in ((private, ""), (in_the_open, "mina")):
        for who, name in (("mina", named), ("bridge", "bridge")):
            step_id = night.do(say, who, issue_id=issue_id, words="네.")
            with night.transactions.reading() as session:
                said = read_said(session, step_id)
            assert said is not None
            assert (said.author, said.role) == (name, Role.WORKER if who == "mina" else Role.SUPERVISOR)


def test_there_is_no_ruling_about_a_nameless_report(night: Night) -> None:
    issue_id = night.open("mina", source=IssueSource.NAMELESS)
    error = refused(lambda: night.do(rule, "bridge", issue_id=issue_id, ver=1, words="사투리로 적어 주세요."))
    assert error == Invalid("issue", "nameless")
    with night.transactions.reading() as session:
        assert read_issue_desk(session, night.crew["alex"], night.clock()).rulings == ()


def test_a_nameless_report_asks_the_supervisors_whoever_was_to_be_asked(night: Night) -> None:
    issue_id = night.open("mina", source=IssueSource.NAMELESS, asked=Asked.PM, severity=Severity.S1)
    assert night.issue(issue_id).asked is Asked.SUPERVISOR
    night.tick()
    assert night.calls() == [("bridge", "level")]


def test_nobody_else_reads_what_is_written_about_a_nameless_report(night: Night) -> None:
    with night.transactions() as uow:
        uow.session.get_one(Project, night.crew.project_id).translation = TranslationMode.OPEN
        person = uow.session.get_one(Person, night.crew["dohyun"])
        person.language = "en"
        uow.session.add(
            Membership(
                person_id=person.id,
                project_id=night.crew.project_id,
                role=Role.SUPERVISOR,
                created_at=uow.now,
            )
        )
    issue_id = night.open("mina", source=IssueSource.NAMELESS, request="수퍼바이저 한 분이 함부로 말해요.")
    night.do(acknowledge, "dohyun", issue_id=issue_id)
    night.resolve(issue_id, cause="제가 말을 함부로 했어요.", remedy="사과했고 다시는 그러지 않기로 했어요.")
    with night.transactions() as uow:
        source = uow.session.scalars(select(SourceText).where(SourceText.kind == SourceKind.RESOLUTION)).one()
        made = uow.session.scalars(select(Rendition).where(Rendition.source_id == source.id)).one()
        made.state, made.document = RenditionState.DONE, from_plain("I was rude.").dump()
        rendition_id = made.id
    night.do(report, "dohyun", rendition_id=rendition_id, note="wrong")
    with night.transactions.reading() as session:
        assert not reported(session, (night.crew.project_id,))
        assert not count_reported(session, (night.crew.project_id,))


@pytest.mark.parametrize("source", IssueSource)
def test_who_sees_an_issue_is_who_is_told_of_it(night: Night, source: IssueSource) -> None:
    issue_id = night.open("mina", source=source)
    with night.transactions() as uow:
        uow.session.get_one(Person, night.crew["sora"]).active = False
        uow.session.flush()
        issue = uow.session.get_one(Issue, issue_id)
        named = audience(uow.session, issue)
        for name, person_id in night.crew.people.items():
            told = name != "sora" and (named is None or person_id in named)
            assert (name, sees(uow.session, person_id=person_id, issue_id=issue_id)) == (name, told)
