"""What can go wrong with images and files."""

from imagestudio.errors import Conflict, Denied, Invalid, NotFound, TooMany, Unavailable


class NoSuchImage(NotFound):
    """There is no such image in this account's library."""

    code = "image_not_found"
    title = "There is no such picture"


class NoSuchRendition(NotFound):
    """The image has no rendition of this name (yet)."""

    code = "rendition_not_found"
    title = "There is no such rendition"


class SourceMissing(Invalid):
    """A request names an image that is not in this account's library."""

    code = "source_not_found"
    title = "A source is not in this library"


class NoSuchChange(NotFound):
    """There is no such change in this account, or it is too long ago to be remembered."""

    code = "change_not_found"
    title = "There is no such change"


class CannotBeUndone(Conflict):
    """A change cannot be undone: it was, or is just being, or what it was about is gone."""

    code = "cannot_be_undone"
    title = "This cannot be undone"


class NoSuchTag(NotFound):
    """There is no such tag in this account."""

    code = "tag_not_found"
    title = "There is no such tag"


class BadTag(Invalid):
    """A tag's name is empty or too long."""

    code = "bad_tag"
    title = "This cannot be a tag"


class TagTaken(Conflict):
    """Another tag has this name already."""

    code = "tag_taken"
    title = "There is a tag of this name already"


class PictureHidden(Denied):
    """The same bytes were hidden from everybody by a decision."""

    code = "picture_hidden"
    title = "This picture cannot be added"


class PictureHeld(Denied):
    """It looks like a banned picture: it is kept, and hidden until a person has looked at it."""

    commits = True  # the picture
    code = "picture_held"
    title = "Somebody has to look at this picture first"


class NoSuchAlbum(NotFound):
    """There is no such album in this account."""

    code = "album_not_found"
    title = "There is no such album"


class BadAlbum(Invalid):
    """An album cannot be as it is asked for."""

    code = "bad_album"
    title = "This cannot be an album"


class NotInAlbum(Invalid):
    """A picture is not in the album that it is to be moved in, or to be the cover of."""

    code = "not_in_album"
    title = "This picture is not in the album"


class BadTitle(Invalid):
    """A picture's title is too long, or has characters that cannot be kept."""

    code = "bad_title"
    title = "This cannot be a title"


class JustRemoved(Conflict):
    """The same bytes were removed for good while they were sent again."""

    code = "just_removed"
    title = "These bytes were just removed"


class ConversionsBusy(Unavailable):
    """Too many pictures are being converted right now."""

    code = "conversions_busy"
    title = "Many pictures are being converted right now"


class DownloadsBusy(TooMany):
    """Too many long downloads are under way: one person's, or everybody's."""

    code = "downloads_busy"
    title = "There are too many downloads at once"


class BytesDamaged(NotFound):
    """What is stored under a file's key are not the bytes that were kept."""

    code = "bytes_damaged"
    title = "The stored picture is damaged"


class TooManyMissing(Unavailable):
    """So many stored pictures cannot be read that a download is given up."""

    code = "too_many_missing"
    title = "Too many stored pictures cannot be read"


class NoSuchShare(NotFound):
    """There is no such link in this account, or it was revoked or has expired."""

    code = "share_not_found"
    title = "There is no such link"


class ShareInvalid(Invalid):
    """A link cannot be made or changed like that."""

    code = "share_invalid"
    title = "The link cannot be made like that"


class NotShareable(Conflict):
    """A decision, or the standing of the account, keeps the picture from people outside."""

    code = "not_shareable"
    title = "This picture cannot be shared now"


class LinkLeadsNowhere(NotFound):
    """No link has this secret, or it was revoked, has expired, or what it showed is gone."""

    code = "link_dead"
    title = "This link does not lead anywhere"


class NoSuchPublication(NotFound):
    """There is no such public picture, or it is not public any more."""

    code = "publication_not_found"
    title = "There is no such public picture"


class PasswordWanted(Denied):
    """The link has a password, and it has not been given."""

    code = "link_password"
    title = "This link has a password"


class TooManyTries(TooMany):
    """Passwords were tried too often in this minute."""

    code = "too_many_tries"
    title = "Too many tries in this minute"


class TooManyLoves(TooMany):
    """Somebody loves pictures faster than one can look at them."""

    code = "too_many_loves"
    title = "That were many loves in this minute"


class WrongPassword(Denied):
    """The password that was given is not the link's."""

    code = "wrong_password"
    title = "That is not the password"


class TooManyOrphans(Conflict):
    """So much of the storage has no row that nothing is moved without being told to twice."""

    code = "too_many_orphans"
    title = "Storage and database do not seem to belong together"


class AccessLost(Denied):
    """Somebody lost the right to export a library while its export left."""

    code = "access_lost"
    title = "You may not export this library any more"


class BadExport(Invalid):
    """What is to be imported is no export of a studio, or cannot be read."""

    code = "bad_export"
    title = "This cannot be imported"
