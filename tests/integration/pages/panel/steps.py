"""What moderators do on the pages of the panel."""

from imagestudio.moderation.models import AuditEntry

HIDE = {"action": "hide", "reason": "hate", "facts": "A raised fist over a crowd."}
PART = {"HX-Request": "true"}


def page(client, path=""):
    answer = client.get(f"/moderation/{path}")
    assert answer.status_code == 200
    return answer.content.decode()


def send(client, case, deed, fields=None, **extra):
    return client.post(f"/moderation/cases/{case.pk}/{deed}", fields or {}, **extra)


def bytes_of(client, address):
    """Return the answer with a picture, all of which was read."""
    answer = client.get(address)
    assert answer.status_code == 200
    assert len(b"".join(answer.streaming_content)) == int(answer["Content-Length"])
    return answer


def verbs(case):
    return set(AuditEntry.objects.filter(case=case).values_list("verb", flat=True))
