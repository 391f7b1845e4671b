import pytest

from agent.llm.errors import PromptTooLong
from agent.llm.reply_room import ReplyRoom


def test_without_a_known_context_a_reply_may_be_as_long_as_asked_for() -> None:
    assert ReplyRoom(most=8192).for_prompt(10**6) == 8192


def test_question_and_reply_share_the_context() -> None:
    # 8192 - 4000 * 1.25 - 64 = 3128.
    assert ReplyRoom(most=8192, context=8192).for_prompt(4000) == 3128
    assert ReplyRoom(most=1000, context=8192).for_prompt(4000) == 1000
    # Without the margin: 8192 - 6500 - 64 = 1628.
    assert ReplyRoom(most=8192, context=8192).for_prompt(6500) == 1628
    with pytest.raises(PromptTooLong, match=r"about 8,100 tokens, .* in a context of 8,192"):
        ReplyRoom(most=8192, context=8192).for_prompt(8100)


def test_a_context_is_learnt_once_and_then_the_margin_grows_until_it_is_no_use() -> None:
    room = ReplyRoom(most=8192)
    assert not room.learn(None)
    assert room.learn(4096) and room.context == 4096
    assert room.learn(2048) and room.context == 2048
    grown = []
    while room.learn(2048):
        grown.append(room.margin)
    assert grown == [512, 1024]


def test_a_question_is_as_long_as_the_server_says() -> None:
    room = ReplyRoom(most=8192)
    assert room.for_prompt(1000) == 8192
    assert room.learn(4096, 3000)
    # 1,750 more than the 1,250 expected: 4096 - 1250 - 64 - 1750 = 1032.
    assert (room.margin, room.for_prompt(1000)) == (1750, 1032)
    assert not ReplyRoom(most=8192).learn(None, 3000)


def test_the_last_name_is_kept() -> None:
    room = ReplyRoom(most=1)
    assert not room.drop_name("n_predict")
    assert room.drop_name("max_tokens") and room.names == ("max_completion_tokens",)
    assert not room.drop_name("max_completion_tokens")
