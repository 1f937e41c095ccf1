"""What the signing pages say around a document, in both languages. No Django, no database."""

import datetime as dt
from dataclasses import dataclass

MONTHS_ES = (
    *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
    *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
)


@dataclass(frozen=True)
class SignWords:
    """Every phrase in one language; ``{}`` stands for what changes."""

    language: str
    other_language: str
    other: str
    skip_link: str
    problem: str
    page_title: str
    step: str
    for_whom: str
    not_you_tablet: str
    not_you_link: str
    name: str
    name_hint: str
    name_missing: str
    agree: str
    agree_missing: str
    sign: str
    later: str
    questions: str
    changed: str
    done_title: str
    done_signed: str
    done_open: str
    go_on: str
    done_tablet: str
    done_link: str
    over_title: str
    over: str
    call: str


ENGLISH = SignWords(
    language="en",
    other_language="es",
    other="Español",
    skip_link="Skip to main content",
    problem="There is a problem",
    page_title="Please read and sign",
    step="Document {} of {}",
    for_whom="This is for {}.",
    not_you_tablet="If that is not you, please give the device back.",
    not_you_link="If that is not you, please close this page and call us.",
    name="Your full name",
    name_hint="First and last name. Typing it here is your signature.",
    name_missing="Type your full name, first and last.",
    agree="I have read this and I agree",
    agree_missing="Tick the box if you agree.",
    sign="Sign",
    later="Do not sign this one now",
    questions="Do you have questions? Ask us before you sign.",
    changed="The text has changed while you were reading. Please read it again.",
    done_title="Thank you.",
    done_signed="You signed {}. You can ask us for a copy at any time.",
    done_open="You have not signed {}. That is fine. Your care stays the same.",
    go_on="Go back and read it",
    done_tablet="Please give the device back to our team.",
    done_link="You can close this page.",
    over_title="This link is not active",
    over="It may be too old, or only part of it was copied. Ask your clinic for a new one.",
    call="Call {}",
)
SPANISH = SignWords(
    language="es",
    other_language="en",
    other="English",
    skip_link="Ir al contenido principal",
    problem="Hay un problema",
    page_title="Por favor, lea y firme",
    step="Documento {} de {}",
    for_whom="Esto es para {}.",
    not_you_tablet="Si no es usted, por favor devuelva el aparato.",
    not_you_link="Si no es usted, por favor cierre esta página y llámenos.",
    name="Su nombre completo",
    name_hint="Nombre y apellido. Al escribirlo aquí, usted firma.",
    name_missing="Escriba su nombre completo, con apellido.",
    agree="He leído esto y estoy de acuerdo",
    agree_missing="Marque la casilla si está de acuerdo.",
    sign="Firmar",
    later="No firmar este ahora",
    questions="¿Tiene preguntas? Pregúntenos antes de firmar.",
    changed="El texto cambió mientras usted leía. Por favor, léalo otra vez.",
    done_title="Gracias.",
    done_signed="Usted firmó {}. Puede pedirnos una copia en cualquier momento.",
    done_open="No ha firmado {}. Está bien. Su atención será la misma.",
    go_on="Volver a leerlo",
    done_tablet="Por favor, devuelva el aparato a nuestro equipo.",
    done_link="Puede cerrar esta página.",
    over_title="Este enlace no está activo",
    over="Puede ser demasiado antiguo o estar incompleto. Pida uno nuevo a su clínica.",
    call="Llamar al {}",
)
WORDS = {"en": ENGLISH, "es": SPANISH}


def words_in(language: str) -> SignWords:
    """The phrases in "en" or "es"; English for anything else."""
    return WORDS.get(language, ENGLISH)


def day_in_words(day: dt.date, language: str) -> str:
    """ "June 12" or "12 de junio"."""
    return f"{day.day} de {MONTHS_ES[day.month - 1]}" if language == "es" else f"{day:%B} {day.day}"
