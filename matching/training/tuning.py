"""Tunes the encoder on crossed clusters: a need's own documents above those of its siblings, above what their style alone would earn.

Each step takes some clusters with all their needs and documents. Three losses, each a cross-entropy over a softmax of cosines: the need
picks its documents; it picks them after each document's mean similarity to the *other* needs has been taken off, so that nothing is won
by a document that pleases everybody; the document picks its need. Titles alone go through the same, since many listings have little more;
and what a bare title is like must not drift from the published model, which knows far more of the world than the corpus does.
Needs the optional `train` extra (torch).
"""

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import log_softmax

from matching.embedding.prompts import NEED_PROMPT
from matching.training.bert import Encoder, batch_of
from matching.training.clusters import GAINS, Case, Cluster


@dataclass(frozen=True)
class Recipe:
    """How to tune. `temperature` divides cosines; `titles` and `drift` weigh the losses on bare titles and on leaving the published
    model, which is looked at on `anchors` titles drawn from all clusters.
    """

    epochs: int = 4
    clusters_a_step: int = 2
    learning_rate: float = 4e-5
    temperature: float = 0.05
    titles: float = 0.25
    drift: float = 40.0
    anchors: int = 48
    dropout: float = 0.1
    seed: int = 20_260_408


@dataclass(frozen=True)
class Progress:
    """One step done: what has been done of how many, and its loss."""

    step: int
    steps: int
    loss: float


def tune(
    encoder: Encoder,
    published: Encoder,
    tokenizer: Any,
    clusters: Sequence[Cluster],
    recipe: Recipe,
    *,
    progress: Callable[[Progress], None],
) -> None:
    """Tune the encoder in place. `published` is the same encoder untouched, from which bare titles must not drift far."""
    torch.manual_seed(recipe.seed)
    encoder.freeze_embeddings()
    chosen = [one for one in encoder.parameters() if one.requires_grad]
    steps = recipe.epochs * math.ceil(len(clusters) / recipe.clusters_a_step)
    optimiser = torch.optim.AdamW(chosen, lr=recipe.learning_rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _warm_then_fall(step, steps))
    encoder.train()
    titles = [text.title for cluster in clusters for case in cluster for text in (case.need, *case.documents.values())]
    chance = random.Random(recipe.seed + 1)
    for step, cases in enumerate(_steps(clusters, recipe), 1):
        anchors = chance.sample(titles, min(recipe.anchors, len(titles)))
        loss = _loss(encoder, published, tokenizer, (cases, anchors), recipe)
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(chosen, 1.0)
        optimiser.step()
        schedule.step()
        progress(Progress(step, steps, loss.item()))
    encoder.eval()


def _steps(clusters: Sequence[Cluster], recipe: Recipe) -> Iterator[list[Case]]:
    chance = random.Random(recipe.seed)
    for _ in range(recipe.epochs):
        order = list(clusters)
        chance.shuffle(order)
        for start in range(0, len(order), recipe.clusters_a_step):
            yield [case for cluster in order[start : start + recipe.clusters_a_step] for case in cluster]


def _warm_then_fall(step: int, steps: int) -> float:
    warm = max(1, steps // 10)
    return min((step + 1) / warm, max(0.05, (steps - step) / max(1, steps - warm)))


def _loss(
    encoder: Encoder, published: Encoder, tokenizer: Any, texts: tuple[Sequence[Case], Sequence[str]], recipe: Recipe
) -> Tensor:
    cases, anchors = texts
    documents = [(row, kind, case.documents[kind]) for row, case in enumerate(cases) for kind in case.documents]
    gains = torch.zeros(len(cases), len(documents))
    for column, (row, kind, _) in enumerate(documents):
        gains[row, column] = GAINS[kind]

    def encode(model: Encoder, texts: list[str], dropout: float) -> Tensor:
        with torch.autocast("cpu", torch.bfloat16):
            vectors: Tensor = model(batch_of(tokenizer, texts), dropout)
            return vectors

    questions = [NEED_PROMPT + case.need.whole for case in cases]
    asked = encode(encoder, questions, recipe.dropout)
    offered = encode(encoder, [text.whole for _, _, text in documents], recipe.dropout)
    short_questions = [NEED_PROMPT + case.need.title for case in cases]
    titles = [text.title for _, _, text in documents] + list(anchors)
    short_asked, short = encode(encoder, short_questions, recipe.dropout), encode(encoder, titles, recipe.dropout)
    with torch.no_grad():
        before = torch.cat([encode(published, questions, 0.0), encode(published, short_questions, 0.0)])
        before = before @ encode(published, titles, 0.0).T
    loss = _ranking_loss(asked @ offered.T, gains, recipe)
    loss = loss + recipe.titles * _ranking_loss(short_asked @ short[: len(documents)].T, gains, recipe)
    drift = (torch.cat([asked, short_asked]) @ short.T - before).square().mean()
    return loss + recipe.drift * drift


def _ranking_loss(cosines: Tensor, gains: Tensor, recipe: Recipe) -> Tensor:
    """Of needs (rows) against documents (columns); `gains` are zero but for a need's own documents."""
    others = (gains == 0).float()
    means = (cosines * others).sum(dim=0, keepdim=True) / others.sum(dim=0, keepdim=True)
    own = gains / gains.sum(dim=1, keepdim=True)
    picked = gains / gains.sum(dim=0, keepdim=True)
    plain = _cross_entropy(cosines / recipe.temperature, own, dim=1)
    above_style = _cross_entropy((cosines - means) / recipe.temperature, own, dim=1)
    from_document = _cross_entropy(cosines / recipe.temperature, picked, dim=0)
    return plain + above_style + 0.5 * from_document


def _cross_entropy(logits: Tensor, wanted: Tensor, *, dim: int) -> Tensor:
    return -(wanted * log_softmax(logits, dim=dim)).sum(dim=dim).mean()
