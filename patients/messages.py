"""The letter that carries a link to read and sign. It says nothing about health."""

from email.utils import formataddr, parseaddr

from django.core.mail import EmailMessage

from patients.models import ConsentRequest
from patients.sign_words import day_in_words

SUBJECT = {"en": "Papers to read from {clinic}", "es": "Documentos para leer de {clinic}"}
TEXT = {
    "en": """Hello,

{clinic} asks you to read a short paper and to say if you agree. It takes a few minutes. You do not need a password.

{link}

This link is only for you. Please do not share it. It works until {until}.

Do you have questions? Call us at {phone}.

Thank you,
The team at {clinic}
""",
    "es": """Hola:

{clinic} le pide que lea un documento corto y diga si está de acuerdo. Toma unos minutos. No necesita contraseña.

{link}

Este enlace es solo para usted. Por favor, no lo comparta. Sirve hasta el {until}.

¿Tiene preguntas? Llámenos al {phone}.

Gracias,
El equipo de {clinic}
""",
}


def consent_letter(request: ConsentRequest, *, link: str, our_address: str) -> EmailMessage:
    """The letter to the patient's e-mail address, in the patient's language."""
    clinic, language = request.clinic, request.patient.language
    values = {
        "clinic": clinic.sender_name,
        "link": link,
        "until": day_in_words(request.expires_at.date(), language),
        "phone": clinic.phone,
    }
    return EmailMessage(
        subject=SUBJECT[language].format(**values),
        body=TEXT[language].format(**values),
        from_email=formataddr((clinic.sender_name, parseaddr(our_address)[1])),
        to=[request.patient.email],
        headers={"Auto-Submitted": "auto-generated"},
    )
