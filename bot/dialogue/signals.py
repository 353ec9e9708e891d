"""Words that say, whatever else a message holds, that somebody is in danger or wants to be left.

The trained model hears most of it; these hear the rest, because neither may ever be missed. They
look for people who speak of themselves, now: "the damp is killing us" and "my son was suicidal"
are answers, and somebody will read them.
"""

from __future__ import annotations

import re

from bot.consultation.commands import plain

_THEM = (
    r"\b(?:he|she|they|someone|somebody|husband|wife|partner|ex|bf|boyfriend|girlfriend|dad|mum"
    r"|step ?dad|step ?mum|father|mother|uncle|cousin|brother|sister|son|family|parents|carer|man"
    r"|men|boss|hes|shes)\b"
)
_US = r"(?:me|us|my (?:mum|nan|kids|children|baby|sister|daughter|son)|the (?:kids|baby))\b"
_HARMS = (
    r"(?:hits?|hitting|slap\w*|beats?|beating|beaten|hurts?|hurting|punch\w*|kick(?:s|ed|ing)"
    r"|strangl\w+"
    r"|chok(?:es|ed|ing)|rap(?:es|ed|ing)|touch(?:es|ing)|attack\w*|abus(?:es|ed|ing)"
    r"|threaten\w*|stab\w*|(?:going to|gonna|will|wants to) (?:kill|hurt|hit)|kill|burns?)"
)
_DANGER = re.compile(
    "|".join(
        (
            r"\b(?:kill|hurt|harm|hang|stab|cut|shoot|drown|unalive)(?:ing)? (?:my ?self)\b",
            r"\bself[- ]?harm(?:ing|ed)?\b(?=.*\b(?:again|tonight|now)\b)|\bi(?:m"
            r"| am)? self[- ]?harm",
            r"\bkms\b",
            r"\bwant(?:ed)? it (?:all )?to (?:stop|end)\b|\bcry(?:ing)? (?:every night"
            r"|myself to sleep)\b",
            r"\b(?:want|wanna|going|gonna|ready|rather|wish|wanting|hope|plan(?:ning)?)\b.{0,18}"
            r"\b(?:to die|be dead|i was dead|were dead|i die|end (?:it all|my life|things))\b",
            r"\bi (?:want|wanna|wish) (?:to )?(?:die|dead)\b|\bwanna die\b",
            r"\bend(?:ing)? (?:it all|my (?:own )?life)\b",
            r"\b(?:think|thinking|thought|thoughts)\b.{0,12}\b(?:ending (?:it|things)|suicide"
            r"|killing|jumping|hanging)\b",
            r"\b(?:dont|do not|no longer|not|no) (?:want|wish)(?: to)? (?:live|be alive|exist"
            r"|be here"
            r" any ?more|wake up)\b",
            r"\b(?:wish|hope|if) i (?:just )?(?:didnt|dont|wouldnt|never|wont) w[ao]ke up\b",
            r"\b(?:i am|im|i feel|feeling|feel) (?:so |really |very )?suicidal\b|^suicidal$",
            r"\bno (?:reason|point|hope)\b.{0,12}\b(?:to live|in living|living|being alive"
            r"|me being)\b|\bnothing (?:left )?to live for\b",
            r"\blife (?:isnt|is not|aint|not) worth (?:it|living)\b",
            r"\b(?:better off|happier) (?:dead|without me|if i (?:was|were) (?:dead|gone))\b",
            r"\b(?:took|taken|swallowed|had)\b.{0,20}\b(?:pills|tablets|paracetamol|bleach"
            r"|overdose)\b(?=.*)|\bi(?:ve)? overdosed?\b",
            r"\b(?:bottle|rope|pills|tablets|knife|blade)\b.{0,25}\b(?:ready|tablets|here"
            r"|in front)\b",
            r"\b(?:tonight|today)(?: i|)s my last\b|\bwont be (?:here|alive|around)\b"
            r".{0,12}\b(?:tomorrow|morning|much longer|tonight|next week)\b",
            r"\b(?:said|saying) my goodbyes\b|\bwritten (?:the|my|a) (?:letters?|note)\b",
            r"\b(?:isnt|not|stopped|is not|cant|cannot) breath(?:ing|e)\b(?! for| in| out)",
            r"\b(?:has|have|just|he|she|mum|dad|nan) collapsed\b|\bunconscious\b|\bwont wake up\b"
            r"|\bhaving a (?:heart attack|stroke|fit|panic attack)\b|\btheres blood\b"
            r"|\b(?:on the floor).{0,20}\b(?:blood|moving)\b",
            r"\b(?:call|send|need)(?: me)?(?: an| the)? (?:ambulance|police|999)\b(?! to)",
            r"\b(?:house|flat|home|building|block|kitchen)(?: i|)s on fire\b|\bsmell gas\b",
            _THEM + r".{0,24}\b" + _HARMS + r" " + _US,
            r"\b(?:got|has|have) (?:a|an|his|her) (?:knife|gun|weapon)\b",
            r"\bi(?:m|ve)?\b.{0,14}\b(?:raped|stabbed|beaten|abused|trafficked|attacked"
            r"|locked in|held here)\b",
            r"\bmy (?:son|daughter|child|kid|baby|mum|dad|nan|sister|brother) (?:is|has gone)"
            r" missing\b",
            r"\b(?:not|dont feel) safe (?:at home|here|in my (?:house|home)|with (?:him"
            r"|myself))\b",
            r"\b(?:scared|afraid|frightened|terrified) (?:of|to go) (?:him|home|my (?:husband"
            r"|partner"
            r"|ex|dad|stepdad|boyfriend|wife))\b",
            r"\block(?:s|ed)? me in\b|\b(?:forc\w+ me|made me|must|forced) (?:to )?marry\b",
            r"\b(?:breaking|break|get) in(?:to)? my (?:house|home|flat)\b",
            r"\bnot eaten (?:for|in|since)\b|\b(?:havent|not) eaten\b.{0,10}\bdays\b",
            r"\bnowhere to (?:go|sleep)\b.{0,12}\btonight\b",
            r"\b(?:cant|can ?not) cope (?:any ?more|with life)\b|\b(?:going to|gonna"
            r"|might) jump\b",
            r"\bi cant go on\b|\b(?:having|had) a breakdown\b|\bbeen cutting again\b",
            r"\b(?:nobody|no one|everyone) would (?:miss|care|notice) (?:me|if i)\b",
            r"\bfinish with my life\b|\btheres (?:smoke|a fire|a man) in (?:my|the)\b",
            r"\b(?:do|doing) something (?:stupid )?to myself\b|\bswallowed (?:bleach|a load)\b",
        )
    )
)
# Told of the past, of others, or as a figure of speech: an answer, if one is asked for.
_TOLD = re.compile(
    r"\b(?:used to|years? (?:ago|back)|last year|when i was|in lockdown|after lockdown"
    r"|in the past|makes? me want to|people with|without (?:the )?(?:internet|wifi|phone|broadband)"
    r"|got me through|saved (?:me|my)|helped (?:me|her|him)|should|charity|like my|people who"
    r"|him ?self|her ?self|them ?selves)\b"
)
_STOPS = frozenset({"stop", "cancel", "end", "quit", "ban", "scrap", "take"})
# What somebody names who wants us to stop: herself, this, or what we send.
_OURS = frozenset(
    {"it", "this", "that", "now", "here", "there", "everything", "all", "please", "pls", "plz"}
    | {"text", "texts", "texting", "txt", "txts", "txting", "message", "messages", "messaging"}
    | {"msg", "msgs", "sms", "asking", "questions", "question", "survey", "chat", "conversation"}
    | {"consultation", "contacting", "contact", "sending", "writing", "bothering", "bugging"}
    | {"pestering", "harassing", "spamming", "spam", "subscription", "participation", "part"}
    | {"number", "list", "me", "us", "my", "i", "im", "stop", "end", "quit", "cancel", "already"}
    | {"reminders", "reminding", "notifications", "bot", "session", "talking", "communications"}
)
_LEAVE = re.compile(
    "|".join(
        (
            r"\b(?:stop|quit|cease|desist from|pack in|pack it in|leave off|lay off|no more"
            r"|dont|do not"
            r"|never|end)\b.{0,16}\b(?:text|txt|messag|contact|sms|msg|remind)"
            r"\w*\b(?: (?:me|us|it|this number|this phone|again|back|any ?more|please|now|pls"
            r"|full stop"
            r"|at all|altogether|ever)|$)",
            r"\b(?:take|get|remove|strike|cross) (?:me|my (?:name|number)|this number) (?:off"
            r"|from|out)"
            r"\b(?! hold| the (?:phone|queue))",
            r"\bunsub\w*(?: me)?(?: please| now| pls| from (?:this|these|your)\b.*)?$"
            r"|\bopt(?:ing)? (?:me )?out(?: please| of (?:this|these|it))?$|\blose my number\b"
            r"|\bcount (?:me|us) out\b",
            r"\b(?:not|dont|no longer|never) (?:want |wish |wanting |going |consent )?(?:to )?"
            r"(?:take|taking|be|being) (?:part|involved|contacted|messaged|texted)\b",
            r"^(?:enough\W+)?(?:stop|end|quit|cancel)\W+(?:stop|end|quit|cancel|now|it|pls"
            r"|please)\b\W*$",
        )
    )
)


def in_danger(text: str) -> bool:
    """Say whether somebody speaks of harm to herself or of an emergency, now."""
    said = _bare(text)
    return bool(_DANGER.search(said)) and not _TOLD.search(said)


def wants_to_leave(text: str) -> bool:
    """Say whether the message asks, in so many words, not to be written to again."""
    return bool(_LEAVE.search(_bare(text)))


_WHAT_FOR = re.compile(
    r"(?:why|what (?:for|on earth for)|how come)\b.{0,80}|.{0,40}\bwhat\b.{0,30}\bfor"
    r"|.{0,60}\b(?:why|how come)\b.{0,12}\b(?:do|would|are|is|d)?\W?(?:you|u|ya|it|that"
    r"|this)\b.{0,40}"
    r"|what (?:will|would|do|are) (?:you|u) (?:do|doing|want|need|going)\b.{0,60}"
    r"|(?:do|must) i (?:have|need) to\b.{0,40}|is (?:that|this|it) (?:necessary|needed|compulsory)"
)
# The same where any words are an answer: she speaks to us, about this question.
_WHAT_FOR_PLAINLY = re.compile(
    r"what on earth for|(?:is|are) (?:that|this|it|you) (?:really )?(?:necessary|needed|compulsory)"
    r"|(?:do|must) i (?:have|need) to (?:say|tell|answer|give)\b.{0,30}|"
    r"(?:(?:ok|and|but|so|sorry|erm?|hang on|wait) )*(?:why|what for|how come"
    r"|what'?s? (?:is )?(?:that|this|it)"
    r" for|(?:why|how come|what) (?:do|would|d'?|are|should|must|is) (?:you|u|ya|yous|i|it|that"
    r"|this)\b.{0,40}"
    r"(?:need|want|ask|asking|know|for|matter|say|give)\b.{0,20}|why (?:that|this|it)|why (?:you"
    r"|u) (?:need|want|ask)"
    r".{0,20}|what (?:do|will|would) (?:you|u) (?:need|want|use|do with) (?:that|this|it"
    r"|my)\b.{0,20})"
)
_TAKES_BACK = re.compile(
    r"\b(?:withdraw|cancel|delete|take back|drop|remove|scrap|stop"
    r"|undo)\b.{0,30}\breq(?!u)\W*[0-9a-z]{4}"
    r"|\breq(?!u)\W*[0-9a-z]{4}\W*[0-9a-z]{4}\b.{0,30}\b(?:withdraw|cancel|delete|take|drop|remove"
    r"|back)\b"
    r"|^(?:please |pls |hi |sorry |actually |can (?:i|you) |could (?:i|you) |i (?:want|would like"
    r"|need) to "
    r"|i'?d like to )*(?:withdraw|take back|cancel|call off|retract)\b.{0,20}"
    r"\b(?:my|our|that|the) (?:request|case study|story|workshop request|workshop|printed copy"
    r"|paper copy"
    r"|copy|copies|call ?back|order|print(?:ed)? cop(?:y|ies))(?: request)?(?: please| pls| now)?$"
    r"|^withdraw(?: (?:it|that|this|request|my request))?$"
)


def asks_what_for(text: str, *, plainly: bool = False) -> bool:
    """Say whether somebody wants to know why she is asked this; `plainly` where any words"
    " answer."""
    said = plain(text)
    pattern = _WHAT_FOR_PLAINLY if plainly else _WHAT_FOR
    return len(said) <= 120 and pattern.fullmatch(said) is not None


def takes_request_back(text: str) -> bool:
    """Say whether somebody takes back something that she asked the council for."""
    return len(text) <= 120 and _TAKES_BACK.search(plain(text)) is not None


def stops_something_else(text: str) -> bool:
    """Say whether it is "stop HS2" and not "stop texting": an opinion, or at least not to us."""
    first, *others = _bare(text).split() or [""]
    return first in _STOPS and bool(others) and not _OURS.intersection(others)


def _bare(text: str) -> str:
    return plain(text).replace("'", "")
