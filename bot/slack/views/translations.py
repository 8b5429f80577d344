"""What stands in channels for people of the other language: bilingual around, their own words inside."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from bot.domain.people import Role
from bot.domain.translation import RenditionState
from bot.reports.translations import RenditionFacts, TranslationFacts
from bot.slack import ids
from bot.slack.blocks import ROOM, Json, actions, button, context, measure, section
from bot.slack.content import Content
from bot.slack.ids import Ref
from bot.slack.mrkdwn import inline
from bot.slack.reader import Reader
from bot.slack.views.trouble import say
from bot.translation.document import Document
from bot.translation.present import present
from bot.translation.redact import redacted

MACHINE = "🌐 자동번역 · Machine translation"
CORRECTED = "✏️ 사람이 고친 번역 · Corrected by a person"
THREAD, TWIN = "thread", "twin"
"""Where a card stands: under the message itself, or as its twin in the other side's channel."""

_REPORTED = "🚩 오역 신고를 받아 확인하고 있어요 · Reported as wrong, being checked"
_FAILED = "⚠️ 번역하지 못했어요. 원문을 봐 주세요. · Not translated. Please see the original."
_LIMITED = "⏸️ 오늘 번역할 수 있는 글자를 다 썼어요. · Today's translation limit is used up."
_LONG = "📄 긴 글이에요({n:,}자). 번역할까요? · A long text ({n:,} characters). Translate it?"
_FILES = "📎 파일 {n}개는 원래 글에 있어요 · {n} file(s) are with the original message"
_DOUBTS = {
    "dialect": "사투리가 있어 틀릴 수 있어요 · dialect, may be wrong",
    "numbers": "숫자는 원문과 비교해 주세요 · please compare the numbers",
    "casual": "반말로 옮겨졌을 수 있어요 · may sound too casual",
}
_LOW = "정확하지 않을 수 있어요 · low confidence"
_LEFT_OUT = "🔒 개인정보가 있는 줄은 번역하지 않았어요 · a line with private data is not translated"
_ROLES = {
    Role.WORKER: "작업자/worker",
    Role.REVIEWER: "검수자/reviewer",
    Role.SUPERVISOR: "수퍼바이저/supervisor",
    Role.PM: "PM",
}
_LANGUAGES = {
    "ko": "한국어",
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "de": "Deutsch",
    "pt": "Português",
    "vi": "Tiếng Việt",
    "id": "Bahasa Indonesia",
    "ja": "日本語",
    "zh": "中文",
}
_RESERVE = 2500
"""Characters of blocks kept for the header, the marks and the buttons of each part."""

_MOST_BLOCKS = 40
MOST_PARTS = 20
"""Messages one translation may fill; more is somebody's log file and not worth anybody's reading."""

_REST = "✂️ 여기까지만 보여 드려요. 나머지는 원문에 있어요. · The rest is in the original."
_SHOWN = (RenditionState.DONE, RenditionState.UNNEEDED)


@dataclass(frozen=True)
class _Piece:
    """Blocks that stay together, and what they say in notifications."""

    blocks: list[Json]
    text: str = ""


def say_language(code: str) -> str:
    """Return a language in its own words: "한국어", "Español"."""
    return _LANGUAGES.get(code, code.upper())


def draw_translation(facts: TranslationFacts, place: str, *, standing: bool) -> tuple[Content, ...] | None:
    """Return the parts of a message's card, none when it has to vanish, None to leave all as it is.

    It is the same for every reader, since both sides see it. `standing` says whether a card stands already:
    one that shows an older wording must not stay when the new one could not be translated.
    """
    if facts.deleted:
        return ()
    drawn = _draw_twin(facts) if place == TWIN else _draw_thread(facts, standing=standing)
    return drawn if drawn is None else tuple(_pack(facts, place, drawn))


def _draw_thread(facts: TranslationFacts, *, standing: bool) -> list[_Piece] | None:
    wanted = [one for one in facts.renditions if one.state is not RenditionState.UNNEEDED]
    if not wanted:
        return []
    settled = [one for one in wanted if _is_settled(one) and (standing or not one.quiet)]
    if not settled:
        return None
    return [*_translated(facts, settled), *_waiting(facts, settled)]


def _draw_twin(facts: TranslationFacts) -> list[_Piece] | None:
    settled = [one for one in facts.renditions if _is_settled(one)]
    if not settled:
        return None if facts.renditions else []
    pieces = [*_translated(facts, settled, twin=True), *_waiting(facts, settled)]
    if not any(one.state in _SHOWN for one in settled):
        # Nobody on this side can read it elsewhere, so that they get it as it was written.
        pieces += _shown(facts, redacted(facts.document))
    if facts.attachments:
        pieces.append(_Piece([context(_FILES.format(n=facts.attachments))]))
    return pieces


def _is_settled(rendition: RenditionFacts) -> bool:
    return rendition.state is not RenditionState.PENDING


def _translated(
    facts: TranslationFacts, renditions: list[RenditionFacts], *, twin: bool = False
) -> Iterator[_Piece]:
    done = [one for one in renditions if one.state in _SHOWN and one.document is not None]
    for number, one in enumerate(done):
        assert one.document is not None
        # What was written under everybody's eyes in one channel must not reach the people of another.
        pieces = _shown(facts, redacted(one.document) if twin else one.document)
        if len(done) > 1 and pieces:
            pieces[0] = _Piece(
                [context(f"*{say_language(one.language)}*"), *pieces[0].blocks], pieces[0].text
            )
        yield from pieces
        # What is true of the next one as well is said once, below both.
        if number + 1 == len(done) or _small_print(one) != _small_print(done[number + 1]):
            yield from _small_print(one)


def _small_print(one: RenditionFacts) -> list[_Piece]:
    shown = []
    if one.state is not RenditionState.UNNEEDED:
        shown.append(_Piece([context(*marks(one.flags, one.engine, corrected=one.corrected))]))
    if one.reported:
        shown.append(_Piece([context(_REPORTED)]))
    return shown


def _shown(facts: TranslationFacts, document: Document) -> list[_Piece]:
    parts = present(document, facts.names, live=facts.live)
    return [_Piece(part.blocks, " ".join(part.text.split())) for part in parts]


def marks(flags: Collection[str], engine: str, *, corrected: bool) -> list[str]:
    """Return the small lines under a translation: who made it and what to doubt about it."""
    left_out = [_LEFT_OUT] if "withheld" in flags else []
    if corrected:
        return [CORRECTED, *left_out]
    doubts = [words for flag, words in _DOUBTS.items() if flag in flags]
    if not doubts and set(flags) - {"withheld"}:
        doubts = [_LOW]
    made = f"{MACHINE} ({inline(engine, 40)})" if doubts and engine else MACHINE
    return [made, *(f"⚠️ {doubt}" for doubt in doubts), *left_out]


def _waiting(facts: TranslationFacts, renditions: list[RenditionFacts]) -> Iterator[_Piece]:
    """One line for all languages in the same trouble, with what can be done about it."""
    states = {one.state for one in renditions}
    ref = Ref(facts.source_id, 0)
    if RenditionState.ASKING in states:
        words = _LONG.format(n=len(facts.document.plain()))
        yield _Piece([section(words, button("번역하기 · Translate", ids.TRANSLATION_GO_AHEAD, ref))], words)
    if RenditionState.LIMITED in states:
        anyway = button("그래도 번역 · Translate anyway", ids.TRANSLATION_GO_AHEAD, ref)
        yield _Piece([section(_LIMITED, anyway)], _LIMITED)
    if RenditionState.FAILED in states:
        again = button("다시 시도 · Retry", ids.TRANSLATION_RETRY, ref)
        yield _Piece([section(_FAILED, again)], _FAILED)


def _pack(facts: TranslationFacts, place: str, pieces: list[_Piece]) -> Iterator[Content]:
    """Put the pieces into as few messages as Slack takes, the name on the first and the buttons on the last."""
    parts: list[list[_Piece]] = [[]]
    for piece in pieces:
        together = [block for one in (*parts[-1], piece) for block in one.blocks]
        too_much = measure(together) > ROOM - _RESERVE or len(together) > _MOST_BLOCKS
        # What has no words of its own belongs under those before it; the reserve is for that.
        if parts[-1] and piece.text and too_much:
            parts.append([])
        parts[-1].append(piece)
    if not pieces:
        return
    if len(parts) > MOST_PARTS:
        parts = [*parts[: MOST_PARTS - 1], [*parts[MOST_PARTS - 1], _Piece([context(_REST)])]]
    name = f"{inline(facts.author)}: " if place == TWIN else ""
    for number, part in enumerate(parts, 1):
        blocks = [block for one in part for block in one.blocks]
        if place == TWIN:
            blocks.insert(0, section(_headline(facts)))
        if len(parts) > 1:
            blocks.append(context(f"{number}/{len(parts)}"))
        if number == len(parts):
            blocks += actions(*_buttons(facts))
        yield Content(name + (" ".join(one.text for one in part if one.text) or MACHINE), blocks)


def _headline(facts: TranslationFacts) -> str:
    role = _ROLES.get(facts.role) if facts.role is not None else None
    return f"*{inline(facts.author)}*" + (f" · {role}" if role else "")


def _buttons(facts: TranslationFacts) -> list[Json | None]:
    done = [one for one in facts.renditions if one.state is RenditionState.DONE]
    if not done:
        return []
    ref = Ref(facts.source_id, 0)
    return [
        button("원문 · Original", ids.TRANSLATION_ORIGINAL, ref),
        None
        if all(one.reported for one in done)
        else button("오역 신고 · Report", ids.TRANSLATION_REPORT, ref),
    ]


def for_me(
    reader: Reader,
    document: Document,
    names: Mapping[str, str],
    flags: Collection[str] = (),
    *,
    corrected: bool = False,
) -> Content:
    """Return the translation somebody asked for; it is shown to them alone.

    What a message can't carry stays behind and is said so.
    """
    t = reader.t
    parts = present(document, names)
    mark = t("✏️ Corrected by a person") if corrected else t("🌐 Machine translation")
    doubts = not corrected and bool(set(flags) - {"withheld"})
    notes = [
        mark,
        t("Only you can see this."),
        *([t("Please compare it with the original: it may be inexact.")] if doubts else []),
        *([t("A line with private data is not translated.")] if "withheld" in flags else []),
        *([t("Only the beginning is shown here.")] if len(parts) > 1 else []),
    ]
    if not parts:
        return for_me_needless(reader)
    return Content(t("Your translation"), [*parts[0].blocks, context(*notes)])


def for_me_failed(reader: Reader) -> Content:
    """Say that a translation somebody asked for could not be made."""
    return say("⚠️ " + reader.t("I could not translate this. Please try again in a few minutes."))


def for_me_needless(reader: Reader) -> Content:
    """Say that there is nothing to translate for this reader."""
    return say("🌐 " + reader.t("There is nothing here to translate into your language."))
