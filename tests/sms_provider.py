"""A real web server that plays a Twilio-compatible text message provider, whose answers a test can script."""

import base64
import datetime as dt
import email.utils
import hashlib
import hmac
import threading
import urllib.parse
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import requests

from tests.scripted_web import Answer, ScriptedServer, refused

ACCOUNT = "AC" + "0" * 32
SECRET = "the-secret-of-the-account"


@dataclass
class Kept:
    """A message that was taken."""

    sid: str
    to: str
    sender: str
    body: str
    status_url: str
    created_at: dt.datetime
    status: str = "queued"

    def listed(self) -> dict[str, str]:
        return {
            "sid": self.sid,
            "to": self.to,
            "from": self.sender,
            "body": self.body,
            "status": self.status,
            "date_created": email.utils.format_datetime(self.created_at),
        }


def signature(url: str, form: Mapping[str, str], secret: str = SECRET) -> str:
    """What the provider puts into X-Twilio-Signature."""
    text = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha1).digest()).decode()


class SmsProvider(ScriptedServer):
    """Keeps every message it took.

    ``answers`` maps SEND, LIST or LOOK to a reply, or to a function of the form or query that makes one.
    """

    page_size = 50

    def __init__(self, clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)) -> None:
        self.answers: dict[str, Answer | Callable[[Mapping[str, str]], Answer]] = {}
        self.clock = clock
        self.accepted: list[Kept] = []
        self.logins: list[str] = []
        self._lock = threading.Lock()
        super().__init__()

    @property
    def url(self) -> str:
        """As SMS_URL takes it."""
        return f"http://{ACCOUNT}:{SECRET}@127.0.0.1:{self.port}"

    def answered(self, method: str, path: str, headers: Mapping[str, str], content: bytes) -> Answer:
        login = headers.get("Authorization", "")
        self.logins.append(login)
        if login != f"Basic {base64.b64encode(f'{ACCOUNT}:{SECRET}'.encode()).decode()}":
            return refused(401, 20003)
        if method == "POST":
            return self._take(dict(urllib.parse.parse_qsl(content.decode())))
        path, _mark, text = path.partition("?")
        query = dict(urllib.parse.parse_qsl(text))
        if path.endswith("/Messages.json"):
            return self._list(path, query)
        return self._answer("LOOK", query, Answer(200, {"status": "active"}))

    def status_form(self, kept: Kept, status: str, code: int | None = None) -> dict[str, str]:
        """What is posted when a message's state has changed."""
        form = {
            "MessageSid": kept.sid,
            "MessageStatus": status,
            "To": kept.to,
            "From": kept.sender,
            "AccountSid": ACCOUNT,
        }
        return form | ({"ErrorCode": str(code)} if code else {})

    def inbound_form(self, sender: str, to: str, body: str, sid: str = "SM" + "9" * 32) -> dict[str, str]:
        """What is posted when somebody has written a text message."""
        return {"MessageSid": sid, "From": sender, "To": to, "Body": body, "AccountSid": ACCOUNT}

    def post(self, url: str, form: Mapping[str, str], signed_as: str = "") -> requests.Response:
        """Post a report, signed for ``signed_as`` when the site is known by another address than it is reached at."""
        headers = {"X-Twilio-Signature": signature(signed_as or url, form)}
        return requests.post(url, data=form, headers=headers, timeout=10)

    def _answer(self, step: str, given: Mapping[str, str], usual: Answer) -> Answer:
        answer = self.answers.get(step, usual)
        return answer if isinstance(answer, Answer) else answer(given)

    def _take(self, form: Mapping[str, str]) -> Answer:
        answer = self._answer("SEND", form, Answer())
        if not answer.is_kept:
            return answer
        with self._lock:
            sid = f"SM{len(self.accepted):032x}"
            sender = form.get("From") or form["MessagingServiceSid"]
            kept = Kept(sid, form["To"], sender, form["Body"], form.get("StatusCallback", ""), self.clock())
            self.accepted.append(kept)
        return answer if answer.body is not None else Answer(**{**vars(answer), "body": kept.listed()})

    def _list(self, path: str, query: Mapping[str, str]) -> Answer:
        found = [kept for kept in reversed(self.accepted) if kept.to == query.get("To", kept.to)]
        size, page = min(int(query.get("PageSize", "50")), self.page_size), int(query.get("Page", "0"))
        following = urllib.parse.urlencode({**query, "Page": page + 1})
        body = {
            "messages": [kept.listed() for kept in found[page * size : (page + 1) * size]],
            "next_page_uri": f"{path}?{following}" if len(found) > (page + 1) * size else None,
        }
        return self._answer("LIST", query, Answer(200, body))
