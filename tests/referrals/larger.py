"""A pack of many accounts, and the same pack after a rename: made from one of the example's."""

from dataclasses import replace

from referrals.base import Asset, Pack


def renamed(pack: Pack) -> Pack:
    """The same accounts under other handles; the pack's id changes, as it must."""

    def other(asset: Asset) -> Asset:
        return replace(asset, handle=f"new_{asset.handle}", display_name="Another name")

    return replace(pack, id="0" * 16, assets=tuple(map(other, pack.assets)), victims=tuple(map(other, pack.victims)))


def many(pack: Pack, accounts: int) -> Pack:
    """`accounts` accounts with one post each, of the pack's first finding."""
    one, post = pack.assets[0], next(p for p in pack.posts if p.findings)
    finding = one.findings
    return replace(
        pack,
        assets=tuple(replace(one, id=str(10**9 + n), handle=f"handle{n}") for n in range(accounts)),
        posts=tuple(
            replace(post, post_id=str(10**12 + n), author_id=str(10**9 + n), findings=finding) for n in range(accounts)
        ),
    )
