"""Bytes in a bucket of S3, R2, MinIO or whatever else speaks S3 over HTTP."""

import contextlib
import io
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage
from urllib3.exceptions import HTTPError

from .contents import Kept
from .errors import BytesMissing, StorageUnavailable

if TYPE_CHECKING:
    from botocore.response import StreamingBody
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CopySourceTypeDef

LISTED = 1000  # keys in one answer
PART = 8_000_000  # bytes; larger objects go up in parts, one in memory at a time
TRANSFER = TransferConfig(multipart_threshold=PART, multipart_chunksize=PART, use_threads=False)
PATIENCE = Config(
    connect_timeout=5,  # seconds
    read_timeout=30,
    retries={"mode": "standard", "max_attempts": 3},
    max_pool_connections=64,
    # Checksums in trailers are younger than many servers that speak S3.
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)
FAILURES = (ClientError, BotoCoreError, HTTPError)
MISSING = {"404", "NoSuchKey", "NotFound"}


class S3(S3Storage):  # type: ignore[misc]  # a class without types
    """The S3 of django-storages, with ranges, little memory, and one client for all threads."""

    def __init__(self, **options: Any) -> None:
        """Take the options of django-storages."""
        super().__init__(**options)
        self.patience: Config = self.client_config.merge(PATIENCE)

    @cached_property
    def client(self) -> "S3Client":
        """Return the client: safe to share between threads, unlike the parent's resource."""
        client: S3Client = self._create_session().client(
            "s3",
            region_name=self.region_name,
            use_ssl=self.use_ssl,
            endpoint_url=self.endpoint_url,
            config=self.patience,
            verify=self.verify,
        )
        return client

    def put(self, key: str, chunks: Iterable[bytes]) -> None:
        """Write bytes under a key in place of what was there. Raises StorageUnavailable."""
        with _translated():
            self.client.upload_fileobj(
                io.BufferedReader(_Joined(chunks)), **self._object(key), Config=TRANSFER
            )

    def open_at(self, key: str, start: int, end: int | None) -> "_Body":
        """Return bytes of the object, `end` excluded. Raises BytesMissing, StorageUnavailable."""
        wanted: dict[str, Any] = {} if (start, end) == (0, None) else {"Range": _range(start, end)}
        with _translated():
            answer = self.client.get_object(**self._object(key), **wanted)
        return _Body(answer["Body"])

    def size(self, name: str) -> int:
        """Return how many bytes are kept. Raises BytesMissing, StorageUnavailable."""
        with _translated():
            return self.client.head_object(**self._object(name))["ContentLength"]

    def exists(self, name: str) -> bool:
        """Tell whether something is kept under this key. Raises StorageUnavailable."""
        try:
            self.size(name)
        except BytesMissing:
            return False
        return True

    def delete(self, name: str) -> None:
        """Delete the object if it is there. Raises StorageUnavailable."""
        with _translated():
            self.client.delete_object(**self._object(name))

    def listing(self) -> Iterator[Kept]:
        """Yield every object below the prefix, a thousand in memory. Raises StorageUnavailable."""
        prefix = self._normalize_name("a")[:-1]
        pages = self.client.get_paginator("list_objects_v2")
        with _translated():
            for page in pages.paginate(
                Bucket=self.bucket_name, Prefix=prefix, PaginationConfig={"PageSize": LISTED}
            ):
                for one in page.get("Contents", ()):
                    key = one["Key"].removeprefix(prefix)
                    yield Kept(key, one["Size"], one["LastModified"])

    def rename(self, key: str, to: str) -> None:
        """Copy an object, look whether the copy is whole, and only then delete it.

        Raises BytesMissing, StorageUnavailable.
        """
        size = self.size(key)
        source: CopySourceTypeDef = {
            "Bucket": self.bucket_name,
            "Key": self._normalize_name(key),
        }
        with _translated():
            self.client.copy_object(**self._object(to), CopySource=source)
        if self.size(to) != size:
            raise StorageUnavailable("A copy is not as long as what was copied; both are left.")
        self.delete(key)

    def check(self) -> None:
        """Raise StorageUnavailable if the bucket cannot be reached now."""
        try:
            self.client.head_bucket(Bucket=self.bucket_name)
        except FAILURES as error:  # a missing bucket is an outage too
            raise StorageUnavailable from error

    def _object(self, key: str) -> dict[str, Any]:
        return {"Bucket": self.bucket_name, "Key": self._normalize_name(key)}


def _range(start: int, end: int | None) -> str:
    return f"bytes={start}-{'' if end is None else end - 1}"


class _Joined(io.RawIOBase):
    """Chunks as a stream to read from, which is what the transfer wants."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk)
        amount = min(len(buffer), len(self._rest))
        buffer[:amount] = self._rest[:amount]
        self._rest = self._rest[amount:]
        return amount


class _Body:
    """The body of an answer, whose troubles are the troubles of any file."""

    def __init__(self, body: "StreamingBody") -> None:
        self._body = body

    def read(self, amount: int, /) -> bytes:
        try:
            return self._body.read(amount)
        except FAILURES as error:
            raise OSError("the storage hung up") from error

    def close(self) -> None:
        self._body.close()


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in MISSING:
            raise BytesMissing from error
        raise StorageUnavailable from error
    except (BotoCoreError, HTTPError) as error:
        raise StorageUnavailable from error
