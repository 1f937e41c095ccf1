"""A word across a figure that is not to be taken for more than it is. No Django."""

from outcomes.figures.theme import TOKENS, Spec, Variant


def watermarked(spec: Spec, word: str, *, variant: Variant = Variant.LIGHT) -> Spec:
    """The same figure with ``word`` across it, also in its description."""
    size = max(18, spec["width"] // 9)
    mark = {
        "data": {"values": [{"word": word}]},
        "mark": {"type": "text", "fontSize": size, "opacity": 0.22, "angle": 340, "color": TOKENS[variant].muted},
        "encoding": {
            "text": {"field": "word"},
            "x": {"value": spec["width"] / 2},
            "y": {"value": spec["height"] / 2},
        },
    }
    return {**spec, "layer": [*spec["layer"], mark], "description": f"{word}. {spec['description']}"}
