"""The Home tab: what waits for the person, and nothing about anybody else."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.assignment import AssignmentState
from bot.domain.people import Role, WorkStatus
from bot.reports.desk import Desk, HeldReview, HeldTask
from bot.reports.notices import NoticeFacts
from bot.reports.translations import ReportedFacts
from bot.reports.waiting import COUNT_LIMIT
from bot.slack import ids
from bot.slack.blocks import Json, actions, button, context, divider, fields, section
from bot.slack.ids import Ref
from bot.slack.mrkdwn import inline
from bot.slack.reader import Reader
from bot.slack.views import notices as notice_views
from bot.slack.views import reviews as review_views
from bot.slack.views import tasks as task_views
from bot.slack.views import translation_replies
from bot.slack.views.people import settings_buttons
from bot.slack.words import say_roles, say_status

_MOST_PROJECTS = 15
_MOST_NOTICES = 3
_MOST_REPORTED = 2
_REPORTED_SIZE = 300


def home_view(
    reader: Reader,
    desk: Desk,
    *,
    reported: Sequence[ReportedFacts] = (),
    unread: Sequence[NoticeFacts] = (),
    notices: Sequence[NoticeFacts] = (),
) -> Json:
    """Return the person's Home tab.

    `unread` are notices they have yet to read. Those who may correct translations see the `reported` ones, and
    those who look after `notices` how far these are.
    """
    t = reader.t
    held = {role for roles in desk.roles.values() for role in roles}
    hello = t("Hello, {nickname}", nickname=inline(desk.nickname))
    blocks = [
        section(f"👋 *{hello}*"),
        *_figures(reader, desk, held),
        *actions(*_starters(reader, desk, held)),
    ]
    if not held and not desk.admin:
        blocks.append(section(t("You are in no project yet. An admin has been told; I will let you know.")))
    blocks += _unread(reader, unread)
    blocks += _tasks(reader, desk.tasks)
    blocks += _reviews(reader, desk.reviews)
    blocks += _reported(reader, reported)
    blocks += _notices(reader, notices)
    blocks += _projects(reader, desk)
    blocks += _hints(reader, desk, held)
    status = desk.status if _takes_tasks(desk, held) else None
    blocks += [divider(), *actions(*settings_buttons(reader, desk.language, status))]
    blocks += [
        *actions(button(t("Refresh"), ids.HOME_REFRESH)),
        context(t("As of {time}", time=reader.time(reader.now))),
    ]
    return {"type": "home", "blocks": blocks}


def _figures(reader: Reader, desk: Desk, held: set[Role]) -> list[Json]:
    t = reader.t
    shown = []
    if _takes_tasks(desk, held):
        shown += [
            (t("Status"), say_status(t, desk.status)),
            (t("Tasks you can take"), _count(reader, desk.open_tasks)),
            (t("Your work in review"), _count(reader, desk.in_review)),
        ]
    if desk.earned:
        shown.append((t("Earned so far"), " · ".join(reader.money(amount) for amount in desk.earned)))
    if held & {Role.REVIEWER, Role.SUPERVISOR}:
        shown.append((t("Reviews you can take"), _count(reader, desk.waiting_reviews)))
    return [fields(*shown)] if shown else []


def _takes_tasks(desk: Desk, held: set[Role]) -> bool:
    return Role.WORKER in held or bool(desk.tasks) or desk.in_review > 0


def _hints(reader: Reader, desk: Desk, held: set[Role]) -> list[Json]:
    """Tell those who steer the work where to look; their figures are a command away, never a stale copy here."""
    t, lines = reader.t, []
    if held & {Role.PM, Role.SUPERVISOR} or desk.admin:
        lines.append(
            t("`{command}` shows where your projects stand.", command=f"{reader.commands['pm']} status")
        )
    if Role.PM in held or desk.admin:
        lines.append(t("`{command}` adds tasks from a file.", command=f"{reader.commands['pm']} import"))
    if desk.admin:
        lines.append(t("`{command}` sets projects, roles and prices up.", command=reader.commands["admin"]))
    return [divider(), section("\n".join(lines))] if lines else []


def _count(reader: Reader, value: int) -> str:
    return f"{reader.number(COUNT_LIMIT)}+" if value >= COUNT_LIMIT else reader.number(value)


def _starters(reader: Reader, desk: Desk, held: set[Role]) -> list[Json | None]:
    works = Role.WORKER in held and desk.status is WorkStatus.WORKING
    judges = bool(held & {Role.REVIEWER, Role.SUPERVISOR})
    return [
        task_views.next_button(reader) if works else None,
        review_views.next_button(reader) if judges else None,
    ]


def _tasks(reader: Reader, tasks: tuple[HeldTask, ...]) -> list[Json]:
    if not tasks:
        return []
    t = reader.t
    title = t("In your hands")
    shown = [divider(), section(f"*{title}*")]
    for task in tasks:
        ref = Ref(task.assignment_id, task.ver)
        again = task.state is AssignmentState.RETURNED
        shown.append(task_views.task_row(reader, task, with_button=False))
        shown += actions(
            button(t("Submit again") if again else t("Submit"), ids.TASK_SUBMIT, ref, style="primary"),
            None if again or task.extended else button(t("More time"), ids.TASK_EXTEND, ref),
            button(t("Cannot be worked on"), ids.TASK_UNUSABLE, ref),
            task_views.release_button(reader, ref),
        )
    return shown


def _reviews(reader: Reader, reviews: tuple[HeldReview, ...]) -> list[Json]:
    if not reviews:
        return []
    t = reader.t
    title = t("Your reviews")
    return [
        divider(),
        section(f"*{title}*"),
        *(review_views.review_row(reader, review) for review in reviews),
    ]


def _unread(reader: Reader, notices: Sequence[NoticeFacts]) -> list[Json]:
    if not notices:
        return []
    title = reader.t("Notices to read")
    rows = [notice_views.unread_row(reader, notice) for notice in notices[:_MOST_NOTICES]]
    return [divider(), section(f"*{title}*"), *rows]


def _reported(reader: Reader, reported: Sequence[ReportedFacts]) -> list[Json]:
    if not reported:
        return []
    title = reader.t("Reported translations")
    shown = [divider(), section(f"*{title}*")]
    for facts in reported[:_MOST_REPORTED]:
        headline = f"🚩 {inline(facts.project_key, 20)}"
        shown += translation_replies.reported_row(reader, facts, headline, _REPORTED_SIZE)
    return shown


def _notices(reader: Reader, notices: Sequence[NoticeFacts]) -> list[Json]:
    if not notices:
        return []
    title = reader.t("Notices")
    rows = [notice_views.in_hand_row(reader, notice) for notice in notices[:_MOST_NOTICES]]
    return [divider(), section(f"*{title}*"), *rows]


def _projects(reader: Reader, desk: Desk) -> list[Json]:
    if not desk.roles:
        return []
    t = reader.t
    lines = [
        f"{inline(key, 20)}: {say_roles(t, roles)}"
        for key, roles in list(desk.roles.items())[:_MOST_PROJECTS]
    ]
    if len(desk.roles) > _MOST_PROJECTS:
        lines.append("…")
    title = t("Your projects")
    return [divider(), section("\n".join([f"*{title}*", *lines]))]
