"""Which key of a selection is to blame, on which axis, and what may stand in its place."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

import pandas as pd
from pandas.api.types import is_list_like

from dlwidgets.explain.frame.literals import literal
from dlwidgets.explain.frame.nearest import near, present
from dlwidgets.explain.frame.tracking import is_mask
from dlwidgets.language import SILENT, Both


@dataclass(frozen=True, slots=True)
class Part:
    """A key on one axis, and where it is written."""

    node: ast.expr
    key: Any
    labels: pd.Index
    axis: int


Blame = tuple[str, Both, ast.expr, list[str]]
"""Reason, words, the part to blame, what may stand there."""


def blamed(part: Part, how: str, reason: str) -> Blame | None:
    """Return what is wrong with a key on one axis, or None if it is not this one."""
    if how in {"at", "iat"} and (is_list_like(part.key) or isinstance(part.key, slice)):
        several = _for_one_cell(part, how)
        if several is not None:
            return several
    if is_mask(part.key):
        return _mask(part, reason)
    if how in {"iloc", "iat"}:
        return _position(part, reason)
    if isinstance(part.key, slice):
        return _slice(part, reason)
    for node, key in _each(part):
        if present(key, part.labels):
            continue
        found = _missing(part, node, key)
        if found is not None:
            return found
    return None


def _for_one_cell(part: Part, how: str) -> Blame | None:
    """Return the words for a list, slice or mask where one cell is asked for."""
    if isinstance(part.key, tuple):
        return None
    what = ("label", "标签") if how == "at" else ("position", "位置")
    other = ".loc" if how == "at" else ".iloc"
    words = Both(
        f".{how} takes one {what[0]} for each axis; for several use {other}.",
        f".{how} 每个轴只接受一个{what[1]}；选取多个请用 {other}。",
    )
    return "wrong-type", words, part.node, []


def _each(part: Part) -> list[tuple[ast.expr, Any]]:
    """Return the labels that a key names, each with where it is written."""
    lists = isinstance(part.node, ast.List) and isinstance(part.key, list)
    if lists and isinstance(part.node, ast.List):
        return list(zip(part.node.elts, part.key, strict=True))
    return [(part.node, part.key)] if not isinstance(part.key, list) else []


def _missing(part: Part, node: ast.expr, key: Any) -> Blame | None:  # noqa: ANN401 -- any label
    """Return the words for a label that is not there, with those that are near."""
    labels = near(key, part.labels)
    spelt = [code for code in map(literal, labels) if code]
    kind = ("row", "行") if part.axis == 0 else ("column", "列")
    shown = literal(key) or type(key).__name__
    mean = f" Did you mean {spelt[0]}?" if spelt else ""
    asked = f"您是不是想写 {spelt[0]}？" if spelt else ""
    hint = _type_hint(key, part)
    words = Both(
        f"There is no {kind[0]} label {shown}.{mean}{hint.en}",
        f"没有{kind[1]}标签 {shown}。{asked}{hint.zh}",
    )
    return "missing-label", words, node, spelt


def _type_hint(key: Any, part: Part) -> Both:  # noqa: ANN401 -- any label
    """Return what is said where a position was given for a label."""
    if type(key) is not int or not -len(part.labels) <= key < len(part.labels):
        return SILENT
    label = literal(part.labels[key])
    there = (f", where {label} stands", f"（标签为 {label}）") if label else ("", "")
    return Both(
        f" {key} is a position{there[0]}; by position it is .iloc.",
        f"{key} 是合法的位置{there[1]}：按位置选取用 .iloc。",
    )


def _position(part: Part, reason: str) -> Blame | None:
    """Return the words for a position that is out of range, or no position at all."""
    size = len(part.labels)
    for node, key in _each(part):
        if isinstance(key, slice):
            ends = (key.start, key.stop, key.step)
            if reason == "wrong-type" and not all(one is None or type(one) is int for one in ends):
                words = Both(
                    "Slices of .iloc go from a whole number to a whole number; labels go to .loc.",
                    ".iloc 切片的起止须为整数位置；标签切片请用 .loc。",
                )
                return "wrong-type", words, node, []
        elif isinstance(key, bool) or not isinstance(key, int):
            more = (
                (" This is a label; by label it is .loc.", "这是标签；按标签选取用 .loc。")
                if present(key, part.labels)
                else ("", "")
            )
            words = Both(
                f".iloc takes positions: whole numbers from 0, slices of them, masks.{more[0]}",
                f".iloc 接受从 0 开始的整数位置、位置切片或布尔掩码。{more[1]}",
            )
            return "wrong-type", words, node, []
        elif not -size <= key < size:
            nearest = ":" if size == 0 else str(size - 1 if key > 0 else -size)
            return "out-of-range", _beyond(part, key), node, [nearest]
    return None


def _beyond(part: Part, key: int) -> Both:
    """Return the words for a position out of range: which there are."""
    size = len(part.labels)
    kind = ("rows", "行") if part.axis == 0 else ("columns", "列")
    if size == 0:
        return Both(f"There are no {kind[0]}.", f"没有任何{kind[1]}。")
    if size == 1:
        return Both(
            f"There is one of the {kind[0]}, at position 0 (or -1); {key} is beyond it.",
            f"只有一{kind[1]}，位置为 0（或 -1）；{key} 超出范围。",
        )
    return Both(
        f"There are {size:,} {kind[0]}: positions go from 0 to {size - 1:,}, or from "
        f"-1 to {-size:,} counted from the end; {key} is beyond them.",
        f"共 {size:,} {kind[1]}：位置从 0 到 {size - 1:,}，"
        f"从末尾数为 -1 到 {-size:,}；{key} 超出范围。",
    )


def _slice(part: Part, reason: str) -> Blame | None:
    """Return the words for the end of a slice of labels that can't be found."""
    if not isinstance(part.node, ast.Slice):
        return None
    ends = ((part.node.lower, part.key.start), (part.node.upper, part.key.stop))
    for node, key in ends:
        if node is None:
            continue
        if not present(key, part.labels):
            if reason == "wrong-type":
                words = Both(
                    "This end of the slice has another type than the labels.",
                    "切片的端点与标签的类型不同。",
                )
                spelt = [code for code in map(literal, near(key, part.labels)) if code]
                return "wrong-type", words, node, spelt
            found = _missing(part, node, key)
            if found is None:
                return None
            words = Both(
                found[1].en + " A slice may end between labels only where they are sorted.",
                found[1].zh + "只有标签已排序时，切片的端点才可以不在标签之中。",
            )
            return "unsorted", words, node, found[3]
        if reason == "not-unique":
            words = Both(
                "This label stands at several places that do not follow one another, so a slice "
                "can't begin or end there. Sort first with .sort_index(), or use .iloc.",
                "该标签出现在多个不相邻的位置，切片无法确定端点。"
                "请先用 .sort_index() 排序，或改用 .iloc。",
            )
            return reason, words, node, []
    return None


def _mask(part: Part, reason: str) -> Blame | None:
    many, size = len(part.key), len(part.labels)
    if reason == "mask-missing" or any(one is pd.NA for one in list(part.key)[:1_000]):
        words = Both(
            "The mask has missing values, which are neither True nor False; fill them with "
            ".fillna(False).",
            "布尔掩码中有缺失值，既不是 True 也不是 False；可用 .fillna(False) 填充。",
        )
        return "mask-missing", words, part.node, [f"({ast.unparse(part.node)}).fillna(False)"]
    if many != size:
        words = Both(
            f"The mask has {many:,} values for {size:,} labels; it needs one for each.",
            f"布尔掩码有 {many:,} 个值，而标签有 {size:,} 个；须一一对应。",
        )
        return "mask-length", words, part.node, []
    if reason == "mask-length":
        words = Both(
            "The mask is a Series with other labels than the frame's.",
            "布尔掩码是 Series，其标签与表格的标签不一致。",
        )
        return reason, words, part.node, []
    return None
