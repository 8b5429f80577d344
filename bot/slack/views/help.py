"""The help of a command, made from the table that also parses it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.commands import Subcommand
from bot.domain.surface import COMMANDS, DIGEST_VERBS, GUIDELINE_VERBS, PAY_VERBS
from bot.i18n.catalogs import N_
from bot.slack.blocks import section
from bot.slack.content import Content
from bot.slack.mrkdwn import inline
from bot.slack.reader import Reader

_SECTION = 2800


def help_for(
    reader: Reader,
    root: str,
    subcommands: Sequence[Subcommand],
    unknown: str | None = None,
    nearest: str | None = None,
) -> Content:
    """Return what a command can do. `root` is the command as it is typed ("/work").

    `unknown` is a word that was not understood, `nearest` the sub-command it may have been meant as.
    """
    t = reader.t
    # Commands can be renamed in the configuration, so the table and not the name says which one it is.
    family = next((name for name, declared in _FAMILIES.items() if declared == tuple(subcommands)), "")
    by_name = {subcommand.name: subcommand for subcommand in subcommands}
    text = t("{command}: what it can do", command=root)
    if unknown is not None:
        text = t("I do not know “{word}” yet.", word=inline(unknown, 40))
    if nearest is not None and nearest in by_name:
        meant = f"{root} {_word(reader, by_name[nearest])}"
        text += " " + t("Did you mean {command}?", command=f"`{meant}`")
    parts = [f"*{text}*", ""]
    blocks = []
    for subcommand in subcommands:
        line = _line(reader, root, family, subcommand)
        if sum(map(len, parts)) + len(line) > _SECTION:
            blocks.append(section("\n".join(parts)))
            parts = []
        parts.append(line)
    return Content(text.replace("`", ""), [*blocks, section("\n".join(parts))])


def _word(reader: Reader, subcommand: Subcommand) -> str:
    """Return the name a reader of this language would type."""
    return subcommand.korean[0] if reader.language == "ko" and subcommand.korean else subcommand.name


def _line(reader: Reader, root: str, family: str, subcommand: Subcommand) -> str:
    t = reader.t
    shown = _word(reader, subcommand)
    other = subcommand.name if shown != subcommand.name else "".join(subcommand.korean[:1])
    usage = f" {t(subcommand.usage)}" if subcommand.usage in USAGES else f" {subcommand.usage}".rstrip()
    line = f"`{root} {shown}{usage}`".replace("<", "&lt;").replace(">", "&gt;")
    does = _DOES.get(family, {}).get(subcommand.name)
    return f"{line}{f' ({other})' if other else ''}{f' — {t(does)}' if does else ''}"


_FAMILIES = {
    **COMMANDS,
    "guideline": GUIDELINE_VERBS,
    "digest": DIGEST_VERBS,
    "statement": PAY_VERBS,
}
_DOES: dict[str, dict[str, str]] = {
    "work": {
        "next": N_("take the next task"),
        "list": N_("see what you have in hand"),
        "submit": N_("hand your answer in"),
        "release": N_("give a task back"),
        "extend": N_("ask for more time, once a task"),
        "unusable": N_("say that an item cannot be worked on"),
    },
    "review": {"next": N_("take the next review"), "list": N_("see your reviews")},
    "my": {
        "language": N_("choose Korean or English"),
        "nickname": N_("choose the name others see"),
        "status": N_("take work, or rest"),
        "translate": N_("choose the language messages are translated into for you"),
        "notify": N_("have your own figures as a message, or not"),
        "hours": N_("say when you can be asked about issues and new work"),
        "stats": N_("see your own figures, which nobody else is shown"),
        "qualifications": N_("see what you are qualified for, what is asked for, and take a quiz"),
    },
    "pay": {
        "month": N_("see what you earned this month"),
        "last": N_("see what you earned last month"),
        "all": N_("see all you earned so far"),
    },
    "esc": {
        "open": N_("call a supervisor or the PM to something that is stuck"),
        "list": N_("see the issues that are open, the most urgent first"),
    },
    "sup": {
        "notice": N_("write a notice to the crew, or see what it reads"),
        "duty": N_("be the first who is called, hand over, or see who is"),
        "callout": N_("call people out for work, with places and a waitlist"),
        "audit": N_("spot check: look again at accepted work, drawn at random"),
        "quality": N_("see how right the reviews are: overturned rejects, spot checks, time"),
        "grant": N_("give a qualification; also list, revoke and describe"),
        "board": N_("see who has what since when, take a task back, hold an import"),
        "adjudicate": N_("decide where the answers to a task do not agree"),
    },
    "ask": {},
    "pm": {
        "status": N_("see where projects stand"),
        "answers": N_("check the answers that are kept for the next time"),
        "import": N_("add tasks from a file"),
        "guideline": N_("upload, look at and publish a guideline"),
        "notice": N_("write a notice to the crew in English"),
        "digest": N_("have the day's figures now, or say when they come"),
        "pay": N_("close and pay months, correct what somebody earned"),
        "export": N_("have results, answers or pay as a file"),
        "deadline": N_("say by when everything is to be final"),
        "gold": N_("see or set gold tasks, whose answer is known"),
        "audit": N_("spot check: look again at accepted work, drawn at random"),
        "quality": N_("see how right the reviews are: overturned rejects, spot checks, time"),
        "rules": N_("see or set how answers are counted and reviewed, and who gets work"),
        "escalation": N_("see or set how long an issue may wait before the next person is called"),
        "callout": N_("call people out for work, with places and a waitlist"),
    },
    "digest": {
        "now": N_("have the figures of today so far, of a date or of a week"),
        "schedule": N_("see or set who has them when"),
    },
    "statement": {
        "close": N_("put a month's pay into a statement"),
        "paid": N_("say that a statement has been paid"),
        "adjust": N_("add to somebody's pay or take from it, with a second person"),
        "void": N_("take the pay of one task back, with a second person"),
    },
    "guideline": {
        "upload": N_("read a file as the new draft; nobody is told yet"),
        "outline": N_("see the sections of the newest version"),
        "diff": N_("see what is new in it"),
        "publish": N_("let the draft count, now or from a date and time on"),
    },
    "admin": {
        "project": N_("set a project up"),
        "role": N_("give somebody a role, or take it away"),
        "price": N_("say what a task pays"),
        "questions": N_("choose the channel in which questions are answered unasked"),
        "translate": N_("say how far a project's words may travel to be translated"),
        "bridge": N_("choose the channels in which both sides read each other"),
    },
}
# The usages of the command table, which stands below the catalogs and can't mark its own words.
USAGES = (
    N_("[project]"),
    N_("[task]"),
    N_("ko | en"),
    N_("<name>"),
    N_("working | resting"),
    N_('<key> <type> "<name>" [setting=value]'),
    N_("<@person> <role> <project> [remove]"),
    N_("<project> <amount>"),
    N_("<project> <#channel | here | off>"),
    N_("[project] [time]"),
    N_("on | off [09:30]"),
    N_("now | schedule [project]"),
    N_("close | paid | adjust | void [project]"),
    N_("<project> [results | answers | pay | issues] [csv | jsonl]"),
    N_("<project> <date | off>"),
    N_("10:00-19:00 [mon-fri] | off"),
    N_("[S1-S4] [words]"),
    N_("on | off | who [project] [note]"),
    N_("<project> [S2 30m 1h 24h]"),
    N_("<project> [name=value]"),
    N_("<@person> <key> [number] [until 2027-01-31] <evidence>"),
    N_("<project> <task> [answer] | retire <task> | list"),
    N_("[project] [date] [week]"),
    N_("[project] [who] [09:00] [mon-fri] [on | off]"),
    N_("[project] [2026-10]"),
    N_("[project] [@person]"),
    N_("upload | outline | diff | publish <project>"),
    N_("ko | en | es | both | off"),
    N_("<project> off | local | cloud | open"),
    N_("<project> here | #channel | twin #crew #pm | off"),
)
