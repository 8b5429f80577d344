"""A real Chromium, a real sandbox and a real Bolt app over Socket Mode for every browser test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from sandbox.client import Sandbox
from sandbox.seeds import DEMO
from sandbox.server import RunningSandbox, serve_in_thread
from sandbox.world import World
from tests.browser.crew_app import MANIFEST, CrewApp, build_crew_app

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

OpenPage = Callable[..., Any]


@pytest.fixture(scope="package")
def chromium() -> Iterator[Any]:
    """One browser for all tests of this folder; a test opens its own context in it.

    Not longer: while playwright runs, its event loop owns the thread, and other tests run their own.
    """
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is missing")
    with playwright_api.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def running() -> Iterator[RunningSandbox]:
    """One sandbox for all browser tests; `box` brings it back to the demo world before each."""
    with serve_in_thread(World(seed=DEMO | {"manifest": MANIFEST})) as running:
        yield running


@pytest.fixture
def box(running: RunningSandbox) -> RunningSandbox:
    """A sandbox that holds the demo world and nothing else."""
    Sandbox(running.url).control("reset")
    return running


@pytest.fixture(scope="package")
def connected(running: RunningSandbox) -> Iterator[CrewApp]:
    """A tiny Bolt app, connected to the sandbox by Socket Mode like any app to Slack."""
    crew = build_crew_app(WebClient(token="xoxb-sandbox", base_url=f"{running.url}/api/"))
    handler = SocketModeHandler(crew.app, "xapp-sandbox")
    handler.connect()  # type: ignore[no-untyped-call]  # slack_bolt leaves it unannotated
    yield crew
    handler.close()  # type: ignore[no-untyped-call]  # as above


@pytest.fixture
def crew(box: RunningSandbox, connected: CrewApp) -> CrewApp:
    """The app as if it had just started: it has heard nothing."""
    connected.heard.clear()
    return connected


@pytest.fixture
def open_page(chromium: Any, box: RunningSandbox) -> Iterator[OpenPage]:
    """`open_page("/?as=U…", width=…)` gives a page; any script error or CSP violation fails the test."""
    contexts = []
    problems: list[str] = []

    def hear(message: Any) -> None:
        # Chromium itself reports pictures and addresses that do not load; those are not faults of the page.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            problems.append(message.text)

    def open_it(
        path: str = "/", *, width: int = 1200, height: int = 820, dark: bool = False, touch: bool = False
    ) -> Any:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            locale="ko-KR",
            has_touch=touch,
            is_mobile=touch,
        )
        context.set_default_timeout(8000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", hear)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(path if path.startswith("http") else box.url + path)
        page.wait_for_selector("#root > *")
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert problems == []
