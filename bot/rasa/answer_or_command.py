"""The last component of the pipeline: it always decides what a message is (see decide.py)."""

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

from bot.understanding.decide import decide
from bot.understanding.meaning import Context, Thresholds


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class AnswerOrCommand(GraphComponent):
    """Takes the trained model's guess and the open question, and settles the intent."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"thresholds": {}}

    def __init__(self, config: dict[str, Any]) -> None:
        self._thresholds = Thresholds(**config["thresholds"])

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> AnswerOrCommand:
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            ranking = message.get(INTENT_RANKING_KEY) or []
            decision = decide(
                message.get(TEXT) or "",
                Context.from_metadata(message.get("metadata")),
                {i[INTENT_NAME_KEY]: i[PREDICTED_CONFIDENCE_KEY] for i in ranking},
                self._thresholds,
            )
            settled = {
                INTENT_NAME_KEY: decision.intent,
                PREDICTED_CONFIDENCE_KEY: decision.confidence,
                "other": decision.other,
            }
            message.set(INTENT, settled, add_to_output=True)
        return messages
