"""Asking what a detail is for, in text-speak: heard in a field, and no name; nor is a name that."""

from __future__ import annotations

import pytest

from bot.understanding.signals import asks_what_for

# Plain enough even where any words would be an answer.
PLAINLY = """
whats that for
what's that for?
y u need dat
why u need dat
y do u need it
who sees this
who sees this?
who will see it
who reads this
who can see my number
who gets this
whos gonna see it
wat 4
wot 4
what 4?
wot for
y?
y tho
why tho
but why
why though
what u gonna do w it
what u gonna do with it
wot u gonna do wiv dat
what r u gonna do with my number
what do u do with it
is dis safe
is this safe
is it safe?
is that secure
is it confidential
is this anonymous
do u sell it
do you sell my data
will u sell it
u gonna sell it?
r u gonna sell my number
are you going to sell it
will you share it
do u share this
will you pass it on
u need my name y
wats it 4
wats this 4
what is this used for
what will it be used for
wat u want my name 4
what do you want my phone number for
how come u need it
y r u asking
why are you asking me that
whyyy
why??
why does it matter
why is that needed
is that needed
is it needed
do i have 2
do i have to
do u need it
do u really need my name
do you really need that
do i hav to say
is this legit
is this a scam
is this a scam?
where does it go
where does this go
wheres it go
what happens to it
what happens to my number
what happens with my details
for what
for what?
4 wat
why me
why my name
why my address
y my postcode
why u wanna know
why should i
y shud i
is it compulsory
is it optional
do i need to
"""
# Only where a name, a number or an address is asked for.
IN_A_FIELD = """
y
will i get spam
will u spam me
will you call me
are you going to text me all the time
whats my postcode got to do with it
what has my name got to do with this
y u askin
must i
must i give it
can i trust this
can i trust u
how do i know this is real
who wants to know
who is asking
who r u
reason?
purpose?
none of ya business why do u want it
y shld i tell u
what business is it of yours
does it matter
does it have to be my real name
nosy why
"""
NAMES = """
Wye
Y Chan
Yasmin
Why Not Ltd
Wyatt
Watson
Who Cares Trust
Will
Will Sell
Mark
Dis
Ida Safe
Issa
Whitney
Les Moore
Sana
Iman Safi
Hu Zhang
Wai Lam
Ho
Watford Street 4
4 Watson Street
Flat 4, 12 Any Street
is this thing on
the Y Club
do or die
"""
ANSWERS = """
why wait to get online
who sees the screen learns
is it safe online
how safe is the internet
do you remember when libraries were open
why people need data
what we did with tablets
safe and well
why we care
who cares wins
how we keep people safe
who do we trust
what phones are for
what matters to us
is this the future
where do we go
will you be online
why digital matters
whats my password
where does the money go
who pays
can you hear me
are you ready
do you zoom
why me, why now
ask me why
reason to be cheerful
private tuition
none
"""


@pytest.mark.parametrize("words", PLAINLY.split("\n")[1:-1] + IN_A_FIELD.split("\n")[1:-1])
def test_it_is_asked_in_a_field(words: str) -> None:
    assert asks_what_for(words)


@pytest.mark.parametrize("words", PLAINLY.strip().split("\n"))
def test_it_is_asked_where_any_words_answer(words: str) -> None:
    assert asks_what_for(words, plainly=True)


@pytest.mark.parametrize("words", NAMES.strip().split("\n"))
def test_a_name_or_an_address_asks_nothing(words: str) -> None:
    assert not asks_what_for(words)


@pytest.mark.parametrize("words", [*ANSWERS.strip().split("\n"), "y"])
def test_an_answer_in_any_words_asks_nothing(words: str) -> None:
    assert not asks_what_for(words, plainly=True)
