/**
 * What commands read in sections of InstructLab's besides the settings, by its key. Each command holds what it reads to what it can be; that
 * a key is spelled wrong is seen here alone.
 */
export const CARRIED_KEYS = [
  'chat.context',
  'chat.greedy_mode',
  'chat.logs_dir',
  'chat.max_tokens',
  'chat.seed',
  'chat.session',
  'chat.system_prompt',
  'chat.temperature',
  'serve.backend',
  'serve.chat_template',
  'serve.llama_cpp.gpu_layers',
  'serve.llama_cpp.max_ctx_size',
  'serve.server.host',
  'serve.server.port',
  'serve.vllm.gpus',
  'serve.vllm.vllm_args',
] as const;
