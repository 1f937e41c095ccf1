"""The words of messages about the patient's own page, in both languages. Nothing here tells what it is about. No Django."""

from dataclasses import dataclass

from outcomes.texts.alphabet import sayable


@dataclass(frozen=True)
class Letter:
    """One message. ``subject`` is empty for a text message."""

    subject: str
    body: str


# By kind and language: the subject, then the body.
MAIL = {
    ("own_page", "en"): (
        "Your page at {clinic}",
        """Hello,

Here is the link to your own page at {clinic}. You can see your answers, change how we reach you, and get a copy of what we keep.

{link}

It works for 24 hours. We will ask for your date of birth. This link is only for you. Please do not share it.

You did not ask for it? Then you can delete this message.

Do you have questions? Call us at {phone}.

Thank you,
The team at {clinic}
""",
    ),
    ("own_page", "es"): (
        "Su página en {clinic}",
        """Hola:

Este es el enlace a su propia página en {clinic}. Puede ver sus respuestas, cambiar cómo le escribimos y pedir una copia de lo que guardamos.

{link}

Sirve por 24 horas. Le pediremos su fecha de nacimiento. Este enlace es solo para usted. Por favor, no lo comparta.

¿No lo pidió usted? Entonces puede borrar este mensaje.

¿Tiene preguntas? Llámenos al {phone}.

Gracias,
El equipo de {clinic}
""",
    ),
    ("address_changed", "en"): (
        "Your e-mail address was changed",
        """Hello,

On your own page at {clinic}, this e-mail address was taken out. We will not write to it any more.

Was it not you? Then call us at {phone}.

Thank you,
The team at {clinic}
""",
    ),
    ("address_changed", "es"): (
        "Su correo electrónico cambió",
        """Hola:

En su propia página en {clinic} se quitó este correo electrónico. Ya no le escribiremos aquí.

¿No fue usted? Entonces llámenos al {phone}.

Gracias,
El equipo de {clinic}
""",
    ),
}
SMS = {
    "en": "{clinic}: Here is the link to your page: {link} It works for 24 hours.",
    "es": "{clinic}: Este es el enlace a su página: {link} Sirve por 24 horas.",
}


def letter(kind: str, channel: str, language: str, *, clinic: str, phone: str, link: str = "") -> Letter:
    """The message to one patient. ``clinic`` is the name that patients see."""
    if channel == "sms":
        text = SMS[language].format(clinic=clinic, link=link)
        return Letter("", sayable(text) or text)
    subject, body = MAIL[kind, language]
    values = {"clinic": clinic, "phone": phone, "link": link}
    return Letter(" ".join(subject.format(**values).split()), body.format(**values))
