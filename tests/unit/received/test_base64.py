"""B1 to B17: text that should hold a picture, and the answer to each kind of it."""

import base64
import logging

import pytest

from imagestudio.errors import Invalid, TooLarge, UnsupportedMedia
from imagestudio.library.received import from_base64
from tests import pictures

MAX = 20_000_000  # bytes
PNG = pictures.png()
TEXT = base64.b64encode(PNG).decode()
URI = f"data:image/png;base64,{TEXT}"
# 46 bytes of base64 that needs two characters of padding, and a plus and a slash inside
ODD = base64.b64encode(b"\xfb\xef\xff" * 15 + b"x").decode()


def wrapped(text, newline):
    return newline.join(text[start : start + 76] for start in range(0, len(text), 76))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(URI, id="B1-data-uri"),
        pytest.param(TEXT, id="B1-raw"),
        pytest.param(f"data:image/jpeg;base64,{TEXT}", id="B2-declared-otherwise"),
        pytest.param(f"DATA:IMAGE/PNG;charset=utf-8;BASE64,{TEXT}", id="B5-upper-case-and-charset"),
        pytest.param(f"data:image/jpg;base64,{TEXT}", id="B5-jpg"),
        pytest.param(wrapped(TEXT, "\n"), id="B11-line-feeds"),
        pytest.param(wrapped(TEXT, "\r\n") + "\r\n", id="B11-crlf"),
        pytest.param(wrapped(URI, "\n"), id="B11-data-uri"),
    ],
)
def test_a_picture_is_taken_out_of_its_text(text):
    assert from_base64(text, max_bytes=MAX) == PNG


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param(f"data:image/png,{TEXT}", "invalid_image_data", id="B6-not-base64"),
        pytest.param("data:image/png,%89PNG", "invalid_image_data", id="B6-percent"),
        pytest.param("", "empty", id="B7-nothing"),
        pytest.param("data:image/png;base64,", "empty", id="B7-empty-body"),
        pytest.param("\r\n", "empty", id="B7-only-a-line-end"),
        pytest.param(f"data:image/png;base64{TEXT}", "invalid_image_data", id="B8-no-comma"),
        pytest.param("data:image/png;base64", "invalid_image_data", id="B8-no-comma-no-body"),
        pytest.param(f"data:image/png;base64,,{TEXT}", "invalid_image_data", id="B8-two-commas"),
        pytest.param(ODD.rstrip("="), "invalid_image_data", id="B9-no-padding"),
        pytest.param(ODD[:-1], "invalid_image_data", id="B9-half-the-padding"),
        pytest.param(ODD + "==", "invalid_image_data", id="B9-too-much-padding"),
        pytest.param(TEXT + "====", "invalid_image_data", id="B9-padding-for-nothing"),
        pytest.param(ODD + ODD, "invalid_image_data", id="B9-padding-in-the-middle"),
        pytest.param(
            ODD.replace("+", "-").replace("/", "_"), "invalid_image_data", id="B10-urlsafe"
        ),
        pytest.param(ODD.replace("+", " "), "invalid_image_data", id="B11-space-for-plus"),
        pytest.param(f" {TEXT}", "invalid_image_data", id="B11-leading-space"),
        pytest.param(TEXT[:8] + "\t" + TEXT[8:], "invalid_image_data", id="B11-tab"),
        pytest.param(TEXT[:8] + "ä" + TEXT[8:], "invalid_image_data", id="B12-non-ascii"),
        pytest.param(TEXT[:8] + "\0" + TEXT[8:], "invalid_image_data", id="B12-nul"),
        pytest.param("\ud800" + TEXT, "invalid_image_data", id="B12-lone-surrogate"),
        pytest.param(f"data:image/png;base64,{URI}", "invalid_image_data", id="B15-nested"),
        pytest.param(7, "invalid_image_data", id="B16-number"),
        pytest.param(None, "invalid_image_data", id="B16-null"),
        pytest.param([TEXT], "invalid_image_data", id="B16-array"),
        pytest.param(b"bytes", "invalid_image_data", id="B16-bytes"),
        pytest.param("https://example.com/x.png", "url_not_fetched", id="B17-https"),
        pytest.param("HTTP://127.0.0.1/x.png", "url_not_fetched", id="B17-http"),
    ],
)
def test_text_that_holds_no_picture_says_why(text, code):
    with pytest.raises(Invalid) as refused:
        from_base64(text, max_bytes=MAX)

    assert refused.value.code == code


@pytest.mark.parametrize(
    "declared",
    [
        pytest.param("text/html", id="B3-html"),
        pytest.param("image/svg+xml", id="B4-svg"),
        pytest.param("image/gif", id="B4-gif"),
        pytest.param("image/heic", id="B4-heic"),
        pytest.param("", id="B3-nothing"),
    ],
)
def test_another_declared_type_is_not_supported(declared):
    with pytest.raises(UnsupportedMedia):
        from_base64(f"data:{declared};base64,{TEXT}", max_bytes=MAX)


def test_a_declared_type_that_is_wrong_is_noted(caplog):
    with caplog.at_level(logging.INFO, "imagestudio.library.received"):
        from_base64(f"data:image/webp;base64,{TEXT}", max_bytes=MAX)

    assert "declared image/webp and holds image/png" in caplog.text


@pytest.mark.parametrize("text", ["A" * 100_000_000, "!" * 100_000_000], ids=["B14", "B14-junk"])
def test_too_much_text_is_refused_before_it_is_decoded(text):
    with pytest.raises(TooLarge):
        from_base64(text, max_bytes=MAX)


def test_the_limit_is_exact():
    exact, over = (base64.b64encode(bytes(size)).decode() for size in (999_999, 1_000_001))

    assert len(from_base64(exact, max_bytes=1_000_000)) == 999_999
    with pytest.raises(TooLarge):
        from_base64(over, max_bytes=1_000_000)


def test_line_ends_do_not_count_against_the_limit():
    text = wrapped(base64.b64encode(bytes(1_000_000)).decode(), "\r\n")

    assert len(from_base64(f"data:image/png;base64,{text}", max_bytes=1_000_000)) == 1_000_000
