"""Giving database connections back to the pool before a long wait begins."""

from django.db import connections


def release_connections() -> None:
    """Give this thread's database connections back to the pool.

    Otherwise they are kept until the last byte of the answer has left. Inside a transaction, as
    in most tests, they are kept.
    """
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()
