"""Pictures as phones send them."""

from io import BytesIO

from PIL import Image


def picture(
    kind: str = "JPEG", size: tuple[int, int] = (60, 40), color: str = "red", **more: object
) -> bytes:
    """Draw a picture whose left half is of a colour, the other white."""
    image = Image.new("RGB", size, "white")
    image.paste(color, (0, 0, size[0] // 2, size[1]))
    out = BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()
