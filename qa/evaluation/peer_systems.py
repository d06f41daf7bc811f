"""Other systems, and ours, behind one small interface, each to be run in a process of its own.

`python -m qa.evaluation.peer_systems NAME WORK CHECKPOINT READ` indexes the passages of WORK/passages.jsonl, prints
one line of JSON when ready, then answers each question that comes as a line of JSON on standard input, out of READ
passages. All systems get the same passages, the same encoder and the same reader weights, two threads, and are used as
their own documentation shows.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from index.encoder_catalog import DEFAULT_ENCODER, model_source

READ = 5  # passages that each system usually reads for a question
VECTORS = "vectors.npy"  # in the work folder, the passages' vectors where they are known; transformers makes none then


@dataclass(frozen=True, slots=True)
class PassageRecord:
    """A passage to index: its number, its text, and the paragraph it belongs to."""

    number: int
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class PeerAnswer:
    """What a system said: its best answer, the paragraph it names as the source, and how long it took, by the clock and
    of the processor."""

    text: str
    source: str
    milliseconds: float
    processor_ms: float
    error: str = ""


class System(Protocol):
    """A system over indexed passages."""

    def answer(self, question: str) -> tuple[str, str]: ...


class Haystack:
    """Haystack's BM25 and embedding retrievers over its in-memory store, joined by rank, and its extractive reader."""

    def __init__(self, passages: list[PassageRecord], checkpoint: Path, read: int) -> None:
        from haystack import Document, Pipeline
        from haystack.components.joiners import DocumentJoiner
        from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
        from haystack.document_stores.in_memory import InMemoryDocumentStore
        from haystack_integrations.components.embedders.sentence_transformers import (
            SentenceTransformersDocumentEmbedder,
            SentenceTransformersTextEmbedder,
        )
        from haystack_integrations.components.readers.transformers import TransformersExtractiveReader

        encoder = model_source(DEFAULT_ENCODER)
        documents = [Document(content=p.text, meta={"source": p.source}) for p in passages]
        embedder = SentenceTransformersDocumentEmbedder(model=encoder, progress_bar=False)
        embedder.warm_up()
        store = InMemoryDocumentStore(embedding_similarity_function="cosine")
        store.write_documents(embedder.run(documents)["documents"])
        pipeline = Pipeline()
        pipeline.add_component("embed", SentenceTransformersTextEmbedder(model=encoder, progress_bar=False))
        pipeline.add_component("dense", InMemoryEmbeddingRetriever(store, top_k=read))
        pipeline.add_component("keyword", InMemoryBM25Retriever(store, top_k=read))
        pipeline.add_component("join", DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=read))
        reader = TransformersExtractiveReader(model=str(checkpoint), top_k=1, no_answer=False)
        pipeline.add_component("read", reader)
        pipeline.connect("embed.embedding", "dense.query_embedding")
        for retriever in ("dense", "keyword"):
            pipeline.connect(f"{retriever}.documents", "join.documents")
        pipeline.connect("join.documents", "read.documents")
        pipeline.warm_up()
        self._pipeline = pipeline

    def answer(self, question: str) -> tuple[str, str]:
        """The reader's first answer and its document's source."""
        asked = {"embed": {"text": question}, "keyword": {"query": question}, "read": {"query": question}}
        answers = self._pipeline.run(asked)["read"]["answers"]
        if not answers or answers[0].data is None:
            return "", ""
        return answers[0].data, answers[0].document.meta["source"]


class Txtai:
    """txtai's hybrid embeddings database and its extractor with a question-answering model."""

    def __init__(self, passages: list[PassageRecord], checkpoint: Path, read: int) -> None:
        from txtai import RAG, Embeddings

        embeddings = Embeddings(path=model_source(DEFAULT_ENCODER), content=True, hybrid=True, gpu=False)
        embeddings.index((p.number, p.text, None) for p in passages)
        self._sources = {str(p.number): p.source for p in passages}
        self._extractor = RAG(
            embeddings, str(checkpoint), task="question-answering", context=read, output="reference", gpu=False
        )

    def answer(self, question: str) -> tuple[str, str]:
        """The extractor's answer and the source of the passage it refers to."""
        [found] = self._extractor([{"name": "q", "query": question, "question": question}])
        return found["answer"] or "", self._sources.get(str(found.get("reference")), "")


class PlainTransformers:
    """The floor: sentence-transformers and a dot product, then one forward pass of the checkpoint, in float32."""

    def __init__(self, passages: list[PassageRecord], checkpoint: Path, work: Path, read: int) -> None:
        import numpy as np
        from sentence_transformers import SentenceTransformer
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer

        self._passages, self._read = passages, read
        self._encoder = SentenceTransformer(model_source(DEFAULT_ENCODER), device="cpu")
        known = work / VECTORS
        texts = [p.text for p in passages]
        self._vectors = np.load(known) if known.exists() else self._encoder.encode(texts, normalize_embeddings=True)
        self._tokenizer: Any = AutoTokenizer.from_pretrained(str(checkpoint))
        self._model: Any = AutoModelForQuestionAnswering.from_pretrained(str(checkpoint)).float().eval()

    def answer(self, question: str) -> tuple[str, str]:
        """The span with the largest sum of start and end logit among the nearest passages."""
        import torch

        nearest = (self._vectors @ self._encoder.encode(question, normalize_embeddings=True)).argsort()[::-1][
            : self._read
        ]
        texts = [self._passages[i].text for i in nearest]
        encoded = self._tokenizer(
            [question] * len(texts), texts, truncation="only_second", max_length=384, padding=True, return_tensors="pt"
        )
        with torch.inference_mode():
            output = self._model(**encoded)
        best = (float("-inf"), "", "")
        for row, passage in enumerate(nearest):
            inside = torch.tensor([s == 1 for s in encoded.sequence_ids(row)])
            starts = output.start_logits[row].masked_fill(~inside, -1e9)
            ends = output.end_logits[row].masked_fill(~inside, -1e9)
            scores = (starts[:, None] + ends[None, :]).triu().tril(29)
            scores = scores.masked_fill(scores == 0, -1e9)
            first, last = divmod(int(scores.argmax()), scores.shape[1])
            a, b = encoded.token_to_chars(row, first).start, encoded.token_to_chars(row, last).end
            if float(scores[first, last]) > best[0]:
                best = (float(scores[first, last]), texts[row][a:b], self._passages[passage].source)
        return best[1], best[2]


class Quotewise:
    """This project over the collection in the work folder, with the shipped reader."""

    def __init__(self, work: Path, read: int) -> None:
        from index.collection import Collection
        from qa.answerer import Answerer

        self._answerer = Answerer(Collection(work / "collection"), passages=read)

    def answer(self, question: str) -> tuple[str, str]:
        """The best span, sure enough or not, and its document's source."""
        answer = self._answerer.ask(question)
        best = next(iter((*answer.citations, *answer.alternatives)), None)
        return (best.text, best.source) if best else ("", "")


SYSTEMS: dict[str, Callable[[list[PassageRecord], Path, Path, int], System]] = {
    "quotewise": lambda passages, checkpoint, work, read: Quotewise(work, read),
    "haystack": lambda passages, checkpoint, work, read: Haystack(passages, checkpoint, read),
    "txtai": lambda passages, checkpoint, work, read: Txtai(passages, checkpoint, read),
    "transformers": PlainTransformers,
}


def serve(name: str, work: Path, checkpoint: Path, read: int) -> None:
    """Index, say so, and answer until standard input ends."""
    replies, sys.stdout = sys.stdout, sys.stderr  # libraries that print must not break the protocol
    lines = (work / "passages.jsonl").read_text("utf-8").splitlines()
    started = time.perf_counter()
    system = SYSTEMS[name]([PassageRecord(**json.loads(line)) for line in lines], checkpoint, work, read)
    with suppress(Exception):  # whatever is set up at the first question is not part of the others' time
        system.answer("What is it?")
    print(json.dumps({"ready_seconds": time.perf_counter() - started}), file=replies, flush=True)
    for line in sys.stdin:
        started, used = time.perf_counter(), time.process_time()
        try:
            text, source, error = *system.answer(json.loads(line)), ""
        except Exception as failure:  # a peer that fails on a question has not answered it; the rest go on
            text, source, error = "", "", f"{type(failure).__name__}: {failure}"
        took, used = time.perf_counter() - started, time.process_time() - used
        reply = PeerAnswer(text, source, took * 1000, used * 1000, error)
        print(json.dumps(asdict(reply)), file=replies, flush=True)


if __name__ == "__main__":
    os.environ["HF_HUB_OFFLINE"] = "1"
    serve(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
