"""Adam, its decay, and its state to the bit."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch

from qdiffgui.errors import UserError
from qdiffgui.models.optimiser import Optimiser, decayed


def _loss(p: torch.Tensor, i: int) -> torch.Tensor:
    return ((p - 3) ** 2).sum() + torch.sin(p * i).sum()


def test_equals_torch_adam_with_cosine_annealing() -> None:
    ours, theirs = (torch.tensor([0.5, -1.0], requires_grad=True) for _ in range(2))
    optimiser = Optimiser({"p": ours}, 0.1, 20)
    adam = torch.optim.Adam([theirs], lr=0.1)
    annealing = torch.optim.lr_scheduler.CosineAnnealingLR(adam, 20)
    for i in range(20):
        optimiser.step(i, _loss(ours, i))
        adam.zero_grad()
        _loss(theirs, i).backward()
        adam.step()
        annealing.step()
    torch.testing.assert_close(ours, theirs, atol=1e-6, rtol=1e-6)


def test_equals_the_class_of_torch_bit_for_bit() -> None:
    torch.manual_seed(0)
    start = {"w": torch.randn(3, 2), "b": torch.randn(2), "unused": torch.randn(1)}
    ours, theirs = ({k: v.clone().requires_grad_() for k, v in start.items()} for _ in range(2))
    optimiser = Optimiser(ours, 0.1, 9, "constant", weight_decay=0.3, no_decay=("b",))
    groups = [
        {"params": [theirs["w"], theirs["unused"]]},
        {"params": [theirs["b"]], "weight_decay": 0.0},
    ]
    adam = torch.optim.AdamW(groups, lr=0.1, weight_decay=0.3)
    for i in range(9):
        optimiser.step(i, _loss(ours["w"], i) * ours["b"].sum())
        adam.zero_grad()
        (_loss(theirs["w"], i) * theirs["b"].sum()).backward()
        adam.step()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)
    kept = optimiser.state()
    assert kept["count/w"] == 9
    assert (kept["square/w"] == adam.state[theirs["w"]]["exp_avg_sq"].numpy()).all()


def test_torch_does_not_import_its_compiler() -> None:
    """That takes three seconds of CPU time, in each process that looks at settings or trains."""
    code = (
        "import sys, torch\n"
        "from qdiffgui.models.optimiser import Optimiser\n"
        "p = torch.ones(2, requires_grad=True)\n"
        "Optimiser({'p': p}, 0.1, 1).step(0, p.sum())\n"
        "sys.exit('torch._dynamo' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_state_goes_to_arrays_and_back_exactly() -> None:
    p = torch.tensor([0.5, -1.0], requires_grad=True)
    optimiser = Optimiser({"p": p}, 0.1, 20)
    fresh = optimiser.state()
    for i in range(7):
        optimiser.step(i, _loss(p, i))
    kept = optimiser.state()
    rest = [optimiser.step(i, _loss(p, i)) for i in range(7, 20)]

    q = torch.zeros(2, requires_grad=True)
    again = Optimiser({"p": q}, 0.1, 20)
    again.load_state(kept)
    assert [again.step(i, _loss(q, i)) for i in range(7, 20)] == rest
    assert torch.equal(p, q)
    again.load_state(fresh)
    assert set(again.state()) == {"parameter/p"}


def test_weight_decay_leaves_some_parameters_alone() -> None:
    decayed_, free = (torch.tensor([2.0], requires_grad=True) for _ in range(2))
    parameters = {"w": decayed_, "b": free}
    optimiser = Optimiser(parameters, 0.1, 4, "constant", weight_decay=0.5, no_decay=("b",))
    for i in range(4):
        optimiser.step(i, 0 * (decayed_ + free).sum())
    assert decayed_.item() == pytest.approx(2 * 0.95**4)
    assert free.item() == 2


def test_decay() -> None:
    assert decayed(0.1, 0, 10) == 0.1
    assert decayed(0.1, 5, 10) == pytest.approx(0.05)
    assert decayed(0.1, 10, 10) == pytest.approx(0)
    assert decayed(0.1, 7, 10, "constant") == 0.1


def test_a_broken_loss_is_said_clearly_and_leaves_the_weights_alone() -> None:
    p = torch.tensor([1.0], requires_grad=True)
    optimiser = Optimiser({"p": p}, 0.1, 20)
    with pytest.raises(UserError, match=r"step 4: the loss is nan. Lower the learning rate"):
        optimiser.step(3, (p * float("nan")).sum())
    assert p.item() == 1


def test_long_gradients_are_shortened() -> None:
    p = torch.tensor([1.0, 1.0], requires_grad=True)
    optimiser = Optimiser({"p": p}, 0.1, 20, max_norm=1.0)
    _, norm, _ = optimiser.step(0, (p * torch.tensor([30.0, 40.0])).sum())
    assert norm == pytest.approx(50)
    assert p.grad is not None
    assert float(p.grad.norm()) == pytest.approx(1)
