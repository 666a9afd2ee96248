"""The cues of English questions and requests, in speech without punctuation."""

import re
from collections.abc import Iterator

from sessions_app.domain.questions.rule import Hit, any_of, blank, matches, table

_BE = r"(?:is|are|was|were)(?:n't)?"
_MODAL = r"(?:(?:does|did|can|could|would|should)(?:n't)?|can't|will|won't)"
_AUX = rf"(?:{_BE}|{_MODAL}|(?:do|has|have|had)(?:n't)?|am|shall|may|might|must)"
_PERSON = r"(?:i|you|we|they|he|she|it|there|someone|somebody|anyone|anybody|everyone|everybody|people)"
_POINTER = r"(?:this|that|these|those|the|my|your|our|his|her|their|its|any|all|some)"
_WH = r"(?:what|where|when|why|how|who|which|whose|whom)"
_INDIRECT = r"(?:if|whether|what|what's|where|when|why|how|who|which|about)"
_MEASURE = r"(?:much|many|long|far|old|often|big|large|small|fast|soon|late|high|hard|easy|expensive|come)"
_ASPECT = r"(?:about|if|kind|kinds|sort|type|time|else|colou?r|for|happens|happened)"
_NO_SUBJECT = r"(?:be|an?|not|very|really|so|just|also|like|have|do|to|get|in|yeah|make|go)"
_NOT_INDIRECT = r"(?<!know )(?<!see )(?<!is )(?<!was )(?<!of )(?<!about )(?<!on )(?<!that )(?<!to )(?<!'s )(?<!with )"
_NO_SUBJECT_BEFORE = r"(?<!\byou )(?<!\bwe )(?<!\bthey )(?<!\bi )"
_PREPOSITION = r"(?:for|from|about|with|at|to|by)"

_BARE_VERB = (
    r"(?:use|choose|pick|prefer|bother|switch|migrate|learn|buy|pay|build|write|add|keep|store|split|train|wait"
    r"|upgrade)"
)
_ASKED_NOUN = (
    r"(?:differences? between(?= .+ (?:and|or|versus|vs) | (?:them|these|those|the two)\b)"
    r"|(?:meaning|definition|purpose|pros and cons|(?:dis)?advantages?) of)"
)
_NO_PREDICATE = (
    rf"(?!(?:{_AUX}|i|we|he|she|they|\w+'(?:s|re|ve|ll|d)"
    r"|means|matters?|depends?|seems?|remains?|lies|comes?|makes?|becomes?|gets?|goes|went|came|made|changed)(?: |$))"
)

_LEAD = (
    r"(?:(?:so|and|but|or|then|ok|okay|well|yeah|yes|yep|no|oh|hey|hi|hello|right|alright|now|actually|also|anyway"
    r"|because|sorry|excuse me|please|wow|haha|lol|cool|sure|thanks|thank you|by the way|guys|see|maybe|plus|wait"
    r"|i mean|you know|exactly|true|nice|great|awesome|interesting|speaking of which|like|next) |, ?){0,5}"
)
_START = rf"^{_LEAD}"
_CLAUSE = (
    r"(?:^|, |\b(?:and|or|so|but|because|okay|ok|well|yeah|yes|then|anyway|haha|lol|wow|now|hi|hello|though) )"
    rf"{_LEAD}"
)
_FRONTED = r"(?:(?:in|on|at|for|to|of|from|with|by|until|since) )?"
_TELL = (
    r"(?:(?:tell|show|teach) (?:me|us)|explain|describe|clarify|elaborate|summari[sz]e|define|recommend|suggest"
    r"|compare(?= .* (?:and|with|to) )|walk (?:me|us) through|find (?:me|us|out)|look up|list (?:the|all|some)"
    r"|give (?:me|us) (?:the|an?|some|more|details|information|directions|examples)"
    r"|let (?:me|us) know|(?:remind|inform) (?:me|us) (?:of|what|how|where|when|who|why|which)"
    r"|check (?:if|whether|what|how|when|where|the|for)|help (?:me|us) (?:understand|find|with)|talk about)"
)
_DO = (
    r"(?:turn|switch|play|dim|mute|unmute|pause|resume|lower|raise|order|call|pass|hand|hold|wait|wake|remind \w+ to"
    r"|put|send|open|close|start|stop|delete|add|remove)"
)

RULES = table(
    ("en_wh_auxiliary", 0.9, rf"{_CLAUSE}(?P<q>{_FRONTED}{_WH}(?:'?s|'re|'d|'ll| (?:else |exactly )?{_AUX})\b)"),
    ("en_wh_auxiliary_later", 0.85, rf"\b(?:what|where|why|how|who) (?:do|are|{_MODAL}) (?:{_PERSON}|the|your)\b"),
    (
        "en_wh_auxiliary_anywhere",
        0.4,
        rf"{_NOT_INDIRECT}\b(?P<q>{_WH}(?:'s|'re| {_AUX}) (?:{_PERSON}|{_POINTER})\b)",
    ),
    (
        "en_wh_noun_auxiliary",
        0.85,
        rf"{_CLAUSE}(?P<q>{_FRONTED}(?:what|which|whose|how)(?: (?!{_PERSON}\b)[\w'-]+){{1,5}} {_AUX}\b)",
    ),
    ("en_how_much", 0.85, rf"{_CLAUSE}(?P<q>{_FRONTED}how {_MEASURE}\b)"),
    ("en_wh_phrase", 0.85, rf"{_CLAUSE}(?P<q>{_FRONTED}(?:what {_ASPECT}|why not|(?:who|which) (?:else|ones?))\b)"),
    ("en_why_verb", 0.8, rf"{_CLAUSE}(?P<q>why {_BARE_VERB} (?!cases?\b)\w)"),
    ("en_noun_phrase", 0.75, rf"{_START}(?P<q>(?:the )?{_ASKED_NOUN}(?: {_NO_PREDICATE}[\w'-]+){{1,10}}$)"),
    ("en_what_about", 0.8, r"\b(?:what|how) about (?:you|yourself|the|a|we|this|that|your)\b"),
    (
        "en_who_verb",
        0.6,
        rf"{_CLAUSE}(?P<q>who (?:[a-z]+(?:ed|es)|made|wrote|won|built|knows|wants|needs|owns|runs)\b)",
    ),
    ("en_how_to", 0.7, rf"{_START}(?P<q>how to \w+ \w+)"),
    ("en_wh_alone", 0.6, rf"{_START}(?P<q>(?:why|how|how so|since when|where|when|who|which|what for|what else)$)"),
    ("en_inversion", 0.9, rf"{_CLAUSE}(?P<q>(?:{_BE}|{_MODAL}|am|shall|may|has(?:n't)?) (?:{_PERSON}|{_POINTER})\b)"),
    ("en_inversion", 0.9, rf"{_CLAUSE}(?P<q>(?:do|have|had)(?:n't)? (?:i|you|we|they|people|any|these|those|all)\b)"),
    ("en_inversion", 0.9, rf"{_CLAUSE}(?P<q>{_MODAL} an? \w)"),
    (
        "en_inversion_noun",
        0.65,
        rf"{_START}(?P<q>(?:is|are|does|can|will|should) (?!{_NO_SUBJECT}\b)[\w'-]+ [\w'-]+)",
    ),
    (
        "en_inversion_later",
        0.8,
        rf"{_NO_SUBJECT_BEFORE}\b(?:do|did|are|have|would|could|can|will|were)(?:n't)? (?:you|we|they)\b",
    ),
    ("en_inversion_later", 0.8, rf"{_NO_SUBJECT_BEFORE}\b(?:is|was|does|did|has) (?:he|she)\b"),
    ("en_existence", 0.8, rf"\b{_BE} there (?:an?|any|anything|some|other|another|more)\b"),
    ("en_tag", 0.7, rf"^.* (?:is|are|was|were|does|did|has|have|ca|could|wo|would|should)n't {_PERSON}$"),
    ("en_tag", 0.7, rf"^.*(?:\bnot|n't|\bnever) .*\b{_AUX} {_PERSON}$"),
    ("en_tag", 0.7, r"^.* (?:do|did|are|have|would|can) (?:you|they)$"),
    ("en_request", 0.85, rf"{_CLAUSE}(?P<q>(?:can|could|would|will) (?:you|someone|anyone) (?:please )?{_TELL} \w)"),
    ("en_request", 0.85, rf"{_START}(?P<q>(?:i(?:'d like| want| need) you to )?{_TELL} \w)"),
    ("en_wondering", 0.8, rf"\bi(?:'m| am| was) (?:just )?(?:wondering|curious) {_INDIRECT}\b"),
    ("en_i_wonder", 0.4, rf"\bi (?:do )?wonder {_INDIRECT}\b"),
    (
        "en_want_to_know",
        0.8,
        r"\b(?:i|we)(?:'d| would)?(?: just)? (?:like|love|want|wanted|need) to (?:know|ask|find out|hear about)\b",
    ),
    ("en_you_know_wh", 0.5, rf"{_START}(?P<q>you (?:know|guys know|think|remember) {_WH} )"),
    (
        "en_auxiliary_dropped",
        0.4,
        rf"{_START}(?P<q>you (?:mean|think|like|want|know|guys|ever|got|have|sure|see|remember|heard)\b)",
    ),
    ("en_or_not", 0.6, r" or (?:not|no|what|something else|am i wrong)$"),
    (
        "en_any_ideas",
        0.7,
        rf"{_CLAUSE}(?P<q>any (?:\w+ )?(?:idea|thought|question|comment|chance|reason|suggestion|advice|plan)s?\b)",
    ),
    (
        "en_in_which",
        0.6,
        rf"{_START}(?P<q>(?:in|on|at|for|to|by|of|from|with) (?:what|which|whose|whom|who|how (?:many|much|long))\b)",
    ),
    (
        "en_wh_in_place",
        0.5,
        rf" (?:{_BE}|do|does|did|be|or|{_PREPOSITION}) (?:what|who|where|when|which(?: one)?|how (?:much|many))$",
    ),
    ("en_tag_word", 0.4, r"^.{12,} (?:huh|right|eh|correct|don't you think|do you think|you think)$"),
    ("en_any", 0.7, rf"{_START}(?P<q>(?:any|anything|anyone|anybody)(?: (?!who|that|having)[\w'-]+){{1,5}}$)"),
)

_ASKS_NOTHING = any_of(
    rf"\b(?:neither|nor|as|than) {_AUX} \w+",
    rf"\bso {_AUX} \w+$",
    rf"(?<!do )(?<!did )\b(?:you|i|we|they) (?:know|see|get|understand|remember)(?: exactly)? {_WH}\b",
    r"\b(?:that|this|it)(?:'s| is| was) (?:what|why|how|where|when)\b",
    r"\bno matter \w+",
    r"\bwhat (?:i|you|we) \w+\b",
    rf"\bwhich {_AUX} (?!(?:the|more|most|best|better|\w+er|\w+est)\b)",
    rf"\b(?:can|could|would|will) (?:you|we) (?:(?:please|just) )?{_DO} (?:me|it|an?|on|off|up|down|{_POINTER})\b",
    r"\b(?:can|could|would|will) (?:you|we) (?:(?:please|just) )?set (?:an?|the|my)\b",
)
"""Where the words of a cue ask nothing: free relatives, idioms, and commands to do something rather than tell it."""

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
    rf"{_START}{_WH}(?:'s| {_AUX}(?: {_POINTER})?)$(?<!this)(?<!that)",
    r"\b(?:how|what|why|where|when) (?:do|does|did|can|could|should|would|will) (?:i|you|we|they|he|she|it)$",
    rf"\b(?:what|where|who|how)(?:'s| {_BE}) (?:the|an?|your|our|my) \w+(?: \w+)? (?:in|on|{_PREPOSITION})$",
    rf"\bhow (?:do|does|can|could|should) .* {_PREPOSITION}$",
    rf"{_START}{_AUX} .*\b(?:an?|the|any) (?:\w+ )?\w+ (?:in|on)$",
    rf"{_START}{_AUX} (?!.*{_WH} ).* {_PREPOSITION}$",
    rf"\bwhat happens (?:in|on|if|when|{_PREPOSITION})$",
)
_CONTINUES = re.compile(
    r"^(?:and|or|than|of|between|versus|vs|compared|from|to|into|for|with|without|in|on|at|by|via|per|using|including"
    r"|instead|through|during|when|while|if) "
    r"(?!(?:i|we|you|he|she|they|it|that|then|so|this|there|fact|general|my|case|be|me|now|yeah|yes|no|thanks|[a-z]+'(?:s|re|ve|ll|d|m))\b)"
)
_BACKCHANNEL = any_of(
    rf"{_START}(?:really|right|ok|okay|yeah|yes|no|sure|huh|what|sorry|pardon|see|correct|hey|great|cool|nice|exactly"
    r"|perfect|alright|all right|of course|thanks|thank you|i see|(?:i )?got it|(?:that )?makes sense|sounds good)$",
    rf"{_START}(?:you know|you see|you know what|guess what)$",
    rf"{_START}(?:what was that|say that again|is that so|is that right|am i right)$",
    rf"{_START}{_AUX} {_PERSON}$",
)
_SMALL_TALK = re.compile(
    rf"{_START}(?:how are (?:you|things)(?: (?:all|guys|everyone|everybody))?(?: (?:doing|feeling|going))?"
    r"|how(?:'s| is) (?:it going|everything(?: going)?|life|your day(?: going)?)|how do you do|how have you been)"
    r"(?: (?:today|tonight|so far|this (?:morning|afternoon|evening)|my friend|guys|everyone|everybody))*$"
)
_LEADING = re.compile(_LEAD)
_TRAILING = re.compile(
    r"(?:,? (?:you know|thanks|thank you|please|so|yeah|guys|,|(?<!what )i mean"
    r"|(?<!that )(?<!this )(?<!it )(?<!is )(?<!be )(?<!are )(?<!you )(?:okay|ok|right)))+$"
)


def find(text: str) -> Iterator[Hit]:
    """The questions in a sentence, each up to the sentence's end."""
    end = len(_TRAILING.sub("", text))
    for rule, start in matches(RULES, blank(_ASKS_NOTHING, text)):
        asked = text[start:end]
        if asked and not is_backchannel(asked) and not is_small_talk(asked):
            yield Hit(rule.name, rule.confidence, start, end)


def lead(text: str) -> int:
    """How many characters at the beginning belong to no question ("ok so")."""
    match = _LEADING.match(text)
    return match.end() if match else 0


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
