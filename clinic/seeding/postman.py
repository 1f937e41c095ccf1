"""Historic messages: handed to nobody, but claimed, started and finished like any other."""

import datetime as dt
import random

from outcomes.actions import claim_deliveries, finish_delivery, start_delivery
from outcomes.delivery_rules import Outcome, Reply
from patients.models import EMAIL

OUTCOMES = {
    Outcome(Reply.ACCEPTED, "250 Accepted by the demo's past; nothing was sent."): 970,
    Outcome(Reply.REFUSED, "550 No such mailbox."): 18,
    Outcome(Reply.LOST, "The connection was lost after the message was handed over."): 12,
}


def hand_over_queued(*, at: dt.datetime, rng: random.Random) -> None:
    """Every waiting delivery gets an outcome at this instant, nearly always that it was accepted. No network."""
    while claims := claim_deliveries(channel=EMAIL, at=at, limit=100):
        for claim in claims:
            if start_delivery(claim, at=at):
                outcome = rng.choices(list(OUTCOMES), weights=list(OUTCOMES.values()))[0]
                finish_delivery(claim, outcome, at=at)
