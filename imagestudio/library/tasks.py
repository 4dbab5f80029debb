"""Jobs of the library."""

import json
from uuid import UUID

from procrastinate.contrib.django import app
from procrastinate.retry import RetryStrategy

from imagestudio.jobs import queue_of
from imagestudio.library.services.renditions import make_renditions


@app.task(
    name="library.render",
    queue=queue_of("library.render"),
    retry=RetryStrategy(max_attempts=3, exponential_wait=4),
)
def render(*, data: str, **_event: str) -> None:
    """Make the larger renditions of an image that has entered the library."""
    make_renditions(image_id=UUID(json.loads(data)["image"]))
