"""What people do on the pages, in their words."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.stack import Studio
from tests.factories import paint


def at_work(page: Page) -> None:
    """Wait until every element of the page has its script, and so hears of clicks and keys."""
    expect(page.locator(":not(:defined)")).to_have_count(0)


def prompt(page: Page) -> Locator:
    """Return the prompt's field once the composer is at work."""
    at_work(page)
    expect(page.locator("prompt-composer[data-begun]")).to_be_attached()
    return page.get_by_role("textbox", name="Prompt")


def send(page: Page) -> None:
    """Press the button that carries the price."""
    page.locator(".send").click()


def ask_for(page: Page, text: str, **parameters: str) -> None:
    """Write a prompt, choose parameters by name, send, and see that it was taken."""
    tiles = page.locator("[data-generation]")
    expect(prompt(page)).to_be_visible()
    before = tiles.count()
    for name, value in parameters.items():
        page.locator(f"[name={name}]").select_option(value)
    prompt(page).fill(text)
    send(page)
    expect(tiles).to_have_count(before + int(parameters.get("count", "1")))


def tile(page: Page, state: str) -> Locator:
    """Return the tiles in a state."""
    return page.locator(f"[data-generation][data-state={state}]")


def make_picture(page: Page, text: str, **parameters: str) -> None:
    """Ask for pictures and wait until every tile has become one."""
    ask_for(page, text, **parameters)
    count = page.locator("[data-generation]").count()
    expect(tile(page, "completed")).to_have_count(count)


def add_files(page: Page, *colours: str) -> None:
    """Choose one painted picture of each colour as sources, and wait until they are there."""
    files = [
        {"name": f"{colour}.png", "mimeType": "image/png", "buffer": paint(colour=colour)}
        for colour in colours
    ]
    expect(prompt(page)).to_be_visible()
    before = sources(page).count()
    page.locator("source-list input[type=file]").set_input_files(files)
    expect(sources(page)).to_have_count(before + len(files))


def sources(page: Page) -> Locator:
    """Return the thumbnails of the sources."""
    return page.locator("#sources [data-image]")


def order(page: Page) -> list[str]:
    """Return the ids of the sources in their order."""
    return [str(one.get_attribute("data-image")) for one in sources(page).all()]


def expect_order(page: Page, wanted: list[str]) -> None:
    """Wait until the sources stand in this order."""
    page.wait_for_function(
        """wanted => [...document.querySelectorAll("#sources [data-image]")]
            .map(({ dataset }) => dataset.image).join() === wanted.join()""",
        arg=wanted,
    )


def go_wrong(studio: Studio, fault: str, text: str, **options: object) -> None:
    """Switch on a fault of the emulator for the one call whose prompt holds this text."""
    studio.emulator.set_fault(fault, times=1, match={"prompt": text}, **options)
