"""How many bytes each source of a call may have, so that all together stay within `SEND_LIMIT`."""

from collections.abc import Sequence

from django.conf import settings

ENVELOPE = 2_000  # bytes of JSON around prompt and pictures, generously
ESCAPED = 6  # bytes that one character of the prompt can take in JSON


def room_for_sources(prompt: str) -> int:
    """Return how many bytes of pictures fit beside a prompt; base64 makes four of three."""
    return (settings.SEND_LIMIT - ENVELOPE - ESCAPED * len(prompt)) * 3 // 4


def allowances(sizes: Sequence[int], *, total: int) -> list[int]:
    """Return how many bytes each source may have: small ones stay whole, large ones share the rest.

    >>> allowances([10, 500, 900], total=510)
    [10, 250, 250]
    """
    share, left, count = total, total, len(sizes)
    for size in sorted(sizes):
        share = left // count
        if size > share:
            break
        left, count = left - size, count - 1
    return [min(size, share) for size in sizes]
