"""From a fact in the outbox to a message in its reader's language, as things are at that moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.db.models import Person, Project
from bot.domain.assignment import AssignmentState, warn_moment
from bot.domain.people import Role
from bot.domain.review import ReviewState
from bot.domain.surface import DEFAULT_COMMANDS
from bot.domain.translation import SourceKind
from bot.i18n.catalogs import Catalogs
from bot.imports.problems import Problem, ProblemCode
from bot.outbox.issue_messages import IssueSaid, IssueSaidThere, IssueThreadCard, LeakWarning
from bot.outbox.messages import (
    AnswerCard,
    AssignmentCard,
    EngineTrouble,
    FaqCard,
    GuidelineCard,
    GuidelineReport,
    HandoverCard,
    HumanReply,
    ImportReport,
    JoinRequested,
    LeaseEnding,
    LeaseExpired,
    LimitReached,
    Message,
    MessageParked,
    NoticeCard,
    NoticeDraftCard,
    NoticeReminder,
    PrivateDataWarning,
    RejectCard,
    ReviewCard,
    ReviewHandedOver,
    ReviewReserved,
    RoleChanged,
    TranslationCard,
    TranslationReported,
)
from bot.outbox.pay_messages import PayChanged, PayRequested
from bot.outbox.quality_messages import CallOutCard
from bot.outbox.report_messages import AlertCard, CoachCard, DigestCard
from bot.reports.appeals import own_appeal
from bot.reports.cards import read_assignment, read_reject, read_review
from bot.reports.guidelines import changed, news_for, outline
from bot.reports.questions import read_answer, read_faq, read_handover, read_reply
from bot.reports.translations import read_relay
from bot.reports.waiting import may_take
from bot.slack import (
    render_call_outs,
    render_issue_threads,
    render_issues,
    render_leaks,
    render_quality,
    render_reports,
    render_translations,
)
from bot.slack.content import Content
from bot.slack.reader import Reader
from bot.slack.render_channels import render_notice, render_translation
from bot.slack.rendered import Rendered
from bot.slack.views import (
    admin,
    guideline_drafts,
    guidelines,
    handovers,
    people,
    questions,
    rejects,
    reviews,
    tasks,
)
from bot.slack.views.guideline_errors import guideline_refused
from bot.slack.views.import_errors import word_problem


def render(
    session: Session,
    message: Message,
    catalogs: Catalogs,
    now: datetime,
    *,
    commands: Mapping[str, str] = DEFAULT_COMMANDS,
) -> Rendered | None:
    """Return the message as its reader should see it now, or None when there is nothing to say any more.

    That is so when the person has left, the row is gone, or the fact was overtaken. What stands in a channel
    for everybody there outlives the one it is from.
    """
    person = session.get(Person, message.person_id)
    if isinstance(message, TranslationCard | NoticeCard):
        return _render_for_all(session, message, person)
    if isinstance(message, IssueThreadCard | IssueSaidThere):
        return render_issue_threads.render_there(session, message, person, catalogs, now, commands)
    if isinstance(message, CallOutCard):
        return render_call_outs.render_call_out(session, message, person, catalogs, now, commands)
    if isinstance(message, DigestCard):
        return (
            render_reports.render_digest(session, message, person, catalogs, now, commands)
            if person
            else None
        )
    if person is None or not person.active:
        return None
    reader = Reader(catalogs[person.language], person.language, person.zone, now, commands)
    content = _VIEWS[type(message)](session, reader, message)
    if content is None:
        return None
    if isinstance(message, AnswerCard | HumanReply) and message.channel:
        thread = message.thread_ts or None
        return Rendered(person.id, person.slack_id, message.channel, content, message.card, thread)
    return Rendered(person.id, person.slack_id, person.dm_channel, content, message.card)


def _render_for_all(
    session: Session, message: TranslationCard | NoticeCard, person: Person | None
) -> Rendered | None:
    if person is None:
        return None
    if isinstance(message, NoticeCard):
        return render_notice(session, message, person)
    return render_translation(session, message, person)


def _assignment_card(session: Session, reader: Reader, message: AssignmentCard) -> Content | None:
    facts = read_assignment(session, message.assignment_id)
    return tasks.assignment_card(reader, facts) if facts and facts.person_id == message.person_id else None


def _review_card(session: Session, reader: Reader, message: ReviewCard) -> Content | None:
    facts = read_review(session, message.review_id)
    if facts is None:
        return None
    allowed = may_take(session, message.person_id, message.review_id)
    note = read_relay(session, SourceKind.NOTE, message.review_id, message.person_id)
    return reviews.review_card(reader, facts, message.person_id, may_take=allowed, note=note)


def _reject_card(session: Session, reader: Reader, message: RejectCard) -> Content | None:
    facts = read_reject(session, message.verdict_id)
    if facts is None:
        return None
    relay = read_relay(session, SourceKind.COMMENT, message.verdict_id, message.person_id)
    return rejects.reject_card(reader, facts, relay, own_appeal(session, message.verdict_id))


def _lease_ending(session: Session, reader: Reader, message: LeaseEnding) -> Content | None:
    facts = read_assignment(session, message.assignment_id)
    if facts is None or facts.state is not AssignmentState.CLAIMED or facts.held is not None:
        return None
    # Somebody who asked for more time meanwhile needs no warning about the old deadline.
    still = warn_moment(facts.claimed_at, facts.lease_until) <= reader.now < facts.lease_until
    return tasks.lease_ending(reader, facts) if still else None


def _lease_expired(session: Session, reader: Reader, message: LeaseExpired) -> Content | None:
    facts = read_assignment(session, message.assignment_id)
    if facts is None or facts.state is not AssignmentState.EXPIRED:
        return None
    return tasks.lease_expired(reader, facts)


def _review_reserved(session: Session, reader: Reader, message: ReviewReserved) -> Content | None:
    facts = read_review(session, message.review_id)
    waits = facts is not None and facts.state is ReviewState.WAITING
    return reviews.reserved_notice(reader, facts) if facts and waits else None


def _review_handed_over(session: Session, reader: Reader, message: ReviewHandedOver) -> Content | None:
    facts = read_review(session, message.review_id)
    waits = facts is not None and facts.state is ReviewState.WAITING
    return reviews.handed_over_notice(reader, facts) if facts and waits else None


def _join_requested(session: Session, reader: Reader, message: JoinRequested) -> Content | None:
    newcomer = session.get(Person, message.newcomer_id)
    if newcomer is None or not newcomer.active:
        return None
    return people.join_requested(reader, newcomer.nickname, newcomer.slack_id)


def _role_changed(session: Session, reader: Reader, message: RoleChanged) -> Content | None:
    project = session.get(Project, message.project_id)
    if project is None:
        return None
    return people.role_changed(reader, project.key, project.name, Role(message.role), message.granted)


def _message_parked(_session: Session, reader: Reader, message: MessageParked) -> Content | None:
    return admin.message_parked(
        reader,
        message.parked_kind,
        message.error,
        message.outbox_id,
        lane=message.parked_lane,
        behind=message.count - 1,
    )


def _import_report(session: Session, reader: Reader, message: ImportReport) -> Content | None:
    project = session.get(Project, message.project_id)
    if project is None:
        return None
    problems = tuple(
        word_problem(
            reader.t, Problem(problem["line"], ProblemCode(problem["code"]), problem.get("values", {}))
        )
        for problem in message.problems
    )
    return admin.import_report(
        reader, project.key, message.added, message.unchanged, problems, message.omitted
    )


def _guideline_card(session: Session, reader: Reader, message: GuidelineCard) -> Content | None:
    news = news_for(session, message.version_id, message.person_id)
    return guidelines.guideline_card(reader, news) if news else None


def _guideline_report(session: Session, reader: Reader, message: GuidelineReport) -> Content | None:
    project = session.get(Project, message.project_id)
    if project is None:
        return None
    if message.version_id is None:
        return guideline_refused(reader, project.key, message.problem, message.values)
    shown = outline(session, message.version_id)
    return (
        guideline_drafts.outline_shown(reader, shown, changed(session, message.version_id)) if shown else None
    )


def _answer_card(session: Session, reader: Reader, message: AnswerCard) -> Content | None:
    facts = read_answer(session, message.question_id)
    return questions.answer_card(reader, facts) if facts else None


def _handover_card(session: Session, reader: Reader, message: HandoverCard) -> Content | None:
    facts = read_handover(session, message.handover_id)
    if facts is None:
        return None
    question, reply = (
        read_relay(session, kind, message.handover_id, message.person_id)
        for kind in (SourceKind.QUESTION, SourceKind.REPLY)
    )
    return handovers.handover_card(reader, facts, question, reply)


def _human_reply(session: Session, reader: Reader, message: HumanReply) -> Content | None:
    facts = read_reply(session, message.question_id)
    if facts is None:
        return None
    relay = read_relay(session, SourceKind.REPLY, facts.handover_id, message.person_id)
    return questions.human_reply(reader, facts, public=bool(message.channel), relay=relay)


def _faq_card(session: Session, reader: Reader, message: FaqCard) -> Content | None:
    facts = read_faq(session, message.faq_id)
    return handovers.faq_card(reader, facts) if facts else None


_VIEWS: dict[type[Message], Callable[[Session, Reader, Any], Content | None]] = {
    AssignmentCard: _assignment_card,
    ReviewCard: _review_card,
    RejectCard: _reject_card,
    LeaseEnding: _lease_ending,
    LeaseExpired: _lease_expired,
    ReviewReserved: _review_reserved,
    ReviewHandedOver: _review_handed_over,
    JoinRequested: _join_requested,
    RoleChanged: _role_changed,
    MessageParked: _message_parked,
    ImportReport: _import_report,
    AnswerCard: _answer_card,
    HandoverCard: _handover_card,
    HumanReply: _human_reply,
    FaqCard: _faq_card,
    GuidelineCard: _guideline_card,
    GuidelineReport: _guideline_report,
    TranslationReported: render_translations.translation_reported,
    PrivateDataWarning: render_translations.private_data_warning,
    LimitReached: render_translations.limit_reached,
    EngineTrouble: render_translations.engine_trouble,
    NoticeDraftCard: render_translations.notice_draft_card,
    NoticeReminder: render_translations.notice_reminder,
    AlertCard: render_reports.alert,
    CoachCard: render_reports.coach,
    PayRequested: render_reports.pay_requested,
    PayChanged: render_reports.pay_changed,
    **render_issues.VIEWS,
    **render_quality.VIEWS,
    LeakWarning: render_leaks.leak_warning,
    IssueSaid: render_issue_threads.issue_said,
}
