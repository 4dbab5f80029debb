"""What every list of the API takes and gives."""

from typing import Annotated

from pydantic import Field

from imagestudio.http.body import QueryString
from imagestudio.http.cursor import MOST


class PageQuery(QueryString):
    """Which page of a list."""

    limit: Annotated[int, Field(ge=1, le=MOST, description="Rows of a page")] = 50
    cursor: Annotated[
        str | None,
        Field(max_length=200, description="`next_cursor` of the page before; none: the first page"),
    ] = None
