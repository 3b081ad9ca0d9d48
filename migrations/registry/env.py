"""Migrations of the registry: only forward, only adding."""

from migrations.environment import run
from services.kit.shared_budgets import metadata as budgets
from services.registry.drafts.table import metadata as drafts
from services.registry.evidence.table import metadata as evidence
from services.registry.log.soundness import HISTORY
from services.registry.log.table import metadata as log

run(HISTORY, log, drafts, evidence, budgets)
