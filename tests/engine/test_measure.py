"""Ancilla measurement, Haar states and unitaries."""

from __future__ import annotations

import pytest
import torch

from qdiffgui import engine
from qdiffgui.errors import UserError


def states(batch=5, n=4, seed=1):
    return engine.haar_states(batch, n, torch.Generator().manual_seed(seed), torch.complex128)


def test_enumerate_is_a_resolution_of_the_state():
    psi = states()
    branches, weight = engine.ancillas(psi, 2, 2, "enumerate")
    assert branches.shape == (5, 4, 4)
    torch.testing.assert_close(weight.sum(1), torch.ones(5, dtype=torch.float64))
    torch.testing.assert_close(
        torch.linalg.vector_norm(branches, dim=2), torch.ones(5, 4, dtype=torch.float64)
    )
    back = (branches * weight.sqrt().unsqueeze(2)).transpose(1, 2).reshape(5, 16)
    torch.testing.assert_close(back, psi)


def test_trace_is_the_weighted_mixture_of_the_branches():
    psi = states()
    branches, weight = engine.ancillas(psi, 2, 2, "enumerate")
    mixture = torch.einsum("ba,bai,baj->bij", weight.to(psi.dtype), branches, branches.conj())
    torch.testing.assert_close(engine.ancillas(psi, 2, 2, "trace"), mixture)


def test_sampled_outcomes_follow_the_weights_and_the_seed():
    psi = states(1).expand(20000, -1)
    draw = [
        engine.ancillas(psi, 3, 1, "sample", torch.Generator().manual_seed(3)) for _ in range(2)
    ]
    assert torch.equal(draw[0][1], draw[1][1])
    kept, outcome = draw[0]
    branches, weight = engine.ancillas(psi[:1], 3, 1, "enumerate")
    assert abs(outcome.double().mean() - weight[0, 1]) < 0.015
    torch.testing.assert_close(kept, branches[0, outcome])


@pytest.mark.parametrize("mode", ["enumerate", "trace"])
def test_gradients(mode):
    psi = states(2, 3).requires_grad_()

    def f(s):
        out = engine.ancillas(s, 2, 1, mode)
        return out if isinstance(out, torch.Tensor) else out[0] * out[1].unsqueeze(-1) ** 0.7

    assert torch.autograd.gradcheck(f, psi)


def test_empty_branch_has_no_weight_and_a_finite_gradient():
    psi = torch.zeros(1, 8, dtype=torch.complex64)
    psi[0, 0] = 1
    psi.requires_grad_()
    branches, weight = engine.ancillas(psi, 2, 1, "enumerate")
    assert weight.tolist() == [[1, 0]]
    assert branches[0, 1].abs().sum() == 0
    (g,) = torch.autograd.grad((weight * branches.abs().square().sum(2)).sum(), psi)
    assert g.isfinite().all()


def test_bad_calls_say_what_to_do():
    with pytest.raises(UserError, match="choose one"):
        engine.ancillas(states(), 2, 2, "collapse")
    with pytest.raises(UserError, match="shape"):
        engine.ancillas(states(), 2, 1)


def test_haar_unitaries_are_unitary_and_uniform():
    u = engine.haar_unitary(1, torch.Generator().manual_seed(0), torch.complex128, n=4000)
    torch.testing.assert_close(
        u @ u.conj().transpose(1, 2), torch.eye(2, dtype=u.dtype).expand(4000, 2, 2)
    )
    # second moment of the Haar measure: E|u_00|^4 = 2 / (d (d + 1)) = 1/3; first moment of the
    # phase: 0
    assert abs(u[:, 0, 0].abs().pow(4).mean() - 1 / 3) < 0.02
    assert u.mean(0).abs().max() < 0.04
    psi = engine.haar_states(4000, 1, torch.Generator().manual_seed(0))
    assert abs(psi[:, 0].abs().pow(4).mean() - 1 / 3) < 0.02
