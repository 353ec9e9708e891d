"""Every error the domain raises. Each message is a sentence that can be shown to a person."""


class ConsultationError(Exception):
    """Base of the family: the message says what happened and what to do next."""


class ConsultationFileError(ConsultationError):
    """A consultation file cannot be used. `problems` holds one line each: file:line: field: what
    is wrong.
    """

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class UnreadableAnswer(ConsultationError):
    """What was typed does not fit the kind of question. `reason` is a short code (see REASONS of
    bot/understanding/answers/result.py); `nearest` are the values of the options it may mean.
    """

    def __init__(self, reason: str, nearest: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.nearest = nearest
