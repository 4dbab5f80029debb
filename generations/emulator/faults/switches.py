"""Nothing goes wrong, but it goes another way; what is unknown of the real gateway is here."""

from generations.emulator.faults.effects import ConnectionFault, GlobalSwitch, Switch

SWITCHES = (
    Switch(
        name="delay",
        about="This call takes so many seconds.",
        options={"seconds": 10},
    ),
    Switch(
        name="sketch",
        about="A bare picture, without prompt and sources, in a tenth of the time: for load tests.",
    ),
    Switch(
        name="image_inline",
        about="The picture is in the answer: data_uri (of a type, if one is given) or base64.",
        options={"form": "data_uri", "type": None},
    ),
    Switch(
        name="result_url",
        rows="G37 G38 G39 G40 G42",
        about="The picture's address is another one; {url} in it becomes the right one.",
        options={"to": "http://169.254.169.254/latest/meta-data/"},
    ),
    Switch(
        name="other_size",
        rows="G35a",
        about="The picture has another size than asked, in pixels.",
        options={"width": 1536, "height": 1024},
    ),
    Switch(
        name="other_format",
        rows="G35a",
        about="The picture has another format than asked.",
        options={"format": "jpeg"},
    ),
    Switch(
        name="undeclared_ignored",
        about="Keys that a model's schema does not declare never reach the provider.",
    ),
    Switch(
        name="cache_hit",
        about="The answer says HIT and costs nothing: the picture of somebody else's call.",
        charged=False,
    ),
    Switch(name="log_missing", about="This call never shows up in the log."),
    GlobalSwitch(
        name="errors_as",
        rows="G26",
        about="The gateway's errors come in another shape: v4, plain, run, html, text.",
        options={"shape": "v4"},
    ),
    GlobalSwitch(
        name="unified_limit",
        rows="G18",
        about="The real limit of Unified Billing is kept: so many calls in so many seconds.",
        options={"requests": 200, "seconds": 60},
    ),
    GlobalSwitch(
        name="logs_unavailable",
        about="The logs' addresses answer with this status, as on accounts that have none.",
        options={"status": 404},
    ),
    GlobalSwitch(
        name="logs_late",
        about="A log entry can be read only after so many seconds.",
        options={"seconds": 5},
    ),
    GlobalSwitch(
        name="logs_metadata_text",
        about="A log entry's metadata is a text with JSON in it, as its documentation says.",
    ),
    GlobalSwitch(
        name="moderations_unavailable",
        about="The moderation endpoint answers with this status.",
        options={"status": 503},
    ),
    GlobalSwitch(
        name="moderations_odd",
        about="The moderation endpoint answers 200 with this.",
        options={"answer": {"results": []}},
    ),
    ConnectionFault(
        name="reset_at_accept",
        rows="G4",
        about="The next connection is reset before a byte is read; `times` counts connections.",
    ),
)
