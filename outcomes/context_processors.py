"""What the header of every staff page says about red flags."""

from django.http import HttpRequest

from outcomes.open_alerts import count_red


def red_flags(request: HttpRequest) -> dict[str, object]:
    """Asked only where the header shows it, of the clinic that somebody works at."""
    return {"open_red_flags": lambda: count_red(request.clinic, user=request.user)}
