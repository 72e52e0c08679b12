import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { Hex } from "../../src/chain/sign-digest.ts";
import { describeCommittee } from "../../src/availability/describe-committee.ts";
import { findCommittee, latestEpoch } from "../../src/availability/find-committee.ts";
import { ScrimshawError } from "../../src/errors.ts";
import { runCommand } from "../../src/hardhat/command.ts";
import { openEnvironment } from "../../src/hardhat/environment.ts";
import { sourceAddress } from "../../src/hardhat/source-address.ts";

interface ShowArguments {
  readonly source: string | undefined;
  readonly epoch: number;
  readonly registry: string | undefined;
  readonly from: string | undefined;
  readonly json: boolean;
}

function unknown(source: Hex, epoch: number | undefined): ScrimshawError {
  return new ScrimshawError({
    code: "availability.committee-unknown",
    expected:
      epoch === undefined
        ? `a committee that ${source} brought`
        : `the committee of epoch ${epoch} that ${source} brought`,
    found: "none",
    next: "Bring it with `npx hardhat committee import`, or name another --source.",
  });
}

export default async function show(args: ShowArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand({
    schema: "scrimshaw.committee-show/1",
    json: args.json,
    run: async () => {
      const environment = await openEnvironment(hre, {
        addresses: { walrusCommittees: args.registry },
        from: args.from,
      });
      try {
        const registry = await environment.contract("walrusCommittees");
        const source = await sourceAddress(args.source, environment);
        const latest = await latestEpoch({ registry, source });
        const epoch = args.epoch < 0 ? latest : args.epoch;
        const committee = epoch === undefined ? undefined : await findCommittee({ registry, source, epoch });
        if (committee === undefined) throw unknown(source, epoch);
        const table = await registry.tableOf(source, committee.epoch);
        return {
          result: { source, latest: latest ?? null, ...committee, members: committee.weights.length, table },
          lines: [
            `source       ${source} (newest epoch ${latest ?? "none"})`,
            ...describeCommittee(committee),
            `table        ${table}`,
          ],
        };
      } finally {
        await environment.close();
      }
    },
  });
}
