"""The windows in which people raise and steer issues; those that settle one are in `issue_resolving`."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.escalation import REQUEST_LIMIT, Asked, IssueSource, IssueState, Level, Severity, next_level
from bot.domain.people import Role
from bot.reports.issue_parts import RulingFacts
from bot.reports.issues import IssueFacts
from bot.slack import ids
from bot.slack.blocks import Json, Run, ask, button, context, quote, section
from bot.slack.graphemes import cut
from bot.slack.ids import FormRef, Ref
from bot.slack.inputs import choice, modal, several, text_input
from bot.slack.issue_refs import Raised
from bot.slack.mrkdwn import one_line, showable
from bot.slack.reader import Reader
from bot.slack.views.issue_buttons import withdraw_button
from bot.slack.views.issue_inputs import ids_input, severity_choice
from bot.slack.views.issue_lines import read_as, say_title
from bot.slack.views.issue_terms import say_level
from bot.slack.views.trouble import NOTICE
from bot.slack.words import say_role

_REASON_LIMIT = 300
_MOST_TASKS = 100
_MOST_REQUEST = 600


def open_form(
    reader: Reader,
    raised: Raised,
    *,
    projects: Sequence[tuple[int, str]] = (),
    tasks: Sequence[tuple[int, str]] = (),
    chosen: Sequence[int] = (),
    request: str = "",
    severity: Severity = Severity.S3,
    asked: Asked = Asked.SUPERVISOR,
) -> Json:
    """Return the window in which an issue is raised.

    `projects` (id, key) are asked for only where the place does not say which; `tasks` (id, shown) are offered,
    those `chosen` ticked.
    """
    t = reader.t
    private = raised.source is not IssueSource.THREAD
    where = (
        t("Only those in charge see this; the answer comes to your direct messages.")
        if private
        else t(
            "Everybody in the thread sees this, in Korean and English. Please write nothing out of a task."
        )
    )
    which = [choice(t("Project"), ids.PROJECT, [(str(id), key) for id, key in projects])] if projects else []
    offered = [(str(id), shown) for id, shown in tasks[:_MOST_TASKS]]
    ticked = [str(id) for id in chosen]
    blocks = [
        *which,
        text_input(t("What do you need?"), ids.REQUEST, value=request, limit=REQUEST_LIMIT, hint=where),
        severity_choice(reader, severity),
        choice(
            t("Who should answer?"),
            ids.ASKED,
            [
                (Asked.SUPERVISOR.value, t("A supervisor")),
                (Asked.PM.value, t("The PM, about the guideline or the data")),
            ],
            chosen=asked.value,
        ),
        *([several(t("Which tasks is it about?"), ids.TASKS, offered, chosen=ticked)] if offered else []),
        ids_input(reader, t("Other tasks") if offered else t("Which tasks is it about?")),
    ]
    return modal(t, ids.FORM_ISSUE_OPEN, t("Raise an issue"), t("Raise"), blocks, metadata=raised.dump())


def _about(reader: Reader, facts: IssueFacts) -> list[Json]:
    title = say_title(reader, facts.issue_id, facts.severity)
    return [quote(title, [Run(cut(showable(read_as(facts.request, reader.language)), _MOST_REQUEST) or "—")])]


def _steering(
    reader: Reader, facts: IssueFacts, callback: str, title: str, submit: str, blocks: list[Json]
) -> Json:
    ref = FormRef(facts.issue_id, facts.ver)
    return modal(reader.t, callback, title, submit, [*_about(reader, facts), *blocks], metadata=ref.dump())


def severity_form(reader: Reader, facts: IssueFacts) -> Json:
    """Return the window in which the urgency is changed."""
    t = reader.t
    blocks = [severity_choice(reader, facts.severity)]
    return _steering(reader, facts, ids.FORM_ISSUE_SEVERITY, t("How urgent is it?"), t("Save"), blocks)


def reassign_form(reader: Reader, facts: IssueFacts, people: Sequence[tuple[int, str, Role | None]]) -> Json:
    """Return the window in which an issue is passed on; `people` are (id, nickname, role, None for an admin)."""
    t = reader.t
    title = t("Pass it on")
    if not people:
        said = section(t("There is nobody else it could be passed on to."))
        return _steering(reader, facts, NOTICE, title, "", [said])
    admin = t("admin")
    options = [
        (str(id), f"{one_line(name, 40)} · {say_role(t, role) if role else admin}")
        for id, name, role in people
    ]
    blocks = [choice(t("To whom?"), ids.PERSON, options)]
    return _steering(reader, facts, ids.FORM_ISSUE_REASSIGN, title, t("Pass on"), blocks)


def say_form(reader: Reader, facts: IssueFacts) -> Json:
    """Return the window in which something is written to everybody in an issue."""
    t = reader.t
    private = facts.source is not IssueSource.THREAD
    hint = (
        t("It goes to everybody in this issue, each in their language.")
        if private
        else t("It goes to the thread, to each side in its language.")
    )
    blocks = [text_input(t("Your words"), ids.WORDS, limit=REQUEST_LIMIT, hint=hint)]
    return _steering(reader, facts, ids.FORM_ISSUE_SAY, t("Reply"), t("Send"), blocks)


def hold_form(reader: Reader, facts: IssueFacts) -> Json:
    """Return the window in which tasks are put on hold; those of the issue are ticked already."""
    t = reader.t
    free = [task for task in facts.tasks if not task.held_here][:_MOST_TASKS]
    options = [(str(task.task_id), f"#{task.task_id} {task.external_id}") for task in free]
    ticked = [value for value, _shown in options]
    offered = [several(t("Tasks of this issue"), ids.TASKS, options, chosen=ticked)] if options else []
    blocks = [
        *offered,
        ids_input(reader, t("Other tasks") if options else t("Which tasks?")),
        context(t("Nobody takes or judges them meanwhile, and their deadlines stand still.")),
    ]
    return _steering(reader, facts, ids.FORM_ISSUE_HOLD, t("Put tasks on hold"), t("Put on hold"), blocks)


def rule_form(reader: Reader, facts: IssueFacts) -> Json:
    """Return the window in which a supervisor decides for the time being."""
    t = reader.t
    blocks = [
        text_input(
            t("How is it to be done for now?"),
            ids.WORDS,
            limit=REQUEST_LIMIT,
            hint=t("Tasks on hold go on at once. The PM is asked; until they disagree, this holds."),
        )
    ]
    return _steering(reader, facts, ids.FORM_ISSUE_RULE, t("Rule for now"), t("Rule"), blocks)


def decline_ruling_form(reader: Reader, ruling: RulingFacts) -> Json:
    """Return the window in which a PM says why a ruling should not stand."""
    t = reader.t
    blocks = [
        quote(
            t("The ruling"),
            [Run(cut(showable(read_as(ruling.words, reader.language)), _MOST_REQUEST) or "—")],
        ),
        text_input(
            t("How should it be done instead?"),
            ids.REASON,
            limit=_REASON_LIMIT,
            hint=t("The tasks go on hold again. What was done meanwhile is nobody's fault."),
        ),
    ]
    ref = FormRef(ruling.ruling_id, ruling.ver)
    return modal(t, ids.FORM_RULING_DECLINE, t("Disagree"), t("Disagree"), blocks, metadata=ref.dump())


def nameless_form(reader: Reader, projects: Sequence[tuple[int, str]]) -> Json:
    """Return the window of a report without a name; the project is asked for where there are several."""
    t = reader.t
    several_projects = len(projects) > 1
    which = [choice(t("Project"), ids.PROJECT, [(str(id), key) for id, key in projects])]
    blocks = [
        section(
            t(
                "The supervisors read this without your name. Nothing is kept of who sent it, "
                "so nobody can reply to you. Please leave out what only you can know."
            )
        ),
        *(which if several_projects else []),
        text_input(t("What happened?"), ids.REQUEST, limit=REQUEST_LIMIT),
    ]
    only = str(projects[0][0]) if len(projects) == 1 else ""
    return modal(t, ids.FORM_ISSUE_NAMELESS, t("Report without a name"), t("Send"), blocks, metadata=only)


def steer_modal(reader: Reader, facts: IssueFacts, *, person_id: int, supervisor: bool) -> Json:
    """Return the menu of what else can be done with an issue; rulings are for supervisors only."""
    t = reader.t
    ref = Ref(facts.issue_id, facts.ver)
    above = _level_above(facts)
    held = facts.held > 0
    rows: list[Json | None] = [
        _row(t("*How urgent it is*"), button(t("Change"), ids.ISSUE_SEVERITY, ref)),
        _row(t("*Pass it on* to somebody else"), button(t("Pass on"), ids.ISSUE_REASSIGN, ref)),
        _row(
            t("*Wait for the PM's answer*: the clock stands still"),
            button(t("Wait"), ids.ISSUE_WAIT_PM, ref),
        )
        if facts.state is not IssueState.WAITING_PM and facts.source is not IssueSource.NAMELESS
        else None,
        _row(
            t("*Wait for the worker's answer*: the clock stands still"),
            button(t("Wait"), ids.ISSUE_WAIT_WORKER, ref),
        )
        if facts.state is not IssueState.WAITING_WORKER and facts.source is not IssueSource.NAMELESS
        else None,
        _row(
            t("*Tell the next level now*: {level}", level=say_level(t, above)),
            button(t("Tell"), ids.ISSUE_LEVEL_UP, ref, confirm=_sure(reader)),
        )
        if above is not None
        else None,
        _row(t("*Put tasks on hold* until it is settled"), button(t("Put on hold"), ids.ISSUE_HOLD, ref)),
        _row(t("*Release the tasks* that are on hold"), button(t("Release"), ids.ISSUE_RELEASE, ref))
        if held
        else None,
        _row(
            t("*Rule for now*, so that work goes on; the PM has the last word"),
            button(t("Rule"), ids.ISSUE_RULE, ref),
        )
        # The PM would have the last word, and never sees a nameless report.
        if supervisor and facts.source is not IssueSource.NAMELESS
        else None,
        _row(
            t("*Take it back*: nothing needs to be done any more"),
            withdraw_button(reader, ref),
        )
        if person_id == facts.opener_id and facts.state is IssueState.OPEN
        else None,
    ]
    title = say_title(reader, facts.issue_id, facts.severity)
    return modal(t, NOTICE, t("More"), "", [section(f"*{title}*"), *(row for row in rows if row is not None)])


def _row(words: str, made: Json) -> Json:
    return section(words, made)


def _level_above(facts: IssueFacts) -> Level | None:
    # A nameless report never leaves those who are to read it.
    return None if facts.source is IssueSource.NAMELESS else next_level(facts.level)


def _sure(reader: Reader) -> Json:
    t = reader.t
    return ask(
        t("Tell the next level?"),
        t("It waits for somebody again, and they are told as soon as they work."),
        t("Tell"),
        t("Not yet"),
        "primary",
    )
