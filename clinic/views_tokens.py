"""A person's own API tokens: make one, see its key once, revoke."""

import uuid
from functools import partial

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from clinic.access import recently_authenticated, staff_page
from clinic.actions import LIVES, create_api_token, revoke_api_token
from clinic.forms import attempted, speak_plainly
from clinic.models import Membership
from clinic.permissions import Permission, Role, roles_within

READ, WRITE = "read", "write"


class TokenForm(forms.Form):
    """What a new token is called, and what it may do. The least is chosen unless more is."""

    name = forms.CharField(
        max_length=80,
        help_text="Which program will use it, like “Dashboard at reception”.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    role = forms.TypedChoiceField(coerce=Role, help_text="It sees what this role sees, and never more than you do.")
    access = forms.ChoiceField(choices=[(READ, "Read"), (WRITE, "Read and write")], initial=READ)
    days = forms.TypedChoiceField(
        label="Works for", choices=[(days, f"{days} days") for days in LIVES], coerce=int, initial=LIVES[1]
    )

    def __init__(self, *args: object, membership: Membership, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        roles = roles_within(Role(membership.role))
        self.fields["role"].choices = [(role.value, role.label) for role in roles]
        speak_plainly(self)

    def limits(self) -> dict[str, object]:
        """The arguments of the action."""
        chosen = {name: self.cleaned_data[name] for name in ("name", "role", "days")}
        return {**chosen, "may_write": self.cleaned_data["access"] == WRITE}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.API_USE)
@recently_authenticated
def api_tokens(request: HttpRequest) -> HttpResponse:
    """The person's tokens; after POST also the new one's key, which no later page can show."""
    membership = next(one for one in request.memberships if one.clinic_id == request.clinic.pk)
    form, made = TokenForm(request.POST or None, membership=membership), None
    if form.is_valid():
        make = partial(create_api_token, membership=membership, at=timezone.now(), **form.limits())
        made = attempted(form, make)
    context = {
        "section": "setup",
        "form": TokenForm(membership=membership) if made else form,
        "key": made[1] if made else None,
        "now": timezone.now(),
        "tokens": request.user.api_tokens.select_related("membership__clinic"),
    }
    return render(request, "clinic/api_tokens.html", context, status=422 if form.errors else 200)


@require_POST
@staff_page(Permission.API_USE)
def revoke_token(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The token stops working at once. Another person's token is 404."""
    token = get_object_or_404(request.user.api_tokens, public_id=public_id)
    revoke_api_token(token=token, at=timezone.now())
    messages.success(request, f"“{token.name}” is revoked. Programs that use it are refused from now on.")
    return redirect("api-tokens")
