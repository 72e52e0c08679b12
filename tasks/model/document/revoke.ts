import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { runModelCommand } from "../../../src/hardhat/model-command.ts";
import type { ModelCommandArguments } from "../../../src/hardhat/model-command.ts";
import { transactionLine } from "../../../src/models/describe-transaction.ts";
import { revokeDocument } from "../../../src/models/documents/revoke-document.ts";

interface RevokeArguments extends ModelCommandArguments {
  readonly reference: string;
  readonly number: number;
  readonly reason: string | undefined;
}

export default async function revoke(args: RevokeArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runModelCommand({
    schema: "scrimshaw.model-document-revoke/1",
    ...{ args, hre, sends: true },
    run: async ({ registry, referenceOf, signal, onSent }) => {
      const reference = referenceOf(args.reference);
      const { number, reason = "" } = args;
      const revoked = await revokeDocument({ registry, reference, number, reason, signal, onSent });
      const { version, kind, transaction } = revoked;
      return {
        result: { ...revoked, reason: transaction ? reason : null, transaction: transaction ?? null },
        lines: [
          `document     ${number} of ${reference.creator}/${reference.name}@${version}, ${kind}: revoked for good`,
          transactionLine(transaction, "it was revoked before"),
        ],
      };
    },
  });
}
