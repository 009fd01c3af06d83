import type { Interfaces } from '@oclif/core';
import * as Flags from '@oclif/core/flags';
import { type ExportedModel, KUBERNETES_FLAVOURS, type KubernetesExport } from '@ilab/sdk';
import { IlabCommand } from '../../ilab-command.ts';
import { writeNewFile } from '../../parts/write-new-file.ts';
import { presentExported } from '../../present/export.ts';
import { modelFlag, oneReference, referenceArg } from '../../references.ts';

export default class ModelExport extends IlabCommand {
  static override summary = 'Let other tools find a model by its name, or a cluster serve it.';
  static override description =
    'Puts a model of huggingface.co into the cache of Hugging Face’s tools, so that transformers, vLLM and everything built on them find it by name, offline too. Bytes are shared with the store where the disk can. What is not here is downloaded first, if the pull policy says so. The last line of standard output is the path in the cache.\n\nWith --kubernetes, writes manifests that serve a model of an OCI registry, pinned to the digest that its name has now; nothing is downloaded. A short name is one of a model that is here, or goes where its entry says.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --hf-cache instructlab/granite-7b-lab:main',
    'HF_HUB_CACHE=/shared/hub <%= config.bin %> <%= command.id %> --hf-cache org/name',
    '<%= config.bin %> <%= command.id %> --kubernetes quay.io/me/granite-car:v1 --image docker.io/vllm/vllm-openai@sha256:… | kubectl apply -f -',
    '<%= config.bin %> <%= command.id %> --kubernetes quay.io/me/granite-car:v1 --flavour kserve-native --destination granite.yaml',
  ];
  static override args = { REF: referenceArg };
  static override flags = {
    model: modelFlag,
    'hf-cache': Flags.boolean({
      summary: 'Into the cache of Hugging Face’s tools: HF_HUB_CACHE, HF_HOME/hub, or ~/.cache/huggingface/hub.',
      exactlyOne: ['hf-cache', 'kubernetes'],
    }),
    kubernetes: Flags.boolean({ summary: 'As manifests for a cluster, on standard output.' }),
    flavour: Flags.option({
      options: KUBERNETES_FLAVOURS,
      summary: 'How the cluster brings the model to the server; default image-volume.',
      dependsOn: ['kubernetes'],
    })(),
    namespace: Flags.string({ summary: 'Namespace in the cluster.', helpValue: 'NAME', dependsOn: ['kubernetes'] }),
    name: Flags.string({
      summary: 'Name in the cluster, and of the model at its server; default from the repository.',
      helpValue: 'NAME',
      dependsOn: ['kubernetes'],
    }),
    image: Flags.string({
      summary: 'Image of vLLM, with its digest; for image-volume and csi.',
      helpValue: 'HOST/NAME@sha256:…',
      dependsOn: ['kubernetes'],
    }),
    gpu: Flags.integer({ summary: 'GPUs of one replica; default 1.', helpValue: 'N', min: 1, dependsOn: ['kubernetes'] }),
    destination: Flags.string({ summary: 'Write the manifests to this new file.', helpValue: 'FILE', dependsOn: ['kubernetes'] }),
  };

  async run(): Promise<ExportedModel | KubernetesExport> {
    const parsed = await this.parse(ModelExport);
    if (parsed.flags.kubernetes) return this.#forCluster(parsed.flags, oneReference(parsed));
    const ilab = await this.ilab(parsed.flags);
    const exported = await ilab.models.exportToHubCache({ reference: oneReference(parsed) }, { signal: this.signal });
    if (!parsed.flags.quiet) this.note(presentExported(exported));
    this.log(exported.path);
    return exported;
  }

  async #forCluster(flags: Interfaces.InferredFlags<typeof ModelExport.flags & typeof IlabCommand.baseFlags>, reference: string): Promise<KubernetesExport> {
    const { flavour, name, namespace, gpu, image, destination } = flags;
    const ilab = await this.ilab(flags);
    const request = { reference, ...(flavour && { flavour }), ...(name !== undefined && { name }), ...(namespace !== undefined && { namespace }) };
    const exported = await ilab.models.exportToKubernetes(
      { ...request, ...(gpu !== undefined && { gpus: gpu }), ...(image !== undefined && { server: image }) },
      { signal: this.signal },
    );
    const { because } = exported;
    if (because !== undefined && !flags.quiet) this.note(`Using ${exported.reference} (${because})`);
    if (destination === undefined) {
      this.log(exported.yaml.trimEnd());
      return exported;
    }
    await writeNewFile(destination, exported.yaml);
    if (!flags.quiet) this.note(`${exported.reference}: pinned as ${exported.image}, in ${destination} now`);
    return exported;
  }
}
