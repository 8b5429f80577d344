"""Where questions are answered: one index a project, built anew when its guideline, glossary or answers change."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Protocol

from bot.answers.bands import Band, decide
from bot.answers.encoders import Encoder, local_encoders
from bot.answers.extract import Extract, extract
from bot.answers.found import Found, Hit
from bot.answers.glossary import domain_glossary
from bot.answers.index import Progress, ProjectIndex, build_index
from bot.answers.kept import KeptHit, KeptIndex
from bot.answers.llm import Choice, Chooser
from bot.answers.vectors import MemoryVectors, VectorStore
from bot.guidelines.document import Section

Render = Callable[[str, str, int], str]
"""A machine's rendering of a project's text in a language ("ko"); raises OSError when it can't be had in time."""

English = Callable[[str, int], str | None]
"""A machine's rendering of a project's question in English within two seconds; None when it can't be had."""


class DeskMaterial(Protocol):
    """What a project's questions are answered from."""

    @property
    def version(self) -> str | None:
        """The number of the guideline, None without one."""
        ...

    @property
    def sections(self) -> tuple[Section, ...]:
        """The guideline."""
        ...

    @property
    def glossary(self) -> tuple[tuple[str, str], ...]:
        """Approved (Korean, English) pairs."""
        ...

    @property
    def kept(self) -> tuple[tuple[int, tuple[str, ...]], ...]:
        """Verified answers: an id and the questions it answers."""
        ...


class DeskStamp(Hashable, Protocol):
    """Names a state of a project's material."""

    @property
    def project_id(self) -> int:
        """The project."""
        ...

    @property
    def may_leave(self) -> bool:
        """Whether the project's words may be sent to other machines."""
        ...


@dataclass(frozen=True)
class Finding:
    """What may be said. `same` and `similar` are ids of kept answers; `version` is None without a guideline."""

    version: str | None
    band: Band
    found: Found | None
    extract: Extract | None
    same: int | None = None
    similar: int | None = None
    english: str | None = None


class Desk(Protocol):
    """Whoever finds answers; safe to be asked from several threads."""

    @property
    def render(self) -> Render | None:
        """A machine that renders quotes in the reader's language, if there is one."""
        ...

    def prepare(self, stamp: DeskStamp, load: Callable[[], DeskMaterial]) -> None:
        """Build what is missing, so that the next question need not wait for it."""
        ...

    def find(self, stamp: DeskStamp, load: Callable[[], DeskMaterial], question: str) -> Finding:
        """Return what may be said to a question; `load` is called only when the stamp is new."""
        ...


@dataclass(frozen=True)
class _Ready:
    stamp: Hashable
    version: str | None
    index: ProjectIndex | None
    kept: KeptIndex


class AnswerDesk:
    """Finds answers; safe to use from several threads. Encoders are loaded with the first question.

    `remote` are encoders of other machines, `english` renders questions for the search, `chooser` may pick a passage
    word for word, `render` renders quotes for the reader; all of them are asked only where the stamp says that the
    project's words may leave the house.
    """

    def __init__(
        self,
        *,
        encoders: Callable[[], Sequence[Encoder]] = local_encoders,
        remote: Sequence[Encoder] = (),
        chooser: Chooser | None = None,
        store: VectorStore | None = None,
        english: English | None = None,
        render: Render | None = None,
        projects: int = 40,
    ) -> None:
        self._make_encoders = encoders
        self._remote = tuple(remote)
        self._chooser = chooser
        self._store: VectorStore = store if store is not None else MemoryVectors()
        self._english = english
        self._render = render
        self._most = projects
        self._lock = Lock()
        self._encoders: tuple[Encoder, ...] | None = None
        self._ready: OrderedDict[int, _Ready] = OrderedDict()
        self._building: dict[int, Lock] = {}

    @property
    def render(self) -> Render | None:
        """A machine that renders quotes in the reader's language, if there is one."""
        return self._render

    def prepare(
        self,
        stamp: DeskStamp,
        load: Callable[[], DeskMaterial],
        *,
        progress: Progress | None = None,
    ) -> None:
        """Build what is missing, so that the next question need not wait; `progress` hears (done, all) chunks."""
        self._project(stamp, load, progress)

    def find(self, stamp: DeskStamp, load: Callable[[], DeskMaterial], question: str) -> Finding:
        """Return what may be said to a question; `load` is called only when the stamp is new.

        The first question after a change waits for the index, others of that project with it.
        """
        ready = self._project(stamp, load)
        before = ready.kept.search(question)
        if before is not None and before.same:
            return Finding(ready.version, Band.ANSWER, None, None, same=before.entry_id)
        similar = _offered(before)
        if ready.index is None:
            return Finding(None, Band.UNKNOWN, None, None, similar=similar)
        english = self._english(question, stamp.project_id) if self._english and stamp.may_leave else None
        found = ready.index.search(question, english=english)
        band = decide(found)
        # Below the gate nothing is cited, not even to the view: a number beside "unknown" would look like one.
        best = extract(found.hits[0], english or question) if band is Band.ANSWER and found.hits else None
        if band is Band.CANDIDATES and self._chooser is not None and stamp.may_leave:
            chosen = self._chooser.choose(question, found.hits)
            if chosen is not None:
                band, best = Band.ANSWER, _chosen(chosen)
        return Finding(ready.version, band, found, best, similar=similar, english=english)

    def _project(
        self,
        stamp: DeskStamp,
        load: Callable[[], DeskMaterial],
        progress: Progress | None = None,
    ) -> _Ready:
        with self._lock:
            turn = self._building.setdefault(stamp.project_id, Lock())
            ready = self._known(stamp)
        if ready is not None:
            return ready
        with turn:
            with self._lock:
                ready = self._known(stamp)
            if ready is None:
                ready = self._build(stamp, load(), progress)
            with self._lock:
                self._ready[stamp.project_id] = ready
                self._ready.move_to_end(stamp.project_id)
                while len(self._ready) > self._most:
                    self._ready.popitem(last=False)
        return ready

    def _known(self, stamp: DeskStamp) -> _Ready | None:
        ready = self._ready.get(stamp.project_id)
        if ready is None or ready.stamp != stamp:
            return None
        self._ready.move_to_end(stamp.project_id)
        return ready

    def _build(self, stamp: DeskStamp, material: DeskMaterial, progress: Progress | None) -> _Ready:
        needed = bool(material.sections or material.kept)
        encoders = self._all_encoders() if needed else ()
        if needed and stamp.may_leave:
            encoders += self._remote
        # A project's own words come first: they win where the general ones say something else.
        terms = (*material.glossary, *domain_glossary())
        index = (
            build_index(material.sections, encoders, self._store, terms, progress)
            if material.sections
            else None
        )
        kept = KeptIndex(material.kept, encoders, self._store)
        return _Ready(stamp, material.version, index, kept)

    def _all_encoders(self) -> tuple[Encoder, ...]:
        with self._lock:
            if self._encoders is None:
                self._encoders = tuple(self._make_encoders())
            return self._encoders


def _chosen(choice: Choice) -> Extract:
    """Return what a model chose as any other extract: with the limits that stand beside it."""
    block = next((block for block in choice.section.blocks if choice.quote in block.text), None)
    return extract(Hit(choice.section, 1.0, block), choice.quote)


def _offered(before: KeptHit | None) -> int | None:
    return before.entry_id if before is not None else None
