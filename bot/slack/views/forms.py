"""The windows in which people write: a worker's answer, a reviewer's verdict, and joining."""

from __future__ import annotations

from bot.domain.answers import ANSWER_LIMIT, NOTE, UNUSABLE, Answer, UnusableReason
from bot.domain.assignment import AssignmentState
from bot.domain.people import NICKNAME_LIMIT
from bot.domain.review import COMMENT_LIMIT, SECTION_LIMIT, reasons_for
from bot.domain.task import TaskType
from bot.i18n.catalogs import LANGUAGES
from bot.reports.cards import AssignmentFacts, ReviewFacts, TaskFacts
from bot.slack import ids
from bot.slack.blocks import Json, Run, divider, full_quote, quote, section
from bot.slack.ids import FormRef
from bot.slack.inputs import choice, file_input, modal, text_input
from bot.slack.mrkdwn import one_line
from bot.slack.reader import Reader
from bot.slack.views.people import LANGUAGE_NAMES
from bot.slack.views.relays import passed_on
from bot.slack.views.work import answer_shown, ids_line, links_row, material, part_names
from bot.slack.words import say_reason, say_type, say_unusable

IMPORT_KINDS = ("csv", "tsv", "jsonl", "json")


def submit_form(reader: Reader, facts: AssignmentFacts) -> Json:
    """Return the form of an answer; rework starts from the last answer, with what was asked for on top."""
    t = reader.t
    again = facts.state is AssignmentState.RETURNED
    blocks = [
        *(_asked_for(reader, facts) if again else []),
        *material(reader, facts.task, None),
        *links_row(reader, facts.task),
        *_answer_inputs(reader, facts.task, facts.last_answer or {}),
        text_input(
            t("Note for the reviewer"),
            ids.NOTE,
            value=(facts.last_answer or {}).get(NOTE, ""),
            optional=True,
            limit=COMMENT_LIMIT,
        ),
        ids_line(reader, facts.task, facts.guideline_version),
    ]
    title = t("{type} task", type=say_type(t, facts.task.type))
    ref = FormRef(facts.assignment_id, facts.ver, facts.round)
    label = t("Submit again") if again else t("Submit")
    return modal(t, ids.FORM_SUBMIT, title, label, blocks, metadata=ref.dump())


def _asked_for(reader: Reader, facts: AssignmentFacts) -> list[Json]:
    t = reader.t
    verdict = facts.verdict
    if verdict is None or verdict.reason is None:
        return []
    title = f"{say_reason(t, verdict.reason)} · {one_line(verdict.section or '')}"
    return [*passed_on(reader, title, verdict.comment or "", verdict.relay, ANSWER_LIMIT), divider()]


def _answer_inputs(reader: Reader, task: TaskFacts, last: Answer) -> list[Json]:
    """One input a part; what the last answer held is there already."""
    t = reader.t
    inputs: list[Json] = []
    for part, name in part_names(reader, task.type).items():
        if part == ids.LABEL and task.labels:
            options = [(label, label) for label in task.labels]
            inputs.append(choice(name, part, options, chosen=last.get(part, "")))
            continue
        inputs.append(text_input(name, part, value=last.get(part, ""), hint=_hint(reader, task.type)))
    if task.type is TaskType.MODERATION:
        # A moderation task is decided by its label; the hint of the free text says what a reviewer looks for.
        inputs[-1]["hint"] = {"type": "plain_text", "text": t("A sentence is enough."), "emoji": False}
    return inputs


def _hint(reader: Reader, task_type: TaskType) -> str:
    t = reader.t
    if task_type is TaskType.TRANSCRIPTION:
        return t("As it was spoken, dialect included. Up to {n} characters.", n=f"{ANSWER_LIMIT:,}")
    return t("Up to {n} characters.", n=f"{ANSWER_LIMIT:,}")


def unusable_form(reader: Reader, facts: AssignmentFacts) -> Json:
    """Why an item can't be worked on."""
    t = reader.t
    last = facts.last_answer or {}
    blocks = [
        section(t("This is an answer like any other: it is reviewed, and paid when accepted.")),
        choice(
            t("What is the matter?"),
            ids.UNUSABLE,
            [(reason.value, say_unusable(t, reason)) for reason in UnusableReason],
            chosen=last.get(UNUSABLE, ""),
        ),
        text_input(
            t("Note for the reviewer"), ids.NOTE, value=last.get(NOTE, ""), optional=True, limit=COMMENT_LIMIT
        ),
        ids_line(reader, facts.task, facts.guideline_version),
    ]
    ref = FormRef(facts.assignment_id, facts.ver, facts.round)
    return modal(t, ids.FORM_UNUSABLE, t("Cannot be worked on"), t("Submit"), blocks, metadata=ref.dump())


def fix_form(reader: Reader, facts: ReviewFacts) -> Json:
    """Return the answer, ready to be corrected; the worker is paid in full and sees what was changed."""
    t = reader.t
    unusable = answer_shown(reader, facts.task.type, facts.answer, None) if UNUSABLE in facts.answer else []
    blocks = [
        section(t("For small corrections: the worker is paid in full and sees what you changed.")),
        *material(reader, facts.task, None),
        *unusable,
        *_worker_note(reader, facts.answer if not unusable else {}),
        *links_row(reader, facts.task),
        *_answer_inputs(reader, facts.task, facts.answer),
        text_input(t("A word to the worker"), ids.COMMENT, optional=True, limit=COMMENT_LIMIT),
        ids_line(reader, facts.task, facts.guideline_version),
    ]
    return _review_modal(reader, facts, ids.FORM_FIX, t("Fix and accept"), t("Accept"), blocks)


def _worker_note(reader: Reader, answer: Answer) -> list[Json]:
    return full_quote(reader.t("Worker's note"), answer[NOTE]) if answer.get(NOTE) else []


def reject_form(reader: Reader, facts: ReviewFacts) -> Json:
    """Reason, guideline section and a sentence: the three things a worker needs to go on."""
    t = reader.t
    reasons = [(code.value, say_reason(t, code)) for code in reasons_for(facts.task.type)]
    last = facts.previous_verdict
    blocks = [
        *answer_shown(reader, facts.task.type, facts.answer, None),
        *links_row(reader, facts.task),
        choice(t("Reason"), ids.REASON, reasons),
        text_input(
            t("Guideline section"),
            ids.SECTION,
            value=(last.section or "") if last else "",
            multiline=False,
            limit=SECTION_LIMIT,
            placeholder=t("e.g. 3.2 Dialect"),
        ),
        text_input(
            t("What would make it right?"),
            ids.COMMENT,
            limit=COMMENT_LIMIT,
            hint=t(
                "Only the author reads this. "
                "Please write about the work, as you would like to read it yourself."
            ),
        ),
        ids_line(reader, facts.task, facts.guideline_version),
    ]
    return _review_modal(reader, facts, ids.FORM_REJECT, t("Return and explain"), t("Return"), blocks)


def hand_over_form(reader: Reader, facts: ReviewFacts) -> Json:
    """Return what the supervisors should decide."""
    t = reader.t
    blocks = [
        text_input(
            t("What should they look at?"),
            ids.NOTE,
            limit=COMMENT_LIMIT,
            hint=t("One sentence is enough. The supervisors of the project are told at once."),
        ),
        ids_line(reader, facts.task, facts.guideline_version),
    ]
    return _review_modal(reader, facts, ids.FORM_HAND_OVER, t("To a supervisor"), t("Hand over"), blocks)


def _review_modal(
    reader: Reader, facts: ReviewFacts, callback: str, title: str, submit: str, blocks: list[Json]
) -> Json:
    ref = FormRef(facts.review_id, facts.ver, facts.round)
    return modal(reader.t, callback, title, submit, blocks, metadata=ref.dump())


def _nickname_input(reader: Reader, nickname: str) -> Json:
    t = reader.t
    return text_input(
        t("Nickname"),
        ids.NICKNAME,
        value=nickname,
        multiline=False,
        limit=NICKNAME_LIMIT,
        hint=t("The name others see. Up to {n} characters; it need not be your real name.", n=NICKNAME_LIMIT),
    )


def join_form(reader: Reader, nickname: str = "") -> Json:
    """Return the one form of joining: a nickname and a language."""
    t = reader.t
    languages = [(code, LANGUAGE_NAMES[code]) for code in LANGUAGES]
    blocks = [
        _nickname_input(reader, nickname),
        choice(t("Language"), ids.LANGUAGE, languages, chosen=reader.language),
    ]
    return modal(t, ids.FORM_JOIN, t("Join"), t("Join"), blocks)


def nickname_form(reader: Reader, nickname: str) -> Json:
    """Choosing another nickname."""
    t = reader.t
    return modal(t, ids.FORM_NICKNAME, t("Change nickname"), t("Save"), [_nickname_input(reader, nickname)])


def import_form(reader: Reader, project_keys: tuple[str, ...]) -> Json:
    """Return a project and a file of tasks; without a project to choose it only says so."""
    t = reader.t
    title = t("Import tasks")
    if not project_keys:
        return modal(t, ids.FORM_IMPORT, title, "", [section(t("There is no project you can import into."))])
    keys = [(key, key) for key in project_keys]
    blocks = [
        choice(t("Project"), ids.PROJECT, keys, chosen=project_keys[0] if len(project_keys) == 1 else ""),
        file_input(t("File"), ids.FILE, IMPORT_KINDS),
        quote(
            t("What the file needs"),
            [
                Run(t("One row a task, with its own id. Audio, text or links go into columns of their own.")),
                Run("\n"),
                Run(t("All rows are stored or none; a row that is there already is left as it is.")),
            ],
        ),
    ]
    return modal(t, ids.FORM_IMPORT, title, t("Import"), blocks)
