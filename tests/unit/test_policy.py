"""Who may do what, written out by hand: a change of the policy table must be meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis.strategies import booleans, builds, frozensets, integers, none, sampled_from

from bot.domain.assignment import AssignmentState
from bot.domain.errors import DomainError, NotAllowed, NotYours, StaleAction
from bot.domain.escalation import IssueState, NoteState, RulingState
from bot.domain.guideline import GuidelineState
from bot.domain.pay import RequestState, StatementState
from bot.domain.people import Actor, Role
from bot.domain.policy import POLICY, Action, Relation, Rule, Subject, authorise
from bot.domain.quality import AppealState
from bot.domain.review import ReviewState
from bot.domain.task import TaskState

# action: who | how they stand to the row | states it must be in
TABLE = """
task.claim         worker                | none             |
task.submit        worker                | owner            | claimed expired returned
task.release       worker                | owner            | claimed returned
task.extend        worker                | owner            | claimed
review.claim       reviewer supervisor   | not_author       | waiting
review.accept      reviewer supervisor   | owner_not_author | claimed
review.fix_accept  reviewer supervisor   | owner_not_author | claimed
review.reject      reviewer supervisor   | owner_not_author | claimed
review.hand_over   reviewer supervisor   | owner_not_author | claimed
review.undo        reviewer supervisor   | owner_not_author | decided
project.import     admin pm              | none             |
project.export     admin pm              | none             |
project.status     admin pm supervisor   | none             |
guideline.see      admin pm supervisor   | none             |
guideline.upload   admin pm              | none             |
guideline.publish  admin pm              | none             | draft
guideline.acknowledge  worker            | none             | current scheduled
guideline.read     admin pm reviewer supervisor worker | none | current past scheduled
admin.project      admin                 | none             |
admin.role         admin                 | none             |
admin.price        admin                 | none             |
question.ask       admin pm reviewer supervisor worker | none |
question.reply     admin pm supervisor   | none             |
answer.verify      admin pm              | none             |
term.decide        admin pm supervisor   | none             |
admin.questions    admin                 | none             |
admin.bridge       admin                 | none             |
admin.translate    admin                 | none             |
translation.want   admin pm reviewer supervisor worker | none |
translation.report admin pm reviewer supervisor worker | none |
translation.fix    admin pm supervisor   | none             |
notice.write       admin pm supervisor   | none             |
notice.approve     supervisor            | none             |
notice.read        admin pm reviewer supervisor worker | none |
pay.see            admin pm              | none             |
pay.close          admin pm              | none             |
pay.paid           admin pm              | none             | closed
pay.ask            admin pm              | none             |
pay.decide         admin pm              | neither          | asked
pay.withdraw       admin pm              | owner            | asked
digest.schedule    admin pm supervisor   | none             |
digest.switch      worker                | none             |
project.deadline   admin pm              | none             |
issue.open         admin pm reviewer supervisor worker | none |
issue.see          admin pm reviewer supervisor worker | none |
issue.acknowledge  admin pm supervisor   | none             | open
issue.steer        admin pm supervisor   | none             | acked open waiting_pm waiting_worker
issue.say          admin pm reviewer supervisor worker | none | acked open resolved waiting_pm waiting_worker
issue.resolve      admin pm supervisor   | none             | acked open waiting_pm waiting_worker
issue.withdraw     admin pm reviewer supervisor worker | owner | open
issue.reopen       admin pm reviewer supervisor worker | none | resolved
issue.plan         admin pm              | none             |
duty.switch        supervisor            | none             |
task.hold          admin pm supervisor   | none             |
ruling.make        supervisor            | none             | acked open waiting_pm waiting_worker
ruling.decide      admin pm              | none             | standing
guideline.note     admin pm              | none             | proposed
issue.report       reviewer worker       | none             |
callout.make       admin pm supervisor   | none             |
callout.join       worker                | none             |
work.wish          worker                | none             |
project.board      admin pm supervisor   | none             |
task.reclaim       admin supervisor      | none             |
qualification.grant  admin supervisor    | none             |
task.gold          admin pm supervisor   | none             |
quiz.take          worker                | none             |
suggestion.settle  admin supervisor      | none             |
work.consent       worker                | none             |
project.rules      admin pm              | none             |
task.adjudicate    supervisor            | not_author       | adjudication
submission.check   admin pm supervisor   | none             |
project.quality    admin pm supervisor   | none             |
verdict.appeal     worker                | owner            | returned
appeal.claim       reviewer supervisor   | not_author       | waiting
appeal.judge       reviewer supervisor   | owner_not_author | claimed
appeal.withdraw    worker                | owner            | claimed waiting
"""


def _described() -> set[tuple[str, frozenset[str], str, frozenset[str]]]:
    rows = set()
    for line in TABLE.strip().splitlines():
        who, relation, states = line.split("|")
        action, *roles = who.split()
        rows.add((action, frozenset(roles), relation.strip(), frozenset(states.split())))
    return rows


def test_the_table_is_what_was_agreed() -> None:
    actual = {
        (
            action.value,
            frozenset(role.value for role in rule.roles) | ({"admin"} if rule.admin else frozenset()),
            rule.relation.value,
            frozenset(str(state) for state in rule.states),
        )
        for action, rule in POLICY.items()
    }
    assert actual == _described()


def test_every_state_of_the_table_exists() -> None:
    kinds = (
        *(AssignmentState, GuidelineState, ReviewState, RequestState, StatementState),
        *(IssueState, RulingState, NoteState, AppealState, TaskState),
    )
    known = {str(state) for kind in kinds for state in kind}
    assert {str(state) for rule in POLICY.values() for state in rule.states} <= known


ME, OTHER = 1, 2

ACTORS = builds(
    Actor, integers(ME, OTHER), frozensets(sampled_from(Role)), admin=booleans(), active=booleans()
)
SUBJECTS = builds(
    Subject,
    sampled_from(("assignment", "review", "project")),
    integers(1, 9),
    sampled_from(sorted({*AssignmentState, *ReviewState, *RequestState, ""})),
    owner_id=none() | integers(ME, OTHER),
    author_id=none() | integers(ME, OTHER),
    supervisor_only=booleans(),
)


def _answer(action: Action, actor: Actor, subject: Subject) -> type[DomainError] | None:
    try:
        authorise(action, actor, subject)
    except DomainError as error:
        return type(error)
    return None


@given(sampled_from(Action), ACTORS, SUBJECTS)
def test_nobody_gone_and_nobody_without_a_right_gets_through(
    action: Action, actor: Actor, subject: Subject
) -> None:
    rule, answer = POLICY[action], _answer(action, actor, subject)
    if not actor.active or not (actor.roles & rule.roles or (actor.admin and rule.admin)):
        assert answer is NotAllowed
    if subject.supervisor_only and Role.SUPERVISOR not in actor.roles:
        assert answer is NotAllowed
    if answer is None:
        assert not rule.states or subject.state in rule.states
        assert (
            "owner" not in rule.relation.split("_")
            or subject.owner_id == actor.person_id
            or (rule.relation is Relation.NOT_AUTHOR)
        )
        assert not rule.relation.endswith("not_author") or subject.author_id != actor.person_id
        if rule.relation is Relation.NEITHER:
            assert actor.person_id not in (subject.owner_id, subject.author_id)


@given(sampled_from(Action), ACTORS, SUBJECTS)
def test_only_who_has_a_right_to_a_row_learns_its_state(
    action: Action, actor: Actor, subject: Subject
) -> None:
    """With every state of the row the answer to somebody without the right is the same."""
    answer = _answer(action, actor, subject)
    if answer in (NotAllowed, NotYours):
        for state in (*AssignmentState, *ReviewState, ""):
            moved = Subject(
                subject.type, subject.id, state, subject.owner_id, subject.author_id, subject.supervisor_only
            )
            assert _answer(action, actor, moved) is answer


@given(sampled_from(Action), ACTORS, SUBJECTS, frozensets(sampled_from(Role)))
def test_more_roles_never_mean_fewer_rights(
    action: Action, actor: Actor, subject: Subject, more: frozenset[Role]
) -> None:
    if _answer(action, actor, subject) is None:
        richer = Actor(actor.person_id, actor.roles | more, actor.admin, actor.active)
        assert _answer(action, richer, subject) is None


def test_errors_name_what_was_tried() -> None:
    subject = Subject("assignment", 7, "accepted", owner_id=ME)
    with pytest.raises(NotAllowed) as refused:
        authorise(Action.RELEASE, Actor(ME), subject)
    assert (refused.value.action, refused.value.subject_type, refused.value.subject_id) == (
        "task.release", "assignment", 7,
    )  # fmt: skip
    with pytest.raises(NotYours):
        authorise(Action.RELEASE, Actor(OTHER, frozenset({Role.WORKER})), subject)
    with pytest.raises(StaleAction) as stale:
        authorise(Action.RELEASE, Actor(ME, frozenset({Role.WORKER})), subject)
    assert stale.value.state == "accepted"


def test_an_action_without_states_needs_no_row() -> None:
    assert Rule(frozenset()).states == frozenset()
    authorise(Action.CREATE_PROJECT, Actor(ME, admin=True), Subject("project"))
