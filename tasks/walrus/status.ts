import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { type CommandOutcome, runCommand } from "../../src/hardhat/command.ts";
import { openStore } from "../../src/hardhat/store.ts";
import { blobIdToHex } from "../../src/walrus/blob-id.ts";
import { readBlobArgument } from "../../src/walrus/blob-list.ts";
import type { BlobStatus } from "../../src/walrus/blob-store.ts";
import { inPairs } from "../../src/walrus/in-pairs.ts";

interface StatusArguments {
  readonly blob: string;
  readonly json: boolean;
}

function describe({ blobId, state, endEpoch, endsAt, deletable, source, sources }: BlobStatus): string[] {
  const date = endsAt === undefined ? "" : `, about ${endsAt.toISOString()} by ${sources?.endsAt ?? source}`;
  const end = endEpoch === undefined ? "unknown" : `${endEpoch}, say ${sources?.endEpoch ?? source}${date}`;
  const take = deletable === true ? "yes: its owner can take it away before the end" : "no";
  return [
    blobId,
    `state         ${state}, say ${sources?.state ?? source}`,
    `end epoch     ${end}`,
    `deletable     ${deletable === undefined ? "unknown" : `${take}, say ${sources?.deletable ?? source}`}`,
  ];
}

function toResult(status: BlobStatus): object {
  const { blobId, state, endEpoch = null, deletable = null, endsAt, source, sources } = status;
  const known = { state, endEpoch, endsAt: endsAt?.toISOString() ?? null, deletable };
  return { blobId, blobIdHex: blobIdToHex(blobId), ...known, source, sources: sources ?? { state: source } };
}

export default async function status(args: StatusArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand({
    schema: "scrimshaw.walrus-status/1",
    json: args.json,
    run: async ({ signal, progress }): Promise<CommandOutcome> => {
      const wanted = await readBlobArgument(args.blob);
      await using store = await openStore(hre);
      if (wanted.kind === "blob") {
        const { blobId } = wanted;
        progress(`Asking for ${blobId}`);
        const found = await store.status({ blobId, signal });
        return { result: toResult(found), lines: describe(found), exitCode: found.state === "certified" ? 0 : 2 };
      }
      const found = await inPairs({
        items: wanted.blobs,
        signal,
        work: async ({ blobId, path }, stop) => {
          progress(`Asking for ${path}`);
          return { path, status: await store.status({ blobId, signal: stop }) };
        },
      });
      const missing = found.filter((blob) => blob.status.state !== "certified").length;
      return {
        result: { blobs: found.map((blob) => ({ path: blob.path, ...toResult(blob.status) })), missing },
        lines: [
          ...found.map(({ path, status: { blobId, state, endEpoch, deletable } }) => {
            const lease = endEpoch === undefined ? "" : `, until epoch ${endEpoch} begins`;
            return `${blobId}  ${state}${lease}${deletable === true ? ", deletable" : ""}  ${path}`;
          }),
          `${found.length - missing} of ${found.length} blobs are certified`,
        ],
        exitCode: missing === 0 ? 0 : 2,
      };
    },
  });
}
