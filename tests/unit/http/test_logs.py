"""U30, U37: a line of the log is one line, and carries no secrets."""

import logging
import sys

import pytest

from imagestudio.accounts.services.tokens import BASE62, checksum
from imagestudio.http.logs import SafeFilter, safe

BODY = BASE62[:30]
TOKEN = f"ist_{BODY}{checksum(BODY)}"


@pytest.mark.parametrize(
    ("text", "logged"),
    [
        ("a\r\nERROR forged", "a\\r\\nERROR forged"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("nul\0", "nul\\x00"),
        ("next\x85line", "next\\x85line"),
        ("tab\tstays, ä and 🦊 too", "tab\tstays, ä and 🦊 too"),
    ],
    ids=["CR LF", "ANSI", "NUL", "NEL", "text"],
)
def test_u30_control_characters_are_shown_and_not_obeyed(text: str, logged: str) -> None:
    assert safe(text) == logged


def test_u37_tokens_are_not_logged() -> None:
    assert safe(f"Authorization: Bearer {TOKEN}, again {TOKEN}.") == (
        "Authorization: Bearer ist_…, again ist_…."
    )


def test_u37_the_secrets_of_the_installation_are_not_logged(settings) -> None:
    settings.CLOUDFLARE_API_TOKEN = "cloudflare-token"
    assert "cloudflare-token" not in safe("Bearer cloudflare-token")
    assert settings.SECRET_KEY not in safe(f"key {settings.SECRET_KEY}")


@pytest.mark.parametrize(
    "path",
    [
        f"GET /invitations/{BODY}-_/ HTTP/1.1",
        f"/accounts/login/?next=/invitations/{BODY}/",
        f"/accounts/login/?next=%2Finvitations%2F{BODY}%2F",
        f"https://studio.example.test/s/{BODY}/original?size=256",
        f"GET /decisions/019aa1b2-0000-7000-8000-000000000000/?key={BODY}-_ HTTP/1.1",
    ],
)
def test_u37_the_secrets_of_links_are_not_logged(path: str) -> None:
    logged = safe(path)
    assert BODY not in logged
    assert "…" in logged


def test_other_addresses_are_logged_as_they_are() -> None:
    assert safe("/a/team/members/invitations") == "/a/team/members/invitations"


def test_u37_arguments_are_cleaned_like_the_message() -> None:
    record = logging.makeLogRecord({"msg": "sent %s", "args": (f"{TOKEN}\n",)})
    assert SafeFilter().filter(record)
    assert record.getMessage().endswith("] sent ist_…\\n")


def test_u30_a_traceback_cannot_be_taken_for_other_lines_and_keeps_no_secret() -> None:
    try:
        raise ValueError(f"first\n2026-11-24 ERROR forged\x1b[31m {TOKEN}")
    except ValueError:
        record = logging.makeLogRecord({"msg": "It failed", "exc_info": sys.exc_info()})
    SafeFilter().filter(record)
    lines = logging.Formatter("%(message)s").format(record).splitlines()
    assert lines[0].endswith("It failed")
    assert all(line.startswith("    ") for line in lines[1:])
    assert BODY not in str(lines)
    assert "\x1b" not in str(lines)
