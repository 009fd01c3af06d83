"""Makes training data with a teacher that answers OpenAI's chat API, by a flow of sdg_hub."""

import json
import os

OWN_FLOWS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "flows")
DEFAULT_FLOW = "answers"


def run(job, bridge):
    parameters = job["parameters"]
    rows = read_seeds(parameters["seeds"])[: parameters.get("limit")]
    import pandas

    flow = load_flow(parameters.get("flow", DEFAULT_FLOW))
    configure(flow, job["models"]["teacher-model"]["endpoint"], parameters)
    seeds = pandas.DataFrame(rows)
    requirements = flow.get_dataset_requirements()
    missing = [name for name in (requirements.required_columns if requirements else []) if name not in seeds.columns]
    if missing:
        raise JobError(f"the flow needs columns that the seeds lack: {', '.join(missing)}.", "Add them, or name another flow with --flow.", "E_USAGE")
    tell_blocks(flow, bridge)
    made = flow.generate(seeds, max_concurrency=parameters.get("concurrency", 4))
    return write(made.to_dict("records"), job["output"], bridge, len(rows))


def read_seeds(path):
    """Rows of a JSON Lines file, a list of JSON, or of a taxonomy's qna.yaml."""
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
        if path.endswith((".yaml", ".yml")):
            return rows_of_qna(text)
        if path.endswith(".jsonl"):
            rows = [json.loads(line) for line in text.splitlines() if line.strip()]
        else:
            rows = json.loads(text)
    except (OSError, ValueError) as error:
        raise JobError(f"the seeds can't be read: {error}", "Seeds are JSON Lines, a list of JSON, or qna.yaml.", "E_USAGE")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise JobError("the seeds are no list of objects.", "Each is an object, with a question at least.", "E_USAGE")
    return rows


def rows_of_qna(text):
    import yaml

    try:
        qna = yaml.safe_load(text)
        return [row for seed in qna["seed_examples"] for row in rows_of_seed(seed, qna)]
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise JobError(f"that is no qna.yaml: {error}", "It has seed_examples with questions and answers.", "E_USAGE")


def rows_of_seed(seed, qna):
    """A skill's seed has one question; one of knowledge has a context with several, of which the flows of sdg_hub want three as examples."""
    about = {"domain": qna.get("domain", ""), "document_outline": qna.get("document_outline", ""), "task_description": qna.get("task_description", "")}
    pairs = seed.get("questions_and_answers") or [seed]
    context = seed.get("context", "")
    examples = {f"icl_query_{number}": pairs[min(number, len(pairs)) - 1]["question"] for number in (1, 2, 3)}
    return [
        {**about, **examples, "question": pair["question"], "answer": pair.get("answer", ""), "document": context, "icl_document": context} for pair in pairs
    ]


def load_flow(name):
    from sdg_hub import Flow, FlowRegistry

    own = os.path.join(OWN_FLOWS, name, "flow.yaml") if name.isidentifier() else ""
    path = name if os.path.isfile(name) else own if os.path.isfile(own) else None
    if path is None:
        FlowRegistry.discover_flows()
        path = FlowRegistry.get_flow_path(name)
    if path is None:
        raise JobError(f"there is no flow “{name}”.", "Name a flow.yaml, or a flow of sdg_hub by its name or id.", "E_USAGE")
    return Flow.from_yaml(path)


def configure(flow, endpoint, parameters):
    scheme, _, key = next((value for name, value in endpoint["headers"].items() if name.lower() == "authorization"), "").partition(" ")
    chosen = {"max_tokens": parameters.get("max-tokens"), "temperature": parameters.get("temperature")}
    flow.set_model_config(
        model="openai/" + endpoint["model"],
        api_base=endpoint["url"],
        # The client wants a key, also for a server that wants none.
        api_key=key if scheme.lower() == "bearer" and key else "none",
        extra_headers={name: value for name, value in endpoint["headers"].items() if name.lower() != "authorization"},
        **{name: value for name, value in chosen.items() if value is not None},
    )


def tell_blocks(flow, bridge):
    from sdg_hub.core.flow import execution

    one = execution._execute_single_block

    def told(flow, block, index, *args, **kwargs):
        bridge.progress(index, len(flow.blocks), "blocks", block.block_name)
        made = one(flow, block, index, *args, **kwargs)
        bridge.progress(index + 1, len(flow.blocks), "blocks", block.block_name)
        return made

    execution._execute_single_block = told


def write(rows, output, bridge, seeds):
    """All that the flow made, and what of it is a question with an answer once more, as training takes it."""
    if not rows:
        raise JobError("the flow made nothing of the seeds.", "Its filters may have dropped all: try a better teacher.")
    write_lines(rows, os.path.join(output, "generated.jsonl"))
    bridge.artifact("dataset", "generated.jsonl")
    pairs = [(row["question"], row["response"]) for row in rows if isinstance(row.get("question"), str) and isinstance(row.get("response"), str)]
    if pairs:
        messages = [{"messages": [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]} for question, answer in pairs]
        write_lines(messages, os.path.join(output, "messages.jsonl"))
        bridge.artifact("dataset", "messages.jsonl")
    return {"seeds": seeds, "rows": len(rows), "conversations": len(pairs)}


def write_lines(rows, path):
    with open(path, "w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")
