"""The demo's technology contracts of a year: filed by sellers, accepted by one official, decided by another."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from sqlmodel import Session

from market.achievements.models import Achievement
from market.contracts import service
from market.contracts.models import Contract, ContractSide
from market.contracts.schemas import (
    ChangeContract,
    ContractPartyInput,
    DraftContract,
    EditContract,
    EndContract,
    RecordIncome,
    RefuseContract,
    ReturnContract,
)
from market.kernel.actor import Actor
from market.kernel.calendar import add_working_days, is_working_day
from market.parties.models import Origin
from market.reference.lists import code_list
from seed.demo import content
from seed.demo.calendar import StoryClock, registration_days, share_of_year, working_day
from seed.demo.cast import Cast, Member
from seed.demo.listings import achievement_of

_KINDS = (("KF", "KF1", 30), ("KF", "KF2", 8), ("FW", "FW1", 42), ("FW", "FW2", 4), ("ZX", None, 9))
_RIGHTS_KINDS = (("ZR", "ZR1", 3), ("ZR", "ZR6", 1), ("XK", "XK2", 2), ("XK", "XK1", 1))
_RIGHTS_OF_SUBKIND = {
    "ZR1": "patent_invention",
    "XK1": "patent_invention",
    "XK2": "trade_secret",
    "ZR6": "plant_variety",
}
_PAYMENT_MODES = ("instalments", "instalments", "lump_sum", "entry_royalty")
_OBJECTIVES = {"09": "09", "07": "01", "06": "02", "04": "03", "11": "05"}
_SIGMA = 1.3
_DECISION_DAYS = (2, 3, 4, 4, 5, 6, 9)
_IN_FLIGHT = 10
_OVERDUE_AFTER_DAYS = 30
"""The first of those in flight was accepted so long ago that it is overdue by a day or two: the desk has something to show."""

_NOT_YET_ACCEPTED, _LEFT_RETURNED = frozenset({2, 5, 8}), frozenset({1, 6})
"""Which of those in flight wait for the office to accept them, and which were returned and wait for their filers."""

_RETURN = ReturnContract(note="请补充验收指标的测试方法,并注明非技术性费用的组成。")
_OUT_OF_REGION_SHARE = 0.2
_IMPORTS_EVERY = 67
_RETURNED_EVERY, _REFUSED_EVERY, _CHANGED_EVERY, _DEREGISTERED_EVERY, _INCOME_EVERY = 11, 29, 31, 97, 5


@dataclass(frozen=True)
class YearPlan:
    """How many contracts a whole year would bring, and what they would add up to."""

    contracts: int
    amount_cny: Decimal


THIS_YEAR = YearPlan(530, Decimal(3_550_000_000))
"""A little above the target of 3 billion, so that the year's end is open."""

LAST_YEAR = YearPlan(150, Decimal(1_150_000_000))

BOTH_YEARS = (LAST_YEAR, THIS_YEAR)

_TERMS = {
    "KF": (
        "委托研究开发:{subject}研究开发目标为达到“{goal}”,完成样机(样品)试制、试验验证和技术文件编制。",
        "研究开发成果的专利申请权归受托方,委托方在约定范围内免费实施;后续改进成果归改进方。",
        "按约定指标由双方认可的第三方检测,三批次全部合格视为验收通过。",
    ),
    "ZR": (
        "转让技术及其资料:{subject}转让方保证其为合法权利人,并提供实施所需的技术资料。",
        "权利自登记之日起归受让方;转让方保留署名权,后续改进成果各自所有。",
        "资料齐备、指导试车一次成功并达到约定指标视为验收通过。",
    ),
    "XK": (
        "许可实施技术:{subject}许可方提供技术资料和现场指导。",
        "权利归许可方,被许可方在许可范围和期限内实施;被许可方改进成果归其所有。",
        "被许可方生产线连续运行七十二小时并达到约定指标视为验收通过。",
    ),
    "ZX": ("技术咨询:就{goal}的技术路线、可行性与实施条件进行论证,对象为:{subject}", "", "提交咨询报告并通过委托方组织的评审。"),
    "FW": (
        "技术服务:针对{subject}解决现场“{goal}”问题,提供诊断、方案、实施指导与效果测试。",
        "服务过程中双方原有知识产权归各自所有。",
        "以连续三十日运行数据为准,达到约定指标视为验收通过。",
    ),
}  # fmt: skip


class YearOfContracts:
    """Tells one year's contracts, month by month; the same on every telling."""

    def __init__(self, cast: Cast, year: int, today: date, plan: YearPlan) -> None:
        until = min(today, date(year, 12, 31))
        share = share_of_year(until)
        random = Random(f"contracts/{year}")
        self._cast = cast
        self._today = today
        count = max(1, round(plan.contracts * share))
        self.days = registration_days(year, count, until, random)
        waiting = _IN_FLIGHT if year == today.year else 0
        self.days += [until + timedelta(days=1 + n // 2) for n in range(waiting)]
        self._first_waiting = count
        amounts = _amounts(random, count, (plan.amount_cny * Decimal(share)).quantize(Decimal(1)))
        self._amounts = amounts + [amounts[number % count] for number in range(waiting)]
        self._seeds = [random.getrandbits(64) for _ in self.days]
        self._year = year

    def months(self) -> list[tuple[int, int]]:
        """The months that have contracts, each with how many."""
        return sorted(Counter(self._month_of(day) for day in self.days).items())

    def tell_month(self, session: Session, month: int, projects: list[tuple[UUID, UUID]]) -> None:
        """File and decide the contracts whose decision falls in the month. `projects`: (achievement, project) that they may serve."""
        project_of = dict(projects)
        for number, day in enumerate(self.days):
            if self._month_of(day) == month:
                self._tell(session, number, day, project_of)

    def _month_of(self, day: date) -> int:
        return min(day, self._today).month

    def _tell(self, session: Session, number: int, day: date, project_of: dict[UUID, UUID]) -> None:
        random = Random(self._seeds[number])
        clock = StoryClock(day)
        accepted_on = _working_days_before(day, random.choice(_DECISION_DAYS))
        if number == self._first_waiting:
            accepted_on = _working_days_before(self._today - timedelta(days=_OVERDUE_AFTER_DAYS), 1)
        elif number - self._first_waiting in _NOT_YET_ACCEPTED:
            accepted_on = add_working_days(self._today, 1)
        submitted_on = _working_days_before(accepted_on, 1 + number % 3)
        signed_on = submitted_on - timedelta(days=random.randint(3, 20))
        achievement = achievement_of(session, random.choice(content.achievements()).key)
        provider = self._provider(achievement, random)
        is_import = number % _IMPORTS_EVERY == _IMPORTS_EVERY - 1
        outside = (
            random.random() < _OUT_OF_REGION_SHARE and not is_import
        )  # who imports files here, so is of the region
        buyer = self._buyer(achievement, provider, random, outside=outside)
        draft = self._draft(number, achievement, (provider, buyer), signed_on, random)
        project_id = project_of.get(achievement.id)
        if project_id is not None:
            draft = draft.model_copy(update={"project_id": project_id})
        filer = buyer if is_import else provider
        clock.to(min(submitted_on, self._today))
        contract = service.draft_contract(session, filer.actor, draft, clock=clock, origin=Origin.DEMO)
        service.submit_contract(session, filer.actor, contract.id, clock=clock)
        self._decide(session, contract, number, (submitted_on, accepted_on, day), filer.actor)

    def _decide(
        self, session: Session, contract: Contract, number: int, days: tuple[date, date, date], filer: Actor
    ) -> None:
        submitted_on, accepted_on, decided_on = days
        first, second = self._cast.officials[contract.office_code]
        clock = StoryClock(submitted_on)
        if accepted_on > self._today:
            return
        if number % _RETURNED_EVERY == _RETURNED_EVERY - 1:
            self._return_once(session, contract, first, filer, clock)
        clock.to(accepted_on)
        service.accept_contract(session, first, contract.id, clock=clock)
        if number - self._first_waiting in _LEFT_RETURNED:
            service.return_contract(session, first, contract.id, _RETURN, clock=clock)
            return
        if decided_on > self._today:
            return
        clock.to(decided_on)
        if number % _REFUSED_EVERY == _REFUSED_EVERY - 1:
            refusal = RefuseContract(reason_codes=["name_content_mismatch"], note="约定的权利义务与所报合同类别不符。")
            service.refuse_contract(session, second, contract.id, refusal, clock=clock)
            return
        service.register_contract(session, second, contract.id, clock=clock)
        self._afterwards(session, contract, number, filer, decided_on)

    def _return_once(
        self, session: Session, contract: Contract, official: Actor, filer: Actor, clock: StoryClock
    ) -> None:
        service.accept_contract(session, official, contract.id, clock=clock)
        service.return_contract(session, official, contract.id, _RETURN, clock=clock)
        terms = f"{contract.acceptance_terms}测试方法按现行标准执行,原始记录随验收报告提交。"
        service.edit_contract(session, filer, contract.id, EditContract(acceptance_terms=terms), clock=clock)
        service.submit_contract(session, filer, contract.id, clock=clock)

    def _afterwards(self, session: Session, contract: Contract, number: int, filer: Actor, day: date) -> None:
        official = self._cast.officials[contract.office_code][1]
        later = working_day(day + timedelta(days=35))
        if later > min(self._today, date(self._year, 12, 31)):
            return
        clock = StoryClock(later)
        if number % _CHANGED_EVERY == _CHANGED_EVERY - 1:
            less = (contract.contract_amount_cny * Decimal("0.9")).quantize(Decimal(1))
            change = ChangeContract(
                reason_code="amount_changed",
                contract_amount_cny=less,
                technology_amount_cny=min(less, contract.technology_amount_cny),
            )
            service.change_contract(session, official, contract.id, change, clock=clock)
        elif number % _DEREGISTERED_EVERY == _DEREGISTERED_EVERY - 1:
            reason = EndContract(reason="双方协商一致解除合同,申请注销登记。")
            service.deregister_contract(session, official, contract.id, reason, clock=clock)
        elif number % _INCOME_EVERY == 0:
            income = (contract.technology_amount_cny * Decimal("0.6")).quantize(Decimal(1))
            service.record_income(session, filer, contract.id, RecordIncome(technical_income_cny=income), clock=clock)

    def _provider(self, achievement: Achievement, random: Random) -> Member:
        owner = next(member for member in self._cast.members if member.party_id == achievement.owner_party_id)
        if random.random() < 0.6:  # noqa: PLR2004  the rest is sold by firms of the trade
            return owner
        sellers = [m for m in self._sellers() if m.trades_in(achievement.local_industry_code)]
        return random.choice(sellers or [owner])

    def _sellers(self) -> list[Member]:
        return [m for m in self._cast.members if m.is_home and m.actor.broker_id is None]

    def _buyer(self, achievement: Achievement, provider: Member, random: Random, *, outside: bool) -> Member:
        firms = [
            member
            for member in self._cast.members
            if member.demo.kind == "enterprise" and member.party_id != provider.party_id
        ]
        pool = [member for member in firms if member.is_home is not outside]
        return random.choice([m for m in pool if m.trades_in(achievement.local_industry_code)] or pool)

    def _draft(
        self, number: int, achievement: Achievement, sides: tuple[Member, Member], signed_on: date, random: Random
    ) -> DraftContract:
        kind, subkind = _kind(achievement, random)
        amount = self._amounts[number]
        is_import = number % _IMPORTS_EVERY == _IMPORTS_EVERY - 1
        goal = code_list("technology_fields").label(achievement.field_code) + "指标提升"
        subject, ip_terms, acceptance = _TERMS[kind]
        right = _RIGHTS_OF_SUBKIND.get(subkind or "")
        label = code_list("contract_kinds").label(kind)
        return DraftContract(
            name=f"{achievement.title[:60]}{label}合同({self._year}-{number + 1:03d})",
            parties=[
                _foreign_seller(number) if is_import else _side(ContractSide.PROVIDER, sides[0]),
                _side(ContractSide.ACQUIRER, sides[1]),
            ],
            contract_kind_code=kind,
            contract_subkind_code=subkind,
            field_code=achievement.field_code,
            industry_code=achievement.industry_code,
            local_industry_code=achievement.local_industry_code,
            objective_code=_OBJECTIVES.get(achievement.field_code, "10"),
            plan_source_code=random.choice(("unplanned",) * 5 + ("province", "national", "city_county")),
            ip_kind_codes=[right] if right else [],
            licence_mode_code=random.choice(("ordinary", "ordinary", "sole")) if kind == "XK" else None,
            payment_mode_code=random.choice(_PAYMENT_MODES),
            subject_matter=subject.format(subject=achievement.description, goal=goal),
            ip_terms=ip_terms,
            acceptance_terms=acceptance,
            signed_on=signed_on,
            effective_from=signed_on,
            effective_to=signed_on + timedelta(days=random.choice((180, 365, 540, 730))),
            contract_amount_cny=amount,
            technology_amount_cny=_technology_amount(amount, kind, random),
            achievement_id=achievement.id,
        )


def _side(side: ContractSide, member: Member) -> ContractPartyInput:
    return ContractPartyInput(side=side, party_id=member.party_id)


def _foreign_seller(number: int) -> ContractPartyInput:
    return ContractPartyInput(
        side=ContractSide.PROVIDER,
        name=f"示范境外技术公司{number}(演示)",
        party_type_code="920",
        country_code="276",
    )


def _kind(achievement: Achievement, random: Random) -> tuple[str, str | None]:
    choices = [*_KINDS, *_RIGHTS_KINDS]
    kind, subkind, _ = random.choices(choices, [weight for _, _, weight in choices])[0]
    if subkind == "ZR6" and achievement.field_code != "09":
        return "ZR", "ZR1"
    return kind, subkind


def _technology_amount(amount: Decimal, kind: str, random: Random) -> Decimal:
    """Half of the contracts are all technology; of the rest services carry more equipment."""
    if random.random() < 0.55:  # noqa: PLR2004  the published share of contracts without other costs
        return amount
    share = random.betavariate(5, 3) if kind == "FW" else random.betavariate(6, 2)
    return (amount * Decimal(f"{max(share, 0.05):.3f}")).quantize(Decimal(1)).quantize(Decimal("0.01"))


def _amounts(random: Random, count: int, total_cny: Decimal) -> list[Decimal]:
    """Log-normal amounts in whole hundreds of yuan that add up to the total; the largest takes the rounding."""
    raw = [random.lognormvariate(0, _SIGMA) for _ in range(count)]
    scale = float(total_cny) / sum(raw)
    amounts = [Decimal(max(50, round(value * scale / 100))) * 100 for value in raw]
    largest = max(range(count), key=lambda i: amounts[i])
    amounts[largest] += total_cny - sum(amounts)
    return [amount.quantize(Decimal("0.01")) for amount in amounts]


def _working_days_before(day: date, days: int) -> date:
    """The last working day from which `days` working days lead to this one at the latest."""
    start = day - timedelta(days=days)
    while add_working_days(start, days) > day:
        start -= timedelta(days=1)
    while not is_working_day(start):
        start -= timedelta(days=1)
    return start
