"""Who may open a staff page, and by which clinic's clock it is shown."""

from collections.abc import Callable, Iterable
from functools import wraps
from urllib.parse import urlsplit, urlunsplit
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from clinic.accesses import note_row
from clinic.actions import refused
from clinic.change_context import tell
from clinic.models import Clinic, Membership, User
from clinic.permissions import GRANTS, Permission, Role
from clinic.proofs import was_confirmed_recently

View = Callable[..., HttpResponse]


def granted(user: User, clinic: Clinic | None) -> set[str]:
    """Names of the permissions this person has at the clinic, like "COURSE_OPEN"; for pages, to offer only what works."""
    return granted_by(memberships_of(user), clinic) if clinic else set()


def memberships_of(user: User) -> models.QuerySet[Membership]:
    """Where this person works and as what, with the clinics, by name. One query for the whole frame of a page."""
    return Membership.objects.filter(user_id=user.pk).select_related("clinic").order_by("clinic__name")


def granted_by(memberships: Iterable[Membership], clinic: Clinic | None) -> set[str]:
    """The same from memberships that are read already."""
    roles = [one.role for one in memberships if clinic and one.clinic_id == clinic.pk]
    return {permission.name for role in roles for permission in GRANTS[Role(role)]}


def allow(request: HttpRequest, clinic: Clinic, permission: Permission) -> None:
    """Raises PermissionDenied, in words, unless this person's role at ``clinic`` grants ``permission``.

    For what a page offers; the actions ask the database again. All questions of one request cost one query.
    """
    if permission.name not in granted_by(request.memberships, clinic):
        raise refused(clinic, permission)


def recently_authenticated(view: View) -> View:
    """What matters most asks again who is there, unless that was answered within the last 15 minutes."""

    @wraps(view)
    def opened(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return question_first(request) or view(request, *args, **kwargs)

    return login_required(opened)


def question_first(request: HttpRequest) -> HttpResponse | None:
    """None when it was answered recently. Else an address leads to the question and back; a form that was sent is not
    stored, and says so.
    """
    if was_confirmed_recently(request):
        return None
    if request.method in {"GET", "HEAD"}:
        return redirect_to_login(request.get_full_path(), reverse("account_reauthenticate"))
    return render(request, "clinic/confirm_first.html", {"back": page_before(request)}, status=403)


def page_before(request: HttpRequest) -> str:
    """The page of this site that the form was on, else the start."""
    page = urlsplit(request.META.get("HTTP_REFERER", ""))
    is_ours = page.netloc == request.get_host() and url_has_allowed_host_and_scheme(page.path, None)
    return urlunsplit(("", "", page.path, page.query, "")) if is_ours else reverse("home")


def staff_page(permission: Permission) -> Callable[[View], View]:
    """A page of the active clinic: login first, then 403 in words unless the role there grants ``permission``."""

    def decorate(view: View) -> View:
        @wraps(view)
        def opened(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if not request.clinic:
                raise PermissionDenied("Your account does not belong to a clinic yet. Ask a manager to add you.")
            allow(request, request.clinic, permission)
            return _shown(view, request, *args, **kwargs)

        return login_required(opened)

    return decorate


def row_page(rows: models.QuerySet) -> Callable[[View], View]:
    """A page about one row with a ``public_id``: login first, then 404 unless the row is visible to this person.

    The view gets the row in place of its id. The row's clinic is the page's clinic, and its time zone the page's.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def opened(request: HttpRequest, public_id: object, **kwargs: object) -> HttpResponse:
            row = get_object_or_404(rows.visible_to(request.user).select_related("clinic"), public_id=public_id)
            request.clinic = row.clinic
            note_row(request, row)
            return _shown(view, request, row, **kwargs)

        return login_required(opened)

    return decorate


def _shown(view: View, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    tell(clinic=request.clinic.pk)
    with timezone.override(ZoneInfo(request.clinic.time_zone)):
        response = view(request, *args, **kwargs)
    # Nothing about a patient may come back from a browser's cache after somebody has signed out.
    response["Cache-Control"] = "no-store, private"
    return response
