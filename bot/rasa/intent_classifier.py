"""Rasa's component around classifier.py: it gives each message a ranking of intents."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import (
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.understanding import classifier
from bot.understanding.sentence_vectors import Vectors, prepare


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class NgramIntentClassifier(GraphComponent):
    """Needs no tokenizer and no featurizer before it."""

    def __init__(
        self,
        model_storage: ModelStorage,
        resource: Resource,
        model: classifier.Model | None = None,
    ) -> None:
        self._storage, self._resource, self._model = model_storage, resource, model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> NgramIntentClassifier:
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> NgramIntentClassifier:
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, classifier.load(folder))

    def train(self, training_data: TrainingData) -> Resource:
        examples = training_data.intent_examples
        with self._storage.write_to(self._resource) as folder:
            prepare(folder / classifier.NETWORK)
            self._model = classifier.train(
                [example.get(TEXT) for example in examples],
                [example.get(INTENT) for example in examples],
                Vectors(folder / classifier.NETWORK),
            )
            classifier.save(self._model, folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        if self._model is None:
            return messages
        for message in messages:
            found = self._model.probabilities(message.get(TEXT) or "")
            ranking = [
                {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: found[name]}
                for name in sorted(found, key=lambda name: -found[name])
            ]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages
