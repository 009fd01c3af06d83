import type { HelpPage } from '../page.ts';

export const store: HelpPage = {
  summary: 'Where models are kept: plain files below one directory.',
  parts: [
    'A model is at HOST/REPOSITORY/@REVISION below ~/.cache/instructlab/models, with its files under their own names. A version is a name beside it that points to a revision, and may move; what a revision is never changes. Equal files take their bytes once. What an older ilab left there is listed, and used in place.',
    [
      ['ilab model list', 'what is here, and what it takes'],
      ['ilab model path granite-7b-lab', 'where it is, for any other tool'],
      ['ilab model verify --all', 'whether every byte is what it was'],
      ['ilab model update --check', 'which versions have moved'],
      ['ilab model remove granite-7b-lab:v1.0', 'exactly one version goes; it asks first'],
      ['ilab model prune --dry-run', 'what nobody needs any more'],
      ['ilab store path', 'which directory it is'],
      ['ilab store move /data/models', 'to another disk'],
      ['ilab doctor', 'what is wrong, and what to do'],
    ],
    'Another directory: --store DIR for one call, ILAB_MODELS_DIR, or models.dir of the configuration. Shared ones that are only read: models.extra_dirs.',
  ],
  document: 'https://github.com/instructlab/ilab/blob/main/docs/store.md',
};
