"""Qualifications: one's own, those of others for who gives them, and the news about them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.people import Role
from bot.reports.qualifications import Asked, GrantFacts
from bot.slack import ids
from bot.slack.blocks import Json, Run, actions, button, context, divider, quote, section
from bot.slack.content import Content
from bot.slack.graphemes import cut
from bot.slack.mrkdwn import inline, showable
from bot.slack.reader import Reader
from bot.slack.views.tasks import next_button
from bot.slack.views.trouble import say

_MOST = 20
_MOST_EVIDENCE = 500
_MOST_HOW = 300


def named(facts: GrantFacts) -> str:
    """Return a qualification with its number, if it has one."""
    key = f"*{inline(facts.key, 40)}*"
    return key if facts.value is None else f"{key} {facts.value}"


def _until(reader: Reader, facts: GrantFacts) -> str:
    t = reader.t
    if facts.expires_at is None:
        return t("no end date")
    return t("until {time}", time=reader.time(facts.expires_at))


def own_qualifications(
    reader: Reader,
    grants: Sequence[GrantFacts],
    asked: Sequence[Asked],
    quizzes: Sequence[tuple[int, str]] = (),
) -> Content:
    """Return what somebody is qualified for, what their projects ask for, and a quiz for each of `quizzes`."""
    t = reader.t
    text = t("Your qualifications")
    blocks: list[Json] = [section(f"🎓 *{text}*")]
    if not grants:
        blocks.append(
            section(t("You have none yet. Supervisors give them for what they have seen of your work."))
        )
    blocks += [section(f"{named(one)} · {_until(reader, one)}") for one in grants[:_MOST]]
    if asked:
        title = t("What your projects ask for")
        blocks += [divider(), section(f"*{title}*"), *(_asked_row(reader, one) for one in asked[:_MOST])]
    if quizzes:
        title = t("Quizzes")
        note = t(
            "It takes a few minutes. Only you see the result; if you pass, the supervisors are told that."
        )
        rows = [
            section(f"📝 {inline(key, 20)}", button(t("Take the quiz"), ids.QUIZ_OPEN, str(id)))
            for id, key in quizzes[:_MOST]
        ]
        blocks += [divider(), section(f"*{title}*"), *rows, context(note)]
    return Content(text, blocks)


def _asked_row(reader: Reader, asked: Asked) -> Json:
    t = reader.t
    sign = "✅" if asked.has else "🔑"
    what = t("for reviewing") if asked.role is Role.REVIEWER else t("for working")
    lines = [f"{sign} *{inline(asked.project_key, 20)}* {what}: *{inline(asked.key, 40)}*"]
    if not asked.has:
        if asked.how:
            lines.append(t("How to get it: {how}", how=inline(asked.how, _MOST_HOW)))
        if asked.needs:
            lines.append(t("It needs {key} first.", key=f"*{inline(asked.needs, 40)}*"))
        if not asked.how:
            lines.append(t("Please ask a supervisor if you would like it."))
    return section("\n".join(lines))


def grant_list(reader: Reader, grants: Sequence[GrantFacts]) -> Content:
    """Return who is qualified for what, for those who give qualifications."""
    t = reader.t
    text = t("Qualifications given")
    rows = [
        section(
            f"{named(one)} · {inline(one.nickname, 40)} · {_until(reader, one)}\n"
            f"{inline(one.evidence, 120)} ({inline(one.granted_by, 40)})"
        )
        for one in grants[:_MOST]
    ]
    if not rows:
        rows = [section(t("None yet."))]
    if len(grants) > _MOST:
        rows.append(context(t("Only the first {n} are listed.", n=_MOST)))
    how = t(
        "To give one: `{command} grant @person aide:2 until 2027-01-31 what you have seen`",
        command=reader.commands["sup"],
    )
    return Content(text, [section(f"🎓 *{text}*"), *rows, context(how)])


def granted_reply(reader: Reader, nickname: str, key: str, value: int | None) -> Content:
    """Confirm that somebody is qualified now."""
    shown = inline(key, 40) if value is None else f"{inline(key, 40)} {value}"
    name = inline(nickname, 40)
    return say("🎓 " + reader.t("{name} now has the qualification {key}, and is told.", name=name, key=shown))


def revoked_reply(reader: Reader, nickname: str, key: str) -> Content:
    """Confirm that a qualification was taken back."""
    name, shown = inline(nickname, 40), inline(key, 40)
    return say(reader.t("{name} no longer has the qualification {key}, and is told.", name=name, key=shown))


def described_reply(reader: Reader, key: str) -> Content:
    """Confirm what people read about how to get a qualification."""
    return say(reader.t("Noted: this is what people read about {key} before they try.", key=inline(key, 40)))


def grant_news(reader: Reader, facts: GrantFacts, what: str) -> Content:
    """Tell somebody that a qualification was given, is about to end, has ended or was taken back."""
    t = reader.t
    key = inline(facts.key, 40) if facts.value is None else f"{inline(facts.key, 40)} {facts.value}"
    when = reader.time(facts.expires_at) if facts.expires_at else ""
    more = button(t("My qualifications"), ids.GRANT_SHOW)
    if what == "given":
        text = t("You have a new qualification: {key}", key=key)
        until = _until(reader, facts)
        seen = quote(
            t("What {name} has seen", name=inline(facts.granted_by, 40)), [Run(_cut(facts.evidence))]
        )
        return Content(text, [section(f"🎓 *{text}*\n{until}"), seen, *actions(next_button(reader), more)])
    if what == "ending":
        text = t("Your qualification {key} ends on {time}", key=key, time=when)
        said = t("If you would like to keep it, please tell a supervisor in good time.")
    elif what == "ended":
        text = t("Your qualification {key} has ended", key=key)
        said = t("What you have done with it stays paid. A supervisor can renew it.")
    else:
        text = t("Your qualification {key} was taken back", key=key)
        said = t("What you have done with it stays paid. If this surprises you, please ask a supervisor.")
    return Content(text, [section(f"🎓 *{text}*\n{said}"), *actions(more)])


def _cut(text: str) -> str:
    return cut(showable(text), _MOST_EVIDENCE)
