"""Chinese sentences as a recogniser writes them: which are questions, and which words they are."""

import pytest

from sessions_app.domain.questions import Context, RuleDetector

QUESTIONS = """
能不能退货
什么是机器学习
深度学习和机器学习有什么区别
RAG是什么
这个怎么用
请问怎么注册
密码忘了怎么办
你们几点下班
会员多少钱一年
在哪里可以下载
谁负责这个项目
为什么一直连不上
什么时候发货
可以开发票吗
支持中文吗
你知道他的电话吗
有没有优惠
是不是需要重启
要不要先备份
这样做行不行
能否导出数据
这个文件最大可以多大
电池能用多久
离地铁站有多远
如何修改密码
哪一个更快
哪些格式可以上传
这两个版本有啥不同
他是哪里人
你觉得这个方案怎么样
下一步该做什么
你去过北京没有
票贵不贵
你们还有别的颜色吗
我想问一下保修期多长
请问退款流程
想问下怎么绑定手机
是坐地铁还是打车
那周末呢
那运费呢
你觉得呢
这是谁的
这个服务是做什么的
这是干什么用的
您能不能再说一遍
会议几号开始
可不可以换一个
网站打不开怎么回事
数据会不会丢
录音保存多少天
这本书的作者是谁
一共有几个步骤
向量检索和关键词检索哪个好
你有他的邮箱么
好的那我什么时候可以拿到
我昨天买的今天能退吗
电脑蓝屏了咋办
这首歌叫什么名字
目前最大的困难是什么呢
附近有地铁站没
这个你会不会用
什么是transformer
什么是retrieval augmented generation
transformer和convolutional neural network有什么区别
那个什么叫幻觉啊
那个什么是transformer
区别是什么
tcp和udp的区别
幻觉的定义
最近股价怎么样
你好吗什么是redis
""".strip().splitlines()

TRADITIONAL = """
這個怎麼用
什麼是機器學習
可以退貨嗎
為什麼連不上
還有沒有別的辦法
請問會員多少錢
誰負責這個項目
""".strip().splitlines()

REQUESTS = """
请介绍一下你们的产品
介绍一下向量数据库
把地址告诉我
告诉我下一步该做的事
帮我找一下说明书
解释一下这个概念
给我讲讲它的原理
麻烦你说明一下收费标准
帮我查一下订单状态
请推荐一款入门的相机
能给我推荐一家餐厅吧
把会议时间发给我
请详细介绍一下这个功能
说说你们的优势
""".strip().splitlines()

STATEMENTS = """
他几乎没有时间
没什么
不管怎么样
不管怎么样我们都要按时完成
没什么问题
我什么都不知道
我不知道他在哪
这个谁都会
好几个人都来了
我们看看怎么做
今天天气不错
我觉得这样很好
谢谢大家的支持
我们下午三点开会
这个功能已经上线了
哪怕下雨也要去
几十个人一起参加
无论什么时候都可以来
我昨天买了一本书
他还是没有来
价格比去年便宜
多少有些失望
没有什么好担心的
不客气
那么我们继续
现在开始下一个议题
我们讨论一下如何改进
他说的什么我忘了
客气什么
这几天一直在下雨
服务器已经重启了
数据都备份好了
我不太清楚什么原因
最近没怎么休息
推荐您去故宫看看
我来介绍一下今天的嘉宾
怎么都可以
什么颜色都行
我知道是谁
不要着急慢慢来
这样就可以了
大家辛苦了
我同意你的看法
我们的目标是提高质量
电话是零一零一二三四
他还是一名演员
从来没去过
这件事就这么定了
各种什么活动
他喜欢画画唱歌什么的
一会儿再说
我也不
我知道什么是幻觉
我知道什么是transformer
我们讨论了tcp和udp的区别
这就是幻觉的定义
那个什么我忘了
""".strip().splitlines()

BACKCHANNELS = """
嗯
嗯嗯
好的
对吧
是吧
对吗
是吗
好吗
是不是
对不对
好吧
哦是吗
真的吗
知道吗
""".strip().splitlines()

SMALL_TALK = """
你好吗
你好吗？
最近怎么样
你最近怎么样啊
你好 最近怎么样
你还好吗
""".strip().splitlines()

UNFINISHED = """
什么是
请问这个
请问
什么是机器学习和
能不能告诉我
请介绍一下
请问你们的
我想问一下
怎么
请问能不能把
有没有关于
""".strip().splitlines()


@pytest.mark.parametrize("text", QUESTIONS + TRADITIONAL + REQUESTS)
def test_chinese_question_is_one(text: str) -> None:
    verdict = RuleDetector().judge(text, Context())
    assert verdict.is_question, verdict
    assert verdict.reason.startswith("zh_")
    assert 0.5 <= verdict.confidence < 1


@pytest.mark.parametrize("text", STATEMENTS + BACKCHANNELS)
def test_chinese_statement_is_no_question(text: str) -> None:
    verdict = RuleDetector().judge(text, Context())
    assert not verdict.is_question, verdict
    assert verdict.confidence < 0.5
    assert verdict.question == ""


@pytest.mark.parametrize("text", SMALL_TALK)
def test_chinese_small_talk_is_not_worth_answering(text: str) -> None:
    verdict = RuleDetector().judge(text, Context())
    assert not verdict.is_question
    assert verdict.reason == "small_talk"


@pytest.mark.parametrize("text", UNFINISHED)
def test_chinese_unfinished_question_waits(text: str) -> None:
    verdict = RuleDetector().judge(text, Context())
    assert not verdict.is_question
    assert verdict.reason in {"unfinished", "no_cue"}


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("嗯 那个 能不能退货啊", "能不能退货啊"),
        ("嗯，那个，能不能退货？", "能不能退货"),
        ("我昨天买的鞋子有点小所以能不能换一双", "能不能换一双"),
        ("好的我明白了那这个功能怎么打开呢", "这个功能怎么打开呢"),
        ("這個怎麼用", "這個怎麼用"),
        ("Ｒａｇ是什么", "Ｒａｇ是什么"),
        ("这个多少钱呢那运费呢", "这个多少钱呢那运费呢"),
        ("那么 Django Channels 怎么部署", "Django Channels 怎么部署"),
    ],
)
def test_chinese_question_keeps_its_own_words_alone(text: str, question: str) -> None:
    assert RuleDetector().judge(text, Context()).question == question


def test_chinese_question_mark_makes_a_statement_a_question() -> None:
    verdict = RuleDetector().judge("你们周日不营业？", Context())
    assert verdict.is_question
    assert verdict.reason == "question_mark"
    assert verdict.question == "你们周日不营业"
