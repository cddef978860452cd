"""Where sets lie that are too large to come with the package."""

from __future__ import annotations

import os
from pathlib import Path

from dlwidgets.language import say


def folders(name: str, root: str | Path | None) -> list[Path]:
    """Return the folders to look in for the set ``name``, the most wanted first."""
    if root is not None:
        return [Path(root).expanduser()]
    own = os.environ.get("DLWIDGETS_DATA")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    found = [cache / "dlwidgets"]
    if own:
        found.insert(0, Path(own).expanduser())
    return [folder / name for folder in found]


def writable(name: str, roots: list[Path]) -> Path:
    """Return the first folder that can be written to, made where it was not there.

    Raises:
        RuntimeError: where there is none.
    """
    for root in roots:
        try:
            root.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(root, os.W_OK):
            return root
    places = ", ".join(map(str, roots))
    message = say(
        f"{name}: none of these folders can be written to: {places}; name one with root=",
        f"{name}：以下文件夹均不可写：{places}；请用 root= 指定一个",
    )
    raise RuntimeError(message)


def missing(name: str, roots: list[Path], embedded: str) -> str:
    """Say where a set was looked for and what to do; ``embedded`` is one that needs nothing."""
    places = ", ".join(map(str, roots))
    return say(
        f"{name}: not found in {places}. Get it with dlwidgets.data.{name}(download=True), or "
        "name the folder that holds it with root= or the environment variable DLWIDGETS_DATA. "
        f"dlwidgets.data.{embedded}() needs no download",
        f"{name}：在 {places} 中未找到。可用 dlwidgets.data.{name}(download=True) 下载，"
        "或用 root= 或环境变量 DLWIDGETS_DATA 指定数据所在的文件夹。"
        f"dlwidgets.data.{embedded}() 无需下载",
    )
