"""When the emulator takes the place of the gateway, and how the parts find it."""

import socket
import stat

import pytest

from imagestudio.supervisor.console import SupervisorError
from imagestudio.supervisor.emulation import HOST, emulation_in, is_wanted, with_free_port

ACCOUNT = {"CLOUDFLARE_ACCOUNT_ID": "a"}


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({}, True),
        ({**ACCOUNT, "CLOUDFLARE_API_TOKEN": "t"}, False),
        ({**ACCOUNT, "CLOUDFLARE_API_TOKEN_FILE": "/run/token"}, False),
    ],
)
def test_it_is_wanted_where_no_credentials_are(environment, wanted):
    assert is_wanted(environment) is wanted


@pytest.mark.parametrize(
    ("environment", "missing"),
    [
        (ACCOUNT, "CLOUDFLARE_API_TOKEN"),
        ({**ACCOUNT, "CLOUDFLARE_API_TOKEN": ""}, "CLOUDFLARE_API_TOKEN"),
        ({"CLOUDFLARE_API_TOKEN_FILE": "/run/token"}, "CLOUDFLARE_ACCOUNT_ID"),
    ],
)
def test_half_of_the_credentials_is_a_mistake(environment, missing):
    with pytest.raises(SupervisorError, match=f"Set {missing} too"):
        is_wanted(environment)


def test_it_is_kept_from_start_to_start(tmp_path):
    first = emulation_in(tmp_path)

    assert with_free_port(emulation_in(tmp_path), tmp_path) == first
    assert stat.S_IMODE((tmp_path / "emulator.json").stat().st_mode) == 0o600


def test_a_port_that_was_taken_meanwhile_is_replaced_and_nothing_else(tmp_path):
    first = emulation_in(tmp_path)
    with socket.create_server((HOST, first.port)):
        second = with_free_port(first, tmp_path)

    assert second.port != first.port
    assert (second.account_id, second.api_token) == (first.account_id, first.api_token)
    assert emulation_in(tmp_path) == second


def test_only_its_own_address_may_be_called_without_encryption(tmp_path):
    emulation = emulation_in(tmp_path)
    told = emulation.environment

    assert told["RESULT_HOSTS"] == f"127.0.0.1:{emulation.port}"
    assert told["CLOUDFLARE_API_BASE"] == f"http://127.0.0.1:{emulation.port}/client/v4"
    assert told["GATEWAY_IS_EMULATOR"] == "1"
    assert told["CLOUDFLARE_API_TOKEN"] == emulation.own_environment["EMULATOR_API_TOKEN"]
