import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { runModelCommand } from "../../../src/hardhat/model-command.ts";
import type { ModelCommandArguments } from "../../../src/hardhat/model-command.ts";
import { formatBytes } from "../../../src/models/describe-progress.ts";
import { transactionLine } from "../../../src/models/describe-transaction.ts";
import { addDocument } from "../../../src/models/documents/add-document.ts";
import { parseDocumentKind } from "../../../src/models/documents/document-kind.ts";

interface AddArguments extends ModelCommandArguments {
  readonly reference: string;
  readonly kind: string;
  readonly file: string;
  readonly epochs: number;
}

export default async function add(args: AddArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runModelCommand({
    schema: "scrimshaw.model-document-add/1",
    ...{ args, hre, sends: true },
    run: async ({ registry, environment, referenceOf, signal, progress, onSent }) => {
      const reference = referenceOf(args.reference);
      const added = await addDocument({
        ...{ registry, reference, signal, onSent },
        kind: parseDocumentKind(args.kind),
        file: args.file,
        store: await environment.store(),
        epochs: args.epochs === 0 ? environment.walrus.epochs : args.epochs,
        onStored: ({ blobId }) => progress(`Stored ${blobId}`),
      });
      const { version, number, kind, author, blob, endEpoch = null, transaction } = added;
      return {
        result: { ...added, endEpoch, transaction: transaction ?? null },
        lines: [
          `document     ${number} of ${reference.creator}/${reference.name}@${version}, ${kind} (${added.outcome})`,
          `author       ${author}`,
          `blob         ${blob.blobId} (${formatBytes(blob.size)})`,
          `content      ${blob.contentHash}`,
          ...(endEpoch === null ? [] : [`paid until   epoch ${endEpoch}`]),
          transactionLine(transaction, "the author has added it before"),
        ],
      };
    },
  });
}
