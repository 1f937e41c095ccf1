"""A real web server that plays Postmark's sending interface, whose answers a test can script."""

import json
from collections.abc import Mapping
from typing import Any

from tests.scripted_web import Answer, ScriptedServer

TOKEN = "the-token-of-the-server"


class PostmarkServer(ScriptedServer):
    """Keeps every message it took, as it was posted. ``answer`` is the reply, or None for the usual one."""

    def __init__(self) -> None:
        self.answer: Answer | None = None
        self.accepted: list[dict[str, Any]] = []
        self.tokens: list[str] = []
        super().__init__()

    @property
    def options(self) -> dict[str, object]:
        """As ``get_connection`` takes them."""
        return {"server_token": TOKEN, "api_url": f"{self.base}/"}

    @property
    def anymail(self) -> dict[str, object]:
        """As the ANYMAIL setting takes them."""
        return {"POSTMARK_SERVER_TOKEN": TOKEN, "POSTMARK_API_URL": f"{self.base}/"}

    def answered(self, method: str, path: str, headers: Mapping[str, str], content: bytes) -> Answer:
        self.tokens.append(headers.get("X-Postmark-Server-Token", ""))
        answer = self.answer or Answer(200)
        if not answer.is_kept:
            return answer
        message = json.loads(content)
        self.accepted.append(message)
        usual = {"To": message["To"], "MessageID": f"pm-{len(self.accepted)}", "ErrorCode": 0, "Message": "OK"}
        return answer if answer.body is not None else Answer(**{**vars(answer), "body": usual})
