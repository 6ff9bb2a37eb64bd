"""One need followed from posting to certificate, and six pairs left at different points of the way."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from sqlmodel import Session

from market.contracts import service as contracts
from market.contracts.schemas import DraftFromDeal, RecordIncome
from market.deals import service as deals
from market.deals.schemas import CloseDeal, DealNote, OpenDeal, ProposeTerms
from market.kernel.actor import Actor
from market.kernel.calendar import add_working_days
from market.matches import service as matches
from market.matches.models import Match
from market.matches.schemas import AssignBroker, DeclineMatch, SuggestMatch
from market.parties.models import Origin
from matching.service import match_need
from search.engine import SearchEngine
from seed.demo.calendar import StoryClock, working_day
from seed.demo.cast import Cast
from seed.demo.listings import PAIRS, REVIEW_OFFICE, STORY_ACHIEVEMENT, STORY_DAYS, STORY_NEED, achievement_of, need_of


class Dealings:
    """Tells what the two sides, the broker and the office do, day by day."""

    def __init__(self, session: Session, cast: Cast, today: date) -> None:
        self._session = session
        self._cast = cast
        self._today = today
        self._clock = StoryClock(today)
        self._broker = cast.brokers[0]

    def follow_one_need(self, engine: SearchEngine | None) -> None:
        """From the match, found by the engine (or else suggested by a broker), to the certificate and the first income."""
        start = working_day(self._today - timedelta(days=STORY_DAYS - 1))
        asker, holder = self._sides(STORY_NEED, STORY_ACHIEVEMENT)
        self._clock.to(start)
        match = self._find(engine) or self._suggest(
            STORY_NEED, STORY_ACHIEVEMENT, "热泵加微波真空的两段干燥正对贵公司旺季排队的问题。"
        )
        self._on(start, 1)
        matches.express_interest(self._session, asker, match.id, clock=self._clock)
        self._on(start, 3)
        matches.express_interest(self._session, holder, match.id, clock=self._clock)
        deal_id = self._negotiate(match, start, (asker, holder))
        self._register(deal_id, start, (asker, holder))
        if engine is not None:  # the need is signed: what else the engine had suggested goes
            match_need(self._session, engine, need_of(self._session, STORY_NEED).id, clock=self._clock)

    def leave_pairs_open(self) -> None:
        """Pairs that are still on their way: suggested, asked, consented, talking, offered; one declined, one broken off."""
        for number, (need_key, achievement_key, reach) in enumerate(PAIRS):
            start = working_day(self._today - timedelta(days=16 + number))
            self._clock.to(start)
            asker, holder = self._sides(need_key, achievement_key)
            match = self._suggest(need_key, achievement_key, "双方领域与指标接近,建议先交流。")
            if reach == "suggested":
                continue
            self._on(start, 2)
            matches.express_interest(self._session, asker, match.id, clock=self._clock)
            if reach == "declined":
                self._on(start, 3)
                reason = DeclineMatch(reason_code="timing", note="团队本季度已排满,明年可再联系。")
                matches.decline_match(self._session, holder, match.id, reason, clock=self._clock)
            elif reach != "interested":
                self._continue(match, start, (asker, holder), reach)

    def _continue(self, match: Match, start: date, sides: tuple[Actor, Actor], reach: str) -> None:
        asker, holder = sides
        self._on(start, 3)
        matches.express_interest(self._session, holder, match.id, clock=self._clock)
        if reach == "consented":
            return
        self._on(start, 4)
        deal = deals.open_deal(self._session, asker, OpenDeal(match_id=match.id), clock=self._clock)
        deals.add_note(
            self._session, asker, deal.id, DealNote(text="已约定本周现场考察,请带上样品与检测数据。"), clock=self._clock
        )
        if reach == "closed":
            self._on(start, 7)
            reason = CloseDeal(reason_code="budget", note="年度预算调整,暂缓实施。")
            deals.close_deal(self._session, asker, deal.id, reason, clock=self._clock)
        elif reach == "proposed":
            self._on(start, 7)
            terms = self._terms(Decimal(1_600_000), Decimal(1_400_000), "第一版方案:许可实施并提供现场指导。")
            deals.propose_terms(self._session, holder, deal.id, terms, clock=self._clock)

    def _negotiate(self, match: Match, start: date, sides: tuple[Actor, Actor]) -> UUID:
        asker, holder = sides
        self._on(start, 4)
        broker_id = self._broker.broker_id
        if broker_id is not None and match.broker_id is None:
            official = self._cast.officials[REVIEW_OFFICE][0]
            matches.assign_broker(
                self._session, official, match.id, AssignBroker(broker_id=broker_id), clock=self._clock
            )
        self._on(start, 5)
        deal = deals.open_deal(self._session, asker, OpenDeal(match_id=match.id), clock=self._clock)
        note = DealNote(text="现场看过中试线:含水率曲线稳定,吨干果电耗 820 千瓦时有检测报告,建议按许可方式合作。")
        deals.add_note(self._session, self._broker, deal.id, note, clock=self._clock)
        self._on(start, 8)
        offer = self._terms(Decimal(980_000), Decimal(860_000), "热泵与微波真空分段干燥工艺及控制曲线的普通许可。")
        deals.propose_terms(self._session, holder, deal.id, offer, clock=self._clock)
        self._on(start, 11)
        counter = self._terms(
            Decimal(880_000),
            Decimal(800_000),
            "热泵与微波真空分段干燥工艺、控制曲线及操作规程的普通许可,含日处理 8 吨示范线的安装调试指导与两个产季的现场服务。",
        )
        deals.propose_terms(self._session, asker, deal.id, counter, clock=self._clock)
        self._on(start, 13)
        deals.accept_proposal(self._session, holder, deal.id, clock=self._clock)
        self._on(start, 14)
        deals.agree_deal(self._session, asker, deal.id, clock=self._clock)
        return deal.id

    def _register(self, deal_id: UUID, start: date, sides: tuple[Actor, Actor]) -> None:
        _, holder = sides
        self._on(start, 16)
        command = DraftFromDeal(deal_id=deal_id, objective_code="09", signed_on=self._clock.today())
        contract = contracts.draft_from_deal(self._session, holder, command, clock=self._clock, origin=Origin.DEMO)
        self._on(start, 17)
        contracts.submit_contract(self._session, holder, contract.id, clock=self._clock)
        first, second = self._cast.officials[contract.office_code]
        self._on(start, 18)
        contracts.accept_contract(self._session, first, contract.id, clock=self._clock)
        self._on(start, 22)
        contracts.register_contract(self._session, second, contract.id, clock=self._clock)
        self._on(start, 34)
        income = RecordIncome(technical_income_cny=Decimal(400_000))
        contracts.record_income(self._session, holder, contract.id, income, clock=self._clock)

    def _find(self, engine: SearchEngine | None) -> Match | None:
        if engine is None:
            return None
        need_id = need_of(self._session, STORY_NEED).id
        achievement_id = achievement_of(self._session, STORY_ACHIEVEMENT).id
        found = match_need(self._session, engine, need_id, clock=self._clock)
        return next((match for match in found if match.achievement_id == achievement_id), None)

    def _suggest(self, need_key: str, achievement_key: str, note: str) -> Match:
        command = SuggestMatch(
            need_id=need_of(self._session, need_key).id,
            achievement_id=achievement_of(self._session, achievement_key).id,
            note=note,
        )
        return matches.suggest_match(self._session, self._broker, command, clock=self._clock)

    def _sides(self, need_key: str, achievement_key: str) -> tuple[Actor, Actor]:
        asker = need_of(self._session, need_key).owner_party_id
        holder = achievement_of(self._session, achievement_key).owner_party_id
        by_party = {member.party_id: member.actor for member in self._cast.members}
        return by_party[asker], by_party[holder]

    def _terms(self, amount: Decimal, technology_amount: Decimal, subject: str) -> ProposeTerms:
        starts_on = self._clock.today() + timedelta(days=14)
        return ProposeTerms(
            contract_kind_code="XK",
            contract_subkind_code="XK2",
            contract_amount_cny=amount,
            technology_amount_cny=technology_amount,
            payment_mode_code="instalments",
            licence_mode_code="ordinary",
            starts_on=starts_on,
            ends_on=starts_on + timedelta(days=3 * 365),
            subject_matter=subject,
            ip_terms="技术秘密归许可方;被许可方在许可范围内实施并承担保密义务,其改进成果归其所有。",
            acceptance_terms="示范线连续运行七十二小时,吨干果电耗不高于 900 千瓦时、制干周期不超过 16 小时视为合格。",
        )

    def _on(self, start: date, working_days: int) -> None:
        self._clock.to(min(add_working_days(start, working_days), self._today))
