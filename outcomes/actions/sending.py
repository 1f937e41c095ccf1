"""The loop of a worker: claim, start, hand over, finish. The network is only touched between two commits."""

import datetime as dt
import logging
from collections import deque
from collections.abc import Callable
from functools import cache

from clinic.crash_points import crash_point
from outcomes.actions.deliveries import Claim, claim_deliveries, explain_waiting, release_deliveries
from outcomes.actions.finishing import finish_delivery
from outcomes.actions.starting import Texts, start_delivery
from outcomes.delivery_rules import Outcome, Reply
from outcomes.lines import UNUSABLE, Line, mail_line, sms_line
from outcomes.models import Delivery
from outcomes.reasons import Why
from outcomes.words import words_of
from patients.models import EMAIL, SMS

logger = logging.getLogger(__name__)

Clock = Callable[[], dt.datetime]

LINES: dict[str, Callable[[], Line | None]] = {EMAIL: mail_line, SMS: sms_line}
NO_LINE = "No messages are sent on this channel any more: the settings name no server."


def deliver_queued(*, clock: Clock, budget: dt.timedelta) -> int:
    """Hand over what waits until nothing does or ``budget`` is used up; how many messages the servers accepted.

    Any number of workers may do this at once. While the server of a channel cannot be reached, nothing of it is claimed
    and the waiting rows say so.
    """
    due = [channel for channel in LINES if Delivery.objects.due(clock()).filter(channel=channel).exists()]
    # A long queue of one channel, or its server that drips, leaves the other its share of every shift.
    return sum(_deliver_by(channel, clock() + budget / len(due), clock) for channel in due)


def _deliver_by(channel: str, ends_at: dt.datetime, clock: Clock) -> int:
    line = LINES[channel]()
    if line is None:
        explain_waiting(channel=channel, why=Why.NO_SERVER, detail=NO_LINE, at=clock())
        return 0
    with line:
        try:
            line.open()
            return _deliver_until(channel, ends_at, line, clock)
        except UNUSABLE as problem:
            logger.warning("Nothing is being sent by %s: %s", channel, str(problem))
            explain_waiting(channel=channel, why=Why.NO_SERVER, detail=str(problem), at=clock())
            return 0


def _deliver_until(channel: str, ends_at: dt.datetime, line: Line, clock: Clock) -> int:
    accepted, is_welcome = 0, True
    while is_welcome and clock() < ends_at:
        claims = deque(claim_deliveries(channel=channel, at=clock()))
        if not claims:
            break
        crash_point("after_claim")
        # Once a batch, so that new words are used within seconds and nobody asks for them once a message.
        texts = cache(words_of)
        try:
            while is_welcome and claims and clock() < ends_at:
                outcome = _deliver(claims.popleft(), line, clock, texts)
                accepted += outcome is not None and outcome.reply is Reply.ACCEPTED
                # A server that asks for patience gets it; the next tick looks again.
                is_welcome = outcome is None or outcome.retry_after is None
        finally:
            release_deliveries(claims)
    return accepted


def _deliver(claim: Claim, line: Line, clock: Clock, texts: Texts) -> Outcome | None:
    try:
        message = start_delivery(claim, at=clock(), texts=texts)
        if message is None:
            return None
        crash_point("after_start")
        outcome = line.send(message)
        crash_point("after_send")
    except UNUSABLE as problem:
        finish_delivery(claim, Outcome(Reply.DEFERRED, str(problem)), at=clock())
        raise
    except Exception:
        # One bad row must not stop the others. Its lease runs out, and the sweeper says so in words.
        logger.exception("delivery %s was left behind", claim.delivery_id)
        return None
    if not finish_delivery(claim, outcome, at=clock(), address=message.recipient):
        logger.warning("delivery %s was finished by somebody else", claim.delivery_id)
    crash_point("after_finish")
    return outcome
