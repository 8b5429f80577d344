"""When digests come: a project's schedule, and a worker's own switch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.domain.digests import EVERY_DAY, WORK_DAYS, Audience
from bot.i18n.catalogs import N_, Catalog
from bot.slack.blocks import context, section
from bot.slack.content import Content
from bot.slack.mrkdwn import inline
from bot.slack.reader import Reader
from bot.slack.views.trouble import say

_AUDIENCES = {
    Audience.PM: N_("PM (you)"),
    Audience.SUPERVISOR: N_("Supervisors"),
    Audience.CREW: N_("Crew channel (team figures only)"),
    Audience.WORKER: N_("Workers, each their own figures"),
}
_WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))


class PlanFacts(Protocol):
    """When the digest of one audience of a project comes."""

    @property
    def project_key(self) -> str:
        """Of which project."""
        ...

    @property
    def audience(self) -> Audience:
        """For whom."""
        ...

    @property
    def hhmm(self) -> str:
        """The local time, "09:00"."""
        ...

    @property
    def zone(self) -> str:
        """On whose clock."""
        ...

    @property
    def weekdays(self) -> int:
        """A set of days, bit 0 is Monday."""
        ...

    @property
    def enabled(self) -> bool:
        """Whether it comes at all."""
        ...

    @property
    def channel(self) -> str | None:
        """The crew's channel, None for messages to people."""
        ...


def say_weekdays(t: Catalog, mask: int) -> str:
    """Return a set of weekdays: "every day", "Mon–Fri", "Mon, Wed"."""
    if mask & EVERY_DAY == EVERY_DAY:
        return t("every day")
    if mask & EVERY_DAY == WORK_DAYS:
        return t("Mon–Fri")
    return ", ".join(t(name) for bit, name in enumerate(_WEEKDAYS) if mask & 1 << bit) or t("on no day")


def plan_list(reader: Reader, key: str, plans: Sequence[PlanFacts]) -> Content:
    """Return when a project's digests come, one audience a line, and how to change that."""
    t = reader.t
    text = t("Digests of {key}", key=inline(key, 20))
    lines = [f"• {_line(reader, plan)}" for plan in plans]
    command = f"{reader.commands['pm']} digest schedule {inline(key, 20)}"
    how = t("To change one: `{command}` and then the audience with a time, days, a zone, `on` or `off`.",
            command=command)  # fmt: skip
    return Content(text, [section("\n".join([f"📅 *{text}*", *lines])), context(how)])


def _line(reader: Reader, plan: PlanFacts) -> str:
    t = reader.t
    name = t(_AUDIENCES[plan.audience])
    if not plan.enabled:
        off = t("off")
        return f"*{name}*: {off}"
    if plan.audience is Audience.CREW and plan.channel is None:
        none = t("no channel is set")
        return f"*{name}*: {none}"
    where = f" · <#{plan.channel}>" if plan.channel else ""
    # Each worker's own clock counts for them, so there is no zone to name.
    zone = "" if plan.audience is Audience.WORKER else f" {inline(plan.zone, 40)}"
    return f"*{name}*: {plan.hhmm}{zone}, {say_weekdays(t, plan.weekdays)}{where}"


def plan_set(reader: Reader, plan: PlanFacts) -> Content:
    """Confirm a change of the schedule."""
    return say(f"📅 {inline(plan.project_key, 20)} · {_line(reader, plan)}")


def digest_switched(reader: Reader, on: bool, hhmm: str = "09:30") -> Content:
    """Confirm that a worker's own digest comes, or comes no more."""
    t = reader.t
    if on:
        return say("🌿 " + t("On days after you have worked, your own figures come at {time}.", time=hhmm))
    return say(
        "🌿 " + t("Your own figures do not come as a message any more. Home shows them whenever you like.")
    )
