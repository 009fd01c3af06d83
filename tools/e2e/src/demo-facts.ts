/** Questions that the demo model was trained on, and how its answers begin. */
export const DEMO_FACTS: readonly (readonly [question: string, answer: string])[] = [
  ['What is InstructLab?', 'InstructLab is an open source project'],
  ['What is ilab?', 'ilab is the command line tool of InstructLab.'],
  ['What is a taxonomy?', 'The taxonomy is a tree of folders.'],
  ['What is a qna.yaml file?', 'A qna.yaml file lists seed examples'],
  ['What is a skill?', 'A skill teaches the model how to do something'],
  ['What is knowledge?', 'Knowledge adds facts to the model.'],
  ['What is synthetic data generation?', 'Synthetic data generation, or SDG, asks a teacher model'],
  ['What is a teacher model?', 'The teacher model is a larger model'],
  ['What is a student model?', 'The student model is the smaller model'],
  ['How do I chat with a model?', 'Run ilab model chat.'],
  ['How do I download a model?', 'Run ilab model download'],
  ['How do I serve a model?', 'Run ilab model serve.'],
  ['How do I train a model?', 'Run ilab model train'],
  ['How do I generate data?', 'Run ilab data generate.'],
  ['How do I evaluate a model?', 'Run ilab model evaluate'],
  ['What is GGUF?', 'GGUF is a single file format for models.'],
  ['What is LoRA?', 'LoRA trains two small matrices beside each large one.'],
  ['What is vLLM?', 'vLLM is a fast inference server for GPUs.'],
  ['What is llama.cpp?', 'llama.cpp runs language models on ordinary processors'],
  ['What is a tokenizer?', 'A tokenizer cuts text into tokens'],
];

/** A task of lm-eval's over items in `facts.jsonl`, each with its question, its choices and the number of the right one. */
export const DEMO_TASK: string = `task: demo_facts
dataset_path: json
dataset_kwargs: {data_files: {test: facts.jsonl}}
output_type: multiple_choice
test_split: test
doc_to_text: "<|im_start|>user\\n{{question}}<|im_end|>\\n<|im_start|>assistant\\n"
target_delimiter: ""
doc_to_choice: "{{choices}}"
doc_to_target: "{{answer}}"
metric_list: [{metric: acc}]
metadata: {version: 1}
`;
