"""A DataFrame or Series opened: what every way of selecting gives, and how else to write it."""

from __future__ import annotations

import sys
from keyword import iskeyword
from typing import TYPE_CHECKING, Any

import traitlets as t

from dlwidgets.language import say
from dlwidgets.widgets.base import Widget, command
from dlwidgets.widgets.frame_changes import Changes
from dlwidgets.widgets.frame_grids import lit
from dlwidgets.widgets.frame_lessons import Lessons
from dlwidgets.widgets.frame_quiz import Questions
from dlwidgets.widgets.frame_rows import ACCESSORS
from dlwidgets.widgets.frame_selecting import Selecting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dlwidgets.explain.frame import Subject

PANELS = ["select", "lessons", "changes", "quiz"]


class FrameExplorer(Lessons, Changes, Questions, Selecting, Widget, bundle="frame_explorer"):
    """A DataFrame or Series with both its rulers, labels and positions, to be selected from.

    ``FrameExplorer(df)`` and ``explore(df)`` open one of yours, which is never changed. Point,
    pick, or type: the cells light up, and the code, the result and its other spellings follow,
    all of them pandas' own (book 10.4.2).
    """

    panel = t.Enum(PANELS, "select", help="What is shown.").tag(sync=True)

    _variable = t.Unicode("df", help="What the frame is called in code.").tag(sync=True)
    _renewed = t.Int(0, help="How often the frame was found changed by others.").tag(sync=True)

    def __init__(
        self,
        frame: Subject,
        name: str | None = None,
        **values: Any,  # noqa: ANN401 -- each trait checks its own
    ) -> None:
        """Open a frame.

        Args:
            frame: a DataFrame or Series of any size; only what is seen of it is looked at.
            name: what it is called in code; without it the name that the notebook has for it,
                else ``df`` or ``s``.
            **values: ``panel``, ``accessor``, ``expression`` and what all Jupyter widgets take.

        Raises:
            TypeError: for anything else than a DataFrame or Series, or an unknown option.
            ValueError: for a name that is no Python name.
        """
        self._check_names(values)
        self._subject = _checked(frame)
        self._name = _named(frame, name)
        asked = {key: values.pop(key) for key in ("accessor", "expression") if key in values}
        super().__init__(_variable=self._name, **values)
        self._begin()
        if "accessor" in asked:
            self._on_accessor(_known_accessor(asked["accessor"]))
        if "expression" in asked:
            self.expression = asked["expression"]

    def _begin(self) -> None:
        self._seen = self._axes_now()
        self._hold("frame", self._subject)
        self._begin_selecting()
        self._panels_begin()

    @property
    def frame(self) -> Any:  # noqa: ANN401 -- a DataFrame or Series
        """The frame that was opened: the very object."""
        return self._subject

    @property
    def kind(self) -> str:
        """What the selection gives: ``scalar``, ``Series``, ``DataFrame``, ``Index``, ``error``."""
        return str(self._outcome["kind"])

    @property
    def result(self) -> Any:  # noqa: ANN401 -- whatever pandas gives
        """What the selection gives, as a copy; None where pandas refuses it.

        While the page of changes is open: what they have made of the frame.
        """
        if self.panel == "changes":
            return self._changed_result()
        result = self._found.result
        return result.copy() if self.kind in {"Series", "DataFrame"} else result

    @property
    def spellings(self) -> list[str]:
        """Every way to write the selection that gives the same, the usual one first."""
        from dlwidgets.explain import frame

        return [one.code for one in frame.spellings(self._subject, self._found, self._name)]

    def code(self) -> str:
        """Return the line that gives the result."""
        return self._found.code

    def select(
        self,
        rows: int | slice | Iterable[int] | None = None,
        columns: int | slice | Iterable[int] | None = None,
        accessor: str = ".iloc",
    ) -> Any:  # noqa: ANN401 -- as result
        """Select by position, and return what it gives.

        Args:
            rows: a position, a slice, several positions, or None for all.
            columns: likewise.
            accessor: how it is written: ``[]``, ``.loc``, ``.iloc``, ``.at`` or ``.iat``.

        Raises:
            TypeError: for what is no position.
            IndexError: for a position that there is not.
            ValueError: for another accessor.
        """
        sizes = self._sizes()
        spans = [
            _span(axis, asked, size)
            for axis, asked, size in zip(("rows", "columns"), (rows, columns), sizes, strict=True)
        ]
        self._area(spans[0], spans[1], _known_accessor(accessor))
        return self.result

    def refresh(self) -> None:
        """Look at the frame anew, after it was changed in Python."""
        with self.hold_sync():
            self._seen = self._axes_now()
            self._hold("frame", self._subject, lit(()))
            self._read(self.expression)
            self._panels_begin()

    def __repr__(self) -> str:
        return f"FrameExplorer: {self._name}, {' × '.join(map(str, self._subject.shape))}"

    @command
    def _on_panel(self, value: str) -> None:
        """Show another panel."""
        if value in PANELS:
            self.panel = value

    @command
    def _on_refresh(self, _value: object) -> None:
        """Look at the frame anew."""
        self.refresh()

    def _sizes(self) -> tuple[int, int]:
        """Return rows and columns; a Series is one column."""
        shape = self._subject.shape
        return int(shape[0]), int(shape[1]) if len(shape) > 1 else 1

    def _axes_now(self) -> tuple[Any, ...]:
        frame = self._subject
        return (frame.index,) if frame.ndim == 1 else (frame.index, frame.columns)

    def _check_subject(self) -> None:
        """Take up what Python has done to the axes of the frame since it was last looked at."""
        now = self._axes_now()
        pairs = zip(now, self._seen, strict=True)
        if all(one.is_(other) and len(one) == len(other) for one, other in pairs):
            return
        self._renewed += 1
        self.refresh()


def _checked(frame: object) -> Any:  # noqa: ANN401 -- a DataFrame or Series
    from dlwidgets.explain.frame import Subject

    if isinstance(frame, Subject):
        return frame
    hint = type(frame).__name__
    raise TypeError(
        say(
            f"FrameExplorer: expected a DataFrame or Series, got {hint}; "
            "make one first: pd.DataFrame(...)",
            f"FrameExplorer：应为 DataFrame 或 Series，得到 {hint}；请先创建：pd.DataFrame(...)",
        )
    )


def _named(frame: Any, name: object) -> str:  # noqa: ANN401 -- a DataFrame or Series
    """Return what a frame is called: as given, or by the notebook that it is in."""
    if name is None:
        known = vars(sys.modules["__main__"])
        names = [key for key, value in tuple(known.items()) if value is frame and _is_name(key)]
        return names[0] if names else ("s" if frame.ndim == 1 else "df")
    if isinstance(name, str) and name.isidentifier() and not iskeyword(name):
        return name
    raise ValueError(
        say(
            f"FrameExplorer: expected a Python name such as 'df', got {name!r}",
            f"FrameExplorer：name 应为 Python 变量名，如 'df'，得到 {name!r}",
        )
    )


def _is_name(key: str) -> bool:
    # Notebooks keep what cells return as _, __, _1 and so on.
    return key.isidentifier() and not key.startswith("_") and not iskeyword(key)


def _known_accessor(accessor: str) -> str:
    from dlwidgets.language import suggest

    if accessor in ACCESSORS:
        return accessor
    raise ValueError(
        say(
            f"FrameExplorer: expected an accessor among {', '.join(ACCESSORS)}, got {accessor!r}.",
            f"FrameExplorer：方式应为 {'、'.join(ACCESSORS)} 之一，得到 {accessor!r}。",
        )
        + suggest(str(accessor), ACCESSORS)
    )


def _span(axis: str, asked: Any, size: int) -> Any:  # noqa: ANN401 -- checked here
    """Return the positions that a user means."""
    import numpy as np

    if asked is None:
        return range(size)
    if isinstance(asked, slice):
        return range(*asked.indices(size))
    single = isinstance(asked, (int, np.integer)) and not isinstance(asked, bool)
    try:
        positions = [asked] if single else [int(one) for one in asked if one == int(one)]
    except (TypeError, ValueError):
        raise TypeError(
            say(
                f"FrameExplorer.select: expected {axis} as a position, a slice, several positions "
                f"or None, got {asked!r}; for labels set w.expression = 'df.loc[...]'",
                f"FrameExplorer.select：{axis} 应为位置、切片、多个位置或 None，得到 {asked!r}；"
                "按标签选择请用 w.expression = 'df.loc[...]'",
            )
        ) from None
    outside = [one for one in positions if not -size <= one < size]
    if outside:
        raise IndexError(
            say(
                f"FrameExplorer.select: {axis} go from {-size} to {size - 1}, got {outside[0]}",
                f"FrameExplorer.select：{axis} 的位置应在 {-size} 到 {size - 1} 之间，"
                f"得到 {outside[0]}",
            )
        )
    return np.array([one % size for one in positions], np.int64)
