"""Real servers from packages alone: Elasticsearch and PostgreSQL for the tests, the benchmarks and the trial of the office size.

No module here but the trial knows techmarket, and none knows pytest. What is started ends with the process that asked for it, however that ends.
"""
