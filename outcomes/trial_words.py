"""The words of a test message: neutral like a check-in's, and with one link. No Django."""

from outcomes.texts import Words

MAIL = Words(
    "A test message from {sender}",
    """Hello,

This is a test message from {sender}. It came the way that check-ins come.

Open the link, and say there that it arrived:

{link}

That is all. You are the only one who gets this message.

{sender}, {phone}""",
)
SMS = Words("", "{sender}: This is a test message. Open the link and say that it arrived: {link}")
BY_CHANNEL = {"email": MAIL, "sms": SMS}
