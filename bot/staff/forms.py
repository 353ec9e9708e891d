"""The forms of the staff pages. Flask-WTF adds the token against forged requests to each."""

from __future__ import annotations

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovPasswordInput, GovTextInput
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from bot.staff.passwords import SHORTEST, normal_password, problem_with
from bot.storage.staff import normal_email


class SignInForm(FlaskForm):
    email = StringField(
        "Email address",
        widget=GovTextInput(),
        validators=[InputRequired("Enter your email address"), Length(max=300)],
    )
    password = PasswordField(
        "Password", widget=GovPasswordInput(), validators=[InputRequired("Enter your password")]
    )
    next = HiddenField()


def _new_password() -> PasswordField:
    return PasswordField(
        "Choose a password",
        description=f"Use {SHORTEST} characters or more."
        " Three words that do not belong together work well.",
        widget=GovPasswordInput(),
        validators=[InputRequired("Enter a password")],
    )


class PasswordForm(FlaskForm):
    """Choosing a password. `own_words` are too easy to guess here: e-mail, titles."""

    own_words: tuple[str, ...] = ()
    password = _new_password()

    def validate_password(self, field: PasswordField) -> None:
        problem = problem_with(normal_password(field.data), self._words())
        if problem:
            raise ValidationError(problem)

    def _words(self) -> tuple[str, ...]:
        return self.own_words


class FirstAccountForm(PasswordForm):
    """The first account also says whose it is."""

    email = StringField(
        "Email address",
        description="You will sign in with it.",
        widget=GovTextInput(),
        validators=[InputRequired("Enter your email address"), Length(max=300)],
    )
    password = _new_password()  # anew, so that problems are told in the order of the page

    def validate_email(self, field: StringField) -> None:
        try:
            field.data = normal_email(field.data)
        except ValueError as error:
            raise ValidationError(str(error)) from None

    def _words(self) -> tuple[str, ...]:
        return (*self.own_words, self.email.data or "")
