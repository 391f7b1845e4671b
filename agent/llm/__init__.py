"""The language model's seat: prompts as files, typed replies, records, replay, meter; imports nothing."""
