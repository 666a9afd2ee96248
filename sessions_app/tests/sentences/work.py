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
为什么测试环境的数据库老是超时
换了新手机双重验证怎么设置
用户手册在哪儿可以找到
可不可以把会议改到下午
这种情况应该用共享邮箱还是工单系统
你们的产品支持哪些语言
周末有人值班吗
这个月的账单出来了没有
升级以后数据会丢失吗
新版本比旧版本快多少
密码多长时间要换一次
打印机在哪一层
访客怎么连无线网
入职第一天要带什么材料
试用期是几个月
谁有权限删除记录
加班费怎么算
请假要提前几天申请
我的工单处理到哪一步了
他们用的是什么数据库
这个报错是不是网络问题
能用支付宝付款吗
什么情况下可以退款
合同到期了怎么续签
一个账号最多能登录几台设备
为什么我收不到验证码
你们的办公室几点开门
怎么才能提高查询速度
缓存和消息队列分别是干什么的
上线前需要做哪些测试
这台机器有多少内存
有没有办法恢复删除的文件
会议室怎么预订
客户投诉了该怎么处理
这个数字是怎么算出来的
月底之前能不能完成
差旅的标准是多少
要不要通知所有的客户
报告应该交给谁
系统维护期间还能下单吗
苹果电脑能装这个软件吗
备份保留多少天
机器学习跟深度学习有什么不一样
数据存在国内还是国外
这个问题什么时候能解决
为什么要收两次费
如果忘记打卡怎么办
老师布置的作业什么时候交
这趟车到不到机场
附近有没有停车场
你觉得哪个方案更好
他们公司是做什么的
公司班车几点发车
这个客户是谁在跟进
我们的竞争对手有哪些
发布会安排在哪一天
这款手机防不防水
你知道怎么重启服务吗
年终奖什么时候发
如果服务器挂了怎么恢复
你们打算什么时候迁移
这个月销量怎么样
为什么这个页面打不开
谁能解释一下这个数据
我想知道退款政策
他说的那个工具叫什么
上次讨论的结果是什么
电脑坏了找谁修
有没有人知道密码
咱们用的是哪个版本
想请教一下怎么设置权限
办理签证要多长时间
为什么昨天的会取消了
可以带家属参加年会吗
快递到了没有
你们支持货到付款吗
他是哪个部门的
产品有几种颜色
这个功能收费吗
还有别的办法吗
那现在应该怎么做
测试通过了没
怎么看待这次合并
新系统好用吗
明天会下雨吗
你觉得我们该选哪一个
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
这要看客户在哪个地区
我知道昨天晚上服务器为什么挂了
我给大家演示一下这个看板怎么用
他说他会问一下财务什么时候打款
我告诉过他截止日期是什么时候他还是错过了
我不确定合同签了没有
我跟客户解释了高级套餐包括什么
大家都知道公司什么时候发工资
我已经问过他什么时候能交付了
他没说为什么要改
我们得先看看预算还剩多少
下面我说一下这个项目为什么延期
我来讲讲我们是怎么做的
能不能上线要看测试的结果
什么时候发布还没有定
谁来做都可以
我忘了当时是怎么处理的
我也不清楚他为什么离职
具体怎么操作文档里都写了
这取决于你选哪个套餐
他解释了为什么会延迟
我还没想好要不要去
我们讨论了要不要换供应商
怎么说呢就是感觉不太对
我记得他说过在哪里见过
他总是问我要不要加班
不管谁来问都说不知道
我们回头再确认一下几点开会
上次会议决定了由谁负责
我看看有没有问题
我帮你问问他什么时候有空
让我想想怎么跟他说
多少有点失望
没有哪个客户抱怨过
什么都可以商量
该怎么办就怎么办
谁先到谁先开始
哪里有问题就改哪里
你想吃什么就吃什么
我理解你为什么生气
他教我怎么用这个软件
这就是为什么我们要备份
我想先介绍一下我们公司是做什么的
文档里写明了如何安装
这跟价格没什么关系
几个同事已经试过了
过几天再说吧
好几个人都请假了
他是不是生病了我不知道
我不在乎他是谁
我查到了订单为什么没发货
昨天我看到了他是怎么操作的
今天我们主要讲一下怎么提高转化率
我刚才已经说明了为什么要这样设计
他们还在讨论到底用哪家的方案
关于怎么收费合同里写得很清楚
我不记得把文件放在哪里了
没人知道他去了哪里
我很好奇他们是怎么做到的
你先看看哪个合适再决定
我也想知道但是没人告诉我
什么人都能进来这不安全
我们公司有几百个员工
多少钱都不卖
不是谁都能做这个工作
他一个人什么都干
先不管多少钱把东西买回来
无论谁打电话都要登记
该来的总会来
我们来看看数据是怎么流动的
小王负责通知大家什么时候集合
我问了财务他们说下周打款
我想了想还是算了
他什么时候来都行
我随便问问
我们正在研究能不能降低成本
客户反馈说不知道怎么登录
这周谁有空谁来帮忙
这是谁的责任不重要重要的是怎么解决
用户关心的是多久能到货
目前还不清楚是什么原因造成的
我给你看看我们做了什么
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
can contractors get access to the build server
who maintains the website
who signed the contract
which department handles purchasing
which printer is closest to the kitchen
how come the invoice is still open
where can i find the user manual
is there parking for visitors
do we have a backup from last night
what's the wifi password for guests
how long is the trial period
when does the office open
who do i talk to about my salary
can i expense a taxi
what materials do i bring on the first day
how many devices can one account use
does overtime get paid
what is the travel policy
which languages does the product support
how much faster is the new version
how far in advance do i request leave
has anyone seen the projector
what database are they using
is this error a network problem
can customers pay by card
under what circumstances can i get a refund
how do we renew the contract
why am i not receiving the code
what time does the cafeteria close
how can we speed up the query
what's the difference between a cache and a queue
which tests do we run before a release
how much memory does this machine have
is there any way to recover deleted files
how do you book a meeting room
what should i do if a customer complains
where does this number come from
can we finish before the end of the month
shall we notify all customers
who should get the report
can people still order during maintenance
will it run on a mac
how many days are backups kept
are we allowed to work from home
is it possible to change the delivery address
does anybody know the code for the door
what happens to my data when i cancel
is the cafeteria open on saturday
anything else i should know
do managers approve this
are interns paid
does the api return json
did the customer reply
what's on the agenda today
who's taking notes
when is the deadline for the report
do we need approval for this
could we move the meeting to friday
is the demo environment up
how many people signed up
which version are we running
what did the customer say
are there any blockers
why was the release delayed
where do new employees park
how do refunds work
can you remind me what the budget is
what would it cost to upgrade
is it safe to delete this folder
does this plan include support
who owns this repository
what's our policy on remote work
have we heard back from legal
how soon can you ship it
should i restart the router
was the payment received
do you guys know the password
what else do we need
anyone know where the keys are
how long does shipping take to germany
are pets allowed in the office
is there a limit on file size
whose laptop is this
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
why bother nobody reads the report anyway
who knows maybe it will rain
it is what it is we can't change it
whatever you like is fine with me
i asked him when he would be back
she told us how the system works
we need to find out who broke the build
let me show you how this dashboard works
i understand why you're upset
it depends on which region the customer is in
i told him when the deadline is and he still missed it
we discussed whether to change the supplier
nobody told me what the plan was
he explained why it was late
the manual says how to install it
i'm not sure if the contract was signed
what matters is that we ship on time
how we got here is a long story
the reason why we failed is simple
i remember where we met
you should ask finance when they pay
they want to see what we can do
whoever arrives first starts
i wonder sometimes but never mind
that was when the server crashed
this is where we keep the printers
you know what let's take a break
do what you want
have a look at the slides
can't wait to see it
could be worse
will do
is what i said
let me explain what happened yesterday
i know who did it
i have no idea why it fails
we were talking about how to improve it
he wants to know if we support single sign on i said yes
as you can see the numbers are up
when you are ready we can start
where there is a will there is a way
if that is what you want we will do it
what a great presentation
how nice of you to come
there is nothing we can do
do not forget to send the report
did what i could
should be fine
i did ask them about it
what i wanted to say is that the budget is fine
i wanted to explain how we calculate the price
the document describes what the service does
nobody knows where he went
we still don't know what caused the outage
let me check when the shipment arrives
that depends on who you ask
the customer asked whether we ship to canada and i said yes
she showed me how to do it
what you see here is the new dashboard
what i like about it is the speed
i don't care who did it
we have to decide which features to ship
how much it costs is not important
when it rains the roof leaks
where we live there is no bus
who we hire matters a lot
it's amazing how fast it is
i was wondering around the city
that's how it is
the reason is that we can't afford it
let's see how it goes
i guess that's why they left
we'll talk about what to do next
make sure you know who to call
you should know what to do
here is what we are going to do today
this is what happens when you don't test
as long as it works i'm happy
whether we go or not depends on the weather
""".strip().splitlines()
