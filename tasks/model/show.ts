import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { runCommand } from "../../src/hardhat/command.ts";
import { openEnvironment } from "../../src/hardhat/environment.ts";
import { ModelCache } from "../../src/models/cache/model-cache.ts";
import { describeModel } from "../../src/models/describe-model.ts";
import { describeDocuments } from "../../src/models/documents/describe-document.ts";
import { parseReference } from "../../src/models/reference.ts";
import { showModel } from "../../src/models/show.ts";
import { readVersionNames } from "../../src/models/version-names.ts";

interface ShowArguments {
  readonly reference: string;
  readonly registry: string | undefined;
  readonly json: boolean;
}

export default async function show(args: ShowArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand({
    schema: "scrimshaw.model-show/1",
    json: args.json,
    run: async ({ signal }) => {
      const { addressBook, cache } = hre.config.scrimshaw;
      const reference = parseReference({ text: args.reference, addressBook });
      const environment = await openEnvironment(hre, { addresses: { modelRegistry: args.registry } });
      try {
        const registry = await environment.contract("modelRegistry");
        const shown = await showModel({
          reference,
          registry,
          store: await environment.store(),
          cache: new ModelCache({ root: cache }),
          signal,
        });
        const { model, versions, version, manifest, documents, documentCount, problem } = shown;
        const { block: fromBlock } = await environment.deployment();
        const { provider } = environment;
        const names = await readVersionNames({ registry, provider, modelId: model.modelId, fromBlock, signal });
        const tagsOf = (number: number): string[] =>
          [...names.tags].filter(([, tagged]) => tagged === number).map(([tag]) => tag);
        const named = versions.map((record) => ({
          ...record,
          label: names.labels.get(record.version) ?? null,
          tags: tagsOf(record.version),
          reason: names.reasons.get(record.version) ?? null,
        }));
        return {
          result: {
            ...{ model, versions: named, version: version?.version ?? null, manifest: manifest ?? null },
            ...{ documents, documentCount },
            problem: problem ? { code: problem.code, expected: problem.expected, found: problem.found } : null,
          },
          lines: [...describeModel({ ...shown, names }), ...describeDocuments(shown)],
          exitCode: problem ? 2 : 0,
        };
      } finally {
        await environment.close();
      }
    },
  });
}
