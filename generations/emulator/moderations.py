"""OpenAI's moderation endpoint as the gateway passes it on: scores by rule, for trying it out.

A text that names a category scores high in it ("violence", "self-harm"); with "mild" before the
name it scores in the middle. A picture that is mostly pure red scores high in violence, one that is
mostly pure blue in sexual.

POST /v1/{account_id}/{gateway_id}/openai/moderations
GET  /emulator/moderations      what was asked lately: kind, length and headers
"""

import base64
import binascii
import hmac
import json
import re
import uuid
from io import BytesIO
from typing import Any

from PIL import Image, UnidentifiedImageError

from generations.emulator.emulator import Emulator
from generations.emulator.problems import NOT_AUTHENTICATED, render
from generations.emulator.replies import Reply, json_reply
from generations.emulator.routes import Route, route
from generations.emulator.wire.headers import redacted
from generations.emulator.wire.request import Request

MODELS = ("omni-moderation-2024-09-26", "omni-moderation-latest")
CATEGORIES = (
    *("harassment", "harassment/threatening", "hate", "hate/threatening", "illicit"),
    *("illicit/violent", "self-harm", "self-harm/intent", "self-harm/instructions"),
    *("sexual", "sexual/minors", "violence", "violence/graphic"),
)
OF_PICTURES = (
    *("self-harm", "self-harm/intent", "self-harm/instructions"),
    *("sexual", "violence", "violence/graphic"),
)
HIGH, MIDDLE, LOW = 0.97, 0.55, 0.0004
RED, BLUE = "violence", "sexual"
DATA_URI = re.compile(r"data:image/(?:png|jpeg|webp);base64,(.*)", re.DOTALL)


async def moderate(
    emulator: Emulator, request: Request, *, account_id: str, gateway_id: str
) -> Reply:
    """Give the scores of what is sent."""
    del gateway_id
    body = await request.body()
    if not signed_in(emulator, request) or account_id != emulator.settings.account_id:
        return render(NOT_AUTHENTICATED)
    if away := emulator.faults.take("moderations_unavailable"):
        return complaint(int(away["status"]), "The server had an error.", "server_error")
    odd = emulator.faults.take("moderations_odd")
    try:
        sent = json.loads(body)
        model, parts = sent["model"], parts_of(sent["input"])
        scores = [await emulator.in_thread(scores_of, one) for one in parts]
    except (ValueError, TypeError, KeyError) as error:
        return complaint(400, f"Invalid input: {error}", "invalid_request_error")
    if model not in MODELS:
        return complaint(404, f"The model '{model}' does not exist", "invalid_request_error")
    emulator.moderations.append(
        {
            "headers": redacted(request.headers),
            "parts": [{"type": one["type"], "length": len(content_of(one))} for one in parts],
        }
    )
    if odd:
        return json_reply(odd["answer"])
    return json_reply(
        {
            "id": f"modr-{uuid.uuid4().hex}",
            "model": MODELS[0],
            "results": [result(merged(scores), parts)] if scores else [],
        }
    )


async def read_moderations(emulator: Emulator, _request: Request) -> Reply:
    """Give what was asked lately, oldest first."""
    return json_reply({"asked": list(emulator.moderations)})


def signed_in(emulator: Emulator, request: Request) -> bool:
    """Tell whether the gateway's token came in the gateway's own header."""
    token = request.headers.get("cf-aig-authorization", "").removeprefix("Bearer ")
    return hmac.compare_digest(token.encode(), emulator.settings.api_token.encode())


def parts_of(given: Any) -> list[dict[str, Any]]:
    """Give the parts of an input: a text, some texts, or texts and pictures. Raises ValueError."""
    if isinstance(given, str):
        given = [given]
    if not isinstance(given, list):
        raise ValueError("input is neither a text nor a list")  # noqa: TRY004 - a wrong value
    parts = [{"type": "text", "text": one} if isinstance(one, str) else one for one in given]
    for one in parts:
        if content_of(one) is None:
            raise ValueError("a part is neither a text nor a picture")
    return parts


def content_of(part: dict[str, Any]) -> str:
    """Give the text of a part, or the address of its picture."""
    return str(part["text"] if part["type"] == "text" else part["image_url"]["url"])


def scores_of(part: dict[str, Any]) -> dict[str, float]:
    """Give the scores of one part. Raises ValueError for a picture that is none."""
    content = content_of(part)
    if part["type"] == "text":
        return {name: score_of(name, content.casefold()) for name in CATEGORIES}
    found = DATA_URI.fullmatch(content)
    if found is None:
        raise ValueError("the picture is no data URI")
    try:
        with Image.open(BytesIO(base64.b64decode(found[1], validate=True))) as opened:
            red, green, blue = opened.convert("RGB").resize((1, 1)).tobytes()
    except (binascii.Error, UnidentifiedImageError, OSError) as error:
        raise ValueError("the picture cannot be read") from error
    scores = dict.fromkeys(CATEGORIES, 0.0) | dict.fromkeys(OF_PICTURES, LOW)
    if red > 200 and max(green, blue) < 60:
        scores[RED] = HIGH
    if blue > 200 and max(red, green) < 60:
        scores[BLUE] = HIGH
    return scores


def score_of(name: str, text: str) -> float:
    """Give the score of a text in one category."""
    if not re.search(rf"(?<![\w/-]){re.escape(name)}(?![\w/-])", text):
        return LOW
    return MIDDLE if f"mild {name}" in text else HIGH


def merged(scores: list[dict[str, float]]) -> dict[str, float]:
    """Give the highest score of each category."""
    return {name: max(one[name] for one in scores) for name in CATEGORIES}


def result(scores: dict[str, float], parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Give one result as the endpoint words it."""
    kinds = sorted({"text" if one["type"] == "text" else "image" for one in parts})
    applied = {
        name: [kind for kind in kinds if kind == "text" or name in OF_PICTURES]
        for name in CATEGORIES
    }
    flags = {name: score >= 0.5 for name, score in scores.items()}
    return {
        "flagged": any(flags.values()),
        "categories": flags,
        "category_scores": scores,
        "category_applied_input_types": applied,
    }


def complaint(status: int, message: str, kind: str) -> Reply:
    """Give an error in OpenAI's shape."""
    error = {"message": message, "type": kind, "param": None, "code": None}
    return json_reply({"error": error}, status=status)


ROUTES: tuple[Route, ...] = (
    route("POST", "/v1/{account_id}/{gateway_id}/openai/moderations", moderate),
    route("GET", "/emulator/moderations", read_moderations),
)
