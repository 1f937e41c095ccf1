"""The words of a treatment: modalities, regions, targets, sides, structures, guidance. No Django, no database."""

from enum import StrEnum
from typing import NamedTuple


class Modality(StrEnum):
    """What kind of product is given; decides which preparation record a session has."""

    PRP = "prp"
    CELL = "cell"
    EXOSOME = "exosome"
    OTHER = "other"

    @property
    def label(self) -> str:
        return {"prp": "PRP", "cell": "Stem cell", "exosome": "Exosome", "other": "Other"}[self.value]


class Region(StrEnum):
    """The part of the body by which reports are filtered."""

    HEAD = "head"
    NECK = "neck"
    SHOULDER = "shoulder"
    ELBOW = "elbow"
    WRIST_HAND = "wrist_hand"
    BACK = "back"
    HIP = "hip"
    KNEE = "knee"
    ANKLE_FOOT = "ankle_foot"
    OTHER = "other"

    @property
    def label(self) -> str:
        names = {"wrist_hand": "Wrist and hand", "ankle_foot": "Ankle and foot", "back": "Back and spine"}
        return names.get(self.value, self.value.capitalize())


class Side(StrEnum):
    """Which of a pair. Both sides are two injections, never one."""

    LEFT = "left"
    RIGHT = "right"
    MIDLINE = "midline"

    @property
    def label(self) -> str:
        return self.value.capitalize()


class Structure(StrEnum):
    """The tissue that the needle reached."""

    INTRA_ARTICULAR = "intra_articular"
    TENDON = "tendon"
    LIGAMENT = "ligament"
    MUSCLE = "muscle"
    BURSA = "bursa"
    ENTHESIS = "enthesis"
    PERINEURAL = "perineural"
    EPIDURAL = "epidural"
    FACET = "facet"
    INTRADISCAL = "intradiscal"
    INTRAOSSEOUS = "intraosseous"
    SUBCHONDRAL = "subchondral"
    SCAR = "scar"

    @property
    def label(self) -> str:
        return self.value.replace("_", "-").capitalize()


class Guidance(StrEnum):
    """How the needle was guided."""

    LANDMARK = "landmark"
    ULTRASOUND = "ultrasound"
    FLUOROSCOPY = "fluoroscopy"
    CT = "ct"
    MRI = "mri"
    ARTHROSCOPIC = "arthroscopic"

    @property
    def label(self) -> str:
        return {"ct": "CT", "mri": "MRI", "landmark": "None (landmarks)"}.get(self.value, self.value.capitalize())


class Target(NamedTuple):
    """A place that is treated; ``paired`` places have a left and a right, the others lie in the midline."""

    label: str
    region: Region
    paired: bool = True


def _paired(region: Region, **labels: str) -> dict[str, Target]:
    return {code: Target(label, region) for code, label in labels.items()}


def _midline(region: Region, **labels: str) -> dict[str, Target]:
    return {code: Target(label, region, paired=False) for code, label in labels.items()}


TARGETS: dict[str, Target] = {
    **_paired(
        Region.KNEE,
        knee_joint="Knee joint",
        patellar_tendon="Patellar tendon",
        quadriceps_tendon="Quadriceps tendon",
        mcl="Medial collateral ligament",
        lcl="Lateral collateral ligament",
        acl="Anterior cruciate ligament",
        meniscus="Meniscus",
        pes_anserine="Pes anserine",
        iliotibial_band="Iliotibial band",
    ),
    **_paired(
        Region.HIP,
        hip_joint="Hip joint",
        gluteal_tendon="Gluteus medius or minimus tendon",
        trochanteric_bursa="Greater trochanteric bursa",
        proximal_hamstring="Proximal hamstring",
        adductor_origin="Adductor origin",
        iliopsoas="Iliopsoas",
        hip_labrum="Hip labrum",
    ),
    **_midline(Region.HIP, pubic_symphysis="Pubic symphysis"),
    **_paired(
        Region.SHOULDER,
        glenohumeral_joint="Glenohumeral joint",
        ac_joint="Acromioclavicular joint",
        sc_joint="Sternoclavicular joint",
        subacromial_bursa="Subacromial bursa",
        supraspinatus="Supraspinatus tendon",
        infraspinatus="Infraspinatus tendon",
        subscapularis="Subscapularis tendon",
        biceps_long_head="Long head of biceps",
        shoulder_labrum="Shoulder labrum",
    ),
    **_paired(
        Region.ELBOW,
        elbow_joint="Elbow joint",
        common_extensor="Common extensor origin",
        common_flexor="Common flexor origin",
        distal_biceps="Distal biceps tendon",
        triceps="Triceps tendon",
        elbow_ucl="Ulnar collateral ligament of elbow",
    ),
    **_paired(
        Region.WRIST_HAND,
        wrist_joint="Wrist joint",
        first_cmc="First carpometacarpal joint",
        first_dorsal_compartment="First dorsal compartment",
        tfcc="Triangular fibrocartilage",
        thumb_ucl="Ulnar collateral ligament of thumb",
        finger_joint="Finger joint",
        median_nerve="Median nerve",
        ulnar_nerve="Ulnar nerve",
    ),
    **_paired(
        Region.ANKLE_FOOT,
        ankle_joint="Ankle joint",
        subtalar_joint="Subtalar joint",
        lateral_ankle_ligaments="Lateral ankle ligaments",
        deltoid_ligament="Deltoid ligament",
        achilles_midportion="Mid-portion Achilles tendon",
        achilles_insertion="Insertional Achilles tendon",
        peroneal_tendon="Peroneal tendon",
        posterior_tibial="Posterior tibial tendon",
        plantar_fascia="Plantar fascia",
        first_mtp="First metatarsophalangeal joint",
    ),
    **_paired(Region.NECK, cervical_facet="Cervical facet joint"),
    **_midline(Region.NECK, cervical_disc="Cervical disc"),
    **_paired(
        Region.BACK,
        thoracic_facet="Thoracic facet joint",
        lumbar_facet="Lumbar facet joint",
        transforaminal_epidural="Transforaminal epidural space",
        si_joint="Sacroiliac joint",
        si_ligament="Sacroiliac ligament",
        multifidus="Multifidus",
        sciatic_nerve="Sciatic nerve",
    ),
    **_midline(
        Region.BACK,
        lumbar_disc="Lumbar disc",
        interlaminar_epidural="Interlaminar epidural space",
        caudal_epidural="Caudal epidural space",
        interspinous_ligament="Interspinous ligament",
    ),
    **_paired(Region.HEAD, tmj="Temporomandibular joint"),
}


def sides_of(target: str) -> list[Side]:
    """The sides that can be chosen for a target code."""
    return [Side.LEFT, Side.RIGHT] if TARGETS[target].paired else [Side.MIDLINE]


_CERVICAL = ("C0/1", "C1/2", "C2/3", "C3/4", "C4/5", "C5/6", "C6/7", "C7/T1")
_THORACIC = (*(f"T{upper}/{upper + 1}" for upper in range(1, 12)), "T12/L1")
_LUMBAR = ("L1/2", "L2/3", "L3/4", "L4/5", "L5/S1")
SPINE_LEVELS = (*_CERVICAL, *_THORACIC, *_LUMBAR)
_LEVELS = {
    **dict.fromkeys(["cervical_facet", "cervical_disc"], _CERVICAL),
    "thoracic_facet": _THORACIC,
    **dict.fromkeys(["lumbar_facet", "lumbar_disc"], _LUMBAR),
    **dict.fromkeys(
        ["transforaminal_epidural", "interlaminar_epidural", "interspinous_ligament", "multifidus"], SPINE_LEVELS
    ),
}


def levels_of(target: str) -> tuple[str, ...]:
    """The levels of the spine that can be chosen for a target code; none for a target that is not at one level."""
    return _LEVELS.get(target, ())


# Common names of a modality as a whole, lower case.
MODALITY_WORDS = {
    **dict.fromkeys(["prp", "platelet-rich plasma", "platelet rich plasma", "prp injection"], Modality.PRP),
    **dict.fromkeys(["stem cell", "stem cells", "stem cell injection", "cell therapy"], Modality.CELL),
    **dict.fromkeys(["bmac", "bone marrow aspirate concentrate", "bone marrow concentrate"], Modality.CELL),
    **dict.fromkeys(["exosome", "exosomes", "exosome injection", "extracellular vesicles"], Modality.EXOSOME),
}

# What a source may call a region. Anything else is kept as "other" beside the source's own word.
REGION_WORDS = {
    **{region.value: region for region in Region},
    **dict.fromkeys(["spine", "lower back", "low back", "lumbar", "lumbar spine", "upper back"], Region.BACK),
    **dict.fromkeys(["cervical", "cervical spine"], Region.NECK),
    **dict.fromkeys(["wrist", "hand", "thumb"], Region.WRIST_HAND),
    **dict.fromkeys(["ankle", "foot", "heel"], Region.ANKLE_FOOT),
    **dict.fromkeys(["face", "jaw"], Region.HEAD),
}


def region_named(word: str) -> Region:
    """The region that a source's word means; ``Region.OTHER`` when it is not one we know."""
    return REGION_WORDS.get(word.strip().lower().replace("_", " "), Region.OTHER)
