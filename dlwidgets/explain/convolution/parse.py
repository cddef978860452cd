"""From a line such as ``nn.Conv2d(3, 8, kernel_size=3)`` to its setting; nothing is executed."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, get_args

from dlwidgets.explain.convolution.setting import CLASS, PaddingMode, PaddingWord, Setting
from dlwidgets.language import say, suggest

if TYPE_CHECKING:
    from dlwidgets.explain.convolution.setting import Pair

LONGEST = 500
"""Characters of a line; more is no layer."""

_CONV = ("in_channels", "out_channels", "kernel_size", "stride", "padding")
_POOL = ("kernel_size", "stride", "padding")
_ARGUMENTS = {
    "Conv2d": (*_CONV, "dilation", "groups", "bias", "padding_mode"),
    "ConvTranspose2d": (*_CONV, "output_padding", "groups", "bias", "dilation", "padding_mode"),
    "MaxPool2d": (*_POOL, "dilation", "return_indices", "ceil_mode"),
    "AvgPool2d": (*_POOL, "ceil_mode", "count_include_pad", "divisor_override"),
}
"""The arguments of each layer in torch's order; device and dtype are no part of a picture."""

_REQUIRED = {"Conv2d": 3, "ConvTranspose2d": 3, "MaxPool2d": 1, "AvgPool2d": 1}
_ONLY = {"return_indices": False, "divisor_override": None}
"""Arguments that must keep their default: the explorer shows neither."""

_WORDS = (*get_args(PaddingWord), *get_args(PaddingMode))
"""Stand without quotes in what torch prints of a layer."""

_KINDS = {name: kind for kind, name in CLASS.items()}


class LayerSyntaxError(ValueError):
    """What stands in the text is no layer that can be shown; the message marks the place."""


def parse(text: str, *, size: Pair | int = 5, channels: int = 1) -> Setting:
    """Return the setting of a line of code: one layer, or ``nn.Sequential(layer, nn.ReLU())``.

    The line is read, never run: ``nn.Conv2d``, ``nn.ConvTranspose2d``, ``nn.MaxPool2d`` and
    ``nn.AvgPool2d``, also as ``torch.nn.Conv2d`` or ``Conv2d``, with numbers, tuples and words.
    A name may be assigned to: ``self.conv1 = nn.Conv2d(3, 8, 3)``. What torch prints of a layer is
    read too.

    Args:
        text: the line.
        size: height and width of the input, which no layer knows.
        channels: channels of the input of a pooling, which knows none either.

    Raises:
        LayerSyntaxError: for anything else; the text says what was expected and marks the place.
    """
    return _Reader(text).setting(size, channels)


class _Reader:
    """Reads one text; keeps it, so that errors can show the place."""

    def __init__(self, text: str) -> None:
        self.text = text.strip()

    def setting(self, size: Pair | int, channels: int) -> Setting:
        """Return the setting."""
        call = self._call()
        layers = self._unpacked(call)
        given = self._arguments(layers[0])
        kind = _KINDS[self._name(layers[0])]
        if kind in ("max", "avg"):
            given["in_channels"] = channels
        try:
            return Setting.of(kind=kind, **given, relu=len(layers) > 1, size=size)
        except (TypeError, ValueError) as error:
            raise self._refused(layers[0], str(error)) from None

    def _call(self) -> ast.expr:
        """Return the one expression of the text, without what it is assigned to."""
        if len(self.text) > LONGEST:
            raise LayerSyntaxError(
                say(
                    f"expected one line such as nn.Conv2d(3, 8, kernel_size=3), got "
                    f"{len(self.text):,} characters",
                    f"应为一行代码，如 nn.Conv2d(3, 8, kernel_size=3)，得到 "
                    f"{len(self.text):,} 个字符",
                )
            )
        try:
            body = ast.parse(self.text).body
        except SyntaxError as error:
            raise self._at(
                error.lineno or 1, (error.offset or 1) - 1, 1, f"Python: {error.msg}"
            ) from None
        except (ValueError, RecursionError, MemoryError) as error:
            raise self._at(1, 0, 1, f"Python: {error}") from None
        if len(body) == 1 and isinstance(body[0], ast.Expr | ast.Assign):
            return body[0].value
        expected = say(
            "expected one layer, such as nn.Conv2d(3, 8, kernel_size=3)",
            "应为一个层，如 nn.Conv2d(3, 8, kernel_size=3)",
        )
        if not body:
            raise LayerSyntaxError(expected)
        raise self._refused(body[-1], expected)

    def _unpacked(self, node: ast.expr) -> list[ast.Call]:
        """Return the layer, and the ReLU after it if there is one."""
        name = self._name(node, "Sequential")
        assert isinstance(node, ast.Call)  # noqa: S101 -- `_name` has refused anything else
        if name != "Sequential":
            return [node]
        if node.keywords or not 1 <= len(node.args) <= 2:  # noqa: PLR2004 -- a layer and its ReLU
            raise self._refused(
                node,
                say(
                    "expected nn.Sequential(layer) or nn.Sequential(layer, nn.ReLU())",
                    "应为 nn.Sequential(层) 或 nn.Sequential(层, nn.ReLU())",
                ),
            )
        self._name(node.args[0])
        found = [part for part in node.args if isinstance(part, ast.Call)]
        for relu in node.args[1:]:
            plain = self._name(relu, "ReLU", layers=False) == "ReLU"
            assert isinstance(relu, ast.Call)  # noqa: S101 -- likewise
            inplace = all(k.arg == "inplace" for k in relu.keywords) and len(relu.args) == 0
            if not (plain and inplace):
                raise self._refused(relu, say("expected nn.ReLU()", "应为 nn.ReLU()"))
        return found

    def _name(self, node: ast.expr, *more: str, layers: bool = True) -> str:
        """Return the class that a call names; refuse anything that is no call of a known one."""
        known = [*(_ARGUMENTS if layers else ()), *more]
        dotted = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
        prefix, _, name = dotted.rpartition(".")
        if name in known and prefix in ("", "nn", "torch.nn"):
            return name
        wanted = say(
            f"expected {', '.join(f'nn.{one}(…)' for one in known)}.",
            f"应为 {'、'.join(f'nn.{one}(…)' for one in known)}。",
        )
        raise self._refused(
            node, wanted + (suggest(name, known) if name and name not in known else "")
        )

    def _arguments(self, call: ast.Call) -> dict[str, object]:
        """Return the arguments by name, as plain values."""
        layer = self._name(call)
        names = _ARGUMENTS[layer]
        given: dict[str, object] = {}
        if len(call.args) > len(names):
            extra = call.args[len(names)]
            most = len(names)
            raise self._refused(
                extra,
                say(f"{layer} takes at most {most} values", f"{layer} 最多 {most} 个值"),
            )
        pairs = [*zip(names, call.args, strict=False)]
        pairs += [(keyword.arg or "**", keyword.value) for keyword in call.keywords]
        for name, node in pairs:
            if name not in names:
                known = say(
                    f"{layer} takes {', '.join(names)}.", f"{layer} 可用 {'、'.join(names)}。"
                )
                raise self._refused(node, known + suggest(name, names))
            if name in given:
                twice = say(f"{name} is given twice", f"{name} 给了两次")
                raise self._refused(node, twice)
            given[name] = self._value(node)
        for name in names[: _REQUIRED[layer]]:
            if name not in given:
                raise self._refused(call, say(f"{layer} needs {name}", f"{layer} 需要 {name}"))
        return {name: value for name, value in given.items() if self._shown(call, name, value)}

    def _shown(self, call: ast.Call, name: str, value: object) -> bool:
        """Return whether an argument is part of a setting; refuse those that change the output."""
        if name not in _ONLY:
            return True
        if value is not _ONLY[name]:
            raise self._refused(
                call,
                say(f"{name} can't be shown; leave it out", f"{name} 无法展示；请去掉"),
            )
        return False

    def _value(self, node: ast.expr) -> object:
        """Return a number, a word, True, False, None, or a tuple or list of numbers."""
        if isinstance(node, ast.Tuple | ast.List):
            return tuple(self._value(part) for part in node.elts)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            inner = self._value(node.operand)
            if isinstance(inner, int) and not isinstance(inner, bool):
                return -inner
        elif isinstance(node, ast.Name) and node.id in _WORDS:
            return node.id
        elif isinstance(node, ast.Constant) and isinstance(node.value, int | str | None):
            return node.value
        raise self._refused(
            node,
            say(
                "expected a whole number, a pair of them, a word in quotes, True or False",
                "应为整数、一对整数、带引号的词、True 或 False",
            ),
        )

    def _refused(self, node: ast.expr | ast.stmt, message: str) -> LayerSyntaxError:
        """Return the error that marks where ``node`` stands."""
        line = self.text.splitlines()[node.lineno - 1]
        # ast counts bytes; readers see characters.
        start = len(line.encode()[: node.col_offset].decode(errors="replace"))
        last = node.end_col_offset if node.end_lineno == node.lineno else len(line.encode())
        end = len(line.encode()[:last].decode(errors="replace"))
        return self._at(node.lineno, start, max(1, end - start), message)

    def _at(self, lineno: int, start: int, length: int, message: str) -> LayerSyntaxError:
        """Return an error with the line and a mark under the place."""
        line = self.text.splitlines()[lineno - 1] if self.text else ""
        marked = f"{message}\n  {line}\n  {' ' * start}{'^' * length}"
        return LayerSyntaxError(marked)
