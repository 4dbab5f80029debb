"""Pictures: checked, normalised, made smaller. The only place, but the emulator, with Pillow.

Decoders of pictures have had critical bugs and will have them again, so nothing here decodes in
the process that holds the studio's secrets: `locked/` runs in child processes that can open no
file and no socket, and `pool.py` speaks to them in frames of plain bytes.
"""

from .child import Source
from .deeds import (
    COVERED,
    FIRST_SIDE,
    FORMATS,
    RENDITION_MIME,
    SIDES,
    Appearance,
    Converted,
    Fitted,
    Format,
    Inspected,
    Normalised,
    Rendition,
    Verified,
    convert,
    cover,
    fit,
    inspect,
    look,
    normalise,
    receive_result,
    render,
)
from .errors import (
    BadOutput,
    ImagingError,
    ImagingUnavailable,
    OversizedImage,
    RefusedImage,
    UnsupportedImage,
)

__all__ = [
    "COVERED",
    "FIRST_SIDE",
    "FORMATS",
    "RENDITION_MIME",
    "SIDES",
    "Appearance",
    "BadOutput",
    "Converted",
    "Fitted",
    "Format",
    "ImagingError",
    "ImagingUnavailable",
    "Inspected",
    "Normalised",
    "OversizedImage",
    "RefusedImage",
    "Rendition",
    "Source",
    "UnsupportedImage",
    "Verified",
    "convert",
    "cover",
    "fit",
    "inspect",
    "look",
    "normalise",
    "receive_result",
    "render",
]
