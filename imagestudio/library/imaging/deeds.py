"""What the studio does with pictures. Every function decodes in a locked child, never here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from .answers import Facts, picture_of
from .child import Source
from .errors import BadOutput, RefusedImage, UnsupportedImage
from .pool import POOL
from .sniff import HEAD, require_picture

SIDES = (256, 512, 1024)  # pixels; the renditions of every picture, by their longest side
FIRST_SIDE = 256  # made while somebody waits: it costs a third of what 512 costs
RENDITION_MIME = "image/webp"
COVERED = "covered"  # the name of the rendition that shows nothing
COVER_SIDE = 32  # pixels
Format = Literal["png", "jpeg", "webp"]
FORMATS: tuple[Format, ...] = get_args(Format)


@dataclass(frozen=True, slots=True)
class Rendition:
    """A smaller WebP of a picture, named by its longest side in pixels, or `COVERED`."""

    name: str
    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Inspected:
    """What a picture is; width and height in pixels, as a person sees it, after turning."""

    mime: str
    width: int
    height: int
    has_alpha: bool


@dataclass(frozen=True, slots=True)
class Appearance:
    """What a picture looks like.

    `phash` are the 32 bytes of its perceptual hash, None for a picture too plain to have one;
    `colours` are colours as `#rrggbb` with their shares of it in thousandths, none for one that is
    all transparent.
    """

    phash: bytes | None
    colours: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Normalised:
    """A picture encoded anew: upright, sRGB, no metadata. `placeholder` is `#rrggbb`."""

    data: bytes
    mime: str
    width: int
    height: int
    has_alpha: bool
    placeholder: str
    appearance: Appearance
    renditions: tuple[Rendition, ...]


@dataclass(frozen=True, slots=True)
class Verified:
    """A picture that was decoded to its last pixel, whose bytes stay as they came.

    `is_bare` when they hold the picture and nothing else: no metadata, no profile.
    """

    mime: str
    width: int
    height: int
    has_alpha: bool
    transparent_pixels: int
    is_bare: bool
    placeholder: str
    appearance: Appearance
    renditions: tuple[Rendition, ...]


@dataclass(frozen=True, slots=True)
class Fitted:
    """A copy of a picture for sending."""

    data: bytes
    mime: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Converted:
    """A copy of a picture in a format and size that somebody asked for."""

    data: bytes
    mime: str
    width: int
    height: int


def inspect(source: Source) -> Inspected:
    """Return what a picture is, after decoding all of it. Raises ImagingError."""
    facts, _ = _ask("inspect", source)
    return Inspected(
        mime=facts.mime(),
        width=facts.pixels("width"),
        height=facts.pixels("height"),
        has_alpha=facts.flag("has_alpha"),
    )


def normalise(source: Source) -> Normalised:
    """Return an upload made fit to keep, with its first rendition, from one decode.

    PNG stays PNG, JPEG stays JPEG, WebP stays WebP; of an animation the first frame is kept.
    Raises ImagingError.
    """
    facts, blobs = _ask("normalise", source, side=FIRST_SIDE)
    mime = facts.mime()
    return Normalised(
        data=picture_of(blobs, mime),
        mime=mime,
        width=facts.pixels("width"),
        height=facts.pixels("height"),
        has_alpha=facts.flag("has_alpha"),
        placeholder=facts.placeholder(),
        appearance=_appearance(facts),
        renditions=_renditions(facts, blobs[1:], [FIRST_SIDE]),
    )


def receive_result(source: Source) -> Verified:
    """Return what the provider sent, verified, with its first rendition, from one decode.

    Raises BadOutput when it is no PNG, JPEG or WebP that can be decoded to its end.
    """
    try:
        facts, blobs = _ask("verify", source, side=FIRST_SIDE)
        return Verified(
            mime=facts.mime(),
            width=facts.pixels("width"),
            height=facts.pixels("height"),
            has_alpha=facts.flag("has_alpha"),
            transparent_pixels=facts.count("transparent_pixels"),
            is_bare=facts.flag("is_bare"),
            placeholder=facts.placeholder(),
            appearance=_appearance(facts),
            renditions=_renditions(facts, blobs, [FIRST_SIDE]),
        )
    except (RefusedImage, UnsupportedImage) as error:
        raise BadOutput(error.code) from error


def look(source: Source) -> Appearance:
    """Return what a stored picture, or a rendition of it, looks like. Raises ImagingError."""
    facts, _ = _ask("look", source, side=FIRST_SIDE)
    return _appearance(facts)


def render(source: Source, *, sides: Sequence[int] = SIDES) -> tuple[Rendition, ...]:
    """Return renditions of a stored picture, longest side in pixels, never enlarged.

    Raises ImagingError.
    """
    facts, blobs = _ask("render", source, sides=list(sides))
    return _renditions(facts, blobs, sides)


def cover(source: Source) -> Rendition:
    """Return a tiny grey blur in place of a picture that not everybody wants to see.

    Raises ImagingError.
    """
    facts, blobs = _ask("cover", source, side=COVER_SIDE)
    [made] = _renditions(facts, blobs, [COVER_SIDE])
    return replace(made, name=COVERED)


def fit(source: Source, *, max_bytes: int) -> Fitted:
    """Return a copy without metadata of at most so many bytes, as good as that allows.

    Every pixel of a PNG or lossless WebP is kept if that fits; otherwise it becomes JPEG, or WebP
    if it has transparency, and smaller in steps. Raises ImagingError: OversizedImage when nothing
    fits.
    """
    facts, blobs = _ask("fit", source, max_bytes=max_bytes)
    mime = facts.mime()
    return Fitted(
        data=picture_of(blobs, mime),
        mime=mime,
        width=facts.pixels("width"),
        height=facts.pixels("height"),
    )


def convert(
    source: Source, *, form: Format, side: int | None = None, quality: int | None = None
) -> Converted:
    """Return a picture in another format: upright, sRGB, without metadata.

    `side` is the longest side in pixels; a smaller picture stays as it is. `quality` is 1 to 100
    for JPEG and WebP. In a JPEG what was transparent is white. Raises ImagingError.
    """
    facts, blobs = _ask("convert", source, form=form.upper(), side=side, quality=quality)
    mime = f"image/{form}"
    return Converted(
        data=picture_of(blobs, mime),
        mime=mime,
        width=facts.pixels("width"),
        height=facts.pixels("height"),
    )


def _ask(deed: str, source: Source, **arguments: object) -> tuple[Facts, list[bytes]]:
    require_picture(_head(source))
    header, blobs = POOL.ask(deed, source, **arguments)
    return Facts(header), blobs


def _appearance(facts: Facts) -> Appearance:
    return Appearance(facts.perceptual_hash(), tuple(facts.colours()))


def _head(source: Source) -> bytes:
    if isinstance(source, bytes):
        return source[:HEAD]
    source.seek(0)
    return source.read(HEAD)


def _renditions(facts: Facts, blobs: list[bytes], sides: Sequence[int]) -> tuple[Rendition, ...]:
    sizes = facts.sizes()
    if len(sizes) != len(sides) or len(blobs) != len(sides):
        raise RefusedImage(code="unreadable")
    return tuple(
        Rendition(
            name=str(side),
            data=picture_of([blob], RENDITION_MIME),
            width=width,
            height=height,
        )
        for side, blob, (width, height) in zip(sides, blobs, sizes, strict=True)
    )
