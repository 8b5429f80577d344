"""Canary secrets sent through every level and every way a log line can carry text: none may come out."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from bot.log import RedactingFilter, configure_logging

SIGNING = "8f742231b10e8888abcd99yyyzzz85a5"
ODD = 'pä ss"wo/rd&x'
# Each line carries one thing to hide; the second part must not be seen again.
CANARIES = {
    "bot token": ("using xoxb-111-222-CANARYaaa now", "CANARYaaa"),
    "rotated token": ("using xoxe.xoxp-1-CANARYaab now", "CANARYaab"),
    "capitals": ("using XOXB-1-CANARYaac", "CANARYaac"),
    "app token": ("xapp-1-A1-2-CANARYbbb", "CANARYbbb"),
    "workflow token": ("xwfp-1-CANARYbbc", "CANARYbbc"),
    "signing secret": (f"secret is {SIGNING}.", SIGNING),
    "encoded secret": ("?p=p%C3%A4%20ss%22wo%2Frd%26x", "wo%2Frd"),
    "odd secret": (f"value {ODD}", "wo/rd"),
    "header": ("Authorization: Bearer CANARYccc", "CANARYccc"),
    "header dict": ("{'Authorization': 'Bearer CANARYccd', 'x': 1}", "CANARYccd"),
    "asgi header": ("[(b'authorization', b'Basic CANARYcce==')]", "CANARYcce"),
    "bare bearer": ("sent bearer CANARYccf1234", "CANARYccf"),
    "response url": ("https://hooks.slack.com/commands/T1/2/CANARYddd", "CANARYddd"),
    "actions url": ('"https:\\/\\/hooks.slack.com\\/actions\\/T1\\/CANARYdde"', "CANARYdde"),
    "encoded url": ("response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FCANARYddf&x=1", "CANARYddf"),
    "local response url": ("POST http://127.0.0.1:4000/response/CANARYddg failed", "CANARYddg"),
    "escaped field": ('{\\"response_url\\":\\"http:\\\\/\\\\/x.test\\\\/r\\\\/CANARYddi\\"}', "CANARYddi"),
    "response_url field": ("{'response_url': 'http://x.test/r/CANARYddh'}", "CANARYddh"),
    "signature": ("v0=" + "c0ffee" * 10 + "abcd", "c0ffee"),
    "ticket": ("wss://wss-primary.slack.com/link/?ticket=CANARYeee&app_id=1", "CANARYeee"),
    "database": ("postgresql+psycopg://gagyo:CANARYfff@db/gagyo", "CANARYfff"),
    "client secret": ('{"client_secret": "CANARYggg"}', "CANARYggg"),
}
EVERYTHING = " | ".join(line for line, _ in CANARIES.values())
HIDDEN = [canary for _, canary in CANARIES.values()]
LEVELS = [logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL]


class Loud:
    def __repr__(self) -> str:
        return EVERYTHING


class Broken:
    def __str__(self) -> str:
        raise RuntimeError(EVERYTHING)


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Start from untouched logging and put it back as it was: it belongs to the whole process."""
    before = (list(logging.root.handlers), sys.excepthook, threading.excepthook)
    known = [one for one in logging.root.manager.loggerDict.values() if isinstance(one, logging.Logger)]
    levels = [(one, one.level, one.disabled) for one in (logging.root, *known)]
    for one in known:
        one.setLevel(logging.NOTSET)
        one.disabled = False
    yield
    for name in ("slack_bolt.RequestVerification", "urllib3.connectionpool", "sqlalchemy.engine.Engine"):
        logging.getLogger(name).setLevel(logging.NOTSET)
    for one, level, disabled in levels:
        one.setLevel(level)
        one.disabled = disabled
    logging.root.handlers[:] = before[0]
    sys.excepthook, threading.excepthook = before[1], before[2]


@pytest.fixture(params=[False, True], ids=["text", "json"])
def written(request: pytest.FixtureRequest) -> io.StringIO:
    stream = io.StringIO()
    configure_logging("DEBUG", json=request.param, secrets=[SIGNING, ODD, "ab", ""], stream=stream)
    return stream


def assert_clean(text: str) -> None:
    assert [canary for canary in HIDDEN if canary in text] == []


@pytest.mark.parametrize("name", CANARIES)
def test_each_secret_is_hidden_and_the_rest_stays(name: str) -> None:
    line, canary = CANARIES[name]
    redacted = RedactingFilter([SIGNING, ODD]).redact(f"before {line} after")
    assert canary not in redacted
    assert redacted.startswith("before ")
    assert redacted.endswith(" after")
    assert "[redacted]" in redacted


def test_ordinary_lines_stay_as_they_are() -> None:
    line = "claimed 3 of 17 tasks for T123/U456 in 12 ms; tokens used, 응답 https://example.com/docs?x=1 ok"
    assert RedactingFilter(["", "ms"]).redact(line) == line


@pytest.mark.parametrize("level", LEVELS)
def test_no_canary_survives_any_way_into_a_record(written: io.StringIO, level: int) -> None:
    logger = logging.getLogger("bot.canary")
    logger.log(level, EVERYTHING)
    logger.log(level, "with %s and %r", EVERYTHING, Loud())
    logger.log(level, "by name %(it)s", {"it": EVERYTHING})
    logger.log(
        level, "extra", extra={"headers": {"Authorization": "Bearer CANARYccc"}, "loud": Loud(), "n": 1}
    )
    logger.log(level, "extra", extra={"broken": Broken()})
    logger.log(level, "stack %s", "x", stack_info=True)
    logger.log(level, "too few %s %s", EVERYTHING)
    logger.log(level, "broken %s", Broken())
    logger.log(level, Loud())
    try:
        try:
            raise ValueError(EVERYTHING)
        except ValueError as error:
            error.add_note(EVERYTHING)
            raise RuntimeError(EVERYTHING) from error
    except RuntimeError:
        logger.log(level, "it failed", exc_info=True)
    try:
        raise ExceptionGroup(EVERYTHING, [KeyError(EVERYTHING), ValueError(EVERYTHING)])
    except ExceptionGroup as group:
        logger.log(level, group, exc_info=group)
    text = written.getvalue()
    assert text.count("[redacted]") > 100
    assert "RuntimeError" in text
    assert_clean(text)


def test_uncaught_exceptions_of_threads_and_of_the_program_are_cleaned(written: io.StringIO) -> None:
    def fail() -> None:
        raise RuntimeError(EVERYTHING)

    thread = threading.Thread(target=fail, name="sender")
    thread.start()
    thread.join()
    try:
        fail()
    except RuntimeError as error:
        sys.excepthook(RuntimeError, error, error.__traceback__)
    text = written.getvalue()
    assert "uncaught exception in thread sender" in text
    assert text.count("uncaught exception") == 2
    assert_clean(text)


def test_a_crashing_program_prints_no_canary() -> None:
    program = (
        "from bot.log import configure_logging\n"
        "configure_logging('DEBUG', json=True, secrets=['sesame-open'])\n"
        "raise SystemError('xoxb-1-' + 'CANARY' + 'aaa' + ' sesame' + '-open')\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "SystemError" in ended.stderr
    assert "CANARY" not in ended.stderr
    assert "sesame-open" not in ended.stderr


def test_json_lines_are_objects_with_their_fields(capsys: pytest.CaptureFixture[str]) -> None:
    stream = io.StringIO()
    configure_logging("info", json=True, stream=stream)
    logging.getLogger("bot.sender").info("sent\n%d", 3, extra={"channel": "C1", "tries": 2})
    try:
        raise KeyError("x")
    except KeyError:
        logging.getLogger("bot.sender").exception("failed")
    first, second = (json.loads(line) for line in stream.getvalue().splitlines())
    assert first["message"] == "sent\n3"
    assert (first["level"], first["logger"], first["channel"], first["tries"]) == (
        "INFO",
        "bot.sender",
        "C1",
        2,
    )
    assert first["ts"].endswith("+00:00")
    assert "KeyError" in second["exception"]
    assert capsys.readouterr().err == ""


def test_libraries_stay_below_what_they_may_say(written: io.StringIO) -> None:
    for name in ("slack_sdk.web.base_client", "slack_bolt.App", "websockets.client"):
        logging.getLogger(name).debug("CANARY body")
        logging.getLogger(name).info("fine, %s", name)
    for name in ("slack_bolt.RequestVerification", "urllib3.connectionpool", "sqlalchemy.engine.Engine"):
        logging.getLogger(name).setLevel(logging.DEBUG)
        logging.getLogger(name).info("CANARY body")
        logging.getLogger(name).warning("fine, %s", name)
    assert written.getvalue().count("fine, ") == 6
    assert "CANARY" not in written.getvalue()


def test_what_bolt_quotes_of_a_body_is_left_out(written: io.StringIO) -> None:
    bolt = logging.getLogger("slack_bolt.App")
    bolt.warning(
        "Unhandled request ({'type': 'dialog_submission', 'submission': {'a': 'CANARY'}})\n---\nTry: CANARY"
    )
    bolt.warning("A global middleware (people) skipped calling next for the request ({'text': 'CANARY'})")
    assert written.getvalue().count("(left out)") == 2
    assert "CANARY" not in written.getvalue()


def test_server_loggers_go_through_the_filter(written: io.StringIO) -> None:
    raw = io.StringIO()
    server = logging.getLogger("uvicorn.error")
    server.addHandler(logging.StreamHandler(raw))
    configure_logging("INFO", stream=written)
    server.error("xoxb-1-CANARYaaa")
    assert raw.getvalue() == ""
    assert "[redacted]" in written.getvalue()


def test_an_unknown_level_is_an_error() -> None:
    with pytest.raises(ValueError, match="Unknown level"):
        configure_logging("CHATTY")
