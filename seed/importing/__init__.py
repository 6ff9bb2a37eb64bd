"""Bringing in what people have: CSV, Excel and JSON Lines of needs and achievements.

tables (cells) <- delimited, workbook, json_lines · headers (names of columns) · values (what a cell means) · sections, guessing
· drafting (a row as a command) · twins (what reads alike) · service (the import) · rejected (the rows to correct) · report
"""
