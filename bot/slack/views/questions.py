"""What a question is answered with: a citation, sections that may help, or an honest "not in the guideline"."""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.domain.questions import Judgement, Outcome, Place
from bot.i18n.catalogs import N_
from bot.reports.questions import AnswerFacts, Cited, KeptAnswer, ReplyFacts
from bot.reports.translations import RelayFacts
from bot.slack import ids
from bot.slack.blocks import Json, Run, actions, button, context, fit, link, quote, section
from bot.slack.content import Content
from bot.slack.graphemes import cut
from bot.slack.ids import FormRef, Ref
from bot.slack.inputs import choice, modal
from bot.slack.issue_refs import CardRef
from bot.slack.mrkdwn import inline, mention, one_line, open_url, showable
from bot.slack.reader import Reader
from bot.slack.views.relays import passed_on, relay_buttons
from bot.slack.views.trouble import say
from bot.slack.views.work import escalate_button

_JUDGED = (Outcome.ANSWER, Outcome.CANDIDATES, Outcome.FAQ)
_HEADLINES = {
    Outcome.ANSWER: ("📖", N_("The guideline says this")),
    Outcome.CANDIDATES: ("🔎", N_("These sections may help. Please check whether they do.")),
    Outcome.FAQ: ("💬", N_("This question was answered before")),
    Outcome.UNKNOWN: ("🤔", N_("I did not find this in the guideline.")),
    Outcome.NO_GUIDELINE: ("📭", N_("This project has no guideline here yet, so I cannot look it up.")),
    Outcome.TOPIC: ("🗂️", N_("Not a matter of the guideline.")),
    Outcome.FAILED: ("🛠️", N_("Something went wrong while I was looking. You can ask a person instead.")),
}
_MOST_PROJECTS = 20


def searching(reader: Reader) -> Content:
    """Say at once that an answer is being looked for."""
    return say("👀 " + reader.t("Looking it up…"))


def in_direct_messages(reader: Reader) -> Content:
    """Say in a channel that an answer went elsewhere, without a word of it."""
    return say("🔒 " + reader.t("This project is confidential, so I have answered in a direct message."))


def which_project(reader: Reader, question_id: int, projects: tuple[tuple[int, str], ...]) -> Content:
    """Ask which project a question is about."""
    t = reader.t
    text = t("Which project is this about?")
    pick = t("This one")
    rows = [
        section(f"*{inline(key, 20)}*", button(pick, ids.ASK_PROJECT, Ref(question_id, project_id)))
        for project_id, key in projects[:_MOST_PROJECTS]
    ]
    hint = t("Next time you can write its key first: `{example}`", example=f"{projects[0][1]} …")
    return Content(text, [section(f"🗂️ *{text}*"), *rows, context(hint)])


def answer_card(reader: Reader, facts: AnswerFacts) -> Content:
    """Return what was said to a question, with the buttons that are of use now."""
    t = reader.t
    sign, words = _HEADLINES.get(facts.outcome, _HEADLINES[Outcome.FAILED])
    headline = t(words)
    return Content(headline, fit(lambda size: _answer(reader, facts, f"{sign} *{headline}*", size)))


def _answer(reader: Reader, facts: AnswerFacts, headline: str, size: int) -> list[Json]:
    blocks = []
    if not facts.public and facts.place in (Place.COMMAND, Place.SHORTCUT):
        # An ephemeral message stands alone; without the question nobody knows what it answers.
        blocks.append(context(f"“{inline(facts.text, min(size, 300))}”"))
    blocks.append(section(headline))
    if facts.outcome is Outcome.ANSWER:
        blocks += _citation(reader, facts, size)
    elif facts.outcome is Outcome.CANDIDATES:
        blocks += _candidates(reader, facts, size)
    elif facts.outcome is Outcome.FAQ and facts.kept is not None:
        blocks += _kept(reader, facts.kept, size)
    if facts.similar is not None and facts.outcome is not Outcome.FAQ:
        blocks.append(_similar(reader, facts, facts.similar))
    return [*blocks, *actions(*_buttons(reader, facts)), *_state(reader, facts)]


def _citation(reader: Reader, facts: AnswerFacts, size: int) -> list[Json]:
    t = reader.t
    shown = [quote("", [Run(cut(showable(facts.quote), size))])]
    if facts.exceptions:
        runs = [Run(cut(showable("\n".join(facts.exceptions)), size))]
        shown.append(quote(t("Mind the exceptions beside it"), runs))
    if facts.rendering:
        note = t("A machine's rendering. The English words above count.")
        shown.append(quote(t("In your language"), [Run(cut(showable(facts.rendering), size))], note))
    first = facts.cited[0] if facts.cited else None
    if first is not None:
        shown.append(context(_source(reader, facts, first)))
        shown += actions(_guideline_link(reader, facts.guideline_url, first.anchor))
    return shown


def _candidates(reader: Reader, facts: AnswerFacts, size: int) -> list[Json]:
    shown: list[Json] = []
    for number, cited in enumerate(facts.cited, 1):
        title = f"{number}. {one_line(' › '.join(cited.path), 200)}"
        shown.append(quote(title, [Run(cut(showable(cited.text), min(size, 400)))]))
    if facts.cited:
        shown.append(context(_source(reader, facts, None)))
        shown += actions(_guideline_link(reader, facts.guideline_url, ""))
    return shown


def _source(reader: Reader, facts: AnswerFacts, cited: Cited | None) -> str:
    t = reader.t
    parts = [f"§ {inline(' › '.join(cited.path), 200)}"] if cited is not None else []
    if cited is not None and cited.page is not None:
        parts.append(t("page {n}", n=cited.page))
    parts.append(t("guideline v{version}", version=inline(facts.version, 40)))
    parts.append(inline(facts.project_key, 20))
    return " · ".join(parts)


def _guideline_link(reader: Reader, url: str | None, anchor: str) -> Json | None:
    """Return the button to a section: the anchor is a place in the document, no word of anybody's."""
    address = open_url(url or "")
    if address is None:
        return None
    if anchor.isascii() and anchor and not urlsplit(address).fragment and len(address) + len(anchor) < 2900:
        address = open_url(f"{address}#{anchor}") or address
    return link(reader.t("📖 Guideline"), ids.LINK_GUIDELINE, address)


def _kept(reader: Reader, kept: KeptAnswer, size: int) -> list[Json]:
    t = reader.t
    answer = kept.answer_ko if reader.language == "ko" else kept.answer_en
    place = f"§ {inline(' › '.join(kept.section_path), 200)}" if kept.section_path else ""
    where = place or t("Not in the guideline")
    checked = t("checked {time}", time=reader.time(kept.verified_at)) if kept.verified_at else ""
    return [
        quote(_canonical(reader, kept), [Run(cut(showable(answer), size))]),
        context(" · ".join(part for part in (where, checked) if part)),
    ]


def _canonical(reader: Reader, kept: KeptAnswer) -> str:
    english = reader.language != "ko" and kept.question_en
    return one_line(kept.question_en if english else kept.question, 200)


def _similar(reader: Reader, facts: AnswerFacts, similar: KeptAnswer) -> Json:
    t = reader.t
    text = t(
        "A similar question was answered before: “{question}”", question=inline(_canonical(reader, similar))
    )
    ref = Ref(facts.question_id, similar.faq_id)
    return section(f"💬 {text}", button(t("Show that answer"), ids.ASK_OLD, ref))


def _buttons(reader: Reader, facts: AnswerFacts) -> list[Json | None]:
    t = reader.t
    ref = Ref(facts.question_id, 0)
    judged = facts.outcome in _JUDGED
    return [
        button("👍 " + t("Helpful"), ids.ASK_HELPFUL, ref) if judged else None,
        button("👎 " + t("Not helpful"), ids.ASK_NOT_HELPFUL, ref) if judged else None,
        None
        if facts.handed_over
        else button("🙋 " + t("Ask a person"), ids.ASK_HUMAN, ref, style=None if judged else "primary"),
        button("+" + t("Me too"), ids.ASK_ME_TOO, ref) if facts.public and not facts.replied else None,
        button("📢 " + t("Share here"), ids.ASK_SHARE, ref) if judged and _may_share(facts) else None,
        escalate_button(reader, CardRef("question", facts.question_id)) if _may_escalate(facts) else None,
    ]


def _may_escalate(facts: AnswerFacts) -> bool:
    """Say whether the question belongs to a project, and is not one that everybody chats about."""
    return facts.project_id is not None and facts.outcome is not Outcome.TOPIC


def _may_share(facts: AnswerFacts) -> bool:
    return facts.shareable and facts.place in (Place.COMMAND, Place.SHORTCUT)


def _state(reader: Reader, facts: AnswerFacts) -> list[Json]:
    t = reader.t
    lines = []
    if facts.replied:
        lines.append("✅ " + t("A person has replied to this question."))
    elif facts.handed_over:
        lines.append("🙋 " + t("A person has been asked. The reply goes to everyone who asked."))
    if facts.others:
        lines.append(t.plural("{n} more person asks this.", "{n} more people ask this.", facts.others))
    return [context(*lines)] if lines else []


def old_answer(reader: Reader, kept: KeptAnswer) -> Content:
    """Show an answer that was offered because its question is similar."""
    text = reader.t("This is how a similar question was answered")
    return Content(text, [section(f"💬 *{text}*"), *_kept(reader, kept, 2000)])


def judge_form(reader: Reader, question_id: int) -> Json:
    """Ask what was the matter with an answer."""
    t = reader.t
    options = [
        (Judgement.WRONG.value, t("It is wrong, or about something else")),
        (Judgement.INCOMPLETE.value, t("It is incomplete")),
        (Judgement.TRANSLATION.value, t("The translation is odd")),
    ]
    blocks = [choice(t("What is the matter with the answer?"), ids.JUDGEMENT, options)]
    return modal(
        t, ids.FORM_JUDGE, t("Not helpful"), t("Send"), blocks, metadata=FormRef(question_id, 0).dump()
    )


def thanks(reader: Reader) -> Content:
    """Thank somebody for judging an answer."""
    return say("🙏 " + reader.t("Thank you. This makes the next answers better."))


def handed_over(reader: Reader, told: int, joined: bool) -> Content:
    """Confirm that people have been asked."""
    t = reader.t
    if joined:
        return say("🙋 " + t("Somebody has asked this already. You get the reply as well."))
    words = t.plural(
        "I have asked {n} person. The reply comes to you as a message.",
        "I have asked {n} people. The first reply comes to you as a message.",
        told,
    )
    return say(f"🙋 {words}")


def following(reader: Reader, handed: bool) -> Content:
    """Confirm a "me too"."""
    t = reader.t
    if handed:
        return say("🙋 " + t("Noted: you get the reply as well."))
    return say(
        "🙋 " + t("Noted: you have the same question. Once a person is asked, you get the reply as well.")
    )


def shared(reader: Reader) -> Content:
    """Confirm that an answer stands in the channel now."""
    return say("📢 " + reader.t("The answer is in the channel now."))


def human_reply(
    reader: Reader, facts: ReplyFacts, *, public: bool, relay: RelayFacts | None = None
) -> Content:
    """Return a person's reply to a question: as they wrote it, or as `relay` in the reader's language."""
    t = reader.t
    text = t("A person has replied to your question.")
    to = f"{mention(facts.asker_user)} " if public else ""
    blocks = [
        section(f"💬 {to}*{text}*"),
        *passed_on(reader, one_line(facts.text, 200), facts.reply, relay, 2500),
        *actions(*relay_buttons(reader, relay)),
        context(f"{inline(facts.answered_by)} · {inline(facts.project_key, 20)}"),
    ]
    return Content(text, blocks)


_TOPICS = {
    "pay": N_(
        "Questions about pay are not answered from the guideline. "
        "Home shows what you have earned; a person can tell you the rest."
    ),
    "leave": N_(
        "You decide when you work. `{my} status` says that you rest, and `{work} release` gives a task back; "
        "neither has any consequence."
    ),
    "account": N_("Accounts and access are looked after by an admin. I can pass your question on."),
    "chit_chat": N_(
        "I look things up in the guideline: just ask me. `{work}` is for tasks, `{review}` for reviews, "
        "`{my}` for your settings."
    ),
}


def topic_answer(reader: Reader, topic: str, question_id: int, may_ask: bool) -> Content:
    """Say where a question belongs that no guideline answers."""
    t = reader.t
    commands = {root: reader.commands[root] for root in ("work", "review", "my")}
    words = t(_TOPICS.get(topic, _TOPICS["chit_chat"]), **commands)
    human = button("🙋 " + t("Ask a person"), ids.ASK_HUMAN, Ref(question_id, 0))
    row = actions(human) if may_ask and topic in ("pay", "leave", "account") else []
    return Content(one_line(words.replace("`", ""), 300), [section(words), *row])


def how_to_ask(reader: Reader) -> Content:
    """Say how to ask, to somebody who typed the command alone."""
    t = reader.t
    text = t("Ask me anything about the guideline, in Korean or English.")
    example = t("For example: `{command} How are numbers written?`", command=reader.commands["ask"])
    return Content(text, [section(f"❓ *{text}*\n{example}")])


def question_channel_set(reader: Reader, key: str, channel: str | None) -> Content:
    """Confirm a project's question channel, or that it has none any more."""
    t = reader.t
    if channel is None:
        return say(t("{key} has no question channel any more.", key=inline(key, 20)))
    where = f"<#{channel}>"
    text = t(
        "Questions in {channel} are now answered from the guideline of {key}.",
        channel=where,
        key=inline(key, 20),
    )
    note = t("I have to be a member of the channel: invite me there if I am not.")
    return Content(t("The question channel is set."), [section(f"✅ {text}"), context(note)])
