"""Joining, one's own settings, and news about roles."""

from __future__ import annotations

from typing import Protocol

from bot.domain.people import Role, WorkStatus
from bot.i18n.catalogs import LANGUAGES, N_
from bot.slack import ids
from bot.slack.blocks import Json, actions, button, context, fields, section
from bot.slack.content import Content
from bot.slack.mrkdwn import inline, mention
from bot.slack.reader import Reader
from bot.slack.views.tasks import next_button
from bot.slack.words import say_role, say_status

LANGUAGE_NAMES = {"ko": "한국어", "en": "English"}


def welcome() -> Content:
    """Greet somebody the bot does not know yet, in both languages, with one button to join."""
    blocks = [
        section(
            "👋 *반가워요! 이 팀의 작업을 도와드리는 가교예요.*\n"
            "다른 분들께 보일 닉네임만 정하면 가입이 끝나요. 몇 초면 돼요. "
            "관리자가 프로젝트에 넣어 드리면 바로 알려 드릴게요."
        ),
        section(
            "*Nice to meet you! I am Gagyo and help with this crew's work.*\n"
            "To join, choose the name others will see. It takes a few seconds. "
            "As soon as an admin puts you in a project I will let you know."
        ),
        *actions(button("시작하기 · Join", ids.JOIN_OPEN, style="primary")),
    ]
    return Content(
        "반가워요! 닉네임을 정하면 가입이 끝나요. / Nice to meet you! Choose a name to join.", blocks
    )


def joined(reader: Reader, nickname: str) -> Content:
    """Welcome somebody who has joined and says what happens next."""
    t = reader.t
    text = t("Welcome, {nickname}!", nickname=inline(nickname))
    more = t("An admin has been told. As soon as you are in a project I will let you know here.")
    privacy = t("Others only see this name. Your real name is not stored.")
    return Content(text, [section(f"🎉 *{text}*\n{more}"), context(privacy)])


class ProfileFacts(Protocol):
    """Somebody's own settings."""

    @property
    def nickname(self) -> str:
        """The name others see."""
        ...

    @property
    def language(self) -> str:
        """The language the bot speaks to them."""
        ...

    @property
    def zone(self) -> str:
        """Their IANA time zone."""
        ...

    @property
    def status(self) -> WorkStatus:
        """Whether they want work now."""
        ...


def profile(reader: Reader, facts: ProfileFacts) -> Content:
    """Return a person's own settings, each with a button that changes it."""
    t = reader.t
    text = t("Your settings, {nickname}", nickname=inline(facts.nickname))
    shown = fields(
        (t("Nickname"), inline(facts.nickname)),
        (t("Language"), LANGUAGE_NAMES.get(facts.language, inline(facts.language))),
        (t("Status"), say_status(t, facts.status)),
        (t("Time zone"), inline(facts.zone)),
    )
    row = actions(*settings_buttons(reader, facts.language, facts.status))
    note = context(t("Resting has no consequence, and you can come back whenever you like."))
    return Content(text, [section(f"*{text}*"), shown, *row, note])


def settings_buttons(
    reader: Reader, language: str, status: WorkStatus | None, *, in_latin: bool = False
) -> list[Json | None]:
    """Return the buttons for status, nickname and language; each value is what it would change to.

    `status` is None for people who take no tasks, so that they are not asked whether they rest. A language is
    named in its own words, for those who got the wrong one; `in_latin` is for who reads no Hangul.
    """
    t = reader.t
    resting = status is WorkStatus.RESTING
    label = t("Take work again") if resting else t("Rest for now")
    wanted = WorkStatus.WORKING if resting else WorkStatus.RESTING
    other = next(code for code in LANGUAGES if code != language)
    return [
        button(label, ids.MY_STATUS, wanted.value) if status is not None else None,
        button(t("Change nickname"), ids.MY_NICKNAME),
        button(t("Korean") if in_latin else LANGUAGE_NAMES[other], ids.MY_LANGUAGE, other),
    ]


_CAN_DO = {
    Role.WORKER: N_("Tasks of this project are open to you now."),
    Role.REVIEWER: N_("You can review work of this project now."),
    Role.SUPERVISOR: N_("You can review, and settle what reviewers hand up."),
    Role.PM: N_("You can import tasks and see the project's status."),
}


def role_changed(reader: Reader, key: str, name: str, role: Role, granted: bool) -> Content:
    """Tell somebody about a role they were given or no longer have."""
    t = reader.t
    values = {"role": say_role(t, role), "project": f"{inline(name, 80)} ({inline(key, 20)})"}
    if not granted:
        text = t("You no longer have the role {role} in {project}.", **values)
        more = t("Work you have handed in keeps its pay. If this surprises you, please ask an admin.")
        return Content(text, [section(f"{text}\n{more}")])
    text = t("You now have the role {role} in {project}.", **values)
    row = {
        Role.WORKER: [next_button(reader)],
        Role.REVIEWER: [button(t("Next review"), ids.REVIEW_NEXT, style="primary")],
        Role.SUPERVISOR: [button(t("Next review"), ids.REVIEW_NEXT, style="primary")],
        Role.PM: [],
    }
    return Content(text, [section(f"🪪 *{text}*\n{t(_CAN_DO[role])}"), *actions(*row[role])])


def join_requested(reader: Reader, nickname: str, user: str) -> Content:
    """Tell an admin about a newcomer, with the line that gives them a role."""
    t = reader.t
    text = t("{nickname} has joined and would like to be in a project.", nickname=inline(nickname))
    key = t("PROJECT")
    line = f"{reader.commands['admin']} role {mention(user)} worker {key}"
    how = t("To let them in, send this line with the key of a project:")
    other = t("Instead of worker it can be reviewer, supervisor or pm.")
    return Content(text, [section(f"🙋 *{text}*"), section(f"{how}\n{line}"), context(other)])
