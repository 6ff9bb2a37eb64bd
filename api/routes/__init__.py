"""The JSON API under /v1, one module per noun; `ROUTERS` lists their routers."""

from api.routes import (
    achievements,
    audit,
    contracts,
    dead_letters,
    deals,
    exports,
    health,
    incentives,
    matches,
    matching,
    needs,
    notices,
    parties,
    projects,
    reference,
    search,
    sessions,
    targets,
)

# What is asked most comes first: routes are tried in this order.
ROUTERS = (
    search.router,
    achievements.router,
    needs.router,
    health.router,
    sessions.router,
    reference.router,
    parties.router,
    matches.router,
    matching.router,
    notices.router,
    deals.router,
    contracts.router,
    projects.router,
    targets.router,
    incentives.router,
    audit.router,
    exports.router,
    dead_letters.router,
)
