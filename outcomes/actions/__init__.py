"""Every change of surveys, answers and scores."""

from outcomes.actions.alerts import AlertRefused, acknowledge_alert
from outcomes.actions.by_hand import CancelRefused, NotSent, NotUnknown, cancel_survey, send_by_hand, settle_unknown
from outcomes.actions.calls import CallRefused, record_call, take_call_back
from outcomes.actions.clinics import ClinicChanged, DetailsRefused, HoursRefused, set_details, set_sending_hours
from outcomes.actions.deciding import decide_contacts
from outcomes.actions.deliveries import Claim, claim_deliveries, release_deliveries, sweep_deliveries
from outcomes.actions.entering import EntryRefused, enter_answers, last_day_to_answer, last_day_to_enter
from outcomes.actions.erasing import StillNeeded, WrongChartNumber, erase_patient, erase_withdrawn, forget_links
from outcomes.actions.events import apply_event, apply_events, note_report, note_wish, patients_with
from outcomes.actions.finishing import finish_delivery
from outcomes.actions.handing_over import hand_over
from outcomes.actions.history import HistoryRefused, import_history
from outcomes.actions.history_plan import known_scales, plan_import
from outcomes.actions.holding import hold_messages, release_messages
from outcomes.actions.instruments import InstrumentRefused, Licence, load_instrument, retire_instrument
from outcomes.actions.keeping import NameTaken, delete_view, save_view, take_snapshot
from outcomes.actions.late_baselines import exclude_late_baselines, restore_baselines
from outcomes.actions.letters import send_patient_letters
from outcomes.actions.merging import merge_patients, undo_merge
from outcomes.actions.opening import open_due_surveys
from outcomes.actions.outcomes import (
    Changes,
    close_windows,
    differences,
    every_course,
    mark_courses,
    recompute_marked,
    recompute_outcomes,
)
from outcomes.actions.pausing import PauseRefused, pause_sending, resume_sending
from outcomes.actions.protocols import Asked, Moment, publish_protocol
from outcomes.actions.reconciling import reconcile_unknown
from outcomes.actions.retreatments import mark_after_retreatment
from outcomes.actions.sending import deliver_queued
from outcomes.actions.starting import start_delivery
from outcomes.actions.surveys import (
    AlreadyCompleted,
    AnswerNeeded,
    AnswersStopped,
    SurveyClosed,
    UnknownItem,
    UnknownLanguage,
    answer_item,
    choose_language,
    is_closed,
    is_stopped,
    start_survey,
    submit_survey,
)
from outcomes.actions.tallies import WrongCell, rebuild_tallies, settle_tallies, wrong_cells
from outcomes.actions.telling import escalate_alerts
from outcomes.actions.texts import TextRefused, edit_text, restore_built_in, send_text_to
from outcomes.actions.trials import TrialRefused, ask_for_trial, forget_trials, note_arrival, send_trials
from outcomes.actions.watching import record_sending_check

__all__ = [
    "AlertRefused",
    "AlreadyCompleted",
    "AnswerNeeded",
    "AnswersStopped",
    "Asked",
    "CallRefused",
    "CancelRefused",
    "Changes",
    "Claim",
    "ClinicChanged",
    "DetailsRefused",
    "EntryRefused",
    "HistoryRefused",
    "HoursRefused",
    "InstrumentRefused",
    "Licence",
    "Moment",
    "NameTaken",
    "NotSent",
    "NotUnknown",
    "PauseRefused",
    "StillNeeded",
    "SurveyClosed",
    "TextRefused",
    "TrialRefused",
    "UnknownItem",
    "UnknownLanguage",
    "WrongCell",
    "WrongChartNumber",
    "acknowledge_alert",
    "answer_item",
    "apply_event",
    "apply_events",
    "ask_for_trial",
    "cancel_survey",
    "choose_language",
    "claim_deliveries",
    "close_windows",
    "decide_contacts",
    "delete_view",
    "deliver_queued",
    "differences",
    "edit_text",
    "enter_answers",
    "erase_patient",
    "erase_withdrawn",
    "escalate_alerts",
    "every_course",
    "exclude_late_baselines",
    "finish_delivery",
    "forget_links",
    "forget_trials",
    "hand_over",
    "hold_messages",
    "import_history",
    "is_closed",
    "is_stopped",
    "known_scales",
    "last_day_to_answer",
    "last_day_to_enter",
    "load_instrument",
    "mark_after_retreatment",
    "mark_courses",
    "merge_patients",
    "note_arrival",
    "note_report",
    "note_wish",
    "open_due_surveys",
    "patients_with",
    "pause_sending",
    "plan_import",
    "publish_protocol",
    "rebuild_tallies",
    "recompute_marked",
    "recompute_outcomes",
    "reconcile_unknown",
    "record_call",
    "record_sending_check",
    "release_deliveries",
    "release_messages",
    "restore_baselines",
    "restore_built_in",
    "resume_sending",
    "retire_instrument",
    "save_view",
    "send_by_hand",
    "send_patient_letters",
    "send_text_to",
    "send_trials",
    "set_details",
    "set_sending_hours",
    "settle_tallies",
    "settle_unknown",
    "start_delivery",
    "start_survey",
    "submit_survey",
    "sweep_deliveries",
    "take_call_back",
    "take_snapshot",
    "undo_merge",
    "wrong_cells",
]
