"""What others have to do in time, and operators are told of when it is late."""

from generations.models import Alarm
from generations.services.alarms import resolve, ring
from imagestudio.moderation.models import Case


def ring_for_overdue() -> int:
    """Raise the alarm while cases of the legal lane are overdue, else end it; return how many are.

    It rings once for each number of them, so that one more is news.
    """
    count = Case.objects.overdue().count()
    if not count:
        resolve(Alarm.Kind.LEGAL_OVERDUE)
        return 0
    cases = "One case is" if count == 1 else f"{count:,} cases are"
    message = f"{cases} overdue in the legal lane of /moderation/. Senior moderators decide them."
    ringing = Alarm.objects.ringing().filter(kind=Alarm.Kind.LEGAL_OVERDUE)
    if not ringing.filter(message=message).exists():
        ring(Alarm.Kind.LEGAL_OVERDUE, message)
    return count
