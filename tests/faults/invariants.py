"""What holds of every message whatever went wrong (reliability.md §2.5), as questions to the rows; and the ledgers.

Each statement finds what breaks its rule. ``{clinics}`` is a list of clinics' ids.
"""

from collections import Counter
from collections.abc import Collection, Iterable

from django.db import connection

# What was decided under lock and what was written by another's clock may be so far apart.
RULES = {
    "I1: what ended moves again": """
        SELECT delivery_id, before, after FROM outcomes_deliverychange WHERE clinic_id = ANY (%(clinics)s)
        AND before IN ('failed', 'cancelled', 'suppressed', 'dead', 'complained')""",
    "I2: a claim without a higher fence": """
        SELECT delivery_id, fence FROM outcomes_deliverychange WHERE clinic_id = ANY (%(clinics)s) AND after = 'claimed'
        GROUP BY delivery_id, fence HAVING count(*) > 1""",
    "I2: the fence fell": """
        SELECT delivery_id FROM (SELECT delivery_id, fence, lag(fence) OVER (PARTITION BY delivery_id ORDER BY id) earlier
          FROM outcomes_deliverychange WHERE clinic_id = ANY (%(clinics)s)) change WHERE fence < earlier""",
    "I3: a message was accepted twice": """
        SELECT delivery_id FROM outcomes_deliveryattempt WHERE clinic_id = ANY (%(clinics)s) AND outcome = 'accepted'
        GROUP BY delivery_id HAVING count(*) > 1""",
    "I3: a step was made twice": """
        SELECT survey_id, channel, sequence FROM outcomes_delivery WHERE clinic_id = ANY (%(clinics)s)
        GROUP BY survey_id, channel, sequence HAVING count(*) > 1""",
    "I4: sent after the patient said no": """
        SELECT attempt.id FROM outcomes_deliveryattempt attempt JOIN outcomes_delivery delivery ON delivery.id = delivery_id
        JOIN patients_patient patient ON patient.id = delivery.patient_id WHERE attempt.clinic_id = ANY (%(clinics)s)
        AND attempt.started_at > interval '1 second' + least(patient.withdrawn_at,
          CASE delivery.channel WHEN 'email' THEN patient.email_stopped_at ELSE patient.sms_stopped_at END)""",
    "I5: sent after the check-in was over": """
        SELECT attempt.id FROM outcomes_deliveryattempt attempt JOIN outcomes_delivery delivery ON delivery.id = delivery_id
        JOIN outcomes_survey survey ON survey.id = delivery.survey_id
        JOIN treatments_followup follow_up ON follow_up.id = survey.follow_up_id
        JOIN clinic_clinic clinic ON clinic.id = attempt.clinic_id WHERE attempt.clinic_id = ANY (%(clinics)s)
        AND (attempt.started_at > interval '1 second' + least(survey.completed_at, survey.cancelled_at)
          OR (attempt.started_at AT TIME ZONE clinic.time_zone)::date > follow_up.closes_on)""",
    "I6: sent in the quiet hours": """
        SELECT attempt.id FROM outcomes_deliveryattempt attempt JOIN outcomes_delivery delivery ON delivery.id = delivery_id
        JOIN patients_patient patient ON patient.id = delivery.patient_id
        JOIN clinic_clinic clinic ON clinic.id = attempt.clinic_id WHERE attempt.clinic_id = ANY (%(clinics)s)
        AND NOT (extract(hour FROM attempt.started_at AT TIME ZONE coalesce(nullif(patient.time_zone, ''), clinic.time_zone))
          BETWEEN clinic.send_from_hour AND clinic.send_until_hour - 1)""",
    "I7: an open check-in that nobody is told of": """
        SELECT survey.id FROM outcomes_survey survey WHERE survey.clinic_id = ANY (%(clinics)s)
        AND survey.asked_with_id IS NULL AND survey.completed_at IS NULL AND survey.cancelled_at IS NULL
        AND NOT EXISTS (SELECT FROM outcomes_delivery delivery WHERE delivery.survey_id = survey.id)""",
    "I9: it does not say why it is not sent": """
        SELECT id, status FROM outcomes_delivery WHERE clinic_id = ANY (%(clinics)s) AND (reason = '' OR reason_code = '')
        AND (status NOT IN ('pending', 'claimed', 'sending', 'accepted', 'delivered')
          OR status = 'pending' AND not_before > clock_timestamp() AND fence > 0)""",
    "I10: more messages in a day than the clinic allows": """
        SELECT patient_id, (started_at AT TIME ZONE clinic.time_zone)::date FROM outcomes_delivery delivery
        JOIN clinic_clinic clinic ON clinic.id = delivery.clinic_id WHERE clinic_id = ANY (%(clinics)s)
        AND status IN ('sending', 'accepted', 'delivered', 'complained', 'unknown') AND requested_by_id IS NULL
        AND started_at IS NOT NULL GROUP BY 1, 2, clinic.messages_a_day HAVING count(*) > clinic.messages_a_day""",
    "I10: more messages in a week than the clinic allows": """
        SELECT one.id FROM outcomes_delivery one JOIN clinic_clinic clinic ON clinic.id = one.clinic_id
        JOIN outcomes_delivery earlier ON earlier.patient_id = one.patient_id AND earlier.requested_by_id IS NULL
          AND earlier.status IN ('sending', 'accepted', 'delivered', 'complained', 'unknown')
          AND earlier.started_at <= one.started_at AND (one.started_at AT TIME ZONE clinic.time_zone)::date
            - (earlier.started_at AT TIME ZONE clinic.time_zone)::date < 7
        WHERE one.clinic_id = ANY (%(clinics)s) AND one.requested_by_id IS NULL
        AND one.status IN ('sending', 'accepted', 'delivered', 'complained', 'unknown')
        GROUP BY one.id, clinic.messages_a_week HAVING count(*) > clinic.messages_a_week""",
    "I11: a step without its row, or a row without its step": """
        SELECT delivery_id FROM (SELECT delivery_id, before, lag(after, 1, 'pending') OVER (
            PARTITION BY delivery_id ORDER BY id) earlier
          FROM outcomes_deliverychange WHERE clinic_id = ANY (%(clinics)s)) change WHERE before <> earlier
        UNION ALL SELECT id FROM outcomes_delivery delivery WHERE clinic_id = ANY (%(clinics)s) AND status <> coalesce((
          SELECT after FROM outcomes_deliverychange change WHERE delivery_id = delivery.id ORDER BY change.id DESC LIMIT 1),
          'pending')""",
    "I12: a link without an attempt, or an attempt without its link": """
        SELECT delivery.id FROM outcomes_delivery delivery WHERE clinic_id = ANY (%(clinics)s)
        AND (SELECT count(*) FROM outcomes_deliveryattempt attempt WHERE attempt.delivery_id = delivery.id)
          <> (SELECT count(*) FROM outcomes_surveylink link WHERE link.delivery_id = delivery.id)""",
    "I14: a step was sent before the one before it was settled": """
        SELECT later.id FROM outcomes_delivery later JOIN outcomes_delivery earlier ON earlier.survey_id = later.survey_id
          AND earlier.sequence < later.sequence AND later.sequence < 100
        WHERE later.clinic_id = ANY (%(clinics)s) AND later.started_at IS NOT NULL
        AND (earlier.status IN ('pending', 'claimed', 'sending', 'bounced_soft')
          OR earlier.status = 'unknown' AND later.started_at < earlier.started_at + interval '24 hours')""",
    "I15: the same words with two fingerprints": """
        SELECT delivery_id FROM outcomes_deliveryattempt WHERE clinic_id = ANY (%(clinics)s) AND text_hash IS NOT NULL
        GROUP BY delivery_id, text_version HAVING count(DISTINCT text_hash) > 1""",
    "I16: a message waits for somebody who is no more": """
        SELECT delivery.id FROM outcomes_delivery delivery JOIN patients_patient patient ON patient.id = patient_id
        WHERE delivery.clinic_id = ANY (%(clinics)s) AND delivery.status IN ('pending', 'claimed', 'sending')
        AND patient.erased_at IS NOT NULL""",
}
HANDED_OVER = {"accepted", "delivered", "bounced_soft", "bounced_hard", "complained"}
# One that came back for now is sent again; another was on its way when nobody could write it down.
MAY_BE_OUT = {*HANDED_OVER, "sending", "unknown"}


def broken_rules(clinics: Collection[int]) -> dict[str, list[tuple]]:
    """The rules that do not hold of these clinics' messages, each with the rows that break it."""
    broken = {}
    with connection.cursor() as cursor:
        for rule, statement in RULES.items():
            cursor.execute(statement, {"clinics": list(clinics)})
            if rows := cursor.fetchall():
                broken[rule] = rows
    return broken


def wrong_entries(clinics: Collection[int], channel: str, received: Iterable[str]) -> dict[str, list[str]]:
    """What a server took (``public_id`` of each message, as often as it came) against what the rows say it took."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT public_id::text, status FROM outcomes_delivery WHERE channel = %s AND clinic_id = ANY (%s)",
            [channel, list(clinics)],
        )
        status = dict(cursor.fetchall())
    taken = Counter(one for one in received if one in status)
    wrong = {
        "taken twice": [one for one, times in taken.items() if times > 1],
        "taken, and could go out again": [one for one in taken if status[one] not in MAY_BE_OUT],
        "lost": [one for one, said in status.items() if said in HANDED_OVER and one not in taken],
    }
    return {what: which for what, which in wrong.items() if which}
