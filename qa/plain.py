"""Dataclasses to plain dicts, lists, strings and numbers, and back: what JSON can hold."""

from __future__ import annotations

import math
from dataclasses import MISSING, fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

Record = TypeVar("Record")


def to_plain(value: Any) -> Any:
    """A value with dicts in place of dataclasses and lists in place of tuples."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {key: to_plain(one) for key, one in value.items()}
    return [to_plain(one) for one in value] if isinstance(value, list | tuple) else value


def from_plain(kind: type[Record], plain: Any) -> Record:
    """The dataclass that `to_plain` made this of. Raises ValueError, with the name of the field, where it fits none."""
    if not isinstance(plain, dict):
        raise ValueError(f"{kind.__name__} is made of a dict, not of {type(plain).__name__}")
    known = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    if unknown := sorted(plain.keys() - known.keys()):
        raise ValueError(f"{kind.__name__} has no field {unknown[0]!r}")
    hints = get_type_hints(kind)
    for name, field in known.items():
        if name not in plain and field.default is MISSING and field.default_factory is MISSING:
            raise ValueError(f"{kind.__name__} needs {name!r}")
    return kind(**{name: _typed(hints[name], value, f"{kind.__name__}.{name}") for name, value in plain.items()})


def _typed(hint: Any, value: Any, where: str) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        wanted = next(one for one in arguments if one is not NoneType)
        return None if value is None else _typed(wanted, value, where)
    if origin is Literal:
        if value not in arguments:
            raise ValueError(f"{where} must be one of {', '.join(map(repr, arguments))}, got {value!r}")
        return value
    if is_dataclass(hint) and isinstance(hint, type):
        return from_plain(hint, value)
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise ValueError(f"{where} must be a list, got {value!r}")
        return tuple(_typed(arguments[0], one, where) for one in value)
    if origin is dict:
        if not isinstance(value, dict):
            raise ValueError(f"{where} must be a dict, got {value!r}")
        return {key: _typed(arguments[1], one, where) for key, one in value.items()}
    fits = _is_number(value) if hint is float else isinstance(value, hint)
    if not fits or (isinstance(value, bool) and hint is not bool):
        raise ValueError(f"{where} must be {hint.__name__}, got {value!r}")
    return value


def _is_number(value: Any) -> bool:
    """Whether a value is a number to count with. Python's JSON also holds NaN, infinity and endless digits."""
    try:
        return isinstance(value, int | float) and math.isfinite(value)
    except OverflowError:
        return False
