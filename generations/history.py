"""What a person asked for lately: the prompts to begin with again."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from generations.models import Generation
from imagestudio.accounts.models import Membership

LOOKED_AT = 2000  # requests of a person, the last ones, in which prompts are looked for
SHOWN = 50  # prompts


@dataclass(frozen=True, slots=True)
class Used:
    """A prompt, and when it was used last."""

    prompt: str
    last_at: datetime


def last_prompts(membership: Membership, *, words: str = "") -> list[Used]:
    """Return a member's last prompts in their account, each once, those with all these words."""
    mine = Generation.objects.owned_by(membership.account).prompts_of(membership.user)
    lately = Generation.objects.filter(pk__in=mine.values("pk")[:LOOKED_AT])
    for word in words.split():
        lately = lately.filter(prompt__icontains=word)
    prompts = lately.values("prompt").annotate(last_at=Max("requested_at")).order_by("-last_at")
    return [Used(one["prompt"], one["last_at"]) for one in prompts[:SHOWN]]
