"""Everything Slack shows of the bot, declared once: commands, sub-commands, events and scopes.

The parser, the help texts, the test of the listeners and the Slack app manifest are all made from this table.
"""

from __future__ import annotations

from bot.domain.commands import CommandSet, Subcommand

COMMANDS = CommandSet(
    {
        "work": (
            Subcommand("next", ("받기", "다음"), ("ㄱㄱ",), "[project]"),
            Subcommand("list", ("목록",)),
            Subcommand("submit", ("제출",), (), "[task]"),
            Subcommand("release", ("반납",), (), "[task]"),
            Subcommand("extend", ("연장",), (), "[task]"),
            Subcommand("unusable", ("불가", "작업불가"), (), "[task]"),
        ),
        # What follows /ask is the question itself.
        "ask": (),
        "review": (
            Subcommand("next", ("받기", "다음"), ("ㄱㄱ",), "[project]"),
            Subcommand("list", ("목록",)),
        ),
        "my": (
            Subcommand("language", ("언어",), ("lang",), "ko | en"),
            Subcommand("nickname", ("닉네임", "별명"), (), "<name>"),
            Subcommand("status", ("상태",), (), "working | resting"),
            Subcommand("translate", ("번역",), (), "ko | en | es | both | off"),
            Subcommand("notify", ("알림",), (), "on | off [09:30]"),
            Subcommand("hours", ("시간", "근무시간"), (), "10:00-19:00 [mon-fri] | off"),
            Subcommand("stats", ("통계",)),
            Subcommand("qualifications", ("자격",), ("quiz",)),
        ),
        "pay": (
            Subcommand("month", ("이번달",), ("이번", "this")),
            Subcommand("last", ("지난달",), ("지난",)),
            Subcommand("all", ("전체",)),
        ),
        "esc": (
            Subcommand("open", ("열기", "에스컬"), ("new",), "[S1-S4] [words]"),
            Subcommand("list", ("목록",), (), "[project]"),
        ),
        "sup": (
            Subcommand("notice", ("공지",), (), "[project]"),
            Subcommand("duty", ("당직",), (), "on | off | who [project] [note]"),
            Subcommand("callout", ("호출",), (), "[project]"),
            Subcommand("board", ("현황",), (), "[project]"),
            Subcommand("audit", ("표본검사", "감사"), ("check",), "[project]"),
            Subcommand("quality", ("품질",), (), "[project]"),
            Subcommand("grant", ("자격",), (), "<@person> <key> [number] [until 2027-01-31] <evidence>"),
            Subcommand("adjudicate", ("판정",), (), "[project]"),
        ),
        "pm": (
            Subcommand("status", ("현황",), (), "[project]"),
            Subcommand("import", ("가져오기",), (), "[project]"),
            Subcommand(
                "guideline", ("가이드라인", "지침"), (), "upload | outline | diff | publish <project>"
            ),
            Subcommand("answers", ("답변",)),
            Subcommand("notice", ("공지",), (), "[project]"),
            Subcommand("digest", ("다이제스트", "요약"), (), "now | schedule [project]"),
            Subcommand("pay", ("정산",), (), "close | paid | adjust | void [project]"),
            Subcommand(
                "export", ("내보내기",), (), "<project> [results | answers | pay | issues] [csv | jsonl]"
            ),
            Subcommand("deadline", ("마감일",), (), "<project> <date | off>"),
            Subcommand("escalation", ("에스컬레이션",), (), "<project> [S2 30m 1h 24h]"),
            Subcommand("callout", ("호출",), (), "[project]"),
            Subcommand("audit", ("표본검사", "감사"), ("check",), "[project]"),
            Subcommand("quality", ("품질",), (), "[project]"),
            Subcommand("rules", ("규칙",), (), "<project> [name=value]"),
            Subcommand("gold", ("정답", "골드"), (), "<project> <task> [answer] | retire <task> | list"),
        ),
        "admin": (
            Subcommand("project", ("프로젝트",), (), '<key> <type> "<name>" [setting=value]'),
            Subcommand("role", ("역할",), (), "<@person> <role> <project> [remove]"),
            Subcommand("price", ("단가",), (), "<project> <amount>"),
            Subcommand("questions", ("질문",), (), "<project> <#channel | here | off>"),
            Subcommand("translate", ("번역",), (), "<project> off | local | cloud | open"),
            Subcommand("bridge", ("연결",), (), "<project> here | #channel | twin #crew #pm | off"),
        ),
    }
)

GUIDELINE_VERBS = (
    Subcommand("upload", ("올리기", "업로드"), (), "[project]"),
    Subcommand("outline", ("개요", "목차"), (), "[project]"),
    Subcommand("diff", ("비교", "변경"), (), "[project]"),
    Subcommand("publish", ("게시", "배포"), (), "[project] [time]"),
)
"""What follows `/pm guideline`."""

DIGEST_VERBS = (
    Subcommand("now", ("지금",), (), "[project] [date] [week]"),
    Subcommand("schedule", ("일정", "시간"), (), "[project] [who] [09:00] [mon-fri] [on | off]"),
)
"""What follows `/pm digest`."""

PAY_VERBS = (
    Subcommand("close", ("마감",), (), "[project] [2026-10]"),
    Subcommand("paid", ("지급",), (), "[project] [2026-10]"),
    Subcommand("adjust", ("조정",), (), "[project] [@person]"),
    Subcommand("void", ("취소",), (), "[project]"),
)
"""What follows `/pm pay`."""

ROOTS = tuple(COMMANDS)

DEFAULT_COMMANDS = {root: f"/{root}" for root in ROOTS}
"""What people type, unless the configuration names a command otherwise."""

DESCRIPTIONS = {
    "work": "작업 받기·제출·반납 / take, submit, release tasks",
    "ask": "가이드라인에 대해 질문 / ask about the guideline",
    "review": "검수 받기·목록 / review submissions",
    "my": "언어·닉네임·상태·번역·알림·시간·자격 / language, status, digest, hours, qualifications",
    "pay": "내 정산: 이번 달, 지난달, 전체 / your own pay",
    "esc": "에스컬레이션: 이슈 열기·목록 / raise an issue, see those that are open",
    "sup": "공지·당직·호출·현황·판정·자격 / notices, duty, call-outs, board, decisions, qualifications",
    "pm": "Project status, digests, imports, exports, pay, guidelines, notices, escalation",
    "admin": "Projects, roles, prices and translation",
}
"""What Slack shows beside a command; it can't be localised, so it is bilingual where Koreans use it."""

QUESTION_HINT = "숫자는 어떻게 적나요? / your question"
"""What Slack shows behind /ask, which has no sub-commands."""

MESSAGE_SHORTCUTS = (
    ("ask:message", "Ask about this · 질문", "이 메시지를 가이드라인에서 찾아요 / look it up"),
    ("issue:open_here", "Escalate · 에스컬레이션", "담당자를 불러요 / call a supervisor or the PM"),
    ("translation:for_me", "Translate for me · 번역", "나만 보는 번역 / a translation only you see"),
    ("translation:fix", "Fix translation · 번역 수정", "자동번역을 고쳐요 / correct a machine translation"),
)
"""Callback id, name (at most 24 characters) and description of what can be done with a message."""

BOT_EVENTS = (
    "app_home_opened",
    "app_mention",
    "message.channels",
    "message.groups",
    "message.im",
    "reaction_added",
    "user_change",
)

BOT_SCOPES = (
    "app_mentions:read",
    "channels:history",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "im:history",
    "im:read",
    "im:write",
    "reactions:read",
    "reactions:write",
    "users:read",
)
"""The least the bot can work with; im:history also lets an uncertain post be found again."""
