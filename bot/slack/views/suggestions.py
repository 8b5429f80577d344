"""What a rule noticed, for a supervisor to think about, and the offer to practise. Nothing follows by itself."""

from __future__ import annotations

from collections.abc import Sequence

from bot.i18n.catalogs import N_
from bot.reports.qualifications import GrantFacts
from bot.reports.suggestions import SuggestionFacts
from bot.slack import ids
from bot.slack.blocks import Json, actions, button, context, section
from bot.slack.content import Content
from bot.slack.ids import FormRef, Ref
from bot.slack.inputs import choice, modal, text_input
from bot.slack.mrkdwn import inline
from bot.slack.reader import Reader
from bot.slack.views.trouble import say

_EVIDENCE = 500

_OUTCOMES = {
    "seen": N_("{name} has looked at it."),
    "practice": N_("{name} has offered to practise."),
    "adjusted": N_("{name} has changed a qualification."),
    "granted": N_("{name} has given the qualification."),
}


def suggestion_card(reader: Reader, facts: SuggestionFacts) -> Content:
    """Return what was noticed with what can be done about it; settled ones say by whom."""
    t = reader.t
    key, name = inline(facts.project_key, 20), inline(facts.nickname, 40)
    text, said = _words(reader, facts, key, name)
    blocks: list[Json] = [section(f"💡 *{text}*\n{said}")]
    ref = Ref(facts.suggestion_id, facts.ver)
    if facts.outcome is not None:
        done = t(_OUTCOMES.get(facts.outcome, _OUTCOMES["seen"]), name=inline(facts.settled_by or "", 40))
        return Content(text, [*blocks, context(f"✔️ {done}")])
    if facts.rule == "quiz_passed":
        row = actions(
            button(t("Give the qualification"), ids.SUGGESTION_GRANT, ref, style="primary"),
            button(t("I have looked at it"), ids.SUGGESTION_SEEN, ref),
        )
    else:
        row = actions(
            button(t("I have looked at it"), ids.SUGGESTION_SEEN, ref, style="primary"),
            button(t("Offer to practise"), ids.SUGGESTION_PRACTICE, ref),
            button(t("Change qualification"), ids.SUGGESTION_ADJUST, ref),
        )
    note = context(t("Just so you know: nothing happens by itself, and {name} is not told.", name=name))
    return Content(text, [*blocks, *row, note])


def _words(reader: Reader, facts: SuggestionFacts, key: str, name: str) -> tuple[str, str]:
    t, figures = reader.t, facts.figures
    if facts.rule == "quiz_passed":
        return (
            t("{name} has passed the quiz of {project}", name=name, project=key),
            t("{right} of {n} were right.", right=figures.get("right"), n=figures.get("asked")),
        )
    if facts.rule == "gold":
        hits, n = int(figures.get("hits", 0)), int(figures.get("n", 0))
        return (
            t("{name} may need a hand in {project}", name=name, project=key),
            t(
                "Gold tasks right: {hits} of the newest {n} ({percent}). On average {likeness} alike.",
                n=n,
                hits=hits,
                percent=f"{100 * hits // max(1, n)}%",
                likeness=f"{round(100 * float(figures.get('likeness', 0)))}%",
            ),
        )
    rejects, n = int(figures.get("rejects", 0)), int(figures.get("n", 0))
    return (
        t("{name} may need a hand in {project}", name=name, project=key),
        t(
            "Rejects in the last {days} days: {rejects} of {n} first verdicts ({percent}). A "
            "few verdicts say little, so please look at the work first.",
            days=figures.get("days", 7),
            rejects=rejects,
            n=n,
            percent=f"{100 * rejects // max(1, n)}%",
        ),
    )


def settled_reply(reader: Reader, outcome: str) -> Content:
    """Confirm what a supervisor did."""
    t = reader.t
    if outcome == "practice":
        return say("👍 " + t("They have been offered to practise; nothing depends on it."))
    if outcome == "granted":
        return say("🎓 " + t("They have the qualification now, and are told."))
    return say("👍 " + t("Noted. Next time only work after this counts."))


def adjust_form(reader: Reader, facts: SuggestionFacts, grants: Sequence[GrantFacts]) -> Json:
    """Return the window in which one of somebody's qualifications is changed or taken back."""
    t = reader.t
    title = t("Change qualification")
    if not grants:
        none = section(t("{name} has no qualification to change.", name=inline(facts.nickname, 40)))
        return modal(t, ids.FORM_ADJUST_GRANT, title, "", [none])
    shown = [(one.key, one.key if one.value is None else f"{one.key} · {one.value}") for one in grants]
    blocks = [
        choice(t("Qualification"), ids.QUALIFICATION, shown, chosen=shown[0][0] if len(shown) == 1 else ""),
        choice(
            t("What should change?"),
            ids.CHANGE,
            [("change", t("Another number or end date")), ("take_back", t("Take the qualification back"))],
            chosen="change",
        ),
        text_input(t("Number"), ids.VALUE, multiline=False, optional=True, limit=6),
        text_input(
            t("Ends on"), ids.UNTIL, multiline=False, optional=True, limit=12, placeholder="2027-01-31"
        ),
        text_input(
            t("What have you seen?"),
            ids.EVIDENCE,
            limit=_EVIDENCE,
            optional=True,
            hint=t("The person reads this. It is needed for a change."),
        ),
    ]
    ref = FormRef(facts.suggestion_id, facts.ver)
    return modal(t, ids.FORM_ADJUST_GRANT, title, t("Save"), blocks, metadata=ref.dump())


def practice_offer(reader: Reader, project_id: int, project_key: str) -> Content:
    """Offer somebody to practise; whoever does not want to does nothing, and nobody knows."""
    t = reader.t
    text = t("Would you like to practise for {project}?", project=inline(project_key, 20))
    said = t(
        "A few questions from the guideline, as often as you like. Only you see how it went, and if you would rather "
        "not, simply leave it: nothing is kept of that."
    )
    row = actions(button(t("Practise"), ids.QUIZ_PRACTISE, str(project_id), style="primary"))
    return Content(text, [section(f"🌱 *{text}*\n{said}"), *row])
