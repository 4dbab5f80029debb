"""A real browser against the real studio: one of each for all tests of this folder.

The browser is not the plugin's own, which would live until the run ends: its event loop would
run on under tests that use the database or a loop of their own.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

from tests.browser.stack import Studio, fresh_database, less_privileged, running_studio

DELAY = 0.3  # seconds that the emulator takes: long enough to be seen, short enough to wait for
PASSWORD = "a long pass phrase for tests"
DESKTOP = {"width": 1280, "height": 800}  # pixels
NUMBER = count(1)
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-sync", "--no-first-run")

# Signing up takes two pages and a slow hash; the test of the first picture does it for all.
MAKE_PEOPLE = """
from django.test import Client
from imagestudio.accounts.models import User
for number in range(100):
    rank = {} if number else {"site_role": "operator"}
    user = User.objects.create_user(f"somebody-{number}@example.test", **rank)
    browser = Client()
    browser.force_login(user)
    print(user.personal_account.slug, browser.cookies["session"].value)
"""

NewPage = Callable[..., Page]

expect.set_options(timeout=20_000)  # milliseconds: the machine may be busy with other tests


@dataclass(frozen=True)
class Person:
    """Somebody with an account of their own and an open session."""

    slug: str
    session: str


@pytest.hookimpl(trylast=True)  # after pytest-django has put what needs no database last
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests of this folder, so that one process gets all of them."""
    items.sort(key=lambda item: "tests/browser/" not in item.nodeid)


@pytest.fixture(scope="package")
def studio(
    tmp_path_factory: pytest.TempPathFactory, test_settings: None, migrated: str
) -> Iterator[Studio]:
    """Return the running studio."""
    folder = tmp_path_factory.mktemp("browser")
    with (
        fresh_database(migrated) as owner_url,
        less_privileged(owner_url) as database_url,
        running_studio(folder, database_url, delay=DELAY, owner_url=owner_url) as running,
    ):
        yield running


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Return the Chromium of the machine: named by CHROMIUM, or found where it usually is."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=found, args=list(QUIET))
        yield started
        started.close()


@pytest.fixture
def new_page(browser: Browser, studio: Studio) -> Iterator[NewPage]:
    """Return a way to open a window of its own, signed in as nobody.

    Afterwards every script error and every breach of the content policy fails the test.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def make(**options: Any) -> Page:
        wanted = {"base_url": studio.url, "viewport": DESKTOP, **options}
        contexts.append(browser.new_context(**wanted))
        return watched(contexts[-1].new_page(), complaints)

    yield make
    for one in contexts:
        one.close()
    studio.emulator.clear_faults()
    assert complaints == []


def watched(page: Page, complaints: list[str]) -> Page:
    """Return a page whose complaints are collected."""

    def told(message: ConsoleMessage) -> None:
        # What the server refused, or a line that was cut, is told in words on the page.
        told_on_page = message.text.startswith(("Failed to load resource", "htmx:"))
        if message.type == "error" and not told_on_page:
            complaints.append(message.text)

    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", told)
    return page


@pytest.fixture(scope="package")
def made_people(studio: Studio) -> list[Person]:
    """Return people who are signed in already; the first is an operator."""
    made = studio.manage("shell", "--verbosity", "0", "-c", MAKE_PEOPLE)
    return [Person(*line.split()) for line in made.splitlines()]


@pytest.fixture
def operator(made_people: list[Person]) -> Person:
    """Return the operator."""
    return made_people[0]


@pytest.fixture(scope="package")
def people(made_people: list[Person]) -> Iterator[Person]:
    """Return people who are signed in already, a new one for each that is asked for."""
    return iter(made_people[1:])


@pytest.fixture
def page(new_page: NewPage, people: Iterator[Person]) -> Page:
    """Return a window on the Create page of somebody new."""
    return enter(new_page(), next(people))


def enter(page: Page, person: Person) -> Page:
    """Let somebody who is signed in come to their Create page in this window."""
    cookie = {"name": "session", "value": person.session, "domain": "localhost", "path": "/"}
    page.context.add_cookies([cookie])
    page.goto(f"/a/{person.slug}/")
    return page


def sign_up(page: Page) -> Page:
    """Make a user in this window; it stands on their Create page afterwards."""
    name = f"person-{next(NUMBER)}"
    page.goto("/accounts/signup/")
    page.get_by_label("Email").fill(f"{name}@example.test")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign Up").click()
    page.wait_for_url(f"**/a/{name}/")
    return page


def home(page: Page) -> str:
    """Return the address of the account that a page is about, such as `/a/somebody/`."""
    _, slug = urlsplit(page.url).path.strip("/").split("/")[:2]
    return f"/a/{slug}/"
