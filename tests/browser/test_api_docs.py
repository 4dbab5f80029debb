"""The API's description is a page that works under the strict content policy, without a CDN."""

from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.stack import Studio


def test_the_docs_of_the_api_need_nobody_else(new_page: NewPage, studio: Studio) -> None:
    page, hosts = new_page(), set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.goto("/api/v1/docs")
    expect(page.get_by_role("heading", name="Image Studio")).to_be_visible()
    page.get_by_text("/api/v1/estimates").click()
    expect(page.get_by_text("Check a request and return what it would cost")).to_be_visible()
    assert hosts == {urlsplit(studio.url).netloc}
