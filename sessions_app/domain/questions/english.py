"""The cues of English questions and requests, in speech without punctuation."""

import re
from collections.abc import Iterator

from sessions_app.domain.questions.english_no_cues import readable
from sessions_app.domain.questions.english_words import (
    ASKED_NOUN,
    ASKS,
    ASPECT,
    AUX,
    BARE_VERB,
    BE,
    CLAUSE,
    DOES,
    FRONTED,
    INDIRECT,
    KNOW,
    LEAD,
    MEASURE,
    MODAL,
    NO_NOUN,
    NO_PLURAL,
    NO_PREDICATE,
    NO_SUBJECT,
    NO_SUBJECT_BEFORE,
    NOT_INDIRECT,
    PERSON,
    POINTER,
    PREPOSED,
    PREPOSITION,
    START,
    TELL,
    THIRD,
    TO_ONE,
    WANT_TO,
    WH,
)
from sessions_app.domain.questions.rule import Hit, any_of, matches, table

RULES = table(
    ("en_wh_auxiliary", 0.9, rf"{CLAUSE}(?P<q>{FRONTED}{WH}(?:'?s|'re|'d|'ll| (?:else |exactly )?{AUX})\b)"),
    ("en_wh_auxiliary_later", 0.85, rf"\b(?:what|where|why|how|who) (?:do|are|{MODAL}) (?:{PERSON}|the|your)\b"),
    (
        "en_wh_auxiliary_anywhere",
        0.4,
        rf"{NOT_INDIRECT}\b(?P<q>{WH}(?:'s|'re| {AUX}) (?:{PERSON}|{POINTER})\b)",
    ),
    ("en_wh_auxiliary_within", 0.3, rf"{NOT_INDIRECT}\b(?P<q>{WH}(?:'s|'re| {AUX})) (?!{PERSON}\b|{POINTER}\b)\w"),
    (
        "en_wh_phrase_within",
        0.4,
        rf"{NOT_INDIRECT}\b(?P<q>how {MEASURE}(?: \w+)? {AUX}|what (?:kinds?|sort|type) of) \w",
    ),
    (
        "en_wh_noun_auxiliary",
        0.85,
        rf"{CLAUSE}(?P<q>{FRONTED}(?:what|which|whose|how)(?: (?!{PERSON}\b)[\w'-]+){{1,5}} {AUX}\b)",
    ),
    ("en_how_much", 0.85, rf"{CLAUSE}(?P<q>{FRONTED}how {MEASURE}\b)"),
    ("en_wh_phrase", 0.85, rf"{CLAUSE}(?P<q>{FRONTED}(?:what {ASPECT}|why not|(?:who|which) (?:else|ones?))\b)"),
    ("en_why_verb", 0.8, rf"{CLAUSE}(?P<q>why {BARE_VERB} (?!cases?\b)\w)"),
    ("en_noun_phrase", 0.75, rf"{START}(?P<q>(?:the )?{ASKED_NOUN}(?: {NO_PREDICATE}[\w'-]+){{1,10}}$)"),
    ("en_what_about", 0.8, r"\b(?:what|how) about (?:you|yourself|the|a|we|this|that|your)\b"),
    ("en_how_about", 0.6, r"\bhow about \w"),
    (
        "en_who_verb",
        0.6,
        rf"{CLAUSE}(?P<q>who (?:[a-z]{{2,}}(?:ed|s)|made|wrote|won|built)\b)",
    ),
    ("en_how_to", 0.7, rf"{START}(?P<q>how to \w+ \w+)"),
    ("en_wh_alone", 0.6, rf"{START}(?P<q>(?:why|how|how so|since when|where|when|who|which|what for|what else)$)"),
    ("en_inversion", 0.9, rf"{CLAUSE}(?P<q>(?:{BE}|{MODAL}|am|shall|may|has(?:n't)?) (?:{PERSON}|{POINTER})\b)"),
    (
        "en_inversion",
        0.9,
        rf"{CLAUSE}(?P<q>(?:do|have|had)(?:n't)? (?:i|you|we|they|there|people|any|these|those|all)\b)",
    ),
    ("en_inversion", 0.9, rf"{CLAUSE}(?P<q>{MODAL} an? \w)"),
    (
        "en_inversion_do_noun",
        0.7,
        rf"{CLAUSE}(?P<q>do(?:n't)? (?:{POINTER}|other|most|many|both) (?:[\w'-]+ ){{1,3}}{DOES}\b)",
    ),
    (
        "en_inversion_within",
        0.3,
        rf"{NO_SUBJECT_BEFORE}(?<!that )(?<!who )(?<!which )\b(?P<q>{ASKS}(?:n't)? (?:{THIRD}|{POINTER}) \w)",
    ),
    ("en_ever", 0.7, rf"{CLAUSE}(?P<q>ever (?:heard|seen|been|tried|read|played|watched|used|thought|had|wonder)\b)"),
    (
        "en_inversion_noun",
        0.65,
        rf"{START}(?P<q>(?:is|are|does|can|will|should) (?!{NO_SUBJECT}\b)[\w'-]+ [\w'-]+)",
    ),
    (
        "en_inversion_plural",
        0.85,
        rf"{START}(?P<q>(?:can|could|should|would|will|do|did|are) (?!(?:{NO_SUBJECT}|{NO_PLURAL})\b)[a-z]+s [a-z]+)",
    ),
    ("en_which_verb", 0.6, rf"{START}(?P<q>which (?!{NO_NOUN}\b|[a-z]+ly\b)[\w-]+ (?:[a-z]{{3,}}(?:s|ed))\b)"),
    (
        "en_inversion_negated",
        0.7,
        rf"{START}(?P<q>(?:is|are|was|were|does|has)n't (?!{NO_SUBJECT}\b|{TO_ONE}\b)[\w'-]+(?: [\w'-]+)+)",
    ),
    (
        "en_inversion_later",
        0.8,
        rf"{NO_SUBJECT_BEFORE}\b(?:do|did|are|have|would|could|can|will|were)(?:n't)? (?:you|we|they)\b",
    ),
    ("en_inversion_later", 0.8, rf"{NO_SUBJECT_BEFORE}\b(?:is|was|does|did|has) (?:he|she)\b"),
    ("en_existence", 0.8, rf"\b{BE} there (?:an?|any|anything|some|other|another|more)\b"),
    ("en_tag", 0.7, rf"^.* (?:is|are|was|were|does|did|has|have|ca|could|wo|would|should)n't {PERSON}$"),
    ("en_tag", 0.7, rf"^.*(?:\bnot|n't|\bnever) .*\b{AUX} {PERSON}$"),
    ("en_tag", 0.7, r"^.* (?:do|did|are|have|would|can) (?:you|they)$"),
    ("en_request", 0.85, rf"{CLAUSE}(?P<q>(?:can|could|would|will) (?:you|someone|anyone) (?:please )?{TELL} \w)"),
    ("en_request", 0.85, rf"{START}(?P<q>(?:i(?:'d like| want| need) you to )?{TELL} \w)"),
    ("en_wondering", 0.8, rf"\bi(?:'m| am| was) (?:just )?(?:wondering|curious) {INDIRECT}\b"),
    ("en_i_wonder", 0.4, rf"(?:\bi (?:do |really |just )?|{START})(?P<q>wonder {INDIRECT}\b)"),
    (
        "en_want_to_know",
        0.8,
        rf"\bi(?:'d| would)?(?: just| really| also)* {WANT_TO} (?:know|ask(?: you)?|find out) {INDIRECT}\b",
    ),
    ("en_you_know_wh", 0.5, rf"{START}(?P<q>you (?:know|guys know|think|remember) {WH} )"),
    (
        "en_auxiliary_dropped",
        0.4,
        rf"{START}(?P<q>you (?:mean|think|like|want|know|guys|ever|got|have|sure|see|remember|heard)\b)",
    ),
    ("en_or_not", 0.6, r" or (?:not|no|what|something else|am i wrong)$"),
    (
        "en_any_ideas",
        0.7,
        rf"{CLAUSE}(?P<q>any (?:\w+ )?(?:idea|thought|question|comment|chance|reason|suggestion|advice|plan)s?\b)",
    ),
    (
        "en_in_which",
        0.6,
        rf"{START}(?P<q>{PREPOSED} (?:what|which|whose|whom|who|how (?:many|much|long))\b)",
    ),
    (
        "en_wh_in_place",
        0.5,
        rf" (?:{BE}|do|does|did|be|or|{PREPOSITION}) (?:what|who|where|when|which(?: one)?|how (?:much|many))$",
    ),
    ("en_tag_word", 0.4, r"^.{12,} (?:huh|right|eh|correct|don't you think|do you think|you think)$"),
    ("en_anybody", 0.75, rf"{START}(?P<q>(?:has |does |did |is )?any(?:one|body)(?: else)?(?: here)? {KNOW}\b)"),
    ("en_any", 0.7, rf"{START}(?P<q>(?:any|anything|anyone|anybody)(?: (?!who|that|having)[\w'-]+){{1,5}}$)"),
)

_UNFINISHED = any_of(
    r"\bwhat (?:if|happens (?:if|when)) (?:i|we|you|they|he|she|it)$",
    r"\bdifferences? between (?!.* (?:and|or|from|versus|vs) )(?!(?:them|these|those|the two|both)\b)[\w' -]+$",
    r"\b(?:the|an|my|your|our|their|its|(?<!\b\w )a)$",
    r"\b(?:and|or|but|than|because|if|whether)$",
    r"\b(?:between|into|during|via|versus|per)$",
    r"(?<!made )(?<!think )(?<!afraid )(?<!aware )(?<!capable )\bof$",
    r"\b(?:tell|show|teach|give) (?:me|us)(?: about)?$",
    r"\b(?:do|did|would|want to|like to|need to) (?:you )?know$",
    r"\b(?:know about|explain|describe|wondering|information on|information about|how to)$",
    rf"{START}{WH}(?:'s| {AUX}(?: {POINTER})?)$(?<!this)(?<!that)",
    r"\b(?:how|what|why|where|when) (?:do|does|did|can|could|should|would|will) (?:i|you|we|they|he|she|it)$",
    rf"\b(?:what|where|who|how)(?:'s| {BE}) (?:the|an?|your|our|my) \w+(?: \w+)? (?:in|on|{PREPOSITION})$",
    rf"\bhow (?:do|does|can|could|should) .* {PREPOSITION}$",
    rf"{START}{AUX} .*\b(?:an?|the|any) (?:\w+ )?\w+ (?:in|on)$",
    rf"{START}{AUX} (?!.*{WH} ).* {PREPOSITION}$",
    rf"\bwhat happens (?:in|on|if|when|{PREPOSITION})$",
)
_CONTINUES = re.compile(
    r"^(?:and|or|than|of|between|versus|vs|compared|from|to|into|for|with|without|in|on|at|by|via|per|using|including"
    r"|instead|through|during|when|while|if) "
    r"(?!(?:i|we|you|he|she|they|it|that|then|so|this|there|fact|general|my|case|be|me|now|yeah|yes|no|thanks|[a-z]+'(?:s|re|ve|ll|d|m))\b)"
)
_BACKCHANNEL = any_of(
    rf"{START}(?:really|right|ok|okay|yeah|yes|no|sure|huh|what|sorry|pardon|see|correct|hey|great|cool|nice|exactly"
    r"|perfect|alright|all right|of course|thanks|thank you|i see|(?:i )?got it|(?:that )?makes sense|sounds good)$",
    rf"{START}(?:you know|you see|you know what|guess what)$",
    rf"{START}(?:what was that|say that again|who (?:knows|cares)|is that so|is that right|am i right)$",
    rf"{START}{AUX} {PERSON}$",
)
_SMALL_TALK = re.compile(
    rf"{START}(?:how are (?:you|things)(?: (?:all|guys|everyone|everybody))?(?: (?:doing|feeling|going))?"
    r"|(?:can|could|do) (?:you|everyone|everybody) (?:all )?hear me(?: (?:now|ok|okay|well|clearly|alright))*"
    r"|are you there"
    r"|how(?:'s| is) (?:it going|everything(?: going)?|life|your day(?: going)?)|how do you do|how have you been)"
    r"(?: (?:today|tonight|so far|this (?:morning|afternoon|evening)|my friend|guys|everyone|everybody))*$"
)
_LEADING = re.compile(LEAD)
_TRAILING = re.compile(
    r"(?:,? (?:you know|thanks|thank you|please|so|yeah|guys|,|(?<!what )i mean"
    r"|(?<!that )(?<!this )(?<!it )(?<!is )(?<!be )(?<!are )(?<!you )(?:okay|ok|right)))+$"
)

_COURTESY = re.compile(
    r"(?: (?:(?<!do )(?<!did )(?<!as )(?<!if )you know|(?<!what )i mean|thanks|thank you|please|guys))+$"
)


def find(text: str) -> Iterator[Hit]:
    """The questions in a sentence, each up to the sentence's end."""
    end = len(_TRAILING.sub("", text))
    for rule, start in matches(RULES, readable(text)):
        asked = text[start:end]
        if asked and not is_backchannel(asked) and not is_small_talk(asked):
            yield Hit(rule.name, rule.confidence, start, end)


def lead(text: str) -> int:
    """How many characters at the beginning belong to no question ("ok so")."""
    match = _LEADING.match(text)
    return match.end() if match else 0


def trail(text: str) -> int:
    """How many characters at the end belong to no question ("you know", "thanks")."""
    match = _COURTESY.search(text)
    return len(match.group()) if match else 0


def is_unfinished(text: str) -> bool:
    """Whether the words end where they cannot: the rest of the question is still to come."""
    return bool(_UNFINISHED.search(text))


def continues(text: str) -> bool:
    """Whether the words begin where no utterance begins: they belong to what was said before."""
    return bool(_CONTINUES.search(text))


def is_backchannel(text: str) -> bool:
    """Whether there is nothing but listening or seeking assent ("right", "is it")."""
    return bool(_BACKCHANNEL.search(text))


def is_small_talk(text: str) -> bool:
    """Whether there is nothing but a greeting in the form of a question ("how are you")."""
    return bool(_SMALL_TALK.search(_TRAILING.sub("", text)))
