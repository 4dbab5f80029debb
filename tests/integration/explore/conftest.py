"""What the tests of public pictures share: pictures that are public, and strangers."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from imagestudio.accounts.models import Account, Role, User
from imagestudio.library.explore import PAGE
from imagestudio.library.models import Image, Publication
from imagestudio.library.services import publishing
from tests.factories import Cast, make_copies, make_image

Published = Callable[..., Image]


@pytest.fixture
def published(cast: Cast) -> Published:
    """Return a way to make a picture that is public; its own words are marked as private."""

    def make(
        title: str = "Lighthouse",
        *,
        prompt: str = "",
        name: str = "",
        account: Account | None = None,
        user: User | None = None,
        **fields: object,
    ) -> Image:
        image = make_image(
            account or cast.team,
            user or cast.user(Role.CREATOR),
            title=title,
            prompt=prompt or "MARKED prompt",
            model="openai/gpt-image-2",
            quality="high",
            size="1024x1024",
            **fields,
        )
        publishing.publish(
            image=image,
            user=image.created_by,
            shows_prompt=bool(prompt),
            name=name,
            is_approved=True,
        )
        return image

    return make


@pytest.fixture
def stranger(db: None) -> Client:
    """Return a browser that knows nobody."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def many(cast: Cast) -> list[str]:
    """Return the ids of more pictures than a page shows, in the order of the gallery."""
    user = cast.user(Role.CREATOR)
    image = make_image(cast.team, user)
    images = make_copies(image, PAGE + 15, visibility="public", review="approved")
    now = timezone.now()
    Publication.objects.bulk_create(
        Publication(
            image=one,
            account=cast.team,
            asked_by=user,
            published_at=now - timedelta(seconds=number // 2),  # two at each moment
            loves=number % 3,
        )
        for number, one in enumerate(images)
    )
    rows = Publication.objects.order_by("-published_at", "-image_id")
    return [str(one.pk) for one in rows]
