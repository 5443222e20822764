"""Owns reading values out of parsed JSON with their types checked, and saying by path what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, overload


class CaseError(ValueError):
    """A case cannot be read: ``path`` into it, and what is wrong there."""

    def __init__(self, path: str, what: str) -> None:
        super().__init__(f"{path or '/'} {what}")
        self.path = path


class Fields:
    """One object of the file. A key that is absent and one that is null are the same."""

    __slots__ = ("path", "values")

    def __init__(self, values: Any, path: str) -> None:
        if isinstance(values, list):
            values = {str(n): value for n, value in enumerate(values)}
        if not isinstance(values, Mapping):
            raise CaseError(path, "is not an object")
        self.values: Mapping[str, Any] = values
        self.path = path

    def has(self, key: str) -> bool:
        """Whether the key is there and not null."""
        return self.values.get(key) is not None

    def is_pair(self) -> bool:
        """Whether this was written as a list of two values."""
        return self.values.keys() == {"0", "1"}

    def is_list(self, key: str) -> bool:
        """Whether a value is a list."""
        return isinstance(self.values.get(key), list)

    def _wrong(self, key: str, what: str) -> CaseError:
        return CaseError(f"{self.path}/{key}", "is missing" if self.values.get(key) is None else f"is not {what}")

    def text(self, key: str) -> str:
        """A text that must be there."""
        value = self.values.get(key)
        if not isinstance(value, str):
            raise self._wrong(key, "a text")
        return value

    def name(self, key: str) -> str | None:
        """A text, or None."""
        return self.text(key) if self.has(key) else None

    def id(self, key: str) -> str:
        """An identifier: a text, or a whole number as text."""
        value = self.values.get(key)
        return str(value) if type(value) is int else self.text(key)

    @overload
    def whole(self, key: str) -> int: ...
    @overload
    def whole(self, key: str, usual: int) -> int: ...
    @overload
    def whole(self, key: str, usual: int | None) -> int | None: ...
    def whole(self, key: str, usual: int | str | None = "") -> int | None:
        """A whole number; without ``usual`` it must be there."""
        value = self.values.get(key)
        if value is None and not isinstance(usual, str):
            return usual
        if type(value) is not int:
            raise self._wrong(key, "a whole number")
        return value

    @overload
    def count(self, key: str) -> int: ...
    @overload
    def count(self, key: str, usual: int) -> int: ...
    @overload
    def count(self, key: str, usual: int | None) -> int | None: ...
    def count(self, key: str, usual: int | str | None = "") -> int | None:
        """A whole number that is not below zero."""
        value = self.whole(key) if isinstance(usual, str) else self.whole(key, usual)
        if value is not None and value < 0:
            raise CaseError(f"{self.path}/{key}", "is below zero")
        return value

    def flag(self, key: str, *, usual: bool = False) -> bool:
        """True or false."""
        value = self.values.get(key, usual)
        if value is None:
            return usual
        if not isinstance(value, bool):
            raise self._wrong(key, "true or false")
        return value

    def one(self, key: str, usual: Mapping[str, Any] | None = None) -> Fields:
        """An object inside this one."""
        return Fields(self.values[key] if self.has(key) else usual, f"{self.path}/{key}")

    def mapping(self, key: str) -> Mapping[str, Any]:
        """The entries of an object inside this one; none when it is absent."""
        return self.one(key, {}).values

    def each(self, key: str, usual: Iterable[Any] | None = None) -> Iterable[Fields]:
        """The objects of a list."""
        value = self.values.get(key)
        if value is None and usual is not None:
            value = list(usual)
        if not isinstance(value, list):
            raise self._wrong(key, "a list")
        return (Fields(entry, f"{self.path}/{key}[{n}]") for n, entry in enumerate(value))

    def _list(self, key: str, kind: type, what: str) -> list[Any]:
        value = self.values.get(key)
        if value is None:
            return []
        if not isinstance(value, list) or any(type(entry) is not kind for entry in value):
            raise self._wrong(key, what)
        return value

    def texts(self, key: str) -> list[str]:
        """A list of texts; empty when absent."""
        return self._list(key, str, "a list of texts")

    def wholes(self, key: str) -> list[int]:
        """A list of whole numbers; empty when absent."""
        return self._list(key, int, "a list of whole numbers")

    def counts(self, key: str) -> list[int]:
        """A list of whole numbers that are not below zero and not absent."""
        if not self.has(key) or any(value < 0 for value in self.wholes(key)):
            raise self._wrong(key, "a list of amounts")
        return self.wholes(key)

    def labels(self, key: str, usual: Mapping[str, Any] | None = None) -> dict[str, str]:
        """An object of texts."""
        found = self.one(key, usual)
        return {name: found.text(name) for name in found.values}
