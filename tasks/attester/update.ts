import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { ZeroHash } from "ethers";
import { requireAttester } from "../../src/attesters/records.ts";
import { updateAttester } from "../../src/attesters/update-attester.ts";
import { newestTime } from "../../src/attesters/newest-time.ts";
import { runAttesterCommand } from "../../src/hardhat/attester-command.ts";
import type { AttesterCommandArguments } from "../../src/hardhat/attester-command.ts";
import { attesterJson, attesterLines, sentLine } from "../../src/hardhat/describe-attester.ts";
import { invalidArgument } from "../../src/hardhat/parse-attester-options.ts";
import type { DocumentTermsArguments } from "../../src/hardhat/parse-attester-options.ts";
import { documentLines, prepareDocument, storePrepared } from "../../src/hardhat/prepare-admission.ts";

interface UpdateArguments extends AttesterCommandArguments, DocumentTermsArguments {
  readonly attester: string;
  readonly endpoint: string | undefined;
  readonly document: string | undefined;
  readonly epochs: number;
}

export default async function update(args: UpdateArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runAttesterCommand({
    schema: "scrimshaw.attester-update/1",
    ...{ args, hre, sends: true },
    run: async (context) => {
      const { registry, signal, onProgress } = context;
      const { endpoint, document: path } = args;
      if (endpoint === undefined && path === undefined)
        throw invalidArgument("--endpoint, --document or both", "neither");
      const attesterId = await context.attesterIdOf(args.attester);
      const { signer, kind, measurement } = await requireAttester(registry, attesterId);
      if (path !== undefined && measurement === ZeroHash)
        throw invalidArgument("an attester with a measurement, which the document is to show", "one without");
      const document =
        path === undefined ? undefined : await prepareDocument(path, { signer, kind, measurement }, { args, context });
      const stored = document && (await storePrepared(document, args.epochs, context));
      const changes = { ...(endpoint !== undefined && { endpoint }), ...(stored && { document: stored }) };
      const { attester, transactions } = await updateAttester({ registry, attesterId, ...changes, signal, onProgress });
      const after = await newestTime(registry);
      return {
        result: { ...attesterJson(attester, after), binding: document?.binding ?? null, transactions },
        lines: [
          ...attesterLines(attester, after),
          ...documentLines(document, after),
          ...(transactions.length === 0 ? [sentLine(undefined, "nothing to change")] : []),
          ...transactions.map((transaction) => sentLine(transaction, "")),
        ],
      };
    },
  });
}
