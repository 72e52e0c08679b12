import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { runCommand } from "../../src/hardhat/command.ts";
import { openEnvironment } from "../../src/hardhat/environment.ts";
import { parseReference } from "../../src/models/reference.ts";
import { setTag } from "../../src/models/set-tag.ts";

interface TagArguments {
  readonly reference: string;
  readonly tag: string;
  readonly remove: boolean;
  readonly registry: string | undefined;
  readonly from: string | undefined;
  readonly json: boolean;
}

export default async function tag(args: TagArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand({
    schema: "scrimshaw.model-tag/1",
    json: args.json,
    run: async ({ signal, progress }) => {
      const reference = parseReference({ text: args.reference, addressBook: hre.config.scrimshaw.addressBook });
      const environment = await openEnvironment(hre, { addresses: { modelRegistry: args.registry }, from: args.from });
      try {
        const registry = await environment.contract("modelRegistry");
        const change = await setTag({
          registry: registry.connect(await environment.signer()),
          reference,
          tag: args.tag,
          remove: args.remove,
          signal,
          onSent: (hash) => {
            progress(`sent the transaction to tag: ${hash}`);
          },
        });
        const { version, before, transaction } = change;
        const said = version === 0 ? "names no version" : `version ${String(version)}`;
        return {
          result: { ...change, transaction: transaction ?? null },
          lines: [
            `tag          ${args.tag}: ${said}${before === version ? "" : `, before ${before === 0 ? "none" : String(before)}`}`,
            `transaction  ${transaction ? `${transaction.hash} (${String(transaction.gasUsed)} gas)` : "none, nothing to change"}`,
          ],
        };
      } finally {
        await environment.close();
      }
    },
  });
}
