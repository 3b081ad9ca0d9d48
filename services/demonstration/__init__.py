"""Demonstration: plays real facts and fictitious participants through both services over HTTP."""
