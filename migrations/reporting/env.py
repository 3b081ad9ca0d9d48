"""Migrations of reporting: its tables may be dropped and made anew from the log."""

from migrations.environment import run
from services.reporting.database import HISTORY
from services.reporting.projections.catalogue import METADATA

run(HISTORY, METADATA)
