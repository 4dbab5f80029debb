"""What people with a link are shown: a projection that holds nothing else of a picture's row."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from imagestudio.http.cursor import BadCursor
from imagestudio.library.exceptions import LinkLeadsNowhere
from imagestudio.library.imaging import SIDES
from imagestudio.library.models import AlbumItem, Image, ShareLink

PAGE = 40  # pictures


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture as a stranger sees it, at an address below the link's own.

    Without `words` nothing is said of it: no title, no prompt. Who has `original` may download it.
    """

    id: UUID
    width: int
    height: int
    placeholder: str
    has_alpha: bool
    is_covered: bool
    words: str
    root: str
    allows_download: bool

    @property
    def alternative_text(self) -> str:
        """Return what a person who cannot see the picture is told."""
        return self.words or "Shared picture"

    @property
    def address(self) -> str:
        """Return where the picture has a page of its own."""
        return f"{self.root}images/{self.id}/"

    @property
    def srcset(self) -> str:
        """Return the renditions with their widths, for the browser to choose from."""
        return ", ".join(f"{self.rendition(side)} {width}w" for side, width in self.widths())

    @property
    def large(self) -> str:
        """Return where the largest picture is that this link gives out."""
        return self.original if self.allows_download else self.rendition(SIDES[-1])

    @property
    def small(self) -> str:
        """Return where the smallest rendition is."""
        return self.rendition(SIDES[0])

    @property
    def original(self) -> str:
        """Return where the original bytes are, if the link allows to download them."""
        return f"{self.address}original"

    def rendition(self, side: int) -> str:
        """Return where the WebP with this longest side in pixels is."""
        return f"{self.address}renditions/{side}"

    def widths(self) -> Iterator[tuple[int, int]]:
        """Yield the renditions by longest side, with their widths in pixels."""
        longest = max(self.width, self.height)
        for side in SIDES:
            yield side, max(1, round(self.width * min(side, longest) / longest))
            if side >= longest:
                return


@dataclass(frozen=True, slots=True)
class SharedPage:
    """Some pictures of a shared album, and where the next ones begin (empty: those were all)."""

    pictures: list[Shown]
    after: str


def shown(image: Image, *, link: ShareLink, root: str) -> Shown:
    """Return what a link shows of one of its pictures, whose file is loaded."""
    return Shown(
        id=image.pk,
        width=image.width,
        height=image.height,
        placeholder=image.placeholder,
        has_alpha=bool(image.file and image.file.has_alpha),
        is_covered=image.is_covered,
        words=(image.title or image.prompt) if link.shows_prompt else "",
        root=root,
        allows_download=link.allows_download,
    )


def image_behind(link: ShareLink, image_id: UUID | None = None) -> Image:
    """Return a picture that a link shows, without an id its only one; with its file.

    Raises LinkLeadsNowhere for everything else.
    """
    key = image_id or link.image_id
    image = link.images().filter(pk=key).select_related("file").first() if key else None
    if image is None or image.file is None:
        raise LinkLeadsNowhere
    return image


def pictures_of(link: ShareLink, *, after: str, root: str) -> SharedPage:
    """Return a page of a shared album in its own order. Raises BadCursor."""
    rows = items_of(link)
    if after:
        rows = rows.filter(behind(*place_of(after)))
    found = list(rows.select_related("image__file")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return SharedPage(
        [shown(item.image, link=link, root=root) for item in found[:PAGE]],
        after=f"{last.position}.{last.pk}" if last else "",
    )


def beside(link: ShareLink, image: Image) -> tuple[Image | None, Image | None]:
    """Return the pictures before and after one in a shared album, None at its ends."""
    if link.album_id is None:
        return None, None
    rows = items_of(link).select_related("image")
    here = rows.filter(image=image).first()
    if here is None:
        raise LinkLeadsNowhere
    earlier = rows.filter(before(here.position, here.pk)).reverse().first()
    later = rows.filter(behind(here.position, here.pk)).first()
    return earlier.image if earlier else None, later.image if later else None


def items_of(link: ShareLink) -> QuerySet[AlbumItem]:
    """Return what stands in a shared album and may be shown, in the order that it was given."""
    images = Image.objects.filter(account=link.account_id).behind_links()
    items = AlbumItem.objects.filter(album=link.album_id, image__in=images)
    return items.order_by("position", "id")


def behind(position: int, item: UUID) -> Q:
    """Return what tells the items of an album that stand behind this place."""
    return Q(position__gte=position) & (Q(position__gt=position) | Q(id__gt=item))


def before(position: int, item: UUID) -> Q:
    """Return what tells the items of an album that stand before this place."""
    return Q(position__lte=position) & (Q(position__lt=position) | Q(id__lt=item))


def place_of(after: str) -> tuple[int, UUID]:
    """Return the place in an album that an address names. Raises BadCursor."""
    place, _, item = after.partition(".")
    try:
        if len(place) > 18:
            raise ValueError(place)
        return int(place), UUID(item)
    except ValueError:
        raise BadCursor from None
