"""What can go wrong with stored bytes."""

from imagestudio.errors import Conflict, NotFound, Unavailable


class StorageUnavailable(Unavailable):
    """The disk is full or broken, or the S3 server is away; nothing was half-written."""

    code = "storage_unavailable"
    title = "The picture storage is not available right now"


class BytesMissing(NotFound):
    """Nothing is stored under this key."""

    code = "bytes_missing"
    title = "The stored picture is missing"


class KeyTaken(Conflict):
    """Other bytes are stored under this key already; they stay."""

    code = "key_taken"
    title = "Something else is stored there"
