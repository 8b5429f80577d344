"""The words around issues: how urgent, how far, and what somebody did."""

from __future__ import annotations

from bot.domain.escalation import Asked, Level, Severity, Step
from bot.i18n.catalogs import N_, Catalog

SIGNS = {Severity.S1: "🔴", Severity.S2: "🟠", Severity.S3: "🟡", Severity.S4: "🔵"}
_SEVERITIES = {
    Severity.S1: N_("work stopped, or a leak"),
    Severity.S2: N_("many rejects, or a guideline conflict"),
    Severity.S3: N_("a question"),
    Severity.S4: N_("an idea"),
}
_EXAMPLES = {
    Severity.S1: N_("e.g. no link opens for anybody; task content stands in a public channel"),
    Severity.S2: N_("e.g. the same point is rejected again and again; 3.2 and 4.1 disagree"),
    Severity.S3: N_("e.g. is this word dialect or standard? I can go on with other tasks"),
    Severity.S4: N_("e.g. an example more in the guideline would help everybody"),
}
_LEVELS = {
    Level.DUTY: N_("the supervisor on duty"),
    Level.SUPERVISORS: N_("the supervisors"),
    Level.PM: N_("the PM"),
    Level.ADMIN: N_("the admins"),
}
_ASKED = {Asked.SUPERVISOR: N_("Asked of the supervisors"), Asked.PM: N_("Asked of the PM")}
_STEPS = {
    Step.OPENED: N_("raised"),
    Step.ACKED: N_("acknowledged"),
    Step.REASSIGNED: N_("passed to {name}"),
    Step.SEVERITY: N_("urgency changed"),
    Step.WAIT_PM: N_("waiting for the PM; the clock stands still"),
    Step.WAIT_WORKER: N_("waiting for the worker; the clock stands still"),
    Step.RESUMED: N_("taken up again"),
    Step.LEVELLED: N_("told to the next level"),
    Step.REMINDED: N_("reminder sent"),
    Step.DECAYED: N_("nothing happened for a while, so it waits for somebody again"),
    Step.SAID: N_("wrote"),
    Step.HELD: N_("tasks put on hold"),
    Step.RELEASED: N_("tasks released"),
    Step.RULED: N_("ruled for the time being"),
    Step.RULING_AGREED: N_("agreed with the ruling"),
    Step.RULING_DECLINED: N_("disagreed with the ruling"),
    Step.MESSAGE_DELETED: N_("the message is deleted"),
    Step.RE_REVIEW: N_("rejects given a second review"),
    Step.NOTE_PROPOSED: N_("proposed a note for the guideline"),
    Step.RESOLVED: N_("resolved"),
    Step.WITHDRAWN: N_("taken back by whoever raised it"),
    Step.REOPENED: N_("opened again"),
    Step.CLOSED: N_("closed"),
}


def say_severity(t: Catalog, severity: Severity) -> str:
    """Return how urgent something is: "S3 질문"."""
    return f"{severity} {t(_SEVERITIES[severity])}"


def say_example(t: Catalog, severity: Severity) -> str:
    """Return what belongs under a severity, for people who have never heard of one."""
    return t(_EXAMPLES[severity])


def say_level(t: Catalog, level: Level) -> str:
    """Return who is meant by a level."""
    return t(_LEVELS[level])


def say_asked(t: Catalog, asked: Asked) -> str:
    """Return of whom an answer is wanted."""
    return t(_ASKED[asked])


def say_step(t: Catalog, step: Step, name: str = "") -> str:
    """Return what happened; `name` is whom an issue was passed to."""
    return t(_STEPS[step], name=name) if step is Step.REASSIGNED else t(_STEPS[step])
