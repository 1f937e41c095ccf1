"""Who works at the clinic: a manager's page. Everything on it asks first whether it is still they."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from clinic import actions
from clinic.access import recently_authenticated, staff_page
from clinic.actions import second_factors
from clinic.forms import attempted, speak_plainly
from clinic.models import Invitation, Membership, SecondFactorReset
from clinic.permissions import Permission, Role
from clinic.rules import RuleBroken

ROLES = [(role.value, role.label) for role in Role]


class InviteForm(forms.Form):
    """Who shall come, and as what."""

    email = forms.EmailField(
        label="Work e-mail", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    role = forms.ChoiceField(label="Role", choices=[("", "Choose"), *ROLES])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)


@require_safe
@staff_page(Permission.MEMBER_MANAGE)
@recently_authenticated
def members(request: HttpRequest) -> HttpResponse:
    """The people of the clinic, the invitations that wait, and what another manager has to agree to."""
    return _page(request, InviteForm())


@require_POST
@staff_page(Permission.MEMBER_MANAGE)
@recently_authenticated
def invite(request: HttpRequest) -> HttpResponse:
    """An invitation; its link is shown once, to hand over where e-mail does not arrive."""
    form = InviteForm(request.POST)
    made = attempted(form, lambda: _invite(request, form)) if form.is_valid() else None
    if made is None:
        return _page(request, form, status=422)
    invitation, link = made
    return _page(request, InviteForm(), invited=invitation, link=link)


def _invite(request: HttpRequest, form: InviteForm) -> tuple[Invitation, str]:
    email, wanted = form.cleaned_data["email"], Role(form.cleaned_data["role"])
    return actions.invite(clinic=request.clinic, email=email, role=wanted, by=request.user, at=timezone.now())


@require_POST
@staff_page(Permission.MEMBER_MANAGE)
@recently_authenticated
def withdraw(request: HttpRequest) -> HttpResponse:
    """The invitation's link stops working."""
    invitation = get_object_or_404(
        Invitation.objects.visible_to(request.user).filter(clinic=request.clinic), pk=_number(request, "invitation")
    )
    actions.revoke_invitation(invitation=invitation, by=request.user, at=timezone.now())
    messages.success(request, f"The invitation to {invitation.email} is withdrawn.")
    return redirect("members")


@require_POST
@staff_page(Permission.MEMBER_MANAGE)
@recently_authenticated
def role(request: HttpRequest) -> HttpResponse:
    """Somebody is something else from now on."""
    membership = _membership(request)
    wanted = request.POST.get("role", "")
    if wanted not in set(Role):
        messages.warning(request, "Role must be one of the list.")
        return redirect("members")
    return _settled(
        request,
        lambda: actions.change_role(membership=membership, role=Role(wanted), by=request.user),
        f"{membership.user} is {Role(wanted).label.lower()} now, and signs in anew.",
    )


@require_POST
@staff_page(Permission.MEMBER_MANAGE)
@recently_authenticated
def end(request: HttpRequest) -> HttpResponse:
    """Somebody works here no longer."""
    membership = _membership(request)
    return _settled(
        request,
        lambda: actions.end_membership(membership=membership, by=request.user, at=timezone.now()),
        f"{membership.user} works here no longer. Sessions and tokens have ended.",
    )


@require_POST
@staff_page(Permission.MEMBER_MANAGE)
@recently_authenticated
def ask_for_reset(request: HttpRequest) -> HttpResponse:
    """The first half of resetting somebody's second factor."""
    membership = _membership(request)
    return _settled(
        request,
        lambda: second_factors.ask_for_factor_reset(membership=membership, by=request.user, at=timezone.now()),
        "Asked for. Another manager has to agree within a day; they see it on this page.",
    )


@require_POST
@staff_page(Permission.MEMBER_MANAGE)
@recently_authenticated
def agree_to_reset(request: HttpRequest) -> HttpResponse:
    """The second half."""
    reset = get_object_or_404(
        SecondFactorReset.objects.visible_to(request.user).filter(clinic=request.clinic), pk=_number(request, "reset")
    )
    return _settled(
        request,
        lambda: second_factors.approve_factor_reset(reset=reset, by=request.user, at=timezone.now()),
        f"{reset.person} sets up a new second factor next time, and is told so by e-mail.",
    )


def _page(request: HttpRequest, form: InviteForm, *, status: int = 200, **more: Any) -> HttpResponse:
    now = timezone.now()
    has_factor = Exists(
        Authenticator.objects.filter(user=OuterRef("user")).exclude(type=Authenticator.Type.RECOVERY_CODES)
    )
    waiting = SecondFactorReset.objects.filter(
        clinic=request.clinic, approved_at=None, asked_at__gt=now - second_factors.LIFE
    )
    context = {
        "section": "setup",
        "form": form,
        "roles": ROLES,
        "people": request.clinic.memberships.select_related("user")
        .annotate(has_factor=has_factor)
        .order_by("user__full_name"),
        "invitations": Invitation.objects.visible_to(request.user).filter(clinic=request.clinic).open(now),
        "resets": waiting.select_related("person", "asked_by"),
        **more,
    }
    return render(request, "clinic/members.html", context, status=status)


def _membership(request: HttpRequest) -> Membership:
    """The membership that the form is about, at this clinic only; else 404."""
    rows = request.clinic.memberships.select_related("user", "clinic")
    return get_object_or_404(rows, pk=_number(request, "member"))


def _number(request: HttpRequest, name: str) -> int:
    given = request.POST.get(name, "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else 0


def _settled(request: HttpRequest, work: Callable[[], object], done: str) -> HttpResponse:
    """The page again, saying that it is done, or which rule it is against."""
    try:
        work()
    except RuleBroken as broken:
        messages.warning(request, broken.message)
    else:
        messages.success(request, done)
    return redirect("members")
