"""The cues of Chinese questions and requests, in speech without punctuation."""

import re
from collections.abc import Iterator

from sessions_app.domain.questions.chinese_no_cues import readable
from sessions_app.domain.questions.chinese_words import (
    A_NOT_A,
    ASKED_NOUN,
    BRIEFLY,
    EXPLAIN,
    FOR_ME,
    NO_CHOICE,
    PREDICATE,
    SOFT,
    STILL,
    UNIT,
    WH,
)
from sessions_app.domain.questions.rule import Hit, any_of, matches, table

RULES = table(
    ("zh_particle_ma", 0.95, rf"(?:吗|(?<![那什怎这多要])么){SOFT}?$"),
    ("zh_wh_at_end", 0.9, rf"^{UNIT}{{0,28}}{WH}{UNIT}{{0,10}}$"),
    ("zh_wh_particle", 0.85, rf"{WH}.{{0,40}}[呢呀啊]$"),
    ("zh_wh_last", 0.7, rf"{WH}.{{0,3}}$"),
    ("zh_wh_in_long_clause", 0.4, rf"{WH}{UNIT}{{0,10}}$"),
    ("zh_wh_at_start", 0.6, r"^(?:请问|你说|你看|你知道)?(?:谁|哪|什么时候|为什么|怎么|如何|为何|多少).{11,22}$"),
    ("zh_why", 0.8, rf"^{UNIT}{{0,12}}(?:为什么|为啥|凭什么|怎么办|怎么回事|怎么样){UNIT}{{0,20}}$"),
    ("zh_a_not_a", 0.85, rf"^{UNIT}{{0,12}}{A_NOT_A}{UNIT}{{0,24}}$"),
    ("zh_a_not_a_particle", 0.85, rf"{A_NOT_A}.{{0,40}}[呢呀啊]$"),
    ("zh_a_not_a_in_long_clause", 0.4, rf"{A_NOT_A}{UNIT}{{0,14}}$"),
    ("zh_verb_not", 0.75, rf".{{2}}(?<![也并绝都就还我可要然是从决不])不{SOFT}?$"),
    ("zh_verb_not", 0.75, rf"[你您].{{0,2}}要不{SOFT}?$"),
    ("zh_verb_not", 0.75, rf"(?:[过有].{{0,24}}|了|到|好)没有?{SOFT}?$"),
    (
        "zh_or",
        0.6,
        rf"^(?!.*(?:不管|无论|不论)).*(?<![不光就也还只仅])(?<!讨论)(?<!讨论的)是[^是]{{1,8}}还是.{{1,8}}{SOFT}?$",
    ),
    (
        "zh_choice",
        0.6,
        rf"^{NO_CHOICE}.*[用在选去走买找给放寄支持存按由坐吃喝][^是了的]{{1,7}}(?<![我你您他她它们但可就这那])还是(?![{STILL}]).{{1,7}}{SOFT}?$",
    ),
    ("zh_noun_phrase", 0.6, rf"^(?!.*{PREDICATE}){UNIT}{{1,8}}[和跟与]{UNIT}{{1,8}}的(?:区别|差别|不同)$"),
    ("zh_noun_phrase", 0.6, rf"^(?!.*{PREDICATE}){UNIT}{{1,8}}的(?:定义|含义)$"),
    ("zh_particle_ne", 0.7, r"^那.{1,10}呢$|[你您他她它们](?:觉得|认为|感觉|怎么看|说)?呢$"),
    ("zh_noun_ne", 0.7, rf"^{UNIT}{{1,6}}呢$"),
    ("zh_noun_is", 0.6, rf"{ASKED_NOUN}(?:是|为|叫)$"),
    ("zh_tag", 0.4, r".{4}(?:[对是好行]吗|可以吗|[对是]吧|好不好|对不对|是不是|行不行)$"),
    ("zh_you", 0.3, r"^(?:那|那么)?[你您].{2,14}[的了啊呀]?$"),
    ("zh_particle_ba", 0.3, r".{3}[吧呗]$"),
    ("zh_wonder", 0.5, rf"(?<![我们都也真还并生家])不(?:知道|清楚)(?!了).{{0,14}}(?:{WH}|{A_NOT_A})"),
    ("zh_ask", 0.8, r"(?:请问|(?:想|要)(?:问|请教|咨询|了解)(?:一下|下|问)?|想知道).{1,20}$"),
    ("zh_request", 0.85, rf"^(?!我[们来再先想要]){FOR_ME}{{0,4}}(?:{EXPLAIN}一?下|{BRIEFLY})."),
    ("zh_request", 0.85, rf"^(?:.{{0,12}}[^给])?(?:请|帮我|帮忙|给我|跟我讲|能)[给我再你您]{{0,2}}{EXPLAIN}."),
    ("zh_request", 0.85, r"(?:^|请|麻烦|你|您|快|能|再|并|帮忙|把.{1,12})告诉(?:我们?|一?下)(?![的你您说过])"),
    ("zh_request", 0.85, r"把.{1,12}[发念说读报](?:给我|一下)|(?:帮我|给我)(?:找|查|搜|看看|讲|列|推荐)"),
)

_BORDER = any_of(
    r" ?, ?",
    r"(?<=[吗呢吧啊呀哦嘛])(?=.)",
    r"(?<=[道白]了)(?=.)",
    r"(?=然后|但是|所以|不过|而且|因为|请问)",
    r"(?=那(?:么|[这我你您他它请]|怎么|如果|为什么))",
    r"(?<=[^道白看讲说清楚释论于解对是问])(?=什么[是叫])",
)
_LEAD = re.compile(
    r"(?: |,|[嗯呃啊哦噢诶哎]|好的|好吧|好(?=[那你我他请这])|那个(?=.{2})|那么|那(?![个边里些天时年种位家]|.{1,7}呢$)"
    r"|然后|就是说|就是(?=.{3})|所以|但是|不过|而且|对(?=[,那你我])|行(?=[,那])|ok |okay |你好|您好)+"
)
_SAID = re.compile(r"[是有了很就都过会能要想得着吧呢啊呀吗也还不没真太最叫0-9]|知道|喜欢|觉得|听说|看来")
"""What is seldom in the mere name of a thing."""
_DEPENDENT = re.compile(r"^(?:怎么(?!办|样|回事)|怎样|如何|能不能|可不可以|可以|要不要|能|会).{1,5}$")
_FEWEST = 4
"""Fewer characters than this say nothing by themselves."""
_UNFINISHED = any_of(
    r"(?:和|与|跟|及|或|或者|还是|因为|如果|比如|关于|把|被|从)$",
    r"(?<!不)在$",
    r"(?:怎么|怎样|如何|能不能|可不可以|帮我|请)把.{1,2}$",
    r"(?:这个|那个|什么是|怎么)$",
    r"(?:请问|想问|想问一下|介绍一下|解释一下|说明一下|^[^把]*告诉我)$",
    r"(?:^|请问|想问)(?:有没有|能不能|可不可以|是不是|如何)$",
    rf"^(?!.*(?:{WH}|{A_NOT_A}).{{0,8}}的$).*的$",
)
_CONTINUES = any_of(
    r"^(?:[的和与跟吗呢么]|或者|还是|以及|到(?!时|底)|用|通过|包括|关于|如果"
    r"|有(?:什么|啥)(?:区别|不同|不一样|差别|差异|关系|联系)|指?的?是什么)",
    r"^还有[^是有了很就都过会能要想得着吧呢啊呀吗也还不没真太最叫什啥谁哪几多怎]{1,10}$",
)
_BACKCHANNEL = any_of(
    r"^(?!那?[你您]呢)[ ,嗯呃啊哦噢哎那就你您也]*(?:是|对|好|行|可以|真的|知道|明白|懂|听得到|是这样){0,3}"
    r"[吗吧么呢啊]?[啊呀呢了]*$",
    r"^[ ,嗯呃啊哦噢哎那]*(?:好的|是的|是不是|对不对|好不好|行不行|什么|谁|可不是吗|怎么说呢|怎么了)[啊呀呢]*$",
    r"^[ ,嗯呃啊哦噢哎那好的]*(?:谢谢|没问题|有道理|原来如此)[啊呀呢了你您]*$",
)
_SMALL_TALK = re.compile(
    r"^[ ,嗯呃啊哦那嗨哈喽嘿]*(?:(?:大家|你|您)们?好|早上好|上午好|中午好|下午好|晚上好)?[ ,啊呀]*(?:你们?|您)?"
    r"(?:(?:最近|近来|今天)(?:还|过得|身体)?(?:怎么样|如何|好吗|好不好|还好吗)|(?:过得)?还好吗|(?<=[你您们])好吗"
    r"|吃(?:饭|过|过饭|早饭|午饭|晚饭)?了[吗没]|(?:能|可以)?听得?(?:到|见|清)(?:我(?:说话)?)?吗|在吗)[啊呀呢]?$"
)

_COURTESY = re.compile(r"(?<=.{4})(?:谢谢|拜托)[了你您啊]*$")


def find(text: str) -> Iterator[Hit]:
    """The questions in a sentence, each a clause without what leads up to it."""
    plain = readable(text)
    for start, end in _clauses(text):
        clause = text[start:end]
        if is_backchannel(clause) or is_small_talk(clause):
            continue
        first = start + lead(clause)
        for rule, _ in matches(RULES, plain[first:end]):
            yield Hit(rule.name, rule.confidence, first, end)


def _clauses(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for border in _BORDER.finditer(text):
        if border.start() > start:
            yield start, border.start()
        start = border.end()
    if start < len(text):
        yield start, len(text)


def lead(text: str) -> int:
    """How many characters at the beginning belong to no question (嗯那个)."""
    match = _LEAD.match(text)
    return match.end() if match and match.end() < len(text) else 0


def trail(text: str) -> int:
    """How many characters at the end belong to no question (谢谢)."""
    match = _COURTESY.search(text)
    return len(match.group()) if match else 0


def is_said_of(text: str) -> bool:
    """Whether the words say something, rather than just name what a question may be about."""
    return bool(_SAID.search(text))


def needs_more(before: str, text: str) -> bool:
    """Whether a short question is asked of what stands before it, or that is too short to stand alone itself."""
    rest = before[lead(before) :]
    return bool(_DEPENDENT.search(text)) or (0 < len(rest) < _FEWEST and not is_backchannel(rest))


def is_unfinished(text: str) -> bool:
    """Whether the words end where they cannot: the rest of the question is still to come."""
    return bool(_UNFINISHED.search(text))


def continues(text: str) -> bool:
    """Whether the words begin where no utterance begins: they belong to what was said before."""
    return bool(_CONTINUES.search(text))


def is_backchannel(text: str) -> bool:
    """Whether there is nothing but listening or seeking assent (嗯, 对吧)."""
    return bool(_BACKCHANNEL.search(text))


def is_small_talk(text: str) -> bool:
    """Whether there is nothing but a greeting in the form of a question (最近怎么样)."""
    return bool(_SMALL_TALK.search(text))
