"""Text and numbers as LaTeX."""

from __future__ import annotations

import re
import unicodedata

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\N{NARROW NO-BREAK SPACE}": r"\,",
    "\N{NO-BREAK SPACE}": "~",
    "–": "--",
    "—": "---",
    "²": "$^2$",
    "³": "$^3$",
    "₀": "$_0$",
    "±": r"$\pm$",
    "×": r"$\times$",
    "≤": r"$\leq$",
    "≥": r"$\geq$",
    "<": "$<$",
    ">": "$>$",
    "√": r"$\sqrt{}$",
    "⟨": r"$\langle$",
    "⟩": r"$\rangle$",
    "∞": r"$\infty$",
    "−": "$-$",
}
_GREEK = {
    letter: rf"$\{name}$"
    for letter, name in zip(
        "αβγδηθλμνρστφψωΓΔΛΣΦΨΩ",
        (
            *("alpha", "beta", "gamma", "delta", "eta", "theta", "lambda", "mu", "nu", "rho"),
            *("sigma", "tau", "phi", "psi", "omega", "Gamma", "Delta", "Lambda", "Sigma", "Phi"),
            *("Psi", "Omega"),
        ),
    )
}
_POWERS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_POWER = re.compile("10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)")


def latex_text(text: str) -> str:
    """Plain text as LaTeX in ASCII; signs without a LaTeX name lose their accents or become "?".

    >>> latex_text("W1(quark, gluon) & τ21 / 5 %")
    'W1(quark, gluon) \\\\& $\\\\tau$21 / 5 \\\\%'
    """
    return "".join(_sign(sign) for sign in text)


def latex_number(text: str) -> str:
    """A number as ``format_number`` or ``format_with_error`` writes it, in math mode.

    >>> latex_number("0.566 ± 0.004"), latex_number("10⁻⁴"), latex_number("—")
    ('$0.566 \\\\pm 0.004$', '$10^{-4}$', '---')
    """
    if not any(sign.isdigit() for sign in text):
        return latex_text(text)
    inner = _POWER.sub(lambda match: f"10^{{{match[1].translate(_POWERS)}}}", text)
    for sign, name in (("±", r"\pm"), ("×", r"\times"), ("≤", r"\leq"), ("%", r"\%")):
        inner = inner.replace(sign, name)
    inner = inner.replace("\N{NARROW NO-BREAK SPACE}\\times\N{NARROW NO-BREAK SPACE}", r" \times ")
    inner = inner.replace("\N{NARROW NO-BREAK SPACE}", r"\,")
    return f"${inner}$"


def _sign(sign: str) -> str:
    if sign in _SPECIAL:
        return _SPECIAL[sign]
    if sign in _GREEK:
        return _GREEK[sign]
    if sign.isascii():
        return sign
    plain = unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode()
    return plain or "?"
