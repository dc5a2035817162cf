"""One picture file as the brightness PDQ looks at, within bounds: whatever the bytes are, a sentence or a small array."""

import io
import warnings
from typing import Final

import numpy as np

from loaders.pdq import Luma, luma

# Formats platforms and their scrapers store; readers of others are attack surface without a use here.
_FORMATS: Final = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "AVIF")
# Three bytes a pixel: 200 MB at most. The largest pictures any platform gives out are below 50 million.
MAX_PIXELS: Final = 64_000_000
# Platforms give out pictures up to this side. Larger ones are reduced first; hashes then move by some 6 of 256 bits, which
# is why not all are (of the 10 that still count as the same picture).
_SIDE: Final = 2048


class PictureError(Exception):
    """A picture that cannot be read; the message is one sentence for the quarantine."""


def read(data: bytes) -> Luma:
    """The first image in the file, reduced to 2,048 pixels a side at most. Raises PictureError."""
    from PIL import Image, UnidentifiedImageError

    Image.init()  # the formats named must be registered, or asking for them is an error
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's warnings on size and damage; the bounds here are our own
        try:
            with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise PictureError(
                        f"The picture is {image.width} x {image.height} pixels, more than {MAX_PIXELS:,}; no platform"
                        " gives such pictures out."
                    )
                image.draft("RGB", (_SIDE, _SIDE))  # JPEG only: decodes no more than is needed
                plain = image.convert("RGB")
                plain.thumbnail((_SIDE, _SIDE), Image.Resampling.BILINEAR)
                return luma(np.asarray(plain))
        except Image.DecompressionBombError as error:
            raise PictureError("The picture unpacks to far more pixels than any platform gives out.") from error
        except UnidentifiedImageError as error:
            raise PictureError("The file is no picture of a known kind, whatever its name says.") from error
        except PictureError:
            raise
        except Exception as error:
            # Decoders raise nearly anything on damaged bytes (OSError, SyntaxError, ValueError, struct.error ...).
            reason = " ".join(str(error).split())[:200] or type(error).__name__
            raise PictureError(f"The picture is damaged or cut short ({reason}).") from error
