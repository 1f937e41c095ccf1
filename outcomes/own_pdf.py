"""What is kept of a patient as a PDF to read, in the language that is active."""

import datetime as dt
from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext

from outcomes.models import Delivery, Score
from outcomes.own_data import OwnCheckIn, OwnCourse, courses_of, scale_names, sent_messages
from outcomes.own_words import WAYS, channel_word, consent_word
from outcomes.patient_words import spoken
from outcomes.trend import plain
from patients import pdf
from patients.consents import signatures, wording
from patients.models import Consent, Patient
from patients.pdf import Block, Section


def own_pdf(patient: Patient, *, at: dt.datetime) -> bytes:
    """The same as ``own_data.as_json``, in words. Days are those of the time zone that is active."""
    made = gettext("Made on %(day)s") % {"day": _day(at)}
    courses = courses_of(patient)
    sections = [
        Section(gettext("You"), [Block("", _person(patient))]),
        *(part for course in courses for part in _course(course)),
        Section(gettext("Messages we sent"), _blocks(_message(one) for one in sent_messages(patient))),
        Section(gettext("What you agreed to"), _blocks(_consent(one) for one in signatures(patient))),
    ]
    return pdf.own_data(
        pdf.OwnData(
            language=patient.language,
            clinic=patient.clinic.name,
            title=gettext("What we keep about you"),
            made=f"{patient.clinic.name} · {made}",
            nothing=gettext("Nothing."),
            sections=sections,
        )
    )


def _blocks(rows: Iterator[tuple[str, str]]) -> list[Block]:
    found = list(rows)
    return [Block("", found)] if found else []


def _person(patient: Patient) -> list[tuple[str, str]]:
    return [
        (gettext("Name"), f"{patient.given_name} {patient.family_name}".strip()),
        (gettext("Date of birth"), date_format(patient.born_on, "DATE_FORMAT") if patient.born_on else "–"),
        (gettext("Chart number"), patient.chart_number),
        (gettext("E-mail"), patient.email or "–"),
        (gettext("Phone"), patient.phone or "–"),
        (gettext("Language"), patient.get_language_display()),
        (gettext("Allergies"), patient.allergies or _asked(patient)),
    ]


def _asked(patient: Patient) -> str:
    none_known = patient.allergy_status == Patient.AllergyStatus.NONE
    return gettext("None known") if none_known else gettext("Not asked")


def _course(own: OwnCourse) -> list[Section]:
    names = scale_names(own)
    visits = [(gettext("Visit"), _day(session.performed_at)) for session in own.sessions]
    facts = [(gettext("Course of treatment since"), date_format(own.course.opened_on, "DATE_FORMAT")), *visits]
    blocks = [Block("", facts), *(_check_in(one, names) for one in own.check_ins)]
    imported = [_score(score, names) for score in own.scores if score.survey_id is None]
    return [Section(own.course.complaint, [*blocks, *([Block(gettext("Scores"), imported)] if imported else [])])]


def _check_in(check_in: OwnCheckIn, names: dict[str, str]) -> Block:
    when = _day(check_in.survey.completed_at)
    answers = [(one.asked, one.said or gettext("Skipped")) for one in check_in.answers]
    remark = [(gettext("Your own words"), check_in.survey.remark)] if check_in.survey.remark else []
    scores = [_score(score, names) for score in check_in.scores if score.value is not None]
    return Block(f"{spoken(check_in.follow_up.timepoint.name)} – {when}", answers + remark + scores)


def _score(score: Score, names: dict[str, str]) -> tuple[str, str]:
    value = "–" if score.value is None else plain(score.value)
    return gettext("Score: %(name)s") % {"name": names.get(score.instrument, score.instrument)}, value


def _message(delivery: Delivery) -> tuple[str, str]:
    return channel_word(delivery.channel), _day(delivery.started_at)


def _consent(consent: Consent) -> tuple[str, str]:
    title = wording(consent.document, consent.language).title
    signed = gettext("signed %(day)s, %(way)s") % {"day": _day(consent.signed_at), "way": WAYS[consent.way]}
    withdrawn = [gettext("withdrawn %(day)s") % {"day": _day(consent.withdrawn_at)}] if consent.withdrawn_at else []
    return f"{title} ({consent_word(consent.document.version)})", "; ".join([signed, *withdrawn])


def _day(at: dt.datetime | None) -> str:
    return date_format(localtime(at), "DATE_FORMAT") if at else "–"
