"""Masks in typed code: where they stand, and the same condition in the words of ``query``."""

from __future__ import annotations

import ast

_SIGNS = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_METHODS = {"isna", "notna", "isin", "between"}


def mask_in(code: str, name: str) -> tuple[str, str | None] | None:
    """Return the mask of ``df[mask]`` or ``df.loc[mask, columns]`` and the columns; else None."""
    try:
        tree = ast.parse(code, mode="eval").body
    except (SyntaxError, ValueError):
        return None
    found = _by_query(code, tree, name)
    if found is not None or not isinstance(tree, ast.Subscript):
        return found
    parts = _parts(tree, name)
    if parts is None or not _is_mask(parts[0]):
        return None
    return _code(code, parts[0]), None if parts[1] is None else _code(code, parts[1])


def _parts(tree: ast.Subscript, name: str) -> tuple[ast.expr, ast.expr | None] | None:
    """Return what takes rows, and what takes columns."""
    base, key = tree.value, tree.slice
    if _is_frame(base, name):
        return key, None
    if isinstance(base, ast.Subscript):
        return (base.slice, key) if _is_frame(base.value, name) else None
    if not (isinstance(base, ast.Attribute) and base.attr == "loc" and _is_frame(base.value, name)):
        return None
    if isinstance(key, ast.Tuple) and len(key.elts) == 2:  # noqa: PLR2004 -- rows, columns
        return key.elts[0], key.elts[1]
    return key, None


def _code(code: str, node: ast.expr) -> str:
    return ast.get_source_segment(code, node) or ast.unparse(node)


def _is_frame(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _is_mask(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.Invert) and _is_mask(node.operand)
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, (ast.BitAnd, ast.BitOr, ast.BitXor))
    if isinstance(node, ast.Call):
        method = node.func
        return isinstance(method, ast.Attribute) and (
            method.attr in _METHODS or isinstance(method.value, ast.Attribute)
        )
    return isinstance(node, ast.Compare)


def _by_query(code: str, tree: ast.expr, name: str) -> tuple[str, str | None] | None:
    """Return the condition of ``df.query("...")`` as a mask, where it can be written as one."""
    columns = None
    if isinstance(tree, ast.Subscript):
        columns, tree = _code(code, tree.slice), tree.value
    plain = (
        isinstance(tree, ast.Call)
        and isinstance(tree.func, ast.Attribute)
        and tree.func.attr == "query"
        and _is_frame(tree.func.value, name)
        and len(tree.args) == 1
        and isinstance(tree.args[0], ast.Constant)
        and isinstance(tree.args[0].value, str)
    )
    if not plain or not isinstance(tree, ast.Call) or not isinstance(tree.args[0], ast.Constant):
        return None
    try:
        condition = ast.parse(str(tree.args[0].value).strip(), mode="eval").body
    except (SyntaxError, ValueError):
        return None
    mask = _as_mask(condition, name)
    return None if mask is None else (mask, columns)


def _as_mask(node: ast.expr, name: str) -> str | None:
    """Return a condition of query as a mask."""
    if isinstance(node, ast.BoolOp):
        parts = [_as_mask(one, name) for one in node.values]
        if None in parts:
            return None
        sign = " & " if isinstance(node.op, ast.And) else " | "
        return sign.join(f"({part})" for part in parts)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.Invert)):
        part = _as_mask(node.operand, name)
        return None if part is None else f"~({part})"
    plain = (
        isinstance(node, ast.Compare)
        and len(node.ops) == 1
        and isinstance(node.ops[0], _SIGNS)
        and isinstance(node.left, ast.Name)
        and isinstance(node.comparators[0], ast.Constant)
    )
    if not plain or not isinstance(node, ast.Compare) or not isinstance(node.left, ast.Name):
        return None
    column = ast.Subscript(ast.Name(name), ast.Constant(node.left.id))
    text = ast.unparse(ast.Compare(column, node.ops, node.comparators))
    return text.replace(f"{name}['{node.left.id}']", f'{name}["{node.left.id}"]', 1)


def as_query(mask: str, name: str) -> str:
    """Return a mask in the words of query, or an empty text where it has none."""
    try:
        return _query(ast.parse(mask, mode="eval").body, name)
    except (SyntaxError, ValueError, _NoQueryError):
        return ""


class _NoQueryError(Exception):
    """A part that query can't say."""


def _query(node: ast.expr, name: str) -> str:
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.BitAnd, ast.BitOr)):
        sign = "and" if isinstance(node.op, ast.BitAnd) else "or"
        return f"{_inner(node.left, name)} {sign} {_inner(node.right, name)}"
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Invert):
        return f"not ({_query(node.operand, name)})"
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], _SIGNS):
        return ast.unparse(
            ast.Compare(_term(node.left, name), node.ops, [_term(node.comparators[0], name)])
        ).replace(_TICK, "`")
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not node.keywords:
        method = node.func.attr
        if method in _METHODS and all(_is_literal(one) for one in node.args):
            column = ast.unparse(_term(node.func.value, name)).replace(_TICK, "`")
            if method == "isin":
                return f"{column} in {ast.unparse(node.args[0])}"
            return f"{column}.{method}({', '.join(map(ast.unparse, node.args))})"
    raise _NoQueryError


def _inner(node: ast.expr, name: str) -> str:
    text = _query(node, name)
    return f"({text})" if isinstance(node, ast.BinOp) else text


_TICK = "\u02cb"
"""Stands for a backtick in a tree, where there is none: a letter, so that a name may hold it."""


def _term(node: ast.expr, name: str) -> ast.expr:
    """Return a column as a name of query, a literal as it is."""
    if _is_literal(node):
        return node
    if isinstance(node, ast.Attribute) and _is_frame(node.value, name):
        return ast.Name(node.attr)
    if (
        isinstance(node, ast.Subscript)
        and _is_frame(node.value, name)
        and isinstance(node.slice, ast.Constant)
        and isinstance(node.slice.value, str)
    ):
        label = node.slice.value
        if label.isidentifier():
            return ast.Name(label)
        if "`" not in label and "\n" not in label:
            return ast.Name(f"{_TICK}{label}{_TICK}")
    raise _NoQueryError


def _is_literal(node: ast.expr) -> bool:
    if isinstance(node, ast.List):
        return all(map(_is_literal, node.elts))
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.USub) and _is_literal(node.operand)
    return isinstance(node, ast.Constant) and isinstance(node.value, (str, int, float))
