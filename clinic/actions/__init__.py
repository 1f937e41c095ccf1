"""Every change of clinics, people and their keys."""

from clinic.actions.clinics import (
    AlertingRefused,
    UnknownTimeZone,
    create_clinic,
    set_alerting,
    set_curve_on_tablet,
    set_monthly_report,
    set_recipient_check,
    set_retention,
    set_time_out,
    set_withdrawn_answers_policy,
)
from clinic.actions.drafts import discard_draft, forget_drafts, save_draft
from clinic.actions.files import store_file
from clinic.actions.gate import refused, require
from clinic.actions.history import erase_history
from clinic.actions.invitations import invite, join_as, join_as_new, revoke_invitation
from clinic.actions.jobs import (
    ask_for_job,
    fail_job,
    finish_job,
    forget_job_files,
    keep_file_part,
    report_progress,
    take_job,
)
from clinic.actions.keys import renew_sealed_values
from clinic.actions.letters import queue_letter
from clinic.actions.members import MemberRefused, add_member, change_role, end_membership
from clinic.actions.sealing import seal_audit
from clinic.actions.tidying import forget_letters, forget_replies, forget_sessions, forget_sign_ins
from clinic.actions.tokens import (
    LIVES,
    TokenRefused,
    create_api_token,
    hash_api_key,
    hash_token,
    note_use,
    revoke_api_token,
    token_with,
)

__all__ = [
    "LIVES",
    "AlertingRefused",
    "MemberRefused",
    "TokenRefused",
    "UnknownTimeZone",
    "add_member",
    "ask_for_job",
    "change_role",
    "create_api_token",
    "create_clinic",
    "discard_draft",
    "end_membership",
    "erase_history",
    "fail_job",
    "finish_job",
    "forget_drafts",
    "forget_job_files",
    "forget_letters",
    "forget_replies",
    "forget_sessions",
    "forget_sign_ins",
    "hash_api_key",
    "hash_token",
    "invite",
    "join_as",
    "join_as_new",
    "keep_file_part",
    "note_use",
    "queue_letter",
    "refused",
    "renew_sealed_values",
    "report_progress",
    "require",
    "revoke_api_token",
    "revoke_invitation",
    "save_draft",
    "seal_audit",
    "set_alerting",
    "set_curve_on_tablet",
    "set_monthly_report",
    "set_recipient_check",
    "set_retention",
    "set_time_out",
    "set_withdrawn_answers_policy",
    "store_file",
    "take_job",
    "token_with",
]
