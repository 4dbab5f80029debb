"""The server runs for as long as anybody uses it."""

import psycopg

from imagestudio import embedded
from imagestudio.embedded.folders import folders_in
from imagestudio.embedded.probe import living_postmaster
from tests.integration.embedded.conftest import wait_until


def test_a_second_user_attaches_to_the_running_server(data, start_user):
    with embedded.ensure(data, durable=False) as url:
        pid = living_postmaster(folders_in(data))
        assert start_user(data).url() == url
        assert living_postmaster(folders_in(data)) == pid


def test_the_server_outlives_the_one_who_started_it_while_another_uses_it(data, start_user):
    first = start_user(data)
    url = first.url()
    second = start_user(data)
    second.url()

    first.leave()
    with psycopg.connect(url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    second.leave()

    wait_until(lambda: living_postmaster(folders_in(data)) is None)


def test_users_who_come_at_once_share_one_server(data, start_user):
    users = [start_user(data) for _ in range(4)]

    assert len({user.url() for user in users}) == 1
    for user in users:
        user.leave()
    wait_until(lambda: living_postmaster(folders_in(data)) is None)


def test_a_user_who_comes_while_the_server_stops_gets_a_new_one(data):
    for _ in range(5):
        with embedded.ensure(data, durable=False) as url, psycopg.connect(url) as connection:
            assert connection.execute("select 1").fetchone() == (1,)
