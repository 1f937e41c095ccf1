"""What a drawing says, and where."""

import re
import xml.etree.ElementTree as ET


def words_in(svg: str) -> list[tuple[str, float, float, float]]:
    """(words, left, right, y) of every text, by adding up the translations; half an em a character."""
    found = []

    def walk(node, x, y):
        for dx, dy in re.findall(r"translate\(([-\d.e]+),([-\d.e]+)\)", node.get("transform", "")):
            x, y = x + float(dx), y + float(dy)
        if node.tag.endswith("text"):
            size = float(node.get("font-size").removesuffix("px"))
            assert size >= 13
            lines = [part for part in node.iter() if part.tag.endswith("tspan")] or [node]
            for i, line in enumerate(lines):
                wide = len(line.text or "") * size * 0.5
                left = x - {"middle": wide / 2, "end": wide}.get(node.get("text-anchor"), 0)
                found.append((line.text or "", left, left + wide, y + 17 * i))
        for child in node:
            walk(child, x, y)

    walk(ET.fromstring(svg), 0.0, 0.0)
    return found
