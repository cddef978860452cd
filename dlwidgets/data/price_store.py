"""The file of an index's prices, and beside it what an unfinished download has brought so far."""

from __future__ import annotations

import json
import os
from datetime import date
from io import StringIO
from typing import TYPE_CHECKING

import pandas as pd

from dlwidgets.data.days import Span, parsed
from dlwidgets.data.quotes import COLUMNS, columns_of, read_table, tidy
from dlwidgets.language import say

if TYPE_CHECKING:
    from pathlib import Path


class Store:
    """Rows known, and the spans of days that they cover.

    Attributes:
        rows: in the form of `tidy`; days may stand there in any order.
        kept: how many rows are in files.
        covered: spans with nothing more to ask for: a day without a row in them had no trade.
    """

    def __init__(self, file: Path) -> None:
        """Read the file and the part of a download that was cut, where there are such."""
        self.file = file
        self.part = file.with_suffix(".part.json")
        self.rows = pd.DataFrame(columns=list(COLUMNS))
        self.covered: list[Span] = []
        self._others = pd.DataFrame()
        if file.is_file():
            self._open()
        self._resume()
        self.kept = len(self.rows)
        self._stale = self.part.is_file()

    def add(self, rows: pd.DataFrame, covered: list[Span]) -> None:
        """Take in rows; nothing is written."""
        if len(rows):
            self.rows = pd.concat([self.rows, rows]) if len(self.rows) else rows
        self.covered += covered

    def keep(self) -> None:
        """Write all down beside the file, so that a call after a cut goes on from here.

        Days after the newest row stay open: there may be prices for them tomorrow.
        """
        self._stale = True
        if self.rows.empty:
            return
        newest = self.rows["date"].max().date()
        settled = [[str(first), str(last)] for first, last in self.covered if last <= newest]
        text = json.dumps({"covered": settled, "rows": self.rows.to_csv(index=False)})
        _write(self.part, text)
        self.kept = len(self.rows)

    def finish(self) -> pd.DataFrame:
        """Write the whole to the file where anything has come; return its rows, ascending."""
        if self.rows.empty:
            return self.rows
        rows, _ = tidy(self.rows, str(self.file))
        if self._stale:
            whole = rows.assign(date=rows["date"].dt.strftime("%Y-%m-%d"))
            _write(self.file, whole.join(self._others, on="date").to_csv(index=False))
            self.part.unlink(missing_ok=True)
        return rows

    def _open(self) -> None:
        table = read_table(self.file)
        rows, _ = tidy(table, str(self.file))
        if rows.empty:
            return
        days = rows["date"].dt.date
        self.add(rows, [(days.iloc[0], days.iloc[-1])])
        # Columns of the owner's that are none of ours go back into the file.
        names = columns_of(table, str(self.file))
        dated = table.set_index(table[names["date"]].map(lambda text: str(parsed(str(text)))))
        others = dated.drop(columns=list(names.values()))
        self._others = others[~others.index.duplicated()]

    def _resume(self) -> None:
        """Take up what an earlier call has left; a part that can't be read is worth nothing."""
        try:
            kept = json.loads(self.part.read_text("utf-8"))
            rows, _ = tidy(pd.read_csv(StringIO(kept["rows"]), dtype=str), str(self.part))
            covered = [(date.fromisoformat(a), date.fromisoformat(b)) for a, b in kept["covered"]]
        except (OSError, ValueError, KeyError, TypeError):
            return
        self.add(rows, covered)


def _write(path: Path, text: str) -> None:
    """Write a file so that it is either the old or the new one, whenever the power fails."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(text, "utf-8")
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        message = say(
            f"{path} can't be written ({error}); name another folder with root=",
            f"{path} 无法写入（{error}）；请用 root= 指定另一个文件夹",
        )
        raise RuntimeError(message) from error
