"""Weights from the published ONNX graph into torch, and the tuned ones into a file that the running program lays over the published model.

The file holds the layers in 8 bits, under the names of the published quantised graph's initializers: nothing of the published model itself.
Needs the optional `train` extra (torch, onnx).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper

from matching.training.bert import LAYERS, Encoder

_HIGHEST = 64
"""Seven bits: processors without VNNI add two products in 16 bits, which eight bits would overflow."""
_LINEAR = (
    ("attention/self/query", "query"),
    ("attention/self/key", "key"),
    ("attention/self/value", "value"),
    ("attention/output/dense", "joined"),
    ("intermediate/dense", "inner"),
    ("output/dense", "outer"),
)
_NORMS = (("attention.output.LayerNorm", "attention_norm"), ("output.LayerNorm", "output_norm"))


def read_encoder(path: Path) -> Encoder:
    """The encoder with the weights of the published graph in single precision."""
    graph = onnx.load(str(path)).graph
    arrays = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    weights = _matrix_names(graph)
    state: dict[str, NDArray[Any]] = {
        "words.weight": arrays["embeddings.word_embeddings.weight"],
        "positions.weight": arrays["embeddings.position_embeddings.weight"],
        "types.weight": arrays["embeddings.token_type_embeddings.weight"],
        "norm.weight": arrays["embeddings.LayerNorm.weight"],
        "norm.bias": arrays["embeddings.LayerNorm.bias"],
    }
    for node, own in _linear_names():
        state[f"{own}.weight"] = arrays[weights[node]].T
        state[f"{own}.bias"] = arrays[_bias_name(node)]
    for published, own in _norm_names():
        state[f"{own}.weight"] = arrays[f"{published}.weight"]
        state[f"{own}.bias"] = arrays[f"{published}.bias"]
    encoder = Encoder()
    encoder.load_state_dict({name: torch.tensor(np.array(array)) for name, array in state.items()})
    return encoder


def tuned_arrays(encoder: Encoder, quantised: Path) -> dict[str, NDArray[Any]]:
    """The layers by initializer name: matrices in 8 bits with a scale for each column, biases and norms in 16.

    `quantised` is the published quantised graph, whose matrices bear names of their own.
    """
    weights = _matrix_names(onnx.load(str(quantised)).graph)
    state = {name: value.detach().float().numpy() for name, value in encoder.state_dict().items()}
    arrays: dict[str, NDArray[Any]] = {}
    for node, own in _linear_names():
        matrix = state[f"{own}.weight"].T
        scale = np.maximum(np.abs(matrix).max(axis=0), 1e-8) / _HIGHEST
        name = weights[node].removesuffix("_quantized")
        arrays[f"{name}_quantized"] = np.round(matrix / scale).astype(np.int8)
        arrays[f"{name}_scale"] = scale.astype(np.float32)
        arrays[_bias_name(node)] = state[f"{own}.bias"].astype(np.float16)
    for published, own in _norm_names():
        for part in ("weight", "bias"):
            arrays[f"{published}.{part}"] = state[f"{own}.{part}"].astype(np.float16)
    return arrays


def _matrix_names(graph: Any) -> dict[str, str]:
    """Which matrix each of the graph's multiplications uses, by the node's name without what quantising adds to it."""
    kinds = {"MatMul", "MatMulInteger"}
    return {one.name.removesuffix("_quant"): one.input[1] for one in graph.node if one.op_type in kinds}


def _linear_names() -> Iterator[tuple[str, str]]:
    for layer in range(LAYERS):
        for published, own in _LINEAR:
            yield f"/encoder/layer.{layer}/{published}/MatMul", f"layers.{layer}.{own}"


def _norm_names() -> Iterator[tuple[str, str]]:
    for layer in range(LAYERS):
        for published, own in _NORMS:
            yield f"encoder.layer.{layer}.{published}", f"layers.{layer}.{own}"


def _bias_name(node: str) -> str:
    return node.removeprefix("/").removesuffix("/MatMul").replace("/", ".") + ".bias"
