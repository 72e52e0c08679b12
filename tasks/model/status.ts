import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { runModelCommand } from "../../src/hardhat/model-command.ts";
import type { ModelCommandArguments } from "../../src/hardhat/model-command.ts";
import { openSystem } from "../../src/hardhat/store.ts";
import { ModelCache } from "../../src/models/cache/model-cache.ts";
import { describeEnd, describeLease, leaseResult } from "../../src/models/leases/describe-lease.ts";
import { isSafe } from "../../src/models/leases/read-leases.ts";
import { versionStatus } from "../../src/models/leases/version-status.ts";

interface StatusArguments extends ModelCommandArguments {
  readonly reference: string;
  readonly documents: boolean;
}

export default async function status(args: StatusArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runModelCommand({
    schema: "scrimshaw.model-status/1",
    ...{ args, hre, sends: false },
    run: async ({ registry, environment, referenceOf, signal, progress }) => {
      const reference = referenceOf(args.reference);
      const found = await versionStatus({
        ...{ reference, registry, signal, documents: args.documents },
        store: await environment.store(),
        cache: new ModelCache({ root: hre.config.scrimshaw.cache }),
        onLease: ({ blob }) => progress(`Asked for ${blob.blobId}`),
      });
      const { model, version, leases, problem, endEpoch, safe } = found;
      const system = await (await openSystem(hre)).system({ signal }).catch(() => undefined);
      const unknown = leases.filter(({ status: one }) => one === undefined).length;
      const missing = leases.filter((lease) => !isSafe(lease)).length;
      const early = endEpoch !== undefined && endEpoch < version.endEpoch;
      return {
        result: {
          ...{ model, version, safe, endEpoch: endEpoch ?? null, epoch: system?.epoch ?? null },
          blobs: leases.map(leaseResult),
          problem: problem ? { code: problem.code, expected: problem.expected, found: problem.found } : null,
        },
        lines: [
          `model        ${model.creator}/${model.name}@${version.version}, ${version.status}`,
          `claimed      ${describeEnd(version.endEpoch, system)}, as a publisher says`,
          `paid         ${describeEnd(endEpoch, system)}: the first of its blobs${early ? ", EARLIER than claimed" : ""}`,
          ...leases.map((lease) => `  ${describeLease(lease)}`),
          ...(problem ? [`problem      ${problem.code}: expected ${problem.expected}; found ${problem.found}`] : []),
          `${leases.length - missing} of ${leases.length} blobs are certified and stay until their end${unknown > 0 ? `; of ${unknown} nobody says anything` : ""}`,
        ],
        exitCode: safe ? 0 : 2,
      };
    },
  });
}
