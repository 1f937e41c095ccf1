"""The rules of outcomes in words, as people read them on every report. The code beside them: outcomes.outcome_rules."""

DEFINITIONS = (
    (
        "episode",
        (
            "One course of treatment, as the clinic recorded it, of one complaint at one target and side of one "
            "patient. Sessions entered in error do not count."
        ),
    ),
    (
        "baseline",
        (
            "The latest valid score of the same scale from {baseline_days} days before the first session to that "
            "session, of this course or of an earlier one at the same target and side. Never the best, the worst or a "
            "mean. On the day of the session a score counts only if it was answered or written down before the "
            "procedure, or on a form issued before it; otherwise the reason is “ambiguous same day” or “after "
            "treatment”. Of two, the later counts; then the one entered later. Imported history keeps what its source "
            "calls baseline."
        ),
    ),
    (
        "no baseline",
        (
            "Such a course is counted as having none, with the reason. It is left out of changes and responders, and "
            "kept in tables of the level of pain."
        ),
    ),
    (
        "clock",
        (
            "Days of a follow-up count from the last session of the course, or from the first where the protocol says "
            "so. The baseline is looked for before the first session."
        ),
    ),
    (
        "timepoint",
        (
            "Each timepoint has a window of days, both ends included, that overlaps with no other. Of several scores "
            "in a window the one nearest to the target day counts; at equal distance the later day, on one day the "
            "later entry. A score outside every window is on the patient's curve and in no table. The day is the day "
            "it was answered, not the day it was typed in. Imported history keeps its source's timepoints."
        ),
    ),
    ("change", "Follow-up minus baseline, in points."),
    (
        "improvement",
        ("The same number of points, positive when the patient is better off, whichever way the scale runs."),
    ),
    (
        "percent change",
        (
            "100 × improvement ÷ baseline, for each patient. Undefined at a baseline of 0; such patients are counted "
            "apart. The percentage of two means is another number than the mean of percentages."
        ),
    ),
    (
        "responder 30 and 50",
        (
            "Improved by at least 30 % or 50 % of the baseline, compared exactly, the limit included. Undefined at a "
            "baseline of 0."
        ),
    ),
    (
        "at least the published threshold",
        (
            "Improved by at least the points published for the scale (2 on a 0–10 pain scale). Undefined where "
            "nothing is published, or where the baseline leaves no room for so many points."
        ),
    ),
    ("worse", "Worse by at least the same number of points; undefined where nothing is published."),
    (
        "missing answers",
        (
            "A missing score is never 0. Responders are shown of those obtained, and of those due with the missing "
            "counted as no response; the truth lies between that and all of the missing having responded. What "
            "someone else answered for the patient, and a scale with too few answers, counts as missing."
        ),
    ),
    (
        "while on this episode",
        (
            "The usual view. From the day on which the target is treated again (another course, a steroid injection, "
            "surgery), scores leave the episode, which is then “treated again”: neither due nor missing at any window "
            "that begins on that day or later. A window that had begun before stays due: a score from before counts, "
            "one from after does not."
        ),
    ),
    (
        "treatment policy",
        (
            "The other view: scores count whatever happened in between. Where a window has scores from before and "
            "after, the one from before counts in both views."
        ),
    ),
    (
        "denominators",
        (
            "Treated: has a session. Eligible: neither died, left the outcome registry nor treated again before the "
            "window began. Consented: contact was agreed to during the window. Sent: a message about it was accepted "
            "by a mail or text server. Opened: the check-in was begun. Complete: it was sent in. In window: it gave a "
            "valid score within the window. Due: eligible, and the window is over. Sent and opened are brought up to "
            "date every night, and when a check-in is answered."
        ),
    ),
)
