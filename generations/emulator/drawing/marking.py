"""What keeps an emulated picture from being taken for a real one: in its pixels and its file."""

import io

from PIL import Image, ImageDraw, PngImagePlugin

from generations.emulator.drawing.fonts import load

RIBBON = "EMULATED · not gpt-image"  # in letters that Pillow's own font has
DESCRIPTION = "EMULATED - not gpt-image: drawn by the gateway emulator of Image Studio"
SOFTWARE = "Image Studio gateway emulator"
IMAGE_DESCRIPTION, SOFTWARE_TAG = 0x010E, 0x0131  # Exif tags
SMALLEST = 9  # pixels of the ribbon's letters


def ribbon(picture: Image.Image, *, note: str, inset: int) -> None:
    """Stamp the ribbon at the lower left, and a note at the lower right where there is room.

    `inset` is the distance from the picture's edges in pixels.
    """
    width, height = picture.size
    size = max(SMALLEST, round(min(width, height) * 0.019))
    font = load(None, size)
    pad = round(size * 0.75)
    tall = size + 2 * round(size * 0.5)
    bottom = height - inset
    wide = round(font.getlength(RIBBON)) + 2 * pad
    draw = ImageDraw.Draw(picture, "RGBA")
    draw.rounded_rectangle(
        (inset, bottom - tall, inset + wide, bottom), tall / 2, fill=(12, 16, 24, 150)
    )
    middle = bottom - tall / 2
    draw.text((inset + pad, middle), RIBBON, fill=(255, 255, 255, 235), font=font, anchor="lm")
    if width - 3 * inset - wide > font.getlength(note):
        place = (width - inset, middle)
        draw.text(place, note, fill=(255, 255, 255, 170), font=font, anchor="rm")


def encode(picture: Image.Image, output_format: str) -> bytes:
    """Give the bytes of a picture as png, webp or jpeg, with the mark in its metadata."""
    out = io.BytesIO()
    match output_format:
        case "png":
            text = PngImagePlugin.PngInfo()
            text.add_text("Description", DESCRIPTION)
            text.add_text("Software", SOFTWARE)
            picture.save(out, "PNG", pnginfo=text, compress_level=2)
        case "webp":
            picture.save(out, "WEBP", quality=88, method=2, exif=_exif())
        case _:
            picture.convert("RGB").save(out, "JPEG", quality=90, exif=_exif())
    return out.getvalue()


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif[IMAGE_DESCRIPTION] = DESCRIPTION
    exif[SOFTWARE_TAG] = SOFTWARE
    return exif
