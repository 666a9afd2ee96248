"""What people ask the starter documents first, as a recogniser writes it: the question, the heading that should come
first, and words that the answer must contain.
"""

from knowledge_app.tests.starter_questions.batches import BATCHES
from knowledge_app.tests.starter_questions.chinese import CHINESE
from knowledge_app.tests.starter_questions.english import ENGLISH
from knowledge_app.tests.starter_questions.office import OFFICE
from knowledge_app.tests.starter_questions.other_words import OTHER_WORDS
from knowledge_app.tests.starter_questions.providers import PROVIDERS

__all__ = ["BATCHES", "CHINESE", "ENGLISH", "OFFICE", "OTHER_WORDS", "PROVIDERS", "UNANSWERABLE"]

UNANSWERABLE = [
    "what is the weather in paris tomorrow",
    "who won the football match",
    "how do i bake a chocolate cake",
    "when does the next train to berlin leave",
    "do you know when the cafeteria opens on saturday",
    "what is the capital of australia",
    "你知道周六食堂几点开门吗",
    "今天股票怎么样",
    "明天北京天气怎么样",
    "红烧肉怎么做",
    "附近有什么好吃的餐厅",
    "谁赢了昨天的足球比赛",
    "where do we keep the spare monitors",
    "who approves travel expenses",
    "打印机在哪一层",
    "how are you",
    "thank you",
    "thanks a lot",
    "good morning",
    "你好吗",
    "谢谢你",
    "谢谢",
]
