"""Errors that pandas raises while a frame is changed, in plain words."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pandas as pd

from dlwidgets.explain.frame.diagnosis import LONGEST_MESSAGE
from dlwidgets.explain.frame.literals import literal
from dlwidgets.explain.frame.nearest import near, present
from dlwidgets.explain.frame.outcome import Refusal
from dlwidgets.language import Both

if TYPE_CHECKING:
    from dlwidgets.explain.frame.changes.moves import NamedError
    from dlwidgets.explain.frame.changes.statement import Work

MESSAGES = (
    (
        "already exists",
        "not-unique",
        "A column of this name is there already; to set it write {name}[...] = ...",
        "已有同名的列；要修改它请写 {name}[...] = ...",
    ),
    (
        "does not match length",
        "wrong-type",
        "The number of values is not the number of rows; give one for each row, or one for all.",
        "值的个数与行数不同；请每行给一个值，或只给一个值用于所有行。",
    ),
    (
        "Length mismatch",
        "wrong-type",
        "The number of labels is not that of the axis.",
        "标签的个数与该轴的长度不同。",
    ),
    (
        "mismatched columns",
        "wrong-type",
        "A new row needs one value for each column.",
        "新的一行须为每一列各给一个值。",
    ),
    (
        "Must have equal len keys",
        "wrong-type",
        "There must be as many values as cells are set.",
        "值的个数须与要修改的单元格个数相同。",
    ),
    (
        "cannot enlarge",
        "out-of-range",
        ".iloc sets only what is there; a new row is made with .loc and its label.",
        ".iloc 只能修改已有的位置；新增一行请用 .loc 加新标签。",
    ),
    (
        "not found in axis",
        "missing-label",
        "There is no such label to drop.",
        "没有要删除的这个标签。",
    ),
    (
        "Invalid value",
        "wrong-type",
        "The column's dtype can't hold this value; change it first with astype.",
        "该列的类型存不下这个值；请先用 astype 转换类型。",
    ),
    (
        "NaN",
        "wrong-type",
        "Whole numbers can't be missing: fill what is missing first, or take the dtype Int64.",
        "整数列不能有缺失值：请先填充缺失值，或使用 Int64 类型。",
    ),
    (
        "could not convert",
        "wrong-type",
        "Some texts are no numbers.",
        "有些字符串不是数字。",
    ),
    (
        "invalid literal",
        "wrong-type",
        "Some texts are no whole numbers.",
        "有些字符串不是整数。",
    ),
)
"""A part of pandas' message, the reason, and the words in both languages."""


def explained(error: NamedError, work: Work) -> Refusal:
    """Return an error of pandas with its own words, plain words, and what was meant."""
    cause = error.__cause__
    message = str(cause)[:LONGEST_MESSAGE]
    kind = type(cause).__name__
    if isinstance(cause, KeyError):
        return _missing(error, work, message)
    for part, reason, en, zh in MESSAGES:
        if part in message:
            words = Both(en.format(name=work.name), zh.format(name=work.name))
            return Refusal(reason, kind, message, words)
    if isinstance(cause, IndexError):
        words = Both("This position is out of range.", "该位置超出范围。")
        return Refusal("out-of-range", kind, message, words)
    words = Both(
        "pandas does not take this; nothing was changed.", "pandas 不接受此修改；数据未变。"
    )
    return Refusal("other", kind, message, words)


def _missing(error: NamedError, work: Work, message: str) -> Refusal:
    """Return the refusal of labels that are not there; ``nearest`` is a statement to try."""
    cause = error.__cause__
    subject = work.subject
    axes = [subject.index] + ([subject.columns] if isinstance(subject, pd.DataFrame) else [])
    wanted = error.key if error.key is not None else (cause.args[0] if cause and cause.args else "")
    for labels in reversed(axes):
        for label in wanted if isinstance(wanted, (list, tuple)) else [wanted]:
            spelt = [] if present(label, labels) else [*map(literal, near(label, labels))]
            if spelt and spelt[0]:
                words = Both(
                    f"There is no label {literal(label)}. Did you mean {spelt[0]}?",
                    f"没有标签 {literal(label)}。您是不是想写 {spelt[0]}？",
                )
                better = _instead(work, label, spelt[0])
                return Refusal("missing-label", type(cause).__name__, message, words, better)
    words = Both(
        "A label that is named here is not there; nothing was changed.",
        "其中有不存在的标签；数据未变。",
    )
    return Refusal("missing-label", type(cause).__name__, message, words)


def _instead(work: Work, label: object, spelt: str) -> str:
    """Return the statement with another label in the place of the one that is not there."""
    coded = work.code.encode()
    for node in ast.walk(work.node):
        if isinstance(node, ast.Constant) and _same(node.value, label) and node.lineno == 1:
            return (
                coded[: node.col_offset] + spelt.encode() + coded[node.end_col_offset :]
            ).decode()
    return ""


def _same(one: object, other: object) -> bool:
    return type(one) is type(other) and one == other
