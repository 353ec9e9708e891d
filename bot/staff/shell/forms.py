"""The forms of the staff pages. Flask-WTF adds the token against forged requests to each."""

from __future__ import annotations

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovPasswordInput, GovRadioInput, GovTextInput
from wtforms import HiddenField, PasswordField, RadioField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from bot.staff.shell import vocabulary
from bot.staff.sign_in.passwords import SHORTEST, normal_password, problem_with
from bot.storage.respondents.respondents import normal_reference
from bot.storage.staff.rows import Role, normal_email
from bot.understanding.personal_data import holds_personal

ROLES = {
    Role.REVIEWER: "reads conversations, with personal details masked",
    Role.CASEWORKER: "works on requests, and reads the conversations of those who sent one",
    Role.ANALYST: "sees results and exports, without contact details",
    Role.ADMIN: "may do everything, and looks after people and accounts",
    Role.DATA_PROTECTION: "answers access requests, erases people, and reads the audit",
    Role.PUBLISHER: "prepares and approves what is published of stories and quotes",
    Role.HEAD: "sees the numbers, cases and results, and changes nothing",
}


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


class CodeForm(FlaskForm):
    code = StringField(
        "Code from your authenticator app",
        description="Six digits",
        widget=GovTextInput(),
        validators=[InputRequired("Enter the code"), Length(max=20)],
    )


class AccountForm(FlaskForm):
    """A new account."""

    email = StringField(
        "Email address",
        widget=GovTextInput(),
        validators=[InputRequired("Enter an email address"), Length(max=300)],
    )
    role = RadioField(
        "Role",
        widget=GovRadioInput(),
        choices=[(role.value, f"{vocabulary.role(role.value)}: {ROLES[role]}") for role in Role],
        validators=[InputRequired("Choose a role")],
    )

    def validate_email(self, field: StringField) -> None:
        _read_email(field)


class FindForm(FlaskForm):
    """Who is looked for: by anything whole that is held, never by a part."""

    sought = StringField(
        "What do you have?",
        description="A reference (HYS-…, REQ-… or CASE-…), a whole phone number, an email address"
        " or a Telegram id",
        widget=GovTextInput(),
        validators=[InputRequired("Enter what you have"), Length(max=254)],
    )


class EraseForm(FlaskForm):
    """The reason for an erasure, and the reference once more by hand."""

    reference: str = ""
    reason = StringField(
        "Why is this person erased?",
        description="Do not write names, numbers or what the person said. This stays in the audit.",
        widget=GovTextInput(),
        validators=[InputRequired("Enter a reason"), Length(max=200)],
    )
    confirmation = StringField(
        "Type the reference to confirm",
        widget=GovTextInput(),
        validators=[InputRequired("Type the reference"), Length(max=40)],
    )

    def validate_reason(self, field: StringField) -> None:
        if holds_personal(field.data):
            raise ValidationError("Take numbers, postcodes and email addresses out of the reason")

    def validate_confirmation(self, field: StringField) -> None:
        if normal_reference(field.data) != self.reference:
            raise ValidationError(f"Type {self.reference}")


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
    password = _new_password()  # anew, so that problems come in the order of the page

    def validate_email(self, field: StringField) -> None:
        _read_email(field)

    def _words(self) -> tuple[str, ...]:
        return (*self.own_words, self.email.data or "")


def _read_email(field: StringField) -> None:
    try:
        field.data = normal_email(field.data)
    except ValueError as error:
        raise ValidationError(str(error)) from None
