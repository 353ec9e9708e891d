"""Small words and what they do in a short answer. No option of any consultation is named here."""

from __future__ import annotations


def listed(words: str) -> tuple[str, ...]:
    return tuple(words.split())


def word_set(words: str) -> frozenset[str]:
    return frozenset(words.split())


YES = word_set("yes y yeah yep yup ye yea ya yh yess aye ok okay okey k kk sure alright")
NO = word_set("no n nope nah na naw nay noo nooo noooo")

# Words people put before an answer ("I'd go for", "my answer is").
FILLERS = word_set(
    "i im id ill ive am we were are a an the my well um umm erm er hmm oh ah just say think guess "
    "would do go going with for pick choose chose put me down as answer reply its it "
    "thats that be probably prob probs maybe definitely def defo deffo is live work mine both hi "
    "hello please to must want like only between somewhere"
)
# "number 4", "option b", "no 4".
POINTING = word_set("option options opt number numbers num nr no choice answer ans answers")
# Words that start a remark: after them comes a reason or a courtesy, not more of the answer.
LINKS = word_set(
    "but because cos coz cause bc becuase as since if whether though although tho and when "
    "provided thanks thank thankyou thx ta cheers please pls plz tbh imo imho obviously "
    "however only mostly x xx xxx lol mate really definitely unless until so for me too "
    "also again actually by though especially yes yeah ok np thx obvs innit haha"
)
# Words between two answers ("4 or maybe 5", "4 sorry 5").
BETWEEN = word_set(
    "or and n nor maybe perhaps possibly actually sorry wait i mean no to make that it oops also "
    "plus then either even but id say its rather nah nope"
)
NEGATORS = word_set(
    "not dont cant cannot never no isnt arent aint wont wouldnt didnt couldnt doesnt havent none "
    "nobody nothing without non nor dnt"
)
PARTLY = word_set("some part parts partly partially half sometimes bits certain principle theory")
STRONG = word_set(
    "strongly strong totally completely fully absolutely entirely wholly wholeheartedly utterly "
    "extremely highly very really massively hugely 100 firmly"
)
WEAK = word_set(
    "slightly somewhat mostly mainly generally broadly tend tends kind kinda sort sorta bit fairly "
    "quite largely"
)
UNCLEAR = word_set("understand means meant follow")
# What may come right after a bare number that is the answer ("2 i guess", "5 waste of money").
# Any other word may be counted by it or follow it in text-speak: "5 star", "1 thing", "2 hard".
REMARKING = word_set(
    "i im id ill ive its it this that thats these they theyre we weve you youre my our theres dont "
    "not no never very totally absolutely all everyone great good brilliant brill fab fantastic "
    "excellent rubbish waste crap awful terrible pointless useless stupid daft perfect amazing "
    "lovely nice just sorry more most least probably prob probs maybe defo deffo kind sort "
    "guess suppose reckon overall agree disagree strongly neutral with about cant stop next carry "
    "go start help from why what would could need then ish again yet"
)
# The same where the options are things, and people say which one they are ("6 visitor").
COUNTED = word_set(
    "star stars hard late many much busy easy right be sure real cheers million thing things word "
    "words day days love rule size way hundred percent"
)
# After a 4 these make it "for": "4 the love of god", "4 my kids", "4 all".
AFTER_FOR = word_set("my our you all this that it these everyone good real sure")
JOKES = word_set("jk joking kidding sarcasm sarcastic irony ironic joke")
# A number followed by one of these counts something.
UNITS = word_set(
    "years year yrs yr months month weeks week days day hours hour mins minutes kids kid children "
    "child people persons of times am pm pounds quid percent pc grandchildren adults "
    "miles bed bedrooms cats dogs sons daughters copies copy computers phones laptops th young "
    "old"
)
# Never taken for a misspelt option.
COMMON = word_set(
    "about above after again agent along always among anger angry argue aside being below could "
    "doing early every first given going great having house large later learn least leave "
    "level light local lower maybe might money month never night often order other otter "
    "place point quite reach right round shall share short since small sorry still "
    "strange strangely such taken thank thanks their them there these thing think third "
    "those three today under until upper using water where which while whole whose "
    "world worse worst worth would write wrong years young degree agenda nurse "
    "north south east west mother father brother"
)

DONT_KNOW = (
    "dont know,dnt know,do not know,dont no,dunno,idk,not sure,unsure,no idea,no clue,"
    "havent a clue,no opinion,have no opinion,"
    "have no idea,cant say,couldnt say,hard to say,dk,undecided,not certain,"
    "dont really know"
)
PREFER_NOT = (
    "prefer not to say,rather not say,prefer not to,prefer not,rather not,"
    "dont want to say,do not want to say,wont say,not saying,pnts,no comment,"
    "dont wish to say"
)
NONE_OF_THEM = (
    "none of them,none of these,none of those,none of the above,none of it,none apply,"
    "neither of them,neither of these,none,neither,nothing,not any of them"
)
ALL_OF_THEM = (
    "all of the above,all of them,all of these,all of those,all of it,every one of them,"
    "every one,everything,the whole lot,the lot,all equally,all the above,them all,all"
)
NEUTRAL = (
    "neither,neutral,in the middle,middle,meh,50 50,fifty fifty,on the fence,so so,"
    "indifferent,no strong feelings,no strong view,no strong views,no strong opinion"
)


def phrases(said: str) -> tuple[tuple[str, ...], ...]:
    """The phrases of a list, longest first."""
    split = (tuple(phrase.split()) for phrase in said.split(","))
    return tuple(sorted(split, key=len, reverse=True))


def phrase_at(words: tuple[str, ...], at: int, known: tuple[tuple[str, ...], ...]) -> int:
    """How many words from `at` on make a known phrase; 0 for none."""
    return next((len(p) for p in known if words[at : at + len(p)] == p), 0)


DONT_KNOW_PHRASES = phrases(DONT_KNOW)
PREFER_NOT_PHRASES = phrases(PREFER_NOT)
NONE_PHRASES = phrases(NONE_OF_THEM)
ALL_PHRASES = phrases(ALL_OF_THEM)
NEUTRAL_PHRASES = phrases(NEUTRAL)
