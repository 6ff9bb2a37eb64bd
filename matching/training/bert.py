"""The published encoder as a torch module: BERT with four layers, 512 wide; its weights are read from the published ONNX graph.

Needs the optional `train` extra (torch, onnx). Source of the architecture: Devlin et al. 2019, arXiv:1810.04805.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import gelu, scaled_dot_product_attention

WIDTH, HEADS, LAYERS, INNER, POSITIONS, VOCABULARY = 512, 8, 4, 2048, 512, 21_128
_EPSILON = 1e-12


@dataclass(frozen=True)
class Batch:
    """Token ids and which of them are text (n × length)."""

    ids: Tensor
    mask: Tensor


class Encoder(nn.Module):
    """Texts to vectors of length 1 (n × 512): the first token of the last layer."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(VOCABULARY, WIDTH)
        self.positions = nn.Embedding(POSITIONS, WIDTH)
        self.types = nn.Embedding(2, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=_EPSILON)
        self.layers = nn.ModuleList(_Layer() for _ in range(LAYERS))

    def forward(self, batch: Batch, dropout: float = 0.0) -> Tensor:
        positions = torch.arange(batch.ids.shape[1])
        embedded = self.words(batch.ids) + self.positions(positions) + self.types.weight[0]
        hidden = nn.functional.dropout(self.norm(embedded), dropout, self.training)
        mask = batch.mask[:, None, None, :].bool()
        for layer in self.layers:
            hidden = layer(hidden, mask, dropout)
        first: Tensor = hidden[:, 0].float()
        return nn.functional.normalize(first, dim=-1)

    def freeze_embeddings(self) -> None:
        """Leave the word vectors as published: half of the parameters, and rare words keep their meaning."""
        for part in (self.words, self.positions, self.types, self.norm):
            part.requires_grad_(False)  # noqa: FBT003  torch's own signature


class _Layer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.query = nn.Linear(WIDTH, WIDTH)
        self.key = nn.Linear(WIDTH, WIDTH)
        self.value = nn.Linear(WIDTH, WIDTH)
        self.joined = nn.Linear(WIDTH, WIDTH)
        self.attention_norm = nn.LayerNorm(WIDTH, eps=_EPSILON)
        self.inner = nn.Linear(WIDTH, INNER)
        self.outer = nn.Linear(INNER, WIDTH)
        self.output_norm = nn.LayerNorm(WIDTH, eps=_EPSILON)

    def forward(self, hidden: Tensor, mask: Tensor, dropout: float) -> Tensor:
        heads = [self._heads(part(hidden)) for part in (self.query, self.key, self.value)]
        attended = scaled_dot_product_attention(*heads, attn_mask=mask)
        together = attended.transpose(1, 2).reshape(hidden.shape)
        hidden = self.attention_norm(hidden + self._drop(self.joined(together), dropout))
        output: Tensor = self.output_norm(hidden + self._drop(self.outer(gelu(self.inner(hidden))), dropout))
        return output

    def _heads(self, hidden: Tensor) -> Tensor:
        count, length, _ = hidden.shape
        return hidden.view(count, length, HEADS, WIDTH // HEADS).transpose(1, 2)

    def _drop(self, hidden: Tensor, dropout: float) -> Tensor:
        return nn.functional.dropout(hidden, dropout, self.training)


def batch_of(tokenizer: Any, texts: list[str]) -> Batch:
    """Texts cut to tokens and padded. `tokenizer` is a `tokenizers.Tokenizer` with truncation set."""
    encoded = [one.ids for one in tokenizer.encode_batch(texts)]
    length = max(map(len, encoded))
    ids = torch.zeros(len(encoded), length, dtype=torch.long)
    mask = torch.zeros(len(encoded), length, dtype=torch.long)
    for row, tokens in enumerate(encoded):
        ids[row, : len(tokens)] = torch.tensor(tokens)
        mask[row, : len(tokens)] = 1
    return Batch(ids, mask)
