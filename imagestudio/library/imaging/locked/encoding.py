"""From a picture to bytes. Levels and methods are chosen by measurement: see each constant."""

from io import BytesIO

from PIL import Image, ImageFilter

from .opening import Picture

MIMES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
JPEG_QUALITY = 92
WEBP_QUALITY = 90
# Level 3 takes half the time of level 6 for a screenshot and is a seventh larger.
PNG_LEVEL = 3
# Method 2 takes half the time of method 4 and is a twentieth larger.
WEBP_METHOD = 2
RENDITION_QUALITY = 80
COVER_BLUR = 2.0  # pixels, of a cover that is a few dozen wide


def png(image: Image.Image) -> bytes:
    """Return the picture as PNG, every pixel kept."""
    return _saved(image, "PNG", compress_level=PNG_LEVEL)


def jpeg(image: Image.Image, *, quality: int = JPEG_QUALITY) -> bytes:
    """Return the picture as JPEG with colour at full resolution; it must have no alpha."""
    return _saved(image, "JPEG", quality=quality, subsampling=0)


def webp(image: Image.Image, *, quality: int = WEBP_QUALITY) -> bytes:
    """Return the picture as lossy WebP, its alpha exact."""
    return _saved(image, "WEBP", quality=quality, method=WEBP_METHOD)


def same_format(picture: Picture) -> bytes:
    """Return the picture in the format that it came in."""
    if picture.format == "PNG":
        return png(picture.image)
    if picture.format == "JPEG":
        return jpeg(picture.image)
    if picture.lossless:
        return _saved(picture.image, "WEBP", lossless=True, quality=0, method=0)
    return webp(picture.image)


def encoded(image: Image.Image, form: str, *, quality: int | None) -> bytes:
    """Return the picture as PNG, JPEG or WEBP; what is transparent becomes white in a JPEG.

    `quality` is 1 to 100, None for the one that is usual here; a PNG keeps every pixel anyhow.
    """
    if form == "PNG":
        return png(image)
    if form == "JPEG":
        return jpeg(on_white(image), quality=quality or JPEG_QUALITY)
    return webp(image, quality=quality or WEBP_QUALITY)


def on_white(image: Image.Image) -> Image.Image:
    """Return the picture without transparency, as it looks on white paper."""
    if image.mode != "RGBA":
        return image
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A"))
    return paper


def size_within(size: tuple[int, int], side: int) -> tuple[int, int]:
    """Return width and height with no side longer than `side`; never larger, never empty."""
    scale = min(1.0, side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def resized(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return the picture in another size."""
    if image.size == size:
        return image
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def rendition(image: Image.Image) -> bytes:
    """Return an already shrunk picture as the WebP that pages show."""
    return webp(image, quality=RENDITION_QUALITY)


def covered(image: Image.Image) -> bytes:
    """Return an already shrunk picture in blurred greys: light and dark, and nothing to know."""
    grey = on_white(image).convert("L").filter(ImageFilter.GaussianBlur(COVER_BLUR))
    return webp(grey.convert("RGB"), quality=RENDITION_QUALITY)


def colour(image: Image.Image) -> str:
    """Return the mean colour as `#rrggbb`, transparent pixels left out."""
    pixel = image.convert("RGBA").resize((1, 1), Image.Resampling.BOX).tobytes()
    return f"#{pixel[:3].hex()}"


def _saved(image: Image.Image, form: str, **options: float) -> bytes:
    stream = BytesIO()
    image.save(stream, form, **options)
    return stream.getvalue()
