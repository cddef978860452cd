"""Selections of a frame in rows that JSON can carry: what `FrameExplorer` tells the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import traitlets as t

from dlwidgets.language import SILENT, Both, say
from dlwidgets.widgets.frame_grids import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets.explain.frame import Outcome, Pick, Refusal, Spelling

ACCESSORS: Final = ["[]", ".loc", ".iloc", ".at", ".iat", "mask", ".query"]
KINDS: Final = ["all", "one", "list", "slice", "mask"]
OPERATORS: Final = [
    *(">", ">=", "<", "<=", "==", "!="),
    *("isin", "between", "isna", "notna", "contains", "startswith"),
]
RESULTS: Final = ["scalar", "Series", "DataFrame", "Index", "other", "error"]

LONGEST_VALUE = 2_000
"""Characters of a scalar that are shown."""

TEXT = t.Dict(per_key_traits={"en": t.Unicode(), "zh": t.Unicode()})


def _place(*, optional: bool = False) -> Any:  # noqa: ANN401 -- a trait
    kinds = [t.Int(), t.Unicode()]
    return t.Union(kinds, allow_none=True, default_value=None) if optional else t.Union(kinds)


PICK = {
    "kind": t.Enum(KINDS),
    "at": t.List(_place()),
    "start": _place(optional=True),
    "stop": _place(optional=True),
    "step": t.Int(allow_none=True, default_value=None),
    "column": t.Int(),
    "operator": t.Enum(OPERATORS),
    "value": t.Unicode(),
    "names": t.Dict(value_trait=t.Unicode()),
}
PICKS = {"rows": t.Dict(per_key_traits=PICK), "columns": t.Dict(per_key_traits=PICK)}
NO_PICK: Final[dict[str, Any]] = {
    "kind": "all",
    "at": [],
    "start": None,
    "stop": None,
    "step": None,
    "column": 0,
    "operator": ">",
    "value": "",
    "names": {},
}

REFUSAL = {
    "reason": t.Unicode(),
    "exception": t.Unicode(),
    "message": t.Unicode(),
    "words": TEXT,
    "nearest": t.Unicode(),
    "start": t.Int(),
    "stop": t.Int(),
}
NOT_REFUSED: Final[dict[str, Any]] = {
    "reason": "",
    "exception": "",
    "message": "",
    "words": SILENT._asdict(),
    "nearest": "",
    "start": -1,
    "stop": -1,
}

OUTCOME = {
    "version": t.Int(),
    "typed": t.Unicode(),
    "code": t.Unicode(),
    "kind": t.Enum(RESULTS),
    "shape": t.List(t.Int()),
    "dtype": t.Unicode(),
    "value": t.Unicode(),
    "lit": t.Int(),
    "first": t.List(t.Int()),
    "computed": t.Bool(),
    "picked": t.Bool(),
    "notes": t.List(TEXT),
    "warnings": t.List(t.Unicode()),
    "error": t.Dict(per_key_traits=REFUSAL),
}
NO_OUTCOME: Final[dict[str, Any]] = {
    "version": 0,
    "typed": "",
    "code": "",
    "kind": "other",
    "shape": [],
    "dtype": "",
    "value": "",
    "lit": 0,
    "first": [],
    "computed": False,
    "picked": True,
    "notes": [],
    "warnings": [],
    "error": NOT_REFUSED,
}

SPELLINGS = {
    "version": t.Int(),
    "done": t.Bool(),
    "rows": t.List(
        t.Dict(per_key_traits={"code": t.Unicode(), "words": TEXT, "idiomatic": t.Bool()})
    ),
}
NO_SPELLINGS: Final[dict[str, Any]] = {"version": 0, "done": True, "rows": []}


def both(text: Both) -> dict[str, str]:
    """Return a text in both languages for the page."""
    return {"en": plain(text.en), "zh": plain(text.zh)}


def outcome_row(found: Outcome, typed: str, version: int, *, picked: bool) -> dict[str, Any]:
    """Return what a selection gave, and whether the pickers say the same."""
    lit = sum(cells.count for cells in found.cells)
    first = next((cells for cells in found.cells if cells.count), None)
    return {
        "version": version,
        "typed": plain(typed),
        "code": plain(found.code),
        "kind": found.kind if found.kind in RESULTS else "other",
        "shape": [int(size) for size in found.shape],
        "dtype": found.dtype,
        "value": _value(found),
        "lit": lit,
        "first": [] if first is None else [int(first.rows[0]), int(first.columns[0])],
        "computed": found.computed,
        "picked": picked,
        "notes": [both(note) for note in found.notes],
        "warnings": [plain(warning) for warning in found.warnings],
        "error": NOT_REFUSED if found.error is None else _refusal_row(found.error),
    }


def _value(found: Outcome) -> str:
    """Return a scalar as code where it has any, else as text."""
    from dlwidgets.explain import frame

    if found.kind != "scalar":
        return ""
    text = frame.literal(found.result) or frame.full(frame.look(found.result), 0, 0)
    return plain(text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…")


def _refusal_row(error: Refusal) -> dict[str, Any]:
    return {
        "reason": error.reason,
        "exception": error.exception,
        "message": plain(error.message),
        "words": both(error.words),
        "nearest": plain(error.nearest),
        "start": error.start,
        "stop": error.stop,
    }


def spelling_row(spelling: Spelling) -> dict[str, Any]:
    """Return one way to write a selection."""
    return {
        "code": plain(spelling.code),
        "words": both(spelling.words),
        "idiomatic": spelling.idiomatic,
    }


def pick_row(pick: Pick, label: Callable[[int], str]) -> dict[str, Any]:
    """Return a pick, with the labels that stand at its positions."""
    places = [place for place in (*pick.at, pick.start, pick.stop) if isinstance(place, int)]
    return {
        "kind": pick.kind,
        "at": list(pick.at),
        "start": pick.start,
        "stop": pick.stop,
        "step": pick.step,
        "column": pick.column,
        "operator": pick.operator,
        "value": pick.value,
        "names": {str(place): plain(label(place)) for place in places[:50]},
    }


def read_pick(row: dict[str, Any]) -> Pick:
    """Return a pick as the page sends it.

    Raises:
        ValueError: for what is none.
    """
    from dlwidgets.explain.frame import Pick

    kind, operator = str(row.get("kind", "all")), str(row.get("operator", ">"))
    if kind not in KINDS or operator not in OPERATORS:
        raise ValueError(say(f"expected a pick, got {row!r}", f"应为一种选择方式，得到 {row!r}"))
    step = row.get("step")
    return Pick(
        kind,
        tuple(_read_place(one) for one in row.get("at", ())),
        None if row.get("start") is None else _read_place(row["start"]),
        None if row.get("stop") is None else _read_place(row["stop"]),
        None if step is None else int(step),
        int(row.get("column", 0)),
        operator,
        str(row.get("value", "")),
    )


def _read_place(value: Any) -> int | str:  # noqa: ANN401 -- as the page sends it
    return value if isinstance(value, str) else int(value)
