"""Task content in public: the author is warned in private, others are asked to delete it; it is never repeated."""

from __future__ import annotations

from bot.reports.issue_parts import LeakFacts
from bot.slack import ids
from bot.slack.blocks import Json, actions, button, context, link, section
from bot.slack.content import Content
from bot.slack.ids import Ref
from bot.slack.mrkdwn import inline
from bot.slack.reader import Reader
from bot.slack.views.trouble import say


def warning(reader: Reader, leak: LeakFacts, url: str) -> Content:
    """Return what the author of a public message reads of it, with what they can do now. `url` opens the message."""
    t = reader.t
    if leak.deleted_at is not None:
        return _thanks(reader, leak)
    if leak.harmless_at is not None:
        return say("🙆 " + t("All right, nobody was told. Please keep work out of public channels."))
    if leak.issue_id is None:
        return _question(reader, leak, url)
    text = t("Task content seems to be in a public channel")
    words = t(
        "Please delete your message in {channel}. I have kept none of its words, translated nothing and "
        "repeated nothing. The supervisors know that it happened, and it can happen to anybody.",
        channel=f"<#{leak.channel}>",
    )
    if leak.asked_at is None:
        more = button(t("Please delete it for me"), ids.LEAK_ASK, Ref(leak.leak_id, leak.ver))
        note = []
    else:
        more = None
        asked = t(
            "I have asked the supervisors and admins to delete it ({time}).", time=reader.time(leak.asked_at)
        )
        note = [context(f"🙏 {asked}")]
    blocks = [
        section(f"🔒 *{text}*\n{words}"),
        *note,
        *actions(
            _open(reader, url),
            button(t("I have deleted it"), ids.LEAK_DELETED, Ref(leak.leak_id, leak.ver), style="primary"),
            more,
        ),
        context(_place(reader, leak)),
    ]
    return Content(text, blocks)


def _question(reader: Reader, leak: LeakFacts, url: str) -> Content:
    t = reader.t
    text = t("Does your picture show work?")
    words = t(
        "You have put a picture into {channel}, which everybody can see. I have not looked at it, and unless "
        "you say yes nobody is told.",
        channel=f"<#{leak.channel}>",
    )
    ref = Ref(leak.leak_id, leak.ver)
    blocks = [
        section(f"🖼️ *{text}*\n{words}"),
        *actions(
            _open(reader, url),
            button(t("Yes, I will delete it"), ids.LEAK_YES, ref, style="primary"),
            button(t("No"), ids.LEAK_HARMLESS, ref),
        ),
        context(_place(reader, leak)),
    ]
    return Content(text, blocks)


def _thanks(reader: Reader, leak: LeakFacts) -> Content:
    t = reader.t
    words = t("Thank you, the message is gone.")
    if leak.issue_id is not None:
        words += " " + t("The supervisors see that, too.")
    return Content(words, [section(f"✅ {words}"), context(_place(reader, leak))])


def please_delete(reader: Reader, leak: LeakFacts, url: str) -> Content:
    """Return what supervisors and admins read who are asked to delete somebody's message."""
    t = reader.t
    if leak.deleted_at is not None:
        words = t("The message with task content in {channel} is gone.", channel=f"<#{leak.channel}>")
        return Content(words, [section(f"✅ {words}"), context(_place(reader, leak))])
    text = t("Please delete a message with task content")
    if leak.author_id is None:
        who = t("Somebody who has not joined has put task content of *{project}* into {channel}.",
                project=inline(leak.project_key, 20), channel=f"<#{leak.channel}>")  # fmt: skip
    else:
        who = t(
            "{author} asks to have their message in {channel} deleted. It shows task content of *{project}*.",
            author=inline(leak.author, 40),
            channel=f"<#{leak.channel}>",
            project=inline(leak.project_key, 20),
        )
    hint = t("In Slack only admins of the workspace can delete other people's messages. I can't.")
    blocks = [
        section(f"🔒 *{text}*\n{who}"),
        *actions(_open(reader, url)),
        context(hint),
        context(_place(reader, leak)),
    ]
    return Content(text, blocks)


def still_there(reader: Reader) -> Content:
    """Say that a message which was said to be deleted can still be seen."""
    return say("👀 " + reader.t("I can still see the message. Please delete it, then press again."))


def left_alone(reader: Reader) -> Content:
    """Say why a message is neither translated nor looked up."""
    return say("🔒 " + reader.t("This message seems to hold task content, so I leave it alone."))


def _open(reader: Reader, url: str) -> Json:
    return link(reader.t("Open the message"), ids.LINK_MESSAGE, url)


def _place(reader: Reader, leak: LeakFacts) -> str:
    parts = [inline(leak.project_key, 20), reader.time(leak.found_at)]
    if leak.issue_id is not None:
        parts.append(reader.t("issue #{number}", number=leak.issue_id))
    return " · ".join(parts)
