"""Every part that pages are built from, on one page. Its address exists only where settings.DEMO is on."""

from types import SimpleNamespace

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from treatments.forms.inputs import UnitInput

# fmt: off
ICONS = (
    "mark", "search", "flag", "down", "phone", "plus", "check", "clock", "calendar", "mail",
    "syringe", "lot", "survey", "warn", "info", "save", "print", "lower", "higher", "user",
)
# fmt: on
CLASHES = (
    SimpleNamespace(key="phone", name="choice:phone", label="Phone", mine="512-555-0101", theirs="512-555-0188"),
    SimpleNamespace(key="email", name="choice:email", label="E-mail", mine="(empty)", theirs="ruth@example.org"),
)
PEOPLE = ("Álvarez, Ruth", "Nakamura, Ken", "Osei, Abena")


class Planned(forms.DecimalField):
    """A field that was filled in from the plan, as a session's form marks them."""

    is_planned = True


class Example(forms.Form):
    """One field of each sort, so that the page shows them as every form does."""

    use_required_attribute = False

    name = forms.CharField(label="Name", initial="Ruth Álvarez")
    born_on = forms.DateField(label="Birth date", error_messages={"invalid": "Type the birth date like 3 Mar 1958."})
    volume = Planned(
        label="Injected", help_text="What went in, not what was drawn.", widget=UnitInput("mL"), required=False
    )
    done_by = forms.ChoiceField(label="Done by", choices=[("lee", "Dr. Hana Lee"), ("ortiz", "N. Ortiz, PA")])
    side = forms.ChoiceField(
        label="Side",
        choices=[(side, side) for side in ("Left", "Right", "Both")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the side that was treated."},
    )
    sends_mail = forms.BooleanField(label="Send by e-mail", required=False)
    note = forms.CharField(label="Note", widget=forms.Textarea({"rows": 2}), required=False)


@require_safe
def style(request: HttpRequest) -> HttpResponse:
    """The parts and their states; nothing on it is about anybody."""
    form = Example({"name": "Ruth Álvarez", "born_on": "3/58", "volume": "6", "done_by": "lee", "sends_mail": "on"})
    page = SimpleNamespace(first=51, last=100, total=1204, previous="a", number=2, next="b")
    now = timezone.now()
    request.form_opened = SimpleNamespace(token="", waiting_since=now)
    context = {"form": form, "page": page, "icons": ICONS, "people": PEOPLE, "scale": range(11), "now": now}
    context |= {"merged": SimpleNamespace(clashes=CLASHES, merged=1), "missing": ["phone"]}
    return render(request, "clinic/style.html", context)


urlpatterns = [path("", style, name="style")]
