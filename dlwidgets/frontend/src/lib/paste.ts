/** Reads blocks of numbers: a spreadsheet's cells, a Python list, a printed tensor or array. */

/** The numbers of a text as rows of equal length; `null` where it holds anything else. */
export function block(text: string): number[][] | null {
  const plain = text.trim().replaceAll("−", "-");
  const rows = plain.includes("[") ? brackets(plain) : table(plain);
  const width = rows?.[0]?.length ?? 0;
  if (!rows || width === 0 || rows.some((row) => row.length !== width)) return null;
  return rows;
}

/** Rows in lines; cells between tabs, semicolons, or else commas and blanks. */
function table(text: string): number[][] | null {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const parts = (line: string): string[] =>
    /[\t;]/.test(line) ? line.split(/[\t;]/) : line.trim().split(/[\s,]+/);
  return numbers(lines.map(parts));
}

/** `[[1, 2], [3, 4]]`, also inside of `tensor(…)` or `array(…, dtype=…)`, also without commas. */
function brackets(text: string): number[][] | null {
  const inner = text.slice(text.indexOf("["), text.lastIndexOf("]") + 1);
  const around = text.replace(inner, "");
  if (!/^(?:[\w.]*\((?:,\s*[\w.=]+)*\s*\))?$/.test(around.trim())) return null;
  // Only the innermost brackets are rows.
  const found = [...inner.matchAll(/\[([^[\]]*)\]/g)].map(([, row]) => row!.trim());
  if (/[^\s,[\]]/.test(inner.replaceAll(/\[[^[\]]*\]/g, ""))) return null;
  return numbers(found.map((row) => row.replace(/,$/, "").split(/[\s,]+/)));
}

function numbers(rows: string[][]): number[][] | null {
  const found = rows.map((row) =>
    row.map((cell) => {
      const plain = cell.trim().replace(/^(-?\d+),(\d+)$/, "$1.$2");
      return plain === "" ? NaN : Number(plain);
    })
  );
  return found.flat().every(Number.isFinite) ? found : null;
}
