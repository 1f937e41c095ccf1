"""What the forms of the three kinds share: fields of the model, in groups, with names, units and usual ranges."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import models
from django.forms import BoundField
from django.forms.models import fields_for_model
from django.http import QueryDict

from clinic.models import Clinic
from treatments import field_labels, soft_ranges
from treatments.forms.groups import FieldGroup
from treatments.forms.inputs import QuietForm, add_units, ask_plainly
from treatments.forms.rows import NumberedFormSet
from treatments.soft_ranges import SoftRange
from treatments.vocabulary import Modality

PREFIX = "preparation"


@dataclass(frozen=True)
class Group:
    """The fields of one card: those that are always seen, those behind "More", and the rows it holds, if any."""

    title: str
    fields: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    more_title: str = ""
    rows: str = ""


@dataclass(frozen=True)
class Card:
    """One card of the page, ready to be drawn."""

    title: str
    anchor: str
    fields: Sequence[BoundField]
    more: FieldGroup | None
    rows: NumberedFormSet | None

    @property
    def has_anything(self) -> bool:
        return bool(self.fields or self.more or self.rows is not None)


class PreparationForm(QuietForm):
    """Fields of one kind of preparation.

    ``groups``: the cards, in the order of work. ``repeated``: what a clinic does the same way each time and is filled
    in from the last session; never a count, a lot or a day. ``words``: what is said below a label that needs it.
    """

    modality: ClassVar[Modality]
    model: ClassVar[type[models.Model]]
    groups: ClassVar[tuple[Group, ...]]
    repeated: ClassVar[tuple[str, ...]]
    words: ClassVar[Mapping[str, str]] = {}

    def __init__(self, data: QueryDict | None, *, initial: Mapping[str, Any], clinic: Clinic) -> None:
        super().__init__(data, initial=initial, prefix=PREFIX)
        self.clinic = clinic
        offered = fields_for_model(self.model, fields=self.names(), labels=self.labels(), help_texts=self.hints())
        # Fields written out in the class, like check boxes of several markers, come before the model's own.
        self.fields = {name: self.fields.get(name) or offered[name] for name in self.names()}
        ask_plainly(self)
        add_units(self, self.ranges)

    @classmethod
    def names(cls) -> list[str]:
        """Every field, in the order of the page."""
        return [name for group in cls.groups for name in (*group.fields, *group.more)]

    @classmethod
    def labels(cls) -> Mapping[str, str]:
        """What each field is called."""
        return field_labels.PREPARATIONS[cls.modality.value]

    @classmethod
    def hints(cls) -> dict[str, str]:
        """The words below each label; the unit stands behind the number, the usual range is added later."""
        return {name: cls.words.get(name, "") for name in cls.names()}

    @property
    def ranges(self) -> dict[str, SoftRange]:
        """The usual range of every measured field."""
        return soft_ranges.PREPARATIONS[self.modality.value]

    def asked(self) -> set[str]:
        """The fields and lists of rows that the kind chosen has."""
        return {*self.fields, *(group.rows for group in self.groups)}

    def record(self) -> dict[str, Any]:
        """The fields as the action takes them."""
        return {name: value for name, value in self.cleaned_data.items() if name in self.asked()}

    def cards(self, rows: Mapping[str, NumberedFormSet]) -> list[Card]:
        """The cards that the kind chosen needs."""
        asked = self.asked()
        cards = [self._card(number, group, asked, rows) for number, group in enumerate(self.groups, 1)]
        return [card for card in cards if card.has_anything]

    def _card(self, number: int, group: Group, asked: set[str], rows: Mapping[str, NumberedFormSet]) -> Card:
        more = [self[name] for name in group.more if name in asked]
        return Card(
            title=group.title,
            anchor=group.rows or f"preparation-{number}",
            fields=[self[name] for name in group.fields if name in asked],
            more=FieldGroup(group.more_title, more) if more else None,
            rows=rows.get(group.rows) if group.rows in asked else None,
        )
