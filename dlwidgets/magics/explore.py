"""``%explore EXPR``: opens what an expression gives."""

from __future__ import annotations

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_magic, magics_class, no_var_expand

from dlwidgets.language import say
from dlwidgets.magics.expressions import compile_expressions


@magics_class
class ExploreMagics(Magics):
    """The line magic ``%explore``."""

    @no_var_expand
    @line_magic
    def explore(self, line: str) -> object:
        """Open any object with its explorer.

        `%explore EXPR` is the same as `explore(EXPR)`; what follows a comma goes to the explorer.

            %explore model
            %explore nn.Conv2d(3, 8, 3), image
        """
        shell = self.shell
        if shell is None or not line.strip():
            raise UsageError(
                say(
                    "%explore: expected an expression, as in %explore model",
                    "%explore：应给出表达式，例如 %explore model",
                )
            )
        # In a call the parts may also have names: %explore layer, input=x.
        call = f"explore({line.strip()})"
        code = compile_expressions("%explore", [call], shell.user_ns, offered=("explore",))[call]
        from dlwidgets.widgets.explore import explore

        return eval(code, shell.user_ns, {"explore": explore})  # noqa: S307 -- the user's own line, as in any cell
