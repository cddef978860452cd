import assert from "node:assert/strict";
import { common, pickLanguage, type Tables } from "./i18n.ts";

/** The name of each text, with those inside it. */
function keys(table: object, path = ""): string[] {
  return Object.entries(table).flatMap(([key, value]) =>
    typeof value === "object" ? keys(value, `${path}${key}.`) : [`${path}${key}: ${typeof value}`]
  ).sort();
}

const tables: [string, Tables<object>][] = [["common", common]];
const widgets = new URL("../widgets/", import.meta.url);
for (const { name: widget } of Deno.readDirSync(widgets)) {
  for (const { name: file } of Deno.readDirSync(new URL(`${widget}/`, widgets))) {
    if (!file.endsWith("words.ts")) continue;
    const module = await import(`../widgets/${widget}/${file}`);
    tables.push([`${widget}/${file}`, module.words]);
  }
}

for (const [name, { en, zh }] of tables) {
  Deno.test(`${name}: both languages have the same texts`, () => {
    assert.deepEqual(keys(zh), keys(en));
  });

  Deno.test(`${name}: no text is empty`, () => {
    const texts = JSON.stringify([en, zh]);
    assert.ok(!texts.includes('""'));
  });
}

Deno.test("the chosen language wins over the page's, which wins over English", () => {
  assert.equal(pickLanguage("en", "zh-CN"), "en");
  assert.equal(pickLanguage("zh", "en"), "zh");
  assert.equal(pickLanguage("", "zh-CN"), "zh");
  assert.equal(pickLanguage("", "de"), "en");
  assert.equal(pickLanguage("", ""), "en");
});
