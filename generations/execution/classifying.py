"""The classifier that `CLASSIFIER=openai` names: moderation in the manner of OpenAI."""

import asyncio
from urllib.parse import urlsplit

from django.conf import settings

from generations.gateway.access import Access
from generations.gateway.moderations import Moderations, ModerationUnavailable, address_of
from imagestudio.moderation.classifying import Scores, Unclassified

PROVIDERS = "https://gateway.ai.cloudflare.com/v1"  # where Cloudflare passes on to providers


class OpenAIClassifier:
    """Asks an endpoint for moderation, from any thread that runs no event loop."""

    def __init__(self, moderations: Moderations) -> None:
        """Take what asks."""
        self.moderations = moderations

    def classify(self, content: str | bytes) -> Scores:
        """Return the scores of a text or a picture. Raises Unclassified."""
        try:
            found = asyncio.run(self.moderations.classify(content))
        except ModerationUnavailable as error:
            raise Unclassified(str(error)) from error
        return Scores(found.model, found.scores)


def openai_classifier() -> OpenAIClassifier:
    """Return the classifier that the settings describe.

    With a `CLASSIFIER_URL` of its own the gateway's token stays at home: that address is somebody
    else's.
    """
    key = settings.CLASSIFIER_API_KEY
    if settings.CLASSIFIER_URL:
        return OpenAIClassifier(Moderations(settings.CLASSIFIER_URL, api_key=key))
    access = Access(
        settings.CLOUDFLARE_ACCOUNT_ID, settings.CLOUDFLARE_API_TOKEN, settings.CLOUDFLARE_API_BASE
    )
    url = address_of(access, settings.CLOUDFLARE_GATEWAY_ID, providers_of(access.api_base))
    return OpenAIClassifier(Moderations(url, gateway_token=access.api_token, api_key=key))


def providers_of(api_base: str) -> str:
    """Return where the gateway passes on to providers: of the emulator, at its own address."""
    base = urlsplit(api_base)
    if base.scheme == "https":
        return PROVIDERS
    return f"{base.scheme}://{base.netloc}/v1"
