"""Technical indicators as numbers: read from text and rows, compared pair by pair, shown to people.

`reading.read_indicators` and `reading.from_row` make `Indicator`s; `comparing.compare` says what is met, missed and by how much;
`comparing.fulfilment` sums it up for the score and `tables.table` for brokers.
"""
