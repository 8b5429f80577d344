"""All tables, importable from one place so that the MetaData is whole."""

from bot.db.models.base import Base
from bot.db.models.digest import AlertIncident, AlertTold, CoachNote, DigestPlan, DigestRun
from bot.db.models.guideline import Acknowledgement, Embedding, GuidelineSection, GuidelineVersion
from bot.db.models.hold import Hold
from bot.db.models.issue import (
    ContentPrint,
    Duty,
    EscalationPlan,
    GuidelineNote,
    Issue,
    IssueAlert,
    IssueStep,
    IssueTask,
    IssueTimer,
    Leak,
    PrintProgress,
    Ruling,
)
from bot.db.models.notice import Notice, NoticeReceipt
from bot.db.models.pay import PayRequest, Statement, StatementLine, StatementShare
from bot.db.models.people import Person, Team
from bot.db.models.project import Membership, Price, Project
from bot.db.models.question import (
    FaqEntry,
    Handover,
    Question,
    QuestionChannel,
    QuestionFollower,
    QuestionJudgement,
    Term,
)
from bot.db.models.review import LedgerLine, Review, Verdict
from bot.db.models.trail import Audit, AuditOutcome, OutboxRow, OutboxState, PostedCard, RequestKey
from bot.db.models.translation import (
    BridgedChannel,
    CachedTranslation,
    Rendition,
    SourceText,
    TranslationMemory,
    TranslationUse,
)
from bot.db.models.work import AnswerSlot, Assignment, Batch, Submission, Task

__all__ = [
    "Acknowledgement",
    "AlertIncident",
    "AlertTold",
    "AnswerSlot",
    "Assignment",
    "Audit",
    "AuditOutcome",
    "Base",
    "Batch",
    "BridgedChannel",
    "CachedTranslation",
    "CoachNote",
    "ContentPrint",
    "DigestPlan",
    "DigestRun",
    "Duty",
    "Embedding",
    "EscalationPlan",
    "FaqEntry",
    "GuidelineNote",
    "GuidelineSection",
    "GuidelineVersion",
    "Handover",
    "Hold",
    "Issue",
    "IssueAlert",
    "IssueStep",
    "IssueTask",
    "IssueTimer",
    "Leak",
    "LedgerLine",
    "Membership",
    "Notice",
    "NoticeReceipt",
    "OutboxRow",
    "OutboxState",
    "PayRequest",
    "Person",
    "PostedCard",
    "Price",
    "PrintProgress",
    "Project",
    "Question",
    "QuestionChannel",
    "QuestionFollower",
    "QuestionJudgement",
    "Rendition",
    "RequestKey",
    "Review",
    "Ruling",
    "SourceText",
    "Statement",
    "StatementLine",
    "StatementShare",
    "Submission",
    "Task",
    "Team",
    "Term",
    "TranslationMemory",
    "TranslationUse",
    "Verdict",
]
