"""Frames of one video as PDQ hashes, worked out in a process of its own that may neither grow, hang nor call out.

Video decoders are large and written in C; what breaks or exhausts one must not take a load with it. So the reader starts
`python -m loaders.video FILE`, which limits its own memory and processor time, and reads a line for each frame.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from loaders.pdq import distance

# The beginning of a clip: what is passed from hand to hand is short; a frame a second of five minutes is 300 hashes.
MAX_SECONDS: Final = 300
# Five minutes of 1080p take some 30 s to decode on one slow core.
CPU_SECONDS: Final = 90
WALL_SECONDS: Final = 240
# Decoding 8K needs about 1.5 GB; the interpreter and its libraries map 1 GB more without using it.
MEMORY_BYTES: Final = 4 * 2**30
# PDQ's bound for the same picture (docs/contract.md): a still of ten seconds is one frame, not ten.
SAME_FRAME: Final = 10
_ROOT: Final = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame, different from the one before."""

    second: int
    media_hash: str
    quality: int


@dataclass(frozen=True, slots=True)
class Clip:
    """What could be read of a video."""

    frames: list[Frame]
    ended: str
    """"" where it was read to its end; else one sentence that says why not."""


def read(path: Path) -> Clip:
    """A frame for each second of the first five minutes; frames like the one before are left out."""
    # Only the file itself may be read: playlists and containers may name other files and addresses.
    options = "protocol_whitelist;file|format_whitelist;mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,flv"
    environment = {**os.environ, "OPENCV_FFMPEG_CAPTURE_OPTIONS": options, "OPENCV_LOG_LEVEL": "SILENT"}
    environment |= {"PYTHONPATH": str(_ROOT), "OPENBLAS_NUM_THREADS": "1", "OPENCV_FFMPEG_LOGLEVEL": "-8"}
    command = [sys.executable, "-m", "loaders.video", str(path.resolve())]
    out, ended = b"", ""
    try:
        done = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=WALL_SECONDS, check=False
        )
        out = done.stdout
        if done.returncode:
            ended = "The video broke its decoder or its bounds of time and memory; what was read before is kept."
    except subprocess.TimeoutExpired as late:
        out = late.stdout or b""
        ended = f"The video took longer than {WALL_SECONDS} s; what was read before is kept."
    frames: list[Frame] = []
    for line in out.splitlines():
        try:
            found = json.loads(line)
        except ValueError:  # the last line of a process that was ended
            continue
        if "ended" in found:
            ended = found["ended"]
        elif not frames or distance(frames[-1].media_hash, found["media_hash"]) > SAME_FRAME:
            frames.append(Frame(**found))
    return Clip(frames, ended)


def _child(path: str) -> None:
    """Write a JSON line for each second's frame to stdout."""
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    import cv2

    from loaders.pdq import luma, pdq

    cv2.setNumThreads(1)
    video = cv2.VideoCapture(path, cv2.CAP_FFMPEG)
    rate = video.get(cv2.CAP_PROP_FPS) if video.isOpened() else 0.0
    if not 0 < rate < 1000:
        rate = 25.0  # some recorders state none; the number of frames then stands for the time
    number, next_at = -1, 0.0
    while video.isOpened() and video.grab():
        number += 1
        second = number / rate
        if second >= MAX_SECONDS:
            print(json.dumps({"ended": f"The video is longer than {MAX_SECONDS} s; its beginning is read."}))
            break
        if second < next_at:
            continue
        good, frame = video.retrieve()
        if not good:
            continue
        next_at = int(second) + 1.0
        height, width = frame.shape[:2]
        shrink = 512 / max(height, width)
        if shrink < 1:
            size = (max(round(width * shrink), 1), max(round(height * shrink), 1))
            frame = cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
        media_hash, quality = pdq(luma(frame[:, :, ::-1].astype("uint8", copy=False)))
        print(json.dumps({"second": int(second), "media_hash": media_hash, "quality": quality}), flush=True)


if __name__ == "__main__":
    _child(sys.argv[1])
