"""The incentive estimator over HTTP: open to everybody, stores nothing, promises nothing."""

from fastapi import APIRouter

from api.unit_of_work import UnitOfWorkRoute
from market.incentives import service
from market.incentives.schemas import Estimate, EstimateIncentives

router = APIRouter(prefix="/v1/incentives", tags=["incentives"], route_class=UnitOfWorkRoute)


@router.post("/estimate")
def estimate_incentives(command: EstimateIncentives) -> Estimate:
    """Tax relief, grants and rewards that one contract may bring, each with its source, validity and formula (测算)."""
    return service.estimate(command)
