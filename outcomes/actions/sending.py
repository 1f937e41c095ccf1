"""The loop of a worker: claim, start, hand over, finish. The network is only touched between two commits."""

import datetime as dt
import logging
from collections import deque
from collections.abc import Callable
from functools import cache

from outcomes.actions.deliveries import Claim, claim_deliveries, explain_waiting, release_deliveries
from outcomes.actions.finishing import finish_delivery
from outcomes.actions.starting import Texts, start_delivery
from outcomes.delivery_rules import Outcome, Reply
from outcomes.lines import mail_line
from outcomes.mail_provider import ProviderLine
from outcomes.mail_server import MailLine, MailServerUnreachable
from outcomes.models import Delivery
from outcomes.reasons import Why
from outcomes.words import words_of
from patients.models import EMAIL

logger = logging.getLogger(__name__)

Clock = Callable[[], dt.datetime]


def deliver_queued(*, clock: Clock, budget: dt.timedelta) -> int:
    """Hand over what waits until nothing does or ``budget`` is used up; how many the mail server accepted.

    Any number of workers may do this at once. While the mail server cannot be reached, nothing is claimed and the
    waiting rows say so.
    """
    ends_at = clock() + budget
    if not Delivery.objects.due(clock()).filter(channel=EMAIL).exists():
        return 0
    with mail_line() as line:
        try:
            line.open()
            return _deliver_until(ends_at, line, clock)
        except MailServerUnreachable as problem:
            logger.warning("Nothing is being sent: %s", str(problem))
            explain_waiting(channel=EMAIL, why=Why.NO_SERVER, detail=str(problem), at=clock())
            return 0


def _deliver_until(ends_at: dt.datetime, line: MailLine | ProviderLine, clock: Clock) -> int:
    accepted = 0
    while clock() < ends_at:
        claims = deque(claim_deliveries(channel=EMAIL, at=clock()))
        if not claims:
            break
        # Once a batch, so that new words are used within seconds and nobody asks for them once a message.
        texts = cache(words_of)
        try:
            while claims and clock() < ends_at:
                accepted += _deliver(claims.popleft(), line, clock, texts)
        finally:
            release_deliveries(claims)
    return accepted


def _deliver(claim: Claim, line: MailLine | ProviderLine, clock: Clock, texts: Texts) -> bool:
    try:
        envelope = start_delivery(claim, at=clock(), texts=texts)
        if envelope is None:
            return False
        outcome = line.send(envelope)
    except MailServerUnreachable as problem:
        finish_delivery(claim, Outcome(Reply.DEFERRED, str(problem)), at=clock())
        raise
    except Exception:
        # One bad row must not stop the others. Its lease runs out, and the sweeper says so in words.
        logger.exception("delivery %s was left behind", claim.delivery_id)
        return False
    if not finish_delivery(claim, outcome, at=clock(), address=envelope.recipient):
        logger.warning("delivery %s was finished by somebody else", claim.delivery_id)
    return outcome.reply is Reply.ACCEPTED
