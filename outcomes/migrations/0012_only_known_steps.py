"""A message goes from one state to another only as it may, and each step leaves a row, whoever takes it.

A check-in that ended stays ended.
"""

from django.db import migrations

MOVES = {
    "pending": "claimed cancelled suppressed dead unknown delivered bounced_hard complained",
    "claimed": "pending sending cancelled suppressed failed dead unknown",
    "sending": "accepted pending failed unknown suppressed dead delivered bounced_soft bounced_hard complained",
    "accepted": "delivered bounced_soft bounced_hard complained failed suppressed",
    "bounced_soft": "pending failed cancelled unknown delivered bounced_hard complained",
    "unknown": "accepted pending failed delivered bounced_soft bounced_hard complained suppressed",
    "delivered": "bounced_hard complained",
    "bounced_hard": "complained",
}
ALLOWED = ", ".join(f"'{before}>{after}'" for before, afters in MOVES.items() for after in afters.split())

# Its time is the change's own, not the transaction's. As one function, so that no step can be taken without its trace.
STEPS = f"""
CREATE FUNCTION outcomes_delivery_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT (OLD.status || '>' || NEW.status) = ANY (ARRAY[{ALLOWED}]) THEN
    RAISE EXCEPTION 'a delivery cannot go from % to %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.fence < OLD.fence OR NEW.status = 'claimed' AND NEW.fence <= OLD.fence THEN
    RAISE EXCEPTION 'the fence of a delivery only grows' USING ERRCODE = 'check_violation';
  END IF;
  INSERT INTO outcomes_deliverychange (clinic_id, delivery_id, at, before, after, fence, reason_code, user_id)
  VALUES (NEW.clinic_id, NEW.id, clock_timestamp(), OLD.status, NEW.status, NEW.fence, NEW.reason_code,
    (nullif(current_setting('pghistory.context_metadata', true), '')::jsonb ->> 'user')::bigint);
  RETURN NEW;
END $$;
CREATE TRIGGER delivery_takes_known_steps BEFORE UPDATE OF status ON outcomes_delivery
FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION outcomes_delivery_steps();

CREATE FUNCTION outcomes_survey_stays_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a check-in that was sent in or called off stays so' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER survey_stays_ended BEFORE UPDATE OF completed_at, cancelled_at ON outcomes_survey FOR EACH ROW
WHEN (OLD.completed_at IS NOT NULL AND NEW.completed_at IS NULL OR OLD.cancelled_at IS NOT NULL AND NEW.cancelled_at IS NULL)
EXECUTE FUNCTION outcomes_survey_stays_ended();
"""
UNDO = """
DROP TRIGGER survey_stays_ended ON outcomes_survey;
DROP FUNCTION outcomes_survey_stays_ended();
DROP TRIGGER delivery_takes_known_steps ON outcomes_delivery;
DROP FUNCTION outcomes_delivery_steps();
"""


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0009_enter_by_a_survey_s_link")]

    operations = [migrations.RunSQL(STEPS, UNDO)]
