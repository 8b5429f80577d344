"""Notices to a crew in both languages: the draft, the card in the channel, and who has read it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.translation import NoticeState
from bot.reports.notices import NoticeFacts
from bot.slack import ids
from bot.slack.blocks import Json, Run, actions, ask, button, context, fit, quote, section
from bot.slack.content import Content
from bot.slack.graphemes import cut
from bot.slack.ids import FormRef, Ref
from bot.slack.inputs import choice, modal, text_input
from bot.slack.mrkdwn import escape, inline, one_line, showable
from bot.slack.reader import Reader
from bot.slack.views.trouble import NOTICE, say

NOTICE_LIMIT = 2000
_MOST_NAMES = 30
_HEADLINE = "📢 *공지 · Notice*"


def notice_card(facts: NoticeFacts) -> Content:
    """Return the notice as it stands in the channel, Korean first, with the count of its readers.

    Names of readers are nobody's business here. A withdrawn notice loses its words.
    """
    if facts.state is NoticeState.WITHDRAWN:
        text = "이 공지는 내렸어요. · This notice was withdrawn."
        return Content(text, [section(f"📢 {text}")])
    by = [inline(facts.author)]
    if facts.approved_by and facts.approved_by != facts.author:
        by.append(f"한국어 확인 · Korean checked by {inline(facts.approved_by)}")
    read = f"읽음 {facts.read}/{facts.of} · read by {facts.read} of {facts.of}"
    blocks = fit(
        lambda size: [
            section(_HEADLINE),
            section(_paragraphs(facts.korean, size)),
            section(_paragraphs(facts.english, size)),
            *actions(button("확인했어요 · I have read it", ids.NOTICE_READ, Ref(facts.notice_id, 0))),
            context(" · ".join([*by, inline(facts.project_key, 20)]), f"👀 {read}"),
        ]
    )
    return Content(f"📢 {inline(facts.korean, 100)} · {inline(facts.english, 100)}", blocks)


def _paragraphs(text: str, size: int) -> str:
    # Escaping can make a character five, and a section has room for 3,000.
    for length in (size, size // 2, size // 5):
        shown = escape(cut(text, length))
        if len(shown) <= 3000:
            break
    return shown or "—"


def draft_card(reader: Reader, facts: NoticeFacts, *, may_approve: bool) -> Content:
    """Return a notice for one of those who work on it: what it still needs, or how far it was read."""
    t = reader.t
    key = inline(facts.project_key, 20)
    if facts.state is NoticeState.WITHDRAWN:
        text = t("The notice in {project} was withdrawn", project=key)
        return Content(text, [section(f"📢 *{text}*")])
    if facts.state is NoticeState.POSTED:
        text = t("The notice in {project} is posted", project=key)
        return Content(text, fit(lambda size: _posted(reader, facts, text, size)))
    text = t("A notice for {project} is being prepared", project=key)
    return Content(text, fit(lambda size: _draft(reader, facts, text, size, may_approve=may_approve)))


def _draft(reader: Reader, facts: NoticeFacts, text: str, size: int, *, may_approve: bool) -> list[Json]:
    t = reader.t
    ref = Ref(facts.notice_id, facts.ver)
    machine = t("🌐 Machine translation: please check it")
    korean = facts.korean or (t("Being translated…") if facts.pending else t("Still missing"))
    english = facts.english or (t("Being translated…") if facts.pending else t("Still missing"))
    whole = bool(facts.korean and facts.english)
    sure = ask(
        t("Post this notice?"),
        t("It goes to the channel in both languages. By posting it you vouch for the Korean."),
        t("Post"),
        t("Not yet"),
        "primary",
    )
    away = ask(t("Drop this notice?"), t("Nobody will see it."), t("Drop"), t("Leave it"))
    return [
        section(f"📢 *{text}*"),
        quote("English", [Run(cut(showable(english), size))], machine if facts.machine == "en" else ""),
        quote("한국어", [Run(cut(showable(korean), size))], machine if facts.machine == "ko" else ""),
        *actions(
            button(t("Post"), ids.NOTICE_POST, ref, style="primary", confirm=sure)
            if whole and may_approve
            else None,
            button(t("Edit the Korean"), ids.NOTICE_KOREAN, ref),
            button(t("Edit"), ids.NOTICE_EDIT, ref),
            button(t("Drop"), ids.NOTICE_WITHDRAW, ref, confirm=away),
        ),
        context(
            t("by {name}", name=inline(facts.author)),
            t("Post it yourself once the Korean is right.")
            if may_approve
            else t("A supervisor checks the Korean and posts it."),
        ),
    ]


def _posted(reader: Reader, facts: NoticeFacts, text: str, size: int) -> list[Json]:
    t = reader.t
    ref = Ref(facts.notice_id, facts.ver)
    where = f" · <#{facts.channel}>" if facts.channel else ""
    away = ask(
        t("Withdraw this notice?"), t("Its words disappear from the channel."), t("Withdraw"), t("Leave it")
    )
    return [
        section(f"📢 *{text}*{where}"),
        quote("", [Run(cut(showable(facts.english), min(size, 600)))]),
        quote("", [Run(cut(showable(facts.korean), min(size, 600)))]),
        section(_readers(reader, facts)),
        *actions(
            button(t("Remind the others"), ids.NOTICE_REMIND, ref) if facts.unread else None,
            button(t("Withdraw"), ids.NOTICE_WITHDRAW, ref, confirm=away),
        ),
    ]


def _readers(reader: Reader, facts: NoticeFacts) -> str:
    t = reader.t
    read = t("Read by {read} of {of}.", read=reader.number(facts.read), of=reader.number(facts.of))
    if not facts.unread:
        return f"👀 {read}"
    names = ", ".join(inline(name, 40) for name in facts.unread[:_MOST_NAMES])
    if left := len(facts.unread) - _MOST_NAMES:
        names += " " + t.plural("and {n} more", "and {n} more", left) if left > 0 else ""
    missing = t("Not read yet")
    return f"👀 {read}\n{missing}: {names}"


def reminder(reader: Reader, facts: NoticeFacts) -> Content:
    """Return a notice for somebody who has not read it yet, in their language."""
    t = reader.t
    text = t("A notice in {project} waits to be read", project=inline(facts.project_key, 20))
    return Content(text, fit(lambda size: _to_read(reader, facts, f"📢 *{text}*", size)))


def _to_read(reader: Reader, facts: NoticeFacts, headline: str, size: int) -> list[Json]:
    words = facts.korean if reader.language == "ko" else facts.english
    where = f"<#{facts.channel}> · " if facts.channel else ""
    return [
        section(headline),
        quote("", [Run(cut(showable(words), size))]),
        *actions(button(reader.t("I have read it"), ids.NOTICE_READ, Ref(facts.notice_id, 0))),
        context(where + inline(facts.author)),
    ]


def unread_row(reader: Reader, facts: NoticeFacts) -> Json:
    """Return an unread notice in Home: its beginning and the way to the whole."""
    t = reader.t
    words = facts.korean if reader.language == "ko" else facts.english
    return section(f"📢 {inline(words, 300)}", button(t("Open"), ids.NOTICE_OPEN, Ref(facts.notice_id, 0)))


def in_hand_row(reader: Reader, facts: NoticeFacts) -> Json:
    """Return a notice in the Home of those who look after it: its beginning and how far it is."""
    t = reader.t
    beginning = inline(facts.english if reader.language != "ko" and facts.english else facts.korean, 100)
    if facts.state is NoticeState.POSTED:
        state = t("Read by {read} of {of}.", read=reader.number(facts.read), of=reader.number(facts.of))
    elif facts.pending:
        state = t("Being translated…")
    else:
        state = t("Waits for a supervisor")
    ref = Ref(facts.notice_id, 0)
    line = f"📢 {beginning}\n{inline(facts.project_key, 20)} · {state}"
    return section(line, button(t("Open"), ids.NOTICE_OPEN, ref))


def notice_modal(reader: Reader, facts: NoticeFacts, *, manages: bool = False) -> Json:
    """Return a notice in a window: for its readers with the button, for those who look after it with names."""
    t = reader.t
    title = t("Notice")
    if facts.state is NoticeState.WITHDRAWN:
        return modal(t, NOTICE, title, "", [section(t("This notice was withdrawn."))])
    words = {"한국어": facts.korean, "English": facts.english}
    if reader.language != "ko":
        words = dict(reversed(words.items()))
    blocks = [quote(name, [Run(cut(showable(text), NOTICE_LIMIT) or "—")]) for name, text in words.items()]
    if facts.state is NoticeState.POSTED:
        blocks += (
            [section(_readers(reader, facts))]
            if manages
            else actions(button(t("I have read it"), ids.NOTICE_READ, Ref(facts.notice_id, 0)))
        )
    blocks.append(context(f"{inline(facts.author)} · {inline(facts.project_key, 20)}"))
    return modal(t, NOTICE, title, "", blocks)


def draft_form(
    reader: Reader,
    projects: Sequence[tuple[str, str]] = (),
    *,
    english: str = "",
    korean: str = "",
    notice_id: int = 0,
    ver: int = 0,
) -> Json:
    """Return the window in which a notice is written; `projects` are asked for only for a new one."""
    t = reader.t
    which = [choice(t("Project"), ids.PROJECT, projects, chosen=projects[0][0])] if projects else []
    blocks = [
        *which,
        text_input("English", ids.ENGLISH, value=english, limit=NOTICE_LIMIT, optional=True),
        text_input(
            "한국어",
            ids.KOREAN,
            value=korean,
            limit=NOTICE_LIMIT,
            optional=True,
            hint=t("One language is enough: the other is drafted for a supervisor to check."),
        ),
    ]
    ref = FormRef(notice_id, ver)
    return modal(t, ids.FORM_NOTICE, t("Notice"), t("Save"), blocks, metadata=ref.dump())


def korean_form(reader: Reader, facts: NoticeFacts) -> Json:
    """Return the window in which the Korean of a notice is put right, with the English on top."""
    t = reader.t
    blocks = [
        quote("English", [Run(cut(showable(facts.english), NOTICE_LIMIT) or "—")]),
        text_input("한국어", ids.KOREAN, value=facts.korean, limit=NOTICE_LIMIT),
    ]
    ref = FormRef(facts.notice_id, facts.ver)
    return modal(t, ids.FORM_NOTICE_KOREAN, t("Edit the Korean"), t("Save"), blocks, metadata=ref.dump())


def drafted(reader: Reader) -> Content:
    """Confirm that a notice is kept as a draft."""
    return say("📢 " + reader.t("Saved as a draft. You find it in your messages with me."))


def posted(reader: Reader) -> Content:
    """Confirm that a notice goes to its channel."""
    return say("📢 " + reader.t("The notice is on its way to the channel."))


def withdrawn(reader: Reader) -> Content:
    """Confirm that a notice is gone."""
    return say("📢 " + reader.t("The notice is withdrawn."))


def acknowledged(reader: Reader) -> Content:
    """Thank somebody for having read a notice."""
    return say("👀 " + reader.t("Thank you. I noted that you have read it."))


def reminded(reader: Reader, people: int) -> Content:
    """Confirm that the others are reminded."""
    words = reader.t.plural("I am reminding {n} person.", "I am reminding {n} people.", people)
    return say(f"📢 {one_line(words)}")
