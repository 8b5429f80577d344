"""Questions that people answer, and the answers worth keeping: cards and forms for supervisors and PMs."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.questions import (
    QUESTION_LIMIT,
    REPLY_LIMIT,
    TERM_LIMIT,
    FaqState,
    HandoverState,
    Outcome,
    section_mark,
)
from bot.i18n.catalogs import N_
from bot.reports.questions import FaqFacts, HandoverFacts, TermFacts, Waiting
from bot.reports.translations import RelayFacts
from bot.slack import ids
from bot.slack.blocks import (
    ROOM,
    Json,
    Run,
    actions,
    ask,
    button,
    context,
    divider,
    fit,
    full_quote,
    measure,
    quote,
    section,
)
from bot.slack.content import Content
from bot.slack.graphemes import cut
from bot.slack.ids import FormRef, Ref
from bot.slack.inputs import choice, modal, text_input
from bot.slack.mrkdwn import inline, one_line, showable
from bot.slack.reader import Reader
from bot.slack.views.relays import passed_on, relay_buttons
from bot.slack.views.trouble import say

NOT_IN_GUIDELINE = "-"
_MOST_SECTIONS = 300
_MOST_BLOCKS = 48

_STATES = {
    FaqState.DRAFT: N_("waits for a check"),
    FaqState.VERIFIED: N_("checked"),
    FaqState.STALE: N_("to be checked again"),
    FaqState.RETIRED: N_("retired"),
}
_WHY = {
    Outcome.UNKNOWN: N_("Not found in the guideline."),
    Outcome.NO_GUIDELINE: N_("The project has no guideline yet."),
    Outcome.TOPIC: N_("Not a matter of the guideline."),
    Outcome.FAILED: N_("The search did not work."),
}


def handover_card(
    reader: Reader,
    facts: HandoverFacts,
    question: RelayFacts | None = None,
    reply: RelayFacts | None = None,
) -> Content:
    """Return a question for somebody who may reply to it, or the reply it got.

    `question` and `reply` are those words in the reader's language, if they were written in another one.
    """
    t = reader.t
    if facts.state is HandoverState.OPEN:
        text = t("A question in {project} waits for a person", project=inline(facts.project_key, 20))
        return Content(text, fit(lambda size: _open(reader, facts, question, text, size)))
    text = t("This question was answered by {name}", name=inline(facts.answered_by))
    return Content(text, fit(lambda size: _answered(reader, facts, question, reply, text, size)))


def _open(
    reader: Reader, facts: HandoverFacts, question: RelayFacts | None, text: str, size: int
) -> list[Json]:
    t = reader.t
    blocks = [section(f"🙋 *{text}*"), *_asked(reader, facts, question, size)]
    if facts.outcome in _WHY:
        blocks.append(context(t(_WHY[facts.outcome])))
    for cited in facts.cited:
        title = f"§ {one_line(' › '.join(cited.path), 200)}"
        blocks.append(quote(title, [Run(cut(showable(cited.text), min(size, 300)))]))
    reply = button(t("Reply"), ids.REPLY_OPEN, Ref(facts.handover_id, facts.ver), style="primary")
    buttons = (reply, *relay_buttons(reader, question))
    return [*blocks, *actions(*buttons), context(*_foot(reader, facts))]


def _asked(reader: Reader, facts: HandoverFacts, question: RelayFacts | None, size: int) -> list[Json]:
    t = reader.t
    shown = passed_on(reader, t("The question"), facts.text, question, size)
    if facts.english and question is None:
        shown.append(quote(t("In English (by a machine)"), [Run(cut(showable(facts.english), size))]))
    return shown


def _foot(reader: Reader, facts: HandoverFacts) -> list[str]:
    t = reader.t
    lines = [t.plural("{n} person waits.", "{n} people wait.", facts.people)]
    lines.append(t("Asked {time}", time=reader.time(facts.opened_at)))
    if facts.version:
        lines.append(t("guideline v{version}", version=inline(facts.version, 40)))
    return lines


def _answered(
    reader: Reader,
    facts: HandoverFacts,
    question: RelayFacts | None,
    reply: RelayFacts | None,
    text: str,
    size: int,
) -> list[Json]:
    t = reader.t
    blocks = [
        section(f"✅ *{text}*"),
        *_asked(reader, facts, question, size),
        *passed_on(reader, t("The reply"), facts.reply, reply, size),
    ]
    if facts.faq_state is not None:
        state = t(_STATES[facts.faq_state])
        blocks.append(context(t("Saved for the next time: {state}", state=state)))
        return blocks
    save = button(t("Save as FAQ"), ids.REPLY_SAVE, Ref(facts.handover_id, facts.ver))
    return [*blocks, *actions(save)]


def reply_form(reader: Reader, facts: HandoverFacts) -> Json:
    """Return the window in which a question is answered."""
    t = reader.t
    blocks = [
        *full_quote(t("The question"), facts.text),
        text_input(
            t("Your reply"),
            ids.REPLY,
            limit=REPLY_LIMIT,
            hint=t("It goes to everyone who asked, as you write it."),
        ),
    ]
    ref = FormRef(facts.handover_id, facts.ver)
    return modal(t, ids.FORM_REPLY, t("Reply"), t("Send"), blocks, metadata=ref.dump())


def faq_form(reader: Reader, facts: HandoverFacts, sections: Sequence[tuple[str, str]]) -> Json:
    """Return the window in which an answer is saved. `sections` holds (id, path) of the present guideline.

    An option's value is the section's mark: an id can be longer than Slack lets a value be.
    """
    t = reader.t
    nearest = facts.cited[0].section_id if facts.cited else ""
    options = [(NOT_IN_GUIDELINE, t("Not in the guideline"))]
    chosen = NOT_IN_GUIDELINE
    for section_id, path in sections[:_MOST_SECTIONS]:
        options.append((section_mark(section_id), path))
        if section_id == nearest and facts.outcome is Outcome.ANSWER:
            chosen = section_mark(section_id)
    korean = any("가" <= char <= "힣" for char in facts.reply)
    blocks = [
        text_input(
            t("The question, as others would ask it"),
            ids.QUESTION,
            value=facts.text,
            limit=QUESTION_LIMIT,
            multiline=False,
        ),
        text_input(
            t("The question in English"),
            ids.QUESTION_EN,
            value=facts.english,
            limit=QUESTION_LIMIT,
            multiline=False,
            optional=True,
        ),
        text_input(
            t("The answer in Korean"), ids.ANSWER_KO, value=facts.reply if korean else "", limit=REPLY_LIMIT
        ),
        text_input(
            t("The answer in English"),
            ids.ANSWER_EN,
            value="" if korean else facts.reply,
            limit=REPLY_LIMIT,
            hint=t("The PM checks the English before it is used."),
        ),
        choice(t("Guideline section"), ids.SECTION, options, chosen=chosen),
        text_input(
            t("A word of the crew (Korean)"), ids.KOREAN, limit=TERM_LIMIT, multiline=False, optional=True
        ),
        text_input(
            t("The guideline's word for it (English)"),
            ids.ENGLISH,
            limit=TERM_LIMIT,
            multiline=False,
            optional=True,
        ),
    ]
    ref = FormRef(facts.handover_id, facts.ver)
    return modal(t, ids.FORM_FAQ, t("Save as FAQ"), t("Save"), blocks, metadata=ref.dump())


def faq_card(reader: Reader, facts: FaqFacts) -> Content:
    """Return a kept answer for a PM: its English first, its state, and what can be done about it."""
    t = reader.t
    text = {
        FaqState.DRAFT: t("A new answer waits for your check"),
        FaqState.STALE: t("The guideline may have changed: please check this answer again"),
        FaqState.VERIFIED: t("This answer is checked and in use"),
        FaqState.RETIRED: t("This answer is retired and not used any more"),
    }[facts.state]
    return Content(text, fit(lambda size: _faq(reader, facts, f"🗃️ *{text}*", size)))


def _faq(reader: Reader, facts: FaqFacts, headline: str, size: int) -> list[Json]:
    t = reader.t
    where = (
        f"§ {inline(' › '.join(facts.section_path), 200)}"
        if facts.section_path
        else t("Not in the guideline")
    )
    foot = " · ".join([inline(facts.project_key, 20), where, t("by {name}", name=inline(facts.written_by))])
    question, answer = _english(facts)
    shown = [
        section(headline),
        quote(one_line(question or facts.question, 200), [Run(cut(showable(answer), size))]),
        *([context(t("🌐 Machine translation"))] if not facts.answer_en and answer else []),
        quote(t("Korean"), [Run(cut(showable(f"{facts.question}\n{facts.answer_ko}"), size))]),
    ]
    return [*shown, *actions(*_faq_buttons(reader, facts)), context(foot)]


def _english(facts: FaqFacts) -> tuple[str, str]:
    """Return question and answer in English: as somebody wrote them, else as an engine would, else blanks."""
    if facts.answer_en or facts.translated is None:
        return facts.question_en, facts.answer_en
    question, answer = facts.translated
    return facts.question_en or question, answer


def _faq_buttons(reader: Reader, facts: FaqFacts) -> list[Json | None]:
    t = reader.t
    ref = Ref(facts.faq_id, facts.ver)
    if facts.state is FaqState.RETIRED:
        return []
    waits = facts.state in (FaqState.DRAFT, FaqState.STALE)
    sure = ask(t("Retire this answer?"), t("It is then never given again."), t("Retire"), t("Keep using it"))
    # Nobody can approve what has no English yet; saving it approves it as well.
    ready = bool(facts.answer_en)
    return [
        button(t("Approve"), ids.FAQ_VERIFY, ref, style="primary") if waits and ready else None,
        button(t("Edit the English"), ids.FAQ_EDIT, ref, style=None if ready else "primary")
        if waits
        else None,
        button(t("Retire"), ids.FAQ_RETIRE, ref, confirm=sure),
    ]


def faq_edit_form(reader: Reader, facts: FaqFacts) -> Json:
    """Return the window in which a PM corrects the English; saving it approves the answer."""
    t = reader.t
    question, answer = _english(facts)
    blocks = [
        text_input(
            t("The question in English"),
            ids.QUESTION_EN,
            value=question,
            limit=QUESTION_LIMIT,
            multiline=False,
            optional=True,
        ),
        text_input(t("The answer in English"), ids.ANSWER_EN, value=answer, limit=REPLY_LIMIT),
        *full_quote(t("Korean"), f"{facts.question}\n{facts.answer_ko}"),
    ]
    ref = FormRef(facts.faq_id, facts.ver)
    return modal(t, ids.FORM_FAQ_EDIT, t("Edit the English"), t("Approve"), blocks, metadata=ref.dump())


def waiting_list(reader: Reader, waiting: Waiting) -> Content:
    """Return what waits for a decision: kept answers and pairs of words, the oldest first."""
    t = reader.t
    nothing = not (waiting.answers or waiting.terms)
    text = (
        t("No answer waits for a check.")
        if nothing
        else t(
            "Answers: {answers} · words: {terms} to check",
            answers=waiting.answer_count,
            terms=waiting.term_count,
        )
    )
    blocks = [section(f"🗃️ *{text}*")]
    if waiting.open_questions:
        blocks.append(
            context(
                t.plural(
                    "{n} question waits for a person's reply.",
                    "{n} questions wait for a person's reply.",
                    waiting.open_questions,
                )
            )
        )
    rows = [
        *(
            [divider(), *_faq(reader, facts, f"*{t(_STATES[facts.state])}*", 300)]
            for facts in waiting.answers
        ),
        *(_term(reader, term) for term in waiting.terms),
    ]
    shown = 0
    for row in rows:
        if len(blocks) + len(row) > _MOST_BLOCKS or measure([*blocks, *row]) > ROOM:
            break
        blocks += row
        shown += 1
    if left := waiting.answer_count + waiting.term_count - shown:
        # The ones shown first are the oldest; deciding about them makes room for the rest.
        blocks.append(context(t.plural("And {n} more.", "And {n} more.", left)))
    return Content(text, blocks)


def _term(reader: Reader, term: TermFacts) -> list[Json]:
    t = reader.t
    ref = Ref(term.term_id, 0)
    words = f"{inline(term.korean)} = {inline(term.english)} · {inline(term.project_key, 20)}"
    return [
        section(f"🔤 {words}"),
        *actions(button(t("Approve"), ids.TERM_APPROVE, ref), button(t("Decline"), ids.TERM_DECLINE, ref)),
    ]


def faq_saved(reader: Reader) -> Content:
    """Confirm that an answer was saved."""
    return say("🗃️ " + reader.t("Saved. The PM checks the English, and then it is used."))


def faq_decided(reader: Reader, state: FaqState) -> Content:
    """Confirm what a PM decided about an answer."""
    t = reader.t
    used, retired = t("The answer is in use now."), t("The answer is retired.")
    return say(f"🗃️ {used if state is FaqState.VERIFIED else retired}")


def term_decided(reader: Reader, korean: str, english: str, approved: bool) -> Content:
    """Confirm what was decided about a pair of words."""
    t = reader.t
    pair = f"{inline(korean)} = {inline(english)}"
    return say(t("{pair}: in use now.", pair=pair) if approved else t("{pair}: declined.", pair=pair))
