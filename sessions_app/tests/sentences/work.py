"""What is said at work: of no conversation that the weights were learnt from."""

CHINESE_QUESTIONS = """
我忘记密码怎么办
我忘了密码怎么重置
他忘了怎么登录怎么办
是谁叫你改的
谁让你做这个需求的
请你问我们老板什么时候来
怎么可能同时满足两个条件呢
你到底是来还是不来
密码忘了怎么办
你们几点下班
谁负责这个项目
要不要先备份
我们的服务器在哪里
退货需要几天
这个接口支持批量导入吗
发票怎么开
年假有多少天
怎么把文档上传到知识库
数据库多久备份一次
为什么登录不上去
这个功能什么时候上线
下周的会议在哪开
报销流程是什么
合同由谁来审批
可以用手机登录吗
能不能导出成表格
系统支不支持中文
向量数据库和关系数据库有什么区别
什么是检索增强生成
模型训练要多久
这个错误代码是什么意思
最大能上传多大的文件
有没有免费的版本
服务器宕机了该找谁
新员工怎么申请邮箱
去年的销售额是多少
价格包含安装费吗
怎样重置管理员密码
哪个部门负责采购
保修期有多长
是否需要提前预约
这款产品跟上一代有什么不同
你们公司在上海有分部吗
最近的地铁站是哪个
延迟大概是多少毫秒
请问怎么联系客服
如何配置单点登录
并发用户数有上限吗
谁可以看到这份报告
用哪种编程语言写的
会不会影响线上业务
日志保存在什么地方
明天谁来值班
退款多久能到账
电池能用几个小时
这个参数应该设成多少
为什么要用消息队列
""".strip().splitlines()

CHINESE_STATEMENTS = """
服务器时不时就重启
系统动不动就报错
信不信由你
从不从头开始
我们几乎没有时间了
他什么都不知道
这个项目由张三负责
我们先备份再升级
服务器在三楼的机房
发票已经开好了
没什么问题
大家看看哪里需要改
不管怎么样都要完成
我不太清楚是谁写的
等一下我查查再告诉你
今天的会议就到这里
下一个议题是预算
数据库每天备份一次
我觉得这个方案挺好的
文档我已经上传到知识库了
他问我什么时候能完成
我知道怎么做
我想说一下上周的进度
谁都可以参加这个培训
这里有几个问题需要讨论
如何提高效率是我们今天的主题
我来介绍一下新同事
要是有什么问题随时联系我
这个功能下周上线
我们讨论一下怎么分工
嗯对就是这样
客户说他们想要更便宜的
先这样吧
延迟大概两百毫秒
""".strip().splitlines()

ENGLISH_QUESTIONS = """
who is responsible for this project
what time do you close
where is the server located
how long is the warranty
how do i reset my password
can i export it as a spreadsheet
does it support single sign on
what does this error code mean
how many vacation days do we get
why can't i log in
when will this feature ship
is there a free version
how often is the database backed up
should we back up first
what's the maximum file size
do you have an office in shanghai
who approves the contract
how much does installation cost
are refunds immediate
what is retrieval augmented generation
can we use it on mobile
what happens if the server crashes
how is the data encrypted
will it affect production
has the invoice been sent
what are the differences between the two plans
did anyone test the new release
how come the build failed
which port does the service listen on
is the api rate limited
what kind of battery does it use
the light is blinking and how do i reset it
so i tried that and it didn't work what should i do now
we moved the server yesterday where is it now
okay and who do i call when it breaks
i'd like to know how the billing works
do employees get parking
does the new version run on windows
""".strip().splitlines()

ENGLISH_STATEMENTS = """
this is fine
he has almost no time
i know what you mean
that is what i was looking for
we back up the database every night
the server is on the third floor
i will send you the invoice tomorrow
let's move on to the next topic
what we need is more time
when we started there were only three of us
she asked me who approved it
i don't know where it is
so do i
how it works is simple
the meeting is at three
that's why we moved
i can do that for you
you can export it as a spreadsheet
no matter what happens we ship on friday
if you have any questions let me know
which is why it failed
who knows
i was there when it happened
okay let me check what he said
thanks that was really helpful
we should talk about the budget next week
can do
i think that's how they did it
""".strip().splitlines()
