"""PDQ, the perceptual hash of pictures (Meta's ThreatExchange, 2019), as its paper describes it.

Own code because the reference bindings (pdqhash) come as source that needs a C++ compiler on Linux; tests hold this one to
the reference's hashes. Two hashes of the same picture differ in few of their 256 bits; 10 or fewer is the same picture.
"""

from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Luma = NDArray[np.float32]

_SMALL: Final = 64
_BITS: Final = 16
# The reference hashes nothing smaller than this a side.
SMALLEST: Final = 5
# The box is a 128th of the side, drawn over the picture twice: a tent as wide as one of the 64 cells.
_BOXES: Final = 128
# Luma of ITU-R BT.601, as the reference takes it.
_LUMA: Final = np.array([[0.299, 0.587, 0.114]], dtype=np.float32)


def luma(rgb: NDArray[np.uint8]) -> Luma:
    """Height x width x 3 bytes as brightness, 0 to 255."""
    import cv2

    return np.asarray(cv2.transform(rgb.astype(np.float32), _LUMA), dtype=np.float32)


def pdq(picture: Luma) -> tuple[str, int]:
    """The hash of a picture's brightness as 64 hex digits, and its quality from 0 to 100.

    Quality is how much there is to see; at 49 or less (plain colours, a word on white) hashes of different pictures meet.
    """
    if min(picture.shape) < SMALLEST:
        return "0" * 64, 0
    small = _decimated(picture)
    steps = [np.trunc(np.diff(small, axis=axis) * (100 / 255)) for axis in (0, 1)]
    quality = min(int(sum(np.abs(step).sum() for step in steps) / 90), 100)
    waves = _cosines() @ small @ _cosines().T
    # The reference takes the lower of the two middle values of the 256.
    median = np.partition(waves, waves.size // 2 - 1, axis=None)[waves.size // 2 - 1]
    bits = (waves > median).ravel()[::-1]
    return np.packbits(bits).tobytes().hex(), quality


def distance(one: str, other: str) -> int:
    """In how many bits two hashes differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def _decimated(picture: Luma) -> NDArray[np.float64]:
    import cv2

    smooth: NDArray[Any] = picture
    if picture.shape != (_SMALL, _SMALL):
        height, width = picture.shape
        size = tuple((side + _BOXES - 1) // _BOXES for side in (width, height))
        anchor = tuple(side - side // 2 - 1 for side in size)
        # At the edges the mean is of what there is of the window: the sum with zeros beyond, by how many were there.
        there = cv2.boxFilter(
            np.ones_like(smooth), -1, size, anchor=anchor, normalize=False, borderType=cv2.BORDER_CONSTANT
        )
        for _ in range(2):
            smooth = cv2.boxFilter(smooth, -1, size, anchor=anchor, normalize=False, borderType=cv2.BORDER_CONSTANT)
            smooth = smooth / there
    rows, columns = (((np.arange(_SMALL) + 0.5) * side / _SMALL).astype(int) for side in picture.shape)
    small: NDArray[np.float64] = smooth[np.ix_(rows, columns)].astype(np.float64)
    return small


@cache
def _cosines() -> NDArray[Any]:
    """The rows 1 to 16 of the discrete cosine transform of 64 values; row 0, the mean, is left out."""
    row = np.arange(1, _BITS + 1)[:, None]
    column = np.arange(_SMALL)[None, :]
    matrix: NDArray[Any] = np.sqrt(2 / _SMALL) * np.cos(np.pi / 2 / _SMALL * row * (2 * column + 1))
    return matrix
