"""Every action by everybody on work in every state, against the policy table.

A refusal must write nothing but its audit row, so each cell counts the rows its connection has written: that
is stricter than comparing contents, which would miss a change that is taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice, product
from typing import Any

import pytest
from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.orm import Session

from bot.db.models import (
    Appeal,
    Assignment,
    Audit,
    AuditOutcome,
    GuidelineNote,
    GuidelineVersion,
    Issue,
    Membership,
    Person,
    Project,
    Review,
    Ruling,
    Submission,
    Team,
    Verdict,
)
from bot.db.unit_of_work import UnitOfWork
from bot.domain.assignment import AssignmentState
from bot.domain.digests import Audience
from bot.domain.errors import DomainError, NotAllowed, NotYours, NoWork, StaleAction
from bot.domain.escalation import (
    Asked,
    IssueSource,
    IssueState,
    Level,
    NoteState,
    RulingState,
    Severity,
)
from bot.domain.exports import Format, What
from bot.domain.guideline import GuidelineState
from bot.domain.people import Role
from bot.domain.policy import POLICY, Action, Relation, Subject
from bot.domain.quality import AppealStage, AppealState, CallOutMode
from bot.domain.task import TaskType
from bot.domain.translation import TranslationMode
from bot.guidelines.read import read_guideline
from bot.services import appeals, notices
from bot.services.access import record_denied, require
from bot.services.appeal_queue import take as take_appeal
from bot.services.bridges import set_bridge, set_mode
from bot.services.call_outs import call_out
from bot.services.consenting import consent
from bot.services.deadlines import set_deadline
from bot.services.digest_plans import set_schedule
from bot.services.duty import switch_on
from bot.services.escalation_plans import set_plan
from bot.services.exports import order_export
from bot.services.gold import set_gold
from bot.services.guideline_notes import decide
from bot.services.guidelines import acknowledge, publish, upload
from bot.services.imports import import_tasks
from bot.services.issue_access import may
from bot.services.issue_steering import level_up, reopen
from bot.services.issue_talk import say
from bot.services.issues import acknowledge as take
from bot.services.issues import open_issue, withdraw
from bot.services.people import set_role
from bot.services.projects import ProjectPlan, create_project, set_price
from bot.services.question_channels import set_question_channel
from bot.services.resolving import resolve
from bot.services.reviews import claim_next_review, claim_review
from bot.services.rules import set_rules
from bot.services.rulings import decide_ruling, rule
from bot.services.submissions import submit
from bot.services.tasks import claim_next, extend, release
from bot.services.verdicts import accept, fix_and_accept, hand_over, reject, undo
from tests.conftest import LONG
from tests.every_state import EXPLAINED, EveryState, every_state
from tests.factories import task_rows


@dataclass(frozen=True)
class Who:
    """Somebody who tries, and `where` their roles and their being an admin are."""

    name: str
    roles: frozenset[Role] = frozenset()
    admin: bool = False
    active: bool = True
    where: str = "here"

    @property
    def rights(self) -> frozenset[Role]:
        return self.roles if self.where == "here" else frozenset()


EVERYBODY = (
    *(Who(f"{role}", frozenset({role}), active=active) for role in Role for active in (True, False)),
    Who("nobody"),
    Who("nobody", active=False),
    Who("admin", admin=True),
    Who("admin", admin=True, active=False),
    Who("all_roles", frozenset(Role)),
    Who("all_roles_elsewhere", frozenset(Role), where="another project"),
    Who("stranger", where="another team"),
    Who("strange_admin", frozenset(Role), admin=True, where="another team"),
)

ASSIGNMENTS = ("claimed", "under_waiting", "under_rejected", "under_accepted", "released", "expired")
REVIEWS = tuple(
    f"{level}{state}" for level in ("", "sup_") for state in ("waiting", "claimed", "accepted", "rejected")
)

VERSIONS = tuple(GuidelineState)

Try = Callable[[UnitOfWork, int, int], object]

ON_ASSIGNMENTS: dict[Action, Try] = {
    Action.SUBMIT: lambda uow, who, row: submit(
        uow, person_id=who, assignment_id=row, parts={"text": "다른 말"}
    ),
    Action.RELEASE: lambda uow, who, row: release(uow, person_id=who, assignment_id=row),
    Action.EXTEND: lambda uow, who, row: extend(uow, person_id=who, assignment_id=row),
}
ON_REVIEWS: dict[Action, Try] = {
    Action.REVIEW: lambda uow, who, row: claim_review(uow, person_id=who, review_id=row),
    Action.ACCEPT: lambda uow, who, row: accept(uow, person_id=who, review_id=row),
    Action.FIX_ACCEPT: lambda uow, who, row: fix_and_accept(
        uow, person_id=who, review_id=row, parts={"text": "거시기혀"}
    ),
    Action.REJECT: lambda uow, who, row: reject(uow, person_id=who, review_id=row, **EXPLAINED),
    Action.HAND_OVER: lambda uow, who, row: hand_over(uow, person_id=who, review_id=row, note="애매해요."),
    Action.UNDO: lambda uow, who, row: undo(uow, person_id=who, review_id=row),
}

ON_APPEALS: dict[Action, Try] = {
    Action.TAKE_APPEAL: lambda uow, who, row: take_appeal(uow, person_id=who, appeal_id=row),
    Action.JUDGE_APPEAL: lambda uow, who, row: appeals.uphold(uow, person_id=who, appeal_id=row),
    Action.WITHDRAW_APPEAL: lambda uow, who, row: appeals.withdraw(uow, person_id=who, appeal_id=row),
}
ON_REJECTS: dict[Action, Try] = {
    Action.APPEAL: lambda uow, who, row: appeals.appeal(
        uow, person_id=who, verdict_id=_verdict_of(uow.session, row), words="들리는 대로예요."
    ),
}


def _verdict_of(session: Session, assignment_id: int) -> int:
    return session.scalars(select(Verdict.id).where(Verdict.assignment_id == assignment_id)).one()


def _project(uow: UnitOfWork, row: int) -> Project:
    return uow.session.get_one(Project, row)


ON_QUESTIONS = (Action.ASK, Action.REPLY, Action.VERIFY, Action.DECIDE_TERM)
ON_TRANSLATIONS = (
    Action.TRANSLATE,
    Action.REPORT_TRANSLATION,
    Action.FIX_TRANSLATION,
    Action.APPROVE_NOTICE,
    Action.READ_NOTICE,
)
ON_QUALITY = (Action.SPOT_CHECK, Action.SEE_QUALITY, Action.ADJUDICATE)
ON_WORK = (Action.JOIN_CALL_OUT, Action.WISH, Action.SEE_BOARD, Action.RECLAIM)
"""For their rows see test_call_outs.py, test_handlers_call_outs.py and test_reclaiming.py."""
ON_PEOPLE = (Action.GRANT, Action.TAKE_QUIZ, Action.SETTLE_SUGGESTION)
ON_PAY = (
    Action.SEE_PAY,
    Action.CLOSE_PAY,
    Action.PAY,
    Action.ASK_PAY,
    Action.DECIDE_PAY,
    Action.WITHDRAW_PAY,
)


def _asked_of_project(action: Action) -> Try:
    return lambda uow, who, row: require(uow, action, who, row, Subject("project", row))


ON_PROJECTS: dict[Action, Try] = {
    Action.CLAIM: lambda uow, who, _row: claim_next(uow, person_id=who, project_key="dial"),
    Action.IMPORT: lambda uow, who, row: import_tasks(
        uow, project=_project(uow, row), source_name="more.csv", rows=task_rows(2, 900), actor_id=who
    ),
    Action.EXPORT: lambda uow, who, row: order_export(
        uow, person_id=who, project=_project(uow, row), what=What.RESULTS, form=Format.CSV
    ),
    Action.SEE_STATUS: lambda uow, who, row: require(
        uow, Action.SEE_STATUS, who, row, Subject("project", row)
    ),
    Action.SEE_GUIDELINE: lambda uow, who, row: require(
        uow, Action.SEE_GUIDELINE, who, row, Subject("project", row)
    ),
    Action.UPLOAD_GUIDELINE: lambda uow, who, row: upload(
        uow,
        actor_id=who,
        project=_project(uow, row),
        name="guide.md",
        sha256="0" * 64,
        guideline=read_guideline(b"# Guide\n\nWrite what you hear.\n", "guide.md"),
    ),
    Action.CREATE_PROJECT: lambda uow, who, _row: create_project(
        uow, actor_id=who, plan=ProjectPlan("NEW", "새 일", TaskType.TRANSLATION)
    ),
    Action.SET_ROLE: lambda uow, who, row: set_role(
        uow, actor_id=who, project=_project(uow, row), user="UJUN", role=Role.PM, granted=True
    ),
    Action.SET_PRICE: lambda uow, who, row: set_price(
        uow, actor_id=who, project=_project(uow, row), amount_minor=400
    ),
    Action.SET_QUESTIONS: lambda uow, who, row: set_question_channel(
        uow, actor_id=who, project=_project(uow, row), channel="C0CREW"
    ),
    Action.SET_BRIDGE: lambda uow, who, row: set_bridge(
        uow, actor_id=who, project=_project(uow, row), channel="C0BOTH"
    ),
    Action.SET_TRANSLATION: lambda uow, who, row: set_mode(
        uow, actor_id=who, project=_project(uow, row), mode=TranslationMode.OFF
    ),
    Action.NOTICE: lambda uow, who, row: notices.draft(
        uow, person_id=who, project_id=row, english="Hello.", korean="안녕하세요."
    ),
    Action.SET_DIGEST: lambda uow, who, row: set_schedule(
        uow, person_id=who, project_id=row, audience=Audience.CREW, hhmm="10:00"
    ),
    Action.SWITCH_DIGEST: lambda uow, who, row: require(
        uow, Action.SWITCH_DIGEST, who, row, Subject("project", row)
    ),
    Action.SET_DEADLINE: lambda uow, who, row: set_deadline(
        uow, person_id=who, project_id=row, deadline=date(2030, 1, 31)
    ),
    Action.OPEN_ISSUE: lambda uow, who, row: open_issue(
        uow, person_id=who, project_id=row, severity=Severity.S2, request="멈췄어요."
    ),
    Action.REPORT_NAMELESSLY: lambda uow, who, row: open_issue(
        uow,
        person_id=who,
        project_id=row,
        severity=Severity.S2,
        request="들어 주세요.",
        source=IssueSource.NAMELESS,
    ),
    Action.SET_ESCALATION: lambda uow, who, row: set_plan(
        uow,
        person_id=who,
        project_id=row,
        severity=Severity.S2,
        ack_minutes=5,
        step_minutes=5,
        resolve_minutes=60,
    ),
    Action.SET_GOLD: lambda uow, who, row: set_gold(
        uow, actor_id=who, project_id=row, task_id=1, answer="거시기"
    ),
    Action.CONSENT: lambda uow, who, row: consent(uow, person_id=who, project_id=row),
    Action.CALL_OUT: lambda uow, who, row: call_out(
        uow,
        actor_id=who,
        project_id=row,
        headcount=1,
        mode=CallOutMode.FIRST,
        deadline=uow.now + timedelta(hours=1),
        channel="C0CREW",
    ),
    Action.SET_RULES: lambda uow, who, row: set_rules(
        uow, actor_id=who, project_id=row, changes={"overlap": 2}
    ),
    Action.DUTY: lambda uow, who, row: switch_on(uow, person_id=who, project_id=row),
    # What these are asked for are rows of a project, whose own states test_faq.py, test_renditions.py,
    # test_correcting.py, test_notices.py, test_pay_requests.py and test_statements.py go through.
    # Holds and decisions are about tasks, see test_holds.py and test_voting.py; for people's qualifications see
    # test_gates.py and test_quizzes.py.
    **{
        action: _asked_of_project(action)
        for action in (
            *ON_QUESTIONS,
            *ON_TRANSLATIONS,
            *ON_PAY,
            *ON_WORK,
            *ON_PEOPLE,
            *ON_QUALITY,
            Action.HOLD,
        )
    },
}
ON_GUIDELINES: dict[Action, Try] = {
    Action.PUBLISH_GUIDELINE: lambda uow, who, row: publish(uow, actor_id=who, version=row),
    Action.ACKNOWLEDGE: lambda uow, who, row: acknowledge(uow, person_id=who, version_id=row),
    Action.READ_GUIDELINE: lambda uow, who, row: _read(uow, who, row),
}
ON_ISSUES: dict[Action, Try] = {
    Action.SEE_ISSUE: lambda uow, who, row: may(uow, action=Action.SEE_ISSUE, person_id=who, issue_id=row),
    Action.ACK_ISSUE: lambda uow, who, row: take(uow, person_id=who, issue_id=row),
    Action.STEER_ISSUE: lambda uow, who, row: level_up(uow, person_id=who, issue_id=row),
    Action.SAY: lambda uow, who, row: say(uow, person_id=who, issue_id=row, words="네"),
    Action.RESOLVE_ISSUE: lambda uow, who, row: resolve(
        uow,
        person_id=who,
        issue_id=row,
        ver=1,
        cause="소음",
        remedy="다시 들었어요.",
        section=None,
        release=True,
    ),
    Action.WITHDRAW_ISSUE: lambda uow, who, row: withdraw(uow, person_id=who, issue_id=row),
    Action.REOPEN_ISSUE: lambda uow, who, row: reopen(uow, person_id=who, issue_id=row),
    Action.RULE: lambda uow, who, row: rule(
        uow, person_id=who, issue_id=row, ver=1, words="들리는 대로 적어요."
    ),
}
ON_PROPOSALS: dict[Action, Try] = {
    Action.DECIDE_RULING: lambda uow, who, row: decide_ruling(
        uow, person_id=who, ruling_id=row, ver=1, agree=True
    ),
    Action.DECIDE_NOTE: lambda uow, who, row: decide(uow, person_id=who, note_id=row, ver=1, taken=True),
}


def _read(uow: UnitOfWork, who: int, row: int) -> None:
    version = uow.session.get_one(GuidelineVersion, row)
    subject = Subject("guideline", row, version.state)
    require(uow, Action.READ_GUIDELINE, who, version.project_id, subject)


READS = {
    Action.SEE_STATUS,
    Action.SEE_GUIDELINE,
    Action.READ_GUIDELINE,
    Action.SWITCH_DIGEST,
    Action.SEE_ISSUE,
    Action.HOLD,
    *ON_QUESTIONS,
    *ON_TRANSLATIONS,
    *ON_PAY,
    *ON_PEOPLE,
    *ON_QUALITY,
    *ON_WORK,
}
"""Actions that write nothing when they are allowed."""


PACE = 1 if LONG else 5
"""PostgreSQL is asked about every fifth cell: who may do what is decided before it is asked for anything.

Five shares no factor with the number of relations: each comes by for everybody and in every state.
"""


class Matrix:
    """A connection on which everything is undone after each cell, with an own person for every `Who`."""

    def __init__(self, states: EveryState, connection: Connection) -> None:
        self.states = states
        self.connection = connection
        self.cells = 0
        self.wrong: list[str] = []
        self.ids = {who: self._add(who, n) for n, who in enumerate(EVERYBODY)}

    def _add(self, who: Who, number: int) -> int:
        team_id, project_id = self.states.crew.team_id, self.states.crew.project_id
        now = self.states.clock()
        if who.where != "here":
            if who.where == "another team":
                team_id = self._new(Team, slack_id=f"T{number}", created_at=now)
            project_id = self._new(
                Project, team_id=team_id, key="DIAL" if who.where == "another team" else "ELSE", name="x",
                type=TaskType.TRANSCRIPTION, zone="UTC", created_at=now,
            )  # fmt: skip
        person_id = self._new(
            Person, team_id=team_id, slack_id=f"U{number}", nickname=f"n{number}", language="ko", zone="UTC",
            admin=who.admin, active=who.active, created_at=now,
        )  # fmt: skip
        for role in who.roles:
            self._new(Membership, project_id=project_id, person_id=person_id, role=role, created_at=now)
        return person_id

    def _new(self, model: Any, **values: object) -> int:
        row: int = self.connection.scalars(insert(model).values(**values).returning(model.id)).one()
        return row

    def cells_of(self, *axes: Iterable[Any]) -> tuple[tuple[Any, ...], ...]:
        """Return the cells to be tried: all of them on SQLite, where each takes a millisecond."""
        pace = 1 if self.states.database.is_sqlite else PACE
        return tuple(islice(product(*axes), 0, None, pace))

    def add_version(self, state: GuidelineState) -> int:
        """Add a guideline version in a state and return its id."""
        now = self.states.clock()
        return self._new(
            GuidelineVersion, project_id=self.states.crew.project_id, number=7, state=state, title="x",
            source_name="x.md", sha256="0" * 64, words=1, uploaded_at=now, effective_at=now,
        )  # fmt: skip

    def add_issue(self, state: IssueState, opener_id: int) -> int:
        """Add an issue of the project in a state and return its id."""
        now, crew = self.states.clock(), self.states.crew
        return self._new(
            Issue, team_id=crew.team_id, project_id=crew.project_id, severity=Severity.S2, state=state,
            source=IssueSource.THREAD, asked=Asked.SUPERVISOR, level=Level.DUTY, opener_id=opener_id,
            request="", opened_at=now, resolved_at=now,
        )  # fmt: skip

    def add_proposal(self, action: Action, state: str) -> int:
        """Add what this action decides about, in a state, and return its id."""
        now, crew = self.states.clock(), self.states.crew
        issue_id = self.add_issue(IssueState.ACKED, crew["mina"])
        made: dict[str, object] = {
            "issue_id": issue_id,
            "words": "x",
            "made_by_id": crew["bridge"],
            "state": state,
        }
        if action is Action.DECIDE_RULING:
            return self._new(Ruling, made_at=now, **made)
        return self._new(GuidelineNote, project_id=crew.project_id, created_at=now, **made)

    def add_appeal(
        self, state: AppealState, stage: AppealStage, judge_id: int | None, author_id: int | None
    ) -> int:
        """Add an appeal against the reject there is, in a state, and return its id."""
        now, held = self.states.clock(), self.states.assignments["under_rejected"]
        work = self.connection.execute(select(Verdict).where(Verdict.assignment_id == held)).one()
        task_id = self.connection.scalars(select(Assignment.task_id).where(Assignment.id == held)).one()
        self.connection.execute(
            update(Assignment).where(Assignment.id == held).values(state=AssignmentState.APPEALED)
        )
        return self._new(
            Appeal, verdict_id=work.id, assignment_id=held, submission_id=work.submission_id, task_id=task_id,
            project_id=self.states.crew.project_id, author_id=author_id or self.states.crew["mina"], stage=stage,
            state=state, words="x", reviewer_id=judge_id, decide_by=now, opened_at=now,
        )  # fmt: skip

    def written(self) -> int:
        """Return how many rows this connection has inserted, updated or deleted so far."""
        if self.states.database.is_sqlite:
            driver: Any = self.connection.connection.driver_connection
            return int(driver.total_changes)
        count = "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables"
        return int(self.connection.exec_driver_sql(count).scalar_one())

    def attempt(
        self, action: Action, expected: type[DomainError] | None, call: Try, who: Who, row: int
    ) -> None:
        """Try once; note an unexpected outcome, or a refusal that wrote more than its audit row."""
        self.cells += 1
        person_id = self.ids[who]
        outcome: DomainError | None = None
        before = self.written()
        with Session(self.connection, join_transaction_mode="create_savepoint") as session:
            uow = UnitOfWork(session, self.states.clock())
            try:
                call(uow, person_id, row)
            except DomainError as error:
                outcome = error
            session.flush()
            wrote = self.written() - before
            if outcome is not None:
                record_denied(uow, team_id=self.states.crew.team_id, actor_id=person_id, error=outcome)
            session.flush()
            traced = self.written() - before - wrote
            denied = session.execute(_DENIED).scalar_one()
        fits = type(outcome) is (expected or type(None))
        if expected is None:
            quiet = bool(wrote) == (action not in READS)
        else:
            quiet = wrote == 0 and traced == denied == (expected in (NotAllowed, NotYours))
        if not fits or not quiet:
            self.wrong.append(
                f"{action} by {who} on {row}: {outcome!r}, not {expected}; {wrote}+{traced} rows"
            )


_DENIED = select(func.count()).where(Audit.outcome == AuditOutcome.DENIED)


def _expected(
    action: Action, who: Who, *, owner: bool, author: bool, state: str, high: bool
) -> type[DomainError] | None:
    """Read the answer off the table, without the function under test."""
    rule = POLICY[action]
    admin_here = who.admin and (who.where != "another team" or action is Action.CREATE_PROJECT)
    fits = bool(rule.roles & who.rights) or (rule.admin and admin_here)
    if not who.active or not fits or (high and Role.SUPERVISOR not in who.rights):
        return NotAllowed
    if rule.relation in (Relation.OWNER, Relation.OWNER_NOT_AUTHOR) and not owner:
        return NotYours
    if rule.relation in (Relation.NOT_AUTHOR, Relation.OWNER_NOT_AUTHOR) and author:
        return NotYours
    return StaleAction if rule.states and state not in rule.states else None


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def matrix(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matrix]:
    with (
        every_state(request.param, request, tmp_path_factory) as states,
        states.database.writer.connect() as connection,
    ):
        yield Matrix(states, connection)


@pytest.fixture(autouse=True)
def _fresh(matrix: Matrix) -> None:
    matrix.cells, matrix.wrong = 0, []


def test_the_count_notices_every_kind_of_write(matrix: Matrix) -> None:
    person = matrix.ids[EVERYBODY[0]]
    with matrix.connection.begin_nested() as nested:
        for statement in (
            insert(Team).values(slack_id="T9", created_at=matrix.states.clock()),
            update(Person).where(Person.id == person).values(language="ko"),
            delete(Membership).where(Membership.person_id == person),
        ):
            before = matrix.written()
            matrix.connection.execute(statement)
            assert matrix.written() == before + 1
        nested.rollback()


def test_every_action_has_a_place_in_the_matrix() -> None:
    assert (
        {*ON_ASSIGNMENTS, *ON_REVIEWS, *ON_PROJECTS, *ON_GUIDELINES, *ON_ISSUES, *ON_PROPOSALS}
        | {*ON_APPEALS, *ON_REJECTS}
        == set(Action)
        == set(POLICY)
    )


@pytest.mark.parametrize("action", ON_ASSIGNMENTS)
def test_on_assignments(matrix: Matrix, action: Action) -> None:
    cells = matrix.cells_of(ASSIGNMENTS, EVERYBODY, (True, False))
    for name, who, owner in cells:
        row = matrix.states.assignments[name]
        with matrix.connection.begin_nested() as setup:
            if owner:
                _make_author(matrix, row, matrix.ids[who])
            state = matrix.connection.scalars(select(Assignment.state).where(Assignment.id == row)).one()
            expected = _expected(action, who, owner=owner, author=owner, state=state, high=False)
            matrix.attempt(action, expected, ON_ASSIGNMENTS[action], who, row)
            setup.rollback()
    assert matrix.wrong == []
    assert matrix.cells == len(cells)


def _make_author(matrix: Matrix, assignment_id: int, person_id: int) -> None:
    for model, column, key in (
        (Assignment, "person_id", Assignment.id),
        (Submission, "author_id", Submission.assignment_id),
        (Review, "author_id", Review.assignment_id),
    ):
        matrix.connection.execute(update(model).where(key == assignment_id).values({column: person_id}))


@pytest.mark.parametrize("action", ON_REVIEWS)
def test_on_reviews(matrix: Matrix, action: Action) -> None:
    cells = matrix.cells_of(REVIEWS, EVERYBODY, (True, False), (True, False))
    for name, who, owner, author in cells:
        row = matrix.states.reviews[name]
        with matrix.connection.begin_nested() as setup:
            if author:
                _make_author(matrix, matrix.states.assignments[f"under_{name}"], matrix.ids[who])
            if owner:
                matrix.connection.execute(
                    update(Review).where(Review.id == row).values(reviewer_id=matrix.ids[who])
                )
            bare = name.removeprefix("sup_")
            state = "decided" if bare in ("accepted", "rejected") else bare
            expected = _expected(
                action, who, owner=owner, author=author, state=state, high=name.startswith("sup_")
            )
            matrix.attempt(action, expected, ON_REVIEWS[action], who, row)
            setup.rollback()
    assert matrix.wrong == []
    assert matrix.cells == len(cells)


@pytest.mark.parametrize("action", ON_REJECTS)
def test_on_rejects(matrix: Matrix, action: Action) -> None:
    cells = matrix.cells_of(("under_rejected", "under_accepted"), EVERYBODY, (True, False))
    for name, who, owner in cells:
        row = matrix.states.assignments[name]
        with matrix.connection.begin_nested() as setup:
            if owner:
                _make_author(matrix, row, matrix.ids[who])
            state = "returned" if name == "under_rejected" else "accepted"
            expected = _expected(action, who, owner=owner, author=owner, state=state, high=False)
            matrix.attempt(action, expected, ON_REJECTS[action], who, row)
            setup.rollback()
    assert matrix.wrong == []
    assert matrix.cells == len(cells)


@pytest.mark.parametrize("action", ON_APPEALS)
def test_on_appeals(matrix: Matrix, action: Action) -> None:
    """The judge is the owner of an appeal, but whoever withdraws it is its author."""
    withdraws = action is Action.WITHDRAW_APPEAL
    owned = (True, False) if action is Action.JUDGE_APPEAL else (False,)
    cells = matrix.cells_of(AppealState, AppealStage, EVERYBODY, owned, (True, False))
    for state, stage, who, owner, author in cells:
        with matrix.connection.begin_nested() as setup:
            me = matrix.ids[who]
            row = matrix.add_appeal(state, stage, me if owner else None, me if author else None)
            expected = _expected(
                action,
                who,
                owner=author if withdraws else owner,
                author=author,
                state=state,
                high=stage is AppealStage.SUPERVISOR and not withdraws,
            )
            matrix.attempt(action, expected, ON_APPEALS[action], who, row)
            setup.rollback()
    assert matrix.wrong == []
    assert matrix.cells == len(cells)


@pytest.mark.parametrize("action", ON_GUIDELINES)
def test_on_guidelines(matrix: Matrix, action: Action) -> None:
    for state in VERSIONS:
        with matrix.connection.begin_nested() as setup:
            row = matrix.add_version(state)
            for who in EVERYBODY:
                expected = _expected(action, who, owner=False, author=False, state=state, high=False)
                matrix.attempt(action, expected, ON_GUIDELINES[action], who, row)
            setup.rollback()
    assert matrix.wrong == []
    assert matrix.cells == len(VERSIONS) * len(EVERYBODY)


@pytest.mark.parametrize("action", ON_ISSUES)
def test_on_issues(matrix: Matrix, action: Action) -> None:
    # Who has opened it counts for one of them only.
    apart = POLICY[action].relation is Relation.OWNER
    cells = matrix.cells_of(IssueState, EVERYBODY, (True, False) if apart else (False,))
    for state, who, owner in cells:
        opener = matrix.ids[who] if owner else matrix.states.crew["mina"]
        with matrix.connection.begin_nested() as setup:
            row = matrix.add_issue(state, opener)
            expected = _expected(action, who, owner=owner, author=False, state=state, high=False)
            matrix.attempt(action, expected, ON_ISSUES[action], who, row)
            setup.rollback()
    assert matrix.wrong == []
    assert matrix.cells == len(cells)


@pytest.mark.parametrize("action", ON_PROPOSALS)
def test_on_what_is_proposed(matrix: Matrix, action: Action) -> None:
    states: tuple[str, ...] = tuple(RulingState if action is Action.DECIDE_RULING else NoteState)
    cells = matrix.cells_of(states, EVERYBODY)
    for state, who in cells:
        with matrix.connection.begin_nested() as setup:
            row = matrix.add_proposal(action, state)
            expected = _expected(action, who, owner=False, author=False, state=state, high=False)
            matrix.attempt(action, expected, ON_PROPOSALS[action], who, row)
            setup.rollback()
    assert matrix.wrong == []
    assert matrix.cells == len(cells)


@pytest.mark.parametrize("action", ON_PROJECTS)
def test_on_projects(matrix: Matrix, action: Action) -> None:
    for who in EVERYBODY:
        expected = _expected(action, who, owner=False, author=False, state="", high=False)
        if action is Action.CLAIM and expected is NotAllowed and who.active:
            # Asking for work without a role is no trespass: the answer says how to get one.
            expected = NoWork
        matrix.attempt(action, expected, ON_PROJECTS[action], who, matrix.states.crew.project_id)
    assert matrix.wrong == []


def test_the_next_review_only_for_those_who_judge_here(matrix: Matrix) -> None:
    for who in EVERYBODY:
        judge = who.active and bool(who.rights & {Role.REVIEWER, Role.SUPERVISOR})
        matrix.attempt(
            Action.REVIEW,
            None if judge else NoWork,
            lambda uow, person_id, _row: claim_next_review(uow, person_id=person_id, project_key="dial"),
            who,
            0,
        )
    assert matrix.wrong == []
