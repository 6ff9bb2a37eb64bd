"""The truth of the market, in SQL: use-cases, rules and tables. Knows no HTTP and no search engine."""
