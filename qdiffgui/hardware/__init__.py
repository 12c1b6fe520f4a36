"""Beyond the simulator: what noise and finite shots make of a trained model, and its circuits as a quantum computer takes them."""
