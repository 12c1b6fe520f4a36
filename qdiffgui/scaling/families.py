"""How each family uses its circuits, as formulas. What is simulated is checked against what was counted (``engine.tally``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from qdiffgui.models.base import Family
from qdiffgui.scaling import reading
from qdiffgui.scaling.ansaetze import AnsatzCost
from qdiffgui.scaling.formula import Formula
from qdiffgui.scaling.layered import blocks, plain, turned, uploading
from qdiffgui.scaling.reading import Preparation, Reading

_PAIRED = ("mmd", "powered-mmd", "energy", "sinkhorn")


@dataclass(frozen=True)
class Use:
    """How one circuit is used. Formulas are in ``symbols``.

    states_a_step : input states that the simulator runs it on in an optimiser step (on average).
    settings_a_step : different circuits (input and measured basis) whose results one loss needs on hardware.
    runs_a_sample : uses of the circuit for one generated sample, one after the other.
    settings_a_sample : the same times the bases that are measured.
    weight_sets : how often the circuit's angles are there, each time with values of its own.
    cost : of the circuit; None without a formula.    trained_inputs : data angles have trained factors, whose derivatives need shifts too.
    """

    states_a_step: Formula
    settings_a_step: Formula
    runs_a_sample: Formula
    reads_a_step: Reading
    reads_a_sample: Reading
    prepares: Preparation
    symbols: Mapping[str, float]
    cost: AnsatzCost | None = None
    settings_a_sample: Formula | None = None
    trained_inputs: bool = False
    weight_sets: Formula = field(default_factory=lambda: Formula("1"))
    notes: tuple[str, ...] = field(default_factory=tuple)


COPIES = (
    "Reading numbers off one trajectory needs many copies of the same conditional state: all ancilla outcomes must come out alike "
    "again. Free in simulation, not on hardware."
)


def uses(model: Family) -> list[Use]:
    """One use for each of ``model.circuits()``, in order; empty for a classical model and for a family without formulas."""
    found = _FAMILIES.get(model.kind)
    return found(model) if found is not None and model.circuits() else []


def symbols(model: Any, **more: float) -> dict[str, float]:
    """n, a, L, T and B of a model, where it has them."""
    known = {
        "n": getattr(model, "n_qubits", 0), "a": getattr(model.config, "n_ancillas", 0), "L": getattr(model.config, "n_layers", 0),
        "T": getattr(model, "n_diffusion_steps", 1), "B": model.training.batch_size,
    }  # fmt: skip
    return known | more


def _state_out(is_map: bool) -> Reading:
    return reading.PROBABILITIES if is_map else reading.OUTCOME


def _quddpm(model: Any) -> list[Use]:
    is_map, own = model.spec.kind == "map", model.config.loss in _PAIRED
    pairs = "B**2 + B*(B - 1)/2" if own else "B**2"
    width = "n + a + 1" if model.by_qubit else "n + a"
    values = symbols(model, K=model.n_groups)
    sets = f"{1 + model.labels.n_features}*T" if model.by_angle else "T"
    return [
        Use(
            states_a_step=Formula("max(B//K, 2)" if model.by_angle else "K*max(B//K, 2)"), weight_sets=Formula(sets),
            settings_a_step=Formula("B" if is_map else pairs), runs_a_sample=Formula("T"),
            reads_a_step=reading.PROBABILITIES if is_map else reading.OVERLAP, reads_a_sample=_state_out(is_map),
            prepares=reading.COMPLEX, symbols=values, cost=plain(model.config.ansatz, width), notes=(COPIES,),
        )
        for _ in model.circuits()
    ]  # fmt: skip


def _qgan(model: Any) -> list[Use]:
    outcomes = "2**a" if model.measurement == "enumerate" else "1"
    values = symbols(model, D=model.config.n_discriminator_layers)
    one_of_each: dict[str, Any] = {"reads_a_step": reading.EXPECTATION, "prepares": reading.COMPLEX, "symbols": values}
    generator = Use(
        states_a_step=Formula("B"), settings_a_step=Formula("1"), runs_a_sample=Formula("1"),
        reads_a_sample=_state_out(model.spec.kind == "map"), cost=plain(model.config.ansatz, "n + a"), **one_of_each,
    )  # fmt: skip
    discriminator = Use(
        states_a_step=Formula(f"B + B*{outcomes}"), settings_a_step=Formula("1"), runs_a_sample=Formula("0"),
        reads_a_sample=reading.EXPECTATION, cost=plain(model.config.ansatz, "n + 1", "D"), **one_of_each,
    )  # fmt: skip
    return [generator, discriminator]


def _msquddpm(model: Any) -> list[Use]:
    own = model.settings.loss in _PAIRED
    return [
        Use(
            states_a_step=Formula("2**(n + a)" if model.settings.ancillas == "haar" else "2**n"),
            settings_a_step=Formula("B**2 + B*(B + 1)/2" if own else "B**2 + B"), runs_a_sample=Formula("T"),
            reads_a_step=reading.OVERLAP, reads_a_sample=reading.OUTCOME, prepares=reading.BASIS, symbols=symbols(model),
            cost=plain(model.settings.ansatz, "n + a"), weight_sets=Formula("T"),
            notes=("The simulator runs the circuit on a basis once (its Kraus operators), not on every sample.", COPIES),
        )
    ]  # fmt: skip


def _qgdm(model: Any) -> list[Use]:
    every = model.settings.time == "every-layer"
    values = symbols(model, a=model.n_time_qubits)
    turns, levels = ("a*L", "L") if every else ("a", "1")
    tomography = model.settings.loss == "infidelity"
    return [
        Use(
            states_a_step=Formula("T*2**n/ceil(T/B)"),
            settings_a_step=Formula("T*3**n/ceil(T/B)" if tomography else "2*T/ceil(T/B)"), runs_a_sample=Formula("T"),
            reads_a_step=reading.EXPECTATION if tomography else reading.OVERLAP, reads_a_sample=reading.OUTCOME,
            prepares=reading.BASIS, symbols=values, cost=turned(model.settings.ansatz, "n + a", turns, levels, "1"),
            notes=("Fidelity of mixed states is read by tomography: 3ⁿ Pauli bases.",) if tomography else (),
        )
    ]  # fmt: skip


def _q_dense(model: Any) -> list[Use]:
    width = "n + 1" if model.has_label else "n"
    cost = turned(model.config.ansatz, width, "L - 1", "L - 1", "1") if model.uploads else plain(model.config.ansatz, width)
    return [
        Use(
            states_a_step=Formula("B"), settings_a_step=Formula("B"), runs_a_sample=Formula("T"),
            reads_a_step=reading.PROBABILITIES, reads_a_sample=reading.PROBABILITIES, prepares=reading.REAL,
            symbols=symbols(model, n=model.n_data_qubits), cost=cost,
        )
    ]  # fmt: skip


def _uss(model: Any) -> list[Use]:
    return [
        Use(
            states_a_step=Formula("B"), settings_a_step=Formula("B"), runs_a_sample=Formula("T"),
            reads_a_step=reading.OVERLAP, reads_a_sample=reading.PROBABILITIES, prepares=reading.REAL,
            symbols=symbols(model, n=model.n_data_qubits), cost=plain(model.config.ansatz, "n + 1" if model.has_label else "n"),
            notes=("The simulator multiplies all steps into one matrix; on hardware the T uses follow each other, unmeasured.",),
        )
    ]  # fmt: skip


def _qu_net(model: Any) -> list[Use]:
    height, width = model.spec.shape
    pixels, coarse = height * width, -(-height // 2) * -(-width // 2)
    made = []
    for name, convolution in model.convolutions.items():
        patches = "C" if name in ("down", "bottom") else "N"
        bases = len({letter for word in convolution.words for letter in word if letter != "I"})
        made.append(
            Use(
                states_a_step=Formula(f"B*{patches}"), settings_a_step=Formula(f"M*B*{patches}"),
                runs_a_sample=Formula(f"T*{patches}"), settings_a_sample=Formula(f"M*T*{patches}"),
                reads_a_step=reading.EXPECTATION, reads_a_sample=reading.EXPECTATION, prepares=reading.REAL,
                symbols=symbols(model, n=convolution.n_qubits, N=pixels, C=coarse, M=bases),
                cost=plain(model.config.ansatz) if model.config.circuit != "separable" else None,
                notes=("N patches of an image at full resolution, C at half of it; M measured bases.",),
            )
        )  # fmt: skip
    return made


def _uploaded(model: Any, ansatz: str, **more: Any) -> Use:
    """A circuit whose angles are the data, read as expectation values or probabilities."""
    values = {"states_a_step": "B", "settings_a_step": "M*B", "runs_a_sample": "S", "settings_a_sample": "M*S"}
    formulas: dict[str, Any] = {name: Formula(str(more.pop(name, text))) for name, text in values.items()}
    width = more.pop("width", "n")
    read = more.pop("read", reading.EXPECTATION)
    return Use(
        reads_a_step=read, reads_a_sample=more.pop("read_sample", read), prepares=reading.ZERO,
        cost=more.pop("cost", None) or uploading(ansatz, width), trained_inputs=True, **formulas, **more,
    )  # fmt: skip


def _quantum_denoiser(model: Any) -> list[Use]:
    bases = len({letter for word in model.network.words for letter in word if letter != "I"})
    values = symbols(model, n=model.config.n_qubits, S=model.facts()["denoiser_calls_a_sample"], M=bases)
    return [_uploaded(model, model.config.ansatz, symbols=values)]


def _qd3pm(model: Any) -> list[Use]:
    values = symbols(model, n=model.config.n_bits, S=model.facts()["denoiser_calls_a_sample"], M=1, K=model.n_classes)
    inputs = "K*2**n" if model.enumerates else "B"
    return [
        _uploaded(
            model, model.config.ansatz, symbols=values, width="n + a", read=reading.PROBABILITIES, read_sample=reading.OUTCOME,
            states_a_step=inputs, settings_a_step=inputs,
            notes=("x_t is a measured string, so the angles that it sets are classical control: every shot is a jet.",),
        )
    ]  # fmt: skip


def _qg_unet(model: Any) -> list[Use]:
    config, ansatz = model.config, model.config.ansatz
    pieces = model.denoiser.pieces[0]
    if config.variant == "hybrid":
        values = symbols(model, n=config.n_qubits, a=0, S=model.n_diffusion_steps, M=2)
        found = _uploaded(model, ansatz, symbols=values)
    else:
        amplitude = config.encoding == "amplitude"
        values = symbols(model, n=model.denoiser.n_qubits, S=model.n_diffusion_steps, M=1, N=pieces)
        read = reading.PROBABILITIES if amplitude else reading.EXPECTATION
        found = _uploaded(
            model, ansatz, symbols=values, width="n + a", read=read, states_a_step="N*B", settings_a_step="M*N*B",
            runs_a_sample="N*S", settings_a_sample="M*N*S",
        )  # fmt: skip
        found = _with(found, prepares=reading.COMPLEX)
    return [found if config.circuit != "separable" else _with(found, cost=None)]


def _with(use: Use, **changes: Any) -> Use:
    return Use(**{**use.__dict__, **changes})


def _latent(model: Any) -> list[Use]:
    return _INNER[model.config.recipe](model.inner)


def _bottleneck(model: Any) -> list[Use]:
    width = "n + K" if model.n_class else "n"
    cost = blocks("strongly-entangling", (width, f"{width} + a", width))
    return [
        Use(
            states_a_step=Formula("B"), settings_a_step=Formula("B"), runs_a_sample=Formula("T"),
            reads_a_step=reading.OVERLAP, reads_a_sample=reading.PROBABILITIES, prepares=reading.COMPLEX,
            symbols=symbols(model, n=model.n_data, K=model.n_class), cost=cost, notes=(COPIES,),
        )
    ]  # fmt: skip


_INNER: dict[str, Callable[[Any], list[Use]]] = {
    "re-uploading": _quantum_denoiser, "bottleneck": _bottleneck, "mixed": _msquddpm,
}  # fmt: skip
_FAMILIES: dict[str, Callable[[Any], list[Use]]] = {
    "quddpm": _quddpm, "qdt": _quddpm, "qgan": _qgan, "msquddpm": _msquddpm, "qgdm": _qgdm, "q-dense": _q_dense, "uss": _uss,
    "qu-net": _qu_net, "quantum-denoiser": _quantum_denoiser, "qd3pm": _qd3pm, "qg-unet": _qg_unet, "latent": _latent,
}  # fmt: skip
