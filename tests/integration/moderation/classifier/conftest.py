"""A classifier that is asked over HTTP, its constants, and short ways to use it."""

import pytest

from imagestudio.accounts.models import Role, Trust
from imagestudio.accounts.services.access import change_trust
from imagestudio.moderation.services import publishing
from imagestudio.moderation.services.classifying import asking
from tests.factories import make_image, paint

MODEL = "omni-moderation-2024-09-26"
CRUEL = "A scene of violence"


@pytest.fixture
def creator(cast):
    return cast.membership(Role.CREATOR)


@pytest.fixture
def on(settings, emulator):
    """Have the emulator classify what is asked for, and the pictures that are to be public."""
    settings.CLASSIFIER = "generations.execution.classifying.openai_classifier"
    settings.CLOUDFLARE_ACCOUNT_ID = emulator.account_id
    settings.CLOUDFLARE_API_TOKEN = emulator.token
    settings.CLOUDFLARE_API_BASE = emulator.base_url
    asking.classifier.cache_clear()
    yield emulator
    asking.classifier.cache_clear()


def asked(emulator):
    return emulator.control.get("/emulator/moderations").json()["asked"]


def red(cast, **fields):
    """Return a picture in which the emulator sees violence."""
    return make_image(cast.team, cast.user(Role.CREATOR), data=paint(colour="#ff0000"), **fields)


def publish(creator, image):
    return publishing.publish(
        membership=creator, image_id=image.pk, shows_prompt=False, shows_name=False
    )


def trusted(creator):
    change_trust(user=creator.user, trust=Trust.TRUSTED)
    creator.refresh_from_db()
    return creator


def jobs(name):
    from procrastinate.contrib.django.models import ProcrastinateJob  # noqa: PLC0415

    return ProcrastinateJob.objects.filter(task_name=name).count()
