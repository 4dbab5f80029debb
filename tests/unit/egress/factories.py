from collections.abc import Sequence
from typing import Any

import httpx

from imagestudio.egress import Egress

PUBLIC = "93.184.216.34"
OTHER_PUBLIC = "93.184.216.35"
PUBLIC_6 = "2606:2800:220:1::34"


class Names:
    """A name server that gives the answers it was made with, one after the other."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str) -> Sequence[str]:
        self.asked.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class Wire(httpx.AsyncBaseTransport):
    """A transport that records each request and answers from a list, the last one for ever."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers) or [httpx.Response(200, content=b"picture")]
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def make_egress(
    *answers: Sequence[str], wire: httpx.AsyncBaseTransport | None = None, **settings: Any
) -> Egress:
    """An egress whose name server gives `answers`, and that does not pause between tries."""
    return Egress(resolver=Names(*answers or [[PUBLIC]]), transport=wire, pauses=(0, 0), **settings)
