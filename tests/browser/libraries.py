"""A library full of pictures, laid by SQL: copies of one that was uploaded."""

from urllib.parse import urlsplit

import psycopg
from playwright.sync_api import Page
from psycopg import sql

from tests.browser.stack import Studio
from tests.factories import paint

SHAPES = ((256, 256), (256, 171), (171, 256), (256, 144), (144, 256), (256, 192))  # pixels


def fill_library(page: Page, studio: Studio, *, count: int, days: int = 60) -> str:
    """Give the account of this window so many pictures of so many days; return its slug.

    The newest is called `Picture 0`.
    """
    _, slug = urlsplit(page.url).path.strip("/").split("/")[:2]
    image = upload(page, slug)
    with psycopg.connect(studio.environment["DATABASE_URL"], autocommit=True) as database:
        found = database.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = 'library_image' AND is_generated = 'NEVER'"
        )
        columns = [name for (name,) in found]
        database.execute(
            sql.SQL(
                "INSERT INTO library_image ({columns}) SELECT {values} FROM library_image,"
                " generate_series(1, %(count)s) AS number WHERE library_image.id = %(image)s"
            ).format(
                columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
                values=sql.SQL(", ").join(sql.SQL(OWN.get(one, f'"{one}"')) for one in columns),
            ),
            {
                "count": count - 1,
                "image": image,
                "days": days,
                "widths": [width for width, _ in SHAPES],
                "heights": [height for _, height in SHAPES],
            },
        )
    return slug


OWN = {
    "id": "gen_random_uuid()",
    "added_at": "added_at - number * make_interval(secs => %(days)s * 86400.0 / %(count)s)",
    "title": "'Picture ' || number",
    "width": "(%(widths)s::int[])[1 + number %% 6]",
    "height": "(%(heights)s::int[])[1 + number %% 6]",
    "placeholder": "'#' || substr(md5(number::text), 1, 6)",
}


def upload(page: Page, slug: str) -> str:
    """Upload a picture into an account and return its id."""
    cookies = {one["name"]: one["value"] for one in page.context.cookies()}
    token = next((value for name, value in cookies.items() if "csrf" in name), "")
    answer = page.request.post(
        f"/api/v1/images?account={slug}",
        multipart={
            "file": {"name": "one.png", "mimeType": "image/png", "buffer": paint(256, 192)},
            "name": "Picture 0",
        },
        headers={"X-CSRFToken": token, "Referer": page.url},
    )
    assert answer.status == 201, answer.text()
    return str(answer.json()["id"])
