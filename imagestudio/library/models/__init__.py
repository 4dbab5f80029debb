"""WHAT THEY OWN: bytes, the images made of them, where those came from, and their order."""

from imagestudio.library.models.appearances import Appearance
from imagestudio.library.models.bans import BanMatch, KnownBadHash
from imagestudio.library.models.changes import Change, ChangedImage
from imagestudio.library.models.checks import QuarantinedKey, StorageCheck, StorageFinding
from imagestudio.library.models.counts import Shelf, ShelfChange, ShelfMonth, Tally, TallyChange
from imagestudio.library.models.files import File, FileQuerySet, Rendition
from imagestudio.library.models.images import Image, ImageQuerySet
from imagestudio.library.models.imports import ImportedAlbum, ImportedImage
from imagestudio.library.models.lineage import MAX_POSITION, Derivation
from imagestudio.library.models.order import (
    Album,
    AlbumItem,
    AlbumItemQuerySet,
    Favourite,
    ImageTag,
    Tag,
)
from imagestudio.library.models.publications import Love, Publication, PublicationQuerySet
from imagestudio.library.models.sharing import ShareLink

__all__ = [
    "MAX_POSITION",
    "Album",
    "AlbumItem",
    "AlbumItemQuerySet",
    "Appearance",
    "BanMatch",
    "Change",
    "ChangedImage",
    "Derivation",
    "Favourite",
    "File",
    "FileQuerySet",
    "Image",
    "ImageQuerySet",
    "ImageTag",
    "ImportedAlbum",
    "ImportedImage",
    "KnownBadHash",
    "Love",
    "Publication",
    "PublicationQuerySet",
    "QuarantinedKey",
    "Rendition",
    "ShareLink",
    "Shelf",
    "ShelfChange",
    "ShelfMonth",
    "StorageCheck",
    "StorageFinding",
    "Tag",
    "Tally",
    "TallyChange",
]
