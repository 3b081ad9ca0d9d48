"""The published language: all an outside auditor needs to verify us, and nothing else."""
