"""HOST, PORT and PUBLIC_URL."""

import pytest

from imagestudio.supervisor.address import address_from, check_free
from imagestudio.supervisor.console import SupervisorError


@pytest.mark.parametrize(
    ("told", "host", "public_url"),
    [
        ({}, "127.0.0.1", "http://127.0.0.1:8000"),
        ({"HOST": "", "PORT": ""}, "127.0.0.1", "http://127.0.0.1:8000"),
        ({"PORT": "81"}, "127.0.0.1", "http://127.0.0.1:81"),
        ({"HOST": "0.0.0.0"}, "0.0.0.0", "http://127.0.0.1:8000"),
        ({"HOST": "::"}, "::", "http://[::1]:8000"),
        ({"HOST": "::1"}, "::1", "http://[::1]:8000"),
        ({"PUBLIC_URL": "https://studio.example/"}, "127.0.0.1", "https://studio.example"),
    ],
)
def test_people_get_an_address_that_they_can_open(told, host, public_url):
    address = address_from(told)

    assert address.host == host
    assert address.public_url == public_url


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "8000 ", "80.5"])
def test_a_port_that_is_none_is_refused(port):
    with pytest.raises(SupervisorError, match="PORT must be a number from 1 to 65535"):
        address_from({"PORT": port})


@pytest.mark.parametrize(
    "url", ["foo", "ftp://a.example", "https://", "http://a.example/sub", "https://a.example?b"]
)
def test_an_address_for_people_that_is_none_is_refused(url):
    with pytest.raises(SupervisorError, match="PUBLIC_URL must be like"):
        address_from({"PUBLIC_URL": url})


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid"])
def test_a_host_that_is_not_here_is_named(host):
    with pytest.raises(SupervisorError, match=f"cannot listen at port 8000 of {host}"):
        check_free(address_from({"HOST": host}))
