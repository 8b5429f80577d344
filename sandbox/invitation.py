"""What the demo prints: the address first, then whom to be and what to type, in both languages."""

from __future__ import annotations

from pathlib import Path

from sandbox.crews import ADMIN, PM, REVIEWERS, SPANISH_PM, STRANGER, SUPERVISOR, WORKERS
from sandbox.small_talk import Channels

_PHRASES = (
    "링크가 안 열려요. 다시 올려 주시면 감사하겠습니다.",
    "오늘은 음질이 좋아서 금방 끝날 것 같아요.",
    "How is everybody getting on today?",
    "No problem at all. Please take the time you need.",
)
_SERVICES = {"deepl": "DeepL", "papago": "Papago"}


def explain(url: str, log: Path, seconds: float, channels: Channels | None, engines: tuple[str, ...]) -> str:
    """Return the whole text; `engines` are the real services that translate, none for the phrase book."""
    desks = _desks()
    width = max(len(address) for address, _ in desks)
    return "\n".join(
        (
            f"Gagyo demo: {url}",
            "",
            "Open one of these and type in the conversation with 가교, or in a channel.",
            "하나를 열어 가교와의 대화창이나 채널에 입력해 보세요.",
            "",
            *(f"  {what}\n    {url}{address}" for address, what in _talks(channels)),
            *(f"  {url}{address:{width}}  {what}" for address, what in desks),
            "",
            *_translation(engines),
            "",
            *_where(engines),
            f"(ready after {seconds:.0f} s; the bot's log is {_near(log)})",
        )
    )


def _desks() -> list[tuple[str, str]]:
    worker, returned, objecting = WORKERS[0], WORKERS[2], WORKERS[7]
    reviewer, second = REVIEWERS
    return [
        (f"?as={worker.id}", f"{worker.nickname} · worker 작업자: /work 받기   /work 목록   /pay"),
        (f"?as={returned.id}", f"{returned.nickname} · worker 작업자: reads a return · 반려된 작업"),
        (
            f"?as={objecting.id}",
            f"{objecting.nickname} · worker 작업자: has appealed, waits for the answer · 이의신청 결과를 기다려요",
        ),
        (f"?as={reviewer.id}", f"{reviewer.nickname} · reviewer 검수자: /review 받기"),
        (
            f"?as={second.id}",
            f"{second.nickname} · reviewer 검수자: /review 받기 COMMENTS, a second look · 한 번 더 보기",
        ),
        (
            f"?as={SUPERVISOR.id}&tab=home",
            f"{SUPERVISOR.nickname} · supervisor 수퍼바이저: an issue, split votes, a call-out · 이슈, 판정, 호출",
        ),
        (f"?as={PM.id}", "Alex · PM, English: today's digest, /pm status   /pm import   /pm export"),
        (f"?as={SPANISH_PM.id}", "Lucía · PM: reads Spanish · 스페인어로 읽어요"),
        (f"?as={ADMIN.id}", "Sam · admin, English: /admin"),
        (f"?as={STRANGER.id}", f"{STRANGER.nickname} · newcomer 새로 온 분: 안녕하세요"),
        (
            f"?as={worker.id}&with={reviewer.id}",
            "worker and reviewer side by side · 작업자와 검수자 나란히",
        ),
    ]


def _talks(channels: Channels | None) -> list[tuple[str, str]]:
    if channels is None:
        return []
    return [
        (
            f"?as={WORKERS[0].id}&channel={channels.crew}&with={PM.id}&channel2={channels.pms}",
            "one talk in two languages, side by side · 한 대화를 두 언어로 나란히",
        ),
        (
            (
                f"?as={SUPERVISOR.id}&channel={channels.crew}&thread={channels.issue}"
                f"&with={PM.id}&channel2={channels.pms}&thread2={channels.issue_twin}"
            ),
            "an open issue in its thread, and the English twin of that · 스레드의 이슈와 그 영어 스레드",
        ),
        (
            f"?as={WORKERS[0].id}&channel={channels.crew}",
            "a call-out with places left, at the end of the channel · 채널 맨 아래, 자리가 남은 호출",
        ),
        (
            f"?as={WORKERS[2].id}&channel={channels.shared}",
            "three languages in one channel · 한 채널에서 세 언어로",
        ),
    ]


def _translation(engines: tuple[str, ...]) -> list[str]:
    if engines:
        names = ", ".join(_SERVICES[name] for name in engines)
        return [
            f"{names} translates, because its key is set: what is said in bridged channels goes there.",
            f"키가 있어서 {names}에서 번역해요. 연결된 채널에 쓴 글이 그곳으로 전달돼요.",
        ]
    return [
        "The demo's translator is a phrase book. In #jeonnam, #jeonnam-pm and #sentences it knows, for example:",
        "데모의 번역기는 준비된 문장만 알아요. 위 채널에서 이런 문장을 써 보세요.",
        *(f"    {phrase}" for phrase in _PHRASES),
        "Anything else ends as it does when a translation service is down. To use a real one, set DEEPL_API_KEY,",
        "or PAPAGO_KEY_ID and PAPAGO_KEY, and start again.",
        "다른 문장은 번역 서비스가 멈췄을 때처럼 보여요. 실제 서비스를 쓰려면 위의 키를 넣고 다시 시작해 주세요.",
    ]


def _where(engines: tuple[str, ...]) -> list[str]:
    if engines:
        return [
            "Everything else stays on this computer, and each demo starts anew. Ctrl-C stops it.",
            "나머지는 이 컴퓨터 안에만 있고, 켤 때마다 새로 시작해요. 끄려면 Ctrl-C를 누르세요.",
        ]
    return [
        "Everything stays on this computer, and each demo starts anew. Ctrl-C stops it.",
        "모든 것이 이 컴퓨터 안에만 있고, 켤 때마다 새로 시작해요. 끄려면 Ctrl-C를 누르세요.",
    ]


def _near(file: Path) -> Path:
    return file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file
