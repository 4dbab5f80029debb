"""Asking a part over HTTP whether it is there."""

import asyncio

_SECONDS = 2.0
_BYTES = 4096


async def knock(host: str, port: int, path: str, *, name: str) -> tuple[int, str]:
    """Ask for `path` under the host name `name`; give the status and the body's beginning.

    The status is 0 where nothing answers.
    """
    try:
        async with asyncio.timeout(_SECONDS):
            answer = await _ask(host, port, f"GET {path} HTTP/1.1\r\nHost: {name}\r\n")
    except (OSError, TimeoutError):
        return 0, ""
    head, _, body = answer.decode(errors="replace").partition("\r\n\r\n")
    words = head.split(" ", 2)
    return (int(words[1]), body) if len(words) > 1 and words[1].isdecimal() else (0, "")


async def _ask(host: str, port: int, words: str) -> bytes:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(f"{words}Accept: application/json\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        while len(answer) < _BYTES and (piece := await reader.read(_BYTES)):
            answer += piece
        return answer
    finally:
        writer.close()
