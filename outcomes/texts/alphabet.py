"""The GSM-7 alphabet of text messages (3GPP TS 23.038), in which one segment holds 160 signs. No Django."""

import unicodedata

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Each takes the room of two.
EXTENDED = frozenset("^{}\\[~]|€\f")
ALL = BASIC | EXTENDED
ONE, EACH_OF_MANY = 160, 153
ONE_UNICODE, EACH_OF_MANY_UNICODE = 70, 67
PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " "})


def is_gsm(text: str) -> bool:
    """Whether every sign is in the alphabet."""
    return ALL.issuperset(text)


def foreign_signs(text: str) -> list[str]:
    """The signs that are not in the alphabet, in order of appearance, each once."""
    return [sign for sign in dict.fromkeys(text) if sign not in ALL]


def length(text: str) -> int:
    """Room that ``text`` takes: in septets if it is GSM-7, else in UTF-16 units."""
    if is_gsm(text):
        return len(text) + sum(map(text.count, EXTENDED))
    return len(text.encode("utf-16-be")) // 2


def segments(text: str) -> int:
    """How many messages a carrier counts. A sign of two never straddles a border, so a border may cost one more."""
    gsm = is_gsm(text)
    one, each = (ONE, EACH_OF_MANY) if gsm else (ONE_UNICODE, EACH_OF_MANY_UNICODE)
    if length(text) <= one:
        return 1
    count, room = 1, each
    for sign in text:
        size = length(sign) if gsm else len(sign.encode("utf-16-be")) // 2
        if size > room:
            count, room = count + 1, each
        room -= size
    return count


def is_one_segment(text: str) -> bool:
    """Whether it is one message of the plain alphabet."""
    return is_gsm(text) and length(text) <= ONE


def sayable(name: str) -> str:
    """``name`` in the alphabet, with plain letters for accented ones; "" if that cannot be done."""
    if is_gsm(name):
        return name
    plain = "".join(sign if sign in BASIC else _bare(sign) for sign in name.translate(PLAIN))
    return plain if is_gsm(plain) else ""


def _bare(sign: str) -> str:
    return "".join(part for part in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(part))
