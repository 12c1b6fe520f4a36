"""The content of a model card, bounded and validated like all stored data."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from qdiffgui import file_layout
from qdiffgui.bounds import Count, Duration, Name, Text
from qdiffgui.data.formats.checks import one_line
from qdiffgui.errors import DataError

FORMAT: Final = "qdiffgui-card"
VERSION = 1
"""Layout of a card, in its field ``version``."""
MOST_BYTES = 4 << 20
"""No card is longer, in bytes of JSON."""
MOST_FACTS = 200

_Whole = Annotated[int, Field(ge=-(10**15), le=10**15)]
_Sentences = Annotated[tuple[Text, ...], Field(max_length=1000)]


class _Part(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="ignore", allow_inf_nan=False, populate_by_name=True
    )


class Value(_Part):
    """A metric and its standard error."""

    value: float
    error: float


class Metric(_Part):
    """A column of the evaluation; ``better`` says which values are good."""

    key: Name
    label: Name
    unit: Name = ""
    better: Name = ""


class Row(_Part):
    """One generator and class: the model, the floor, or a trivial generator (``key``)."""

    key: Name
    generator: Name
    of_class: Name = Field(alias="class")
    n: Count
    values: Annotated[dict[Name, Value], Field(max_length=1000)] = {}


class Test(_Part):
    """A two-sample test with its p-value."""

    label: Name
    of_class: Name = Field(alias="class")
    p: float
    n: Count


class Evaluation(_Part):
    """What the comparison with held-out samples found.

    Attributes
    ----------
    n_generated, n_test : int
        Samples generated for each class, and held-out samples.
    classifier : str
        The classifier behind the AUC, with its folds; "" if there is none.
    metrics, rows : tuple
        The table: its columns, and a row for each generator and class.
    tests : tuple
        Two-sample tests of the model.
    verdict, findings, notes : tuple of str
        Sentences: the comparison, what the tests show, and remarks on the method.
    thorough : bool
        Whether other classifiers, calibration, reweighting, tails and amplification were studied.
    """

    n_generated: Count
    n_test: Count
    classifier: Text = ""
    metrics: Annotated[tuple[Metric, ...], Field(max_length=1000)]
    rows: Annotated[tuple[Row, ...], Field(max_length=5000)]
    tests: Annotated[tuple[Test, ...], Field(max_length=5000)] = ()
    verdict: _Sentences
    findings: _Sentences = ()
    notes: _Sentences = ()
    thorough: bool = False


class ModelPart(_Part):
    """The model: its kind, size and circuits. ``facts`` are those of the model's own class."""

    kind: Name
    label: Name
    about: Text = ""
    quantum: bool
    representation: Name
    representation_label: Name
    n_parameters: Count | None = None
    n_qubits: Count | None = None
    facts: Annotated[dict[Name, bool | _Whole | float | Text], Field(max_length=MOST_FACTS)] = {}


class DataPart(_Part):
    """The data: ``level`` says what kind of data they are, ``digest`` identifies their content."""

    kind: Name
    label: Name
    name: Name = ""
    digest: Name = ""
    level: Text
    classes: Annotated[tuple[Name, ...], Field(max_length=1000)] = ()
    n_train: Count | None = None
    n_test: Count | None = None
    test_fraction: float


class TrainingPart(_Part):
    """The training; ``seed`` is also that of the split of the data."""

    steps: Count | None = None
    planned_steps: Count
    batch_size: Count
    learning_rate: float
    seed: Count
    cpu_seconds: Duration | None = None
    versions: Annotated[dict[Name, Name], Field(max_length=MOST_FACTS)] = {}


class Card(_Part):
    """A model card.

    Attributes
    ----------
    name, summary : str
        Name of the run, and the model in one sentence.
    qdiffgui, created : str
        Version of the program, and the time at which the model file was written (ISO 8601).
    model, data, training, evaluation
        The parts; ``evaluation`` is None if the model has not been evaluated.
    limits : tuple of str
        What the data are not, what was not looked at, and what is not claimed.
    papers : dict of str to str
        Papers that were used, by identifier on arXiv, and for what.
    bibtex : str
        BibTeX entries of these papers and of qdiffgui.
    """

    format: Literal["qdiffgui-card"] = FORMAT
    version: int = VERSION
    name: Name
    summary: Text
    qdiffgui: Name
    created: Name = ""
    model: ModelPart
    data: DataPart
    training: TrainingPart
    evaluation: Evaluation | None = None
    limits: _Sentences
    papers: Annotated[dict[Name, Name], Field(max_length=1000)] = {}
    bibtex: Annotated[str, Field(max_length=500_000)] = ""

    def as_json(self) -> str:
        """The card as JSON, which ``parse_card`` reads."""
        return self.model_dump_json(indent=1, by_alias=True)

    def __str__(self) -> str:
        from qdiffgui.model_card.markdown import as_markdown

        return as_markdown(self)

    def _repr_markdown_(self) -> str:
        return str(self)


class _Versioned(BaseModel):
    version: object = None


def parse_card(text: str | bytes) -> Card:
    """Read a card.

    Raises
    ------
    DataError
        If the text is too long, is not a card, or was written by a newer version.
    """
    if len(text) > MOST_BYTES:
        raise DataError(f"its card is longer than {MOST_BYTES >> 20} MB")
    try:
        found = _Versioned.model_validate_json(text).version
        file_layout.require_readable("its card", found, VERSION)
        return Card.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        reason = one_line(f"{place}: {first['msg']}" if place else first["msg"], 120)
        raise DataError(f"its card is not valid: {reason}") from error
