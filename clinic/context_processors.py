"""What the frame around every staff page needs."""

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from clinic.access import granted
from clinic.models import Clinic


def frame(request: HttpRequest) -> dict[str, object]:
    """The demo bar and, asked only where shown: the clinics in the switcher, the day, what this person may do."""
    return {
        "is_demo": settings.DEMO,
        "my_clinics": lambda: Clinic.objects.visible_to(request.user),
        "today": timezone.localdate,
        "granted": SimpleLazyObject(lambda: granted(request.user, request.clinic)),
    }
