"""Days in words, in the languages of patients. No Django."""

import datetime as dt

from patients.sign_words import day_in_words as short_day

__all__ = ["long_day", "short_day"]

WEEKDAYS_ES = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")


def long_day(day: dt.date, language: str) -> str:
    """Like "Friday, June 12" or "viernes 12 de junio". Text messages take the short one: "sábado" is foreign to them."""
    weekday = f"{WEEKDAYS_ES[day.weekday()]} " if language == "es" else f"{day:%A}, "
    return weekday + short_day(day, language)
