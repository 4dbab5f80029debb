"""A million pictures of one account beside others, laid by SQL: the rows, without bytes.

Two spreads, so that nothing is fast for the seed's sake: `LIVED_IN` is a team that has worked for
two years; `LOPSIDED` is uniform where the other is not, and lumpy where it is smooth.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from django.db import connection
from psycopg import sql

from imagestudio.accounts.models import Account, Membership, User
from imagestudio.library.colours import COLOURS
from imagestudio.library.search import colour_word, fold, mark_of, words_of
from imagestudio.library.services.counts import fold_counts
from tests.factories import make_team, make_user

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PHRASES = 20_000  # each picture's prompt is two of them
BY_HAND = (
    *("fox", "snow", "portrait", "watercolour", "café", "straße", "городской", "κόκκινο"),
    *("山水画", "風景", "赤い傘", "고양이", "ночь", "النجوم", "แมวสีส้ม", "लाल"),
)


@dataclass(frozen=True)
class Spread:
    """How the pictures of a library are spread. Repeated values are so much more frequent.

    `old_model` made the oldest fifth of the pictures, and none since.
    """

    name: str
    days: int
    members: int
    models: Sequence[str]
    qualities: Sequence[str]
    sizes: Sequence[str]
    formats: Sequence[str]
    old_model: str
    tags: int
    albums: int
    uploads: float  # share of the pictures
    trashed: float
    public: float
    favourites: float
    skew: float  # of words and tags: 1 is uniform
    one_member: bool


LIVED_IN = Spread(
    name="lived in",
    days=730,
    members=12,
    models=["openai/gpt-image-2"] * 8 + ["openai/gpt-image-1.5"] * 2,
    qualities=["low", "medium", "medium", "high", "high", "high", "auto"],
    sizes=["1024x1024"] * 5 + ["1024x1536"] * 3 + ["1536x1024"] * 3 + ["2048x2048", "auto"],
    formats=["png"] * 7 + ["webp"] * 2 + ["jpeg"],
    old_model="openai/gpt-image-1",
    tags=400,
    albums=60,
    uploads=0.08,
    trashed=0.03,
    public=0.02,
    favourites=0.03,
    skew=3.0,
    one_member=False,
)
LOPSIDED = Spread(
    name="lopsided",
    days=1,
    members=20,
    models=[f"maker/model-{number}" for number in range(8)],
    qualities=["low", "medium", "high", "auto"],
    sizes=[f"{side}x{side}" for side in range(512, 4096, 512)],
    formats=["png", "webp", "jpeg"],
    old_model="maker/old",
    tags=5_000,
    albums=3,
    uploads=0.5,
    trashed=0.3,
    public=0.5,
    favourites=0.4,
    skew=1.2,
    one_member=True,
)


@dataclass(frozen=True)
class Seeded:
    """The account with all the pictures, its owner, and how many it has, the trash included."""

    account: Account
    user: User
    count: int
    spread: Spread


def lay_library(spread: Spread, *, count: int, others: int = 20, each: int = 5_000) -> Seeded:
    """Lay a library of `count` pictures, and those of `others` accounts, with `each`."""
    owner = make_user("bench")
    account = make_team(owner)
    people = [owner]
    for number in range(spread.members - 1):
        one = make_user(f"maker{number}")
        Membership.objects.create(account=account, user=one, role="creator")
        people.append(one)
    lay_words(spread)
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX image_search")  # made anew, which is much quicker
    lay_pictures(spread, account, people, count=count)
    for _ in range(others):
        stranger = make_user("other")
        lay_pictures(spread, make_team(stranger), [stranger], count=each)
    lay_places(spread, account, owner)
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX image_search ON library_image USING gin (search)"
                       " WITH (fastupdate = off) WHERE is_listed")  # fmt: skip
    fold_counts()
    return Seeded(account, owner, count, spread)


def lay_words(spread: Spread) -> None:
    """Lay the phrases of which prompts are made, with the words by which they are found."""
    chance = Random(1)
    letters = "abcdefghijklmnoprstuvw"
    made = ["".join(chance.choices(letters, k=chance.randint(3, 10))) for _ in range(8_000)]
    vocabulary = [*BY_HAND, *made]
    rows = []
    for number in range(PHRASES):
        some = [vocabulary[int(len(vocabulary) * chance.random() ** spread.skew)] for _ in "123456"]
        if number % 4_000 == 7:
            some.append(f"rarity{number // 4_000}")
        text = " ".join(some)
        rows.append((number, text, sorted(words_of(text))))
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE IF NOT EXISTS phrase (id int PRIMARY KEY, text text, words text[])"
        )
        cursor.execute("TRUNCATE phrase")
        cursor.executemany("INSERT INTO phrase VALUES (%s, %s, %s)", rows)
        cursor.execute("ANALYZE phrase")


def pick(values: Sequence[str]) -> sql.Composable:
    """Return the expression for one of some values, at random."""
    return sql.SQL("(ARRAY[{}])[1 + floor(random() * {})::int]").format(
        sql.SQL(", ").join(map(sql.Literal, values)), len(values)
    )


def lay_pictures(spread: Spread, account: Account, people: list[User], *, count: int) -> None:
    """Lay files and images in the order of time, more of them the newer."""
    keys = [str(one.pk) for one in people]
    by = sql.Literal(keys[0]) if spread.one_member else pick(keys)
    if spread.one_member and len(keys) > 1:
        by = sql.SQL("CASE WHEN random() < 0.001 THEN {} ELSE {} END").format(pick(keys), by)
    statement = sql.SQL(
        """
        WITH made AS MATERIALIZED (
            SELECT number, uuidv7(at - now()) AS id, uuidv7(at - now()) AS file, at,
                random() < {uploads} AS uploaded, {by}::uuid AS by, {model} AS model,
                {quality} AS quality, {size} AS size, {format} AS format,
                floor(random() * {phrases})::int AS one, floor(random() * {phrases})::int AS two
            FROM generate_series(1, {count}) AS number
            CROSS JOIN LATERAL (SELECT {now}::timestamptz
                - make_interval(secs => {seconds} * (1 - sqrt(number / {count}::float)))) AS t (at)
        ), files AS (
            INSERT INTO library_file (id, account_id, sha256, received_sha256, mime, bytes, width,
                height, has_alpha, key)
            SELECT file, {account}, sha256(file::text::bytea), sha256(file::text::bytea),
                'image/' || format, 2000000, 1024, 1024, false, 'seed/' || file
            FROM made RETURNING id
        )
        INSERT INTO library_image (id, account_id, file_id, added_at, created_by_id, origin, title,
            prompt, model, quality, size, format, width, height, placeholder, trashed_at,
            visibility, review, moderation, search)
        SELECT made.id, {account}, file, at, by,
            CASE WHEN uploaded THEN 'uploaded' ELSE 'generated' END, '',
            one.text || ' ' || two.text,
            CASE WHEN uploaded THEN '' WHEN number < {count} / 5 THEN {old} ELSE model END,
            CASE WHEN uploaded THEN '' ELSE quality END, CASE WHEN uploaded THEN '' ELSE size END,
            format, 1024, 1024, '#808080', CASE WHEN random() < {trashed} THEN now() END,
            CASE WHEN random() < {public} THEN 'public' ELSE 'private' END, 'none', 'clear',
            array_to_tsvector(ARRAY(
                SELECT {mark} || word FROM unnest(one.words || two.words || {colour}) AS word))
        FROM made JOIN phrase AS one ON one.id = made.one JOIN phrase AS two ON two.id = made.two
        ORDER BY number
        """
    ).format(
        uploads=spread.uploads,
        by=by,
        model=pick(spread.models),
        quality=pick(spread.qualities),
        size=pick(spread.sizes),
        format=pick(spread.formats),
        phrases=PHRASES,
        count=count,
        now=sql.Literal(NOW.isoformat()),
        seconds=spread.days * 86_400,
        account=sql.Literal(str(account.pk)) + sql.SQL("::uuid"),
        old=spread.old_model,
        trashed=spread.trashed,
        public=spread.public,
        mark=mark_of(account.pk),
        colour=pick([colour_word(one) for one in (*COLOURS, *["grey"] * 12)]),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)


def lay_places(spread: Spread, account: Account, user: User) -> None:
    """Put pictures into albums from tiny to huge, give them tags, and let one person like some."""
    tags = [f"tag {number}" for number in range(spread.tags)]
    values = {
        "account": account.pk,
        "user": user.pk,
        "tags": spread.tags,
        "albums": spread.albums,
        "favourites": spread.favourites,
        "skew": spread.skew,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO library_tag (id, account_id, name, folded)"
            " SELECT gen_random_uuid(), %s, name, folded"
            " FROM unnest(%s::text[], %s::text[]) AS tag (name, folded)",
            [account.pk, tags, [fold(one) for one in tags]],
        )
        cursor.execute(
            """
            CREATE TEMP TABLE numbered ON COMMIT DROP AS
            SELECT id, row_number() OVER () AS number FROM library_tag
            WHERE account_id = %(account)s;
            INSERT INTO library_imagetag (id, tag_id, image_id, added_at)
            SELECT gen_random_uuid(), numbered.id, image.id, image.added_at
            FROM (SELECT id, added_at, 1 + floor(%(tags)s * random() ^ %(skew)s)::int AS number
                  FROM library_image, generate_series(1, 2)
                  WHERE account_id = %(account)s AND random() < 0.5) AS image
            JOIN numbered USING (number)
            ON CONFLICT DO NOTHING;
            DROP TABLE numbered;
            INSERT INTO library_favourite (id, account_id, user_id, image_id, added_at)
            SELECT gen_random_uuid(), account_id, %(user)s, id, added_at FROM library_image
            WHERE account_id = %(account)s AND random() < %(favourites)s;
            WITH album AS (
                INSERT INTO library_album (id, account_id, name, position, made_by_id)
                SELECT gen_random_uuid(), %(account)s, 'Album ' || number, number, %(user)s
                FROM generate_series(1, %(albums)s) AS number
                RETURNING id, position
            )
            INSERT INTO library_albumitem (id, album_id, image_id, position, added_at)
            SELECT gen_random_uuid(), album.id, image.id, row_number() OVER (), image.added_at
            FROM library_image AS image JOIN album
                ON album.position <= 3
                AND abs(hashtextextended(image.id::text || album.position, 0) %% 1000000)
                    < 300000 / (album.position * album.position)
                OR album.position = 4 + abs(hashtextextended(image.id::text, 7) %% 1000)
            WHERE image.account_id = %(account)s;
            """,
            values,
        )
