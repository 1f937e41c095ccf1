"""Phone numbers as staff type them, in the one form that gateways take and that can be compared: E.164."""

import phonenumbers
from django.conf import settings


def e164(typed: str) -> str | None:
    """``+15125550134`` for "(512) 555-0134"; None when it cannot be a phone number.

    Only the length is judged: which numbers are in use changes faster than any library. A local number without its
    area code is none.
    """
    try:
        number = phonenumbers.parse(typed, settings.PHONE_REGION)
    except phonenumbers.NumberParseException:
        return None
    reason = phonenumbers.is_possible_number_with_reason(number)
    if number.extension or reason != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
