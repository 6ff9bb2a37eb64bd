"""The loop of the market as a list of steps: who does what, on which row, and what it must lead to."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.flows.people import OFFICE, People, Person

ACHIEVEMENT = {
    "title": "枸杞真空冷冻干燥与低温粉碎工艺",
    "summary": "鲜枸杞真空冷冻干燥制粉,保持色泽和多糖。",
    "description": "鲜枸杞经糖酸渗透破壁后真空冷冻干燥,物料温度不高于 45℃,干燥 16 小时,含水率 5% 以下,粉体不结块。",
    "keywords": ["枸杞", "冷冻干燥"],
    "field_code": "09",
    "local_industry_code": "SPC02",
    "region_code": "640104",
    "stage": "mature",
    "trl": 8,
    "transfer_ways": ["licence", "transfer"],
    "asking_price_cny": "900000.00",
    "intellectual_property": [{"kind_code": "trade_secret", "title": "枸杞冻干工艺参数", "status": "granted"}],
    "indicators": [{"name": "含水率", "operator": "le", "value": "5", "unit": "%"}],
}
NEED = {
    "title": "枸杞鲜果冷冻干燥制粉工艺",
    "summary": "枸杞鲜果制粉易结块褐变,求冷冻干燥工艺。",
    "problem": "枸杞热风制干后粉碎易结块、褐变,多糖损失大。",
    "key_technology": "枸杞鲜果真空冷冻干燥,含水率不高于 5%,粉体不结块。",
    "expected_outcome": "建成年处理鲜果 2000 吨的冻干粉生产线。",
    "field_code": "09",
    "local_industry_code": "SPC02",
    "region_code": "640104",
    "budget_max_cny": "1500000.00",
    "min_trl": 6,
    "transfer_ways": ["licence"],
    "indicators": [{"name": "含水率", "operator": "le", "value": "5", "unit": "%"}],
}
TERMS = {
    "contract_kind_code": "XK",
    "contract_subkind_code": "XK2",
    "contract_amount_cny": "1200000.00",
    "technology_amount_cny": "1000000.00",
    "payment_mode_code": "instalments",
    "licence_mode_code": "ordinary",
    "starts_on": "2026-05-01",
    "ends_on": "2031-04-30",
    "subject_matter": "枸杞真空冷冻干燥与低温粉碎工艺技术秘密的普通使用许可,含工艺文件一套与两次现场指导。",
    "ip_terms": "技术秘密归许可方所有,被许可方后续改进归改进方所有。",
    "acceptance_terms": "连续三批产品含水率不高于 5%,由双方共同取样检验。",
}


@dataclass(frozen=True)
class Step:
    """One POST. `path`, `body` and `version` are asked for when the step is due, for they depend on the steps before."""

    name: str
    actor: Person
    wrong: tuple[Person, ...]
    path: Callable[[], str]
    body: Callable[[], Any] = lambda: None
    row: Callable[[], str] | None = None
    settle: Callable[[Any], None] = lambda _answer: None
    repeated: tuple[int, ...] = (409,)


@dataclass
class Journey:
    """The rows that the journey has made so far, and the steps still to be taken."""

    people: People
    relay: Callable[[], None]
    ids: dict[str, str] = field(default_factory=dict)

    def version(self, row: str) -> int:
        answer = self.people.official.get(row)
        if answer.status_code != 200:
            answer = self.people.enterprise.get(row)
        return int(answer.json()["version"])

    def _keep(self, name: str) -> Callable[[Any], None]:
        def keep(answer: Any) -> None:
            self.ids[name] = answer.json()["id"]

        return keep

    def _at(self, noun: str, name: str, action: str = "") -> Callable[[], str]:
        return lambda: f"/v1/{noun}/{self.ids[name]}{action}"

    def _indexed(self, _answer: Any) -> None:
        self.relay()
        found = self.people.official.get(f"/v1/needs/{self.ids['need']}/matches").json() if "need" in self.ids else None
        if found and found["items"]:
            self.ids["match"] = found["items"][0]["id"]

    def _act(self, noun: str, name: str, action: str, actor: Person, wrong: tuple[Person, ...], **more: Any) -> Step:
        row = self._at(noun, name)
        return Step(f"{action} {name}", actor, wrong, self._at(noun, name, f"/{action}"), row=row, **more)

    def steps(self) -> Iterator[Step]:
        """Every step from two drafts to the registered contract, in order."""
        p = self.people
        outsiders = (p.stranger,)
        yield Step(
            "list achievement",
            p.institute,
            (p.administrator,),
            lambda: "/v1/achievements",
            lambda: ACHIEVEMENT,
            settle=self._keep("achievement"),
            repeated=(201, 409),
        )
        yield self._act("achievements", "achievement", "submit", p.institute, outsiders)
        yield self._act(
            "achievements", "achievement", "publish", p.official, (p.institute, p.stranger), settle=self._indexed
        )
        yield Step(
            "post need",
            p.enterprise,
            (p.administrator,),
            lambda: "/v1/needs",
            lambda: NEED,
            settle=self._keep("need"),
            repeated=(201, 409),
        )
        yield self._act("needs", "need", "submit", p.enterprise, outsiders)
        yield self._act("needs", "need", "publish", p.official, (p.enterprise, p.stranger), settle=self._indexed)
        yield self._act(
            "matches",
            "match",
            "assign",
            p.official,
            (p.enterprise, p.stranger),
            body=lambda: {"broker_id": p.broker_id},
            repeated=(200, 204, 409),
        )
        yield self._act("matches", "match", "interest", p.enterprise, (p.stranger, p.official), body=dict)
        yield self._act("matches", "match", "interest", p.institute, (p.stranger, p.official), body=dict)
        yield Step(
            "open deal",
            p.broker,
            (p.stranger, p.official),
            lambda: "/v1/deals",
            lambda: {"match_id": self.ids["match"]},
            settle=self._keep("deal"),
        )
        yield self._act(
            "deals",
            "deal",
            "propose",
            p.institute,
            (p.stranger, p.official),
            body=lambda: TERMS,
            repeated=(200, 201, 409),
        )
        yield self._act("deals", "deal", "accept", p.enterprise, (p.institute, p.stranger, p.official))
        yield self._act("deals", "deal", "agree", p.institute, (p.enterprise, p.stranger, p.official))
        yield Step(
            "draft contract",
            p.institute,
            (p.stranger, p.official),
            lambda: "/v1/contracts",
            lambda: {"deal_id": self.ids["deal"], "signed_on": "2026-04-08"},
            settle=self._keep("contract"),
        )
        yield self._act("contracts", "contract", "submit", p.institute, (p.enterprise, p.stranger))
        yield self._act("contracts", "contract", "accept", p.official, (p.institute, p.stranger))
        yield self._act("contracts", "contract", "register", p.second_official, (p.official, p.institute, p.stranger))

    def walk(self) -> None:
        """Take every step once."""
        for step in self.steps():
            answer = step.actor.post(step.path(), step.body(), version=self.version(step.row()) if step.row else None)
            assert answer.status_code in (200, 201, 204), f"{step.name}: {answer.status_code} {answer.text}"
            step.settle(answer)


__all__ = ["ACHIEVEMENT", "NEED", "OFFICE", "TERMS", "Journey", "Step"]
