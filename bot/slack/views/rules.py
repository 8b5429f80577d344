"""A project's rules, each in one plain sentence with the name by which it is changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

from bot.domain.rules import ReviewMode, Rules
from bot.domain.task import TaskType
from bot.slack.blocks import context, section
from bot.slack.content import Content
from bot.slack.mrkdwn import inline
from bot.slack.reader import Reader


def rules_card(
    reader: Reader,
    key: str,
    task_type: TaskType,
    rules: Rules,
    *,
    before: Rules | None = None,
    following: bool = False,
) -> Content:
    """Return the rules in force; those changed from `before` first. `following`: tasks still adapt to an overlap."""
    t = reader.t
    shown = inline(key, 20)
    how = t(
        "To change some, type for example `{command} rules {key} overlap=3 overlap_max=5`. "
        "Each line begins with the name of its rule.",
        command=reader.commands["pm"],
        key=shown,
    )
    if before is None:
        text = t("The rules of {key}", key=shown)
        return Content(text, [section(f"⚖️ *{text}*"), *_groups(reader, rules), context(how)])
    changed = [name for name in _NAMES if getattr(before, name) != getattr(rules, name)]
    if not changed:
        text = t("The rules of {key} were like that already.", key=shown)
        return Content(text, [section(f"⚖️ {text}")])
    text = t("The rules of {key} have changed", key=shown)
    lines = [f"⚖️ *{text}*", *(f"• {_line(reader, name, rules)}" for name in changed)]
    notes = []
    if "overlap" in changed:
        notes.append(_overlap_note(reader, before, rules, following=following))
    if "weight_by" in changed and rules.weight_by and task_type is not TaskType.MODERATION:
        notes.append(t("Votes are only weighted where labels are chosen, so this changes nothing here."))
    return Content(text, [section("\n".join(lines)), *(context(note) for note in notes)])


def _groups(reader: Reader, rules: Rules) -> list[dict[str, object]]:
    t = reader.t
    titles = (t("How answers are counted"), t("What is reviewed"), t("Who gets work"))
    return [
        section("\n".join([f"*{title}*", *(f"• {_line(reader, name, rules)}" for name in names)]))
        for title, names in zip(titles, _GROUPS, strict=True)
    ]


def _line(reader: Reader, name: str, rules: Rules) -> str:
    return f"`{name}={_typed(getattr(rules, name))}` {_SAID[name](reader, rules)}"


def _typed(value: object) -> str:
    """Return a value as one would type it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "off" if value is None else inline(str(value), 40)


def _overlap_note(reader: Reader, before: Rules, after: Rules, *, following: bool) -> str:
    t = reader.t
    if after.overlap > before.overlap:
        note = t("Tasks that lack answers are open again, final ones too. No answer is lost.")
    else:
        note = t("Places nobody has taken are closed. Work in hand goes on and is paid; no answer is lost.")
    if following:
        note += " " + t("That takes a little while, as there are many tasks.")
    return note


def _overlap(reader: Reader, rules: Rules) -> str:
    return reader.t.plural("{n} person answers each task.", "{n} people answer each task.", rules.overlap)


def _overlap_max(reader: Reader, rules: Rules) -> str:
    t = reader.t
    if rules.overlap_max == rules.overlap:
        return t("Where the answers do not agree, a supervisor decides.")
    return t.plural(
        "Where they do not agree, one more is asked at a time, up to {n}; then a supervisor decides.",
        "Where they do not agree, one more is asked at a time, up to {n}; then a supervisor decides.",
        rules.overlap_max,
    )


def _majority(reader: Reader, rules: Rules) -> str:
    return reader.t(
        "They agree when more than {percent} of the votes say the same.",
        percent=reader.percent(rules.majority / 100),
    )


def _ignore_spaces(reader: Reader, rules: Rules) -> str:
    t = reader.t
    if rules.ignore_spaces:
        return t("Spaces do not count in the vote; the answer keeps them.")
    return t("Spaces count in the vote, but not how many.")


def _ignore_punctuation(reader: Reader, rules: Rules) -> str:
    t = reader.t
    if rules.ignore_punctuation:
        return t("Punctuation does not count in the vote; the answer keeps it.")
    return t("Punctuation counts in the vote.")


def _weight_by(reader: Reader, rules: Rules) -> str:
    t = reader.t
    if rules.weight_by is None:
        return t("Every vote counts the same.")
    return t(
        "Votes on labels are weighted by each person's number in {key}.", key=inline(rules.weight_by, 40)
    )


def _dialect(reader: Reader, rules: Rules) -> str:
    t = reader.t
    if rules.dialect is None:
        return t("Answers of people who know the dialect are counted like all others.")
    return t("Where somebody with {key} is outvoted, a supervisor decides.", key=inline(rules.dialect, 40))


def _review_mode(reader: Reader, rules: Rules) -> str:
    t = reader.t
    return {
        ReviewMode.EVERY: t("Every answer is reviewed."),
        ReviewMode.CONSENSUS: t(
            "Answers are accepted as they come; where they do not agree, a person decides."
        ),
        ReviewMode.SAMPLE: t("A sample of the answers is reviewed; the others are accepted as they come."),
    }[rules.review_mode]


def _sample_percent(reader: Reader, rules: Rules) -> str:
    share = reader.percent(rules.sample_percent / 100)
    return reader.t("With review_mode=sample, {percent} of the answers are reviewed.", percent=share)


def _newcomer_first(reader: Reader, rules: Rules) -> str:
    return reader.t.plural(
        "With review_mode=sample, the first {n} answer of a person is always reviewed.",
        "With review_mode=sample, the first {n} answers of a person are always reviewed.",
        rules.newcomer_first,
    )


def _rework_limit(reader: Reader, rules: Rules) -> str:
    return reader.t.plural(
        "After {n} reject of the same work the task goes to somebody else.",
        "After {n} rejects of the same work the task goes to somebody else.",
        rules.rework_limit,
    )


def _gold_percent(reader: Reader, rules: Rules) -> str:
    t = reader.t
    if not rules.gold_percent:
        return t("No gold tasks are mixed in.")
    share = reader.percent(rules.gold_percent / 100)
    return t(
        "{percent} of the tasks handed out are gold tasks, whose answer is known; they are "
        "paid like all others.",
        percent=share,
    )


def _gate(reader: Reader, rules: Rules) -> str:
    t = reader.t
    if rules.gate is None:
        return t("Every worker of the project may work.")
    return t("Workers need the qualification {key}.", key=inline(rules.gate, 40))


def _review_gate(reader: Reader, rules: Rules) -> str:
    t = reader.t
    if rules.review_gate is None:
        return t("Every reviewer of the project may review.")
    return t("Reviewers need the qualification {key}.", key=inline(rules.review_gate, 40))


def _day_cap(reader: Reader, rules: Rules) -> str:
    t = reader.t
    if rules.day_cap is None:
        return t("There is no daily limit.")
    return t.plural(
        "At most {n} task a day for each person.", "At most {n} tasks a day for each person.", rules.day_cap
    )


def _sensitive(reader: Reader, rules: Rules) -> str:
    t = reader.t
    if rules.sensitive:
        return t("The content can be upsetting: people agree first, and can stop at any time.")
    return t("The content is not marked as upsetting.")


def _row_limit(reader: Reader, rules: Rules) -> str:
    return reader.t.plural(
        "With sensitive=yes, at most {n} task in a row before a break.",
        "With sensitive=yes, at most {n} tasks in a row before a break.",
        rules.row_limit,
    )


def _by_call_out(reader: Reader, rules: Rules) -> str:
    t = reader.t
    if rules.by_call_out:
        return t("Only people with a place in a call-out get tasks.")
    return t("Work is not tied to call-outs.")


_SAID: dict[str, Callable[[Reader, Rules], str]] = {
    "overlap": _overlap,
    "overlap_max": _overlap_max,
    "majority": _majority,
    "ignore_spaces": _ignore_spaces,
    "ignore_punctuation": _ignore_punctuation,
    "weight_by": _weight_by,
    "dialect": _dialect,
    "review_mode": _review_mode,
    "sample_percent": _sample_percent,
    "newcomer_first": _newcomer_first,
    "rework_limit": _rework_limit,
    "gold_percent": _gold_percent,
    "gate": _gate,
    "review_gate": _review_gate,
    "day_cap": _day_cap,
    "sensitive": _sensitive,
    "row_limit": _row_limit,
    "by_call_out": _by_call_out,
}
_NAMES = tuple(field.name for field in fields(Rules))
_COUNTED, _REVIEWED = _NAMES.index("review_mode"), _NAMES.index("gate")
_GROUPS = (_NAMES[:_COUNTED], _NAMES[_COUNTED:_REVIEWED], _NAMES[_REVIEWED:])
