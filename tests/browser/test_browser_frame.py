"""What all pages have around them, in a real browser: the side bar, the menu button, the line that
shows until a page listens.
"""

import re
from collections.abc import Callable
from threading import Event

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.conftest import Site, make_hot
from tests.browser.test_browser_pages import refuse

pytestmark = pytest.mark.browser
Opens = Callable[..., Page]
WIDE = {"width": 1280, "height": 800}
NARROW = {"width": 390, "height": 800}
CLICK = """() => {
  const button = document.querySelector('button[aria-label="Pause: crm"]');
  button?.click();
  return button !== null;
}"""


@pytest.mark.parametrize("locale", ["en-US", "ja-JP"])
def test_the_side_bar_leads_everywhere_in_one_column(visit: Opens, locale: str) -> None:
    """No entry is cut off or stands beside another; the current page is marked."""
    page = visit("/jobs", "admin", viewport=WIDE, locale=locale)
    links = page.locator("nav").first.locator("a")
    expect(links).to_have_count(16)

    boxes = [box for one in links.all() if (box := one.bounding_box())]

    assert len({box["x"] for box in boxes}) == 1
    assert len({box["height"] for box in boxes}) == 1
    assert [one["y"] for one in boxes] == sorted(one["y"] for one in boxes)
    expect(page.locator("nav [aria-current='page']")).to_have_attribute("href", "/jobs")


def test_a_viewer_is_not_led_to_what_operators_do(visit: Opens) -> None:
    """Erasures are for those who may operate."""
    page = visit("/jobs", "viewer", viewport=WIDE)

    expect(page.locator("nav").first.locator("a")).to_have_count(15)


def test_a_narrow_screen_has_a_menu_button(visit: Opens) -> None:
    """By keyboard too: Enter opens it, Escape closes it and goes back to the button."""
    page = visit("/people", viewport=NARROW)
    button = page.get_by_role("button", name="Menu")
    expect(page.get_by_role("link", name="Jobs")).to_be_hidden()

    button.press("Enter")
    expect(page.get_by_role("link", name="Jobs")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.get_by_role("link", name="Jobs")).to_be_hidden()
    expect(button).to_be_focused()


@pytest.mark.parametrize("path", ["/", "/people", "/alerts", "/stages", "/jobs", "/documents"])
def test_nothing_stands_out_of_a_narrow_screen(site: Site, visit: Opens, path: str) -> None:
    """Nobody has to scroll to the side."""
    make_hot(site.parts.database)

    page = visit(path, "operator", viewport=NARROW)

    assert page.evaluate("document.documentElement.scrollWidth") == NARROW["width"]


def test_a_click_before_the_page_listens_is_kept(site: Site, visit: Opens) -> None:
    """A line shows that it takes a moment; what was clicked meanwhile is done then."""
    refuse(site, make_hot(site.parts.database))
    page = visit("/people", "operator")
    held: list[WebSocketRoute] = []
    is_free = Event()

    def hold(route: WebSocketRoute) -> None:
        if is_free.is_set():  # it is later than the click
            route.connect_to_server()
        else:
            held.append(route)

    page.route_web_socket(re.compile("socket.io"), hold)
    page.goto(f"{site.url}/connections")

    page.wait_for_function(CLICK)  # by no locator: these wait till the page listens
    assert page.evaluate("document.documentElement.className") == "connecting"
    is_free.set()
    for one in held:
        one.connect_to_server()

    expect(page.locator(".connection .badge")).to_have_text("paused")
    expect(page.locator("html.connecting")).to_have_count(0)
