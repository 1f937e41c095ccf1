"""The words of the two figures that patients see, in the languages that patients are asked in."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class CurveWords:
    """Words of a patient's own curve. In braces: what is filled in."""

    title: str
    worse: str
    better: str
    scale: str
    hollow: str
    missed: str
    band: str
    line: str
    point: str
    points: str
    nobody: str
    not_yet: str
    not_answered: str
    with_help: str


@dataclass(frozen=True)
class OutlookWords:
    """Words of what became of similar patients. In braces: what is filled in."""

    title: str
    worse: str
    better: str
    scale: str
    half: str
    ends: str
    others: str
    you: str
    start: str
    nobody: str
    too_few: str
    row: str


_ENGLISH = CurveWords(
    title="Your pain since treatment",
    worse="worse",
    better="better",
    scale="{label}, {low} to {high}.",
    hollow="Hollow: answered with help.",
    missed="×: not answered.",
    band="Grey: where 8 in 10 of {n} similar patients were.",
    line="Dashed: {points} better than your first answer.",
    point="point",
    points="points",
    nobody="No answers yet",
    not_yet="The first check-in has not been answered yet.",
    not_answered="not answered",
    with_help="with help",
)
CURVE = {
    "en": _ENGLISH,
    "staff": replace(
        _ENGLISH,
        title="Since treatment",
        line="Dashed: {points} better than the first answer.",
    ),
    "es": CurveWords(
        title="Su dolor desde el tratamiento",
        worse="peor",
        better="mejor",
        scale="{label}, de {low} a {high}.",
        hollow="Punto hueco: contestado con ayuda.",
        missed="×: sin contestar.",
        band="Zona gris: ahí estaban 8 de cada 10 de {n} pacientes similares.",
        line="Línea discontinua: {points} mejor que su primera respuesta.",
        point="punto",
        points="puntos",
        nobody="Todavía no hay respuestas",
        not_yet="Todavía no se ha contestado el primer cuestionario.",
        not_answered="sin contestar",
        with_help="con ayuda",
    ),
}

OUTLOOK = {
    "en": OutlookWords(
        title="People who started where you are",
        worse="worse",
        better="better",
        scale="{label}, {low} to {high}.",
        half="Of {n} people, half were between {p25} and {p75} at the end (dark),",
        ends="8 in 10 between {p10} and {p90} (pale). Line: the middle person.",
        others="This describes others; it cannot say which you will be.",
        you="Diamond: your own start.",
        start="Start",
        nobody="No one to compare with yet",
        too_few="Fewer than {least} similar patients have answered: too few to say how it may go.",
        row="{when}: {n} people, half between {p25} and {p75}.",
    ),
    "es": OutlookWords(
        title="Personas que empezaron como usted",
        worse="peor",
        better="mejor",
        scale="{label}, de {low} a {high}.",
        half="De {n} personas, la mitad estaba entre {p25} y {p75} al final (tono oscuro),",
        ends="8 de cada 10 entre {p10} y {p90} (tono claro). Línea: la persona que queda en el centro.",
        others="Esto describe a otras personas; no puede predecir cómo le irá a usted.",
        you="Rombo: su punto de partida.",
        start="Inicio",
        nobody="Todavía no hay con quién comparar",
        too_few="Han contestado menos de {least} pacientes similares: son muy pocos para decir cómo le podría ir.",
        row="{when}: {n} personas, la mitad entre {p25} y {p75}.",
    ),
}
