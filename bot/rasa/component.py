"""The whole pipeline: Rasa's thin shell around bot/understanding."""

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

from bot.consultation.file.read import find_consultation
from bot.settings import load_settings
from bot.understanding.costs import Costs
from bot.understanding.known_questions import Questions
from bot.understanding.model import classifier
from bot.understanding.model.composition import Line
from bot.understanding.model.sentence_vectors import Vectors, prepare
from bot.understanding.open import Open
from bot.understanding.understand import Ears, understand

CRY = "distress"  # the intent whose lines are plain cries for help


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class Understand(GraphComponent):
    """Learns from the training lines; settles the intent of each message, and what goes with it.

    Needs no tokenizer and no featurizer before it. `costs` in config.yml says what mistakes cost.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"costs": {}}

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: classifier.Model | None = None,
    ) -> None:
        self._storage, self._resource = model_storage, resource
        self._costs = Costs(**config["costs"])
        self._ears = self._with(model) if model else None

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Understand:
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Understand:
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, classifier.load(folder))

    def train(self, training_data: TrainingData) -> Resource:
        lines = [line_of(example) for example in training_data.intent_examples]
        with self._storage.write_to(self._resource) as folder:
            prepare(folder / classifier.NETWORK)
            model = classifier.train(lines, Vectors(folder / classifier.NETWORK))
            classifier.save(model, folder)
            self._ears = self._with(model)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        if self._ears is None:
            return messages
        for message in messages:
            opened = Open.from_metadata(message.get("metadata"))
            meaning = understand(message.get(TEXT) or "", opened, self._ears)
            settled = {
                INTENT_NAME_KEY: meaning.intent,
                PREDICTED_CONFIDENCE_KEY: meaning.sure,
                **meaning.as_dict(),
            }
            message.set(INTENT, settled, add_to_output=True)
            message.set(INTENT_RANKING_KEY, [settled], add_to_output=True)
        return messages

    def _with(self, model: classifier.Model) -> Ears:
        """The answers to questions come from the consultation file, so they need no training."""
        settings = load_settings()
        consultation = find_consultation(settings.consultations, settings.consultation)
        return Ears(model, self._costs, Questions(consultation.faqs, model))


def line_of(example: Message) -> Line:
    """Return a training line. `care` and `answer` are written with the intent (data/nlu/care.yml,
    data/nlu/questions_asked.yml).
    """
    told = (example.get("metadata") or {}).get("intent") or {}
    intent = example.get(INTENT)
    care = told.get("care") or ("hard" if intent == CRY else None)
    return Line(example.get(TEXT), intent, care, told.get("answer"))
