"""Pictures on pages: where their bytes are, and how much room they take."""

from collections.abc import Iterator

from django import template

from imagestudio.library.imaging import SIDES
from imagestudio.library.models import Image

register = template.Library()

ROW = 240  # pixels; about the height of a row of the grid
NARROWEST, WIDEST, STEP = 40, 300, 5  # hundredths of width ÷ height, and between two classes


def address(image: Image, slug: str, what: str) -> str:
    """Return where the API gives out an image's bytes to a page of the account with this slug."""
    return f"/api/v1/images/{image.pk}/{what}?account={slug}"


@register.simple_tag
def rendition_url(image: Image, name: str | int, slug: str) -> str:
    """Return where the WebP with this longest side (256, 512, 1024) is."""
    return address(image, slug, f"renditions/{name}")


@register.simple_tag
def original_url(image: Image, slug: str) -> str:
    """Return where the original bytes are."""
    return address(image, slug, "original")


@register.simple_tag
def srcset(image: Image, slug: str) -> str:
    """Return the renditions with their widths, for the browser to choose from."""
    return ", ".join(
        f"{rendition_url(image, side, slug)} {width}w" for side, width in widths(image)
    )


def widths(image: Image) -> Iterator[tuple[int, int]]:
    """Yield the renditions that an image has, by longest side, with their widths in pixels."""
    longest = max(image.width, image.height)
    for side in SIDES:
        yield side, max(1, round(image.width * min(side, longest) / longest))
        if side >= longest:
            return


@register.filter
def row_width(image: Image) -> int:
    """Return the width in pixels that an image takes in a row of the grid."""
    return round(ROW * hundredths(image.width, image.height) / 100)


@register.filter
def ratio(image: Image) -> str:
    """Return the class of an image's width ÷ height: `r-150` is 3:2. The grid has a rule for it."""
    return f"r-{hundredths(image.width, image.height):03}"


@register.filter
def size_ratio(size: str) -> str:
    """Return the class of a size that was asked for (`1024x1536`); a square for `auto`."""
    width, _, height = size.partition("x")
    if not (width.isdigit() and height.isdigit() and int(height)):
        return "r-100"
    return f"r-{hundredths(int(width), int(height)):03}"


def hundredths(width: int, height: int) -> int:
    """Return width ÷ height in hundredths, in steps and within what a grid can show."""
    return min(WIDEST, max(NARROWEST, round(width * 100 / height / STEP) * STEP))
