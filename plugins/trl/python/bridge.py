"""Trains a LoRA adapter: TRL's supervised fine-tuning with PEFT, in this process or in torchrun's."""

import json
import os
import subprocess
import sys

# Ours, and torchrun's own names for them.
TORCHRUN = {name: "--" + name for name in ("nnodes", "nproc-per-node", "node-rank", "rdzv-id", "rdzv-endpoint", "master-addr", "master-port")}


def run(job, bridge):
    args = [part for name, flag in TORCHRUN.items() if name in job["parameters"] for part in (flag, str(job["parameters"][name]))]
    return torchrun(job, bridge, args) if args else train(job, bridge)


def torchrun(job, bridge, args):
    """Each node has its own job; what they make is written by the first."""
    alone = [] if "--rdzv-endpoint" in args or "--master-addr" in args else ["--standalone"]
    backend = ["--rdzv-backend", "c10d"] if "--rdzv-endpoint" in args else []
    command = [sys.executable, "-u", "-m", "torch.distributed.run", *alone, *backend, *args, LAUNCH, "--worker", __file__]
    environment = {**os.environ, "ILAB_JOB": json.dumps(job)}
    summary = {}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, errors="replace") as process:
        for line in process.stdout:
            if not line.startswith(MARK):
                print(line, end="", file=sys.stderr)
            elif json.loads(line[1:]).get("type") == "result":
                summary = json.loads(line[1:])["summary"]
            else:
                bridge.forward(line[1:].rstrip("\n"))
    if process.returncode:
        raise JobError(f"torchrun ended with code {process.returncode}.", "What its processes said is in the log.")
    return summary


def work(job, bridge):
    """In one of torchrun's processes."""
    import torch

    first = os.environ.get("RANK") == "0"
    if torch.cuda.is_available():
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
    summary = train(job, bridge if first else None)
    if first:
        bridge.forward(json.dumps({"v": 1, "type": "result", "summary": summary}))
    if torch.distributed.is_initialized():
        torch.distributed.destroy_process_group()


def train(job, bridge):
    rows = read_rows(job["parameters"]["data"])
    import torch
    from datasets import Dataset
    from peft import LoraConfig
    from transformers import AutoModelForCausalLM, AutoTokenizer, set_seed
    from trl import SFTTrainer

    cuda = torch.cuda.is_available()
    parameters, models = job["parameters"], job["models"]
    if parameters.get("quantize") and not cuda:
        raise JobError("training on a quantised model needs CUDA.", "Leave out --quantize.")
    set_seed(parameters.get("seed", 42))
    path = models["model"]["path"]
    tokenizer = AutoTokenizer.from_pretrained(models.get("tokenizer", models["model"])["path"])
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    if tokenizer.chat_template is None and "prompt" in rows[0]:
        raise JobError("the model has no chat template, and the data are conversations.", "Name a tokenizer that has one with --tokenizer.", "E_USAGE")
    model = AutoModelForCausalLM.from_pretrained(path, dtype="auto" if cuda else torch.float32, use_safetensors=True, **quantised(parameters))
    rank = parameters.get("lora-rank", 16)
    lora = LoraConfig(r=rank, lora_alpha=parameters.get("lora-alpha", 2 * rank), target_modules="all-linear", task_type="CAUSAL_LM")
    trainer = SFTTrainer(
        model=model,
        args=settings(parameters, job["output"], cuda),
        train_dataset=Dataset.from_list(rows),
        processing_class=tokenizer,
        peft_config=lora,
        callbacks=[teller(bridge)] if bridge else [],
    )
    for config in trainer.model.peft_config.values():
        # Where it lies here tells nobody anything; its name does.
        config.base_model_name_or_path = models["model"]["name"]
    result = trainer.train()
    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    trainer.save_model(os.path.join(job["output"], "adapter"))
    if bridge:
        without_pickles(os.path.join(job["output"], "adapter"))
        bridge.artifact("adapter", "adapter", step=trainer.state.global_step)
    return {
        "steps": trainer.state.global_step,
        "examples": len(rows),
        "firstLoss": losses[0] if losses else None,
        "lastLoss": losses[-1] if losses else None,
        "seconds": round(result.metrics["train_runtime"], 3),
        "device": "cuda" if cuda else "cpu",
        "processes": int(os.environ.get("WORLD_SIZE", "1")),
    }


def quantised(parameters):
    if not parameters.get("quantize"):
        return {}
    import torch
    from transformers import BitsAndBytesConfig

    return {"quantization_config": BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.bfloat16)}


def settings(parameters, output, cuda):
    from trl import SFTConfig

    steps = parameters.get("save-steps")
    return SFTConfig(
        output_dir=output,
        num_train_epochs=parameters.get("epochs", 3),
        max_steps=parameters.get("max-steps", -1),
        learning_rate=parameters.get("learning-rate", 2e-4),
        per_device_train_batch_size=parameters.get("batch-size", 4),
        gradient_accumulation_steps=parameters.get("gradient-accumulation", 1),
        max_length=parameters.get("max-length", 1024),
        seed=parameters.get("seed", 42),
        warmup_steps=0.03,
        lr_scheduler_type="linear",
        logging_steps=1,
        save_strategy="steps" if steps else "epoch",
        save_steps=steps or 500,
        # Training can't be taken up again; what it leaves is to be used.
        save_only_model=True,
        gradient_checkpointing=False,
        use_cpu=not cuda,
        bf16=cuda,
        dataloader_pin_memory=cuda,
        disable_tqdm=True,
        report_to="none",
    )


def without_pickles(folder):
    """Takes away how the training was set, and a card that says nothing: the one runs code when it is loaded, and both name this machine."""
    for name in ("training_args.bin", "README.md"):
        try:
            os.remove(os.path.join(folder, name))
        except FileNotFoundError:
            pass


def teller(bridge):
    from transformers import TrainerCallback

    class Teller(TrainerCallback):
        def on_step_end(self, args, state, control, **kwargs):
            bridge.progress(state.global_step, state.max_steps, "steps", "train")

        def on_log(self, args, state, control, logs=None, **kwargs):
            for name in ("loss", "learning_rate", "grad_norm"):
                if isinstance((logs or {}).get(name), (int, float)):
                    bridge.metric(name, float(logs[name]), state.global_step)

        def on_save(self, args, state, control, **kwargs):
            without_pickles(os.path.join(args.output_dir, f"checkpoint-{state.global_step}"))
            bridge.artifact("checkpoint", f"checkpoint-{state.global_step}", state.global_step)

    return Teller()


def read_rows(path):
    """Examples of a file of JSON Lines, or of all such files in a folder, as TRL takes them."""
    files = sorted(os.path.join(path, name) for name in os.listdir(path) if name.endswith(".jsonl")) if os.path.isdir(path) else [path]
    rows = [row for file in files for row in rows_of_file(file)]
    if not rows:
        raise JobError(f"there are no examples in {path}.", "Data are JSON Lines, each with messages, or with prompt and completion.", "E_USAGE")
    if len({tuple(sorted(row)) for row in rows}) > 1:
        raise JobError("some examples are text and others conversations.", "Train on one kind at a time.", "E_USAGE")
    return rows


def rows_of_file(path):
    try:
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield from rows_of_line(line, f"{path}, line {number}")
    except (OSError, UnicodeDecodeError) as error:
        raise JobError(f"the data can't be read: {error}", "Check --data.", "E_USAGE")


def rows_of_line(line, where):
    try:
        item = json.loads(line)
        if "messages" in item:
            messages = [{"role": str(one["role"]), "content": str(one["content"])} for one in item["messages"]]
            # Each answer is learned after all that was said before it.
            return [{"prompt": messages[:at], "completion": [one]} for at, one in enumerate(messages) if one["role"] == "assistant" and at > 0]
        if "prompt" in item:
            return [pair(item["prompt"], item["completion"])]
        if "question" in item:
            return [pair(item["question"], item.get("response", item.get("answer")))]
        return [{"text": str(item["text"])}]
    except (ValueError, KeyError, TypeError) as error:
        raise JobError(f"{where} is no example: {error}", "An example has messages, prompt and completion, question and response, or text.", "E_USAGE")


def pair(prompt, completion):
    if not isinstance(prompt, str) or not isinstance(completion, str):
        raise TypeError("prompt and completion are no text")
    return {"prompt": [{"role": "user", "content": prompt}], "completion": [{"role": "assistant", "content": completion}]}
