"""The row of numbers in an e-mail: each is a link that opens the check-in with that number proposed. No Django.

The question itself is not in the message, because it would tell a stranger what the message is about. Tables and styles
in the mark-up, because many mail programs know nothing else; each number is 44 pixels high and wide.
"""

INVITE = {
    "en": "Tap a number from 0 to 10 to begin. You will see the question, and you can change the number.",
    "es": "Toque un número del 0 al 10 para empezar. Verá la pregunta y podrá cambiar el número.",
}
# Two rows fit on a narrow phone.
ROWS = (range(6), range(6, 11))
CELL = (
    '<td width="44" height="44" align="center" style="border:1px solid #6b7785">'
    '<a href="{{link}}?first={number}" style="display:block;line-height:44px;font-size:18px">{number}</a></td>'
)


def scale_links(language: str) -> str:
    """Mark-up with the blank ``{link}`` in each address."""
    rows = "\n".join("<tr>\n" + "\n".join(CELL.format(number=number) for number in row) + "\n</tr>" for row in ROWS)
    return f'<p>{INVITE[language]}</p>\n<table role="presentation" cellspacing="4">\n{rows}\n</table>'
