"""What the frame around every staff page needs."""

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from clinic import names
from clinic.access import granted_by
from clinic.silence import silence_of


def frame(request: HttpRequest) -> dict[str, object]:
    """The demo bar and, asked only where shown: the clinics in the switcher, the day, whether names are hidden, what
    this person may do, and whether messages go out.
    """
    return {
        "is_demo": settings.DEMO,
        "my_clinics": lambda: [membership.clinic for membership in request.memberships],
        "today": timezone.localdate,
        "names_are_hidden": names.are_hidden,
        "silence": lambda: silence_of(request.clinic, at=timezone.now()),
        "granted": SimpleLazyObject(lambda: granted_by(request.memberships, request.clinic)),
    }
