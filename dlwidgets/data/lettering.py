"""Which characters the fonts of this machine can show in a picture."""

from __future__ import annotations

from dlwidgets.language import say

# Fonts with Chinese characters that systems bring along, the commonest first.
_CHINESE = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "SimHei",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Noto Sans CJK JP",
    "Droid Sans Fallback",
    "Arial Unicode MS",
)


class Lettering:
    """Fonts for labels, and which characters they can show."""

    def __init__(self) -> None:
        """Look for the fonts of the current style, and for one with Chinese characters."""
        import matplotlib as mpl
        from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font

        present = {font.name for font in fontManager.ttflist}
        chinese = [name for name in _CHINESE if name in present][:1]
        self.families: list[str] = [*mpl.rcParams["font.family"], *chinese]
        self._fonts = [get_font(findfont(FontProperties(family=[name]))) for name in self.families]

    def shows(self, text: str) -> bool:
        """Whether every character has a glyph."""
        return all(
            ch.isascii() or any(font.get_char_index(ord(ch)) for font in self._fonts) for ch in text
        )

    def choose(self, en: str, zh: str) -> str:
        """Return the text in the chosen language; English if its characters can't be shown."""
        text = say(en, zh)
        return text if self.shows(text) else en

    def clean(self, text: str) -> str:
        """Return a text of the user's with ``?`` for what can't be shown."""
        return "".join(ch if ch.isprintable() and self.shows(ch) else "?" for ch in text)
