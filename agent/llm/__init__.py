"""The model that is asked: live or recorded, with typed replies, caps and records.

    answer: requests and answers with their hashes
    answer_log: a run's `answers.jsonl`
    answer_pack: answer packs, in `agent/llm/packs/`
    asking: the only place where a model is asked anything
    client: one call: caps, rate limit, time-out, retries
    errors: errors around the model
    estimate: what a whole live practice would ask
    failures: what went wrong with a call, told apart by what can be done
    keys: keys, from the environment or `.env` only
    message: one message of a conversation
    meter: calls, tokens, money; prices in `agent/llm/prices.toml`
    models: chat models by name
    open_model: opens the model that ``--llm`` names
    pack_writer: writing answers down beforehand
    parse: from a reply's text to a typed reply
    prompt: prompts as files, in `agent/llm/prompts/`
    replies: the typed replies
    vocabulary: a game in words

Not here: what is asked and how answers are checked (`agent.design`, `agent.preferences`), running the code
in them (`skills.code`).
"""
