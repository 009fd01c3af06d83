"""Evaluates a model that answers OpenAI's completions API, by tasks of the LM evaluation harness."""

import json
import math
import os


def run(job, bridge):
    parameters = job["parameters"]
    models = {role: connect(job["models"][role]["endpoint"], parameters) for role in ("model", "base-model") if role in job["models"]}
    folder = parameters.get("tasks-dir")
    manager = find_tasks(parameters["tasks"], folder)
    # Tasks name their data files as seen from their folder.
    if folder:
        os.chdir(folder)
    for model in models.values():
        count(model, bridge)
    summary = evaluate(models["model"], parameters, manager)
    write(summary, job["output"], bridge)
    base = {"base": scores_of(evaluate(models["base-model"], parameters, manager))} if "base-model" in models else {}
    return {**scores_of(summary), **base}


def find_tasks(names, folder):
    from lm_eval.tasks import TaskManager

    if folder:
        own = TaskManager(include_path=folder, include_defaults=False)
        # To read the harness's own takes a while, and is not needed for these.
        if set(names) <= set(own.all_subtasks):
            return own
    manager = TaskManager(include_path=folder, include_defaults=True)
    unknown = [name for name in names if name not in manager.all_tasks]
    if unknown:
        raise JobError(f"there is no task {', '.join(unknown)}.", "Name a folder with your own by --tasks-dir.", "E_USAGE")
    return manager


def evaluate(model, parameters, manager):
    from lm_eval import simple_evaluate

    return simple_evaluate(
        model=model,
        tasks=parameters["tasks"],
        num_fewshot=parameters.get("few-shot"),
        limit=parameters.get("limit"),
        apply_chat_template=parameters.get("chat", False),
        task_manager=manager,
        log_samples=True,
    )


def connect(endpoint, parameters):
    from lm_eval.models.openai_completions import LocalCompletionsAPI

    name_model(endpoint["model"])
    headers = {"content-type": "application/json", **endpoint["headers"]}
    scheme, _, key = next((value for name, value in headers.items() if name.lower() == "authorization"), "").partition(" ")
    try:
        return LocalCompletionsAPI(
            base_url=endpoint["url"] + "/completions",
            model=endpoint["model"],
            tokenizer_backend="remote",
            header=headers,
            auth_token=key if scheme.lower() == "bearer" else None,
            num_concurrent=parameters.get("concurrency", 1),
            max_length=context_of(endpoint),
        )
    except RuntimeError as error:
        raise JobError(f"the endpoint does not tokenize: {error}", "Evaluate on an engine that has /tokenize, as llama-cpp and vllm.")


def name_model(name):
    """Has the harness's tokenizer say which model it asks for: it does not by itself, and a server may have several."""
    from lm_eval.utils import RemoteTokenizer

    validate = getattr(RemoteTokenizer, "validate_unnamed", RemoteTokenizer._validate_server)

    def validate_named(tokenizer):
        tokenizer.session.params = {"model": name}
        validate(tokenizer)

    RemoteTokenizer.validate_unnamed = validate
    RemoteTokenizer._validate_server = validate_named


def context_of(endpoint):
    return endpoint.get("contextLength") or 2048


def count(model, bridge):
    """Tells how many of the model's answers are in: the harness itself tells only a terminal."""
    for name in ("model_call", "amodel_call"):
        call = getattr(model, name)
        setattr(model, name, counting(call, bridge, name.startswith("a")))
    for name in ("_loglikelihood_tokens", "generate_until"):
        answer = getattr(model, name)
        setattr(model, name, totalling(answer, bridge))


done = {"count": 0, "total": 0}


def tick(bridge):
    done["count"] += 1
    bridge.progress(min(done["count"], done["total"]), done["total"] or None, "requests", "evaluate")


def counting(call, bridge, is_async):
    if is_async:

        async def counted_later(*args, **kwargs):
            answer = await call(*args, **kwargs)
            tick(bridge)
            return answer

        return counted_later

    def counted(*args, **kwargs):
        answer = call(*args, **kwargs)
        tick(bridge)
        return answer

    return counted


def totalling(answer, bridge):
    def totalled(requests, *args, **kwargs):
        done["total"] += len(requests)
        bridge.progress(done["count"], done["total"], "requests", "evaluate")
        return answer(requests, *args, **kwargs)

    return totalled


def scores_of(results):
    scores = {}
    for task, values in results["results"].items():
        named = {key.partition(",")[0]: value for key, value in values.items() if isinstance(value, (int, float)) and not isinstance(value, bool)}
        scores[task] = {key: value for key, value in named.items() if math.isfinite(value) and key != "sample_len"}
    return {"scores": scores, "items": {task: count["effective"] for task, count in results.get("n-samples", {}).items()}}


def write(results, output, bridge):
    """Writes the scores, and what each item came to."""
    for task, samples in results.get("samples", {}).items():
        with open(os.path.join(output, f"samples-{task}.jsonl".replace(os.sep, "-")), "w", encoding="utf-8") as file:
            for sample in samples:
                file.write(json.dumps(sample, default=str, ensure_ascii=False) + "\n")
    with open(os.path.join(output, "results.json"), "w", encoding="utf-8") as file:
        json.dump({**scores_of(results), "versions": results.get("versions", {})}, file, indent=2, default=str)
    bridge.artifact("report", "results.json")
