"""Downloads of many pictures, as the API takes them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from imagestudio.errors import FieldError, Invalid
from imagestudio.http.body import Body, Text
from imagestudio.library.imaging import FORMATS
from imagestudio.library.selection import LONGEST_QUERY, MOST_IDS, Selection
from imagestudio.library.services.conversions import LONGEST_SIDE, Conversion
from imagestudio.library.services.downloads import Wanted

ORIGINAL = "original"


class ExportRequest(Body):
    """Which pictures are to come as a ZIP: `ids`, or all `matching`; and as what."""

    ids: Annotated[list[UUID] | None, Field(max_length=MOST_IDS)] = None
    matching: Annotated[
        Text | None,
        Field(max_length=LONGEST_QUERY, description="The query of a library page; empty for all"),
    ] = None
    until: Annotated[
        datetime | None, Field(description="With `matching`: leave out what came later")
    ] = None
    format: Literal["original", "png", "jpeg", "webp"] = "original"
    side: Annotated[
        int | None, Field(ge=1, le=LONGEST_SIDE, description="Longest side in pixels of copies")
    ] = None

    model_config = {
        "json_schema_extra": {"examples": [{"matching": "q=fox", "format": "original"}]}
    }

    def wanted(self) -> Wanted:
        """Return what is to be downloaded. Raises Invalid."""
        if (self.ids is None) == (self.matching is None):
            words = "Name the pictures by `ids`, or all that are `matching`."
            raise Invalid(words, fields=[FieldError("ids", "one_of", words)])
        if self.ids is not None:
            selection = Selection.of_ids(self.ids)
        else:
            selection = Selection.of_all(self.matching or "", self.until)
        return wanted_as(selection, form=self.format, side=self.side)


def wanted_as(selection: Selection, *, form: str, side: int | None) -> Wanted:
    """Return a selection with the format that is asked for by its name. Raises Invalid."""
    if form == ORIGINAL:
        return Wanted(selection)
    known = next((one for one in FORMATS if one == form), None)
    if known is None:
        words = f"A format is {ORIGINAL}, {', '.join(FORMATS)}."
        raise Invalid(words, fields=[FieldError("format", "invalid", words)])
    return Wanted(selection, Conversion(known, side))
