"""How the screens look, and the only way text from outside gets onto them: autoescaped."""

import streamlit as st
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from views.catalogue import catalogue

_ENVIRONMENT = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)

# Calm and dense: grey for context, one accent for "look here", nothing red for a person. Colours meet 4.5:1 on white.
STYLE = """
<style>
  .stMainBlockContainer { padding-top: 4.4rem; max-width: 1440px; }
  .mm-head { display: flex; justify-content: space-between; align-items: baseline; gap: 2rem; border-bottom: 1px solid #d5d9de;
             padding-bottom: .35rem; }
  .mm-head h1 { font-size: 1.35rem; margin: 0; padding: 0; font-weight: 650; }
  .mm-head .facts, .mm-small { color: #55606b; font-size: .86rem; }
  .mm h2, .mm-h2 { font-size: .78rem; text-transform: uppercase; letter-spacing: .06em; color: #55606b; font-weight: 650;
                   margin: .2rem 0 .4rem 0; padding: 0; }
  .mm-chip { display: inline-block; border: 1px solid #c3c9d0; border-radius: 3px; padding: 0 .4em; font-size: .8rem;
             color: #3d4650; background: #f4f6f8; white-space: nowrap; }
  .mm-rows { width: 100%; border-collapse: collapse; font-size: .9rem; }
  .mm-rows td, .mm-rows th { padding: .18rem .6rem .18rem 0; vertical-align: top; border: 0; text-align: left; }
  .mm-rows tr { border-bottom: 1px solid #eceff2; }
  .mm-rows th { color: #55606b; font-weight: 500; font-size: .8rem; }
  .mm-whole { white-space: nowrap; }
  .mm-num { text-align: right !important; font-variant-numeric: tabular-nums; }
  .mm-note { border-left: 3px solid #b8560f; padding: .3rem .9rem; background: #fbf6f1; font-size: .92rem; margin: .4rem 0; }
  .mm-unknown { border-left: 3px solid #8a949e; padding: .3rem .9rem; background: #f5f6f8; font-size: .92rem; margin: .4rem 0; }
  .mm-title { font-size: 1.3rem; margin: 0; padding: 0; overflow-wrap: anywhere; }
  /* A title is read whole: Streamlit would cut it at the end of the line. */
  [data-testid="stPageLink-NavLink"] p, [data-testid="stPageLink"] p { white-space: normal; overflow: visible; }
  .st-key-saved .stButton button { min-height: 1.5rem; padding: 0 .3rem; }
  .st-key-saved > div, .st-key-saved { gap: .15rem; }
  .mr-posts { width: 100%; border-collapse: collapse; font-size: .88rem; line-height: 1.4; }
  .mr-posts th { text-align: left; color: #55606b; font-weight: 500; font-size: .8rem; }
  .mr-posts th, .mr-posts td { padding: .22rem .7rem .22rem 0; border: 0; border-bottom: 1px solid #eceff2; vertical-align: top; }
  .mr-posts .mr-at, .mr-posts .mr-who { white-space: nowrap; color: #55606b; }
  .mr-posts .mr-who { max-width: 9rem; overflow: hidden; text-overflow: ellipsis; }
  .mr-posts small, .mr-note { color: #6b7680; font-size: .78rem; }
  mark { background: #f6dfc9; color: inherit; border-radius: 2px; padding: 0 .1em; }
  @media (prefers-color-scheme: dark) { .stApp mark { color: #222; } }
</style>
"""


def html(template: str, **values: object) -> Markup:
    """`template` (Jinja, our own text) with `values` escaped, whatever stands in them."""
    # The environment escapes every value; only the template itself, which is ours, is markup.
    return Markup(_ENVIRONMENT.from_string(template).render(**values))  # noqa: S704


def label(text: str) -> str:
    """`text` for a place that Streamlit reads as Markdown: a link or picture in a post's text must stay text."""
    return "".join("\\" + sign if sign in "\\`*_{}[]<>()#+-.!|~:$" else sign for sign in " ".join(text.split()))


def language() -> str:
    """The language of the sentences, chosen in the sidebar."""
    return str(st.session_state.get("language", "en"))


def say(code: str, **values: object) -> str:
    """What the screens say for `code`, in the language chosen."""
    return str(catalogue(language())["screen"][code]).format(**values)


def named(code: str, key: str) -> str:
    """One word of a list of the screens' words; a key without one is shown as it is."""
    return str(catalogue(language())["screen"][code].get(key, key))


def heading(code: str, **values: object) -> None:
    """A small heading above a part of a screen."""
    st.html(html('<div class="mm"><h2>{{ text }}</h2></div>', text=say(code, **values)))
