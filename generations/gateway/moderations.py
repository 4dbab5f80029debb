"""The moderation endpoint in the manner of OpenAI: scores for a text or a picture, for nothing.

Through the gateway its address is `…/v1/{account}/{gateway}/openai/moderations`, where the
gateway's token goes in a header of its own, beside the provider's key; without one the gateway
uses the key that is stored with it.
"""

import asyncio
import functools
import math
import ssl
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx
import orjson

from generations.gateway.access import Access
from generations.gateway.reading import Unreadable, parse_json, read_content
from generations.gateway.redaction import Redactor

MODEL = "omni-moderation-2024-09-26"  # pinned: another version means other scores
SECONDS = 5.0  # for a whole question
ANSWER_LIMIT = 256 * 1024  # bytes
LONGEST_TEXT = 32_000  # characters; prompts are shorter
KINDS = ((b"\x89PNG", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"RIFF", "image/webp"))


class ModerationUnavailable(Exception):
    """There are no scores to be had now; the message is safe to store and to show."""


@dataclass(frozen=True, slots=True)
class Moderation:
    """What a model says: categories with scores from 0 to 1, and which version says it."""

    model: str
    scores: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Moderations:
    """Asks the endpoint below `url`. `gateway_token` opens the gateway, `api_key` the provider.

    One request for each question, never sent twice; no redirects, no proxies, no cookies.
    """

    url: str
    gateway_token: str = field(default="", repr=False)
    api_key: str = field(default="", repr=False)
    model: str = MODEL
    seconds: float = SECONDS

    async def classify(self, content: str | bytes) -> Moderation:
        """Return the scores of a text, or of the bytes of a PNG, JPEG or WebP.

        Raises ModerationUnavailable after `seconds` at the latest.
        """
        redactor = Redactor([self.gateway_token, self.api_key])
        try:
            async with asyncio.timeout(self.seconds):
                return await self._asked(content)
        except TimeoutError as error:
            raise ModerationUnavailable(f"No answer within {self.seconds:g} seconds.") from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError, Unreadable) as error:
            told = redactor.clean(str(error) or type(error).__name__, limit=200)
            raise ModerationUnavailable(told) from error

    async def _asked(self, content: str | bytes) -> Moderation:
        body = orjson.dumps({"model": self.model, "input": [part_of(content)]})
        sent = httpx.Request(
            "POST",
            f"{self.url.rstrip('/')}/moderations",
            headers=self._headers(len(body)),
            content=body,
            extensions={"timeout": dict.fromkeys(("connect", "read", "write"), self.seconds)},
        )
        async with open_transport() as transport:
            response = await transport.handle_async_request(sent)
            try:
                if not response.is_success:
                    raise Unreadable(f"It answered with status {response.status_code}.")
                found = await read_content(response, limit=ANSWER_LIMIT)
            finally:
                await response.aclose()
        return read_moderation(found.whole)

    def _headers(self, length: int) -> dict[str, str]:
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Connection": "close",
            "Content-Type": "application/json",
            "Content-Length": str(length),
            "User-Agent": "imagestudio",
        }
        if self.gateway_token:  # what is asked is neither kept in its log nor answered from a cache
            headers |= {
                "cf-aig-authorization": f"Bearer {self.gateway_token}",
                "cf-aig-collect-log-payload": "false",
                "cf-aig-skip-cache": "true",
                "cf-aig-max-attempts": "1",
            }
        if self.api_key:
            headers["Authorization"] = f"Bearer {self.api_key}"
        return headers


def address_of(access: Access, gateway_id: str, base: str) -> str:
    """Return where an account's gateway passes questions on to OpenAI; `base` ends with `/v1`."""
    account, gateway = (quote(one, safe="") for one in (access.account_id, gateway_id))
    return f"{base.rstrip('/')}/{account}/{gateway}/openai"


def part_of(content: str | bytes) -> dict[str, Any]:
    """Return a text or a picture as the endpoint takes it. Raises Unreadable."""
    if isinstance(content, str):
        return {"type": "text", "text": content[:LONGEST_TEXT]}
    mime = next((mime for start, mime in KINDS if content.startswith(start)), None)
    if mime is None:
        raise Unreadable("It takes PNG, JPEG and WebP alone.")
    url = f"data:{mime};base64,{b64encode(content).decode()}"
    return {"type": "image_url", "image_url": {"url": url}}


def read_moderation(data: bytes) -> Moderation:
    """Return what an answer says. Raises Unreadable for one that gives no scores."""
    answer = parse_json(data)
    if not isinstance(answer, dict):
        raise Unreadable("The answer is no object.")
    model, results = answer.get("model"), answer.get("results")
    first = results[0] if isinstance(results, list) and results else None
    given = first.get("category_scores") if isinstance(first, dict) else None
    if not isinstance(model, str) or not 0 < len(model) <= 100 or not isinstance(given, dict):
        raise Unreadable("The answer gives no scores.")
    scores = {name: score_of(value) for name, value in given.items() if 0 < len(name) <= 60}
    if not scores or len(scores) > 100:
        raise Unreadable("The answer gives no scores.")
    return Moderation(model, scores)


def score_of(value: object) -> float:
    """Return a score from 0 to 1. Raises Unreadable."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unreadable("A score is not a number.")
    if not math.isfinite(value) or not 0 <= value <= 1:
        raise Unreadable("A score is not between 0 and 1.")
    return float(value)


def open_transport() -> httpx.AsyncHTTPTransport:
    """Return a transport for one question: whoever asks has an event loop of its own."""
    return httpx.AsyncHTTPTransport(verify=certificates(), trust_env=False, http2=False)


@functools.cache
def certificates() -> ssl.SSLContext:
    """Return the certificates of authorities, loaded once by each process."""
    return httpx.create_ssl_context(trust_env=False)
