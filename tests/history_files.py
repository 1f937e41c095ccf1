"""Small invented histories as CSV files."""

from pathlib import Path

PATIENTS = """patient_ref,site_ref,clinician_ref,sex,age,age_band,condition
K1,north,c-1,F,61,,knee osteoarthritis
K2,north,,M,,50-59,"tendon pain, elbow"
K3,,,,,,
"""
EPISODES = """episode_ref,patient_ref,treatment,body_region,baseline_ref_day
K1-1,K1,PRP,knee,0
K2-1,K2,saline injection,elbow,-30
K3-1,K3,saline injection,,
"""
INSTRUMENTS = """instrument,label,minimum,maximum,higher_is_better
vas,"Pain, 0-100",0,100,no
grip,Grip strength,-1,60.5,yes
"""
SCORES = """episode_ref,instrument,timepoint,day_offset,score
K1-1,vas,baseline,0,80
K1-1,vas,week 6,40,33.3333333333333333
K1-1,grip,baseline,0,20
K1-1,grip,week 6,40,30
K2-1,vas,baseline,-3,0.06666666666666667
K2-1,vas,month 3,91,
K2-1,peg,baseline,0,6
K2-1,peg,month 3,91,5
K3-1,vas,month 3,91,12
"""
FILES = {"patients": PATIENTS, "episodes": EPISODES, "instruments": INSTRUMENTS, "scores": SCORES}


def write_history(folder: Path, **files: str | bytes | None) -> Path:
    """The small history in ``folder``, with some files given otherwise, or left out (None)."""
    folder.mkdir(exist_ok=True)
    for name, content in (FILES | files).items():
        if content is not None:
            raw = content if isinstance(content, bytes) else content.encode()
            (folder / f"{name}.csv").write_bytes(raw)
    return folder


def with_cell(file: str, old: str, new: str) -> dict[str, str]:
    """One file of the small history in which ``old``, which must be there once, reads ``new``."""
    content = FILES[file]
    assert content.count(old) == 1, f"{old!r} is {content.count(old)} times in {file}"
    return {file: content.replace(old, new)}
