"""The HTML of strangers, made harmless: text with its formatting, links that say nothing of where they were clicked.

Nothing in it is loaded from afar: whoever writes shall not learn when and where it is read.
"""

import nh3

LONGEST = 200_000
"""Characters of what is shown with its formatting; beyond them the text has to do."""
_TAGS = frozenset(
    (
        "a", "abbr", "b", "blockquote", "br", "caption", "code", "col", "colgroup", "dd", "del", "div", "dl", "dt", "em",
        "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "ins", "li", "ol", "p", "pre", "q", "s", "small", "span",
        "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul",
    )
)  # fmt: skip
_DROPPED = frozenset(("script", "style", "title", "template", "noscript", "iframe", "object", "svg", "math"))
"""Of these what stands between goes too."""


def clean(html: str) -> str:
    """What may be shown of it; empty where that is nothing, or too much."""
    if len(html) > 4 * LONGEST:
        return ""
    found = nh3.clean(
        html,
        tags=set(_TAGS),
        clean_content_tags=set(_DROPPED),
        attributes={"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    ).strip()
    return found if len(found) <= LONGEST else ""
