"""Writing many rows of a table the short way: one `executemany` of ready values on SQLite, COPY on PostgreSQL.

The values go through the column types' own processors, and the rows into the transaction of the session; constraints hold as ever.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

import psycopg
import psycopg.sql
import sqlalchemy as sa
from sqlmodel import Session, SQLModel

Ready = tuple[Any, ...]
Processor = Callable[[Any], Any]


class Layout:
    """How rows of one model become ready values on one dialect. A row names the columns that differ from the model's defaults."""

    def __init__(self, model: type[SQLModel], dialect: sa.Dialect) -> None:
        table = _table(model)
        self.table = table.name
        self.columns = [column.name for column in table.columns]
        self._blank = _defaults(model)
        self._in_order = itemgetter(*self.columns)
        processors = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in table.columns]
        self._processors: list[tuple[int, Processor]] = [
            (place, process) for place, process in enumerate(processors) if process is not None
        ]

    def ready(self, rows: Iterable[Mapping[str, Any]]) -> list[Ready]:
        """The rows as the driver takes them, in the order of `columns`."""
        return list(self._ready(rows))

    def _ready(self, rows: Iterable[Mapping[str, Any]]) -> Iterator[Ready]:
        blank, in_order, processors = self._blank, self._in_order, self._processors
        for row in rows:
            values = list(in_order({**blank, **row}))
            for place, process in processors:
                value = values[place]
                if value is not None:
                    values[place] = process(value)
            yield tuple(values)

    def filled(self, rows: Sequence[Ready], column: str, values: Iterable[Any]) -> list[Ready]:
        """The rows with one column set, which takes its values as they are."""
        place = self.columns.index(column)
        return [(*row[:place], value, *row[place + 1 :]) for row, value in zip(rows, values, strict=True)]

    def load(self, session: Session, rows: Sequence[Ready]) -> None:
        """Insert ready rows in the session's transaction."""
        connection = session.connection().connection.driver_connection
        if isinstance(connection, psycopg.Connection):
            self._copy(connection, rows)
        elif connection is not None:
            connection.executemany(self._insert(), rows)

    def _copy(self, connection: "psycopg.Connection[Any]", rows: Sequence[Ready]) -> None:
        names = psycopg.sql.SQL(", ").join(map(psycopg.sql.Identifier, self.columns))
        statement = psycopg.sql.SQL("COPY {} ({}) FROM STDIN").format(psycopg.sql.Identifier(self.table), names)
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)

    def _insert(self) -> str:
        names = ", ".join(f'"{name}"' for name in self.columns)
        places = ", ".join("?" * len(self.columns))
        return f'INSERT INTO "{self.table}" ({names}) VALUES ({places})'  # noqa: S608  names of our own


class Layouts:
    """The layouts of one dialect, each made once."""

    def __init__(self, dialect: sa.Dialect) -> None:
        self._dialect = dialect
        self._found: dict[type[SQLModel], Layout] = {}

    def of(self, model: type[SQLModel]) -> Layout:
        found = self._found.get(model)
        if found is None:
            found = self._found[model] = Layout(model, self._dialect)
        return found


def _table(model: type[SQLModel]) -> sa.Table:
    table = sa.inspect(model).local_table
    if not isinstance(table, sa.Table):
        raise TypeError(f"{model.__name__} is no table")
    return table


def _defaults(model: type[SQLModel]) -> dict[str, Any]:
    """The model's defaults; a column without one is missing here, so that a row that leaves it out fails."""
    found = {}
    for name, field in model.model_fields.items():
        if name != "id" and not field.is_required():
            found[name] = field.get_default(call_default_factory=True)
    return found
