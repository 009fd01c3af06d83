"""What OpenAI's own client for Python makes of a server: asks it for one thing after the other, and tells what came as JSON."""

import json
import sys
from typing import Literal, Optional

from openai import BadRequestError, NotFoundError, OpenAI, pydantic_function_tool
from pydantic import BaseModel, ConfigDict

url, model, question = sys.argv[1:]
client = OpenAI(base_url=url, api_key="none", max_retries=0, timeout=60)


class Reading(BaseModel):
    unit: Literal["c", "f"]
    degrees: Literal[7, 8]


class Report(BaseModel):
    model_config = ConfigDict(extra="forbid")
    station: Optional[Literal["north", "south"]]
    best: Reading
    others: list[Reading]


def ask(**options):
    messages = [{"role": "user", "content": question}]
    return client.chat.completions.create(**{"model": model, "messages": messages, "temperature": 0, **options})


def streamed(**options):
    """Texts and ends by choice, and what was used."""
    texts, ends, usage = {}, {}, None
    for chunk in ask(stream=True, stream_options={"include_usage": True}, **options):
        for choice in chunk.choices:
            texts[choice.index] = texts.get(choice.index, "") + (choice.delta.content or "")
            ends[choice.index] = choice.finish_reason or ends.get(choice.index)
        usage = chunk.usage or usage
    return {"texts": [texts[index] for index in sorted(texts)], "ends": [ends[index] for index in sorted(ends)], "usage": usage.model_dump(exclude_none=True)}


def whole(**options):
    answer = ask(**options)
    choices = answer.choices
    return {"texts": [one.message.content for one in choices], "ends": [one.finish_reason for one in choices], "usage": answer.usage.model_dump(exclude_none=True)}


def both(**options):
    return [whole(**options), streamed(**options)]


def stops():
    """Where the answer is not cut just before what it is to stop at, wherever that begins and ends."""
    text = whole()["texts"][0]
    wrong = []
    for start in range(1, len(text) - 9, 7):
        for stop in (text[start : start + 1], text[start : start + 9]):
            expected = {"texts": [text[: text.index(stop)]], "ends": ["stop"]}
            wrong += [[stop, got] for got in both(stop=stop) if {**got, **expected} != got]
    return wrong


def parsed(temperature):
    made = client.chat.completions.parse(
        model=model, messages=[{"role": "user", "content": question}], response_format=Report, temperature=temperature, seed=3, max_tokens=400
    )
    return made.choices[0].message.parsed is not None


def called():
    tools = [pydantic_function_tool(Reading, name="read")]
    made = client.chat.completions.parse(model=model, messages=[{"role": "user", "content": question}], tools=tools, tool_choice="required", temperature=0)
    return [made.choices[0].finish_reason, made.choices[0].message.tool_calls[0].function.parsed_arguments.unit in ("c", "f")]


def embedded():
    """The client asks for base64 by itself, and makes numbers of it."""
    texts = ["InstructLab", "LoRA"]
    own = [one.embedding for one in client.embeddings.create(model=model, input=texts).data]
    floats = [one.embedding for one in client.embeddings.create(model=model, input=texts, encoding_format="float").data]
    furthest = max(abs(a - b) for one, other in zip(own, floats) for a, b in zip(one, other))
    return {"lengths": [len(one) for one in own], "furthest": furthest, "differ": own[0] != own[1]}


def scored():
    prompt = f"<|im_start|>user\n{question}<|im_end|>\n<|im_start|>assistant\n"
    made = client.completions.create(model=model, prompt=prompt, max_tokens=200, temperature=0, logprobs=2, echo=True).choices[0]
    chat = ask(logprobs=True, top_logprobs=2).choices[0]
    said = made.logprobs.token_logprobs[-len(chat.logprobs.content) - 1 : -1]
    furthest = max(abs(a - b.logprob) for a, b in zip(said, chat.logprobs.content))
    whole_text = "".join(token.token for token in chat.logprobs.content) == chat.message.content
    return {"text": made.text == prompt + chat.message.content, "first": made.logprobs.token_logprobs[0], "furthest": furthest, "chat": whole_text}


def left():
    """What whoever comes next is answered in the only place, after somebody has left it in the midst of an answer."""
    for number in range(3):
        for leave in (client.completions, client.chat.completions):
            given = {"prompt": "a"} if leave is client.completions else {"messages": [{"role": "user", "content": question}]}
            stream = leave.create(model=model, max_tokens=100000, temperature=2, seed=number, stream=True, **given)
            next(iter(stream))
            stream.close()
    return whole()["texts"]


def error(kind, **options):
    try:
        whole(**options)
    except kind as refused:
        return [refused.status_code, refused.code, refused.param]
    return None


print(
    json.dumps(
        {
            "models": [one.id for one in client.models.list()],
            "retrieved": client.models.retrieve(model).id,
            "plain": both(),
            "short": both(max_completion_tokens=3),
            "several": both(n=3, temperature=1.8, seed=5, max_tokens=12),
            "again": whole(n=3, temperature=1.8, seed=5, max_tokens=12)["texts"],
            "stops": stops(),
            "parsed": [parsed(temperature) for temperature in (0, 1)],
            "called": called(),
            "embedded": embedded(),
            "scored": scored(),
            "left": left(),
            "unknown": error(NotFoundError, model="nobody"),
            "wrong": error(BadRequestError, temperature=7),
        }
    )
)
