"""Imports every table once: whoever creates or migrates the schema imports this module."""

from market.achievements import models as achievements
from market.contracts import models as contracts
from market.deals import models as deals
from market.kernel import audit, idempotency, outbox
from market.matches import fact_models as facts
from market.matches import models as matches
from market.matches import outcome_models as outcomes
from market.matches import vector_models as vectors
from market.needs import models as needs
from market.parties import models as parties
from market.projects import models as projects
from market.targets import models as targets

__all__ = [
    "achievements",
    "audit",
    "contracts",
    "deals",
    "facts",
    "idempotency",
    "matches",
    "needs",
    "outbox",
    "outcomes",
    "parties",
    "projects",
    "targets",
    "vectors",
]
