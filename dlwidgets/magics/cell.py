"""Running the body of a cell magic in the user's namespace, as if it were a cell of its own."""

from __future__ import annotations

import ast
import symtable
from typing import TYPE_CHECKING

from dlwidgets.language import say
from dlwidgets.magics.loops import count_loops
from dlwidgets.magics.tracebacks import as_in_a_cell, begin_below

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import CodeType

    from IPython.core.interactiveshell import InteractiveShell


class Body:
    """The body of a ``%%train`` cell: compiled once, then run in the user's namespace.

    Attributes:
        filename: the name of its code in tracebacks.
        assigned: the names that it binds in the user's namespace.
        opaque: whether it may bind others that can't be seen in its text.
    """

    def __init__(self, shell: InteractiveShell, line: str, text: str) -> None:
        """Compile ``text``, the cell below ``%%train <line>``.

        Raises:
            BodySyntaxError: with the line numbers of the cell.
        """
        self._shell = shell
        # The cell as it was typed: kernels name its code by that, and a debugger finds it so.
        typed = f"{f'%%train {line}'.rstrip()}\n{text.removesuffix(chr(10))}"
        try:
            source = _aligned(text, shell.transform_cell(text))
            self.filename: str = shell.compile.cache(source, _count(shell), raw_code=typed)
            tree = shell.transform_ast(shell.compile.ast_parse(source, filename=self.filename))
            _refuse_await(tree, self.filename)
            symbols = symtable.symtable(source, self.filename, "exec")
            self.assigned = frozenset(_bound(symbols, top=True))
            self.opaque = _opaque(tree)
            quiet: bool = shell.displayhook.semicolon_at_end_of_expression(source)
            self._codes = _compile(shell, count_loops(tree), self.filename, quiet=quiet)
        except SyntaxError as error:
            raise as_in_a_cell(shell, error) from error

    def run(self) -> None:
        """Execute the body; the value of a last expression is shown, as in any cell.

        Raises:
            BaseException: whatever the body raises; its traceback begins in the body.
        """
        __tracebackhide__ = "__ipython_bottom__"  # a debugger offers no frame above this one
        shell = self._shell
        try:
            for code in self._codes:
                exec(code, shell.user_global_ns, shell.user_ns)  # noqa: S102 -- this is what a cell is for
        except BaseException as error:
            begin_below(shell, error, Body.run.__code__)
            raise


def _count(shell: InteractiveShell) -> int:
    """Return the number in ``In[ ]`` of the cell that runs."""
    # The shell's own counter is already that of the next cell, unless no history is kept.
    result = shell.displayhook.exec_result
    known = None if result is None else result.execution_count
    return int(shell.execution_count if known is None else known)


def _aligned(text: str, transformed: str) -> str:
    """Put empty lines first, so that line numbers are those of the cell.

    One for the line of the magic, and one for each that IPython takes away at the top.
    """
    lines = text.splitlines()
    first = next((i for i, line in enumerate(lines) if line and not line.isspace()), 0)
    return "\n" * (1 + first) + transformed


def _bound(table: symtable.SymbolTable, *, top: bool) -> Iterator[str]:
    """Yield the names that code binds at its top, also by ``global`` further down."""
    for symbol in table.get_symbols():
        binds = symbol.is_assigned() or symbol.is_imported()
        if binds and (top or symbol.is_declared_global()):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _bound(child, top=False)


def _opaque(tree: ast.Module) -> bool:
    """Whether there is a star import, a magic or an ``exec``."""
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    stars = [node.names[0].name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return "*" in stars or bool(names & {"get_ipython", "exec", "globals", "locals", "vars"})


def _refuse_await(node: ast.AST, filename: str) -> None:
    """Raise SyntaxError for an ``await`` outside of functions."""
    if isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith):
        message = say(
            "%%train runs its cell in one go: await only inside async functions, "
            "or in a cell without %%train",
            "%%train 会一次性执行整个单元格：await 只能写在异步函数内，"
            "或写在不带 %%train 的单元格中",
        )
        raise SyntaxError(message, (filename, node.lineno, node.col_offset + 1, None))  # noqa: TRY004 -- a matter of syntax
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        for child in ast.iter_child_nodes(node):
            _refuse_await(child, filename)


def _compile(
    shell: InteractiveShell, tree: ast.Module, filename: str, *, quiet: bool
) -> list[CodeType]:
    """Compile the statements, those apart whose values the user wants displayed."""
    compiler: Callable[..., CodeType] = shell.compile
    mode: str = shell.ast_node_interactivity
    last = tree.body[-1] if tree.body else None
    if mode == "last_expr_or_assign" and (name := _assigned_last(last)) is not None:
        tree.body.append(ast.Expr(ast.Name(name, ast.Load())))
        ast.fix_missing_locations(tree)
        last = tree.body[-1]
    shown = {"all": len(tree.body), "none": 0, "last": 1}.get(mode, int(isinstance(last, ast.Expr)))
    cut = len(tree.body) - (0 if quiet or last is None else shown)
    alone = tree.body[cut:]
    codes = [compiler(ast.Module(tree.body[:cut], []), filename, "exec")]
    return codes + [compiler(ast.Interactive([node]), filename, "single") for node in alone]


def _assigned_last(node: ast.stmt | None) -> str | None:
    """Return the name to which the statement assigns, if it is one."""
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    target = targets[0] if len(targets) == 1 else None
    return target.id if isinstance(target, ast.Name) and not isinstance(node, ast.For) else None
