"""Guideline versions on both databases: drafts, publishing, the gate before a claim, and what stays pinned."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import event, func, select

from bot.db.models import (
    Acknowledgement,
    Assignment,
    Audit,
    FaqEntry,
    GuidelineSection,
    GuidelineVersion,
    OutboxRow,
    Project,
)
from bot.db.unit_of_work import Transactions
from bot.domain.errors import Invalid, MustAcknowledge, NotAllowed, NotFound, NoWork, StaleAction
from bot.domain.guideline import GuidelineState
from bot.domain.questions import FaqState
from bot.guidelines.document import Block, Guideline, Section
from bot.guidelines.read import read_guideline
from bot.reports.guidelines import (
    changed,
    current_sections,
    newest_version,
    news_for,
    outline,
    read_sections,
)
from bot.reports.invariants import Finding, check
from bot.services.guideline_turns import begin_scheduled
from bot.services.guidelines import Published, Uploaded, acknowledge, publish, upload
from bot.services.reviews import claim_next_review
from bot.services.submissions import submit
from bot.services.tasks import claim_next
from bot.services.verdicts import reject
from tests.conftest import MovableClock
from tests.every_state import EXPLAINED
from tests.factories import Crew, make_crew

FIRST = "# Guide\n\n## Spelling\n\nWrite what you hear.\n\n## Numbers\n\n- Write numbers in words.\n"
SECOND = FIRST.replace("what", "exactly what") + "\n## Names\n\nLeave names out.\n"
THIRD = SECOND.replace("Leave names out.", "Write N for names.")


@pytest.fixture
def crew(transactions: Transactions) -> Crew:
    return make_crew(transactions, tasks=10)


class Desk:
    """Short ways to do what PMs and workers do."""

    def __init__(self, transactions: Transactions, crew: Crew, clock: MovableClock) -> None:
        self.transactions, self.crew, self.clock = transactions, crew, clock

    def upload(self, text: str, who: str | None = "alex", name: str = "guide.md") -> Uploaded:
        data = text.encode()
        with self.transactions() as uow:
            return upload(
                uow,
                actor_id=self.crew[who] if who else None,
                project=uow.session.get_one(Project, self.crew.project_id),
                name=name,
                sha256=sha256(data).hexdigest(),
                guideline=read_guideline(data, name),
            )

    def publish(self, version: int, who: str | None = "alex", **more: object) -> Published:
        with self.transactions() as uow:
            actor_id = self.crew[who] if who else None
            return publish(uow, actor_id=actor_id, version=version, **more)  # type: ignore[arg-type]  # by name

    def put_in_effect(self, text: str) -> int:
        version = self.upload(text).version_id
        self.publish(version)
        return version

    def read(self, who: str, version: int) -> None:
        with self.transactions() as uow:
            acknowledge(uow, person_id=self.crew[who], version_id=version)

    def claim(self, who: str) -> str:
        """Take a task and return the guideline version it is pinned to."""
        with self.transactions() as uow:
            claim = claim_next(uow, person_id=self.crew[who])
            uow.session.flush()
            return uow.session.get_one(Assignment, claim.assignment_id).guideline_version

    def told(self, kind: str = "guideline_card") -> list[int]:
        with self.transactions.reading() as session:
            rows = session.scalars(select(OutboxRow).where(OutboxRow.kind == kind).order_by(OutboxRow.id))
            return [row.payload["person_id"] for row in rows]

    def states(self) -> dict[int, GuidelineState]:
        with self.transactions.reading() as session:
            rows = session.execute(select(GuidelineVersion.number, GuidelineVersion.state))
            return {row.number: row.state for row in rows}

    def sound(self) -> bool:
        with self.transactions.reading() as session:
            return check(session, now=self.clock()) == ()


@pytest.fixture
def desk(transactions: Transactions, crew: Crew, clock: MovableClock) -> Desk:
    return Desk(transactions, crew, clock)


def test_sections_come_back_as_they_were_read(desk: Desk) -> None:
    done = desk.upload(FIRST)
    assert (done.number, done.state, done.again) == (1, GuidelineState.DRAFT, False)
    read = read_guideline(FIRST.encode(), "guide.md")
    with desk.transactions.reading() as session:
        assert read_sections(session, done.version_id) == read.sections
        shown = outline(session, done.version_id)
        assert shown is not None
        assert shown.sections == read.sections
        assert (shown.version.number, shown.version.words) == (1, read.words)
        assert current_sections(session, desk.crew.project_id) is None
    assert desk.told() == []


def test_a_new_upload_takes_the_place_of_the_draft(desk: Desk) -> None:
    first = desk.upload(FIRST)
    assert desk.upload(FIRST).again
    second = desk.upload(SECOND)
    assert (second.version_id, second.number, second.ver) == (first.version_id, 1, first.ver + 1)
    with pytest.raises(StaleAction):
        desk.publish(first.version_id, ver=first.ver)
    desk.publish(second.version_id, ver=second.ver)
    with desk.transactions.reading() as session:
        current = current_sections(session, desk.crew.project_id)
    assert current is not None
    assert current[0] == 1
    assert current[1] == read_guideline(SECOND.encode(), "guide.md").sections
    assert desk.upload(SECOND).again
    assert desk.upload(FIRST).number == 2
    assert desk.sound()


def test_only_pms_and_admins_upload_and_publish(desk: Desk) -> None:
    for who in ("mina", "sora", "dohyun", "bridge"):
        with pytest.raises(NotAllowed):
            desk.upload(FIRST, who)
    draft = desk.upload(FIRST, "boss").version_id
    for who in ("mina", "sora", "dohyun", "bridge"):
        with pytest.raises(NotAllowed):
            desk.publish(draft, who)
    desk.publish(draft, "boss")
    with pytest.raises(StaleAction):
        desk.publish(draft)
    with pytest.raises(NotFound):
        desk.publish(draft + 99)


def test_workers_are_told_and_have_to_read_before_the_next_claim(desk: Desk) -> None:
    assert desk.claim("mina") == "1"
    first = desk.put_in_effect(FIRST)
    workers = sorted(desk.crew[who] for who in ("mina", "jun", "sora"))
    assert desk.told() == workers
    with pytest.raises(MustAcknowledge) as refused:
        desk.claim("mina")
    assert refused.value == MustAcknowledge(first, "DIAL")
    desk.read("mina", first)
    desk.read("mina", first)
    assert desk.claim("mina") == "1"
    second = desk.put_in_effect(SECOND)
    with pytest.raises(MustAcknowledge):
        desk.claim("mina")
    # Reading the one that is over does not help any more.
    with pytest.raises(StaleAction):
        desk.read("mina", first)
    desk.read("mina", second)
    assert desk.claim("mina") == "2"
    with pytest.raises(MustAcknowledge):
        desk.claim("jun")
    with desk.transactions.reading() as session:
        pinned = session.scalars(select(Assignment.guideline_version).order_by(Assignment.id)).all()
        assert session.scalar(select(func.count()).select_from(Acknowledgement)) == 2
    assert list(pinned) == ["1", "1", "2"]
    assert desk.states() == {1: GuidelineState.PAST, 2: GuidelineState.CURRENT}
    assert desk.sound()


def test_only_workers_acknowledge_and_only_what_is_published(desk: Desk) -> None:
    draft = desk.upload(FIRST).version_id
    with pytest.raises(StaleAction):
        desk.read("mina", draft)
    with pytest.raises(NotAllowed):
        desk.read("dohyun", draft)
    with pytest.raises(NotFound):
        desk.read("mina", draft + 99)


def test_rework_in_hand_is_not_blocked(desk: Desk) -> None:
    with desk.transactions() as uow:
        held = claim_next(uow, person_id=desk.crew["mina"]).assignment_id
        submit(uow, person_id=desk.crew["mina"], assignment_id=held, parts={"text": "거시기"})
    with desk.transactions() as uow:
        review = claim_next_review(uow, person_id=desk.crew["dohyun"]).review_id
        reject(uow, person_id=desk.crew["dohyun"], review_id=review, **EXPLAINED)
    desk.put_in_effect(FIRST)
    with desk.transactions() as uow:
        again = claim_next(uow, person_id=desk.crew["mina"])
    assert (again.assignment_id, again.rework) == (held, True)
    with desk.transactions() as uow:
        submit(uow, person_id=desk.crew["mina"], assignment_id=held, parts={"text": "거시기혀"})
    with pytest.raises(MustAcknowledge):
        desk.claim("mina")


def test_a_time_to_come(desk: Desk, clock: MovableClock) -> None:
    first = desk.put_in_effect(FIRST)
    desk.read("mina", first)
    second = desk.upload(SECOND).version_id
    for wrong in (clock() - timedelta(minutes=1), clock(), clock() + timedelta(days=91)):
        with pytest.raises(Invalid):
            desk.publish(second, effective_at=wrong)
    desk.publish(second, effective_at=clock() + timedelta(hours=2))
    assert desk.states() == {1: GuidelineState.CURRENT, 2: GuidelineState.SCHEDULED}
    assert desk.claim("mina") == "1"
    # Whoever reads it early is not asked again.
    desk.read("mina", second)
    with desk.transactions() as uow:
        assert begin_scheduled(uow) == 0
    clock.advance(hours=2)
    with desk.transactions() as uow:
        assert begin_scheduled(uow) == 1
    with desk.transactions() as uow:
        assert begin_scheduled(uow) == 0
    assert desk.states() == {1: GuidelineState.PAST, 2: GuidelineState.CURRENT}
    assert desk.claim("mina") == "2"
    with pytest.raises(MustAcknowledge):
        desk.claim("jun")
    assert "guideline_dates" not in {f.invariant for f in _findings(desk)}


def _findings(desk: Desk) -> Sequence[Finding]:
    with desk.transactions.reading() as session:
        return [f for f in check(session, now=desk.clock()) if f.invariant.startswith(("guideline", "audit"))]


def test_a_newer_version_overtakes_one_that_waits(desk: Desk, clock: MovableClock) -> None:
    desk.put_in_effect(FIRST)
    desk.publish(desk.upload(SECOND).version_id, effective_at=clock() + timedelta(hours=2))
    desk.publish(desk.upload(THIRD).version_id)
    assert desk.states() == {1: GuidelineState.PAST, 2: GuidelineState.PAST, 3: GuidelineState.CURRENT}
    clock.advance(hours=3)
    with desk.transactions() as uow:
        assert begin_scheduled(uow) == 0
    assert _findings(desk) == []


def test_two_processes_begin_a_version_once(desk: Desk, clock: MovableClock) -> None:
    desk.publish(desk.upload(FIRST).version_id, effective_at=clock() + timedelta(minutes=1))
    clock.advance(minutes=2)

    def tick(_n: int) -> int:
        with desk.transactions(patience=60) as uow:
            return begin_scheduled(uow)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(tick, range(4))) == 1
    with desk.transactions.reading() as session:
        began = session.scalars(select(Audit).where(Audit.action == "guideline.begin")).all()
    assert len(began) == 1


def test_acknowledging_twice_at_once_counts_once(desk: Desk) -> None:
    version = desk.put_in_effect(FIRST)

    def press(_n: int) -> None:
        desk.read("mina", version)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(press, range(4)))
    with desk.transactions.reading() as session:
        assert session.scalar(select(func.count()).select_from(Acknowledgement)) == 1


def test_uploads_at_once_make_one_draft(desk: Desk) -> None:
    texts = [FIRST, SECOND, THIRD, FIRST.replace("hear", "see")]
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(desk.upload, texts))
    assert {one.number for one in done} == {1}
    with desk.transactions.reading() as session:
        assert session.scalar(select(func.count()).select_from(GuidelineVersion)) == 1
        version = session.scalars(select(GuidelineVersion)).one()
        count = session.scalar(select(func.count()).select_from(GuidelineSection))
    stored = next(text for text in texts if sha256(text.encode()).hexdigest() == version.sha256)
    assert count == len(read_guideline(stored.encode(), "guide.md").sections)


def test_the_diff_is_by_section(desk: Desk) -> None:
    desk.put_in_effect(FIRST)
    second = desk.upload(SECOND).version_id
    with desk.transactions.reading() as session:
        news = changed(session, second)
    assert news is not None
    assert news.since == 1
    assert {(str(change.kind), change.path[-1]) for change in news.changes} == {
        ("changed", "Spelling"),
        ("added", "Names"),
    }


def test_news_are_since_what_the_person_has_read(desk: Desk) -> None:
    desk.read("mina", desk.put_in_effect(FIRST))
    second = desk.put_in_effect(SECOND)
    desk.read("jun", second)
    third = desk.put_in_effect(THIRD)
    with desk.transactions.reading() as session:
        of_mina = news_for(session, third, desk.crew["mina"])
        of_jun = news_for(session, third, desk.crew["jun"])
        of_sora = news_for(session, third, desk.crew["sora"])
    assert of_mina is not None
    assert of_jun is not None
    assert of_sora is not None
    assert (of_mina.since, of_jun.since, of_sora.since) == (1, 2, 2)
    assert {c.path[-1] for c in of_mina.changes} == {"Spelling", "Names"}
    assert {c.path[-1] for c in of_jun.changes} == {"Names"}
    assert of_mina.acknowledged_at is None


def test_answers_about_changed_sections_become_stale(desk: Desk) -> None:
    desk.put_in_effect(FIRST)
    with desk.transactions() as uow:
        found = current_sections(uow.session, desk.crew.project_id)
        assert found is not None
        entries = {
            section.title: FaqEntry(
                project_id=desk.crew.project_id, state=FaqState.VERIFIED, question="?", answer_ko="네",
                answer_en="Yes", section_id=section.id, section_path=list(section.path),
                written_by_id=desk.crew["bridge"], verified_at=uow.now, changed_at=uow.now, created_at=uow.now,
            )
            for section in found[1]
        }  # fmt: skip
        uow.session.add_all(entries.values())
    desk.upload(SECOND)
    desk.publish(desk.upload(SECOND).version_id, effective_at=desk.clock() + timedelta(hours=1))
    assert _faq_states(desk) == {"Guide": "verified", "Spelling": "verified", "Numbers": "verified"}
    desk.clock.advance(hours=1)
    with desk.transactions() as uow:
        begin_scheduled(uow)
    assert _faq_states(desk) == {"Guide": "verified", "Spelling": "stale", "Numbers": "verified"}


def _faq_states(desk: Desk) -> dict[str, str]:
    with desk.transactions.reading() as session:
        return {entry.section_path[-1]: entry.state.value for entry in session.scalars(select(FaqEntry))}


def test_text_that_cannot_be_stored_is_cleaned(desk: Desk) -> None:
    section = Section("a\x00~1", ("A\x00",), "a", 1, (Block("paragraph", "x\x00y\ud800z"),), 0)
    with desk.transactions() as uow:
        done = upload(
            uow,
            actor_id=None,
            project=uow.session.get_one(Project, desk.crew.project_id),
            name="\x00.md",
            sha256="0" * 64,
            guideline=Guideline("T\x00", (section,), 1),
        )
    with desk.transactions.reading() as session:
        (read,) = read_sections(session, done.version_id)
    assert (read.title, read.text) == ("A", "xyz")


def test_a_guideline_without_sections_is_refused(desk: Desk) -> None:
    with pytest.raises(Invalid), desk.transactions() as uow:
        project = uow.session.get_one(Project, desk.crew.project_id)
        upload(
            uow, actor_id=None, project=project, name="x.md", sha256="0" * 64, guideline=Guideline("", (), 0)
        )
    with desk.transactions.reading() as session:
        assert newest_version(session, desk.crew.project_id) is None


def test_a_claim_stays_one_choice_and_few_writes(desk: Desk) -> None:
    version = desk.put_in_effect(FIRST)
    desk.read("mina", version)
    desk.claim("mina")
    statements: list[str] = []
    engine = desk.transactions.database.writer

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    with desk.transactions() as uow:
        event.listen(engine, "before_cursor_execute", note)
        claim_next(uow, person_id=desk.crew["mina"])
        event.remove(engine, "before_cursor_execute", note)
    work = [s for s in statements if not s.startswith(("BEGIN", "PRAGMA", "SET", "SAVEPOINT"))]
    assert len(work) == (5 if desk.transactions.database.is_sqlite else 2), work
    assert "guideline_version" in work[0]


def test_claims_while_a_version_begins_are_pinned_or_refused(desk: Desk) -> None:
    desk.read("mina", desk.put_in_effect(FIRST))
    desk.read("jun", newest := desk.upload(FIRST).version_id)
    second = desk.upload(SECOND).version_id
    assert newest != second
    outcomes: list[str] = []

    def work(who: str) -> None:
        for _ in range(3):
            try:
                outcomes.append(desk.claim(who))
            except (MustAcknowledge, NoWork):
                outcomes.append("refused")

    with ThreadPoolExecutor(3) as pool:
        running = [pool.submit(work, who) for who in ("mina", "jun")]
        pool.submit(desk.publish, second).result()
        for one in running:
            one.result()
    assert set(outcomes) <= {"1", "refused"}
    assert desk.sound()
