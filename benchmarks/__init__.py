"""Benchmarks: speed and memory as ratios to a limit measured in the same run."""
