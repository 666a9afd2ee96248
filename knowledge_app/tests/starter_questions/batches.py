MANY = "How do I ask many questions at once, how do I submit a batch?"
FILES = "Which files can I upload for a batch, can I upload a CSV or an Excel file with questions?"
PROGRESS = "How do I see the progress of a batch, and when will a batch be finished?"
WEBHOOK = "What is a webhook, and how do I get notified when a batch has ended?"
SIGNATURE = "What is the webhook secret, and how do I verify the signature of a webhook?"
PENDING = "Why does my batch not start, and why is my batch still pending?"
STOPPED = "How can a running batch be stopped, paused, resumed or cancelled?"
SLOW = "Do batches slow live answers, are live answers slower while a batch is running?"
KEPT = "How long are batches kept, and how do I delete old batches?"
MANY_ZH = "怎么一次问很多问题，怎么提交批量任务？"
FILES_ZH = "批量任务可以上传哪些文件，可以上传 CSV 或 Excel 问题表格吗？"
WEBHOOK_ZH = "Webhook 是什么，批量任务结束时怎么收到通知？"

BATCHES = [
    ("what is a batch", "What is a batch, and what are batches for?", "list of questions"),
    ("how do i submit a batch", MANY, "/batches/new"),
    ("how do i ask many questions at once", MANY, "one question a line"),
    ("can i submit a batch from the shell", MANY, "submit_batch"),
    ("can i upload a csv with questions", FILES, "CSV"),
    ("can i upload an excel file with questions", FILES, "saved as CSV"),
    ("which files can i upload for a batch", FILES, "JSONL"),
    ("how many questions can a batch have", "How many questions can a batch have?", "50,000"),
    ("what happens to bad lines in a batch", "What happens to bad or empty lines in a batch?", "line numbers"),
    ("how do i pause a batch", STOPPED, "buttons"),
    ("how do i cancel a batch", STOPPED, "buttons on its page"),
    ("how do i retry failed questions", "How do I retry the failed questions of a batch?", "Only the failed"),
    ("how do i download the results of a batch", "How do I download the results of a batch?", "CSV"),
    ("when will my batch be finished", PROGRESS, "estimated completion"),
    ("how do i see the progress of a batch", PROGRESS, "bar"),
    ("what is a webhook", WEBHOOK, "address of your own"),
    ("how do i get notified when a batch has ended", WEBHOOK, "webhook_url"),
    ("how do i verify the signature of a webhook", SIGNATURE, "standardwebhooks"),
    ("where is the webhook secret", SIGNATURE, "data folder"),
    (
        "what happens to my batch when the worker crashes",
        "What happens to a batch when a worker crashes or is killed?",
        "exactly one result",
    ),
    ("why is my batch still pending", PENDING, "waiting for"),
    ("why does my batch not start", PENDING, "waiting for"),
    (
        "do batches slow down live answers",
        SLOW,
        "live questions go first",
    ),
    ("what does batch queue full mean", "What does BATCH_QUEUE_FULL mean?", "Submit the batch again later"),
    ("how long are batches kept", KEPT, "90 days"),
    ("how do i delete old batches", KEPT, "prune_batches"),
    ("what is an idempotency key", "What is an Idempotency-Key?", "twice"),
    ("什么是批量任务", "批量任务是什么，有什么用？", "一组问题"),
    ("怎么提交批量任务", MANY_ZH, "/batches/new"),
    ("怎么一次问很多问题", MANY_ZH, "每行粘贴一个问题"),
    ("可以上传excel问题表格吗", FILES_ZH, "另存为 CSV"),
    ("批量任务可以上传哪些文件", FILES_ZH, "JSONL"),
    ("一个批量任务最多有多少个问题", "一个批量任务最多有多少个问题？", "50,000"),
    ("批量任务里有空行会怎样", "批量任务里有空行或无效的行会怎样？", "行号"),
    ("怎么暂停批量任务", "怎么暂停、继续或取消批量任务？", "按钮"),
    ("怎么取消批量任务", "怎么暂停、继续或取消批量任务？", "保留"),
    ("怎么重试失败的问题", "怎么重试批量任务中失败的问题？", "只有失败的问题"),
    ("怎么下载批量任务的结果", "怎么下载批量任务的结果？", "CSV"),
    ("怎么查看批量任务的进度", "怎么查看批量任务的进度，批量任务什么时候完成？", "进度条"),
    ("批量任务结束时怎么收到通知", WEBHOOK_ZH, "webhook_url"),
    ("webhook是什么", WEBHOOK_ZH, "你自己的一个地址"),
    ("怎么验证webhook的签名", "Webhook 密钥是什么，怎么验证 Webhook 的签名？", "standardwebhooks"),
    ("工作进程崩溃了批量任务会怎样", "工作进程崩溃或被杀掉，批量任务会怎样？", "恰好有一个结果"),
    ("批量任务为什么不开始", "批量任务为什么不开始，为什么一直在等待？", "等待开始时间"),
    ("批量任务会拖慢实时回答吗", "批量任务会拖慢实时回答吗？", "实时问题优先"),
    ("批量任务保留多久", "批量任务保留多久，怎么删除旧的批量任务？", "90 天"),
]
