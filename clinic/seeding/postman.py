"""Historic messages: handed to nobody, but claimed, started and finished like any other."""

import datetime as dt
import random
from collections.abc import Iterable

from outcomes.actions import claim_deliveries, finish_delivery, start_delivery
from outcomes.delivery_rules import Outcome, Reply
from patients.models import EMAIL

ACCEPTED = Outcome(Reply.ACCEPTED, "250 Accepted by the demo's past; nothing was sent.")
REFUSED = Outcome(Reply.REFUSED, "550 No such mailbox.", bad_address=True)
LOST = Outcome(Reply.LOST, "The connection was lost after the message was handed over.")
OUTCOMES = {ACCEPTED: 970, REFUSED: 18, LOST: 12}


def hand_over_queued(*, at: dt.datetime, rng: random.Random, first: Iterable[Outcome] = ()) -> list[int]:
    """Every waiting delivery gets an outcome at this instant, nearly always that it was accepted. No network.

    ``first``: what becomes of the first messages, so that there is something to look at. Returns the ids of those that
    did not arrive.
    """
    certain, lost = iter(first), []
    while claims := claim_deliveries(channel=EMAIL, at=at, limit=100):
        for claim in claims:
            if envelope := start_delivery(claim, at=at):
                drawn = rng.choices(list(OUTCOMES), weights=list(OUTCOMES.values()))[0]
                outcome = next(certain, drawn)
                finish_delivery(claim, outcome, at=at, address=envelope.recipient)
                if outcome is not ACCEPTED:
                    lost.append(claim.delivery_id)
    return lost
