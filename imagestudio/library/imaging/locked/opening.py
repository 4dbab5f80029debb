"""From bytes to a picture as a person sees it: upright, in sRGB, and without anything else."""

import struct
import warnings
from dataclasses import dataclass
from io import BytesIO
from typing import cast

from PIL import Image, ImageCms, ImageMath, WebPImagePlugin  # noqa: F401 - registers itself

from .limits import MAX_PIXELS, check_size
from .refusals import Refused
from .structure import walk

# A phone's MPO is a JPEG here: what follows its first picture was left behind with the container.
FORMATS = ("PNG", "JPEG", "WEBP")
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
ORIENTATION_TAG = 0x0112
PNG_BITS = 24  # where a PNG says how many bits each sample has
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# What reading a malformed Exif block can raise; such a block is as good as none.
MALFORMED = (
    ArithmeticError, AttributeError, EOFError, LookupError, OSError, SyntaxError, TypeError,
    ValueError, struct.error,
)  # fmt: skip

Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded picture: L, RGB or RGBA, 8 bits a channel, sRGB, upright, no metadata."""

    image: Image.Image
    format: str
    lossless: bool
    has_alpha: bool
    bytes: int  # as it came


def open_picture(data: bytes) -> Picture:
    """Decode all of a picture (the first of several); raise Refused when that cannot be done."""
    container = walk(data)
    try:
        with Image.open(BytesIO(container.data), formats=FORMATS) as image:
            check_size(*image.size)
            image.load()
            turn = TURNS.get(_orientation(image))
            if container.format == "PNG":
                _scale_transparency(image, bits=container.data[PNG_BITS])
            drawn = _in_srgb(image, container.profile or image.info.get("icc_profile"))
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise Refused("too_many_pixels") from error
    except OSError as error:
        raise Refused("truncated" if "truncated" in str(error) else "unreadable") from error
    drawn = drawn.transpose(turn) if turn is not None else drawn
    drawn.info = {}
    return Picture(
        image=drawn,
        format=container.format,
        lossless=container.lossless,
        has_alpha=drawn.mode == "RGBA",
        bytes=len(data),
    )


def _orientation(image: Image.Image) -> int:
    try:
        value = image.getexif().get(ORIENTATION_TAG)
    except MALFORMED:
        return 1
    return value if isinstance(value, int) else 1


def _scale_transparency(image: Image.Image, *, bits: int) -> None:
    """Bring the colour that a PNG declares transparent to the eight bits its pixels now have.

    Grey of 16 bits keeps them until later, and an index into a palette is no colour.
    """
    see_through = image.info.get("transparency")
    if see_through is None or image.mode == "P":
        return
    if isinstance(see_through, tuple) and bits == 16:
        image.info["transparency"] = tuple(level >> 8 for level in see_through)
    elif image.mode == "L" and bits < 8:
        image.info["transparency"] = see_through * 255 // ((1 << bits) - 1)


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    image = _in_eight_bits(image)
    if profile:
        try:
            return _converted(image, profile)
        except (ImageCms.PyCMSError, OSError):
            pass  # a broken profile, or one for other colours than these, says nothing
    return image.convert({"CMYK": "RGB", "LA": "RGBA"}.get(image.mode, image.mode))


def _in_eight_bits(image: Image.Image) -> Image.Image:
    """Return the picture as L, LA, RGB, RGBA or CMYK."""
    if image.mode.startswith("I"):  # `convert` alone would make every grey above 255 white
        wide = image.convert("I")
        grey = wide.point(lambda level: level * (1 / 256)).convert("L")
        alpha = _alpha_of_grey(wide)
        return Image.merge("LA", (grey, alpha)) if alpha else grey
    is_grey = image.mode in {"1", "L", "LA"}
    if image.has_transparency_data:
        return image.convert("LA" if is_grey else "RGBA")
    if is_grey:
        return image.convert("L")
    return image if image.mode == "CMYK" else image.convert("RGB")


def _alpha_of_grey(image: Image.Image) -> Image.Image | None:
    """Return the alpha of a grey of 16 bits: none of the one level that is declared transparent."""
    level = image.info.get("transparency")
    if not isinstance(level, int):
        return None
    opaque = ImageMath.lambda_eval(lambda args: (args["grey"] != level) * 255, grey=image)
    return cast(Image.Image, opaque).convert("L")


def _converted(image: Image.Image, profile: bytes) -> Image.Image:
    if image.mode == "LA":
        colours = _converted(image.getchannel("L"), profile)
        colours.putalpha(image.getchannel("A"))
        return colours
    converted = ImageCms.profileToProfile(
        image,
        ImageCms.ImageCmsProfile(BytesIO(profile)),
        SRGB,
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        outputMode="RGBA" if image.mode == "RGBA" else "RGB",
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    if converted is None:
        raise OSError("nothing was converted")
    return converted
