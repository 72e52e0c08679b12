import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { resolve } from "node:path";
import { certifyBlob } from "../../src/availability/certify-blob.ts";
import { type CommandContext, type CommandOutcome, runCommand } from "../../src/hardhat/command.ts";
import { openEnvironment } from "../../src/hardhat/environment.ts";
import { sourceAddress } from "../../src/hardhat/source-address.ts";
import { openStore } from "../../src/hardhat/store.ts";
import { type BlobId, blobIdToHex } from "../../src/walrus/blob-id.ts";
import type { CollectedCertificate } from "../../src/walrus/collect-certificate.ts";
import { readBlobArgument } from "../../src/walrus/blob-list.ts";
import { requireNoFile, writeNewFile } from "../../src/walrus/write-new-file.ts";

interface CertifyArguments {
  readonly blob: string;
  readonly save: string | undefined;
  readonly source: string | undefined;
  readonly registry: string | undefined;
  readonly from: string | undefined;
  readonly json: boolean;
}

interface ChainArguments extends CertifyArguments {
  readonly source: string;
}

/** Has the chain verify what was collected. */
async function certifyOnChain(
  { source: text, registry: address, from }: ChainArguments,
  collected: ReadonlyMap<BlobId, CollectedCertificate>,
  { hre, signal, progress }: Pick<CommandContext, "signal" | "progress"> & { readonly hre: HardhatRuntimeEnvironment },
): Promise<readonly OnChain[]> {
  const environment = await openEnvironment(hre, { addresses: { blobAvailability: address }, from });
  try {
    const source = await sourceAddress(text, environment);
    const registry = (await environment.contract("blobAvailability")).connect(await environment.signer());
    const done: OnChain[] = [];
    for (const [blobId, one] of collected) {
      progress(`Asking the chain to verify the certificate of ${blobId}`);
      const { epoch, transactionHash, gasUsed } = await certifyBlob({
        ...{ registry, source, blobId, collected: one, signal },
      });
      done.push({ blobId, source, epoch, transactionHash: transactionHash ?? null, gasUsed: gasUsed ?? null });
    }
    return done;
  } finally {
    await environment.close();
  }
}

interface OnChain {
  readonly blobId: BlobId;
  readonly source: string;
  readonly epoch: number;
  readonly transactionHash: string | null;
  readonly gasUsed: bigint | null;
}

function chainLine({ blobId, source, epoch, transactionHash, gasUsed }: OnChain): string {
  const how =
    transactionHash === null ? "as it was before" : `in ${transactionHash} (${gasUsed?.toString() ?? "?"} gas)`;
  return `on chain      ${blobId}: available in epoch ${epoch} by the committees of ${source}, ${how}`;
}

export default async function certify(args: CertifyArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand({
    schema: "scrimshaw.walrus-certify/1",
    json: args.json,
    run: async ({ signal, progress }): Promise<CommandOutcome> => {
      const wanted = await readBlobArgument(args.blob);
      if (args.save !== undefined) await requireNoFile(resolve(args.save));
      await using store = await openStore(hre);
      const blobs = wanted.kind === "blob" ? [wanted] : wanted.blobs;
      const certificates = [];
      const collected = new Map<BlobId, CollectedCertificate>();
      // One after the other: each asks all storage nodes at once.
      for (const { blobId } of blobs) {
        progress(`Asking the storage nodes to sign that they hold ${blobId}`);
        const one = await store.certificate({ blobId, signal });
        collected.set(blobId, one);
        const { certificate, facts } = one;
        const { epoch, weight, signers } = facts;
        certificates.push({ blobId, blobIdHex: blobIdToHex(blobId), epoch, weight, signers, ...certificate });
      }
      const { source } = args;
      const onChain =
        source === undefined ? [] : await certifyOnChain({ ...args, source }, collected, { hre, signal, progress });
      const result = { certificates, onChain, saved: args.save === undefined ? null : resolve(args.save) };
      if (result.saved !== null) {
        const document = { schema: "scrimshaw.certificates/1", certificates };
        await writeNewFile({ path: result.saved, data: Buffer.from(`${JSON.stringify(document, undefined, 2)}\n`) });
      }
      return {
        result,
        lines: [
          ...certificates.flatMap(({ blobId, epoch, weight, signers, message, bitmap, signature }) => [
            `${blobId}: verified, signed in epoch ${epoch} by ${signers.length} storage nodes of weight ${weight}`,
            `message       ${message}`,
            `signers       ${bitmap}`,
            `signature     ${signature}`,
          ]),
          ...onChain.map(chainLine),
          ...(result.saved === null ? [] : [`saved         ${result.saved}`]),
        ],
      };
    },
  });
}
