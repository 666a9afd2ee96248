"""English sentences as a recogniser writes them, by what they are."""

QUESTIONS = """
how do i reset it
what is rag
how does it differ from deep learning
is there a limit on file size
do you support chinese
can i change my password
what's the price of the basic plan
where can i find the manual
who wrote this documentation
when does the trial end
why is the light blinking
which model should i choose
how much memory does it need
how long does the battery last
how many people can join one meeting
what kind of cable do i need
what time does support open
whose account is being charged
are there any discounts for students
is it possible to export the data
does the service keep my recordings
did the update fix that crash
will my old files still open
should we restart the server first
could a firewall cause this
can the microphone be replaced
isn't there a faster way
don't you have an api
has anyone tried the new version
have you ever used a vector database
am i allowed to share the link
okay so what happens if the connection drops
well how often is the index rebuilt
i was wondering if there is a mobile app
i'd like to know how the ranking works
i want to ask about the refund policy
any idea why it crashes
what about the second option
how about the german version
why not use a smaller model
who else can see this
so the server is down how do we get it back
it works on my laptop but does it work on a phone
not sure about that one what do you think
we shipped it last week do you know if it arrived
for which regions is this available
in which folder are the logs stored
you're coming tomorrow aren't you
it isn't waterproof is it
how to clear the cache
what is the difference between a process and a thread
what are you looking for
where are you from
who should i talk to
does it work without the internet
is python faster than ruby
shall i repeat the number
what else could we try
how come the second test failed
would it be cheaper to rent one
why use websocket instead of http
so why choose redis over memcached
difference between supervised and unsupervised learning
the difference between tcp and udp
ok difference between these two
meaning of idempotent
definition of recursion
how are you storing the data
how is it going to scale
how are you and what is redis
""".strip().splitlines()

REQUESTS = """
tell me about vector search
please tell me how the ranking works
can you tell me where the office is
could you explain the second step again
explain how photosynthesis works
describe the architecture of the system
give me an overview of the new features
can you show me the latest figures
let me know what the deadline is
help me understand the invoice
define machine learning
summarize the main points
can you recommend a good introduction
compare postgres and sqlite
walk us through the setup
list all supported languages
""".strip().splitlines()

STATEMENTS = """
this is fine
i know what you mean
that's what i said
he has almost no time
we can do that tomorrow
so do i
neither do they
i don't know what happened
when we arrived it was already closed
no matter what happens we ship on friday
i think it is a good idea
the meeting starts at nine
we had a look at the numbers
you can use either of them
that is how it works
she told me where to find it
it does what it should
the way it looks is great
that is why we moved the date
what i mean is we need more tests
i will send you the file
let's move on to the next point
thank you very much for your help
do it again please
have a nice day
turn off the lights
play some music
can you please turn off the light
could you pass me the salt
set an alarm for seven
it was better than what we had before
everyone who came got a free ticket
whatever you do keep a backup
the server is down again
we should be able to finish this week
as far as i can see it works
i am not sure about the price
that would be great
there is a limit of ten files
the question was answered yesterday
i asked him how he did it
which was kind of fun
and then i went to the shop
it depends on the size
if you don't you won't notice
we did not paint the wall yet
the one who called was my brother
i can hear you now
maybe we can try the other one
could be
would be nice
the difference between them is small
the difference between rest and graphql matters here
the meaning of this is clear
the definition of done has changed
difference between machine learning
that is why use cases matter
why use cases matter
""".strip().splitlines()

BACKCHANNELS = """
ok
right
right?
yeah
uh huh
mm
really
is it
oh really
isn't it
you know
okay right
sure
""".strip().splitlines()

SMALL_TALK = """
how are you
How are you?
hi how are you
how are you doing
how are you doing today
how is it going
how's it going
How are you? I'm fine.
""".strip().splitlines()

UNFINISHED = """
what is the
what is
what's the difference between
what is the difference between a process and
how do i
how do i connect to
can you tell me
can you tell me about
is there a limit on
do you have any information about
what is the meaning of
who is responsible for the
does it work with
what happens if
is it cheaper than
could you explain
""".strip().splitlines()
