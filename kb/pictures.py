"""Pictures made anew: what is kept of one is what it shows, and a small one of it; run as a process of its own.

``python -m kb.pictures SOURCE KIND TARGET THUMBNAIL`` answers ``{"width", "height"}`` or ``{"problem"}``. Nothing but
pixels passes: no place where it was taken, no comment, no bytes behind its end. Of a moving png the first one stays.
"""

import sys

from kb import child
from kb.errors import Invalid, N_

MOST_PIXELS = 40_000_000
_THUMBNAIL = (256, 256)
_SECONDS = 20
# Forty million pixels are 160 MB, and turning them upright takes as much again.
_MEGABYTES = 1024
_WRITES_MEGABYTES = 256


def make_anew(source, kind, target, thumbnail, *, name):
    """Write the pixels of the picture `source` to `target` and a small one to `thumbnail`; return width and height.

    Parameters
    ----------
    source, target, thumbnail : pathlib.Path
    kind : {"png", "jpeg", "webp", "gif"}
    name : str
        What its sender calls it.

    Raises
    ------
    kb.errors.Invalid
        For one that cannot be read, or that has more pixels than `MOST_PIXELS`.
    """
    try:
        answers = child.run("kb.pictures", source, kind, target, thumbnail, seconds=_SECONDS)
    except child.Failed:
        answers = []
    told = answers[-1] if answers else {"problem": "broken"}
    if told.get("problem") == "large":
        raise Invalid(
            N_("“%(file)s” has more than %(limit)d million pixels."),
            hint=N_("Make the picture smaller, then send it again."),
            field="files",
            file=name,
            limit=MOST_PIXELS // 1_000_000,
        )
    if "problem" in told:
        raise Invalid(
            N_("“%(file)s” cannot be read as a picture."),
            hint=N_("Open it with another program and save it again."),
            field="files",
            file=name,
        )
    return told["width"], told["height"]


def _main(source, kind, target, thumbnail):
    from PIL import Image, ImageFile

    # A picture of which the end lacks is no picture; libjpeg would fill it with grey.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    Image.MAX_IMAGE_PIXELS = None
    with Image.open(source, formats=[kind.upper()]) as picture:
        frames = getattr(picture, "n_frames", 1) if kind in ("gif", "webp") else 1
        if picture.width * picture.height * frames > MOST_PIXELS:
            return {"problem": "large"}
        moving = _frames(picture, frames) if frames > 1 else []
        picture.seek(0)
        still = _upright(picture, kind)
    first, more = (moving[0], moving[1:]) if moving else (still, [])
    options = {"save_all": True, "append_images": more, "duration": _duration(picture), "loop": 0} if more else {}
    if kind in ("jpeg", "webp"):
        options["quality"] = 88
    first.save(target, format=kind.upper(), **options)
    small = still.convert("RGBA" if _has_alpha(still) else "RGB")
    small.thumbnail(_THUMBNAIL)
    small.save(thumbnail, format="WEBP", quality=80)
    return {"width": still.width, "height": still.height}


def _upright(picture, kind):
    from PIL import ImageOps

    picture.load()
    turned = ImageOps.exif_transpose(picture)
    if kind == "jpeg" and turned.mode not in ("L", "RGB"):
        turned = turned.convert("RGB")
    return _bare(turned)


def _frames(picture, count):
    found = []
    for at in range(count):
        picture.seek(at)
        found.append(_bare(picture.convert("RGBA")))
    return found


def _bare(picture):
    """Return only the pixels: what a picture says beside them would be saved with it."""
    bare = picture.copy()
    bare.info = {name: picture.info[name] for name in ("transparency",) if name in picture.info}
    return bare


def _duration(picture):
    return picture.info.get("duration") or 100


def _has_alpha(picture):
    return "A" in picture.mode or "transparency" in picture.info


if __name__ == "__main__":
    child.confine(seconds=_SECONDS, megabytes=_MEGABYTES, writes_megabytes=_WRITES_MEGABYTES)
    child.answer(_main(*sys.argv[1:]))
