"""What the frame around every staff page needs."""

from django.conf import settings
from django.http import HttpRequest

from clinic.models import Clinic


def frame(request: HttpRequest) -> dict[str, object]:
    """The demo bar, and lazily the clinics in the switcher; patient pages never ask for those."""
    return {"is_demo": settings.DEMO, "my_clinics": lambda: Clinic.objects.visible_to(request.user)}
