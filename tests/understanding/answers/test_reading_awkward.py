"""Awkward replies to the real questions: text-speak, idioms, jokes and figures of speech.

Each table says how a careful reader would take them: as an option, as a question (`?`), or as no
answer that could be stored without asking again (`-`).
"""

from __future__ import annotations

import pytest

from bot.consultation.errors import UnreadableAnswer
from bot.consultation.model import Consultation
from bot.understanding.answers import read_answer

SCALE = """
disagree :: I have to say no to this one. Disagree. | I mean it would help, disagree
- :: my house number is, 3 | I used to agree, not any more | who says so, agree?
- :: do one | do 1 | do one mate | no 1 cares | no1 cares | no 1 listens
- :: no one cares about this | 5 star idea | 5 stars | 5* idea | 4 star | one star
- :: strongly agree lol not | agree lol not | agree... not | strongly agree NOT
- :: totally agree not | agree not | 1 million percent agree | 1000% agree | 2 hard
- :: 2 hard to say | 2 much info | 2 many words | 2 late for that | 4 sure | 4 real
- :: 4 the love of god | 2 be honest agree | 2 right | 2 easy | 1 day maybe | one day
- :: 1 of those things | one of my kids needs this | one thing is clear | one word rubbish
- :: 1 thing ill say is | 4 eyes | 5 aside | 5g | 5G is bad | 4g here | 3 lions
- :: 2 faced council | 1 rule for them | 1 love | one love | two fingers to the council
- :: two words no way | no. 1 priority | number 1 priority should be roads
- :: number one in my book | 5 years too late | 1 or 2 | 1/2 | 1 and a half | 1.5
- :: between 1 and 2 | ill give it a 2 | twoo | tow | 2 no wait 3 | 2... actually 3 | 2 nah 4
- :: not 1 | not 5 | anything but 5 | hell yes | hell no | yeah no | agreeish
- :: agree and disagree | i agree and i dont | part of me agrees
- :: agree with the first bit not the rest | agree in principle | agree in theory
- :: i would agree if you did it | id agree if i believed you | i used to agree | cant disagree
- :: i never said i agree | im not saying i agree | not sure i agree | i dont think i disagree
- :: who doesnt agree | who could disagree | agree to disagree | strongly | s agree | SA
- :: str agree | v agree | yes i do | yes to that | no to that | sure | ok | fine
- :: whatever | idc | dont care | couldnt care less | dont know what that means
- :: dont know what you mean | i dont know what aim 1 is | dont know who to ask
- :: i dont know anyone who disagrees | no idea what youre on about | not sure what that means
- :: unsure what digital is | im in the middle of cooking | middle class idea
- :: last time you ignored us | last thing we need | first sort the bins | first things first
- :: first off agree | second that | seconded | second rate council | third world broadband
- :: top idea | top marks | bottom of the pile | final answer | a joke | a good idea
- :: a waste of money | b fair | b honest | be | c above | f off | f this | e bikes | a b c | A1
- :: 10/10 | 0/10 | 1/10 | 9 out of 10 | zero | nil | minus 5 | 11 | 22 | 333 | 12 | 1,000
- :: i press 1 | pressed 1 | uno | dos | wan | fiver | five a side
- :: two tier system | four letters come to mind | three kids no laptop
- :: one size doesnt fit all | one vote for paper | one idea is buses | 1 idea is buses
- :: 2 buses to get there | 2 jobs and no wifi | 4 quid a go | 2 of us here | 5 in my house
- :: 5 of us share a phone | 3 times ive asked | all for it | im for it | in favour
- :: not against | not against it | strongly dis | ag | 👍👍 | 👎 | agree but 4 reasons not
- :: 1 agree 2 disagree | strongly disagree with the council but agree with this
- :: agree not at all | not at all | agree my foot | agree as if | agree yeah right
- :: yeah right agree | strongly agree haha joking | agree jk | agree just kidding
- :: strongly agree (sarcasm) | agree /s | agree not that it matters | agree or not
- :: 5 is best right | 5 = best | 5 the best | 5 being best | 1 being best | 5 the worst
- :: 1 the best | 5 no 1
strongly_agree :: no1 | 100% agree | 1st | yep strongly agree | cant agree more
strongly_agree :: couldnt agree more | stronly agree | strongly aggree | strong agree
strongly_agree :: agree 100% | a | 1! | 1. | 1) Strongly agree | 1 - strongly agree
strongly_agree :: 1 = strongly agree | 1 please | one please | 1 pls ta | 1️⃣ | yes 1
strongly_agree :: oh i strongly agree lol | strongly agree haha | 1 not 5
? :: agree? | agree?? | disagree? | strongly agree? | do you agree | do u agree
? :: would you agree? | do you want me to agree | what if i disagree | wot does agree mean
? :: can i agree and disagree | is 1 good | 1 is best? | is it 1 for agree
? :: 1 means agree right?
dont_know :: dunno lol | last
agree :: 2 ish | like a 2 | prob 2 | probs a 2 | 2 i guess | 2 i suppose | ill say 2
agree :: 2 lol | 2 😂 | 2 x | deffo agree | yeah agree
agree :: agree v much | agree with every word | agreed mostly | agree mostly | agre | ageee
agree :: agrree | yes 2 | no 2 | agree because 1 in 5 have no internet
agree :: agree 5 times over | agree lol | agree, not that you listen | agree, not strongly
agree :: agree but not strongly | agree though not with the cost
strongly_disagree :: 5 no question | 5 obvs | 5 all day long | 5 all day | defo 5
strongly_disagree :: 100% disagree | couldnt disagree more | e | no 5
disagree :: dont think i agree | d | disgaree | dis-agree
neither :: neither of them | middle | c
agree :: yes
disagree :: nope | nah
- :: for | fore
agree :: to | too
strongly_agree :: won
- :: maybe 2 | agree sort of | sort of agree | agee | agr | no,5 | disag | dont agree at all
? :: dont know?
"""
ROLE = """
resident :: resident | i live in manchester | manchester | just a resident | im just a resident
resident :: resident innit | resident mostly | 1 mainly | 1 I guess | a | no 1 | no1
resident :: 1st | first one | lol resident | resident lol | one
resident :: i live here | live here | born and bred | mancunian | I live here in Moss Side
- :: from manchester | im from manchester | council tax payer
- :: council house | council estate | council hater | i dont work
- :: unemployed | retired | at uni | school | teacher | carer | mum
- :: mum of 2 | 1 of many | nobody | no one important | none of ur business | none of ya biz
- :: mind ur business | nunya business | not your business | business as usual | funny business
- :: i mean business | its none of your business | resident and business owner
- :: both resident and business | 1 and 2 | 1 & 3 | 1 or 2 | 1+4 | 1 but also 2 | 7 | 0
- :: smth else | others | neither | none | all of the above | all | any
- :: dont know | prefer not to say | skip | community worker | church
- :: mosque group | student and i volunteer | community centre | no 1 you know | not business
- :: do one
- :: not council | not a student | ex council | used to work for the council
- :: former business owner | i used to live in manchester | my husband works for the council
- :: my dad owns a business | one of the 50,000 students | 2 many to pick
resident :: live in manc | i live in a council flat
university :: uni of manchester
business :: own a business | i work for a business | 2 i own a cafe | 2 - cafe | 2 (cafe) | b
business :: 2nd one | shop owner | i have a shop | self-employed plumber | local business
council :: work for the council | i work at the council | council worker
university :: college | student | uni student | I'm a student at MMU
? :: what business is it of yours | who wants to know | why | what do u mean
? :: which one am i if i rent | can i pick 2
other :: 6 | 6 - retired nurse | something else | somthing else | else | other
other :: other - carer | last one | none of these
community :: community | voluntary | volunteer | i volunteer | charity | residents association
- :: resi | top one | 3 mmu | 6 visitor
"""
MULTI = """
smart_people :: 1 | digital skills | 1 not 2 | a | the first | 1 cos my nan | 1, 1
smart_people+jobs_prosperity :: 1 and 2 | 12 | 1 2 | 1 then 2 | 1st and 2nd | 1>2
smart_people+jobs_prosperity :: digital skills and jobs | 1 or 2 | a b | a and b | first two
smart_people+jobs_prosperity :: top 2 | number 1 and number 2 | 1.2
jobs_prosperity+inclusive_recovery :: 2 n 4 | 2n4
smart_people+inclusive_recovery :: 1 & 4 pls
jobs_prosperity :: jobs
jobs_prosperity :: jobs and skills
smart_people :: skills
- :: all | all of them | all 4 | not 1 | not 1 or 2 | 1 2 3 | 1 2 3 4
- :: 1-4 | 0 | 5 | 9 | do one | no 1 cares | no1 cares | 2 hard | 2 many | 4 real
- :: 1 million jobs | one word buses | buses | better buses | everyone | everyone matters
- :: a lot | dont know | not sure | dunno | whatever | 5 star | 2 of us think jobs
- :: 4 kids need jobs | none of your business | no | yes | one of them | any two | you choose
tech_for_people :: tech | 3 most of all
inclusive_recovery :: recovery | a recovery | last one
 :: none | none of them | neither | nothing
? :: which is 1 | what is 3 | can i pick 3
"""
YESNO = """
yes :: yes | y | ye go on | yh | yh sure | yep np | ya | yess | yea | yup | go on then
yes :: no problem | no probs | no worries | yes u can | yes u may | u can | hell yeah | ok | k
yes :: kk | fine | sure thing | pls do | 1 | one | 1st | 👍 | yes by email only | yes if its free
yes :: absolutely | yes why not | i do | i dont mind | dont mind | yes i said yes
yes :: i said yes already
- :: yes? | no? | yas | if u like | if you must | if i have to | suppose | i suppose | maybe
- :: maybe later | depends | depends who | not sure | dunno | no 1 | no1 | no 1 cares | no one
- :: no you may | can do | yes no | yes and no | yes lol not | yes... not | yeah right
- :: yeah nah | nah yeah | yes as if | ok? | whatever | do one | do it
- :: please | 3 | 2 late | 2 busy | 1 day | yes 2 | never mind
- :: nevermind | dont care | idc | i already said no
no :: n | no | noo | nooo | no ta | nah ta | na | nope | not really | no way jose | no chance
no :: no need | no thanks | no thx | no u cant | hell no | of course not | dont | dont u dare
no :: dont bother | please dont | pls dont | please no | no please | 2 | 👎 | no unless its free
no :: no 2 | not yet | never | not now | absolutely not | i dont | i said no
? :: why | why? | why not | who with | what for | do i have to | will it cost
yes :: course | course u can | only by email | email only
"""


def cases(table: str) -> list[tuple[str, str]]:
    """Return every reply with how it is to be taken."""
    lines = [line.split(" :: ") for line in table.strip().splitlines()]
    return [(reply, meant) for meant, replies in lines for reply in replies.split(" | ")]


def taken(consultation: Consultation, question: str, text: str) -> str:
    try:
        value = read_answer(consultation.by_id[question], text).value
    except UnreadableAnswer as unread:
        return "?" if unread.reason == "asks_back" else "-"
    return "+".join(value) if isinstance(value, list) else str(value)


@pytest.mark.parametrize(("text", "meant"), cases(SCALE))
def test_scale(consultation: Consultation, text: str, meant: str) -> None:
    found = taken(consultation, "smart_people.agree", text)
    assert found == meant or (meant == "-" and found == "?")


@pytest.mark.parametrize(("text", "meant"), cases(ROLE))
def test_role(consultation: Consultation, text: str, meant: str) -> None:
    found = taken(consultation, "role", text)
    assert found == meant or (meant == "-" and found == "?")


@pytest.mark.parametrize(("text", "meant"), cases(MULTI))
def test_multi(consultation: Consultation, text: str, meant: str) -> None:
    found = taken(consultation, "overall.priority", text)
    assert found == meant or (meant == "-" and found == "?")


@pytest.mark.parametrize(("text", "meant"), cases(YESNO))
def test_yesno(consultation: Consultation, text: str, meant: str) -> None:
    found = taken(consultation, "workshop.contact_ok", text)
    assert found == meant or (meant == "-" and found == "?")


TELLS = "what matters to me most here is digital skills for everyone"
ASKS = ["what is the best one for me", "what does it mean if it is 3", f"{TELLS}?"]


def test_what_can_begin_a_statement(consultation: Consultation) -> None:
    assert taken(consultation, "overall.priority", TELLS) != "?"
    for text in ASKS:
        assert taken(consultation, "overall.priority", text) == "?"
