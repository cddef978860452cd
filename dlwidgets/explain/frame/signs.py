"""``and``, ``or`` and chained comparisons of columns, written as they were meant."""

from __future__ import annotations

import ast

from dlwidgets.language import Both

WORDS = Both(
    "A column has many truth values: write & for and, | for or, ~ for not, and put each "
    "comparison in brackets.",
    "一列有许多真值：请用 & 代替 and、| 代替 or、~ 代替 not，并给每个比较加上括号。",
)


def mixed(tree: ast.expr, node: ast.expr) -> ast.Compare | None:
    """Return the comparison whose middle is the step that failed: ``a > 1 & b > 2``."""
    for one in ast.walk(tree):
        if isinstance(one, ast.Compare) and len(one.ops) > 1 and node in one.comparators[:-1]:
            return one if _unmixed(one) else None
    return None


def with_signs(node: ast.expr) -> list[str]:
    """Return an expression with ``&`` for ``and`` and each comparison in brackets."""
    if isinstance(node, ast.BoolOp):
        sign = " & " if isinstance(node.op, ast.And) else " | "
        return [sign.join(f"({ast.unparse(one)})" for one in node.values)]
    if isinstance(node, ast.UnaryOp):
        return [f"~({ast.unparse(node.operand)})"]
    if isinstance(node, ast.Compare) and len(node.ops) > 1:
        return [text for text in (_unmixed(node), _unchained(node)) if text]
    return []


def _unchained(node: ast.Compare) -> str:
    """Return ``1 < x < 3`` as ``(1 < x) & (x < 3)``."""
    sides = [node.left, *node.comparators]
    return " & ".join(
        f"({ast.unparse(ast.Compare(one, [sign], [other]))})"
        for one, sign, other in zip(sides, node.ops, sides[1:], strict=False)
    )


def _unmixed(node: ast.Compare) -> str:
    """Return ``a > 1 & b > 2``, which Python reads as ``a > (1 & b) > 2``, as it was meant."""
    middle = node.comparators[0]
    if len(node.ops) != 2 or not isinstance(middle, ast.BinOp):  # noqa: PLR2004 -- two comparisons
        return ""
    sign = {ast.BitAnd: "&", ast.BitOr: "|"}.get(type(middle.op))
    if sign is None:
        return ""
    first = ast.unparse(ast.Compare(node.left, node.ops[:1], [middle.left]))
    last = ast.unparse(ast.Compare(middle.right, node.ops[1:], node.comparators[1:]))
    return f"({first}) {sign} ({last})"
