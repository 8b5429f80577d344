"""The Home tab: what waits for the person, and nothing about anybody else."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.people import Role, WorkStatus
from bot.domain.quality import Closed
from bot.reports.desk import Desk
from bot.reports.home import Board, Queue
from bot.reports.issue_desk import IssueDesk
from bot.reports.notices import NoticeFacts
from bot.reports.pay_sums import ProjectPay
from bot.reports.translations import ReportedFacts
from bot.reports.waiting import COUNT_LIMIT
from bot.reports.work_ahead import WorkAhead
from bot.slack import ids
from bot.slack.blocks import Json, actions, button, context, divider, fields, section
from bot.slack.mrkdwn import inline
from bot.slack.reader import Reader
from bot.slack.views import (
    gates,
    home_issues,
    home_pm,
    home_reviewer,
    home_supervisor,
    home_work,
    home_worker,
)
from bot.slack.views import reviews as review_views
from bot.slack.views import tasks as task_views
from bot.slack.views.people import settings_buttons
from bot.slack.words import say_roles, say_status

_MOST_PROJECTS = 15
_MOST_BLOCKS = 100
_NO_ISSUES = IssueDesk()
_NOTHING_AHEAD = WorkAhead()


def home_view(
    reader: Reader,
    desk: Desk,
    *,
    reported: Sequence[ReportedFacts] = (),
    unread: Sequence[NoticeFacts] = (),
    notices: Sequence[NoticeFacts] = (),
    pay: Sequence[ProjectPay] = (),
    queues: Sequence[Queue] = (),
    supervised: Sequence[Board] = (),
    managed: Sequence[Board] = (),
    issues: IssueDesk = _NO_ISSUES,
    ahead: WorkAhead = _NOTHING_AHEAD,
    closed: Sequence[Closed] = (),
) -> Json:
    """Return the person's Home tab: a section for each thing that concerns them, in the order of its urgency.

    `unread` are notices they have yet to read, `pay` is their own. Those who may correct translations see the
    `reported` ones, and those who look after `notices` how far these are. Reviewers see their `queues`,
    supervisors the boards they have `supervised`, PMs those they have `managed`, everybody the `issues` that
    concern them and the projects `closed` to them with what these ask for.
    """
    t = reader.t
    held = {role for roles in desk.roles.values() for role in roles}
    hello = t("Hello, {nickname}", nickname=inline(desk.nickname))
    status = desk.status if _takes_tasks(desk, held) else None
    in_latin = reader.language != "ko" and held == {Role.PM}
    above = [
        section(f"👋 *{hello}*"),
        *_figures(reader, desk, held, with_pay=not pay),
        *actions(*_starters(reader, desk, held)),
        *_newcomer(reader, desk, held),
        *home_worker.unread_section(reader, unread),
    ]
    below = [
        *home_worker.tasks_section(reader, desk.tasks),
        *gates.closed_section(reader, closed),
        *home_reviewer.reviews_section(reader, desk.reviews),
        *home_work.work_section(reader, ahead, idle=is_idle(desk)),
        *home_pm.projects_section(reader, managed),
        *home_supervisor.boards_section(reader, supervised),
        *home_work.steering_section(reader, ahead),
        *home_reviewer.queues_section(reader, queues),
        *home_supervisor.reported_section(reader, reported),
        *home_supervisor.notices_section(reader, notices),
        *home_worker.pay_section(reader, pay),
        *_raising(reader, held, issues),
        *_projects(reader, desk),
        *_hints(reader, desk, held),
        divider(),
        *actions(*settings_buttons(reader, desk.language, status, in_latin=in_latin)),
        *actions(button(t("Refresh"), ids.HOME_REFRESH)),
        context(t("As of {time}", time=reader.time(reader.now))),
    ]
    concerning = home_issues.issue_sections(reader, issues, _MOST_BLOCKS - len(above) - len(below))
    return {"type": "home", "blocks": [*above, *concerning, *below]}


def is_idle(desk: Desk) -> bool:
    """Say whether somebody who takes work has none in hand and none waiting, so that a wish would help."""
    works = any(Role.WORKER in roles for roles in desk.roles.values())
    return works and desk.status is WorkStatus.WORKING and not desk.tasks and not desk.open_tasks


def _newcomer(reader: Reader, desk: Desk, held: set[Role]) -> list[Json]:
    if held or desk.admin:
        return []
    return [section(reader.t("You are in no project yet. An admin has been told; I will let you know."))]


def _raising(reader: Reader, held: set[Role], issues: IssueDesk) -> list[Json]:
    if not held:
        return []
    nameless = bool(held & {Role.WORKER, Role.REVIEWER})
    hours = [home_issues.hours_line(reader, issues.hours)] if issues.hours else []
    return [divider(), *home_issues.raise_buttons(reader, nameless=nameless), *hours]


def _figures(reader: Reader, desk: Desk, held: set[Role], *, with_pay: bool) -> list[Json]:
    t = reader.t
    shown = []
    if _takes_tasks(desk, held):
        shown += [
            (t("Status"), say_status(t, desk.status)),
            (t("Tasks you can take"), _count(reader, desk.open_tasks)),
            (t("Your work in review"), _count(reader, desk.in_review)),
        ]
    if desk.earned and with_pay:
        shown.append((t("Earned so far"), " · ".join(reader.money(amount) for amount in desk.earned)))
    if held & {Role.REVIEWER, Role.SUPERVISOR}:
        shown.append((t("Reviews you can take"), _count(reader, desk.waiting_reviews)))
    if desk.second_looks:
        shown.append((t("Appeals you can look at"), _count(reader, desk.second_looks)))
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
