"""Studies: many training runs, one report. Benchmarks, sweeps, scaling, noise, published tasks."""
