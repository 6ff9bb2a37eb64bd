"""Who may use which route, on the rows of one journey that has come to its registered contract.

Columns: A anonymous · E the enterprise that posted the need · S an enterprise that has nothing to do with it · I the institute that lists
the achievement · B the broker of the match and deal · X a broker without work · O an official of the contract's office · L an official of
another office · M an administrator. `x`: may use it (though the state may refuse: 409, 412); `-`: is turned away (401, 403, 404).
The need is signed and so no longer public; the achievement is still published.
"""

from dataclasses import dataclass

COLUMNS = ("anonymous", "owner", "stranger", "institute", "broker", "idle", "official", "elsewhere", "administrator")


@dataclass(frozen=True)
class Row:
    """One route, with the names of its parameters filled in as far as they choose between rows."""

    method: str
    path: str
    allowed: frozenset[str]


_TABLE = """
                                                                    A E S I B X O L M
GET    /health                                                      x x x x x x x x x
GET    /ready                                                       x x x x x x x x x
GET    /metrics                                                     x x x x x x x x x
POST   /v1/sessions                                                 x x x x x x x x x
GET    /v1/me                                                       - x x x x x x x x
POST   /v1/me/password                                              - x x x x x x x x
GET    /v1/reference                                                x x x x x x x x x
GET    /v1/reference/{name}                                         x x x x x x x x x
GET    /v1/organizations                                            x x x x x x x x x
POST   /v1/organizations                                            - - - - - - x x x
GET    /v1/organizations/{party_id}                                 x x x x x x x x x
PATCH  /v1/organizations/{party_id}                                 - x - - - - x x x
GET    /v1/users                                                    - - - - - - - - x
POST   /v1/users                                                    - - - - - - - - x
GET    /v1/users/{user_id}                                          - - - - - - - - x
PATCH  /v1/users/{user_id}                                          - - - - - - - - x
GET    /v1/brokers                                                  x x x x x x x x x
POST   /v1/brokers                                                  - - - - - - x x x
GET    /v1/brokers/{broker_id}                                      x x x x x x x x x
PATCH  /v1/brokers/{broker_id}                                      - - - - x - x x x
GET    /v1/achievements                                             x x x x x x x x x
POST   /v1/achievements                                             - x x x x x x x -
GET    /v1/achievements/{achievement_id}                            x x x x x x x x x
PATCH  /v1/achievements/{achievement_id}                            - - - x - - - - -
GET    /v1/achievements/{achievement_id}/duplicates                 - - - x - - x x -
POST   /v1/achievements/{achievement_id}/submit                     - - - x - - - - -
POST   /v1/achievements/{achievement_id}/publish                    - - - - - - x x -
POST   /v1/achievements/{achievement_id}/return                     - - - - - - x x -
POST   /v1/achievements/{achievement_id}/withdraw                   - - - x - - x x -
POST   /v1/achievements/{achievement_id}/renew                      - - - x - - - - -
GET    /v1/needs                                                    x x x x x x x x x
POST   /v1/needs                                                    - x x x x x x x -
GET    /v1/needs/{need_id}                                          - x - x - - x x -
PATCH  /v1/needs/{need_id}                                          - x - - - - - - -
GET    /v1/needs/{need_id}/duplicates                               - x - - - - x x -
POST   /v1/needs/{need_id}/submit                                   - x - - - - - - -
POST   /v1/needs/{need_id}/publish                                  - - - - - - x x -
POST   /v1/needs/{need_id}/return                                   - - - - - - x x -
POST   /v1/needs/{need_id}/withdraw                                 - x - - - - x x -
POST   /v1/needs/{need_id}/renew                                    - x - - - - - - -
GET    /v1/search                                                   x x x x x x x x x
GET    /v1/suggestions                                              x x x x x x x x x
GET    /v1/needs/{need_id}/matches                                  - x - - - - x x -
GET    /v1/achievements/{achievement_id}/matches                    - - - x - - x x -
GET    /v1/matches                                                  - x x x x x x x x
POST   /v1/matches                                                  - - - - - - - - -
GET    /v1/matches/{match_id}                                       - x - x x - x x -
GET    /v1/matches/{match_id}/reasons                               - x - x x - x x -
POST   /v1/matches/{match_id}/interest                              - x - x - - - - -
POST   /v1/matches/{match_id}/decline                               - x - x - - - - -
POST   /v1/matches/{match_id}/assign                                - - - - x - x x -
POST   /v1/matches/{match_id}/notes                                 - x - x x - - - -
GET    /v1/notices                                                  - x x x x x x x x
POST   /v1/notices/read                                             - x x x x x x x x
POST   /v1/notices/{notice_id}/read                                 - x - - - - - - -
POST   /v1/needs/{need_id}/matches/refresh                          - x - - - - x x -
POST   /v1/achievements/{achievement_id}/matches/refresh            - - - x - - x x -
GET    /v1/deals                                                    - x x x x x x x x
POST   /v1/deals                                                    - x - x x - - - -
GET    /v1/deals/{deal_id}                                          - x - x x - x x -
POST   /v1/deals/{deal_id}/propose                                  - x - x - - - - -
POST   /v1/deals/{deal_id}/accept                                   - x - x - - - - -
POST   /v1/deals/{deal_id}/agree                                    - x - x - - - - -
POST   /v1/deals/{deal_id}/close                                    - x - x - - - - -
POST   /v1/deals/{deal_id}/assign                                   - - - - x - x x -
POST   /v1/deals/{deal_id}/notes                                    - x - x x - - - -
GET    /v1/contracts                                                - x x x x x x x x
GET    /v1/contracts/desk                                           - - - - - - x x -
POST   /v1/contracts                                                - - - x x - - - -
GET    /v1/contracts/{contract_id}                                  - x - x x - x x x
PATCH  /v1/contracts/{contract_id}                                  - - - x x - - - -
POST   /v1/contracts/{contract_id}/precheck                         - x - x x - x - -
POST   /v1/contracts/{contract_id}/submit                           - - - x x - - - -
POST   /v1/contracts/{contract_id}/accept                           - - - - - - x - -
POST   /v1/contracts/{contract_id}/return                           - - - - - - x - -
POST   /v1/contracts/{contract_id}/register                         - - - - - - x - -
POST   /v1/contracts/{contract_id}/refuse                           - - - - - - x - -
POST   /v1/contracts/{contract_id}/change                           - - - - - - x - -
POST   /v1/contracts/{contract_id}/income                           - - - x x - x - -
POST   /v1/contracts/{contract_id}/deregister                       - - - - - - x - -
POST   /v1/contracts/{contract_id}/revoke                           - - - - - - x - -
GET    /v1/contracts/{contract_id}/certificate                      - x - x x - x x x
GET    /v1/projects                                                 x x x x x x x x x
POST   /v1/projects                                                 - - - - - - x x -
GET    /v1/projects/{project_id}                                    x x x x x x x x x
PATCH  /v1/projects/{project_id}                                    - - - - - - x x -
POST   /v1/projects/{project_id}/start                              - - - - - - x x -
POST   /v1/projects/{project_id}/advance                            - - - - - - x x -
POST   /v1/projects/{project_id}/transfer                           - - - - - - x x -
POST   /v1/projects/{project_id}/terminate                          - - - - - - x x -
POST   /v1/projects/{project_id}/milestones/{position}/assess       - - - - - - x x -
POST   /v1/targets                                                  - - - - - - - - x
GET    /v1/targets/{year}                                           x x x x x x x x x
GET    /v1/targets/{year}/contracts                                 - - - - - - x x x
POST   /v1/targets/{year}/close                                     - - - - - - - - x
POST   /v1/incentives/estimate                                      x x x x x x x x x
GET    /v1/audit                                                    - - - - - - x x x
GET    /v1/audit/head                                               - - - - - - x x x
GET    /v1/exports/contracts.csv                                    - - - - - - x x x
GET    /v1/matching-report                                          - - - - - - x x x
GET    /v1/exports/matching-report.csv                              - - - - - - x x x
GET    /v1/dead-letters                                             - - - - - - - - x
POST   /v1/dead-letters/replay                                      - - - - - - - - x
GET    /sign-in                                                     x x x x x x x x x
POST   /sign-in                                                     x x x x x x x x x
GET    /                                                            x x x x x x x x x
GET    /board/contracts                                             - - - - - - x x x
GET    /search                                                      x x x x x x x x x
GET    /needs/new                                                   - x x x x x - - -
GET    /achievements/new                                            - x x x x x - - -
POST   /needs/new                                                   - x x x x x x x -
POST   /achievements/new                                            - x x x x x x x -
GET    /needs/{need_id}/edit                                        - - - - - - - - -
GET    /achievements/{achievement_id}/edit                          - - - x - - - - -
POST   /needs/{need_id}/edit                                        - x - - - - - - -
POST   /achievements/{achievement_id}/edit                          - - - x - - - - -
GET    /needs/{need_id}                                             - x - x - - x x -
GET    /achievements/{achievement_id}                               x x x x x x x x x
POST   /needs/{need_id}/submit                                      - x - - - - - - -
POST   /needs/{need_id}/withdraw                                    - x - - - - x x -
POST   /needs/{need_id}/renew                                       - x - - - - - - -
POST   /needs/{need_id}/publish                                     - - - - - - x x -
POST   /needs/{need_id}/return                                      - - - - - - x x -
POST   /achievements/{achievement_id}/submit                        - - - x - - - - -
POST   /achievements/{achievement_id}/withdraw                      - - - x - - x x -
POST   /achievements/{achievement_id}/renew                         - - - x - - - - -
POST   /achievements/{achievement_id}/publish                       - - - - - - x x -
POST   /achievements/{achievement_id}/return                        - - - - - - x x -
GET    /my/listings                                                 - x x x x x x x x
GET    /review                                                      - - - - - - x x -
GET    /needs/{need_id}/matches                                     - x - - - - x x -
GET    /achievements/{achievement_id}/matches                       - - - x - - x x -
POST   /needs/{need_id}/matches/refresh                             - x - - - - x x -
POST   /achievements/{achievement_id}/matches/refresh               - - - x - - x x -
GET    /inbox                                                       - x x x x x x x x
GET    /inbox/notices                                               - x x x x x x x x
POST   /inbox/notices/read                                          - x x x x x x x x
POST   /inbox/notices/{notice_id}/read                              - x - - - - - - -
GET    /matches/{match_id}                                          - x - x x - x x -
POST   /matches/{match_id}/interest                                 - x - x - - - - -
POST   /matches/{match_id}/decline                                  - x - x - - - - -
POST   /matches/{match_id}/assign                                   - - - - x - x x -
GET    /deals                                                       - x x x x x x x x
POST   /deals                                                       - x - x x - - - -
GET    /deals/{deal_id}                                             - x - x x - x x -
POST   /deals/{deal_id}/propose                                     - x - x - - - - -
POST   /deals/{deal_id}/accept                                      - x - x - - - - -
POST   /deals/{deal_id}/agree                                       - x - x - - - - -
POST   /deals/{deal_id}/close                                       - x - x - - - - -
POST   /deals/{deal_id}/notes                                       - x - x x - - - -
POST   /deals/{deal_id}/contract                                    - - - x x - - - -
GET    /contracts                                                   - x x x x x x x x
GET    /contracts/{contract_id}                                     - x - x x - x x x
POST   /contracts/{contract_id}/edit                                - - - x x - - - -
POST   /contracts/{contract_id}/submit                              - - - x x - - - -
POST   /contracts/{contract_id}/income                              - - - x x - x - -
GET    /contracts/{contract_id}/certificate                         - x - x x - x x x
GET    /registration                                                - - - - - - x x -
POST   /registration/{contract_id}/accept                           - - - - - - x - -
POST   /registration/{contract_id}/return                           - - - - - - x - -
POST   /registration/{contract_id}/register                         - - - - - - x - -
POST   /registration/{contract_id}/refuse                           - - - - - - x - -
POST   /registration/{contract_id}/change                           - - - - - - x - -
POST   /registration/{contract_id}/deregister                       - - - - - - x - -
POST   /registration/{contract_id}/revoke                           - - - - - - x - -
GET    /projects                                                    x x x x x x x x x
GET    /projects/{project_id}                                       x x x x x x x x x
GET    /matching-report                                             - - - - - - x x x
GET    /dead-letters                                                - - - - - - - - x
POST   /dead-letters/replay                                         - - - - - - - - x
DELETE /v1/sessions/current                                         - x x x x x x x x
POST   /sign-out                                                    - x x x x x x x x
"""


def _row(line: str) -> Row:
    method, path, *marks = line.split()
    return Row(method, path, frozenset(name for name, mark in zip(COLUMNS, marks, strict=True) if mark == "x"))


ROWS = tuple(_row(line) for line in _TABLE.strip().splitlines()[1:])
