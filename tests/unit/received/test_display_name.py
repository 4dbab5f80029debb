"""I22: whatever a file is called, its title is one harmless line, and never a key of storage."""

import unicodedata

import pytest

from imagestudio.library.received import display_name


@pytest.mark.parametrize(
    ("name", "title"),
    [
        pytest.param("holiday.png", "holiday", id="extension"),
        pytest.param("holiday.2026.JPEG", "holiday.2026", id="extension-in-capitals"),
        pytest.param("notes.txt", "notes.txt", id="extension-of-no-picture"),
        pytest.param("../../etc/passwd", "passwd", id="I22-path"),
        pytest.param("..\\..\\boot.ini", "boot.ini", id="I22-backslashes"),
        pytest.param("C:\\photos\\sea.webp", "sea", id="I22-drive"),
        pytest.param("..", "", id="I22-dots"),
        pytest.param("a\0b.png", "ab", id="I22-nul"),
        pytest.param("a\r\nSet-Cookie: x.png", "aSet-Cookie: x", id="I22-crlf"),
        pytest.param('say "hi".png', 'say "hi"', id="I22-quotes"),
        pytest.param("gnp\u202egpj.exe", "gnpgpj.exe", id="I22-rtl-override"),
        pytest.param("\u2066a\u2069\u200b.png", "a", id="I22-isolates"),
        pytest.param("🌊👩\u200d🎨.png", "🌊👩\u200d🎨", id="I22-emoji"),
        pytest.param("CON", "_CON", id="I22-device"),
        pytest.param("aux.png", "_aux", id="I22-device-with-extension"),
        pytest.param("console.png", "console", id="no-device"),
        pytest.param(".hidden.png", "hidden", id="I22-leading-dot"),
        pytest.param("   ", "", id="I22-only-spaces"),
        pytest.param("", "", id="I22-empty"),
        pytest.param(".png", "", id="I22-only-an-extension"),
        pytest.param("  two   words .png", "two words", id="I22-spaces"),
        pytest.param("\ud800x.png", "x", id="I22-lone-surrogate"),
        pytest.param("line\u2028break.png", "linebreak", id="I22-line-separator"),
        pytest.param("<b>bold</b>.png", "b>", id="I22-markup-with-a-slash"),
    ],
)
def test_a_name_becomes_a_title(name, title):
    assert display_name(name) == title


def test_a_long_name_is_cut():
    assert display_name("ü" * 300 + ".png") == "ü" * 120


def test_the_two_ways_to_write_an_accent_are_one():
    composed, decomposed = (unicodedata.normalize(form, "Übung.png") for form in ("NFC", "NFD"))

    assert composed != decomposed
    assert display_name(composed) == display_name(decomposed) == "Übung"
