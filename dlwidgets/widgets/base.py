"""What all widgets share: bundle, language, commands from the browser, plain errors."""

from __future__ import annotations

import math
import os
import weakref
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import anywidget
import traitlets as t

from dlwidgets.language import language, on_change, say, suggest
from dlwidgets.widgets import wire

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

STATIC = Path(__file__).parent.parent / "static"

Method = TypeVar("Method", bound="Callable[..., None]")


def command(method: Method) -> Method:
    """Let the browser call this method, with one argument, by its name without ``_on_``."""
    method._is_command = True  # type: ignore[attr-defined]  # noqa: SLF001 -- read back below
    return method


class Number(t.Float[float, float]):
    """A finite number between two ends; NumPy's and torch's scalars are welcome."""

    def validate(self, obj: t.HasTraits, value: Any) -> float:  # noqa: ANN401 -- checked here
        """Return ``value`` as a float, or raise TraitError with the remedy."""
        low = -math.inf if self.min is None else self.min
        high = math.inf if self.max is None else self.max
        known = isinstance(value, Real) and not isinstance(value, bool)
        if known and math.isfinite(value) and low <= value <= high:
            return float(value)
        message = say(
            f"{type(obj).__name__}: {self.name} expected a number from {low:g} to {high:g}, "
            f"got {value!r}; give one between these ends",
            f"{type(obj).__name__}：{self.name} 应为 {low:g} 到 {high:g} 之间的数，"
            f"得到 {value!r}；请改为此范围内的数",
        )
        raise t.TraitError(message)


class Whole(Number):
    """A whole number between two ends."""

    def validate(self, obj: t.HasTraits, value: Any) -> float:  # noqa: ANN401 -- checked here
        """Return ``value`` as an int, or raise TraitError with the remedy."""
        number = super().validate(obj, value)
        if number.is_integer():
            return int(number)
        raise t.TraitError(
            say(
                f"{type(obj).__name__}: {self.name} expected a whole number, got {value!r}",
                f"{type(obj).__name__}：{self.name} 应为整数，得到 {value!r}",
            )
        )


def bundle(name: str, suffix: str) -> Path:
    """Return the path of a built file of ``static/``.

    Raises:
        FileNotFoundError: if it was not built; the text says how to.
    """
    path = STATIC / f"{name}.{suffix}"
    if path.is_file():
        return path
    message = say(
        f"expected the bundle static/{path.name}, got no such file; build it with "
        "`python dlwidgets/frontend/hatch_build.py`, or reinstall with `pip install .`",
        f"缺少前端文件 static/{path.name}；请运行 `python dlwidgets/frontend/hatch_build.py` 构建，"
        "或用 `pip install .` 重新安装",
    )
    raise FileNotFoundError(message)


class _OpenedWhole(type(anywidget.AnyWidget)):  # type: ignore[misc]  # it is the class of a class
    """Tells the page of a widget once its constructor is through.

    Jupyter's widgets do so in the midst of it; and a page that is quicker than the rest of the
    constructor draws what is not all there.
    """

    def __call__(cls, *args: Any, **options: Any) -> Any:  # noqa: ANN401 -- whatever is made
        made = super().__call__(*args, **options)
        made._whole = True  # noqa: SLF001 -- our own
        made.open()
        return made


class Widget(anywidget.AnyWidget, metaclass=_OpenedWhole):
    """Base of all widgets. A subclass names its bundle: ``class TrainMonitor(Widget, bundle=…)``.

    Traits with a leading underscore are between Python and the browser; the others are for users.
    """

    _language = t.Enum(
        ["", "en", "zh"], "", help="The chosen language; empty follows the page."
    ).tag(sync=True)
    _failure = t.Unicode("", help="An error in a handler, in one line; empty if none.").tag(
        sync=True
    )

    _esm: Any = t.Unicode(help="The script.").tag(sync=True)
    _css: Any = t.Unicode(help="The style sheet.").tag(sync=True)

    _bundle: ClassVar[str] = ""
    _commands: ClassVar[dict[str, str]] = {}
    _own_layout = False
    _whole = False

    # Any trait may hold arrays, however deep.
    _trait_to_json = staticmethod(wire.encode)
    _trait_from_json = staticmethod(wire.decode)

    def __init_subclass__(cls, bundle: str = "", **options: Any) -> None:  # noqa: ANN401 -- passed on
        """Load the bundle, where it is built, and collect the commands."""
        if bundle:
            cls._bundle = bundle
            cls._commands = {
                name.removeprefix("_on_"): name
                for name in dir(cls)
                if name.startswith("_on_") and getattr(getattr(cls, name), "_is_command", False)
            }
            if os.environ.get("ANYWIDGET_HMR") == "1" and (STATIC / f"{bundle}.js").is_file():
                # Given paths, anywidget reloads what changes, but then holds every widget ever
                # made; so it gets them only while somebody works on the bundles (`make dev`).
                cls._esm, cls._css = STATIC / f"{bundle}.js", STATIC / f"{bundle}.css"
        super().__init_subclass__(**options)

    def __init__(self, **values: Any) -> None:  # noqa: ANN401 -- each trait checks its own
        """Set traits by name.

        Raises:
            TypeError: for a name that is no option of this widget.
            FileNotFoundError: if the bundle was not built.
        """
        self._check_names(values)
        self._own_layout = "layout" not in values
        front = (
            {}
            if not self.has_trait("_esm")
            else {
                "_esm": bundle(self._bundle, "js").read_text(encoding="utf-8"),
                "_css": bundle(self._bundle, "css").read_text(encoding="utf-8"),
            }
        )
        super().__init__(_language=language() or "", **front, **values)
        self.on_msg(self._receive)
        self._forget_language = _follow_language(self)

    def __setattr__(self, name: str, value: Any) -> None:  # noqa: ANN401 -- each trait checks its own
        """Set a trait or an attribute.

        Raises:
            AttributeError: for what looks like a misspelt option, which would change nothing.
        """
        if not name.startswith("_") and not hasattr(type(self), name):
            hint = suggest(name, self.options())
            if hint:
                kind = type(self).__name__
                raise AttributeError(
                    say(
                        f"{kind} has no option {name!r}.{hint}", f"{kind} 没有选项 {name!r}。{hint}"
                    )
                )
        super().__setattr__(name, value)

    @classmethod
    def options(cls) -> list[str]:
        """Return the names of the traits that are meant for users."""
        return sorted(name for name in ours(cls) if not name.startswith("_"))

    def open(self) -> None:
        """Open the connection to the browser, unless there is one or the widget is half made."""
        if self._whole:
            super().open()

    def close(self) -> None:
        """End the connection to the browser; the views disappear."""
        # Python calls this at deletion too, also where the constructor has raised.
        getattr(self, "_forget_language", lambda: None)()
        layout = self._trait_values.pop("layout", None) if self._own_layout else None
        super().close()
        # Jupyter's widgets leave theirs open, in the kernel and on the page, for good.
        if layout is not None:
            layout.close()

    def _check_names(self, values: dict[str, Any], more: Sequence[str] = ()) -> None:
        """Refuse what is no trait; ``more`` are options that the constructor alone takes."""
        for name in values:
            if not self.has_trait(name):
                known = sorted([*self.options(), *more])
                raise TypeError(
                    say(
                        f"{type(self).__name__}: expected options among {', '.join(known)}, "
                        f"got {name!r}.{suggest(name, known)}",
                        f"{type(self).__name__}：选项应为 {', '.join(known)}，"
                        f"得到 {name!r}。{suggest(name, known)}",
                    )
                )

    def _receive(self, _widget: object, content: dict[str, Any], buffers: list[Any]) -> None:
        """Carry out a command from the browser, and answer it if it has a number."""
        error = self._carry_out(str(content.get("cmd")), content.get("value"), buffers or ())
        if content.get("seq") is not None:
            self.send({"kind": "ack", "seq": content["seq"], "error": error})

    def _carry_out(self, name: str, value: object, buffers: Sequence[Any]) -> str:
        """Return an empty string, or what was wrong."""
        if name not in self._commands:
            return say(
                f"expected a command among {', '.join(self._commands)}, got {name!r}."
                f"{suggest(name, self._commands)}",
                f"命令应为 {', '.join(self._commands)}，得到 {name!r}。"
                f"{suggest(name, self._commands)}",
            )
        try:
            getattr(self, self._commands[name])(wire.attach(value, buffers))
        except ValueError as error:
            # The user asked for something impossible, and the text says what would do.
            return str(error)
        except Exception as error:
            # A fault of ours, or of the user's own objects: it must be seen where the user looks,
            # and must not reach the training loop, from inside which commands are handled.
            self._fail(f"{name}: {type(error).__name__}: {error}")
            self.log.exception("dlwidgets: the command %r failed", name)
            return self._failure
        return ""

    def _fail(self, text: str) -> None:
        """Show an error in the output area."""
        self._failure = f"{type(self).__name__}.{' '.join(text.split())}"


def ours(widget: type[Widget]) -> dict[str, t.TraitType[Any, Any]]:
    """Return the synced traits that this package has added, by name."""
    inherited = {*anywidget.AnyWidget.class_trait_names(), "_esm", "_css", "_anywidget_id"}
    traits = widget.class_traits(sync=True)
    return {name: trait for name, trait in traits.items() if name not in inherited}


def _follow_language(widget: Widget) -> Callable[[], None]:
    """Keep the widget in the chosen language while it lives; return a function that ends this."""
    reference = weakref.ref(widget)

    def speak() -> None:
        alive = reference()
        if alive is not None:
            alive._language = language() or ""  # noqa: SLF001 -- our own trait

    forget = on_change(speak)
    weakref.finalize(widget, forget)
    return forget
