"""One spelling for one address."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.urls import canonical, canonical_frame, domain


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTP://WWW.Example.COM:80", "http://www.example.com/"),
        ("https://example.com:443/A/b?z=1&a=2#top", "https://example.com/A/b?a=2&z=1"),
        ("https://example.com:8443/", "https://example.com:8443/"),
        ("https://e.com/p?utm_source=x&UTM_Medium=y&id=7&fbclid=1&gclid=2&mc_cid=3&igshid=4", "https://e.com/p?id=7"),
        ("https://e.com/p?utm_source=x", "https://e.com/p"),
        ("https://e.com/p?flag&a=", "https://e.com/p?a=&flag"),
        ("https://e.com/#!/page/2", "https://e.com/#!/page/2"),
        ("https://e.com/%c3%a9?q=%c3%a9", "https://e.com/%C3%A9?q=%C3%A9"),
        ("  https://e.com/a b  ", "https://e.com/a b"),
        ("https://e.com./x", "https://e.com/x"),
        ("https://user:Pw@E.com/x", "https://user:Pw@e.com/x"),
        ("https://youtu.be/dQw4w9WgXcQ?si=abc&t=5", "https://www.youtube.com/watch?t=5&v=dQw4w9WgXcQ"),
        ("https://m.youtube.com/watch?v=dQw4w9WgXcQ&feature=share", "https://www.youtube.com/watch?v=dQw4w9WgXcQ"),
        ("https://mobile.twitter.com/a/status/1?s=20&t=q", "https://twitter.com/a/status/1"),
        ("https://en.m.wikipedia.org/wiki/X", "https://en.wikipedia.org/wiki/X"),
        ("https://www.google.com/amp/s/www.rt.com/news/1/?utm_source=g", "https://www.rt.com/news/1/"),
        ("https://m.shop.example/x?ref=a", "https://m.shop.example/x?ref=a"),
        ("https://例子.中国/新闻?页=1", "https://例子.中国/新闻?页=1"),
        ("hxxp://evil.example/x?utm_source=a", "hxxp://evil.example/x?utm_source=a"),
        ("http://evil[.]example/X?utm_source=a", "http://evil[.]example/X?utm_source=a"),
        ("mailto:a@b.example", "mailto:a@b.example"),
        ("not an address", "not an address"),
        ("http://", "http://"),
        ("", ""),
    ],
)
def test_canonical_spelling(url: str, expected: str) -> None:
    assert canonical(url) == expected
    assert canonical(expected) == expected


@settings(deadline=None)  # the first host pays for reading the suffix list
@given(st.one_of(st.text(max_size=60), st.builds("http://{}".format, st.text(max_size=60))))
def test_canonical_and_domain_never_raise_and_canonical_is_idempotent(text: str) -> None:
    once = canonical(text)
    assert canonical(once) == once
    assert isinstance(domain(text), str)


def test_a_chain_of_amp_wrappers_is_unwrapped_to_the_page() -> None:
    assert (
        canonical("https://www.google.com/amp/s/" + "google.com/amp/s/" * 400 + "a.example/x") == "https://a.example/x"
    )


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://news.bbc.co.uk/x", "bbc.co.uk"),
        ("https://WWW.RT.com:443/a", "rt.com"),
        ("www.lemonde.fr", "lemonde.fr"),
        ("https://someone.blogspot.com/2015/", "someone.blogspot.com"),
        ("https://blogspot.com/", "blogspot.com"),
        ("https://user@example.org/", "example.org"),
        ("//cdn.example.org/x", "example.org"),
        ("https://новости.рф/", "новости.рф"),
        ("https://news.site.example/x", "site.example"),
        ("http://127.0.0.1/x", ""),
        ("https://localhost/x", ""),
        ("http://evil[.]example/", ""),
        ("co.uk", ""),
        ("a sentence. With a dot", ""),
        ("", ""),
    ],
)
def test_registrable_domain(url: str, expected: str) -> None:
    assert domain(url) == expected


def test_frame_holds_each_address_once() -> None:
    urls = pl.Series(
        ["https://B.example.com/?utm_source=1", None, "https://a.example.com/", " ", "https://a.example.com/"]
    )
    assert canonical_frame(urls).rows() == [
        ("https://B.example.com/?utm_source=1", "https://b.example.com/", "example.com"),
        ("https://a.example.com/", "https://a.example.com/", "example.com"),
    ]
    assert canonical_frame(pl.Series([], dtype=pl.String())).height == 0
    assert canonical_frame(urls, domains=False).columns == ["url", "canonical"]
