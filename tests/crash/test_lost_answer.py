"""K1: the server dies before it commits a request; the client asks again with the same key."""

from generations.models import Attempt, Generation
from imagestudio.accounts.models import Scope
from imagestudio.money.models import Hold
from tests.crash.studio import QUICK, SIGKILLED
from tests.factories import bearer

PATH = "/api/v1/generations"


def test_k1_a_request_that_was_not_committed_is_made_once_when_it_comes_again(studio):
    headers = bearer(studio.alice.membership, Scope.GENERATE) | {"Idempotency-Key": "the first"}
    post = {"path": PATH, "body": {"prompt": "A fox", **QUICK}, "headers": headers}

    first = studio.forge.fork(point="K1 before the commit of the request", post=post)
    assert first.wait() == SIGKILLED, first.said()
    assert not Generation.objects.exists()
    assert not Hold.objects.exists()

    answers = [studio.forge.fork(post=post) for _ in range(2)]  # the second one at once
    assert [answer.wait() for answer in answers] == [0, 0]
    said = {answer.said().splitlines()[-1] for answer in answers}
    studio.look_after()

    assert len(said) == 1
    assert said.pop().startswith("202 ")
    (attempt,) = Attempt.objects.all()
    books = studio.books(attempt.generation)
    assert (books.state, books.calls, books.holds) == ("completed", [1], ["settled"])
