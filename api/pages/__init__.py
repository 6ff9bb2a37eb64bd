"""The pages in Chinese, one module per desk; `PAGES` lists their routers. They call the same use-cases as the JSON API."""

from api.pages import (
    account,
    board,
    contracts,
    dead_letters,
    deals,
    inbox,
    listings,
    matches,
    matching_report,
    projects,
    registration,
    search,
)

PAGES = (
    account.router,
    board.router,
    search.router,
    listings.router,
    matches.router,
    inbox.router,
    deals.router,
    contracts.router,
    registration.router,
    projects.router,
    dead_letters.router,
    matching_report.router,
)
