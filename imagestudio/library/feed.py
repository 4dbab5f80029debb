"""The newest public pictures as a feed (Atom, RFC 4287)."""

import re
from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html
from django.utils.safestring import SafeString

from imagestudio.library.explore import Exhibit
from imagestudio.library.imaging import SIDES

NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LONGEST_TITLE = 120  # characters


def feed_of(pictures: Sequence[Exhibit]) -> str:
    """Return the text of the feed of these pictures, the newest first, with whole addresses."""
    feed = Atom1Feed(
        title="Explore · Image Studio",
        link=whole(reverse("library:explore")),
        feed_url=whole(reverse("library:explore_feed")),
        description="The newest public pictures",
        author_name="Image Studio",
        language="en",
    )
    for one in pictures:
        feed.add_item(
            title=plain(one.words)[:LONGEST_TITLE] or "Untitled picture",
            link=whole(one.address),
            description=summary(one),
            unique_id=one.id.urn,
            author_name=plain(one.name) or None,
            pubdate=one.published_at,
            updateddate=one.published_at,
        )
    return str(feed.writeString("utf-8"))


def summary(picture: Exhibit) -> SafeString:
    """Return a picture as HTML for readers of feeds; of a covered one only that it is covered."""
    if picture.is_covered:
        return format_html("<p>{}</p>", "This picture may disturb you. It is shown on its page.")
    return format_html(
        '<p><img src="{}" width="{}" height="{}" alt="{}"></p><p>{}</p>',
        whole(picture.rendition(SIDES[-1])),
        picture.width,
        picture.height,
        plain(picture.alternative_text),
        plain(picture.prompt),
    )


def plain(text: str) -> str:
    """Return a text without the characters that XML cannot hold."""
    return NOT_IN_XML.sub("", text)


def whole(address: str) -> str:
    """Return an address of the site as others reach it."""
    return f"{settings.PUBLIC_URL}{address}"
