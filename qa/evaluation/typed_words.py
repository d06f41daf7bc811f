"""Words that are spelt, compounded and spoken in more than one way."""

from __future__ import annotations

import re

LETTER_PAIRS = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ł": "l", "ø": "o", "å": "aa", "æ": "ae", "œ": "oe",
                "đ": "d", "ð": "d", "þ": "th", "ı": "i"}  # fmt: skip
# Spellings of one word on both sides of the Atlantic: British, American.
SPELLINGS = (
    ("([a-z]{3,})our(s|ed|ing|ite|able|ful|al)?", "([a-z]{3,})or(s|ed|ing|ite|able|ful|al)?", "our", "or"),
    ("([a-z]{3,})is(e|ed|es|ing|ation|ations|er|ers)", "([a-z]{3,})iz(e|ed|es|ing|ation|ations|er|ers)", "is", "iz"),
    ("([a-z]{2,}[tb])re(s|d)?", "([a-z]{2,}[tb])er(s|ed)?", "re", "er"),
    ("([a-z]+[aeo])ll(ed|ing|er|ers)", "([a-z]+[aeo])l(ed|ing|er|ers)", "ll", "l"),
    ("([a-z]+(?:al|t))ogue(s)?", "([a-z]+(?:al|t))og(s)?", "ogue", "og"),
    ("([a-z]+en)ce(s)?", "([a-z]+en)se(s)?", "ce", "se"),
)
SPELT = {
    "colour", "favour", "honour", "labour", "neighbour", "harbour", "behaviour", "rumour", "humour", "armour",
    "flavour",
    "vapour", "odour", "organise", "realise", "recognise", "colonise", "centralise", "industrialise", "criticise",
    "modernise", "characterise", "standardise", "specialise", "utilise", "emphasise", "nationalise", "stabilise",
    "organisation", "colonisation", "civilisation", "industrialisation", "normalisation", "centre", "theatre", "metre",
    "kilometre", "litre", "fibre", "calibre", "travelled", "travelling", "traveller", "cancelled", "labelled",
    "modelled", "catalogue", "dialogue", "analogue", "defence", "offence", "licence", "pretence",
}  # fmt: skip
UNITS = ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
         "seventeen eighteen nineteen").split()  # fmt: skip
TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()
HEARD = {"their": "there", "there": "their", "to": "two", "too": "to", "its": "it's", "which": "witch", "by": "buy",
         "for": "four", "know": "no", "where": "wear", "would": "wood", "role": "roll", "one": "won", "sea": "see",
         "week": "weak", "whole": "hole", "peace": "piece", "main": "mane", "son": "sun", "wrote": "rote",
         "site": "sight", "made": "maid", "right": "write", "great": "grate", "principal": "principle"}  # fmt: skip
# Words that are written joined, with a hyphen and apart; all of them occur in two ways or more in SQuAD's paragraphs.
COMPOUNDS = (
    "health care,fresh water,web site,web page,sea water,salt water,rain forest,north west,south west,north east,"
    "south east,space flight,school children,loan word,war time,peace time,prime time,policy maker,oil field,"
    "life span,life cycle,ground water,blood stream,air strike,air base,world view,work day,waste water,"
    "touch screen,steam ship,spot light,race track,place name,market place,light bulb,hydro power,grass roots,"
    "front line,file system,field work,end point,coffee house,clock tower,e mail,non profit,post war,co operation,"
    "world wide,sub continent,on line,play off,run off,line up,take over,take off,break up,break down,shut down,"
    "start up,by product,cease fire,sub species,multi national,news paper,foot ball,base ball,air port,air craft,"
    "sky scraper,rail way,rail road,under ground,water way,ship yard,grand father,police man,head quarters,"
    "land mark,earth quake,life style,work force,sub way,main land,coast line,high way,river bank,song writer,"
    "sound track,tax payer,life time,key board,data base,soft ware"
)
COMPOUND = re.compile(
    r"\b(?=(?:" + "|".join(one.replace(" ", "[ -]?") for one in COMPOUNDS.split(",")) + r")s?\b)"
    r"("
    + "|".join(sorted({one.split()[0] for one in COMPOUNDS.split(",")}, key=len, reverse=True))
    + r")([ -]?)([a-z]+)"
)
