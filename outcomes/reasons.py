"""Why nothing is sent (yet), in one word, in words for staff, and with what happens next by itself."""

from enum import StrEnum
from typing import Self


class Why(StrEnum):
    """Why a message is not sent (yet): ``words`` for staff, ``then`` what happens next by itself."""

    words: str
    then: str

    def __new__(cls, value: str, words: str, then: str) -> Self:
        one = str.__new__(cls, value)
        one._value_, one.words, one.then = value, words, then
        return one

    ANSWERED = "answered", "The check-in was already answered.", "Nothing more is sent for it."
    WINDOW_OVER = "window_over", "The time to answer is over.", "Nothing more is sent for it."
    SURVEY_CANCELLED = (
        "survey_cancelled",
        "Somebody at the clinic called the check-in off.",
        "Nothing more is sent for it.",
    )
    DIED = "died", "The patient has died.", "Nothing is sent any more."
    ERASED = "erased", "Who the patient was has been erased.", "Nothing is sent any more."
    REGISTRY = (
        "registry",
        "The patient left the outcome registry, or a new version of its document waits to be signed.",
        "It goes on once the document is signed.",
    )
    NO_CONSENT = "no_consent", "The patient has not agreed to be contacted.", "It goes on once consent is recorded."
    WITHDRAWN = (
        "withdrawn",
        "The patient does not want to be contacted any more.",
        "It goes on if consent is given anew.",
    )
    LAPSED = "lapsed", "A new version of the contact document waits to be signed.", "It goes on once it is signed."
    NO_ADDRESS = "no_address", "There is no address for this channel.", "The other channel is tried, or somebody calls."
    STOPPED = (
        "stopped",
        "The patient stopped messages on this channel.",
        "The other channel is tried, or somebody calls.",
    )
    BOUNCED = "bounced", "This address takes no messages.", "The other channel is tried, or somebody calls."
    UNREACHABLE = (
        "unreachable",
        "No channel is left on which messages arrive.",
        "Somebody at the clinic calls, if nobody has yet.",
    )
    PAUSED = "paused", "Sending is paused.", "It goes on when somebody ends the pause."
    HELD = "held", "All sending waits since the data came from a backup.", "It goes on when the operator releases it."
    QUIET_HOURS = "quiet_hours", "Waits for the hours in which the clinic sends messages.", "It goes out then."
    BUDGET = (
        "budget",
        "The patient had as many messages lately as the clinic allows.",
        "It goes out when that has passed.",
    )
    NO_SERVER = "no_server", "The server for messages cannot be reached.", "It goes out when the server is back."
    TRY_LATER = "try_later", "The server asked to try again later.", "It is tried again by itself."
    SOFT_BOUNCE = "soft_bounce", "It came back for now, like from a full mailbox.", "It is tried again by itself."
    WORKER_STOPPED = (
        "worker_stopped",
        "The worker stopped before it was sent; it waits for another.",
        "It is sent by the next worker.",
    )
    MAYBE_SENT = (
        "maybe_sent",
        "It may have arrived, so it is not sent again by itself.",
        "The next reminder covers it, or somebody sends it again.",
    )
    RESTORED = (
        "restored",
        "Restored from a backup: it may have been sent after the backup was made.",
        "The next reminder covers it, or somebody sends it again.",
    )
    REFUSED = "refused", "The server refused it for good.", "The other channel is tried, or somebody calls."
    UNUSABLE = "unusable", "This address is not a valid one.", "The other channel is tried, or somebody calls."
    COMPLAINED = "complained", "The patient reported it as unwanted.", "No more e-mail is sent to this patient."
    NOT_ARRIVED = (
        "not_arrived",
        "Somebody at the clinic found that it did not arrive.",
        "The other channel is tried, or somebody calls.",
    )
    GIVEN_UP = "given_up", "Given up after too many attempts.", "The other channel is tried, or somebody calls."
    BROKEN = "broken", "The message cannot be written as it is.", "Somebody has to look at it; the others go on."
    EARLIER = "earlier", "See the words beside it.", "See the words beside it."
    # Of decisions about a check-in, not of single messages.
    OPENING = "opening", "It opens with the next look, or together with another check-in.", "The invitation follows."
    ASKED_WITH = "asked_with", "The message of another check-in leads to this one, too.", "One link answers both."
    MESSAGE = "message", "A message is on its way.", "What becomes of it decides the next step."
    UNCONFIRMED = "unconfirmed", "It is not confirmed that the last message went out.", "The next step waits for a day."
    NEXT_STEP = "next_step", "Waits for the day of the next step.", "The next step is taken then."
    CALL = "call", "Somebody at the clinic calls, or has called.", "The link works until the check-in closes."
    DONE = "done", "Every step was taken.", "The link works until the check-in closes."
