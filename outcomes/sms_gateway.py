"""Text messages through a Twilio-compatible gateway, and what it said to each. Knows nothing of the database."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Self
from urllib.parse import urlsplit

from outcomes.delivery_rules import Outcome, Reply
from outcomes.web_line import BROKEN, MESSAGE_SECONDS, WebLine

OPTED_OUT = "21610"
BUSY = 429
NOT_ALLOWED = {401, 403, 404}
# What the gateway's most frequent refusals mean, by its own codes, which other gateways of its kind use too.
REFUSALS = {
    "21211": "This is not a phone number that can receive text messages",
    "21214": "This phone number cannot be reached",
    "21217": "This is not a phone number that can receive text messages",
    "21408": "The gateway's account may not send text messages to this number's region",
    "21604": "There is no phone number to send to",
    "21606": "The clinic's sender number cannot send to this number",
    "21612": "The clinic's sender number cannot send to this number",
    "21614": "This phone number is not a mobile one",
    "21617": "The text is too long for the gateway",
    "21635": "This phone number is a landline",
    "30003": "The phone is switched off or cannot be reached",
    "30004": "The phone or its network blocks this sender",
    "30005": "This phone number is not in use",
    "30006": "This is a landline, or a network that takes no text messages",
    "30007": "The phone's network took the text for spam",
    "30008": "The phone's network gave no reason",
    "30032": "The clinic's toll-free sender number is not verified with the networks",
    "30034": "The clinic's sender number is not registered with the networks (10DLC)",
}
# Said of the patient's number itself, not of ours or of the text: nothing will ever arrive there.
BAD_NUMBER = {"21211", "21214", "21217", "21604", "21614", "21635", "30005", "30006"}
PAGE_SIZE = 100
MOST_PAGES = 20


@dataclass(frozen=True)
class SmsGateway:
    """Where text messages are handed over, and who we are there. ``base`` has no path."""

    base: str
    account: str
    secret: str
    sender: str
    status_url: str = ""


@dataclass(frozen=True)
class Sms:
    """A finished text message. ``recipient`` is E.164. What is left empty is as the gateway is configured."""

    recipient: str
    body: str
    status_url: str = ""
    sender: str = ""


@dataclass(frozen=True)
class SentSms:
    """A text message that the gateway has taken, as it lists it."""

    ref: str
    body: str
    status: str


class SmsGatewayUnusable(Exception):
    """No text message can be handed over now, whichever it is, and none was. The text is for staff."""


class SmsLine:
    """A connection that is made once and carries many text messages. A context manager for one thread."""

    def __init__(self, gateway: SmsGateway, *, seconds: float = MESSAGE_SECONDS) -> None:
        self._gateway = gateway
        self._web = WebLine(seconds=seconds)
        self._web.session.auth = (gateway.account, gateway.secret)

    def __enter__(self) -> Self:
        self._web.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._web.__exit__(*error)

    def open(self) -> None:
        """Look whether the gateway is there and knows us. Raises SmsGatewayUnusable."""
        try:
            status, answer, _headers = self._ask("GET", f"{self._account}.json")
        except BROKEN as error:
            raise SmsGatewayUnusable("The text message gateway cannot be reached.") from error
        _refuse_unusable(status, answer)

    def send(self, sms: Sms) -> Outcome:
        """Hand one text message over. Raises SmsGatewayUnusable: then it stayed here."""
        try:
            status, answer, headers = self._ask("POST", self._messages, data=self._form(sms))
        except BROKEN as error:
            if not self._web.handed_over:
                raise SmsGatewayUnusable("The text message gateway cannot be reached.") from error
            return Outcome(Reply.LOST, "The connection broke while the text message was being handed over.")
        return _judged(status, answer, headers)

    def find(self, recipient: str, since: dt.datetime) -> list[SentSms]:
        """The text messages to this number that the gateway took from then on. All, or SmsGatewayUnusable.

        The dates are compared here: the gateway's own filter leaves out what it has taken and not sent yet.
        """
        return [
            SentSms(str(found.get("sid", "")), str(found.get("body", "")), str(found.get("status", "")))
            for found in self._listed(recipient)
            if _taken_at(found) >= since.replace(microsecond=0)
        ]

    @property
    def _account(self) -> str:
        return f"/2010-04-01/Accounts/{self._gateway.account}"

    @property
    def _messages(self) -> str:
        return f"{self._account}/Messages.json"

    def _form(self, sms: Sms) -> dict[str, str]:
        sender = sms.sender or self._gateway.sender
        status_url = sms.status_url or self._gateway.status_url
        # A service that chooses among several sender numbers is named by its own id.
        form = {"To": sms.recipient, "Body": sms.body, "MessagingServiceSid" if _is_service(sender) else "From": sender}
        return form | ({"StatusCallback": status_url} if status_url else {})

    def _listed(self, recipient: str) -> Iterator[Mapping[str, Any]]:
        path, query = self._messages, {"To": recipient, "PageSize": str(PAGE_SIZE)}
        for _page in range(MOST_PAGES):
            page = self._page(path, query)
            yield from page["messages"]
            # Only its path is followed: the login goes to nobody else.
            following = urlsplit(page.get("next_page_uri") or "")
            if not following.path:
                return
            path, query = f"{following.path}?{following.query}", {}
        raise SmsGatewayUnusable("The text message gateway lists too many messages to this number.")

    def _page(self, path: str, query: dict[str, str]) -> dict[str, Any]:
        try:
            status, answer, _headers = self._ask("GET", path, params=query)
        except BROKEN as error:
            raise SmsGatewayUnusable("The text message gateway cannot be reached.") from error
        if status != 200 or not isinstance(answer.get("messages"), list):
            raise SmsGatewayUnusable(f"The text message gateway does not list its messages ({status}).")
        return answer

    def _ask(self, method: str, path: str, **what: Any) -> tuple[int, dict[str, Any], Mapping[str, str]]:
        status, content, headers = self._web.ask(method, self._gateway.base + path, **what)
        return status, _decoded(content), headers


def _is_service(sender: str) -> bool:
    return sender.startswith("MG") and len(sender) == 34


def _decoded(content: bytes) -> dict[str, Any]:
    """The answer's object; an empty one for what is none."""
    with suppress(ValueError):
        answer = json.loads(content)
        if isinstance(answer, dict):
            return answer
    return {}


def _taken_at(found: Mapping[str, Any]) -> dt.datetime:
    try:
        return parsedate_to_datetime(str(found.get("date_created")))
    except ValueError as error:
        raise SmsGatewayUnusable("The text message gateway lists messages without their dates.") from error


def _refuse_unusable(status: int, answer: Mapping[str, Any]) -> None:
    """Raise when the answer is about us and not about one message."""
    if status in NOT_ALLOWED and str(answer.get("code", "")) not in REFUSALS:
        raise SmsGatewayUnusable(f"The text message gateway did not accept our login ({status}).")
    if 300 <= status < 400:
        raise SmsGatewayUnusable(f"The text message gateway is at another address ({status}).")


def _judged(status: int, answer: Mapping[str, Any], headers: Mapping[str, str]) -> Outcome:
    code = str(answer.get("code", ""))
    if code == OPTED_OUT:
        return Outcome(Reply.OPTED_OUT, f"The phone's owner has stopped text messages ({code}).", code=code)
    _refuse_unusable(status, answer)
    if 200 <= status < 300 and answer.get("sid"):
        return Outcome(Reply.ACCEPTED, f"Accepted ({status}).", ref=str(answer["sid"]))
    if status == BUSY or (status == 503 and answer):
        detail = f"The text message gateway asked to try again later ({code or status})."
        return Outcome(Reply.DEFERRED, detail, code=code, retry_after=retry_after(headers))
    if 400 <= status < 500:
        is_bad = code in BAD_NUMBER
        return Outcome(Reply.REFUSED, in_words(code, status), code=code or str(status), bad_address=is_bad)
    return Outcome(Reply.LOST, f"The text message gateway's answer does not say whether it took it ({status}).")


def in_words(code: str, status: int | None = None) -> str:
    """A refusal by its code, for staff; one that nobody here knows says just that, with the code as it came."""
    known = REFUSALS.get(code)
    if known:
        return f"{known} ({code})."
    return f"The text message gateway refused it for a reason not known here ({code or status})."


def retry_after(headers: Mapping[str, str]) -> dt.timedelta | None:
    """What the Retry-After header asks for: seconds, or a date that is compared with the answer's own."""
    value = headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return dt.timedelta(seconds=min(int(value), 86_400))
    with suppress(ValueError):
        wait = parsedate_to_datetime(value) - parsedate_to_datetime(headers.get("Date", ""))
        return max(wait, dt.timedelta())
    return None
