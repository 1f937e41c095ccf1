"""Signing in, choosing a clinic, and the question whether everything is up."""

from urllib.parse import urlsplit

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from clinic.access import granted, page_before
from clinic.forms import SignInForm
from clinic.kept_forms import kept_for
from clinic.middleware import NAMES_KEY, SESSION_KEY
from clinic.models import Clinic
from clinic.permissions import Permission
from clinic.proofs import record_password
from outcomes.first_run import has_patients


class SignIn(LoginView):
    """The sign-in page; a wrong password comes back as 422 with the address kept."""

    template_name = "clinic/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """A part of a page that asks by itself has the whole page loaded anew, which then leads here."""
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        if "HX-Request" in request.headers:
            response.headers["HX-Refresh"] = "true"
        return response

    def form_valid(self, form: SignInForm) -> HttpResponse:
        """The second factor comes next, if the person has one; else setting one up."""
        self.request.session.cycle_key()
        record_password(self.request, form.get_user())
        return perform_login(self.request, Login(user=form.get_user(), redirect_url=self.get_redirect_url() or None))

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Staff begin with today's work, researchers with the reports, and managers of a new clinic with setting it up."""
    may = granted(request.user, request.clinic)
    if Permission.CLINIC_EDIT.name in may and not has_patients(request.clinic, user=request.user):
        return redirect("setup")
    return redirect("today" if Permission.PATIENT_VIEW.name in may else "reports")


@require_safe
@never_cache
@login_required
def kept_form(request: HttpRequest) -> HttpResponse:
    """What somebody typed before their session ended, with one button to send it again."""
    kept = kept_for(request)
    if kept and kept.is_draft:
        return redirect(f"{urlsplit(kept.path).path}?draft=1")
    return render(request, "clinic/kept_form.html", {"kept": kept})


@require_POST
@login_required
def switch_clinic(request: HttpRequest) -> HttpResponse:
    """Work at another of one's clinics from now on."""
    mine = {str(clinic.public_id): clinic for clinic in Clinic.objects.visible_to(request.user)}
    clinic = mine.get(request.POST.get("clinic", ""))
    if clinic is None:
        raise Http404
    request.session[SESSION_KEY] = clinic.pk
    messages.success(request, f"You are now working at {clinic}.")
    return redirect("home")


@require_POST
@login_required
def switch_names(request: HttpRequest) -> HttpResponse:
    """From now on patients' names are hidden in this session, or shown again; back to the page one was on."""
    request.session[NAMES_KEY] = request.POST.get("hide") == "1"
    return redirect(page_before(request))


@require_safe
@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """200 when the database answers, 503 when it does not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("database does not answer\n", content_type="text/plain", status=503)
    return HttpResponse("ok\n", content_type="text/plain")
