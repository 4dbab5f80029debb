"""The JSON API of the studio: one API, a router per app."""

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.renderers import BaseRenderer

from generations.api import router as generations_router
from imagestudio.accounts.api import router as tokens_router
from imagestudio.events.api import router as events_router
from imagestudio.http import handlers
from imagestudio.http.body import StrictParser
from imagestudio.http.problems import problem_of
from imagestudio.http.refusals import NoSuchAddress
from imagestudio.library.api import router as images_router


class Renderer(BaseRenderer):
    """JSON with times in UTC, quickly."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        """Return the text of an answer."""
        _ = request, response_status
        return orjson.dumps(data, option=orjson.OPT_UTC_Z)


api = NinjaAPI(
    title="Image Studio",
    version="1",
    parser=StrictParser(),
    renderer=Renderer(),
    urls_namespace="api",
)
handlers.install(api)
for router in (generations_router, images_router, events_router, tokens_router):
    api.add_router("", router)


@csrf_exempt
def no_such_address(request: HttpRequest, _rest: str = "") -> HttpResponse:
    """Answer for addresses under /api/ that no operation has."""
    return problem_of(request, NoSuchAddress())
