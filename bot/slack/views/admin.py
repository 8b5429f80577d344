"""Answers to admins and PMs: set-up, a project at a glance, imports, and messages that did not arrive."""

from __future__ import annotations

from typing import Protocol

from bot.domain.pay import Money
from bot.domain.people import Role
from bot.reports.crews import CrewGap
from bot.reports.status import ProjectStatus
from bot.slack.blocks import Json, bar, bullets, context, fields, fit, measure, section
from bot.slack.content import Content
from bot.slack.mrkdwn import inline, one_line, unescape
from bot.slack.reader import Reader
from bot.slack.views.alerts import say_undecidable
from bot.slack.words import say_role, symbol

_STATUS_ROOM = 10_000
_MOST_STATUSES = 40


def project_created(reader: Reader, key: str, name: str) -> Content:
    """Confirm a new project and says what it still needs."""
    t = reader.t
    text = t("Project {key} is set up.", key=inline(key, 20))
    more = t("Next: a price, people with roles, and tasks. Work starts once all three are there.")
    return Content(text, [section(f"✅ *{text}*\n{inline(name, 80)}"), context(more)])


def price_set(reader: Reader, key: str, price: Money) -> Content:
    """Confirm a price and says for whom it counts."""
    t = reader.t
    text = t("A task of {key} now pays {price}.", key=inline(key, 20), price=reader.money(price))
    return Content(
        text, [section(f"💰 *{text}*"), context(t("Tasks that are already taken keep their price."))]
    )


class RoleFacts(Protocol):
    """A role that was given or taken."""

    @property
    def nickname(self) -> str:
        """Whose role it is."""
        ...

    @property
    def project_key(self) -> str:
        """In which project."""
        ...

    @property
    def role(self) -> Role:
        """Which one."""
        ...

    @property
    def granted(self) -> bool:
        """Whether it was to be given or taken."""
        ...

    @property
    def changed(self) -> bool:
        """False when it already was so."""
        ...

    @property
    def released(self) -> int:
        """The tasks that went back with the role."""
        ...


def role_set(reader: Reader, done: RoleFacts) -> Content:
    """Confirm a role given or taken away."""
    t = reader.t
    values = {
        "nickname": inline(done.nickname),
        "key": inline(done.project_key, 20),
        "role": say_role(t, done.role),
    }
    if done.granted and done.changed:
        text = t("{nickname} now has the role {role} in {key}.", **values)
    elif done.granted:
        text = t("{nickname} already has the role {role} in {key}.", **values)
    elif done.changed:
        text = t("{nickname} no longer has the role {role} in {key}.", **values)
    else:
        text = t("{nickname} does not have the role {role} in {key}.", **values)
    if done.released:
        text += " " + t.plural("{n} task went back.", "{n} tasks went back.", done.released)
    return Content(text, [section(text)])


def project_status(reader: Reader, status: ProjectStatus) -> Content:
    """Where a project's tasks stand now, in counts."""
    t = reader.t
    n = reader.number
    text = t(
        "{key}: {final} of {tasks} tasks are final.",
        key=inline(status.key, 20),
        final=n(status.final),
        tasks=n(status.tasks),
    )
    title = f"{symbol(status.type)} *{inline(status.name, 80)}* ({inline(status.key, 20)})"
    crew = " · ".join(f"{say_role(t, role)} {n(count)}" for role, count in status.people.items())
    price = reader.money(status.price) if status.price else t("not set: nobody gets tasks yet")
    return Content(
        text,
        [
            section(f"{title}\n{bar(status.final, status.tasks)} {n(status.final)}/{n(status.tasks)}"),
            fields(
                (t("Tasks"), n(status.tasks)),
                (t("Final"), n(status.final)),
                (t("Answers still open"), n(status.open)),
                (t("In progress"), n(status.claimed)),
                (t("In review"), n(status.in_review)),
                (t("Returned"), n(status.returned)),
                (t("Reviews waiting"), n(status.waiting_reviews)),
                (t("Unit price"), price),
                *([(t("Waiting for a decision"), n(status.undecided))] if status.undecided else []),
            ),
            *([section(f"⚠️ {_say_gap(reader, status.crew_gap)}")] if status.crew_gap else []),
            context(crew or "—", t("Counts of {time}", time=reader.time(reader.now))),
        ],
    )


def _say_gap(reader: Reader, gap: CrewGap) -> str:
    t, lines = reader.t, []
    if gap.tasks:
        lines.append(
            t.plural(
                "{n} task can never be finished with this crew (people missing: {missing}).",
                "{n} tasks can never be finished with this crew (people missing: {missing}).",
                gap.tasks,
                missing=reader.number(gap.missing),
            )
        )
    if gap.undecidable:
        lines.append(say_undecidable(reader, gap.undecidable))
    return "\n".join(lines)


def status_list(reader: Reader, statuses: tuple[ProjectStatus, ...]) -> Content:
    """Several projects, one line each; as many as a message carries."""
    t = reader.t
    if not statuses:
        text = t("There is no project to show you yet.")
        return Content(text, [section(text)])
    text = t.plural("{n} project", "{n} projects", len(statuses))
    blocks: list[Json] = [section(f"*{text}*")]
    for status in statuses[:_MOST_STATUSES]:
        blocks.append(section(_status_line(reader, status)))
        if measure(blocks) > _STATUS_ROOM:
            break
    left_out = len(statuses) - len(blocks) + 1
    if left_out:
        blocks.append(context(t.plural("And {n} more project.", "And {n} more projects.", left_out)))
    return Content(text, blocks)


def _status_line(reader: Reader, status: ProjectStatus) -> str:
    t = reader.t
    counts = t(
        "{open} open · {claimed} in progress · {review} waiting for review · {returned} returned",
        open=reader.number(status.open),
        claimed=reader.number(status.claimed),
        review=reader.number(status.waiting_reviews),
        returned=reader.number(status.returned),
    )
    head = f"{symbol(status.type)} *{inline(status.key, 20)}* {inline(status.name, 80)}"
    done = f"{reader.number(status.final)}/{reader.number(status.tasks)}"
    return f"{head}\n{bar(status.final, status.tasks)} {done} · {counts}"


def import_report(
    reader: Reader, key: str, added: int, unchanged: int, problems: tuple[str, ...], omitted: int = 0
) -> Content:
    """Say how an import ended. `problems` are worded in mrkdwn, `omitted` counts those not among them."""
    t = reader.t
    project = inline(key, 20)
    if problems:
        text = t("The file for {key} was not imported; nothing was stored.", key=project)
        return Content(text, fit(lambda size: _problem_blocks(reader, text, problems, omitted, size)))
    if added:
        text = t.plural("{n} task was added to {key}.", "{n} tasks were added to {key}.", added, key=project)
    else:
        text = t("There was nothing new for {key} in the file.", key=project)
    same = t.plural("{n} task was there already.", "{n} tasks were there already.", unchanged)
    return Content(text, [section(f"📥 *{text}*"), *([context(same)] if unchanged else [])])


def _problem_blocks(
    reader: Reader, text: str, problems: tuple[str, ...], omitted: int, size: int
) -> list[Json]:
    t = reader.t
    # The most that fits: every problem at first, then fewer and shorter ones.
    count = max(5, len(problems) * size // 3000)
    lines = [one_line(unescape(problem), max(120, size // 6)) for problem in problems[:count]]
    repair = t("Please correct these places and upload it again.")
    blocks = [
        section(f"📄 *{text}*\n{repair}"),
        bullets(lines),
    ]
    if more := len(problems) - len(lines) + omitted:
        blocks.append(context(t.plural("And {n} more problem.", "And {n} more problems.", more)))
    return blocks


def message_parked(
    reader: Reader, kind: str, error: str, outbox_id: int, *, lane: str = "", behind: int = 0
) -> Content:
    """Tell an admin that a message waits because Slack would not take it, and how many of its lane with it."""
    t = reader.t
    text = t("A message could not be delivered and waits for you.")
    shown = fields(
        (t("Message"), f"{inline(kind, 40)} · #{outbox_id}"),
        (t("Slack says"), inline(error, 80)),
    )
    said = f"📭 *{text}*"
    if behind > 0:
        said += "\n" + t.plural(
            "{n} more message of this conversation ({lane}) waits with it.",
            "{n} more messages of this conversation ({lane}) wait with it.",
            behind,
            lane=inline(lane, 40),
        )
    note = context(t("Nothing is lost; it can be sent again once the cause is gone."))
    return Content(text, [section(said), shown, note])
