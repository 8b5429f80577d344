"""Short replies and private messages about translations."""

from __future__ import annotations

from bot.domain.translation import BOTH, OFF, Side, TranslationMode, effective_mode
from bot.i18n.catalogs import N_
from bot.reports.translations import ReportedFacts, TranslationFacts
from bot.slack import ids
from bot.slack.blocks import Json, Run, actions, ask, button, context, fit, quote, section
from bot.slack.content import Content
from bot.slack.graphemes import cut
from bot.slack.ids import Ref
from bot.slack.mrkdwn import inline, one_line, showable
from bot.slack.reader import Reader
from bot.slack.views.translations import say_language
from bot.slack.views.trouble import say
from bot.translation.document import Document
from bot.translation.redact import redacted

_MODES = {
    TranslationMode.OFF: N_("Nothing is translated."),
    TranslationMode.LOCAL: N_("Only engines of our own translate; no word leaves the house."),
    TranslationMode.CLOUD: N_("Contracted services translate; personal data is masked."),
    TranslationMode.OPEN: N_("Any engine may translate, also one without a contract."),
}
_SIDES = {
    Side.MIXED: N_("both sides talk here"),
    Side.CREW: N_("the crew talks here"),
    Side.PM: N_("the PMs talk here"),
}
_FAULTS = {
    "refused": N_("It does not accept our key, or its quota is used up. Please check both."),
    "limited": N_("It asks us to slow down."),
    "unreachable": N_("It can't be reached."),
    "timeout": N_("It does not answer in time."),
}


def private_data_warning(reader: Reader, facts: TranslationFacts) -> Content:
    """Tell an author that a line with private data was not passed on, without saying what it holds."""
    t = reader.t
    text = t("A line of your message was not translated: it looks like private data.")
    more = t(
        "There seems to be a resident, passport or account number in it. No translation service has seen that "
        "line. If it should not stand in {channel} either, please edit or delete your message.",
        channel=f"<#{facts.channel}>",
    )
    return Content(text, [section(f"🔒 *{text}*\n{more}"), context(t("Only you can see this."))])


def limit_reached(reader: Reader, key: str, share: int) -> Content:
    """Tell those who steer a project how much of the day's translation is used."""
    t = reader.t
    key = inline(key, 20)
    if share >= 100:
        text = t("{key}: today's translation limit is used up.", key=key)
        more = t("New messages wait; anybody can have one translated with the button under it.")
    else:
        text = t("{key}: {share} % of today's translation limit is used.", key=key, share=share)
        more = t("Everything is still translated. An admin can raise the limit.")
    return Content(text, [section(f"⏳ *{text}*\n{more}")])


def engine_trouble(reader: Reader, engine: str, fault: str) -> Content:
    """Tell admins that an engine is set aside; the fault is a code, never an engine's own words."""
    t = reader.t
    text = t("The translation engine {engine} is set aside for a while.", engine=inline(engine, 40))
    why = t(_FAULTS[fault]) if fault in _FAULTS else t("It gives no usable answers.")
    more = t("Meanwhile the next engine translates, if there is one.")
    return Content(text, [section(f"🛠️ *{text}*\n{why} {more}"), context(f"`{inline(fault, 40)}`")])


def reported_card(reader: Reader, facts: ReportedFacts) -> Content:
    """Return a report of a wrong translation for somebody who may correct it, or what became of it."""
    t = reader.t
    key = inline(facts.project_key, 20)
    if not facts.open:
        text = t("A reported translation in {project} is settled", project=key)
        return Content(text, [section(f"✅ *{text}*")])
    text = t("A translation in {project} was reported as wrong", project=key)
    return Content(text, fit(lambda size: reported_row(reader, facts, f"🚩 *{text}*", size)))


def reported_row(reader: Reader, facts: ReportedFacts, headline: str, size: int) -> list[Json]:
    """Return a reported translation beside its original, with what can be done about it."""
    t = reader.t
    ref = Ref(facts.rendition_id, facts.ver)
    said = [
        t("reported by {name}", name=inline(facts.reported_by)),
        *([f"“{inline(facts.note, 300)}”"] if facts.note else []),
    ]
    keep = ask(
        t("Keep this translation?"),
        t("The report is closed, and the translation stays as it is."),
        t("Leave it"),
        t("Cancel"),
        "primary",
    )
    return [
        section(headline),
        quote(t("Original"), [Run(cut(_words(facts.original), size))], one_line(facts.author, 40)),
        quote(say_language(facts.language), [Run(cut(_words(facts.document), size))]),
        context(" · ".join(said)),
        *actions(
            button(t("Fix translation"), ids.TRANSLATION_CORRECT, ref, style="primary"),
            button(t("It is fine"), ids.TRANSLATION_DISMISS, ref, confirm=keep),
        ),
    ]


def _words(document: Document | None) -> str:
    return showable(redacted(document).plain()) if document is not None else ""


def report_thanks(reader: Reader) -> Content:
    """Thank somebody for a report."""
    return say("🙏 " + reader.t("Thank you. Somebody who knows both languages will look at it."))


def fixed(reader: Reader, *, remembered: bool) -> Content:
    """Confirm a correction; not every one can serve other messages."""
    t = reader.t
    if not remembered:
        return say("✏️ " + t("Corrected everywhere it stands."))
    return say("✏️ " + t("Corrected everywhere it stands. I will remember it for the next time."))


def dismissed(reader: Reader) -> Content:
    """Confirm that a report was closed."""
    return say("✅ " + reader.t("The report is closed. The translation stays."))


def nothing_to_fix(reader: Reader) -> Content:
    """Say that a message is no translation of ours."""
    return say("🌐 " + reader.t("There is no translation under this message that can be corrected."))


def retrying(reader: Reader) -> Content:
    """Say that failed translations are tried again."""
    return say("🔁 " + reader.t("I am trying again. The translation appears in its place."))


def going_ahead(reader: Reader) -> Content:
    """Say that a text which waited is being translated."""
    return say("🌐 " + reader.t("I am translating it now. The translation appears in its place."))


def reads_set(reader: Reader, reads: str) -> Content:
    """Confirm what somebody wants translated for them."""
    t = reader.t
    if reads == OFF:
        return say("🌐 " + t("Nothing is translated for you any more."))
    if reads == BOTH:
        return say("🌐 " + t("You read both languages, so nothing needs translating for you."))
    return say(
        "🌐 "
        + t("From now on messages are translated into {language} for you.", language=say_language(reads))
    )


def mode_set(reader: Reader, key: str, mode: TranslationMode, *, confidential: bool) -> Content:
    """Confirm how far a project's words may travel."""
    t = reader.t
    text = t("Translation of {key} is set.", key=inline(key, 20))
    blocks = [section(f"✅ *{text}*\n{t(_MODES[effective_mode(mode, confidential=confidential)])}")]
    if confidential and mode is not TranslationMode.OFF:
        blocks.append(context(t("That is so because the project is confidential.")))
    return Content(text, blocks)


def bridge_set(reader: Reader, key: str, channels: tuple[tuple[str, Side], ...]) -> Content:
    """Confirm which channels of a project are translated; none means that it has no bridge any more."""
    t = reader.t
    key = inline(key, 20)
    if not channels:
        return say(t("{key} has no bridged channel any more.", key=key))
    lines = [f"<#{channel}>: {t(_SIDES[side])}" for channel, side in channels]
    text = t("Messages of {key} are translated between these channels.", key=key)
    if all(side is Side.MIXED for _, side in channels):
        text = t("Messages in the channel of {key} are translated in their threads.", key=key)
    note = t("I have to be a member of the channel: invite me there if I am not.")
    return Content(t("The bridge is set."), [section("\n".join([f"✅ *{text}*", *lines])), context(note)])
