"""Draw the stand-in voice: `python tests/press/speech/voices/draw.py`, with the package onnx.

Two kilobytes that behave as a Piper voice does: longer words take longer, the scales are obeyed, and
dice are thrown. It hums; its pitch tells what was to be said.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).parent
RATE = 22_050
HOP, HOPS = 256, 8
"""Samples in a frame, and frames for each sound."""


def main() -> None:
    """Write both files."""
    numbers = {
        "zero": 0.0, "one": 1.0, "frames": float(HOPS), "hop": float(HOP), "loud": 0.3,
        "low": 2 * np.pi * 150 / RATE, "higher": 2 * np.pi * 2 / RATE, "dust": 0.02,
    }  # fmt: skip
    kept = [
        numpy_helper.from_array(np.array(value, np.float32), name)
        for name, value in numbers.items()
    ]
    kept += [
        numpy_helper.from_array(np.array(value, np.int64), name)
        for name, value in {"first": 0, "second": 1, "shape": [1, 1, 1, -1]}.items()
    ]
    node = helper.make_node
    nodes = [
        node("Gather", ["scales", "first"], ["noise"]),
        node("Gather", ["scales", "second"], ["length"]),
        node("Cast", ["input"], ["sounds"], to=TensorProto.FLOAT),
        node("Mul", ["sounds", "zero"], ["nothing"]),
        node("Mul", ["frames", "length"], ["each"]),
        node("Add", ["nothing", "each"], ["all"]),
        node("ReduceSum", ["all"], ["total"], keepdims=0),
        node("Mul", ["total", "hop"], ["samples"]),
        node("Range", ["zero", "samples", "one"], ["moments"]),
        node("ReduceMean", ["sounds"], ["mean"], keepdims=0),
        node("Mul", ["mean", "higher"], ["pitch"]),
        node("Add", ["pitch", "low"], ["step"]),
        node("Mul", ["moments", "step"], ["turned"]),
        node("Sin", ["turned"], ["wave"]),
        node("RandomNormalLike", ["wave"], ["dice"]),
        node("Mul", ["dice", "noise"], ["thrown"]),
        node("Mul", ["thrown", "dust"], ["hiss"]),
        node("Mul", ["wave", "loud"], ["hum"]),
        node("Add", ["hum", "hiss"], ["heard"]),
        node("Reshape", ["heard", "shape"], ["output"]),
        node("Identity", ["input_lengths"], ["unused"]),
    ]
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes, "stand-in",
        [value("input", TensorProto.INT64, [1, "N"]),
         value("input_lengths", TensorProto.INT64, [1]),
         value("scales", TensorProto.FLOAT, [3])],
        [value("output", TensorProto.FLOAT, [1, 1, 1, "S"])],
        kept,
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    onnx.save(model, HERE / "stand-in.onnx")
    signs = "_^$ !',.-:;?abcdefghijklmnopqrstuvwxyzæðŋɐɑɒɔəɚɛɜɡɪɹɾʃʊʌʒˈˌːθᵻ"
    told = {
        "audio": {"sample_rate": RATE},
        "espeak": {"voice": "en-gb-x-rp"},
        "language": {"code": "en_GB"},
        "inference": {"noise_scale": 0.667, "length_scale": 1, "noise_w": 0.8},
        "phoneme_type": "espeak",
        "num_symbols": 256,
        "num_speakers": 1,
        "phoneme_id_map": {sign: [number] for number, sign in enumerate(signs)},
    }
    (HERE / "stand-in.onnx.json").write_text(
        json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8"
    )


if __name__ == "__main__":
    main()
