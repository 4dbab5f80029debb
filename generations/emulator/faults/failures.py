"""The provider fails or refuses, after the gateway has called it; some of it is billed."""

from generations.emulator.faults.effects import ProviderFailure
from generations.emulator.faults.refusals import HOSTILE
from generations.emulator.problems import Problem, execution_failed

REJECTED = "Your request was rejected by the safety system. (code: moderation_blocked, "
NO_RESPONSE = "Failed to get response from provider"


def _page(status: int, message: str) -> Problem:
    return Problem(status=status, code=0, message=message, shape="html", edge=True)


def _provider(status: int) -> Problem:
    return Problem(status=status, code=2005, message=NO_RESPONSE, description="Provider Error")


FAILURES = (
    ProviderFailure(
        name="refused_input",
        rows="G33",
        about="The provider's safety system refuses the prompt or a source.",
        problem=execution_failed(f"{REJECTED}moderation_stage: input, categories: [violence])"),
    ),
    ProviderFailure(
        name="refused_output",
        rows="G33",
        about="The provider's safety system refuses the picture that it has just made.",
        problem=execution_failed(f"{REJECTED}moderation_stage: output, categories: [violence])"),
    ),
    ProviderFailure(
        name="guardrails_response",
        about="The gateway's guardrails block the picture: made, billed, and not delivered.",
        charged=True,
        problem=Problem(
            status=422,
            code=2017,
            message="Response blocked due to security configurations",
            description="Guardrails",
        ),
    ),
    ProviderFailure(
        name="provider_rate_limited",
        rows="G18",
        about="The provider's own limit, relayed.",
        options={"retry_after": None},
        problem=Problem(
            status=429,
            code=2005,
            message="Rate limit reached for gpt-image-2 on images per min",
            description="Rate limited",
        ),
    ),
    ProviderFailure(
        name="provider_down",
        rows="G19",
        about="500 from the provider before it did anything.",
        problem=_provider(500),
    ),
    ProviderFailure(
        name="failed_after_charge",
        rows="G19",
        about="500 from the provider although the picture was made and billed.",
        charged=True,
        problem=_provider(500),
    ),
    ProviderFailure(
        name="unavailable",
        rows="G20",
        about="503 from the provider, as JSON.",
        problem=_provider(503),
    ),
    ProviderFailure(
        name="request_timeout",
        rows="G16",
        about="408: the edge gave up waiting for the request.",
        problem=_page(408, "Request Timeout"),
    ),
    ProviderFailure(
        name="bad_gateway",
        rows="G19",
        about="502: the edge's page about a dead origin.",
        problem=_page(502, "Bad gateway"),
    ),
    ProviderFailure(
        name="gateway_timeout",
        rows="G16",
        about="504: the edge's page; the picture was made and billed.",
        charged=True,
        problem=_page(504, "Gateway time-out"),
    ),
    ProviderFailure(
        name="edge_timeout",
        rows="G16",
        about="524: the edge's page about a slow origin; the picture was made and billed.",
        charged=True,
        problem=_page(524, "A timeout occurred"),
    ),
    ProviderFailure(
        name="hostile_failure",
        rows="G36",
        about="As hostile_refusal, but a 500 of a call that was billed.",
        charged=True,
        problem=Problem(status=500, code=2005, message=HOSTILE, description="Provider Error"),
    ),
)
