"""The classes of English words that cues are made of, as parts of regular expressions."""

BE = r"(?:is|are|was|were)(?:n't)?"
MODAL = r"(?:(?:does|did|can|could|would|should)(?:n't)?|can't|will|won't)"
AUX = rf"(?:{BE}|{MODAL}|(?:do|has|have|had)(?:n't)?|am|shall|may|might|must)"
PERSON = r"(?:i|you|we|they|he|she|it|there|someone|somebody|anyone|anybody|everyone|everybody|people)"
THIRD = r"(?:he|she|they|we|it|anyone|anybody)"
ASKS = r"(?:did|does|do|should|would|could|will|has)"
WE = r"(?:you|i|we|they)"
POINTER = r"(?:this|that|these|those|the|my|your|our|his|her|their|its|any|all|some)"
WH = r"(?:what|where|when|why|how|who|which|whose|whom)"
INDIRECT = r"(?:if|whether|what|what's|where|when|why|how|who|which|about)"
MEASURE = r"(?:much|many|long|far|old|often|big|large|small|fast|soon|late|high|hard|easy|expensive|come)"
ASPECT = r"(?:about|if|kind|kinds|sort|type|time|else|colou?r|for|happens|happened)"
NO_SUBJECT = r"(?:be|an?|not|very|really|so|just|also|like|have|do|to|get|in|yeah|make|go)"
NO_PLURAL = r"(?:this|his|us|is|was|has|does|as|yes|its|always|sometimes|perhaps|less|across|besides|[\w']+'s)"
"""What ends like a plural and is none."""
NO_NOUN = rf"(?:{AUX}|{PERSON}|{POINTER}|means|makes|seems|kind|sort|of|then|also|just|always|in|on|at|for|to|by|with)"
"""What follows a "which" that goes on with what was said."""
TO_ONE = r"(?:me|us|him|them|that|it|matter|sound|look|seem|feel|think|know|mean|say|\w+ed|too|going|gonna)"
"""What follows where the subject was left out: "doesn't matter"."""
NOT_INDIRECT = r"(?<!know )(?<!see )(?<!is )(?<!was )(?<!of )(?<!about )(?<!on )(?<!that )(?<!to )(?<!'s )(?<!with )"
NO_SUBJECT_BEFORE = r"(?<!\byou )(?<!\bwe )(?<!\bthey )(?<!\bi )"
PREPOSITION = r"(?:for|from|about|with|at|to|by)"

BARE_VERB = (
    r"(?:use|choose|pick|prefer|bother|switch|migrate|learn|buy|pay|build|write|add|keep|store|split|train|wait"
    r"|upgrade)"
)
ASKED_NOUN = (
    r"(?:differences? between(?= .+ (?:and|or|versus|vs) | (?:them|these|those|the two)\b)"
    r"|(?:meaning|definition|purpose|pros and cons|(?:dis)?advantages?) of)"
)
DOES = (
    r"(?:have|do|need|want|know|get|go|play|like|think|use|work|make|still|ever|really|actually|also|all|come|take|say"
    r"|seem|look|feel|count|support|run|allow|pay|care|live|own|see|give|keep|start|include|change|stay|exist)"
)
KNOW = r"(?:ha[sd]|have|wants?|got|knows?|remembers?|sees?|saw|seen|heard|thinks?|disagrees?|needs?|using|tried)"
NO_PREDICATE = (
    rf"(?!(?:{AUX}|i|we|he|she|they|\w+'(?:s|re|ve|ll|d)"
    r"|means|matters?|depends?|seems?|remains?|lies|comes?|makes?|becomes?|gets?|goes|went|came|made|changed)(?: |$))"
)

LEAD = (
    r"(?:(?:so|and|but|or|then|ok|okay|well|yeah|yes|yep|no|oh|hey|hi|hello|right|alright|now|actually|also|anyway"
    r"|because|sorry|excuse me|please|wow|haha|lol|cool|sure|thanks|thank you|by the way|guys|see|maybe|plus|wait"
    r"|i mean|you know|exactly|true|nice|great|awesome|interesting|speaking of which|like|next) |, ?){0,5}"
)
START = rf"^{LEAD}"
CLAUSE = (
    r"(?:^|, |\b(?:and|or|so|but|because|okay|ok|well|yeah|yes|then|anyway|haha|lol|wow|now|hi|hello|though) )"
    rf"{LEAD}"
)
PREPOSED = r"(?:in|on|at|for|to|of|from|with|by|under|through|until|since)"
FRONTED = rf"(?:{PREPOSED} )?"
TELL = (
    r"(?:(?:tell|show|teach) (?:me|us)|explain|describe|clarify|elaborate|summari[sz]e|define|recommend|suggest"
    r"|compare(?= .* (?:and|with|to) )|walk (?:me|us) through|find (?:me|us|out)|look up|list (?:the|all|some)"
    r"|give (?:me|us) (?:the|an?|some|more|details|information|directions|examples)"
    r"|let (?:me|us) know|(?:remind|inform) (?:me|us) (?:of|what|how|where|when|who|why|which)"
    r"|check (?:if|whether|what|how|when|where|the|for)|help (?:me|us) (?:understand|find|with)"
    r"|talk (?:to (?:me|us) )?about(?! an? ))"
)
DO = (
    r"(?:turn|switch|play|dim|mute|unmute|pause|resume|lower|raise|order|call|pass|hand|hold|wait|wake|remind \w+ to"
    r"|put|send|open|close|start|stop|delete|add|remove)"
)
WANT_TO = r"(?:like|love|want(?:ed)?) to"
