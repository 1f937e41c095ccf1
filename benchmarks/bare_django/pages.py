from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils import timezone

from benchmarks.bare_django.models import Visit

WELCOME, CHECK, DONE = 0, 6, 7
CHOICES = "".join(f'<input type="radio" name="score" value="{value}">' for value in range(11))
QUESTION = f'<form method="post">{CHOICES}<button>Continue</button></form>'
PLAIN = '<form method="post"><button>Go on</button></form>'


def page(request: HttpRequest, token: str, number: int) -> HttpResponse:
    """Every request inserts one row. A form leads to the next page, the last page has none."""
    value = request.POST.get("score")
    Visit.objects.create(token=token, page=number, value=int(value) if value else None, at=timezone.now())
    if request.method == "POST":
        return HttpResponseRedirect(f"/s/{token}/{number + 1}/")
    if number == DONE:
        return HttpResponse("Thank you")
    return HttpResponse(PLAIN if number in (WELCOME, CHECK) else QUESTION)


urlpatterns = [path("s/<str:token>/<int:number>/", page)]
