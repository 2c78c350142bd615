"""Whether an export would show anything else than the clip does."""

from typing import Any

from exports.video.params import ASPECTS

SAME_SHAPE = 0.01  # of a side: less than this is cut away, and nobody sees it


def changes_nothing(export_type: str, params: dict[str, Any], *, width: int, height: int) -> bool:
    """True when complete `params` leave every picture as it is, but for its size and its encoding.

    Nothing drawn; nothing dimmed; the clip's own shape without any zoom. A trim or another size always changes it.
    """
    if "trim" in params:
        return False
    if export_type == "annotate":
        return not params["items"]
    if export_type == "overlay":
        return params["dim"] == 0
    if export_type == "framing":
        return _has_shape(params["aspect"], width, height) and _max_zoom(params) == 1
    return False


def _has_shape(aspect: str, width: int, height: int) -> bool:
    across, down = ASPECTS[aspect]
    return abs(width * down / (height * across) - 1) < SAME_SHAPE


def _max_zoom(params: dict[str, Any]) -> float:
    return max((keyframe["zoom"] for keyframe in params["keyframes"]), default=1)
