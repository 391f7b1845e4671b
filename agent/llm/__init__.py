"""The model that is asked: live or recorded, with typed replies, caps and records.

    advice: what a person can do about replies that are of no use
    answer: requests and answers with their hashes
    answer_log: a run's `answers.jsonl`
    answer_pack: answer packs, in `agent/llm/packs/`
    asking: the only place where a model is asked anything
    carrying: carries recorded answers over to a game whose vocabulary has grown
    client: one call: caps, rate limit, time-out, retries
    compatible_chat: LangChain's OpenAI model, for servers that speak its protocol more or less
    deadline: a call with a deadline
    errors: errors around the model
    estimate: what a whole live practice would ask
    failures: what went wrong with a call, told apart by what can be done
    kept_answers: where answers are looked up, and where what a model says is kept
    keys: keys, from the environment or `.env` only
    limits: how large a reply's body may be, compressed ones too
    message: one message of a conversation
    meter: calls, tokens, money; prices in `agent/llm/prices.toml`
    models: chat models by name
    network: proxies and certificates that the environment names
    objects: the JSON objects in a text
    open_model: opens the model that ``--llm`` names
    pack_writer: writing answers down beforehand
    parse: from a reply's text to a typed reply
    pictures: pictures in a question, as references in its text
    prompt: prompts as files, in `agent/llm/prompts/`
    question: the requests that a question makes
    raw_reply: what a model said, as its client hands it over
    replies: the typed replies
    reply_room: how long a reply may get in the model's context
    server_error: errors that a server sends as a reply
    thoughts: what of a reply is said aloud
    transport: HTTP within limits
    usage: tokens of a reply as its server counts them
    vocabulary: a game in words

Not here: what is asked and how answers are checked (`agent.design`, `agent.preferences`), running the code
in them (`skills.code`).
"""
