"""The gallery with many public pictures (EXPLORE_PICTURES)."""

import os
import time
from statistics import median

from imagestudio.accounts.models import Role
from imagestudio.library.explore import Sort, Wanted, beside, cursor_of, gallery
from imagestudio.library.models import Publication
from tests.factories import make_image
from tests.integration.explore.lay import lay

PICTURES = int(os.environ.get("EXPLORE_PICTURES", "50000"))
TRIES = 30


def bench_explore(cast, client, capsys):
    lay(make_image(cast.team, cast.user(Role.CREATOR)), PICTURES)
    deep = Publication.objects.filter(loves=0).order_by("-published_at")[PICTURES // 2]
    with capsys.disabled():
        print(f"\n{PICTURES:,} public pictures")
        for words in ("", "picture ", "word7 ", "wor", "-word7"):
            for sort in Sort:
                wanted, cursor = Wanted(words, sort), cursor_of(deep, sort)
                name = f"{sort} {words!r}"
                told(f"{name}, first page", lambda one=wanted: gallery(one))
                told(f"{name}, far down", lambda one=wanted, at=cursor: gallery(one, cursor=at))
                told(f"{name}, before and after one", lambda one=wanted: beside(deep, one))
        told("the page, to a stranger", lambda: client.get("/explore/"))


def told(what, ask):
    """Say how long something takes."""
    took = []
    for _ in range(TRIES):
        begun = time.perf_counter()
        ask()
        took.append((time.perf_counter() - begun) * 1000)
    print(f"{what:<44} {median(took):7.1f} ms, at most {max(took):.1f}")
