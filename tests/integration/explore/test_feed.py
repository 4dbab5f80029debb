"""The feed of the newest public pictures: valid Atom, with whole addresses."""

from datetime import datetime
from xml.etree import ElementTree as ET

import pytest

ATOM = {"atom": "http://www.w3.org/2005/Atom"}
SITE = "https://studio.example.com"


@pytest.fixture(autouse=True)
def site(settings) -> None:
    settings.PUBLIC_URL = SITE


def feed_of(client) -> ET.Element:
    answer = client.get("/explore/feed.atom")
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ET.fromstring(answer.content)


def links(one: ET.Element) -> dict[str, str]:
    found = one.findall("atom:link", ATOM)
    return {link.get("rel", "alternate"): link.attrib["href"] for link in found}


def text(one: ET.Element, path: str) -> str:
    """Return the one text at this path."""
    (found,) = one.findall(path, ATOM)
    return found.text or ""


def test_it_is_what_rfc_4287_asks_for(stranger, published) -> None:
    first = published("First")
    second = published("Second & last", prompt="A <tower>", name="Studio North")
    feed = feed_of(stranger)
    assert feed.tag == f"{{{ATOM['atom']}}}feed"
    assert text(feed, "atom:title")
    assert text(feed, "atom:id") == links(feed)["alternate"] == f"{SITE}/explore/"
    assert links(feed)["self"] == f"{SITE}/explore/feed.atom"
    assert text(feed, "atom:author/atom:name") == "Image Studio"
    entries = feed.findall("atom:entry", ATOM)
    assert [text(one, "atom:id") for one in entries] == [second.pk.urn, first.pk.urn]
    newest = entries[0]
    assert text(newest, "atom:title") == "Second & last"
    assert text(newest, "atom:author/atom:name") == "Studio North"
    assert links(newest)["alternate"] == f"{SITE}/explore/{second.pk}/"
    moments = [text(one, "atom:updated") for one in (feed, newest)]
    assert {datetime.fromisoformat(one) for one in moments} == {second.publication.published_at}
    summary = text(newest, "atom:summary")
    assert f'src="{SITE}/explore/{second.pk}/renditions/1024"' in summary
    assert "A &lt;tower&gt;" in summary


def test_it_is_a_feed_without_pictures_too(stranger) -> None:
    assert feed_of(stranger).findall("atom:entry", ATOM) == []


def test_characters_that_xml_cannot_hold_are_left_out(stranger, published) -> None:
    published("A\x01B\ufffeC", prompt="\x0bD", name="\x1fE")
    entry = feed_of(stranger).find("atom:entry", ATOM)
    assert text(entry, "atom:title") == "ABC"
    assert text(entry, "atom:author/atom:name") == "E"


def test_it_ends_after_fifty(stranger, many) -> None:
    entries = feed_of(stranger).findall("atom:entry", ATOM)
    assert [text(one, "atom:id").removeprefix("urn:uuid:") for one in entries] == many[:50]
