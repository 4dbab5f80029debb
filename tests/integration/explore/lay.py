"""Many public pictures at once, for what is about how they are found."""

from django.db import connection

from imagestudio.library.models import Image
from imagestudio.library.search import mark_of
from imagestudio.library.visibility import PUBLIC_MARK

LAY = """
WITH laid AS (
    INSERT INTO library_image (id, account_id, file_id, added_at, created_by_id, origin, title,
        prompt, model, quality, size, format, width, height, placeholder, visibility, review,
        moderation)
    SELECT gen_random_uuid(), account_id, file_id, added_at - number * interval '1 minute',
        created_by_id, origin, number::text, '', model, quality, size, format, width, height,
        placeholder, 'public', 'approved', 'clear'
    FROM library_image AS model, generate_series(1, %(count)s) AS number WHERE model.id = %(model)s
    RETURNING id, account_id, created_by_id, added_at, title::int AS number
)
INSERT INTO library_publication (image_id, account_id, asked_by_id, asked_at, published_at, title,
    prompt, name, loves, search)
SELECT id, account_id, created_by_id, added_at, added_at, number, '', '',
    CASE WHEN number %% 10 = 0 THEN number %% 70 ELSE 0 END,
    array_to_tsvector(ARRAY[%(mark)s || 'picture', %(mark)s || 'word' || number %% 500])
FROM laid
"""


def lay(image: Image, count: int) -> None:
    """Lay so many public pictures of one image's file; most are loved by nobody."""
    values = {"model": image.pk, "count": count, "mark": mark_of(PUBLIC_MARK)}
    with connection.cursor() as cursor:
        cursor.execute(LAY, values)
        cursor.execute(
            "ANALYZE library_image, library_publication, accounts_account, accounts_user"
        )
