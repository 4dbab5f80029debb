"""The words between parent and child: a JSON header and blobs, each with its length before it.

Nothing here can carry code: an exploited child may lie, but it cannot make its parent run anything.
"""

import json
import struct
from collections.abc import Sequence
from typing import IO, Any

LENGTH = struct.Struct(">Q")
MAX_BLOBS = 8
MAX_FRAME = 512_000_000  # bytes; a frame that claims more is a lie


def write_frame(stream: IO[bytes], data: bytes) -> None:
    """Write one frame."""
    stream.write(LENGTH.pack(len(data)))
    stream.write(data)


def read_frame(stream: IO[bytes]) -> bytes:
    """Return the next frame; raise EOFError when the other side is gone, ValueError on a lie."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        raise EOFError
    (length,) = LENGTH.unpack(head)
    if length > MAX_FRAME:
        raise ValueError("frame too long")
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return data


def write_message(stream: IO[bytes], header: dict[str, Any], blobs: Sequence[bytes] = ()) -> None:
    """Write a header and its blobs, and send them off."""
    write_frame(stream, json.dumps({**header, "blobs": len(blobs)}).encode())
    for blob in blobs:
        write_frame(stream, blob)
    stream.flush()


def read_message(stream: IO[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """Return the next header and its blobs; raises as `read_frame`."""
    header = json.loads(read_frame(stream))
    count = header.pop("blobs", None) if isinstance(header, dict) else None
    if not isinstance(count, int) or not 0 <= count <= MAX_BLOBS:
        raise ValueError("not a header")
    return header, [read_frame(stream) for _ in range(count)]
