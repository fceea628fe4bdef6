"""A file whose columns have a meaning: matched by name, in any language, never by position."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as default
from pathlib import Path
from typing import Any, NamedTuple

from qsm.lib.files.cells import tidy
from qsm.lib.files.child import tokens_from_child
from qsm.lib.files.errors import CellError, Error
from qsm.lib.files.reading import read_tokens
from qsm.lib.files.tokens import Head, Limits, Line, Token
from qsm.lib.files.writing import unguarded


@dataclass(frozen=True)
class Spec:
    """What a file should have.

    headers   name of a column, in each language that files come in → the key that it has in rows
    required  keys without which the file is of no use
    """

    headers: Mapping[str, str]
    required: frozenset[str] = frozenset()
    limits: Limits = default(default_factory=Limits)


class Row(NamedTuple):
    """A row as text: `cells` by key, and `extra` by name for the columns that `Spec.headers` doesn't know."""

    line: int
    cells: dict[str, str]
    extra: dict[str, str]


class Sheet:
    """A file being read: go through it once, for rows and errors in the order of the file.

    encoding  utf-8-sig, utf-8, cp932 or xlsx; "" when the file could not be opened as any of them
    names     key → name of the column in this file
    unknown   names of the columns that `Spec.headers` doesn't know
    """

    def __init__(self, tokens: Iterator[Token], spec: Spec) -> None:
        self._spec = spec
        first = next(tokens)
        self.encoding, line, columns = first if isinstance(first, Head) else ("", 0, [])
        keys = _matched(columns, spec.headers)
        self._known = [(place, key) for place, key in enumerate(keys) if key]
        self._extra = [(place, _label(columns, place)) for place, key in enumerate(keys) if not key]
        self.names = {key: columns[place].strip() for place, key in self._known}
        self.unknown = [name for _place, name in self._extra]
        fatal = [first] if isinstance(first, Error) else list(self._wrong_with(line, keys))
        self._tokens: Iterable[Token] = fatal or tokens

    def __iter__(self) -> Iterator[Row | Error]:
        for token in self._tokens:
            if isinstance(token, Line):
                yield self._row(token.line, [unguarded(cell) for cell in token.cells])
            elif isinstance(token, Error):
                yield token

    def convert(self, row: Row, converters: Mapping[str, Callable[[str], Any]]) -> tuple[dict[str, Any], list[Error]]:
        """The values of a row by key, and what is wrong with its cells; a column that is missing is empty."""
        values: dict[str, Any] = {}
        errors: list[Error] = []
        for key, converter in converters.items():
            try:
                values[key] = converter(row.cells.get(key, ""))
            except CellError as error:
                errors.append(Error(error.code, row.line, self.name_of(key), error.params))
        return values, errors

    def name_of(self, key: str) -> str:
        """What this file calls a column, or what it could have called it."""
        return self.names.get(key) or " / ".join(name for name, of in self._spec.headers.items() if of == key)

    def _row(self, line: int, cells: list[str]) -> Row:
        known = {key: cells[place] for place, key in self._known}
        return Row(line, known, {name: cells[place] for place, name in self._extra})

    def _wrong_with(self, line: int, keys: list[str]) -> Iterator[Error]:
        for key, count in Counter(key for key in keys if key).items():
            if count > 1:
                yield Error("duplicate_column", line, self.name_of(key))
        if missing := self._spec.required.difference(keys):
            names = ", ".join(self.name_of(key) for key in sorted(missing))
            yield Error("missing_columns", line, params={"columns": names})


def read_rows(path: Path, spec: Spec) -> Sheet:
    """A file of our own, read in this process."""
    return Sheet(read_tokens(path, spec.limits), spec)


def parse_in_child(path: Path, spec: Spec) -> Sheet:
    """A file of anybody's, read in a child process with the limits of `spec`."""
    return Sheet(tokens_from_child(path, spec.limits), spec)


def _matched(columns: list[str], headers: Mapping[str, str]) -> list[str]:
    """The key of each column, "" for one that isn't known."""
    keys = {tidy(name).casefold(): key for name, key in headers.items()}
    return [keys.get(tidy(name).casefold(), "") for name in columns]


def _label(columns: list[str], place: int) -> str:
    """The name of an unknown column, told apart from others of the same name."""
    name = columns[place].strip() or f"#{place + 1}"
    return name if columns.count(columns[place]) == 1 else f"{name} #{place + 1}"
