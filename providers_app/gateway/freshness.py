"""Does a question ask for the web, or for what changes from day to day? Words of English and Chinese decide."""

import re

from knowledge_app.analysis import normalised

_CLAUSE_END = re.compile(r"[.!?;:…](?:\s|$)|[,\n。！？；：，、]")
_NO_WORD = re.compile(r"[^\w'-]+")


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


def _words(*patterns: str) -> re.Pattern[str]:
    """Any of the patterns as whole English words, also where Chinese stands beside them without a blank."""
    return re.compile(rf"(?<![a-z0-9_-])(?:{'|'.join(patterns)})(?![a-z0-9_-])")


_FILLER = r"(?:um|uh|so|okay|ok|well|hey|hi|hello|now|and|then|please|yeah|also|maybe|just|quickly|try (?:to|and)|go)"
_OPENING = rf"(?:{_FILLER} ){{0,5}}"
_ADDRESS = (
    r"(?:(?<!how )(?<!where )(?<!what )(?<!when )(?<!why )(?<!who )(?:can|could|would|will) you|help (?:me|us)|lets?"
    r"|(?:i|we) (?:want|need|would like) you to|id like you to|(?<!do )i (?:want|need|would like) to)"
)
_ASKED_TO = rf"(?:^|{_ADDRESS} ){_OPENING}(?:{_ADDRESS} {_OPENING}){{0,2}}"
"""Where an English verb is a request: "can you please find", and not "how do I find" or "a way to find"."""
_A_FAULT = (
    r"(?:an?|the|my|our|your|its) (?:\w+ )?(?:solution|way|cause|reason|root|bug|error|mistake|problem|derivative)s?"
)
_OWN = (
    r"(?:knowledge base|documents?|docs|manuals?|handbook|transcripts?|files?|sessions?|meetings?|database|logs?"
    r"|conversations?|recordings?|uploads?)"
)
_ENGLISH_REQUESTS = _words(
    rf"{_ASKED_TO}(?:search|google)(?! (?:engine|result|algorithm|index|term|bar|box|field|quer|function|work))(?= )",
    rf"{_ASKED_TO}(?:do|run) (?:an?|another) (?:quick )?(?:web |google |internet |online )?search",
    rf"{_ASKED_TO}(?:look|check|see) (?:online|(?:on )?the (?:web|internet))",
    rf"{_ASKED_TO}find(?! (?:out|{_A_FAULT}|common ground)(?: |$))(?= )",
    rf"{_ASKED_TO}look (?:up(?! to(?: |$))(?= )|(?:it|this|that|them) up)",
    r"(?:search|look) (?:for )?(?:it|this|that|them) (?:up )?(?:online|on the (?:web|internet))",
)
_IN_OWN = _words(
    rf"(?:in|from|through|search|find|up) (?:\w+ )?(?:the|our|my|your|this|that|these|all) (?:\w+ )?(?:{_OWN}|admin)"
)

_ENGLISH_TOPICS = _words(
    "latest|news|headlines|recent|weather|stocks?|share prices?|exchange rates?",
    "recently (?:released|announced|launched|published|elected|happened)|happened recently",
)
_ENGLISH_FALSE_FRIENDS = _words(
    "at the latest|latest (?:time|date|possible|i|you|we)",
    rf"(?:latest|recent)(?: \w+)? (?:{_OWN}|questions?|answers?|batch|batches|segments?|finals?)",
    "recent (?:memory|past|common ancestors?)",
    "(?:good|bad|great|fake|old|no) news|news (?:to me|feeds?|anchors?|agency)",
    "under the weather|(?:to|i|we|they|you) weather (?:the|this|that|an?)",
    "weather (?:radar|station|balloon|model|front|system)s?",
    "weather (?:and|from|versus|or) climate|climate (?:and|from|versus|or) weather",
    "(?:in|out of|take|taking|took|safety|buffer|laughing|rolling|chicken|beef|fish|vegetable|soup|bone) stock",
    "stock (?:up|of|photos?|images?|footage|phrases?|cubes?|rooms?|options?|keeping|android|character)",
    "what (?:is an?|are|is the|is|does) (?:stocks?|stock (?:market|exchange)|weather|news|exchange rates?)(?: mean)?$",
    "how (?:do|does|is|are) (?:an? |the )?(?:stocks?|stock market|weather forecasts?|news|exchange rates?)"
    "(?: \\w+)? (?:work|works|made|determined)$",
)

_SEARCH = (
    "(?:搜索(?!引擎|算法|功能|框|栏|结果|索引|服务|技术|历史|记录|词|树|空间|速度|质量|效果|按钮|[的是会能用慢不怎如为])"
    "|搜(?![救集查身狗寻捕刮罗索])|百度(?=一下)|谷歌(?=一下)"
    "|查找(?!表|算法|.{0,10}(?:原因|问题|错误|故障|根源|根因|漏洞|病因|失败|bug)))"
)
_CHINESE_REQUESTS = _any(
    rf"^(?:那么?|嗯|呃|好的?|然后|你好|请|麻烦|[你您再先]|现在|[你您](?:能|可以|能不能|可不可以)|能不能|可不可以){{0,8}}{_SEARCH}",
    rf"(?:请|帮[我忙]?|[给替]我|麻烦[你您]?|上网|网上|我[想要]要?)[再先去来]?{_SEARCH}",
    "(?<!怎么)(?<!如何)(?<!怎样)(?:搜索?|百度|谷歌)(?:一下|一搜|搜|下(?!载)|看)",
    "(?<!怎么)(?<!如何)(?:上网|网上)(?:去)?[查找](?!不到)",
)
_IN_CHINESE_OWN = _any(
    "(?:知识库|文档|资料库?|手册|记录|数据库|日志|会话|会议|笔记|代码|系统)(?:里|中|内)",
    "(?:搜索?|查找)(?:一下)?(?:知识库|文档|会话|日志|聊天记录|会议|数据库)",
)
_CHINESE_TOPICS = _any("最新|新闻|天气|股票|股价|汇率|热搜", "最近(?:有(?:什么|哪些)(?:新|大事|热)|发生|上映|发布)")
_CHINESE_FALSE_FRIENDS = _any(
    "最新的?(?:[一这那几]?[个条场份次])?(?:会话|会议|文档|文件|记录|问题|回答|转写|上传|录音)",
    "新闻(?:学|系|专业|稿|传播|发布会)",
    "天气[和与跟]气候|气候[和与跟]天气|天气(?:系统|雷达|图|模型)|天气预报是?(?:怎么|如何|怎样)",
    "股票期权|什么是(?:股票|天气|新闻|汇率)|(?:股票|天气|新闻|汇率)是(?:什么意思|什么$|啥$)",
)


def wants_web(question: str) -> bool:
    """Whether somebody asks to search the web ("can you look up", 帮我搜一下) or for something fresh ("news", 天气).

    "finding a solution", "binary search", "in stock", 研究 and 查找原因 ask for neither; nor does what is looked for in
    one's own documents and sessions.
    """
    clauses = (_NO_WORD.sub(" ", clause).strip() for clause in _CLAUSE_END.split(normalised(question)))
    return any(_asks(clause) for clause in clauses)


def _asks(clause: str) -> bool:
    if _IN_OWN.search(clause) or _IN_CHINESE_OWN.search(clause):
        return False
    english, chinese = _ENGLISH_FALSE_FRIENDS.sub(" ", clause), _CHINESE_FALSE_FRIENDS.sub(" ", clause)
    return bool(
        _ENGLISH_REQUESTS.search(clause)
        or _CHINESE_REQUESTS.search(clause)
        or _ENGLISH_TOPICS.search(english)
        or _CHINESE_TOPICS.search(chinese)
    )
