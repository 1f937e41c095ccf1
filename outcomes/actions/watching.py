"""So that somebody notices when nothing goes out: how long the oldest message has waited, clinic by clinic."""

import datetime as dt

from django.db.models import Exists, Min, OuterRef, Subquery

from clinic.models import Clinic
from outcomes.models import Delivery, SendingPause


def record_sending_check(*, at: dt.datetime) -> None:
    """Write down at every clinic that what is due was looked at now, and since when the oldest message waits."""
    waiting = Delivery.objects.filter(clinic=OuterRef("pk"), status=Delivery.Status.PENDING, not_before__lte=at)
    # What somebody paused does not wait for us.
    pauses = SendingPause.objects.active().filter(clinic=OuterRef("clinic"), patient=None)
    of_protocol = pauses.filter(protocol=OuterRef("survey__follow_up__course__protocol"))
    waiting = waiting.exclude(Exists(pauses.filter(protocol=None))).exclude(Exists(of_protocol))
    oldest = waiting.order_by().values("clinic").annotate(since=Min("not_before")).values("since")
    Clinic.objects.update(sending_checked_at=at, oldest_unsent_at=Subquery(oldest))
