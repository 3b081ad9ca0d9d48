"""Migrations of the registry: only forward, only adding."""

from migrations.environment import run
from services.registry.log.table import metadata

run("registry", metadata)
