"""Which questions go to the web: whole words of both languages, and not what only looks like them."""

import pytest

from providers_app.gateway.freshness import wants_web

FOR_THE_WEB = """
search for restaurants nearby
Search the web for Django 6
can you search the population of France
please search who won the world cup
could you please do a quick web search for flights to Rome
okay so can you find me a good hotel in Berlin
find the nearest pharmacy
Find information about the new iPhone
I want you to find cheap tickets
let's look up the opening hours of the Louvre
can you look that up
look it up online please
just google the price of gold
I'd like you to find me a recipe for lasagna
could you go and look up who invented it
will you try to find cheap flights
tell me the latest
who won the latest grand prix
what is RAG. And then search for its inventor
check online whether the shop is open
what is the latest version of Python
what's the latest on the election
any news about SpaceX
what are today's headlines
what is in the news today
are there recent studies on sleep
what are the most recent changes to the tax law
what has recently happened in Japan
which phones were recently released
what is the weather in Paris
will the weather be good tomorrow
how's the weather
what will the weather this weekend be
what is the Tesla stock price
how is the stock market doing today
which stocks went up this week
what is the exchange rate of the dollar
What is the share price of Apple?
搜索附近的餐厅
搜 北京 到 上海 的 火车
搜索Python教程
我想搜索附近的酒店
帮我搜一下这部电影
请搜索一下法国的人口
麻烦你搜搜看谁赢了
那你去网上查一下机票
上网查查这家公司
能不能搜索一下今天的比赛结果
你能搜索今天的比赛结果吗
请查找北京到上海的航班
帮我查找附近的加油站
幫我搜尋一下、搜一下天氣
Python 的最新版本是什么
有什么最新消息
今天有什么新闻
最近有什么新电影
北京天气怎么样
明天的天气是什么样的
特斯拉的股票多少钱
苹果股价是多少
美元汇率现在是多少
热搜第一是什么
最近发生了什么大事
有什么AI的news
""".strip().splitlines()

NOT_FOR_THE_WEB = """
is finding a solution hard
how do I go about finding a solution
find a solution to this equation
can you find out why it failed
find the cause of the error
how do I find the settings page
where can I find the manual
how can we find better words
how would you search a sorted list
where can you find penguins
do we need to search for a new office
I am finding it hard to follow
find the document about holidays
do I want to find fault
what is the latest time to check in
how do I see recent activity in the admin
does the search find Stockholm
are newspapers stocked
what is the best way to find a flat
can you find it in the document
can you find the answer in our knowledge base
have they found it
who sells stockings
is the printer in stock
why is paper out of stock
how do you make chicken stock
what are stock options
how does the stock market work
what is a stock
do we have livestock
what is research
how does our research department work
is this a researcher
what is a search engine
how does binary search work
how would you design a hotel search engine
what does full-text search mean
how does the knowledge base search
how do I search the documents
please search the transcript for my name
why is search slow
can you search all the sessions
how many questions were asked in recent sessions
which documents are the most recent uploads
show me the latest transcript
when must it be delivered at the latest
is that good news
how is fake news spread
where do I subscribe to the newsletter
whether it works
can we weather the storm
what is weather
what is the difference between weather and climate
are you under the weather
who do you look up to
are things looking up
how do I look up a word in the index
what happens with unrecent data
你在找什么
帮我找原因
我找不到设置
怎么找到答案
他在寻找什么
研究怎么做
这项研究的结论是什么
怎么查找原因
帮我查找问题的原因
查找失败的原因是什么
二分查找怎么实现
什么是查找表
搜索引擎是什么
搜索功能怎么用
怎么搜索文档
怎么去搜索论文
请问怎么搜
如何搜索一下会话
在知识库里搜一下请假流程
请搜索文档
为什么搜索结果是空的
全文搜索和向量搜索有什么区别
怎么搜集数据
搜救队有多少人
最新的会话在哪里
最新的文档是什么
新闻学是什么
什么是股票
股票期权怎么算
天气和气候有什么区别
天气预报是怎么做出来的
这个服务是实时的吗
什么是 RAG
how are you
""".strip().splitlines()


@pytest.mark.parametrize("question", FOR_THE_WEB)
def test_question_for_the_web(question):
    assert wants_web(question)
    assert wants_web(f"  {question.upper()}？ ")


@pytest.mark.parametrize("question", NOT_FOR_THE_WEB)
def test_question_that_only_looks_like_one_for_the_web(question):
    assert not wants_web(question)
    assert not wants_web(f"  {question.upper()}？ ")


@pytest.mark.parametrize("words", ["can you ", "please ", "go and try to ", "最新的会话", "帮我", "a"])
@pytest.mark.timeout(5)
def test_long_question_is_judged_in_no_time(words):
    assert not wants_web(words * 10_000)
