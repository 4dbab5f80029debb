"""Jobs of the site: the end of accounts, across all apps."""

from uuid import UUID

from procrastinate.contrib.django import app
from procrastinate.retry import RetryStrategy

from imagestudio.jobs import queue_of
from imagestudio.lifecycle import CLOSE, finish_closing, purge_closed


@app.task(
    name=CLOSE, queue=queue_of(CLOSE), retry=RetryStrategy(max_attempts=10, exponential_wait=5)
)
def close(*, account_id: str) -> None:
    """See to what hangs on an account that was closed."""
    finish_closing(account_id=UUID(account_id))


@app.periodic(cron="47 3 * * *")
@app.task(
    name="lifecycle.purge", queue=queue_of("lifecycle.purge"), queueing_lock="lifecycle.purge"
)
def purge(timestamp: int) -> None:
    """Remove what accounts held that were closed long enough ago, every night."""
    _ = timestamp
    purge_closed()
