"""Reporting: `python -m services.reporting` is `concord reporting`."""

from services.reporting.cli import app

if __name__ == "__main__":
    app()
