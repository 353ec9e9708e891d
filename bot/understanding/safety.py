"""Words that say, whatever else a message holds, that somebody is in danger or despair.

The trained model hears most of it; these hear the rest, because it may never be missed. They look
for people who speak of themselves, now: "the damp is killing us" and "my son was suicidal" are
answers, and staff read them. Some words say it only of a life ("I cannot go on like this"): they
do not count beside the things that this kind of consultation is about.
"""

from __future__ import annotations

import re

from bot.understanding.commands import plain

_SPELT = {
    **dict.fromkeys(("u", "yu"), "you"),
    **dict.fromkeys(("wot", "wat"), "what"),
    **dict.fromkeys(("tonite", "2nite", "2night", "tonigt"), "tonight"),
    **dict.fromkeys(("tomoz", "tomoro", "2moro", "tmrw", "tomorow"), "tomorrow"),
    **dict.fromkeys(("cnt", "carnt", "cannot"), "cant"),
    **dict.fromkeys(("gona", "gunna", "goin", "gon"), "gonna"),
    **dict.fromkeys(("dnt", "dint", "dunt"), "dont"),
    **dict.fromkeys(("w/o", "w/out", "witout", "wivout", "wiv out"), "without"),
    **dict.fromkeys(("maself", "meself", "mysel", "myslef", "myselfs"), "myself"),
    **dict.fromkeys(("every1", "evry1", "evryone"), "everyone"),
    **dict.fromkeys(("some1", "sum1"), "someone"),
    **dict.fromkeys(("no1", "noone"), "nobody"),
    **dict.fromkeys(("wen", "wn"), "when"),
    **{"hav": "have", "b": "be", "2": "to", "4": "for", "n": "and", "wud": "would", "r": "are"},
    **{"bout": "about", "abt": "about", "4ever": "forever", "wana": "wanna", "iv": "ive"},
    **{"thinkin": "thinking", "livin": "living", "killin": "killing", "endin": "ending"},
    **{"rn": "right now", "da": "the", "dis": "this", "wnt": "want", "cba": "cant be bothered"},
}
_THEM = (
    r"\b(?:he|she|they|someone|somebody|husband|wife|partner|ex|bf|boyfriend|girlfriend|dad|mum"
    r"|mummy|daddy|fella|bloke|missus|step ?dad|step ?mum|father|mother|uncle|cousin|brother"
    r"|sister|son|family|carer"
    r"|parents|man|men|boss|hes|shes|theyre|hell|shell|theyll)\b"
)
_US = (
    r"(?:me|us|my (?:mum|nan|kids|children|baby|sister|daughter|son)|the (?:kids|baby))\b"
    r"(?! (?:at (?!night|home|least)|to\b|back\b|hard\b|on (?:facebook|insta\w*|whatsapp)))"
)
_HARMS = (
    r"(?:hits?|hitting|slap\w*|beats?|beating|beaten|hurts?|hurting|punch\w*|kick(?:s|ed|ing)"
    r"|strangl\w+|chok(?:es|ed|ing)|rap(?:es|ed|ing)|touch(?:es|ing)|attack\w*|abus(?:es|ed|ing)"
    r"|threaten\w*|stab\w*|(?:going to|gonna|will|wants to) (?:kill|hurt|hit)|kill|burns?"
    r"|forc(?:es|ed|ing)|batter(?:s|ed|ing)?|(?:throws?|threw|throwing) \w+ at|belts|leathers"
    r"|screams? at)"
)
_DRUGS = r"(?:pills?|meds|medication|paracetamols?|painkillers|ibuprofen|sleeping tablets|bleach)"
_DOSES = rf"(?:{_DRUGS}|tablets)"  # which may be computers
_MEAN_TO = (
    r"\b(?:want|wanna|wanted|going|gonna|ready|rather|wish|wanting|hope|plan(?:ning)?|might|tempted"
    r"|thinking (?:of|about)|feel(?:ing)? like|felt like|about to|ill just)\b"
)
_SUICIDAL = r"su\w{0,2}[cs]\w{0,2}dal"
_SUICIDE = r"su\w?[cs]+i?[dt]e"
_ILL = r"(?:mum|dad|nan|grandad|wife|husband|son|daughter|baby|he|she|kid|friend|mate|neighbour)"
_OF_SELF = (
    r"\b(?:kill|hurt|harm|hang|stab|cut|shoot|drown|unalive)(?:ing|in)? (?:my ?self)\b",
    r"\bself[- ]?harm(?:ing|ed)?\b(?=.*\b(?:again|tonight|now)\b)|\bi(?:m| am)? self[- ]?harm",
    r"\bkms\b|\b(?:top|do|finish|end) myself(?: in)?$|\bdo myself in\b",
    rf"{_MEAN_TO}.{{0,18}}\b(?:to die|be dead|i was dead|were dead|i die"
    r"|end (?:it all|my life|things))\b",
    r"\bi (?:want|wanna|wish) (?:to )?(?:die|dead)\b|\bwanna die\b|\bwish id never been born\b"
    r"|\bwish i (?:was|were) (?:dead|never born)\b|\bbetter (?:if )?i (?:die|dead|am dead)\b",
    r"\bend(?:ing)? (?:it all|my (?:own )?(?:life|pain))\b",
    r"\b(?:think|thinking|thought|thoughts)\b.{0,12}\b(?:ending (?:it|things|everything)$"
    rf"|ending (?:it|things) (?:all|now|tonight|most|every)|jumping$|{_SUICIDE}|killing my"
    rf"|jumping (?:off|in front)"
    r"|hanging my)",
    r"\b(?:dont|do not|no longer|not|no|never) (?:want|wish|wanna)(?: to)? (?:live|be alive|exist"
    r"|be here any ?more|wake up)\b",
    r"\b(?:wish|hope|if) i (?:just )?(?:didnt|dont|wouldnt|never|wont) w[ao]ke up\b",
    r"\b(?:sleep|asleep) and (?:never|not) wake up\b",
    r"\b(?:what if|wish) i (?:just )?(?:wasnt|werent|was not) (?:here|around|alive)\b",
    rf"(?:^|\b(?:i|im|ive|my|having|feel(?:ing)?|get(?:ting)?)\b.{{0,12}}\b){_SUICIDAL}\b"
    r"(?! (?:people|kids|teens|teenagers|young|men|lads|students|idea|plan|for the)\b)",
    r"\b(?:no (?:reason|point|hope)|whats the point)\b.{0,18}\b(?:to live|in living|living"
    r"|(?:of )?being alive|me being)\b|\b(?:i|ive|got|have)\b.{0,12}\bnothing (?:left )?to live"
    r" for\b|^(?:theres )?nothing (?:left )?to live for\b(?! (?:on|in|for|here))",
    r"\b(?:sick|tired|had enough|done with|bored|fed up) (?:of |with )?(?:being alive|living|life"
    r"|this life|my life)$|\bdone living$|\bcant be bothered (?:living|with (?:life|living))\b",
    r"\blife (?:isnt|is not|aint|not) worth (?:it|living)\b",
    r"\b(?:better off|happier) (?:dead|without me|if i (?:was|were) (?:dead|gone|not here))\b",
    r"\b(?:nobody|no one|everyone) would (?:even )?(?:miss|care|notice) (?:me|if i)\b",
    rf"\b(?:took|taken|swallowed|necked|had) (?:\w+ ){{0,2}}(?:all|too many|load\w*|lots|the lot"
    rf"|\d\d+|the whole|whole|packets?|box|bottle|bunch|handful)\b.{{0,20}}\b{_DOSES}\b"
    rf"|\b(?:i|ive|just|she|he)\b.{{0,10}}\b(?:took|taken|swallowed)\b.{{0,12}}\b{_DRUGS}\b",
    rf"\b(?:ive|i|just|{_ILL}|brother|sister)(?: just| has| have)* (?:(?:had|took|taken"
    rf"|done) )?(?:an? )?"
    r"overdosed?\b",
    rf"\b(?:rope|knife|blade|razor|{_DRUGS}|all my tablets|the tablets"
    rf"|tablets in my)\b.{{0,25}}\b(?:ready"
    r"|tablets|here|in my hand|in front of me|lined up|saved up|counted)\b|\b(?:vodka"
    r"|bottle)\b.{0,30}\btablets$"
    r"|\bbottle and (?:some )?tablets\b|\bi (?:have|got) a rope\b",
    r"\bhow (?:many|much|long)\b.{0,30}\bto (?:die|overdose|kill (?:you|me|my))|\b(?:quickest"
    r"|easiest|best|painless|fastest) (?:\w+ )?way to (?:die|kill my|end my)",
    rf"(?:{_MEAN_TO}|\bthinking\b|\bthought about\b|\bkeep\b).{{0,24}}\b(?:step|jump|walk|run|throw"
    r"|go)\w* .{0,16}\b(?:in ?front of|under|off) (?:a |the |my )?(?:tram|train|bus|car|lorry"
    r"|traffic|bridge|roof|balcony|building|flats)\b|\b(?:going to|gonna|might) jump$",
    r"\b(?:tonight|today|this)(?: i|)s my last(?: day| night)?(?: on earth| alive|$)"
    r"|\bwont be (?:here|alive|around)\b(?=$|.{0,12}\b(?:tomorrow|morning|much longer|tonight"
    r"|next week))",
    r"\b(?:said|saying) my goodbyes\b|\bwritten (?:the|my|a) (?:letters?|note)\b|\btell my (?:kids"
    r"|mum|family|wife|children) i love",
    r"\b(?:cut|cutting|slit|slitting|slash\w*|burn\w*) my (?:own )?(?:arms?|wrists?|legs?"
    r"|thighs?|skin)\b|\b(?:been|im|started|keep) cutting(?: again| my ?self| and\b|$)"
    r"|\b(?:burn|burned|burnt|scald\w*) myself\b.{0,20}\bon purpose\b|\bscreaming for help\b",
    r"\b(?:wont|dont think ill|cant|not gonna|not going to) make it (?:to|through|till|thru) (?:the"
    r" )?(?:morning|night|tomorrow|weekend|week|christmas|end of the week|monday)\b",
    r"\b(?:finish|end|stop|leave)(?: with)? my life\b|\bmy life (?:is )?(?:finish\w*|over)$",
    r"\b(?:do|doing) something (?:stupid |bad )?to myself\b|\b(?:not|dont feel) safe with myself\b",
)
_EMERGENCIES = (
    r"\b(?:isnt|not|stopped|is not|cant|cant even) breath(?:ing|e)\b(?! (?:in town|once"
    r"|on the))(?! for| in| out)",
    rf"\b{_ILL} (?:has |have |just |s )?(?:just )?collapsed\b(?! (?:last|when|in|at|and (?:her|his)"
    r"))|^collapsed\b|\bunconscious\b|\bwont wake up\b|\b(?:he|she|hes|shes|im|i am|is|think im|be)"
    r" having a (?:heart attack|stroke|fit|panic attack)\b|\btheres blood\b"
    r"|\b(?:dad|mum|nan|wife|husband|son) having a (?:heart attack|stroke|fit)\b"
    r"|\b(?:on the floor|down (?:the )?stairs?).{0,20}\b(?:blood|moving)\b|\bbleeding (?:loads"
    r"|badly|heavily|everywhere|to death|out)\b|\bbleeding and (?:it )?"
    r"(?:wont|cant|doesnt) stop\b",
    r"\b(?:call|send|get|need)(?: me| us)?(?: an| the)? (?:ambulance|police|999|paramedics)"
    r"(?=$|[ ,.!]+(?:please|pls|plz|now|quick|asap|hurry|he|she|hes|shes|im|i|my|hes|someone)\b)",
    r"\b(?:house|flat|home|building|block|kitchen)(?: i|)s? on fire\b|\b(?:i|we|can) smell gas\b"
    r"|^(?:can )?smell gas\b|\bgas (?:leak|smell)\b(?=.*\b(?:i|my|flat|house|feel|dizzy|here)\b)"
    r"|\btheres (?:smoke|a fire|a man|someone) in (?:my|the)\b|\bfire in my\b",
    _THEM + r".{0,24}\b" + _HARMS + r" " + _US + r"(?! if i dont (?!marry|do as|come|obey|give))"
    r"(?! if (?:i (?:get|buy|spend|forget|lose|miss|break|use|answer|fill)|the|my|this)\b)",
    r"\b(?:he|she|they|hes|shes|theyve|husband|partner|ex|boyfriend|dad|son|brother|man|someone"
    r"|somebody|someones)\b.{0,10}\b(?:got|has|have|with) (?:a |an |his |her )?(?:knife|gun"
    r"|weapon|machete)",
    r"\bi(?:m|ve)?\b.{0,14}\b(?:raped|stabbed|beaten|abused|trafficked|attacked|locked in"
    r"|held here)\b(?! (?:in the back|by (?:trolls|bots|hackers|virgin|bt|ads|adverts|prices"
    r"|pop)|online|on (?:twitter|facebook)))",
    r"\b(?:he|she|they|beat|beats|beat[s]?) (?:beat|hit|slap|punch|kick|threw|throw)(?:s|ed)? me\b"
    r"(?! (?:up|at|to|on))",
    r"\bmy (?:son|daughter|child|kid|baby|mum|dad|nan|sister|brother) (?:is|has gone) missing\b",
    r"\b(?:not|dont feel|do not feel) safe (?:at home|here$|in my (?:house|home)|with (?:him|my"
    r" (?:husband|partner|ex|dad|boyfriend|wife)))\b|\bim not safe$|\bi(?:m| am) in danger\b",
    r"\b(?:scared|afraid|frightened|terrified) (?:of|to go) (?:him|home|my (?:husband|partner|ex"
    r"|dad|stepdad|boyfriend|wife))\b|\bhelp me\b.{0,20}\b(?:going to die|gonna die|kill me)\b",
    r"\block(?:s|ed)? me in\b|\b(?:forc\w+ me|made me|must|forced) (?:to )?(?:marry|have sex)\b",
    r"\b(?:wont|doesnt|not) (?:let|allow) me (?:to )?(?:leave|go out)\b",
    r"\b(?:breaking|break|get|getting) in(?:to)? my (?:house|home|flat)\b(?! last)"
    r"|\boutside my (?:house|door|flat|window) (?:with|and)\b",
    r"\bnot eaten (?:for|in|since)\b(?! this)|\b(?:havent|not) eaten\b.{0,10}\bdays\b|\b(?:me|kids"
    r"|we|children|i)\b.{0,14}\b(?:no food|nothing to eat)\b.{0,10}\b(?:since|for|left|today)\b",
    r"\bnowhere to (?:go|sleep)\b.{0,12}\btonight\b|\bsleeping (?:on the street|rough|outside)"
    r" tonight\b",
    r"\b(?:im|i am|i will|ill|i) (?:(?:going to|gonna|will|want to|wanna) )?(?:kill|stab|shoot"
    r"|murder|hurt|burn) (?:him|her|them|someone|somebody|everyone|people|my (?:husband|wife|boss"
    r"|neighbours?|dad|mum|ex|baby))\b(?! if)|\bi(?:ll| will|m going to| am going to|m gonna)"
    r" (?:(?:petrol )?bomb|burn(?: down)?|torch|blow up|shoot up|stab|shoot|kill) (?:the|your"
    r"|this|that)\b",
)
_DESPAIR = (
    r"\b(?:feel(?:ing)? like|want to|wanna|going to|gonna|ready to|thinking (?:of|about)|about to"
    r"|might as well|tempted to|could just) (?:just )?end(?:ing)? (?:it|things|everything)"
    r"(?= (?:all|now|tonight|soon|for good|today|here)\b|$)",
    r"\b(?:(?:dont|do not|cant|cant even|never) see (?:a |any |no |another )?way (?:out|forward)"
    r"|(?:i see |theres |there is )?no way out|only one way out)(?= (?:for me|of this|any ?more"
    r"|now|left)\b|$)",
    r"\bwant(?:ed)? (?:it|the pain|my pain|everything) (?:all )?to (?:stop|end|be over)"
    r"(?=,? (?:now|so|for good|forever|please|i|im|and|everything)\b|$)"
    r"|\bcry(?:ing)? (?:every night|myself to"
    r" sleep)\b",
    r"(?:\bi(?: really| just| honestly)? |^(?:just |really )?|\bim \w+ )cant (?:go|carry|keep)"
    r" (?:on|going)(?= (?:like this|any ?more|any longer|no more|much longer|with life|living"
    r"|without (?:him|her))\b|$)",
    r"\bcant (?:cope|take|do) (?:(?:it|this|life|with life) )?(?:any ?more|no more|any longer)"
    r"(?=,? (?:i|im|and|please|with life|just)\b|$)|\bi (?:cant )?see no future(?: for me|$)",
    r"(?:^|\b(?:i|im|ive|ive just|i have|am|having)\b )(?:just |fully |literally |currently )*"
    r"(?:have |having |had )?(?:a |an )?(?:complete |total |nervous |mental |full )*breakdown\b"
    r"(?! (?:on|of|cover|in|at|lorry|when|because))|\b(?:verge|edge|brink) of a breakdown\b",
    r"\bi (?:want to|wanna|just want to) (?:disappear|vanish)(?= for ever| forever|$)",
)
_DANGER = re.compile("|".join(_OF_SELF + _EMERGENCIES))
_DESPAIRS = re.compile("|".join(_DESPAIR))
# Told of the past, of others, or as a figure of speech: an answer, if one is asked for.
_TOLD = re.compile(
    r"\b(?:used to|(?:years?|months?|winters?) (?:ago|back)|last (?:year|winter|summer)"
    r"|when i was|in lockdown|after lockdown"
    r"|in the past|makes? me (?:want to|wanna)|made me want to|people with"
    r"|without (?:the |my )?(?:internet|wifi|phone|broadband)"
    r"|got me through|saved (?:me|my)|helped (?:me|her|him)|charity|people who|rather die than"
    r"|hit(?:s|ting)? (?:me|us) up"
    r"|like my (?:mum|nan|dad|son|daughter|gran|mate|neighbour)|die of|die laughing"
    r"|him ?self|her ?self|them ?selves)\b"
    r"|(?<!\bi )\bshould\b(?! i\b)|\bif i (?:have to|see|hear|get) .{0,24}\b(?:another|one more)\b"
)
# What is talked about here, beside which despair is at a form and not at a life.
_THINGS = re.compile(
    r"\b(?:wi ?fi|broadband|internet|online|websites?|sites?|apps?|signal|forms?|council|phones?"
    r"|screens?|passwords?|laptops?|computers?|tech|technology|digital|prices?|rates|bus|buses|tram"
    r"|trams|contract|fees?|charges?|tax|data|waste|scheme|bills?|m60|car|van|survey|questions?"
    r"|city|library|libraries|smart|service|town|high street|emails?)\b"
)
A_FEW_LETTERS = 200  # as many as plain() reads
_SENTENCES = re.compile(r"[.!?;\n]+")
_NOW = re.compile(r"\b(?:now|but|still)\b")


def in_danger(text: str) -> bool:
    """Say whether somebody speaks of harm to herself or of an emergency, now. Of a long text each
    sentence is heard for itself: a cry may be its last, and the others tell of other things.
    """
    if len(text) <= A_FEW_LETTERS:
        return _danger_in(text)
    return any(_danger_in(piece) for part in _SENTENCES.split(text) for piece in _pieces(part))


def _pieces(sentence: str) -> list[str]:
    """Cut what has no full stops into pieces that overlap."""
    step = A_FEW_LETTERS // 2
    starts = range(0, max(len(sentence) - step, 1), step)
    return [sentence[start : start + A_FEW_LETTERS] for start in starts]


def _danger_in(text: str) -> bool:
    said = " ".join(_SPELT.get(word, word) for word in plain(text).replace("'", "").split())
    return _heard(said) or any(_heard(said[now.end() :].strip()) for now in _NOW.finditer(said))


def _heard(said: str) -> bool:
    if _TOLD.search(said):
        return False
    return bool(_DANGER.search(said) or (_DESPAIRS.search(said) and not _THINGS.search(said)))
