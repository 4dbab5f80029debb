"""Letting go of what a request holds before a long wait or a long download begins."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from asgiref.sync import SyncToAsync, sync_to_async

from imagestudio.connections import release_connections

P = ParamSpec("P")
T = TypeVar("T")


async def release_all() -> None:
    """Give back the database connections of an asynchronous request, and its thread too.

    Django keeps one thread for the synchronous work of each asynchronous request until that
    ends; a stream that is open for hours would keep an idle one. Later synchronous work gets a
    new thread.
    """
    await sync_to_async(release_connections)()
    context = SyncToAsync.thread_sensitive_context.get(None)
    if context is not None:
        executor = SyncToAsync.context_to_thread_executor.pop(context, None)
        if isinstance(executor, ThreadPoolExecutor):
            executor.shutdown(wait=False)


async def in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return what synchronous work returns; its database connection goes back afterwards."""
    return await asyncio.to_thread(partial(_with_connection, work, *args, **kwargs))


def _with_connection(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    try:
        return work(*args, **kwargs)
    finally:
        release_connections()
