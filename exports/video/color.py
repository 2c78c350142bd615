"""Brings every clip to the one kind of colour all players agree on: 8-bit BT.709, limited range, 4:2:0."""

from exports.video.facts import ClipFacts

# ISO/IEC 23091-2 code points, under the names that ffmpeg's scale and zscale filters want.
SCALE_MATRIX = {1: "bt709", 4: "fcc", 5: "bt601", 6: "bt601", 7: "smpte240m", 9: "bt2020", 10: "bt2020"}
ZSCALE_MATRIX = {1: "709", 5: "470bg", 6: "170m", 9: "2020_ncl", 10: "2020_cl"}
ZSCALE_TRANSFER = {16: "smpte2084", 18: "arib-std-b67"}
BT2020 = 9
REFERENCE_WHITE_NITS = 203  # ITU-R BT.2408: what SDR white is in an HDR picture


def to_bt709(facts: ClipFacts) -> list[str]:
    """Filters from the clip's own colours to tagged BT.709; only tags when it has them already."""
    return [*_convert(facts), "format=yuv420p", _tags()]


def _convert(facts: ClipFacts) -> list[str]:
    if facts.is_hdr:
        return _tone_map(facts)
    if facts.color_primaries == BT2020:
        return [f"zscale={_zscale_input(facts, '709')}:p=709:t=709:m=709:r=limited"]
    # Without a tag players assume BT.601 for small frames and BT.709 for HD; so did whoever made the clip.
    matrix = SCALE_MATRIX.get(facts.color_matrix) or ("bt709" if facts.is_hd else "bt601")
    in_range = "pc" if facts.is_full_range else "tv"
    return [f"scale=in_color_matrix={matrix}:in_range={in_range}:out_color_matrix=bt709:out_range=tv"]


def _tone_map(facts: ClipFacts) -> list[str]:
    transfer = ZSCALE_TRANSFER[facts.color_transfer]
    return [
        f"zscale={_zscale_input(facts, transfer)}:t=linear:npl={REFERENCE_WHITE_NITS}",
        "format=gbrpf32le",
        "zscale=p=709",
        "tonemap=tonemap=mobius:desat=0",
        "zscale=t=709:m=709:r=limited:d=ordered",
    ]


def _zscale_input(facts: ClipFacts, transfer: str) -> str:
    matrix = ZSCALE_MATRIX.get(facts.color_matrix, "2020_ncl")
    in_range = "full" if facts.is_full_range else "limited"
    return f"pin=2020:tin={transfer}:min={matrix}:rin={in_range}"


def _tags() -> str:
    return "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"
