"""The first screen, two people side by side, phones, the keyboard, and a server that goes away."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from sandbox.server import serve_in_thread
from tests.browser.conftest import OpenPage
from tests.browser.crew_app import DIGEST, OFFER, CrewApp
from tests.browser.places import CREW, HANEUL, MINA, at, message, open_form, write

WIDER = """() => {
  const wide = document.documentElement.clientWidth;
  return [...document.querySelectorAll("body *")]
    .filter((node) => !node.closest(".table-scroll, .carousel, .sidebar, svg, pre, .sr-only"))
    .filter((node) => node.getBoundingClientRect().right > wide + 1)
    .map((node) => `${node.tagName}.${node.className}`)
    .concat(document.documentElement.scrollWidth > wide ? ["the document"] : []);
}"""


def test_choosing_who_to_be(open_page: OpenPage) -> None:
    page = open_page("/")
    cards = page.get_by_test_id("person-card")
    expect(cards).to_have_count(5)
    page.get_by_role("link", name="Mina 님으로 들어가기").click()
    expect(page.get_by_test_id("me")).to_contain_text("Mina")
    # The words of the page follow the person, not the browser.
    expect(page.get_by_role("region", name="Channels")).to_be_visible()
    page.get_by_test_id("me").click()
    page.get_by_role("menuitem", name="하늘").click()
    expect(page.get_by_role("region", name="채널")).to_be_visible()


def test_two_people_side_by_side(open_page: OpenPage, crew: CrewApp) -> None:
    page = open_page(at(HANEUL, "C0GENERAL"), width=1500)
    page.get_by_test_id("side-by-side").click()
    page.get_by_role("menuitem", name="Mina").click()
    left, right = (page.frame_locator("[data-testid=pane]").nth(i) for i in range(2))
    left.locator("textarea").fill("옆에서 보여요?")
    left.locator("textarea").press("Enter")
    right.get_by_test_id("open-drawer").click()
    right.locator("[data-testid=conversation][data-name=general]").click()
    expect(right.get_by_test_id("message").filter(has_text="옆에서 보여요?")).to_be_visible()
    page.wait_for_url(f"**/?as={HANEUL}&with={MINA}&channel=C0GENERAL&channel2=C0GENERAL")
    page.reload()
    expect(right.get_by_test_id("message").filter(has_text="옆에서 보여요?")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True])
def test_a_phone_shows_everything_without_sideways_scrolling(
    open_page: OpenPage, crew: CrewApp, *, dark: bool
) -> None:
    page = open_page(at(HANEUL), width=380, height=780, dark=dark, touch=True)
    crew.client.chat_postMessage(channel=CREW, text="새 작업", blocks=OFFER)
    crew.client.chat_postMessage(channel=CREW, text="오늘의 현황", blocks=DIGEST)
    crew.client.chat_postMessage(
        channel=CREW, text="https://example.com/" + "a" * 300 + " " + "가나다라" * 60
    )
    expect(message(page, "가나다라")).to_be_visible()
    assert page.evaluate(WIDER) == []
    page.get_by_test_id("open-drawer").click()
    page.locator("[data-testid=conversation][data-name=general]").click()
    expect(page.get_by_role("heading", name="general")).to_be_visible()
    page.get_by_test_id("open-drawer").click()
    open_form(page)
    assert page.evaluate(WIDER) == []


def test_the_keyboard_is_enough(open_page: OpenPage, crew: CrewApp) -> None:
    page = open_page(at(HANEUL))
    expect(page.locator(".main [data-testid=composer] textarea")).to_be_focused()
    crew.client.chat_postMessage(channel=CREW, text="새 작업", blocks=OFFER)
    page.get_by_role("button", name="받기").focus()
    page.keyboard.press("Enter")
    expect(message(page, "님이 받았어요")).to_be_visible()
    page.get_by_test_id("shortcuts").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    modal = page.get_by_test_id("modal")
    expect(modal.get_by_label("내용")).to_be_focused()
    page.keyboard.press("Escape")
    expect(modal).to_be_hidden()


def test_every_control_has_a_name(open_page: OpenPage, crew: CrewApp) -> None:
    page = open_page(at(HANEUL))
    crew.client.chat_postMessage(channel=CREW, text="새 작업", blocks=OFFER)
    expect(message(page, "새 작업")).to_be_visible()
    open_form(page)
    nameless = page.evaluate(
        """() => [...document.querySelectorAll("button, input, textarea, select, a[href]")]
          .filter((node) => !node.getAttribute("aria-label") && !node.textContent.trim())
          .filter((node) => !node.labels?.length)
          .map((node) => node.outerHTML.slice(0, 120))"""
    )
    assert nameless == []


def test_the_page_comes_back_with_the_server(open_page: OpenPage) -> None:
    with serve_in_thread() as first:
        page = open_page(first.url + at(HANEUL))
        write(page, "앞의 글")
        expect(message(page, "앞의 글")).to_be_visible()
    expect(page.get_by_test_id("live-notice")).to_contain_text("연결이 끊겼어요")
    with serve_in_thread(port=int(first.url.rsplit(":", 1)[1])):
        expect(page.get_by_test_id("live-notice")).to_have_count(0)
        expect(page.get_by_text("앞의 글")).to_have_count(0)
        write(page, "새 글")
        expect(message(page, "새 글")).to_be_visible()
