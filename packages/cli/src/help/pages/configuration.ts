import type { HelpPage } from '../page.ts';

export const configuration: HelpPage = {
  summary: 'Settings: what they are, and what decides.',
  parts: [
    'There need be no configuration: everything has a default. A flag wins over a variable, a variable over the file, the file over the default. The file is ~/.config/instructlab/config.yaml, or what ILAB_CONFIG names. Files of an older InstructLab work as they are.',
    [
      ['ilab config init', 'write a file; asks for a model'],
      ['ilab config show --origin', 'every setting, and what decided it'],
      ['ilab config set chat.model org/name', 'change one'],
      ['ilab config edit', 'in your editor; checked before it counts'],
      ['ilab config migrate --dry-run', 'bring an older file to this version'],
    ],
    'Variables beside those of single settings, which config show names:',
    [
      ['ILAB_CONFIG', 'the file'],
      ['ILAB_GLOBAL_CONFIG', 'a file that config init begins with'],
      ['ILAB_MODELS_DIR', 'the models directory'],
      ['ILAB_OFFLINE', 'no network'],
      ['ILAB_PROGRESS=plain', 'progress in lines, for screen readers and logs'],
      ['NO_COLOR', 'no colours'],
      ['ILAB_DEBUG', 'more about errors, for reports of bugs'],
      ['HF_TOKEN', 'a token for huggingface.co; better: ilab login'],
    ],
  ],
  document: 'https://github.com/instructlab/ilab/blob/main/docs/configuration.md',
};
