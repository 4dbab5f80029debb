"""The gateway says no before it calls the provider; nothing is billed."""

from generations.emulator.faults.effects import Refusal
from generations.emulator.problems import NOT_AUTHENTICATED, Problem, execution_failed

NO_BALANCE = "Insufficient balance; add money to your gateway or use BYOK"
OVERSPENT = (
    "Spend limit exceeded: rule 'monthly' (cost limit 10 per 2592000s, fixed) "
    "for openai gpt-image-2"
)
HOSTILE = "<script>alert('x')</script> \x1b[31mred\x1b[0m \r\nSet-Cookie: a=b Bearer {token}"

RATE_LIMITED = Problem(status=429, code=2003, message="Rate limited", description="Rate limited")

REFUSALS = (
    Refusal(
        name="unauthorized",
        rows="G13",
        about="The token is not taken.",
        problem=NOT_AUTHENTICATED,
    ),
    Refusal(
        name="forbidden",
        rows="G13",
        about="The token is known and may not do this.",
        problem=Problem(
            status=403, code=9109, message="Unauthorized to access requested resource", shape="v4"
        ),
    ),
    Refusal(
        name="no_credits",
        rows="G14",
        about="Nothing is left of the prepaid credit; such an answer has no log id.",
        problem=Problem(
            status=402,
            code=2021,
            message=NO_BALANCE,
            description="Invalid User Credentials",
            logged=False,
        ),
    ),
    Refusal(
        name="credentials_required",
        rows="G14",
        about="The gateway may only use a key of its owner, and has none.",
        problem=Problem(status=400, code=2049, message="Provider credentials required"),
    ),
    Refusal(
        name="spend_limit",
        rows="G14 G18",
        about="A spend rule of the gateway; code 2041 is the older number.",
        problem=Problem(
            status=429, code=2045, message=OVERSPENT, description="Spend limit exceeded"
        ),
    ),
    Refusal(
        name="model_missing",
        rows="G15",
        about="The model is not in the catalogue any more.",
        problem=Problem(status=404, code=7003, message="Model not found: openai/gpt-image-2"),
    ),
    Refusal(
        name="too_large",
        rows="G17",
        about="The body is too large for the edge, which has read it all the same.",
        problem=Problem(status=413, code=0, message="Payload Too Large", shape="html", edge=True),
    ),
    Refusal(
        name="rate_limited",
        rows="G18",
        about="The gateway's request limit; retry_after is sent as it is, whatever it is.",
        options={"retry_after": None},
        problem=RATE_LIMITED,
    ),
    Refusal(
        name="bad_request",
        about="The gateway finds the input wrong.",
        problem=execution_failed("Invalid value at prompt: Invalid input"),
    ),
    Refusal(
        name="guardrails_prompt",
        about="The gateway's guardrails block the prompt; 424/2016 is the older form.",
        problem=Problem(
            status=422,
            code=2017,
            message="Prompt blocked due to security configurations",
            description="Guardrails",
        ),
    ),
    Refusal(
        name="guardrails_unavailable",
        rows="G20",
        about="The scanner of the guardrails cannot be reached.",
        problem=Problem(
            status=503,
            code=7013,
            message="Guardrail scanner unavailable",
            description="Unavailable",
        ),
    ),
    Refusal(
        name="hostile_refusal",
        rows="G36",
        about="An error text with markup, terminal codes, a header, and the token that was sent.",
        problem=Problem(status=400, code=7003, message=HOSTILE),
    ),
)
