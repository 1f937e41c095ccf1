"""A person's own API tokens: make one, see its key once, revoke."""

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from clinic.access import recently_authenticated, staff_page
from clinic.actions import create_api_token, revoke_api_token
from clinic.permissions import Permission


class TokenForm(forms.Form):
    """What a new token is called."""

    name = forms.CharField(
        max_length=80,
        help_text="Which program will use it, like “Dashboard at reception”.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.API_USE)
@recently_authenticated
def api_tokens(request: HttpRequest) -> HttpResponse:
    """The person's tokens; after POST also the new one's key, which no later page can show."""
    form = TokenForm(request.POST or None)
    key = None
    if form.is_valid():
        _, key = create_api_token(user=request.user, name=form.cleaned_data["name"], at=timezone.now())
        form = TokenForm()
    context = {
        "section": "setup",
        "form": form,
        "key": key,
        "now": timezone.now(),
        "tokens": request.user.api_tokens.all(),
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
