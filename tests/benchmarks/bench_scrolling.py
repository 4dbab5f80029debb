"""What 10,000 tiles ask of a browser: tasks of the main thread, tiles in the document, shifts.

A task is measured by the time of its thread, so that other work of the machine does not count; the
time on the wall is printed beside it. SCROLL_TILES=1000 scrolls through fewer.
"""

import gzip
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Page, Request

from tests.browser.conftest import (  # noqa: F401 - fixtures of a studio and a browser
    browser,
    enter,
    made_people,
    new_page,
    people,
    studio,
)
from tests.browser.libraries import fill_library

TILES = int(os.environ.get("SCROLL_TILES", "10000"))
VIEWS = [
    {"width": 1280, "height": 800},
    {"width": 2560, "height": 1440},
    {"width": 360, "height": 780},
]
STEP = 0.6  # of the window's height, in each turn of the wheel
PAUSE = 50  # milliseconds between two turns
TURNS = 10_000  # then it does not go on any more
LONGEST, MOST, HEAVIEST, REQUESTS = 50, 600, 120_000, 5  # ms, tiles, bytes, before the first tile
WATCH = """
window.shifts = []; window.most = 0;
new PerformanceObserver((list) => {
  for (const { value } of list.getEntries()) window.shifts.push(value);
}).observe({ type: "layout-shift", buffered: true });
const tiles = document.getElementsByClassName("tile");
setInterval(() => (window.most = Math.max(window.most, tiles.length)), 50);
"""
LOADED = "document.querySelector('picture-grid').rows.tiles.length"


@pytest.mark.parametrize("view", VIEWS, ids=lambda one: str(one["width"]))
def bench_scrolling(view, new_page, people, studio, capsys):  # noqa: F811
    page = enter(new_page(viewport=view), next(people))
    slug = fill_library(page, studio, count=TILES, days=400)
    page.add_init_script(WATCH)
    page.goto(f"/a/{slug}/library/", wait_until="networkidle")
    with traced(page) as tasks:
        page.mouse.move(view["width"] / 2, view["height"] / 2)
        turns = 0
        # Looking at all the tiles would itself be a long task.
        while page.evaluate("document.querySelector('.older') !== null") and turns < TURNS:
            page.mouse.wheel(0, view["height"] * STEP)
            page.wait_for_timeout(PAUSE)
            turns += 1
    loaded = page.evaluate(LOADED)
    busiest = max(task.get("tdur", 0) for task in tasks) / 1000
    longest = max(task["dur"] for task in tasks) / 1000
    most, shifts = page.evaluate("window.most"), page.evaluate("window.shifts")
    with capsys.disabled():
        print(
            f"\n{view['width']} × {view['height']}: {loaded:,} tiles scrolled, at most {most} "
            f"in the document; longest task {busiest:.0f} ms of the thread ({longest:.0f} ms on "
            f"the wall) of {len(tasks):,}; {len(shifts)} layout shifts, {sum(shifts):.4f} in all"
        )
    assert loaded == TILES
    assert busiest <= LONGEST
    assert most <= MOST
    assert sum(shifts) == 0


def bench_the_first_visit(new_page, people, studio, capsys):  # noqa: F811
    page = enter(new_page(), next(people))
    slug = fill_library(page, studio, count=200)
    visit = new_page(storage_state=page.context.storage_state())  # an empty cache
    asked: list[Request] = []
    visit.on("request", lambda one: asked.append(one))  # noqa: PLW0108 - it wants a function
    visit.goto(f"/a/{slug}/library/", wait_until="networkidle")
    before = ["/renditions/" in one.url for one in asked].index(True)
    weights = dict.fromkeys(("document", "stylesheet", "script"), 0)
    for one in asked:
        if one.resource_type in weights:
            weights[one.resource_type] += len(gzip.compress(one.response().body()))
    with capsys.disabled():
        told = ", ".join(f"{kind} {weight:,}" for kind, weight in weights.items())
        print(
            f"\nThe first visit: {sum(weights.values()):,} bytes compressed ({told}), "
            f"{before} requests before the first tile"
        )
    assert sum(weights.values()) <= HEAVIEST
    assert before <= REQUESTS


@contextmanager
def traced(page: Page) -> Iterator[list[dict[str, Any]]]:
    """Note the tasks of the page's main thread, in microseconds."""
    tasks: list[dict[str, Any]] = []
    found: list[dict[str, Any]] = []
    ends: list[bool] = []
    cdp = page.context.new_cdp_session(page)
    cdp.on("Tracing.dataCollected", lambda data: found.extend(data["value"]))
    cdp.on("Tracing.tracingComplete", lambda _: ends.append(True))
    config = {"includedCategories": ["toplevel", "devtools.timeline"]}
    cdp.send("Tracing.start", {"transferMode": "ReportEvents", "traceConfig": config})
    yield tasks
    cdp.send("Tracing.end")
    while not ends:
        page.wait_for_timeout(50)
    threads = {
        (one["pid"], one["tid"])
        for one in found
        if one["name"] == "thread_name" and one["args"].get("name") == "CrRendererMain"
    }
    tasks += [
        one
        for one in found
        if one["ph"] == "X"
        and one["name"].endswith("RunTask")
        and (one["pid"], one["tid"]) in threads
    ]
