import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { runModelCommand } from "../../../src/hardhat/model-command.ts";
import type { ModelCommandArguments } from "../../../src/hardhat/model-command.ts";
import { describeDocument } from "../../../src/models/documents/describe-document.ts";
import { parseDocumentKind } from "../../../src/models/documents/document-kind.ts";
import { listDocuments } from "../../../src/models/documents/list-documents.ts";
import { addressOfCreator } from "../../../src/models/reference.ts";

interface ListArguments extends ModelCommandArguments {
  readonly reference: string;
  readonly author: string | undefined;
  readonly kind: string | undefined;
  readonly offset: number;
  readonly limit: number;
}

export default async function list(args: ListArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runModelCommand({
    schema: "scrimshaw.model-document-list/1",
    ...{ args, hre, sends: false },
    run: async ({ registry, environment, referenceOf, signal }) => {
      const { provider, addressBook } = environment;
      const found = await listDocuments({
        ...{ registry, reference: referenceOf(args.reference), signal },
        author: args.author === undefined ? undefined : addressOfCreator(args.author, addressBook),
        kind: args.kind === undefined ? undefined : parseDocumentKind(args.kind),
        offset: Math.max(args.offset, 0),
        limit: Math.max(args.limit, 0),
        events: { provider, fromBlock: (await environment.deployment()).block },
      });
      const { model, version, documents, total, next = null } = found;
      const result = documents.map((document) => ({ ...document, reason: document.reason ?? null }));
      return {
        result: { model, version: version.version, documents: result, total, next },
        lines: [
          ...documents.map(describeDocument),
          ...(documents.length === 0 ? ["none"] : []),
          ...(next === null ? [] : [`more of ${total}: use --offset ${next}`]),
        ],
      };
    },
  });
}
