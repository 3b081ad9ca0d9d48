"""Registry: `python -m services.registry` is `concord registry`."""

from services.registry.cli import app

if __name__ == "__main__":
    app()
