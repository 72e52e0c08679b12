import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { resolve } from "node:path";
import { certifyOnChain, type CertifyOutcome } from "../../src/hardhat/certify-on-chain.ts";
import { certifySubjects } from "../../src/hardhat/certify-subjects.ts";
import { type CommandContext, type CommandOutcome, runCommand } from "../../src/hardhat/command.ts";
import { type Environment, openEnvironment } from "../../src/hardhat/environment.ts";
import { sourceAddress } from "../../src/hardhat/source-address.ts";
import { openStore } from "../../src/hardhat/store.ts";
import { counted } from "../../src/models/describe-progress.ts";
import { type BlobId, blobIdToHex } from "../../src/walrus/blob-id.ts";
import type { CollectedCertificate } from "../../src/walrus/collect-certificate.ts";
import { requireNoFile, writeNewFile } from "../../src/walrus/write-new-file.ts";

interface CertifyArguments {
  readonly blobs: readonly string[];
  readonly save: string | undefined;
  readonly source: string | undefined;
  readonly registry: string | undefined;
  readonly from: string | undefined;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** Blobs asked about at once where no transaction says how many: all their signatures are held in memory. */
const AT_ONCE = 40;

type Work = Pick<CommandContext, "signal" | "progress"> & {
  readonly hre: HardhatRuntimeEnvironment;
  readonly onCollected: (collected: CollectedCertificate) => void;
};

/** Collects certificates, and asks no chain. */
async function collect(
  blobIds: readonly BlobId[],
  { hre, signal, progress, onCollected }: Work,
): Promise<CertifyOutcome> {
  await using store = await openStore(hre);
  const problems = [];
  for (let at = 0; at < blobIds.length; at += AT_ONCE) {
    const some = blobIds.slice(at, at + AT_ONCE);
    progress(`Asking the storage nodes to sign for ${counted(some.length, "blob")} (${at} of ${blobIds.length} done)`);
    const { groups, missing } = await store.certificates({ blobIds: some, signal });
    for (const one of groups.flat()) onCollected(one);
    for (const [blobId, problem] of missing) {
      if (blobIds.length === 1) throw problem;
      const { code, expected, found, next } = problem;
      problems.push({ blobId, code, expected, found, next });
    }
  }
  const lines = problems.map(({ blobId, code, found }) => `not signed    ${blobId}: ${code}, found ${found}`);
  return { result: { onChain: [], transactions: [], problems }, lines, exitCode: problems.length === 0 ? 0 : 2 };
}

function described({ certificate, facts: { blobId, epoch, weight, signers } }: CollectedCertificate): string[] {
  return [
    `${blobId}: verified, signed in epoch ${epoch} by ${signers.length} storage nodes of weight ${weight}`,
    `message       ${certificate.message}`,
    `signers       ${certificate.bitmap}`,
    `signature     ${certificate.signature}`,
  ];
}

export default async function certify(args: CertifyArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand({
    schema: "scrimshaw.walrus-certify/1",
    json: args.json,
    run: async ({ signal, progress }): Promise<CommandOutcome> => {
      const saved = args.save === undefined || args.dryRun ? null : resolve(args.save);
      if (saved !== null) await requireNoFile(saved);
      let opened: Promise<Environment> | undefined;
      const addresses = { blobAvailability: args.registry };
      const environment = (): Promise<Environment> => (opened ??= openEnvironment(hre, { addresses, from: args.from }));
      const collected: CollectedCertificate[] = [];
      const work = { hre, signal, progress, onCollected: (one: CollectedCertificate) => void collected.push(one) };
      try {
        const source = args.source === undefined ? undefined : await sourceAddress(args.source, await environment());
        const blobIds = await certifySubjects({ texts: args.blobs, hre, environment, signal });
        const { result, lines, exitCode } =
          source === undefined
            ? await collect(blobIds, work)
            : await certifyOnChain({
                ...{ ...work, source, blobIds, dryRun: args.dryRun, all: saved !== null },
                ...{ environment: await environment(), context: { signal, progress } },
              });
        const certificates = collected.map(({ certificate, facts: { blobId, epoch, weight, signers } }) => ({
          ...{ blobId, blobIdHex: blobIdToHex(blobId), epoch, weight, signers },
          ...certificate,
        }));
        if (saved !== null) {
          const document = { schema: "scrimshaw.certificates/1", certificates };
          await writeNewFile({ path: saved, data: Buffer.from(`${JSON.stringify(document, undefined, 2)}\n`) });
        }
        return {
          result: { certificates, ...result, saved },
          lines: [...collected.flatMap(described), ...lines, ...(saved === null ? [] : [`saved         ${saved}`])],
          exitCode,
        };
      } finally {
        await (await opened)?.close();
      }
    },
  });
}
