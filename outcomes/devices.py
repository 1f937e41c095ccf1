"""Which kind of device a browser says it runs on. No Django, no database."""

TABLET, PHONE, COMPUTER = "tablet", "phone", "computer"
# The first that is found decides. Android's own word for a phone is "Mobile"; without it, it is a tablet.
SIGNS = (
    ("ipad", TABLET),
    ("tablet", TABLET),
    ("kindle", TABLET),
    ("silk/", TABLET),
    ("iphone", PHONE),
    ("ipod", PHONE),
    ("mobile", PHONE),
    ("android", TABLET),
    ("windows nt", COMPUTER),
    ("macintosh", COMPUTER),
    ("cros ", COMPUTER),
    ("x11", COMPUTER),
)


def device_of(user_agent: str) -> str:
    """ "phone", "tablet", "computer", or "" where a User-Agent header does not say. An iPad that asks for desktop
    pages says that it is a Macintosh, and is counted as a computer.
    """
    said = user_agent.lower()
    return next((device for sign, device in SIGNS if sign in said), "")
