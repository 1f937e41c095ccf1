"""What staff read aloud, word for word, when they ask a check-in on the phone. Spanish says usted."""

from typing import NamedTuple

# To whoever reads, whose pages are in English.
RULES = (
    "Read every question and every answer exactly as it stands. Read it again when asked to.",
    "Do not explain a question in your own words: “Whatever it means to you.”",
    "Do not suggest a number, and do not repeat what the patient said another time.",
    "Say neither “good” nor “sorry” about an answer. Type what is said.",
    "The patient answers, not who sits beside. If somebody else does, say so below.",
)


class Script(NamedTuple):
    """Braces are filled in."""

    hello: str
    rules: str
    number: str
    end: str

    def filled(self, *, sender: str, n_questions: int) -> tuple[str, ...]:
        """The paragraphs in the order in which they are read."""
        return tuple(part.format(sender=sender, n_questions=n_questions) for part in self)


SCRIPTS = {
    "en": Script(
        hello="Hello, I am calling from {sender}. I would like to ask you the {n_questions} questions of your check-in. Is this a "
        "good time?",
        rules="I will read each question and its answers word for word. There is no right or wrong answer. If you would rather "
        "not answer one, tell me, and we go on.",
        number="For some questions, please say a number. I will tell you what the lowest and the highest number mean.",
        end="Thank you. Those were all the questions. Your answers are saved. If something worries you, call us at any time "
        "during our hours. In an emergency, call 911.",
    ),
    "es": Script(
        hello="Buenos días, le llamo de {sender}. Quisiera hacerle las {n_questions} preguntas de su cuestionario. ¿Tiene un "
        "momento?",
        rules="Le voy a leer cada pregunta y sus respuestas palabra por palabra. No hay respuestas buenas ni malas. Si prefiere "
        "no contestar alguna, dígamelo y seguimos.",
        number="En algunas preguntas le pido un número. Le diré qué significan el número más bajo y el más alto.",
        end="Gracias. Esas fueron todas las preguntas. Sus respuestas están guardadas. Si algo le preocupa, llámenos en nuestro "
        "horario. En una emergencia, llame al 911.",
    ),
}
