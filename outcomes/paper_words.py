"""What stands on a sheet of paper around the questions, in the patient's language. Spanish says usted."""

from typing import NamedTuple


class PaperWords(NamedTuple):
    """Braces are filled in."""

    title: str
    given_to: str
    how: str
    tick_scale: str
    tick_choice: str
    write_number: str
    remark: str
    not_urgent: str
    not_watched: str
    date: str
    who: tuple[str, str, str]
    who_answered: str
    online: str
    page: str


WORDS = {
    "en": PaperWords(
        title="Your check-in",
        given_to="For {name}",
        how="Please answer each question by marking one box with a cross. If you would rather not answer one, leave it empty.",
        tick_scale="Mark one box. {minimum} = {low}. {maximum} = {high}.",
        tick_choice="Mark one box.",
        write_number="Write a number from {minimum} to {maximum}. {minimum} = {low}. {maximum} = {high}.",
        remark="Is there anything else you would like to tell us?",
        not_urgent="Please do not write here about urgent problems: call us.",
        not_watched="This form is not watched: we read it later. If you are worried, call us at {phone}. In an emergency, "
        "call 911.",
        date="Today’s date",
        who=("I did, alone", "I did, somebody read or marked for me", "Somebody else, for me"),
        who_answered="Who answered these questions?",
        online="You can also answer on your phone, until {closes_on}:",
        page="Page",
    ),
    "es": PaperWords(
        title="Su cuestionario",
        given_to="Para {name}",
        how="Conteste cada pregunta marcando una casilla con una cruz. Si prefiere no contestar alguna, déjela vacía.",
        tick_scale="Marque una casilla. {minimum} = {low}. {maximum} = {high}.",
        tick_choice="Marque una casilla.",
        write_number="Escriba un número del {minimum} al {maximum}. {minimum} = {low}. {maximum} = {high}.",
        remark="¿Hay algo más que quiera decirnos?",
        not_urgent="No escriba aquí sobre problemas urgentes: llámenos.",
        not_watched="Nadie vigila esta hoja: la leemos más tarde. Si algo le preocupa, llámenos al {phone}. En una "
        "emergencia, llame al 911.",
        date="Fecha de hoy",
        who=("Yo, sin ayuda", "Yo, alguien leyó o marcó por mí", "Otra persona, por mí"),
        who_answered="¿Quién contestó estas preguntas?",
        online="También puede contestar en su teléfono, hasta el {closes_on}:",
        page="Página",
    ),
}
