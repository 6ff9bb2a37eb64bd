"""The demo story: invented organisations and their year on the market, told through the use-cases.

content (data/*.jsonl) · cast (who) · listings, projects, contracts, dealings (what they do) · calendar (when) · story (all of it)
"""
