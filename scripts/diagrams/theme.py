"""How Mermaid draws our diagrams: one configuration for the drawn SVG and for the live preview.

Mermaid refuses ``var(--x)`` as a colour and computes shades of the colours that it is given. So every theme
variable is set to a *sentinel*, a near-black colour that stands for one CSS variable. The renderer turns the
sentinels it finds back into ``var(--dg-…)``, which the site's style sheet defines for the light and the dark
scheme and for paper. A colour that is no sentinel fails the rendering, so no fixed colour can slip in.
"""

from __future__ import annotations

from typing import Any

# Raise when the renderer or this theme changes what an SVG looks like: every diagram is then drawn again.
THEME_VERSION = 2

FONT_STACK = "'Atkinson Hyperlegible Next', 'Segoe UI', Roboto, Arial, sans-serif"
FONT_SIZE_PX = 15
# The reading column of the theme at 1280 px; anything wider would be shrunk or scroll.
MAX_WIDTH_PX = 700
# The column on the narrowest screen that WCAG names, and the smallest text that still reads there.
NARROWEST_PX = 288
MIN_TEXT_PX = 11

# CSS variable -> the Mermaid theme variables that take its colour.
ROLES: dict[str, tuple[str, ...]] = {
    "bg": ("background", "edgeLabelBackground", "labelBackground"),
    "node": (
        "primaryColor",
        "mainBkg",
        "nodeBkg",
        "actorBkg",
        "secondaryColor",
        "quadrant2Fill",
        "quadrant3Fill",
        "labelBoxBkgColor",
    ),
    "node-line": ("primaryBorderColor", "nodeBorder", "actorBorder", "secondaryBorderColor", "labelBoxBorderColor"),
    "group": ("tertiaryColor", "clusterBkg", "quadrant1Fill", "quadrant4Fill", "activationBkgColor"),
    "group-line": (
        "tertiaryBorderColor",
        "clusterBorder",
        "quadrantInternalBorderStrokeFill",
        "quadrantExternalBorderStrokeFill",
        "activationBorderColor",
        "actorLineColor",
    ),
    "text": (
        "primaryTextColor",
        "secondaryTextColor",
        "tertiaryTextColor",
        "textColor",
        "nodeTextColor",
        "titleColor",
        "actorTextColor",
        "signalTextColor",
        "labelTextColor",
        "loopTextColor",
        "noteTextColor",
        "sequenceNumberColor",
        "quadrant1TextFill",
        "quadrant2TextFill",
        "quadrant3TextFill",
        "quadrant4TextFill",
        "quadrantPointTextFill",
        "quadrantXAxisTextFill",
        "quadrantYAxisTextFill",
        "quadrantTitleFill",
    ),
    "line": ("lineColor", "defaultLinkColor", "signalColor", "arrowheadColor", "quadrantPointFill"),
    "note": ("noteBkgColor",),
    "note-line": ("noteBorderColor",),
}


def sentinel(index: int) -> str:
    """The hex colour that stands for the role with this index."""
    return f"#010a{index + 1:02x}"


SENTINELS: dict[str, str] = {sentinel(i): f"var(--dg-{role})" for i, role in enumerate(ROLES)}


def mermaid_config(*, live: bool = False, phone: bool = False) -> dict[str, Any]:
    """Mermaid's configuration; with ``live`` without sentinels, for a preview; with ``phone`` as narrow as it goes."""
    variables: dict[str, Any] = {"fontFamily": FONT_STACK, "fontSize": f"{FONT_SIZE_PX}px"}
    if not live:
        variables |= {name: sentinel(i) for i, names in enumerate(ROLES.values()) for name in names}
    return {
        "startOnLoad": False,
        "securityLevel": "strict",
        "theme": "neutral" if live else "base",
        "look": "classic",
        "layout": "dagre",
        "htmlLabels": False,
        "fontFamily": FONT_STACK,
        "fontSize": FONT_SIZE_PX,
        "themeVariables": variables,
        "flowchart": {
            "htmlLabels": False,
            "curve": "linear",
            "padding": 8 if phone else 12,
            "nodeSpacing": 12 if phone else 22,
            "rankSpacing": 30 if phone else 34,
            "wrappingWidth": 120 if phone else 340,
            "useMaxWidth": True,
        },
        "sequence": {
            "mirrorActors": False,
            "useMaxWidth": True,
            "wrap": phone,
            "width": 76 if phone else 104,
            "actorMargin": 12 if phone else 40,
            "diagramMarginX": 4 if phone else 50,
            "boxMargin": 8,
            "messageMargin": 30,
            "actorFontFamily": FONT_STACK,
            "messageFontFamily": FONT_STACK,
            "noteFontFamily": FONT_STACK,
            "actorFontSize": FONT_SIZE_PX,
            "messageFontSize": FONT_SIZE_PX - 1,
            "noteFontSize": FONT_SIZE_PX - 1,
        },
        "quadrantChart": {
            "chartWidth": 640,
            "chartHeight": 520,
            "pointLabelFontSize": 14,
            "quadrantLabelFontSize": 15,
            "xAxisLabelFontSize": 15,
            "yAxisLabelFontSize": 15,
            "useMaxWidth": True,
        },
    }
