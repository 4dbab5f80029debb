"""The lists of the admin over many rows (ADMIN_ROWS), as an operator asks for them.

Rows are laid from one of each kind that the services wrote. Printed are statements and the
fastest of some answers: of the first page, the last that is counted, a search and each filter.
"""

import os
import time

from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext

from generations.models import State
from imagestudio.accounts.models import Role
from tests.factories import bearer, make_generation
from tests.integration.pages.test_admin import one_of_each_case

ROWS = int(os.environ.get("ADMIN_ROWS", "100000"))
TRIES = 3
# What differs from the row that there is, where it has to: keys are made of a name and a number.
KEY = "md5('{}' || n)::uuid"
DIFFERS = {
    "library_file": {"key": "'files/' || n", "sha256": "sha256(n::text::bytea)"},
    "library_image": {},
    "generations_batch": {},
    "generations_generation": {},
    "money_hold": {"attempt_id": KEY.format("generations_attempt")},
    "money_ledgerentry": {"kind": "'adjust'"},
    "generations_attempt": {
        "generation_id": KEY.format("generations_generation"),
        "hold_id": KEY.format("money_hold"),
    },
    "moderation_case": {"image_id": KEY.format("library_image")},
    "moderation_decision": {"case_id": KEY.format("moderation_case")},
    "moderation_notice": {"decision_id": KEY.format("moderation_decision")},
    "moderation_report": {"case_id": KEY.format("moderation_case")},
    "moderation_auditentry": {"case_id": KEY.format("moderation_case")},
    "moderation_screening": {},
    "moderation_signal": {},
    "accounts_token": {"hash": "sha256(n::text::bytea)"},
}
COLUMNS = """
    SELECT attname FROM pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""


def bench_admin(cast, capsys):
    make_generation(cast.membership(Role.CREATOR), state=State.COMPLETED)
    bearer(cast.membership(Role.CREATOR), "library:read")
    one_of_each_case(cast)
    begun = time.perf_counter()
    for table, differs in DIFFERS.items():
        lay(table, {"id": KEY.format(table), **differs})
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ANALYZE")
    operator = cast.signed_in("operator")
    with capsys.disabled():
        laid = time.perf_counter() - begun
        print(f"\n{ROWS:,} rows in each of {len(DIFFERS)} tables; {laid:.0f} s to lay them")
        operator.get("/admin/")  # which loads it
        for model, page in admin.site._registry.items():
            if model._meta.db_table in DIFFERS:
                measure(operator, model._meta, page)


def lay(table, differs):
    """Copy the newest row of a table many times."""
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS, [table])
        columns = [name for (name,) in cursor.fetchall()]
        chosen = ", ".join(differs.get(name, f'one."{name}"') for name in columns)
        names = ", ".join(f'"{name}"' for name in columns)
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {chosen} FROM generate_series(1, {ROWS}) AS n,"
            f" (SELECT * FROM {table} ORDER BY id DESC LIMIT 1) AS one"
        )


def measure(operator, meta, page):
    """Ask for the lists of one model and print what each takes."""
    place = f"/admin/{meta.app_label}/{meta.model_name}/"
    asked = {
        "first": "",
        "last": f"?p={min(ROWS, page.paginator.most) // page.list_per_page}",
        "search": "?q=nobody",
        "found": "?q=creator",
    }
    for name in page.list_filter:
        values = dict(meta.get_field(name).flatchoices) or {"1": ""}
        asked[name] = f"?{name}__exact={next(iter(values))}"
    told = []
    for name, query in asked.items():
        took = []
        for _ in range(TRIES):
            begun = time.perf_counter()
            with CaptureQueriesContext(connection) as statements:
                assert operator.get(place + query).status_code == 200
            took.append((time.perf_counter() - begun) * 1000)
        told.append(f"{name} {min(took):.0f} ms/{len(statements)}")
    print(f"{meta.label:<26} {', '.join(told)}")
